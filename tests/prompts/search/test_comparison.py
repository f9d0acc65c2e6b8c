"""The comparison of strategies in small, over real HTTP, and the simulation that it rests on."""

import random

import pytest

pytest.importorskip("sklearn")

from benchmarks.prompts import STRATEGIES, Mark, at, reached, run, table
from tests.prompts.search import simulated
from tests.prompts.search.simulated import DECOYS, ELEMENTS, ITEMS, OPTIMUM, SEED, edited, reading, value

EVALUATIONS = 17 * ITEMS
"""The seed, and two steps of eight candidates."""


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_beats_the_seed(name):
    found = run(name, 0, EVALUATIONS)
    assert found[0].true == pytest.approx(value(SEED))
    assert found[-1].evaluations <= EVALUATIONS
    assert found[-1].calls > 0
    assert found[-1].tokens > 0
    if name == "random":  # it looks at no score: what it comes by is luck, and not promised
        assert found[-1].true >= found[0].true
    else:
        assert found[-1].true > found[0].true + 0.05


def test_equal_seeds_make_equal_runs():
    first = run("opro", 1, 9 * ITEMS)
    assert first == run("opro", 1, 9 * ITEMS)
    assert first[-1].evaluations > ITEMS


def test_the_optimum_is_all_elements_and_no_decoy():
    whole = " ".join(ELEMENTS)
    assert value(whole) == pytest.approx(OPTIMUM)
    assert all(value(whole.replace(one, "")) < OPTIMUM - 0.02 for one in ELEMENTS)
    assert all(value(f"{whole} {decoy}") < OPTIMUM - 0.05 for decoy in DECOYS)
    assert value(SEED) < 0.2


def test_luck_is_of_the_share_that_is_stated():
    whole = " ".join(ELEMENTS)
    lost = sum(simulated.scorer(whole, item, seed) != simulated.RIGHT for item in range(ITEMS) for seed in range(60))
    assert lost / (60 * ITEMS) == pytest.approx(simulated.LUCK, abs=0.02)


PAIRS = """Texts:
<part name="instruction">
Be careful. Stay calm.
</part>
score: 12

<part name="instruction">
Be careful. Convert all amounts to one unit.
</part>
score: 31
"""


def test_a_prompt_is_read_for_instructions_scores_and_faults():
    known = reading(PAIRS + "| on 3 of them: check: a number was rounded\n| check: a limit points the wrong way\n")
    assert known.shown == [
        (12.0, ["Be careful.", "Stay calm."]),
        (31.0, ["Be careful.", "Convert all amounts to one unit."]),
    ]
    assert known.base == ["Be careful.", "Convert all amounts to one unit."]
    assert known.faults == {"a number was rounded": 3, "a limit points the wrong way": 1}


def test_scores_before_the_instructions_are_read_as_well():
    known = reading('The first, score 0.7:\n<part name="instruction">\nStay calm.\n</part>\n')
    assert known.shown == [(0.7, ["Stay calm."])]


def test_what_is_heeded_is_only_what_the_prompt_says(monkeypatch):
    monkeypatch.setattr(simulated, "HEED", 1.0)
    monkeypatch.setattr(simulated, "GRASP", 1.0)
    known = reading("Be careful.\n\ncheck: amounts in different units are added\n")
    changed = [edited(known, random.Random(number)) for number in range(20)]
    assert all("Convert all amounts to one unit." in one for one in changed)


def test_a_run_is_told_in_one_row():
    found = [Mark(32, 0, 0, 0.1, 0.1), Mark(288, 1, 700, 0.5, 0.4), Mark(544, 2, 1500, 0.97, 0.94)]
    assert at(found, 543) == found[1]
    assert reached(found) == found[2]
    assert reached(found[:2]) is None
    assert table({"opro": [found]}, 544).splitlines()[2] == (
        "| opro | 0.10 | 0.10 | 0.94 | 0.97 | 2 | 1,500 | 1 of 1 | 544 | 2 | 1,500 |"
    )
