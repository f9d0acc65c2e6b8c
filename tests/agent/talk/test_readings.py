"""Readings between which the offline reader cannot choose become a question; so does what a reading lacks."""

import pytest

from optwright.agent.solve import Settings
from optwright.agent.talk import readings, waiting
from optwright.agent.talk.hear import hear
from optwright.agent.talk.plan import Plan
from optwright.agent.talk.solving import Solved, solve
from optwright.agent.talk.state import Around, request
from optwright.agent.talk.tell import tell
from tests.agent.talk.cases import version

AROUND = Around(Settings(), None)


def reading(limit):
    return {
        "variables": [{"name": "chairs", "domain": "NonNegativeIntegers"}],
        "objective": {"sense": "maximize", "expression": "chairs"},
        "constraints": [{"name": "wood", "expression": f"{limit}*chairs <= 12"}],
    }


def asked():
    """The state of a dialogue in which two readings were found."""
    refused = version("workshop").solution
    failed = Solved(type(refused).from_json({**refused.to_json(), "failure": _failure()}), (reading(3), reading(4)))
    talk = {"request": request("How many chairs?"), "plan": Plan("problem").to_json(), "solved": failed.to_json()}
    talk["draft"] = {"text": "How many chairs?", "answers": [], "tables": [], "asked": False}
    return talk | tell(talk, AROUND)


def _failure():
    return {"kind": "offline", "message": "two readings", "exit_code": 5}


def test_both_readings_are_shown_by_what_differs():
    turn = asked()["turns"][0]
    assert turn["kind"] == "question"
    assert "Reading 1:\n- wood: 3*chairs <= 12\nReading 2:\n- wood: 4*chairs <= 12" in turn["text"]
    assert 'Say its number, or "go on"' in turn["text"]


@pytest.mark.parametrize(("said", "objective"), [("the second one", 3), ("1", 4), ("go on", 4)])
def test_the_reading_that_is_chosen_is_solved(said, objective):
    talk = asked() | {"request": request(said)}
    talk |= hear(talk, AROUND)
    talk |= solve(talk, AROUND)
    assert Solved.from_json(talk["solved"]).solution.objective == objective


def test_an_answer_that_names_none_is_asked_again():
    talk = asked() | {"request": request("the blue one")}
    plan = Plan.from_json(hear(talk, AROUND)["plan"])
    assert "names none of the readings" in plan.note
    assert len(plan.options) == 2


@pytest.mark.parametrize(
    ("said", "number"),
    [("2", 1), ("the first", 0), ("I mean the second reading", 1), ("the latter", 1), ("option 2 please", 1)],
)
def test_a_choice_in_words(said, number):
    assert waiting.chosen(said, 2) == number


@pytest.mark.parametrize("said", ["3", "the third one", "second thoughts: no", "one more thing", ""])
def test_what_is_no_choice(said):
    assert waiting.chosen(said, 2) is None


@pytest.mark.parametrize("said", ["go on", "Go ahead, please", "yes", "I don't know", "use your assumptions", "ok"])
def test_going_on(said):
    assert waiting.goes_on(said)


@pytest.mark.parametrize("said", ["go on strike", "yes, but only on Mondays", "the oven is free"])
def test_not_going_on(said):
    assert not waiting.goes_on(said)


def test_what_a_reading_lacks_has_no_assumption():
    plan = readings.lacking("what limits the chairs")
    assert waiting.assumed(plan.questions) == ()
    assert "go on" not in waiting.text(plan)
