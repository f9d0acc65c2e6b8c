"""The worked examples of docs/formulation.md, end to end."""

from __future__ import annotations

import subprocess
import sys

import pyomo.environ as pyo
import pytest

from optwright.formulation.check import check
from optwright.formulation.evaluate import evaluate
from optwright.formulation.findings import errors
from optwright.formulation.render import render
from tests.formulation.solving import EXAMPLES, example, run_program, solve, solver_of, values_of

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json") if path.stem != "index")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_well_formed_and_has_its_optimum(name):
    formulation, tables, known = example(name)
    assert errors(check(formulation, tables=tables)) == []
    rendered = render(formulation, tables)
    model = run_program(rendered.source)["build_model"]()
    assert solve(model, solver_of(rendered.source)) == "optimal"
    tolerance = known.get("tolerance", 1e-6)
    objective = next(model.component_data_objects(pyo.Objective, active=True))
    assert pyo.value(objective) == pytest.approx(known["optimum"], abs=tolerance)
    point = evaluate(formulation, values_of(model, rendered), tables)
    assert point.violations == []
    assert point.objective == pytest.approx(known["optimum"], abs=tolerance)
    for output, value in known.get("outputs", {}).items():
        assert point.outputs[output][()] == pytest.approx(value, abs=5e-3)


@pytest.mark.parametrize("name", ["product_mix", "pricing"])
def test_an_example_run_as_a_script_prints_its_optimum(name, tmp_path):
    formulation, tables, known = example(name)
    program = tmp_path / "program.py"
    program.write_text(render(formulation, tables).source, encoding="utf-8")
    run = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True, cwd=tmp_path)
    first = run.stdout.splitlines()[0]
    assert first.startswith("objective = ")
    assert float(first.split("=")[1]) == pytest.approx(known["optimum"], abs=1e-3)
