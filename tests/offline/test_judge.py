"""The reader chooses only what check and solver bear out."""

from optwright.offline import read
from optwright.outcome import Outcome, Termination
from optwright.problem import Problem

MIX = (
    "A workshop makes chairs and tables. Each chair needs 3 hours of work and 2 kg of wood; each table needs 5 hours of work "
    "and 6 kg of wood. There are 120 hours of work and 100 kg of wood available. The profit per chair is $20 and the profit "
    "per table is $45. How many of each should be made to maximize profit?"
)


def solved(objective, **values):
    return lambda formulation: Outcome(
        Termination.OPTIMAL, True, objective=objective, values={"amount": {(name,): value for name, value in values.items()}}
    )


def test_a_product_mix_is_read_with_its_words():
    reading = read(Problem(MIX), solve=solved(870.0, chairs=30, tables=6))
    assert reading.chosen is not None
    formulation = reading.chosen.formulation
    assert formulation.sets[0].members == ["chairs", "tables"]
    assert [parameter.value for parameter in formulation.parameters] == [[3, 5], [2, 6], [20, 45]]
    assert all(constraint.quote in MIX for constraint in formulation.constraints)


def test_nothing_but_zero_is_refused():
    reading = read(Problem(MIX), solve=solved(0.0, chairs=0, tables=0))
    assert reading.refusal is not None
    assert "doing nothing" in reading.refusal.reason


def test_what_the_solver_finds_contradictory_is_refused():
    reading = read(Problem(MIX), solve=lambda formulation: Outcome(Termination.INFEASIBLE))
    assert reading.refusal is not None
    assert "contradict" in reading.refusal.reason


def test_a_text_without_items_is_refused():
    assert read(Problem("What is the capital of France?"), solve=solved(1.0, a=1)).refusal is not None
