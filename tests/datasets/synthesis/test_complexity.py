import pytest

from optwright.datasets.synthesis.catalogue import family
from optwright.datasets.synthesis.complexity import Level, complexity
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.instance import Reason, Rejection, draw, solve_draft, solve_model
from optwright.datasets.synthesis.resampling import Model
from optwright.datasets.synthesis.tuning import FEASIBLE, Window, tune
from optwright.formulation.build import build
from optwright.formulation.data import resolve
from optwright.formulation.elements import Formulation
from optwright.outcome import Outcome, Termination
from optwright.solvers.compiler import compile_model
from tests.datasets.synthesis.test_realise import shop


def measure(data: dict, outcome: Outcome | None = None):
    formulation = Formulation.model_validate(data)
    return complexity(resolve(formulation), compile_model(build(formulation).model), outcome)


MIXED = {
    "sets": [{"name": "I", "range": [1, 4]}],
    "variables": [
        {"name": "x", "index": ["I"], "upper": 9},
        {"name": "n", "domain": "NonNegativeIntegers", "upper": 5},
        {"name": "b", "domain": "Binary"},
    ],
    "objective": {"sense": "maximize", "expression": "sum(x[i] for i in I) + n"},
    "constraints": [
        {"name": "flat", "for_each": "i in I", "expression": "x[i] + n <= 6"},
        {"name": "logic", "expression": "implies(b, x[1] >= 3)"},
        {"name": "curved", "expression": "x[1]**2 + x[2]**2 <= 30"},
        {"name": "bent", "expression": "exp(x[3]) <= 40"},
    ],
}


def test_the_score_is_the_weighted_counts():
    found = measure(MIXED)
    assert found.variables == {"continuous": 4, "integer": 1, "binary": 1}
    assert found.constraints == {"linear": 4, "logical": 1, "quadratic": 1, "general": 1}
    counted = 4 * 0.5 + 1.5 + 1.0 + 4 * 0.5 + 2.0 + 2.5 + 3.0 + 5 / 7 + 0.1 * found.length
    assert found.score == pytest.approx(counted, abs=0.06)


def test_what_the_solver_had_to_do_adds_to_it():
    easy, hard = (
        measure(MIXED, Outcome(Termination.OPTIMAL, nodes=nodes, iterations=10 * nodes)).score for nodes in (0, 5000)
    )
    assert 25 < hard - easy < 50


def test_levels_cover_every_score_once():
    for score in (0.0, 49.9, 50.0, 150.0, 499.9, 500.0, 1999.0):
        assert sum(level.band[0] <= score < level.band[1] for level in Level) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"constraints": [{"name": "no", "expression": "x >= 12"}]}, Reason.INFEASIBLE),
        ({"objective": {"sense": "minimize", "expression": "x"}}, Reason.ZERO),
        ({"constraints": [{"name": "idle", "expression": "x <= 50"}]}, Reason.BOUNDS),
        ({"constraints": [{"name": "wrong", "expression": "y <= 50"}]}, Reason.FINDINGS),
    ],
)
def test_what_is_not_worth_telling_is_refused(change, reason):
    data = {
        "variables": [{"name": "x", "upper": 10}],
        "objective": {"sense": "maximize", "expression": "x"},
        "constraints": [{"name": "most", "expression": "3*x <= 20"}],
    }
    assert not isinstance(solve_model(Model(Formulation.model_validate(data)), 5.0), Rejection)
    refused = solve_model(Model(Formulation.model_validate({**data, **change})), 5.0)
    assert isinstance(refused, Rejection)
    assert refused.reason is reason


def test_a_drawn_optimum_has_no_stray_digits():
    solved = solve_draft(shop(), 5.0)
    assert not isinstance(solved, Rejection)
    assert solved.objective == 2100


def test_the_window_of_a_level_holds_feasible_instances_of_its_band():
    window = tune("knapsack", Level.MEDIUM, "t")
    assert window.reachable
    assert window.feasible >= FEASIBLE
    of = family("knapsack")
    drawn = [draw(of, Dice(seed, window.knobs(of)), Level.MEDIUM) for seed in range(8)]
    kept = [one for one in drawn if not isinstance(one, Rejection)]
    assert len(kept) >= 4
    assert all(50 <= one.complexity.score < 150 for one in kept)


def test_a_window_lies_within_the_sizes_that_are_asked_for():
    knobs = Window("knapsack", Level.EASY, 0.0, 1.0, 1.0, 1.0, limits={"items": Range(4, 9)}).knobs(family("knapsack"))
    assert knobs == {"items": Range(4, 9), "sides": Range(0, 3)}
    beyond = Window("knapsack", Level.EASY, 0.0, 1.0, 1.0, 1.0, limits={"items": Range(900, 990)})
    assert beyond.knobs(family("knapsack"))["items"] == Range(150, 150)


def test_a_family_that_cannot_grow_is_out_of_reach():
    assert not tune("box_sides", Level.EXPERT, "t").reachable
