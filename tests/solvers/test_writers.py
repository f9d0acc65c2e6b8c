from __future__ import annotations

import highspy
import pyomo.environ as pyo
import pyscipopt
import pytest

from optwright.errors import InputError
from optwright.solvers.standard import ExportError
from optwright.solvers.writers import text, write
from tests.solvers.spread import CASES

LINEAR = ("linear", "knapsack")


@pytest.mark.parametrize("form", ["lp", "mps"])
@pytest.mark.parametrize("name", [*LINEAR, "projection"])
def test_another_reader_finds_the_same_optimum(name, form, tmp_path):
    build, optimum, _ = CASES[name]
    path = tmp_path / f"model.{form}"
    write(build(), path)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.run()
    found = solver.getInfo().objective_function_value
    assert found in (pytest.approx(optimum, abs=1e-5), pytest.approx(-optimum, abs=1e-5))


@pytest.mark.parametrize("name", [*LINEAR, "projection", "concave", "pooling", "synthesis", "roots", "distances"])
def test_scip_reads_the_nl_text(name, tmp_path):
    build, optimum, _ = CASES[name]
    path = tmp_path / "model.nl"
    write(build(), path)
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(path))
    model.optimize()
    assert model.getObjVal() == pytest.approx(optimum, rel=1e-5, abs=1e-5)


def test_the_first_objective_is_written_and_the_model_left_alone():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.late = pyo.Objective(expr=7 * model.x)
    model.early = pyo.Objective(expr=3 * model.x)
    model.early.deactivate()
    model.priorities = ["early", "late"]
    content = text(model, "lp")
    assert "early:" in content
    assert "late" not in content
    assert (model.late.active, model.early.active) == (True, False)


def test_names_are_readable():
    assert "a\n" in text(CASES["linear"][0](), "lp").replace("  ", " ")
    assert "take(3)" in text(CASES["knapsack"][0](), "mps")


def test_what_a_format_cannot_hold_is_refused(tmp_path):
    with pytest.raises(ExportError, match="LP"):
        text(CASES["synthesis"][0](), "lp")
    with pytest.raises(InputError, match="known: lp, mps, nl"):
        write(CASES["linear"][0](), tmp_path / "model.xyz")
    with pytest.raises(InputError, match="cannot write"):
        write(CASES["linear"][0](), tmp_path / "missing" / "model.lp")
