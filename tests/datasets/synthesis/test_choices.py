"""Side constraints on choices hold for the planted plan, exclude something, and never meet on one pair."""

import itertools

import pytest

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.draft import Draft
from optwright.formulation.evaluate import evaluate

MEMBERS = ["Oslo", "Rome", "Bonn", "Lyon", "Bari"]


def drafted(seed, count=5):
    dice = Dice(seed, {})
    planted = dice.some(MEMBERS, 2)
    draft = Draft("sites")
    draft.set("SITES", MEMBERS, "sites")
    draft.variable("open", "whether it is opened", index=["SITES"], domain="Binary")
    draft.objective("minimize", "sum(open[s] for s in SITES)", "sites")
    choices = Choices("open", "s in SITES", MEMBERS, planted, "open", "opening", "opened", "sites", "the depot in {}")
    add_choices(draft, dice, choices, count)
    return draft, planted


def violations(draft, chosen):
    point = {"open": {(member,): float(member in chosen) for member in MEMBERS}}
    return evaluate(draft.formulation(), point).violations


@pytest.mark.parametrize("seed", range(30))
def test_the_planted_plan_keeps_them_all(seed):
    draft, planted = drafted(seed)
    assert violations(draft, planted) == []


@pytest.mark.parametrize("seed", range(30))
def test_each_of_them_excludes_some_plan(seed):
    draft, _ = drafted(seed)
    plans = [set(plan) for size in range(6) for plan in itertools.combinations(MEMBERS, size)]
    broken = {violation.where for plan in plans for violation in violations(draft, plan)}
    assert broken == {constraint.where for constraint in draft.formulation().constraints}


@pytest.mark.parametrize("seed", range(30))
def test_no_two_are_about_one_pair(seed):
    draft, _ = drafted(seed)
    pairs = [fact.for_each for fact in draft.facts if fact.for_each]
    members = [frozenset(name for name in MEMBERS if name in pair) for pair in pairs]
    assert len(set(members)) == len(members)


def test_as_many_as_asked_for():
    assert len(drafted(3, count=1)[0].formulation().constraints) <= 1
    assert not drafted(3, count=0)[0].formulation().constraints
