"""The grammar of comparisons, phrase by phrase: each row of the lexicon that compares has its case here."""

import pytest

from optwright.offline.clauses import clauses
from optwright.offline.items import Item
from optwright.offline.relations import TOTAL, intervals, relations
from optwright.offline.tokens import sentences

X, Y, Z = 0, 1, 2
ITEMS = tuple(Item(name, frozenset({name})) for name in "XYZ")

CASES = [
    ("X must be at least 10.", [({X: 1}, ">=", 10)]),
    ("X should be no less than 10.", [({X: 1}, ">=", 10)]),
    ("X cannot be less than 10.", [({X: 1}, ">=", 10)]),
    ("At least 10 units of X are needed.", [({X: 1}, ">=", 10)]),
    ("There must be 10 or more X.", [({X: 1}, ">=", 10)]),
    ("A minimum of 10 X is required.", [({X: 1}, ">=", 10)]),
    ("The minimum number of X is 10.", [({X: 1}, ">=", 10)]),
    ("X cannot exceed 10.", [({X: 1}, "<=", 10)]),
    ("X must not be more than 10.", [({X: 1}, "<=", 10)]),
    ("No more than 10 X can be made.", [({X: 1}, "<=", 10)]),
    ("They cannot make more than 10 X.", [({X: 1}, "<=", 10)]),
    ("Up to 10 X are allowed.", [({X: 1}, "<=", 10)]),
    ("X is limited to 10.", [({X: 1}, "<=", 10)]),
    ("The maximum number of X is 10.", [({X: 1}, "<=", 10)]),
    ("X must be exactly 10.", [({X: 1}, "==", 10)]),
    ("X must be below 10.", [({X: 1}, "<", 10)]),
    ("There must be less than 10 X.", [({X: 1}, "<", 10)]),
    ("X must exceed 10.", [({X: 1}, ">", 10)]),
    ("X must exceed Y.", [({X: 1, Y: -1}, ">", 0)]),
    ("There must be more X than Y.", [({X: 1, Y: -1}, ">", 0)]),
    ("The number of X must be smaller than the number of Y.", [({X: 1, Y: -1}, "<", 0)]),
    ("X must not outnumber Y.", [({X: 1, Y: -1}, "<=", 0)]),
    ("There must be at least as many X as Y.", [({X: 1, Y: -1}, ">=", 0)]),
    ("At least twice as many X as Y are needed.", [({X: 1, Y: -2}, ">=", 0)]),
    ("X must be at least three times Y.", [({X: 1, Y: -3}, ">=", 0)]),
    ("X can be at most a third of Y.", [({X: 1, Y: -1 / 3}, "<=", 0)]),
    ("The number of X must be twice the number of Y.", [({X: 1, Y: -2}, "==", 0)]),
    ("X must be at least 10 more than Y.", [({X: 1, Y: -1}, ">=", 10)]),
    ("At least 5 more X than Y are needed.", [({X: 1, Y: -1}, ">=", 5)]),
    ("X should not exceed twice Y by more than 4.", [({X: 1, Y: -2}, "<=", 4)]),
    ("X must exceed half of Y by at least 30.", [({X: 1, Y: -0.5}, ">=", 30)]),
    ("X must be at least half of Y plus an additional 3 units.", [({X: 1, Y: -0.5}, ">=", 3)]),
    ("For every X there can be at most 4 Y.", [({Y: 1, X: -4}, "<=", 0)]),
    ("Twice X plus three times Y must be at least 60.", [({X: 2, Y: 3}, ">=", 60)]),
    ("The sum of X and Y minus Z cannot exceed 9.", [({X: 1, Y: 1, Z: -1}, "<=", 9)]),
    ("The difference between X and twice Y must be at least 5.", [({X: 1, Y: -2}, ">=", 5)]),
    ("Subtracting X from Y must give at most 7.", [({Y: 1, X: -1}, "<=", 7)]),
    ("Half of X, when subtracted from Y, should not exceed 20.", [({Y: 1, X: -0.5}, "<=", 20)]),
    ("The combined effort of 10 units of X and 15 units of Y cannot exceed 200.", [({X: 10, Y: 15}, "<=", 200)]),
    ("X, Y and Z cannot exceed 5, 6 and 7 respectively.", [({X: 1}, "<=", 5), ({Y: 1}, "<=", 6), ({Z: 1}, "<=", 7)]),
    ("At least 40% of the total must be X.", [({X: 1, TOTAL: -0.4}, ">=", 0)]),
    ("At most a quarter of the trips may be by X.", [({X: 1, TOTAL: -0.25}, "<=", 0)]),
    ("X must be at least 5 and Y at most 8.", [({X: 1}, ">=", 5), ({Y: 1}, "<=", 8)]),
    ("X must be at least 5 but no more than 8.", [({X: 1}, ">=", 5)]),
]


def read(text):
    parts = [clause for line in sentences(text) for clause in clauses(line, ITEMS, index=0)]
    return [found for clause in parts for found in relations(clause) or [] if found.terms]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_reads(text, expected):
    found = read(text)
    assert [(one.op, one.rhs) for one in found] == [(op, rhs) for _, op, rhs in expected]
    for one, (terms, _, _) in zip(found, expected, strict=True):
        assert one.terms == pytest.approx(terms)


@pytest.mark.parametrize("text", ["X: 0-30.", "X [0, 30].", "X ranges from 0 to 30.", "X must lie between 0 and 30."])
def test_ranges_give_both_ends(text):
    found = [one for line in sentences(text) for clause in clauses(line, ITEMS, index=0) for one in intervals(clause)]
    assert [(one.terms, one.op, one.rhs) for one in found] == [({X: 1.0}, ">=", 0), ({X: 1.0}, "<=", 30)]


@pytest.mark.parametrize("text", ["X must be at least.", "At most 3 times must be."])
def test_what_is_cut_short_gives_no_relation(text):
    assert read(text) == []
