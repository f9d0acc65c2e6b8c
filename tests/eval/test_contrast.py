import json

import pytest

from optwright.datasets.label import Status, label_of
from optwright.datasets.sample import Labels
from optwright.errors import InputError
from optwright.eval.contrast import Category, Contrast, Structure, contrast, counts, relate
from optwright.eval.folder import Record
from optwright.eval.items import Item
from optwright.eval.judged import judge
from optwright.eval.prediction import Prediction
from optwright.solvers.compiler import compile_model

PROGRAM = """
import pyomo.environ as pyo
model = pyo.ConcreteModel()
model.{x} = pyo.Var(bounds=(0, 9))
model.{y} = pyo.Var(domain=pyo.NonNegativeIntegers)
model.work = pyo.Constraint(expr={hours}*model.{x} + 2*model.{y} <= {limit})
model.ratio = pyo.Constraint(expr=model.{x} {sign} model.{y} >= 1)
model.value = pyo.Objective(expr=3*model.{x} + {gain}*model.{y}, sense=pyo.maximize)
"""
PLAIN = {"x": "x", "y": "y", "hours": 4, "limit": 30, "sign": "-", "gain": 2}


def program(**changes):
    return PROGRAM.format(**{**PLAIN, **changes})


def model(source):
    space = {}
    exec(source, space)  # the tests' own text
    return compile_model(space["model"])


@pytest.mark.parametrize(
    ("changes", "structure"),
    [
        ({}, Structure.SAME),
        ({"x": "first", "y": "second"}, Structure.SAME),
        ({"hours": 5}, Structure.SHAPE),
        ({"limit": 31}, Structure.SHAPE),
        ({"gain": 7}, Structure.SHAPE),
        ({"sign": "+"}, Structure.DIFFERENT),
        ({"gain": -2}, Structure.DIFFERENT),
        ({"gain": 0}, Structure.DIFFERENT),
    ],
)
def test_models_are_related_by_structure(changes, structure):
    assert relate(model(program()), model(program(**changes)))[0] is structure


def test_a_dropped_constraint_is_another_structure():
    lines = program(hours=5).splitlines()
    assert relate(model(program()), model("\n".join(lines[:6] + lines[7:])))[0] is Structure.DIFFERENT


def test_value_and_structure_give_the_category():
    cases = {
        (Structure.SAME, True): Category.RIGHT_SAME,
        (Structure.DIFFERENT, True): Category.RIGHT_DIFFERENT,
        (Structure.SHAPE, True): Category.RIGHT_DIFFERENT,
        (Structure.SHAPE, False): Category.DATA_ERROR,
        (Structure.SAME, False): Category.WRONG_SAME,
        (Structure.DIFFERENT, False): Category.WRONG_DIFFERENT,
        (Structure.UNDECIDED, True): Category.UNDECIDED,
        (Structure.UNDECIDED, False): Category.UNDECIDED,
    }
    for (structure, right), category in cases.items():
        assert Contrast("a/1", structure, "").category(right=right) is category


def attempt(name, value, source):
    return Record(name, 0, Prediction(Status.OPTIMAL, value, executed=True, program=source))


def test_a_run_is_compared_with_a_folder_of_references(tmp_path):
    references = tmp_path / "references"
    references.mkdir()
    (references / "a_0001.py").write_text(program())
    (references / "a_0002.py").write_text(program())
    formulation = {
        "variables": [{"name": "p", "upper": 9}, {"name": "q", "domain": "NonNegativeIntegers"}],
        "objective": {"sense": "maximize", "expression": "3*p + 2*q"},
        "constraints": [{"name": "w", "expression": "4*p + 2*q <= 30"}, {"name": "r", "expression": "p - q >= 1"}],
    }
    (references / "a_0003.json").write_text(json.dumps(formulation))
    items = [Item(f"a/000{i}", "a", f"sha{i}", label_of(24), None, group=f"a/000{i}") for i in range(1, 5)]
    records = [
        attempt("a/0001", 24.0, program(x="u", y="v")),
        attempt("a/0002", 20.0, program(limit=25)),
        attempt("a/0003", 24.0, program()),
        attempt("a/0004", 24.0, program()),
    ]
    judged = judge(items, records, Labels.CORRECTED)
    found = contrast(judged, references, model_in_process)
    data = counts(found, judged)
    assert [item["category"] for item in data["items"]] == [
        "right value, same model",
        "wrong value, same structure (data error)",
        "right value, same model",
    ]
    assert Contrast.from_json({n: data["items"][0][n] for n in ("id", "structure", "reason")}) == found[0]
    with pytest.raises(InputError, match="holds no references"):
        contrast(judged, tmp_path / "nothing", model_in_process)


def model_in_process(source):
    return model(source) if "build_model(" not in source else built(source)


def built(source):
    space = {"__name__": "rendered"}
    exec(source, space)
    return compile_model(space["build_model"]())


def test_models_come_out_of_the_sandbox_as_data():
    from optwright.eval.contrast import model_of
    from optwright.solvers.runner import default
    from optwright.solvers.sandbox import ENOUGH
    from optwright.solvers.standard import ExportError

    if ENOUGH - set(default().sandbox.layers):
        pytest.skip("the sandbox is too weak here")
    assert model_of(program()).width == 2
    with pytest.raises(ExportError):
        model_of("print('no model')")
