# ruff: noqa: E501 - programs read better on long lines than cut in pieces
from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from optwright.errors import InputError, SandboxError
from optwright.outcome import Failure, Termination
from optwright.problem import Table
from optwright.solvers import runner as module
from optwright.solvers.cold import ColdSandbox
from optwright.solvers.options import MIB, Limits, SolveOptions, Trust
from optwright.solvers.runner import Runner, attachments
from optwright.solvers.sandbox import ENOUGH
from optwright.solvers.warm import WarmSandbox

ROOT = Path(__file__).parent.parent.parent
BENCHMARKS = Path(os.environ.get("OPTWRIGHT_BENCHMARKS", ROOT.parent / "shared" / "benchmarks"))
PROGRAMS = sorted((BENCHMARKS / "reference_programs").glob("*.py"))

FARM = """
import pyomo.environ as pyo

def build_model(data=None):
    model = pyo.ConcreteModel()
    model.CROP = pyo.Set(initialize=["wheat", "corn"])
    model.acres = pyo.Var(model.CROP, domain=pyo.NonNegativeReals, bounds=(0, 300))
    model.land = pyo.Constraint(expr=sum(model.acres[c] for c in model.CROP) <= 400)
    model.profit = pyo.Objective(expr=3 * model.acres["wheat"] + 5 * model.acres["corn"], sense=pyo.maximize)
    return model
"""
COSTS = Table("costs", ("item", "cost"), (("a", 2.0), ("b", 3.5), ("c", None)), source="/somewhere/Cost list.csv")


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    runner = module.default()
    if sys.platform != "linux" or ENOUGH - set(runner.sandbox.layers):
        pytest.skip("programs of unknown origin do not run here")
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def answers() -> dict[str, float]:
    records = {}
    for path in BENCHMARKS.glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            records[record["id"].replace("/", "_")] = record["answer"]
    return records


@pytest.mark.skipif(not PROGRAMS, reason="the benchmarks are not here: set OPTWRIGHT_BENCHMARKS to their folder")
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_reference_program_gives_its_recorded_answer(runner: Runner, answers: dict[str, float], path: Path) -> None:
    outcome = runner.run(path.read_text(encoding="utf-8"))
    assert outcome.termination is Termination.OPTIMAL
    assert outcome.objective == pytest.approx(answers[path.stem], rel=1e-4, abs=1e-4)
    assert outcome.claimed == pytest.approx(answers[path.stem], rel=1e-4, abs=1e-4)
    assert outcome.message == ""
    assert "objective:" in outcome.stdout


@pytest.mark.parametrize("trust", Trust)
def test_build_model_is_called_and_solved(runner: Runner, trust: Trust) -> None:
    outcome = runner.run(FARM, trust=trust)
    assert outcome.solved
    assert outcome.objective == pytest.approx(1800)
    assert outcome.values["acres"] == pytest.approx({("wheat",): 100, ("corn",): 300})
    assert outcome.duals["land"][()] == pytest.approx(3)
    assert (outcome.solver, outcome.claimed, outcome.message) == ("highs", None, "")
    assert set(outcome.isolation.split("+")) >= ENOUGH


def test_data_reaches_build_model(runner: Runner) -> None:
    source = (
        "import pyomo.environ as pyo\ndef build_model(data):\n    m = pyo.ConcreteModel()\n    print(data)\n"
        "    m.x = pyo.Var(bounds=(0, sum(r['cost'] or 0 for r in data['costs'])))\n"
        "    m.o = pyo.Objective(expr=m.x, sense=pyo.maximize)\n    return m\n"
    )
    outcome = runner.run(source, tables=[COSTS])
    assert outcome.objective == pytest.approx(5.5)
    assert "{'item': 'c', 'cost': None}" in outcome.stdout
    assert runner.run(source, tables=[COSTS], data={"costs": [{"cost": 9}]}).objective == pytest.approx(9)


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        ("()", "7"),
        ("(data=None)", "7 if data is None else 1"),
        ("(*tables)", "7"),
        ("(data)", "7 if data == {} else 1"),
    ],
)
def test_build_model_without_data(runner: Runner, signature: str, body: str) -> None:
    source = (
        f"import pyomo.environ as pyo\ndef build_model{signature}:\n    m = pyo.ConcreteModel()\n"
        f"    m.x = pyo.Var(bounds=(0, {body}))\n    m.o = pyo.Objective(expr=m.x, sense=pyo.maximize)\n    return m\n"
    )
    assert runner.run(source).objective == pytest.approx(7)


def test_attached_files_lie_in_the_programs_directory(runner: Runner) -> None:
    source = (
        "import csv, os\nfrom pyomo.environ import *\nmodel = ConcreteModel()\n"
        "rows = list(csv.DictReader(open('costs.csv')))\nprint(rows, sorted(os.listdir()))\n"
        "assert open('Cost list.csv').read() == open('costs.csv').read()\nopen('notes.txt', 'w').write('mine')\n"
        "model.x = Var(bounds=(0, float(rows[1]['cost'])))\nmodel.o = Objective(expr=model.x, sense=maximize)\n"
    )
    outcome = runner.run(source, tables=[COSTS])
    assert outcome.objective == pytest.approx(3.5)
    assert outcome.stdout.endswith("['Cost list.csv', 'costs.csv']\n")


def test_attachments_have_plain_names() -> None:
    table = Table("../../a/b", ("x",), ((1,), ('two,"2"',)), source="C.CSV")
    assert attachments([table]) == {"_.._a_b.csv": b'x\n1\n"two,""2"""\n', "C.CSV": b'x\n1\n"two,""2"""\n'}


MODEL = FARM + "\nmodel = build_model()\ndel build_model\n"


@pytest.mark.parametrize("name", ["gurobi", "cplex", "glpk", "cbc", "ipopt", "scip", "highs", "appsi_highs", "mosek"])
def test_every_solver_name_reaches_ours(runner: Runner, name: str) -> None:
    source = (
        f"{MODEL}\nsolver = pyo.SolverFactory({name!r})\nassert solver.available()\nsolver.options['TimeLimit'] = 10\n"
        "results = solver.solve(model, tee=True)\npyo.assert_optimal_termination(results)\n"
        "print(pyo.value(model.profit), model.acres['corn'].value, results.problem.upper_bound, results.solver.status)\n"
    )
    outcome = runner.run(source)
    assert outcome.stdout == "1800.0 300.0 1800.0 ok\n"
    assert (outcome.claimed, outcome.objective) == (1800, 1800)


def test_newer_interface_reaches_ours(runner: Runner) -> None:
    source = (
        f"{MODEL}\nfrom pyomo.contrib.solver.common.factory import SolverFactory\n"
        "from pyomo.contrib.solver.common.results import TerminationCondition\n"
        "results = SolverFactory('gurobi_direct').solve(model, load_solutions=False)\n"
        "assert results.termination_condition == TerminationCondition.convergenceCriteriaSatisfied\n"
        "assert model.acres['corn'].value is None\nresults.solution_loader.load_vars()\n"
        "print(model.acres['corn'].value, results.incumbent_objective, results.solution_loader.get_duals()[model.land])\n"
        "from pyomo.contrib.solver.solvers.highs import Highs\nprint(Highs().solve(model).incumbent_objective)\n"
    )
    outcome = runner.run(source)
    assert outcome.stdout == "300.0 1800.0 3.0\n1800.0\n", outcome
    assert outcome.claimed == 1800


def test_appsi_interface_reaches_ours(runner: Runner) -> None:
    source = (
        f"{MODEL}\nfrom pyomo.contrib import appsi\nsolver = appsi.solvers.Gurobi()\nresults = solver.solve(model)\n"
        "assert results.termination_condition == appsi.base.TerminationCondition.optimal\n"
        "print(results.best_feasible_objective, results.solution_loader.get_duals([model.land])[model.land])\n"
        "print(results.solution_loader.get_primals()[model.acres['corn']])\n"
    )
    outcome = runner.run(source)
    assert outcome.stdout == "1800.0 3.0\n300.0\n", outcome
    assert outcome.claimed == 1800


def test_persistent_use_and_suffixes(runner: Runner) -> None:
    source = (
        f"{MODEL}\nmodel.dual = pyo.Suffix(direction=pyo.Suffix.IMPORT)\nmodel.rc = pyo.Suffix(direction=pyo.Suffix.IMPORT)\n"
        "solver = pyo.SolverFactory('gurobi_persistent')\nsolver.set_instance(model)\nsolver.solve()\n"
        "print(model.dual[model.land], model.rc[model.acres['corn']])\nmodel.acres['corn'].setub(200)\n"
        "solver.update_var(model.acres['corn'])\nsolver.solve()\nprint(pyo.value(model.profit))\n"
    )
    outcome = runner.run(source)
    assert outcome.stdout == "3.0 2.0\n1600.0\n"
    assert outcome.objective == pytest.approx(1600)


def test_infeasible_model_is_an_outcome(runner: Runner) -> None:
    source = f"{MODEL}\nmodel.more = pyo.Constraint(expr=model.acres['corn'] >= 500)\n"
    asks = "results = pyo.SolverFactory('glpk').solve(model)\nprint(results.solver.termination_condition)\n"
    for text, printed in ((source, ""), (source + asks, "infeasible\n")):
        outcome = runner.run(text)
        assert (outcome.termination, outcome.failure, outcome.objective) == (Termination.INFEASIBLE, None, None)
        assert outcome.stdout == printed


def test_program_that_fails_after_its_solve_still_hands_over(runner: Runner) -> None:
    source = (
        f"{MODEL}\nmodel.more = pyo.Constraint(expr=model.acres['corn'] >= 500)\n"
        "pyo.assert_optimal_termination(pyo.SolverFactory('glpk').solve(model))\n"
    )
    outcome = runner.run(source)
    assert (outcome.termination, outcome.failure) == (Termination.INFEASIBLE, None)
    assert "the program failed after it had solved its model" in outcome.message


def test_model_solved_in_a_function_counts(runner: Runner) -> None:
    source = f"{FARM}\ndef main(make):\n    made = make()\n    pyo.SolverFactory('cbc').solve(made)\nmain(build_model)\ndel build_model\n"
    outcome = runner.run(source)
    assert (outcome.objective, outcome.claimed) == (pytest.approx(1800), pytest.approx(1800))


def test_nonlinear_model_goes_to_scip(runner: Runner) -> None:
    source = (
        "import pyomo.environ as pyo\nmodel = pyo.ConcreteModel()\nmodel.x = pyo.Var(bounds=(0, 4))\nmodel.y = pyo.Var(bounds=(0, 4))\n"
        "model.c = pyo.Constraint(expr=model.x + model.y <= 5)\nmodel.o = pyo.Objective(expr=-model.x * model.y)\n"
        "pyo.SolverFactory('highs').solve(model)\n"
    )
    outcome = runner.run(source)
    assert outcome.objective == pytest.approx(-6.25, abs=1e-4)
    assert outcome.claimed == pytest.approx(-6.25, abs=1e-4)
    assert outcome.solver == "scip"


HARD = """
import pyomo.environ as pyo, random
random.seed(1)
model = pyo.ConcreteModel()
N = range(60)
model.x = pyo.Var(N, range(8), domain=pyo.Binary)
w = [[random.randint(20, 99) for _ in range(8)] for _ in N]
model.one = pyo.Constraint(N, rule=lambda m, i: sum(m.x[i, k] for k in range(8)) == 1)
model.cap = pyo.Constraint(range(8), rule=lambda m, k: sum(w[i][k] * m.x[i, k] for i in N) <= 430)
model.o = pyo.Objective(expr=sum(random.randint(20, 99) * w[i][k] * m for (i, k), m in model.x.items()))
"""


def test_incumbent_comes_back_at_the_deadline(runner: Runner) -> None:
    outcome = runner.run(HARD, options=SolveOptions(gap=0.0), limits=Limits(wall=6))
    assert outcome.seconds < 9
    assert outcome.has_incumbent
    if outcome.termination is not Termination.OPTIMAL:
        assert outcome.termination is Termination.TIME_LIMIT
        assert outcome.bound is not None


def test_options_reach_the_solver(runner: Runner) -> None:
    assert runner.run(FARM, options=SolveOptions(solver="scip")).solver == "scip"


FAILURES = {
    "empty": ("  \n", Failure.SCREEN, "empty"),
    "prose": ("The optimum is 7 apples and a model of it.", Failure.SCREEN, "line 1"),
    "nothing of a model": ("print('hello')", Failure.SCREEN, "build_model"),
    "not text": ("model = 1\0", Failure.SCREEN, "NUL"),
    "too long": (f"model = '{'x' * 3_000_000}'", Failure.SCREEN, "too long"),
    "too deep": (f"model = {'-' * 200_000}1", Failure.SCREEN, "not a Python program"),
    "raises": ("model = 1\nraise ValueError('no wheat')", Failure.EXCEPTION, "no wheat"),
    "leaves": ("import sys\nmodel = 1\nsys.exit('no way')", Failure.EXCEPTION, "no way"),
    "no library": ("import gurobipy\nmodel = 1", Failure.EXCEPTION, "gurobipy"),
    "not a model": ("model = 7", Failure.NO_MODEL, "ConcreteModel"),
    "abstract": ("import pyomo.environ as pyo\nmodel = pyo.AbstractModel()", Failure.NO_MODEL, "ConcreteModel"),
    "returns nothing": ("def build_model(data): pass", Failure.NO_MODEL, "ConcreteModel"),
    "forbidden": ("import os\nmodel = os.fork()", Failure.FORBIDDEN, "PermissionError"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_failure_is_named(runner: Runner, name: str) -> None:
    source, failure, words = FAILURES[name]
    outcome = runner.run(source)
    assert (outcome.failure, outcome.termination) == (failure, Termination.NOT_SOLVED)
    assert words in outcome.message
    assert "/solvers/" not in outcome.message


def test_traceback_shows_the_programs_own_lines(runner: Runner) -> None:
    outcome = runner.run("def build_model(data):\n    total = 0\n    return 1 / total  # here\n")
    assert 'File "program.py", line 3, in build_model\n    return 1 / total  # here' in outcome.message
    assert outcome.message.endswith("ZeroDivisionError: division by zero")


def test_leaving_quietly_is_no_failure(runner: Runner) -> None:
    assert runner.run(f"{MODEL}\nimport sys\nsys.exit(0)\n").objective == pytest.approx(1800)


def test_main_block_runs_as_a_script_only(runner: Runner) -> None:
    source = f"{FARM}\nif __name__ == '__main__':\n    print('as a script')\n"
    assert runner.run(source).stdout == "as a script\n"
    assert runner.run(source, trust=Trust.RENDERED).stdout == ""


def test_many_threads_at_once(runner: Runner) -> None:
    sources = [FARM.replace("300", str(100 + number)) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(runner.run, sources))
    assert [outcome.objective for outcome in outcomes] == pytest.approx([8 * (100 + number) for number in range(24)])


def test_formulation_is_built_and_solved_in_a_child(runner: Runner) -> None:
    given = {
        "name": "farm",
        "sets": [{"name": "CROP", "members": ["wheat", "corn"]}],
        "parameters": [{"name": "profit", "index": ["CROP"], "value": {"wheat": 3, "corn": 5}}],
        "variables": [{"name": "acres", "index": ["CROP"], "domain": "NonNegativeReals", "upper": 300}],
        "objective": {"name": "total", "sense": "maximize", "expression": "sum(profit[c] * acres[c] for c in CROP)"},
        "constraints": [{"name": "land", "expression": "sum(acres[c] for c in CROP) <= 400"}],
    }
    outcome = runner.run_formulation(given)
    assert outcome.objective == pytest.approx(1800), outcome
    assert outcome.values["acres"] == pytest.approx({("wheat",): 100, ("corn",): 300})


def test_data_must_be_json(runner: Runner) -> None:
    with pytest.raises(InputError, match="give plain JSON values"):
        runner.run(FARM, data={"x": object()})


@pytest.mark.parametrize("layer", sorted(ENOUGH))
def test_weak_isolation_refuses_in_one_line(layer: str) -> None:
    if sys.platform != "linux":
        pytest.skip("the zygote is of Linux")
    weak = Runner(WarmSandbox((layer,)))
    try:
        with pytest.raises(SandboxError, match=f"without {layer}") as caught:
            weak.run(FARM)
        assert "\n" not in str(caught.value)
        assert weak.run(FARM, allow_weak=True).objective == pytest.approx(1800)
        outcome = weak.run(FARM, trust=Trust.RENDERED)
        assert outcome.objective == pytest.approx(1800)
        assert layer not in outcome.isolation
    finally:
        weak.close()


@pytest.mark.parametrize("trust", Trust)
def test_cold_sandbox_does_the_same(trust: Trust) -> None:
    """What macOS and Windows use; here with what Linux adds."""
    cold = Runner(ColdSandbox())
    outcome = cold.run(FARM + "\nprint('so', end='')\n", trust=trust, allow_weak=True)
    assert outcome.objective == pytest.approx(1800), outcome
    assert outcome.stdout == "so"


def test_cold_sandbox_keeps_limits() -> None:
    cold = Runner(ColdSandbox())
    late = cold.run("print('x')\nimport time\ntime.sleep(60)\n# model", limits=Limits(wall=4), allow_weak=True)
    assert (late.failure, late.stdout) == (Failure.DEADLINE, "x\n")
    loud = cold.run(
        "while True: print('x' * 100)\n# model", limits=Limits(output=MIB // 4, file_size=MIB), allow_weak=True
    )
    assert loud.failure in (Failure.OUTPUT, Failure.EXCEPTION)
    assert len(loud.stdout) == MIB // 4
    crash = cold.run("import ctypes\nctypes.string_at(0)\n# model", allow_weak=True)
    assert crash.failure is Failure.CRASH


def test_cold_sandbox_steps_in_where_no_zygote_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optwright.solvers.warm.bootstrap", lambda call: "raise SystemExit('this kernel is too old')")
    runner = Runner()
    assert isinstance(runner.sandbox, ColdSandbox)
    assert runner.run(FARM, trust=Trust.RENDERED).objective == pytest.approx(1800)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_platforms_run_what_is_rendered_and_refuse_the_rest(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    runner = Runner()
    assert isinstance(runner.sandbox, ColdSandbox)
    assert runner.run(FARM, trust=Trust.RENDERED).objective == pytest.approx(1800)
    with pytest.raises(SandboxError, match="without landlock and seccomp"):
        runner.run(FARM)
