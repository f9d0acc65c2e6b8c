"""The real judge: build the model in memory and solve it in process."""

import json
import os
from pathlib import Path

import pytest

from optwright.formulation.build import build
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve as route

HERE = Path(__file__).parent


def solve(formulation):
    return route(build(formulation).model, SolveOptions(diagnose=False))


def records(name):
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def benchmarks():
    root = Path(os.environ.get("OPTWRIGHT_BENCHMARKS", HERE.parents[1] / ".." / "shared" / "benchmarks"))
    if not root.is_dir():
        pytest.skip(f"no benchmarks at {root}; set OPTWRIGHT_BENCHMARKS")

    def load(name):
        return [json.loads(line) for line in (root / f"{name}.jsonl").read_text("utf-8").splitlines()]

    return load
