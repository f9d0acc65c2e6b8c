"""The model in memory is the model of the rendered program, without its data becoming text."""

from __future__ import annotations

import os
import subprocess
import sys

import pyomo.environ as pyo
import pytest

from optwright.errors import FormulationError
from optwright.formulation.build import build
from optwright.formulation.elements import Formulation
from optwright.formulation.render import render
from optwright.formulation.rendering.program import compose
from optwright.problem import Table
from tests.formulation.solving import EXAMPLES, example, run_program, solve, solver_of
from tests.formulation.test_properties import written


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.json") if path.stem != "index"))
def test_the_built_model_is_the_rendered_one(name):
    formulation, tables, known = example(name)
    rendered = render(formulation, tables)
    built = build(formulation, tables)
    assert written(built.model) == written(run_program(rendered.source)["build_model"]())
    assert built.names == rendered.names
    assert solve(built.model, solver_of(rendered.source)) == "optimal"
    objective = next(built.model.component_data_objects(pyo.Objective, active=True))
    assert pyo.value(objective) == pytest.approx(known["optimum"], abs=known.get("tolerance", 1e-6))


def test_values_of_a_large_parameter_are_handed_over_as_they_are():
    count = 200
    rows = tuple((p, c, p * 7919 % 997 + c / 8) for p in range(count) for c in range(count))
    formulation = Formulation.model_validate(
        {
            "sets": [{"name": "P", "range": [0, count - 1]}],
            "parameters": [{"name": "rate", "index": ["P", "P"], "table": "rates", "key": ["p", "c"]}],
            "tables": [{"name": "rates", "columns": ["p", "c", "rate"], "file": "rates.csv"}],
            "variables": [{"name": "x", "index": ["P", "P"], "upper": 1}],
            "objective": {"sense": "maximize", "expression": "sum(rate[p,c]*x[p,c] for p in P for c in P)"},
        }
    )
    attached = [Table("rates", ("p", "c", "rate"), rows, "rates.csv")]
    program = compose(formulation, attached)
    assert sum(map(len, [*program.opening, *program.body])) < 2000
    model = build(formulation, attached).model
    assert sys.getsizeof(program.data["rate"]) > 1_000_000
    assert len(model.x) == count * count
    objective = next(model.component_data_objects(pyo.Objective))
    for variable in model.x.values():
        variable.value = 1
    assert pyo.value(objective) == pytest.approx(sum(row[2] for row in rows))


def test_what_is_not_well_formed_is_refused():
    formulation = Formulation.model_validate({"variables": [{"name": "x", "index": ["I"]}]})
    with pytest.raises(FormulationError, match="'I'"):
        build(formulation)


def test_the_same_formulation_gives_the_same_bytes_in_every_process():
    script = (
        "import sys; from tests.formulation.solving import example; from optwright.formulation.render import render\n"
        "for name in ('either_or', 'salesman', 'transport'):\n"
        "    formulation, tables, _ = example(name); sys.stdout.write(render(formulation, tables).source)\n"
    )
    texts = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert len(texts[0]) > 1000
    assert texts[0] == texts[1] == texts[2]
