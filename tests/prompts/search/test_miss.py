"""Where a candidate fell short, of which kinds that is, and how it is told."""

import random

import pytest

from optwright.llm import ScriptedChat
from optwright.prompts.search.candidate import Candidate, Form
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.miss import Miss, kinds, misses, perfect, tell, tell_kinds
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Exemplar, Round, Task
from tests.prompts.search.cases import SEED
from tests.prompts.search.test_quotation import HOSTILE


def round_of(task, ledger=None):
    seed = Candidate(SEED)
    return Round(1, 2, ledger or Ledger(), task, Form.of([seed]), ScriptedChat([]), random.Random(0))


def test_what_is_below_the_upper_bound_is_missed_the_worst_first():
    task = Task("Sort.", [Exemplar("b", "Sort b a.", "a b")])
    score = Score({"a": 1.0, "b": 0.5, "c": 0.0}, {"b": "late"})
    assert misses(score, round_of(task)) == [Miss("c", 0.0), Miss("b", 0.5, "late", "Sort b a.", "a b")]
    assert not perfect(score, round_of(task))
    assert perfect(Score({"a": 1.0}), round_of(task))


def test_without_bounds_the_best_known_of_each_item_is_the_measure():
    ledger = Ledger()
    one, other = Candidate({"sort": "{{letters}} one"}), Candidate({"sort": "{{letters}} two"})
    ledger.propose(0, [one, other], [])
    ledger.score(one.id, Score({"a": -3.0, "b": 7.0}))
    ledger.score(other.id, Score({"a": -1.0, "b": 7.0}))
    given = round_of(Task("Fit.", bounds=None), ledger)
    assert [miss.item for miss in misses(Score({"a": -3.0, "b": 7.0}), given)] == ["a"]
    assert [miss.item for miss in misses(Score({"a": -1.0, "b": 7.0}, {"b": "steep"}), given)] == ["b"]
    assert not perfect(Score({"a": 1e9, "b": 1e9}), given)


def test_kinds_are_counted_by_item_whatever_the_numbers_and_names():
    found = [
        Miss("1", 0, "check: 12 is used nowhere\ncheck: 13 is used nowhere\nsolver: infeasible"),
        Miss("2", 0, "check: 7.5 is used nowhere"),
        Miss("3", 0, "check: `cost` has no unit"),
        Miss("4", 0, "check: `price` has no unit"),
        Miss("5", 0, "Check: 'it' is used nowhere"),
        Miss("6", 0),
    ]
    assert [(one.line, one.count) for one in kinds(found)] == [
        ("check: ... is used nowhere", 3),
        ("check: ... has no unit", 2),
        ("solver: infeasible", 1),
    ]
    told = tell_kinds(found, 10)
    assert told.startswith("6 of 10 items fell short.")
    assert "| on 3 of them: check: ... is used nowhere" in told


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ([], "None of the 9 items fell short."),
        ([Miss("1", 0)], "1 of 9 items fell short. The scorer does not say why."),
    ],
)
def test_it_is_said_when_there_is_nothing_to_say(found, line):
    assert tell_kinds(found, 9) == line


def test_rare_kinds_are_counted_and_not_listed():
    words = ["alpha", "beta", "gamma", "delta", "eta", "theta", "iota", "kappa", "my", "ny"]
    told = tell_kinds([Miss(word, 0, f"fault {word}") for word in words], 10)
    assert told.count("on 1 of them") == 8
    assert told.endswith("(and 2 rarer kinds)")


@pytest.mark.parametrize(
    "evidence", ["x" * 1_000_000, "\n" * 500_000, "a\n" * 300_000, HOSTILE * 10_000, "{{x}}" * 99_999]
)
def test_evidence_of_any_size_stays_bounded_and_quoted(evidence):
    found = [Miss(evidence, 0.0, evidence, evidence, evidence)] * 4
    told, counted = tell(found), tell_kinds(found, 4)
    assert len(told) < 4 * 6_000
    assert len(counted) < 3_000
    assert "{{" not in told + counted
    outside = [line for line in told.splitlines() if not line.startswith("| ") and line]
    heads = ("Item ", "The question:", "The answer wanted:", "What happened:")
    assert all(line.startswith(heads) for line in outside)
    assert all(line.startswith(("| ", "4 of 4 items", "(and ")) for line in counted.splitlines())
