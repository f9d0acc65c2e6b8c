"""Side rules: of different kinds, met by the planted plan, each told with its numbers."""

import pytest

from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.formulation.check import check
from optwright.formulation.evaluate import evaluate
from optwright.formulation.findings import errors

VANS = ["vans", "lorries", "cargo bikes", "pick-ups"]


def drawn(seed, planted, count, unit="trips"):
    draft = Draft("sides")
    members = VANS[: len(planted)]
    draft.set("VEHICLES", members, "vehicles")
    draft.variable("trips", "trips made", index=["VEHICLES"], domain="NonNegativeIntegers")
    amounts = Amounts("trips", "VEHICLES", members, planted, "trips by {}", "all trips", "by {}", "made", unit)
    add_sides(draft, Dice(seed, {}), amounts, count)
    draft.objective("minimize", "sum(trips[v] for v in VEHICLES)", "trips")
    return draft


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("planted", [(12, 30), (7, 7, 21), (1, 90, 2, 45), (20000, 5500, 12000)])
def test_the_planted_plan_meets_every_rule(seed, planted):
    draft = drawn(seed, list(planted), 6)
    formulation = draft.formulation()
    assert errors(check(formulation)) == []
    point = {"trips": {(van,): amount for van, amount in zip(VANS, planted, strict=False)}}
    assert evaluate(formulation, point).violations == []


@pytest.mark.parametrize("seed", range(20))
def test_rules_are_of_different_kinds_and_told(seed):
    draft = drawn(seed, [12, 30, 18], 3)
    formulation = draft.formulation()
    assert len(formulation.constraints) == 3
    told = [name for fact in draft.facts for name in fact.tells]
    assert sorted(told) == sorted([p.name for p in formulation.parameters] + [c.name for c in formulation.constraints])
    for fact in draft.facts:
        numbers = [name for name in fact.tells if name in {p.name for p in formulation.parameters}]
        assert all("{" + name in way for name in numbers for way in fact.says)


def test_a_whole_that_is_limited_already_gets_no_second_limit():
    for seed in range(30):
        assert all(c.name != "all_together" for c in drawn(seed, [12, 30], 9, unit="").formulation().constraints)


def test_equal_seeds_give_equal_rules():
    assert drawn(3, [5, 9, 40], 4).facts == drawn(3, [5, 9, 40], 4).facts
