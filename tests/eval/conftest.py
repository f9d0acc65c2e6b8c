import json
import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def benchmarks():
    """The folder of development benchmarks; what needs it is skipped where it is absent."""
    here = Path(os.environ.get("OPTWRIGHT_BENCHMARKS") or Path(__file__).parents[2] / ".." / "shared" / "benchmarks")
    if not here.is_dir():
        pytest.skip("the benchmarks are not here: set OPTWRIGHT_BENCHMARKS to their folder")
    return here.resolve()


QUESTIONS = {
    "optibench": "optibench/{:04d}",
    "optmath": "optmath/{:04d}",
    "industryor": "industryor/{:04d}",
}


def line(name, answer, **more):
    return {"id": name, "question": f"A made-up question for {name}: how much at most?", "answer": answer, **more}


@pytest.fixture
def benchmark_file(tmp_path):
    """Make a uniform file of `count` made-up records over three benchmarks."""

    def make(count, **more):
        path = tmp_path / "made.jsonl"
        forms = list(QUESTIONS.values())
        records = [
            line(forms[i % 3].format(i // 3), float(i), type="LP" if i % 2 else "IP", **more) for i in range(count)
        ]
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return path

    return make
