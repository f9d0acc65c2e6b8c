"""A hundred texts that are no optimisation problem or lack data: none is answered."""

import pytest

from optwright.offline import read
from optwright.problem import Problem

from .conftest import records, solve

TEXTS = records("refused.jsonl")


def test_there_are_a_hundred():
    assert len({record["text"] for record in TEXTS}) == 100


@pytest.mark.parametrize("record", TEXTS, ids=lambda record: record["id"])
def test_is_refused_with_a_reason(record):
    reading = read(Problem(record["text"]), solve=solve)
    assert reading.chosen is None
    assert reading.refusal is not None
    assert len(reading.refusal.reason) > 10
