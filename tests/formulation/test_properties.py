"""What must hold for every well-formed formulation, shown on random ones."""

from __future__ import annotations

import copy

import pyomo.environ as pyo
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from optwright.formulation.build import build
from optwright.formulation.check import check
from optwright.formulation.elements import Formulation
from optwright.formulation.evaluate import evaluate
from optwright.formulation.findings import errors
from optwright.formulation.read import read
from optwright.formulation.render import render
from tests.formulation.mutations import MUTATIONS
from tests.formulation.solving import run_program, solve, solver_of, values_of
from tests.formulation.strategies import formulations

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
quick = settings(max_examples=60, deadline=None, suppress_health_check=SLOW)


@quick
@given(formulations() | formulations(curves=True))
def test_json_round_trips(data):
    formulation = Formulation.model_validate(data)
    assert Formulation.model_validate_json(formulation.to_json()) == formulation
    reading = read(formulation.to_json())
    assert reading.formulation == formulation
    assert reading.findings == []


@quick
@given(formulations() | formulations(curves=True))
def test_it_is_found_well_formed(data):
    assert [str(finding) for finding in errors(check(Formulation.model_validate(data)))] == []


@quick
@given(formulations() | formulations(curves=True))
def test_rendering_is_deterministic_and_the_program_runs(data):
    formulation = Formulation.model_validate(data)
    rendered = render(formulation)
    assert render(Formulation.model_validate_json(formulation.to_json())).source == rendered.source
    model = run_program(rendered.source)["build_model"]()
    # The file as bytes is the program too: nothing in it may change how Python decodes or splits it.
    from_file = {"__name__": "file"}
    exec(compile(rendered.source.encode(), "rendered.py", "exec"), from_file)
    assert written(from_file["build_model"]()) == written(model)
    assert written(build(formulation).model) == written(model)


def written(model):
    """Return every component of a model as text."""
    variables = [f"{v.name} {v.domain} {v.lb} {v.ub}" for v in model.component_data_objects(pyo.Var)]
    rows = [f"{row.name} {row.expr}" for row in model.component_data_objects(pyo.Constraint)]
    objectives = [f"{o.name} {o.sense} {o.active} {o.expr}" for o in model.component_data_objects(pyo.Objective)]
    return [*variables, *rows, *objectives]


@quick
@given(formulations(extras=4), st.randoms(use_true_random=False))
def test_at_any_point_every_expression_is_what_evaluate_says(data, chance):
    formulation = Formulation.model_validate(data)
    rendered = render(formulation)
    model = run_program(rendered.source)["build_model"]()
    for variable in model.component_data_objects(pyo.Var):
        low, high = variable.bounds
        variable.value = chance.uniform(low, high) if variable.is_continuous() else chance.randint(low, high)
    point = evaluate(formulation, values_of(model, rendered))
    beyond = any("outside of its breakpoints" in str(violation) for violation in point.violations)
    assert beyond or point.expressions.keys() == {part.name for part in formulation.expressions}
    seen = 0
    for component in model.component_objects(pyo.Expression):
        # A name that is taken has an underscore at its end; what lowering added has none in the original.
        entries = point.expressions.get(component.name, point.expressions.get(component.name.rstrip("_")))
        if entries is None:
            continue
        found = {key_of(index): pyo.value(entry) for index, entry in component.items()}
        assert found == pytest.approx(entries, rel=1e-9, abs=1e-9)
        seen += len(found)
    assert seen > 0 or beyond


def key_of(index):
    return () if index is None else index if isinstance(index, tuple) else (index,)


def agree(data):
    formulation = Formulation.model_validate(data)
    rendered = render(formulation)
    model = run_program(rendered.source)["build_model"]()
    state = solve(model, solver_of(rendered.source))
    event(state)
    assume(state == "optimal")
    values = values_of(model, rendered)
    point = evaluate(formulation, values, tolerance=1e-5)
    assert [str(violation) for violation in point.violations] == []
    for component in model.component_objects(pyo.Objective):
        name = rendered.names[component.name]
        if formulation.objectives:
            assert point.objectives[name] == pytest.approx(pyo.value(component), rel=2e-5, abs=2e-5)
    assert "asked" in point.outputs


@settings(quick, max_examples=100)
@given(formulations(rows=4))
def test_the_optimum_of_the_program_is_what_evaluate_says(data):
    agree(data)


@settings(quick, max_examples=25)
@given(formulations(curves=True))
def test_the_optimum_of_a_nonlinear_program_is_what_evaluate_says(data):
    agree(data)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
@settings(quick, max_examples=15)
@given(data=formulations(), choices=st.data())
def test_what_breaks_a_formulation_is_found(mutation, data, choices):
    broken = copy.deepcopy(data)
    expected = mutation(broken, choices.draw)
    assume(expected is not None)
    reading = read(broken)
    findings = list(reading.findings)
    if reading.formulation is not None:
        findings += check(reading.formulation)
    assert {finding.code for finding in findings} & set(expected), [str(finding) for finding in findings]


@quick
@given(formulations(), st.data())
def test_a_text_of_anything_anywhere_never_crashes_the_check(data, choices):
    place = choices.draw(st.sampled_from(["constraints", "expressions", "sets", "variables", "parameters", "outputs"]))
    element = choices.draw(st.sampled_from(data[place]))
    field = choices.draw(st.sampled_from(sorted(element)))
    element[field] = choices.draw(
        st.text(max_size=30) | st.integers() | st.none() | st.lists(st.text(max_size=5), max_size=3)
    )
    reading = read(data)
    if reading.formulation is not None:
        check(reading.formulation)
