"""The rules against hand-made cases, and against each published rule's own description."""

import itertools
import math
import random

import pytest

from optwright.datasets.label import Label, Status, label_of
from optwright.eval.prediction import Prediction
from optwright.eval.quantities import every_quantity
from optwright.eval.score import RULES, Gold, judge_all


def said(value, status=Status.OPTIMAL, **quantities):
    return Prediction(status, value, quantities, executed=True)


def verdict(rule, gold, value):
    return RULES[rule].judge(Gold(label_of(gold)), said(value))


@pytest.mark.parametrize(
    ("gold", "value", "right"),
    [
        (100, 100.0, True),
        (100, 100.0001, True),  # 1e-4 <= 1e-6 * 101
        (100, 100.00011, False),
        (0, 1e-6, True),
        (0, 1.1e-6, False),
        (1e9, 1e9 + 1000, True),
        (1e9, 1e9 + 1001.1, False),
        (-100, -100.0001, True),
        (-100, 100.0, False),
        (10.33, 31 / 3, True),  # the label's two decimals
        (10.33, 10.335, True),
        (10.33, 10.3351, False),
        (10.33, 10.32, False),
        ("2333.33", 7000 / 3, True),
        (507.8, 507.84, True),
        (507.8, 507.86, False),
        (166, 166.4, False),  # a whole label is exact: the relaxation's 166.4 is not the answer
        (166.0, 166.4, False),
        (0.1, 0.0952, False),  # one significant digit says too little
        (0.09, 0.094, False),
        (0.095, 0.0952, True),
        (1e-7, 1e-7, True),
        (5, math.inf, False),
    ],
)
def test_strict(gold, value, right):
    assert verdict("strict", gold, value) is right


@pytest.mark.parametrize(
    ("rule", "gold", "inside", "outside"),
    [
        ("rounded_5pct", 100, [95, 105, 94.6, 105.4], [94.4, 105.6]),  # rounds first, then 5%
        ("rounded_5pct", 0, [0.4, -0.4], [0.6, 1]),  # a gold of zero: |prediction| at most 0.05 after rounding
        ("rounded_5pct", 1.4, [0.6, 1.4], [0.4, 1.6]),  # both become whole numbers
        ("mamo", "12.5", [12.509, 12.491], [12.511, 12.489]),  # at least two decimals: one unit is 0.01
        ("mamo", "12.5031", [12.50319, 12.5040], [12.5045]),  # 1e-4 relative is wider here than 1e-4 absolute
        ("mamo", "250000", [250025, 249975], [250026]),
        ("sirl", 999, [999.001], [999.00101]),
        ("optimind", 0.5, [0.500004, 0.499996], [0.50001]),  # rounding to 5 decimals comes first
        ("absolute_0.01", 7, [7.00999, 6.99001], [7.0101, 6.9899]),
        ("absolute_0.1", 7, [7.0999], [7.11]),
        ("exact", 285, [285.0], [285.0000001]),
        ("relative_1e-4", 1000, [1000.0999], [1000.11]),
        ("relative_1e-4", 0.5, [0.5001], [0.50011]),
    ],
)
def test_published_tolerances(rule, gold, inside, outside):
    assert [value for value in inside if not verdict(rule, gold, value)] == []
    assert [value for value in outside if verdict(rule, gold, value)] == []


@pytest.mark.parametrize("rule", [name for name in RULES if name != "every_quantity"])
def test_no_answer_is_never_right_and_a_value_never_matches_a_missing_optimum(rule):
    judge = RULES[rule].judge
    assert judge(Gold(label_of(5)), Prediction(failure="parse")) is False
    assert judge(Gold(label_of(5)), said(None)) is False
    assert judge(Gold(label_of(0)), said(None, Status.INFEASIBLE)) is False
    assert judge(Gold(Label(Status.INFEASIBLE)), said(0.0)) is False
    assert judge(Gold(Label(Status.INFEASIBLE)), Prediction()) is False


def test_infeasible_and_unbounded_golds():
    gold = Gold(Label(Status.INFEASIBLE))
    for name, rule in RULES.items():
        if name != "every_quantity":
            assert rule.judge(gold, said(None, Status.INFEASIBLE)) is True
    assert RULES["strict"].judge(gold, said(None, Status.UNBOUNDED)) is False
    assert RULES["sirl"].judge(gold, said(None, Status.UNBOUNDED)) is False
    # ORLM writes "No Best Solution" for both, and compares that text.
    assert RULES["rounded_5pct"].judge(gold, said(None, Status.UNBOUNDED)) is True
    both = Gold(label_of("No Best Solution"))
    for status in (Status.INFEASIBLE, Status.UNBOUNDED):
        assert RULES["strict"].judge(both, said(None, status)) is True


def test_label_of_reads_what_sources_store():
    assert label_of("1,250.50") == Label(Status.OPTIMAL, 1250.5, "1250.50")
    assert label_of([10]).value == 10
    assert label_of("No Best Solution").status is Status.NO_SOLUTION
    assert label_of(None, "unbounded").status is Status.UNBOUNDED
    for nothing in (None, "", "about 5", float("nan"), 4.08e35, "-99999", -99999.0, [], {}, True):
        assert label_of(nothing) is None


MIX = {"The number of Process J": 0.0, "The number of Process P": 250.0, "The total metal extracted": 2250.0}


def every(found, objective=2250.0, gold=MIX, key="The total metal extracted"):
    return every_quantity(gold, found, objective=objective, objective_key=key)


def test_every_quantity_needs_every_one():
    assert every({"runs[Process J]": 0.0, "runs[Process P]": 250.0})
    assert every({"runs[J]": 0.0, "runs[P]": 250.00009})
    assert not every({"runs[J]": 0.0, "runs[P]": 250.0002})
    assert not every({"runs[P]": 250.0})
    assert not every({"runs[J]": 0.0, "runs[P]": 250.0}, objective=2249.0)
    assert not every({"runs[J]": 0.0, "runs[P]": 250.0}, objective=None)


def test_every_quantity_lets_names_decide_where_they_can():
    assert not every({"runs[Process J]": 250.0, "runs[Process P]": 0.0})
    assert every({"a": 250.0, "b": 0.0})  # names that say nothing: by value, each used once


def test_every_quantity_does_not_trust_numbers_that_may_count_from_zero():
    gold = {"Acres of crop 1": 5.0, "Acres of crop 2": 9.0, "Profit": 30.0}
    assert every({"acres[0]": 5.0, "acres[1]": 9.0}, 30.0, gold, "Profit")
    assert not every({"acres[1]": 9.0, "acres[2]": 5.0}, 30.0, gold, "Profit")


def test_every_quantity_uses_each_reported_number_once():
    gold = {"Trucks": 4.0, "Vans": 4.0, "Cost": 10.0}
    assert every({"u": 4.0, "v": 4.0}, 10.0, gold, "Cost")
    assert not every({"u": 4.0, "v": 5.0}, 10.0, gold, "Cost")


def test_every_quantity_matching_agrees_with_trying_all_assignments():
    dice = random.Random(3)
    for _ in range(300):
        gold = {name: float(dice.randint(0, 3)) for name in "abcd"[: dice.randint(1, 4)]}
        found = {name: float(dice.randint(0, 3)) for name in "pqrst"[: dice.randint(0, 5)]}
        brute = any(
            all(a == b for a, b in zip(gold.values(), chosen, strict=True))
            for chosen in itertools.permutations(found.values(), len(gold))
        )
        assert every_quantity(gold, found, objective=None, objective_key=None) is brute


def test_the_rule_applies_only_where_there_are_quantities():
    verdicts = judge_all(Gold(label_of(5)), said(5.0))
    assert verdicts["every_quantity"] is None
    assert all(value is True for name, value in verdicts.items() if name != "every_quantity")
