"""One problem of our own for each kind of statement and of problem that the reader knows, with its optimum."""

import pytest

from optwright.offline import read
from optwright.problem import Problem

from .conftest import records, solve


@pytest.mark.parametrize("record", records("kinds.jsonl"), ids=lambda record: record["kind"])
def test_is_read(record):
    reading = read(Problem(record["text"]), solve=solve)
    assert reading.chosen is not None, reading.refusal
    assert reading.chosen.outcome.objective == pytest.approx(record["answer"], rel=1e-6)
    assert any(record["shows"] in one.expression for one in _expressions(reading.chosen.formulation))


def _expressions(formulation):
    return [*formulation.constraints, *formulation.objectives]
