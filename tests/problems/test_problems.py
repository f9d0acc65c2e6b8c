"""Problems of our own wording, modelled on public benchmarks: the compiled route finds the optimum that
`reference.py` finds another way."""

import json
from pathlib import Path

import pytest

from optwright.formulation.check import check
from optwright.formulation.evaluate import evaluate
from optwright.formulation.findings import errors
from optwright.formulation.read import read
from optwright.formulation.render import render
from optwright.solvers.options import Trust
from optwright.solvers.runner import run
from tests.problems import reference

FILES = sorted(Path(__file__).parent.glob("*.json"))


def load(path):
    record = json.loads(path.read_text())
    reading = read(record["formulation"])
    assert reading.formulation is not None, reading.findings
    return record, reading.formulation


def test_the_folder_is_whole():
    assert len(FILES) >= 30
    assert {json.loads(path.read_text())["modelled_on"] for path in FILES} == {"OptiBench", "OptMATH", "IndustryOR"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_recorded_optimum_is_right(path):
    assert getattr(reference, path.stem)() == pytest.approx(json.loads(path.read_text())["optimum"], rel=2e-6)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_formulation_is_clean(path):
    record, formulation = load(path)
    findings = check(formulation, text=record["text"])
    assert not errors(findings), [str(finding) for finding in findings]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_compiled_route_solves_it(path):
    record, formulation = load(path)
    rendered = render(formulation)
    outcome = run(rendered.source, trust=Trust.RENDERED)
    assert outcome.solved, outcome.message
    assert outcome.objective == pytest.approx(record["optimum"], rel=2e-6, abs=1e-6)
    values = {rendered.names.get(name, name): entries for name, entries in outcome.values.items()}
    evaluation = evaluate(formulation, values)
    assert evaluation.ok, evaluation.violations
    assert evaluation.objective == pytest.approx(record["optimum"], rel=2e-6, abs=1e-6)
