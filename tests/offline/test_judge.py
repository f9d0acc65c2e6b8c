"""The reader chooses only what check and solver bear out."""

import pytest

from optwright.formulation.elements import Formulation, Variable
from optwright.formulation.findings import Code, Finding
from optwright.offline import Judged, read
from optwright.offline.judge import choose
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
    finding = Finding(Code.NUMBER_UNUSED, "text", "the text's '7' appears nowhere")
    reading = read(Problem(MIX), solve=solved(870.0, chairs=30), check=lambda formulation, text: [finding])
    assert reading.refusal is not None
    assert "'7'" in reading.refusal.reason


def test_a_number_that_no_rule_takes_refuses():
    reading = read(Problem(MIX + " It has 7 lathes."), solve=solved(870.0, chairs=30))
    assert reading.chosen is None


def judged(score, objective, *names, objection=""):
    outcome = Outcome(Termination.OPTIMAL, True, objective=objective, values={"amount": {("a",): 1.0}})
    formulation = Formulation(variables=(Variable(name="amount"),))
    return Judged(formulation, score, outcome, objection, tuple(frozenset({name}) for name in names))


def test_two_plausible_readings_with_different_optima_are_both_shown():
    reading = choose((judged(-0.1, 10.0, "apple", "pear"), judged(-0.3, 12.0, "crate", "van")))
    assert reading.chosen is None
    assert reading.refusal is not None
    assert [one.outcome.objective for one in reading.refusal.readings] == [10.0, 12.0]


@pytest.mark.parametrize(
    "rival",
    [
        judged(-0.3, 10.0, "crate", "van"),  # the same optimum
        judged(-1.3, 12.0, "crate", "van"),  # far less plausible
        judged(-0.2, 12.0, "apple", "pear"),  # the same items under other words
        judged(-0.2, 12.0, "crate", "van", objection="contradicts itself"),
    ],
)
def test_a_rival_that_does_not_compete_changes_nothing(rival):
    best = judged(-0.1, 10.0, "apple", "pear")
    assert choose((best, rival)).chosen is best


def test_a_worse_reading_does_not_stand_in_for_a_failed_better_one():
    reading = choose((judged(-0.1, 10.0, "apple", objection="no solution"), judged(-0.9, 12.0, "crate")))
    assert reading.chosen is None


def test_a_text_without_items_is_refused():
    reading = read(Problem("What is the capital of France?"), solve=solved(1.0, a=1))
    assert reading.refusal is not None
    assert "items" in reading.refusal.reason


def test_a_text_that_is_too_long_is_refused_not_cut():
    reading = read(Problem(MIX + " filler" * 5000), solve=solved(870.0, chairs=30))
    assert reading.refusal is not None
    assert "characters" in reading.refusal.reason


@pytest.mark.parametrize(
    ("question", "domain"),
    [
        ("Which tools should he pack to maximize the total value?", "Binary"),
        ("He has boxes which can take many. How many of each tool maximize the total value?", "NonNegativeIntegers"),
    ],
)
def test_only_a_question_of_which_makes_a_selection(question, domain):
    text = (
        "A hiker has a stove, a tent and a camera. The stove weighs 3 kg and has a value of $40. The tent weighs 5 kg "
        "and has a value of $70. The camera weighs 2 kg and has a value of $30. At most 7 kg can be carried. "
    )
    reading = read(Problem(text + question), solve=solved(100.0, stove=1))
    assert reading.chosen is not None
    assert reading.chosen.formulation.variables[0].domain == domain
