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
