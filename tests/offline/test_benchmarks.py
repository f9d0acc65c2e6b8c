"""The development halves, where they are at hand: floors under what was measured (docs/offline.md)."""

import pytest

from optwright.offline import read
from optwright.problem import Problem

from .conftest import solve


def right(value, gold):
    if value is None or gold is None:
        return False
    digits = len(str(gold).partition(".")[2].rstrip("0"))
    return abs(value - gold) <= 1e-6 * (abs(gold) + 1) or round(value, digits) == gold


@pytest.mark.parametrize(("name", "share", "precision"), [("nl4opt", 0.80, 0.95), ("mamo_easy", 0.55, 0.90)])
def test_floor(benchmarks, name, share, precision):
    records = [record for record in benchmarks(name) if "missing-data" not in record.get("flags", ())][::3]
    answered = correct = 0
    for record in records:
        reading = read(Problem(record["question"]), solve=solve)
        if reading.chosen is not None:
            answered += 1
            correct += right(reading.chosen.outcome.objective, record["answer"])
    assert correct >= share * len(records)
    assert correct >= precision * answered
