"""The grammar row by row: each row of patterns.toml is run on its own example, and further phrases on theirs."""

import pytest

from optwright.formulation.elements import Domain
from optwright.offline import clauses as clauses_module
from optwright.offline import lexicon, patterns
from optwright.offline.candidates import read_with
from optwright.offline.clauses import clauses
from optwright.offline.items import Item
from optwright.offline.patterns import TOTAL, limits, relations
from optwright.offline.tokens import sentences

X, Y, Z = 0, 1, 2
ITEMS = tuple(Item(name, frozenset({name})) for name in "XYZ")
ROWS = lexicon.PATTERNS

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


def parse(text):
    return [clause for line in sentences(text) for clause in clauses(line, ITEMS, index=0)]


def read(text):
    return [found for clause in parse(text) for found in relations(clause) or []]


def said(relation):
    """Write a relation as the rows do: X - 4 Y <= 0; `?` where it names no item."""
    names = [*"XYZ", "TOTAL"]
    parts = [
        f"{value:+g} {names[item]}".replace("+1 ", "+ ").replace("-1 ", "- ") for item, value in relation.terms.items()
    ]
    text = " ".join(part[0] + " " + part[1:].strip() for part in parts).removeprefix("+ ") or "?"
    return f"{text} {relation.op} {relation.rhs:g}"


@pytest.mark.parametrize("row", ROWS["relation"], ids=lambda row: row["form"])
def test_a_relation_row_reads_its_example(row):
    assert [said(relation) for relation in read(row["example"])] == row["means"]


def _everything(text):
    """What a text comes to: classes of every clause, and the limits found in it."""
    return [(clause.kinds, [(one.op, one.rhs) for one in limits(clause, len(ITEMS))]) for clause in parse(text)]


@pytest.mark.parametrize(
    ("module", "name", "kind"),
    [
        (clauses_module, "RETAGS", "retag"),
        (clauses_module, "SPLITS", "split"),
        (patterns, "WHERE", "where"),
        (patterns, "LIMITS", "limit"),
        (patterns, "FORMS", "relation"),
    ],
    ids=["retag", "split", "where", "limit", "relation"],
)
def test_every_row_is_needed_by_its_example(monkeypatch, module, name, kind):
    compiled = getattr(module, name)
    idle = []
    for position, row in enumerate(ROWS[kind]):
        whole = _everything(row["example"]), [said(one) for one in read(row["example"])]
        monkeypatch.setattr(module, name, compiled[:position] + compiled[position + 1 :])
        if whole == (_everything(row["example"]), [said(one) for one in read(row["example"])]):
            idle.append(row.get("form", row))
        monkeypatch.setattr(module, name, compiled)
    assert idle == []


@pytest.mark.parametrize("row", ROWS["domain"], ids=lambda row: row["example"])
def test_a_domain_row_decides_its_example(row):
    assert read_with(ITEMS, sentences(row["example"])).domain == Domain(row["domain"])


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_reads(text, expected):
    found = [one for one in read(text) if one.terms]
    assert [(one.op, one.rhs) for one in found] == [(op, rhs) for _, op, rhs in expected]
    for one, (terms, _, _) in zip(found, expected, strict=True):
        assert one.terms == pytest.approx(terms)


@pytest.mark.parametrize("text", ["X: 0-30.", "X [0, 30].", "X ranges from 0 to 30.", "X must lie between 0 and 30."])
def test_ranges_give_both_ends(text):
    assert [said(one) for one in read(text)] == ["X >= 0", "X <= 30"]


@pytest.mark.parametrize("text", ["X must be at least.", "At most 3 times must be."])
def test_what_is_cut_short_gives_no_relation(text):
    assert read(text) == []
