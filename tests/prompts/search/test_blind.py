"""Random search sees no scores; a search can begin with several instructions."""

import pytest

from optwright.errors import InputError
from optwright.llm import ScriptedChat
from optwright.prompts.search.blind import Blind
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.start import STARTS, Place, seeds
from tests.prompts.search.cases import SEED, run, text


def test_variations_are_of_the_seeds_whatever_was_found_since():
    count = iter(range(1, 1000))
    model = ScriptedChat(lambda messages: f'<part name="sort">{text(next(count))["sort"]}</part>')
    ledger = run(Blind(), seeds=[SEED, {"sort": "{{letters}}, in order?"}], model=model, plan=Plan(steps=3))
    origins = [entry.candidate.id for entry in ledger.seeds]
    parents = [parent for entry in ledger.scored[2:] for parent in entry.candidate.parents]
    assert len(parents) == 24
    assert set(parents) == set(origins)
    assert ledger.best.score.mean == pytest.approx(0.24), "scores are kept all the same"
    for request in model.requests:
        told = request.messages[-1]["content"]
        assert "rule" not in told, "no other candidate than a seed is shown"
        assert "score" not in told


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place.BEGIN, "Let's solve the problem.\n\n# Problem\n{{x}}"),
        (Place.END, "# Problem\n{{x}}\n\nLet's solve the problem."),
    ],
)
def test_an_instruction_stands_where_it_is_asked_for(place, expected):
    parts = {"user": "# Problem\n{{x}}", "system": "Be exact."}
    found = seeds(parts, "user", place)
    assert [one.parts["user"] for one in found[:2]] == ["# Problem\n{{x}}", expected]
    assert all(one.parts["system"] == "Be exact." for one in found)
    assert len({one.id for one in found}) == len(STARTS)


def test_a_part_that_there_is_not_is_named():
    with pytest.raises(InputError, match=r"no part 'answer'.*; there are user"):
        seeds({"user": "x"}, "answer")
