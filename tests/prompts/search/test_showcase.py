"""OPRO's two showcase tasks: an optimiser that reads nothing but the pairs comes to what numerics say is best."""

import importlib.util
import itertools
import math
import random
import subprocess
import sys
from pathlib import Path

import pytest

from optwright.llm import ScriptedChat
from optwright.prompts.search.blind import Blind
from optwright.prompts.search.opro import Opro

EXAMPLES = Path(__file__).parents[3] / "examples" / "prompts"


def example(name):
    spec = importlib.util.spec_from_file_location(f"showcase_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


regression, tsp = example("linear_regression"), example("tsp")


@pytest.mark.parametrize("seed", [0, 1])
def test_regression_comes_within_one_percent_of_least_squares(seed):
    points = regression.draw(seed)
    best = regression.squares(points, *regression.least_squares(points))
    found = regression.search(points, Opro(), regression.scripted(seed), steps=40, seed=seed)
    assert regression.first_within(found, best) <= 160
    assert -found.best.score.mean >= best, "nothing is better than least squares"
    started = max(entry.score.mean for entry in found.seeds)
    assert -started > 5 * best, "the search began far away"
    blind = regression.search(points, Blind(), regression.blind(seed), steps=40, seed=seed)
    assert regression.first_within(blind, best) is None
    assert blind.evaluations > found.evaluations


def test_least_squares_has_no_slope_left():
    points = regression.draw(3)
    w, b = regression.least_squares(points)
    residuals = [w * x + b - y for x, y in points]
    assert sum(residuals) == pytest.approx(0, abs=1e-9)
    assert sum(r * x for r, (x, _) in zip(residuals, points, strict=True)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seed", [1, 4])
def test_the_travelling_salesman_comes_to_the_exact_optimum(seed):
    points = tsp.draw(seed, 10)
    best = tsp.shortest(points)
    found = tsp.search(points, Opro(), tsp.scripted(seed, 10), steps=45, seed=seed)
    assert tsp.first_within(found, best) <= 200
    assert tsp.length(points, tsp.nearest_neighbour(points)) > 1.05 * best
    blind = tsp.search(points, Blind(), tsp.blind(seed, 10), steps=30, seed=seed)
    assert -blind.best.score.mean > 1.05 * best


def test_the_exact_length_is_that_of_all_tours():
    points = tsp.draw(7, 7)
    every = (tsp.length(points, [0, *rest]) for rest in itertools.permutations(range(1, 7)))
    assert tsp.shortest(points) == pytest.approx(min(every))


def test_the_nearest_neighbour_goes_to_the_nearest():
    assert tsp.nearest_neighbour([(0, 0), (5, 0), (2, 0), (-4, 0)]) == [0, 2, 1, 3]
    assert tsp.length([(0, 0), (3, 0), (3, 4)], [0, 1, 2]) == 12.0


def test_a_tour_has_one_text_and_moves_keep_it_whole():
    chance = random.Random(0)
    assert tsp.write([3, 0, 1, 2]) == tsp.write([2, 1, 0, 3]) == "0,1,2,3"
    tour = list(range(9))
    for _ in range(200):
        tour = tsp.moved(tsp.sewn(tour, chance.sample(tour, 9), chance), chance)
        assert sorted(tour) == list(range(9))


@pytest.mark.parametrize(
    ("module", "text", "reason"),
    [
        (tsp, "0,1,1,3", "misses, repeats or invents 2"),
        (tsp, "0,1,2,3,3", "misses, repeats or invents 3"),
        (tsp, "0,1,2,4", "misses, repeats or invents 3, 4"),
        (tsp, "first 0, then 1", "no tour of the form"),
        (regression, "w = 2", "no line of the form"),
        (regression, "w = nan, b = 1", "no line of the form"),
    ],
)
def test_what_is_no_solution_is_a_named_failure_and_never_wins(module, text, reason):
    model = ScriptedChat([f'<part name="{module.PART}">{text}</part>'] * 8)
    points = module.draw(0, 4)
    ledger = module.search(points, Opro(), model, steps=1, seed=0)
    (failure,) = [entry.failure for entry in ledger.entries.values() if entry.failure]
    assert reason in failure
    assert ledger.best.candidate.step == 0


@pytest.mark.parametrize("name", ["linear_regression", "tsp"])
def test_the_example_runs(name):
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), "--steps", "2", "--instances", "1"]
    around = {"PYTHONPATH": str(EXAMPLES.parents[1]), "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, env=around, timeout=200)
    assert done.returncode == 0, done.stderr
    head, line = done.stdout.splitlines()
    assert "OPRO" in head
    assert math.isfinite(float(line.split(": ")[1].split(";")[0]))
