import random

import pytest

from optwright.datasets.synthesis.equivalence import Step, behaviour, equivalent, form_of, optimum, same_optimum
from optwright.datasets.synthesis.fault import Fault, plant
from optwright.datasets.synthesis.instance import Reason
from optwright.datasets.synthesis.resampling import Model, moves, numbers, resampled
from optwright.formulation.elements import Formulation
from tests.datasets.synthesis.test_realise import shop

MIX = {
    "sets": [{"name": "P", "members": ["a", "b", "c"]}],
    "parameters": [
        {"name": "profit", "index": ["P"], "value": [40, 18, 25]},
        {"name": "hours", "index": ["P"], "value": [7, 2.5, 4]},
        {"name": "room", "value": 83},
        {"name": "most", "value": 9},
    ],
    "variables": [{"name": "make", "index": ["P"], "domain": "NonNegativeIntegers"}],
    "objective": {"sense": "maximize", "expression": "sum(profit[p]*make[p] for p in P)"},
    "constraints": [
        {"name": "time", "expression": "sum(hours[p]*make[p] for p in P) <= room"},
        {"name": "market", "for_each": "p in P", "expression": "make[p] <= most"},
    ],
}
OTHERWISE = {
    "variables": [{"name": n, "domain": "NonNegativeIntegers", "upper": 9} for n in ("x", "y", "z")],
    "objective": {"sense": "maximize", "expression": "40*x + 18*y + 25*z"},
    "constraints": [{"name": "hours", "expression": "83 - 7*x - 4*z >= 2.5*y"}],
}


def model(data: dict) -> Model:
    return Model(Formulation.model_validate(data))


def test_another_way_of_writing_is_the_same_structure():
    found = equivalent(model(MIX), model(OTHERWISE))
    assert found.holds
    assert found.step is Step.STRUCTURE


def test_another_way_of_modelling_is_accepted_by_behaviour():
    longer = {
        **OTHERWISE,
        "variables": [*OTHERWISE["variables"], {"name": "spare", "upper": 83}],
        "constraints": [
            {"name": "hours", "expression": "7*x + 4*z + 2.5*y + spare == 83"},
            {"name": "idle", "expression": "x + y + z <= 9 + 9 + 9"},
        ],
    }
    found = equivalent(model(MIX), model(longer))
    assert found.holds
    assert found.step is Step.BEHAVIOUR


def test_an_equal_optimum_does_not_make_an_equal_model():
    """The market limit on a does not bind here: only other data show that it is gone."""
    slack = {**MIX, "parameters": [*MIX["parameters"][:3], {"name": "most", "value": 30}]}
    without = {**slack, "constraints": slack["constraints"][:1]}
    lacking = {**without, "variables": [{**MIX["variables"][0], "upper": 31}]}
    assert same_optimum(*(optimum(form_of(model(one)), 5) for one in (slack, lacking)))
    assert equivalent(model(slack), model(lacking)).reason is Reason.BEHAVIOUR


@pytest.mark.parametrize(
    ("fault", "seen"), [(Fault.NUMBER, True), (Fault.CONSTRAINT, True), (Fault.SENSE, True), (Fault.INTEGRALITY, True)]
)
def test_planted_faults_are_refused(fault, seen):
    planted = plant(model(MIX).formulation, fault, random.Random(3))
    assert planted is not None
    assert planted != model(MIX).formulation
    assert equivalent(model(MIX), Model(planted)).holds is not seen


def test_equal_numbers_move_alike_in_parameters_and_literals():
    first, second = model(MIX), model(OTHERWISE)
    new = moves(set(numbers(first)) & set(numbers(second)), random.Random(1), 0.3)
    assert new[83.0] != 83
    outcomes = [optimum(form_of(resampled(one, new)), 5) for one in (first, second)]
    assert outcomes[0].objective == pytest.approx(outcomes[1].objective)
    assert outcomes[0].objective != pytest.approx(optimum(form_of(first), 5).objective)


def test_every_draft_behaves_like_itself():
    own = Model(shop().formulation())
    assert behaviour(own, own, seed="1", seconds=5).holds


def test_what_cannot_be_built_is_unreadable():
    wrong = {**OTHERWISE, "constraints": [{"name": "hours", "expression": "nobody <= 3"}]}
    assert equivalent(model(MIX), model(wrong)).reason is Reason.UNREADABLE
