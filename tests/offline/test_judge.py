"""The reader chooses only what check and solver bear out."""

import pytest

from optwright.offline import read
from optwright.outcome import Outcome, Termination
from optwright.problem import Problem

MIX = (
    "A workshop makes chairs and tables. Each chair needs 3 hours of work and 2 kg of wood; each table needs 5 hours "
    "of work and 6 kg of wood. There are 120 hours of work and 100 kg of wood available. The profit per chair is $20 "
    "and the profit per table is $45. How many of each should be made to maximize profit?"
)


def solved(objective, **values):
    amounts = {(name,): value for name, value in values.items()}
    return lambda formulation: Outcome(Termination.OPTIMAL, True, objective=objective, values={"amount": amounts})


def test_a_product_mix_is_read_with_its_words():
    reading = read(Problem(MIX), solve=solved(870.0, chairs=30, tables=6))
    assert reading.chosen is not None
    formulation = reading.chosen.formulation
    assert formulation.sets[0].members == ["chairs", "tables"]
    assert [parameter.value for parameter in formulation.parameters] == [[3, 5], [2, 6], [20, 45]]
    assert all(constraint.quote in MIX for constraint in formulation.constraints)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome(Termination.INFEASIBLE), "contradict"),
        (Outcome(Termination.UNBOUNDED), "nothing limits"),
        (Outcome(Termination.TIME_LIMIT, message="out of time"), "out of time"),
        (Outcome(Termination.OPTIMAL, True, objective=0.0, values={"amount": {("a",): 0.0}}), "doing nothing"),
    ],
)
def test_what_the_solver_does_not_bear_out_is_refused(outcome, words):
    reading = read(Problem(MIX), solve=lambda formulation: outcome)
    assert reading.chosen is None
    assert reading.refusal is not None
    assert words in reading.refusal.reason
    assert reading.refusal.readings[0].formulation.objectives[0].sense == "maximize"


def test_a_finding_about_a_number_refuses():
    reading = read(Problem(MIX + " It has 7 lathes and 9 doors in the hall."), solve=solved(870.0, chairs=30))
    assert reading.refusal is not None
    assert "'7'" in reading.refusal.reason


def test_two_plausible_readings_with_different_optima_are_both_shown():
    text = (
        "A patient takes sleep medication and pain-killers. Each unit of sleep medication takes 3 minutes to work while "
        "each unit of pain-killer takes 5 minutes to work. At least 100 units of medication and at least 30 units of "
        "sleep medication must be taken. Minimize the total time."
    )
    values = iter([100.0, 250.0, 400.0, 550.0])

    def solve(formulation):
        return Outcome(Termination.OPTIMAL, True, objective=next(values), values={"amount": {("a",): 1.0}})

    reading = read(Problem(text), solve=solve)
    assert len(reading.candidates) >= 1
    assert (reading.chosen is None) == (reading.refusal is not None)


def test_a_text_without_items_is_refused():
    reading = read(Problem("What is the capital of France?"), solve=solved(1.0, a=1))
    assert reading.refusal is not None
    assert "items" in reading.refusal.reason


def test_a_text_that_is_too_long_is_refused_not_cut():
    reading = read(Problem(MIX + " filler" * 5000), solve=solved(870.0, chairs=30))
    assert reading.refusal is not None
    assert "characters" in reading.refusal.reason
