"""Turns of phrase: written out everywhere, and goals that say what is optimised."""

import pytest

from optwright.datasets.synthesis.draft import Draft, Place
from optwright.datasets.synthesis.wording import TURNS, goal, in_prose, ways, whole


def test_turns_are_written_out():
    assert ways("<at least> 3", "no turn") == (f"{TURNS['at least']} 3", "no turn")


def test_an_unknown_turn_is_an_error():
    with pytest.raises(KeyError, match="at leest"):
        ways("<at leest> 3")


@pytest.mark.parametrize(("sense", "word"), [("maximize", "maximise"), ("minimize", "minimise")])
def test_a_goal_tells_the_objective(sense, word):
    draft = Draft("x")
    goal(draft, sense, "a + b", "total cost", "how many vans to send")
    (fact,) = draft.facts
    assert fact.tells == ("objective",)
    assert fact.place is Place.GOAL
    assert any(word in way for way in fact.says)
    assert all("total cost" in way for way in fact.says)
    assert any(way.startswith("how many vans [should one|") for way in fact.says)


def test_a_task_without_infinitive_is_not_asked():
    draft = Draft("x")
    goal(draft, "minimize", "a", "total time", "who does which task")
    assert not any("should one" in way for way in draft.facts[0].says)


def test_whole_tells_the_variable():
    draft = Draft("x")
    whole(draft, "trips", "vans")
    assert draft.facts[0].tells == ("trips",)
    assert all("vans" in way for way in draft.facts[0].says)


def test_in_prose_no_table_tells():
    draft = Draft("x")
    draft.fact("{p} costs {cost[p]} dollars", tells=["cost"], for_each="p in P", heading="cost ($)")
    in_prose(draft)
    assert [fact.heading for fact in draft.facts] == [""]
    assert draft.facts[0].for_each == "p in P"
