from __future__ import annotations

import json

import pytest

from optwright.errors import InputError
from optwright.solvers.options import Limits, SolveOptions


@pytest.mark.parametrize("record", [SolveOptions(solver="scip", gap=0.0), Limits(wall=3)])
def test_record_returns_from_json(record: SolveOptions | Limits) -> None:
    assert type(record).from_json(json.loads(json.dumps(record.to_json()))) == record


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (SolveOptions, {"time_limit": 0}, "time_limit 0"),
        (SolveOptions, {"time_limit": float("nan")}, "seconds"),
        (SolveOptions, {"gap": 1.0}, "relative gap"),
        (SolveOptions, {"threads": -1}, "threads -1"),
        (SolveOptions, {"solver_name": "x"}, "unknown SolveOptions entry 'solver_name'; known: diagnose"),
        (Limits, {"memory": "lots"}, "memory 'lots'"),
        (Limits, {"wall": True}, "wall True"),
    ],
)
def test_impossible_number_is_one_line(
    kind: type[SolveOptions] | type[Limits], given: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        kind.from_json(given)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
