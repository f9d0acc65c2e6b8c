"""The import contracts hold, and each of them fails when a fault is planted: a gate that cannot fail is no gate."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        LINT, cwd=folder, capture_output=True, text=True, timeout=120, env={"PYTHONPATH": str(folder)}
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "optwright", tmp_path / "optwright", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"Contracts: \d+ kept, 0 broken", result.stdout)


FLOORS = "Only from lower floors"
FAULTS = {
    "the formulation imports a solver": ("formulation/elements.py", "import optwright.solvers.options", FLOORS),
    "a leaf imports the formulation": ("problem.py", "import optwright.formulation.elements", FLOORS),
    "the agent imports the command line": ("agent/solve.py", "import optwright.cli", FLOORS),
    "siblings: prompts import the solvers": ("prompts/library.py", "import optwright.solvers.options", FLOORS),
    "siblings: solvers import the reader": ("solvers/options.py", "import optwright.offline", FLOORS),
    "the gold answers reach the agent": ("agent/solve.py", "import optwright.datasets", FLOORS),
    "langgraph outside the graph": ("agent/solve.py", "import langgraph", "langgraph:"),
    "openai outside the model client": ("agent/solve.py", "import openai", "openai:"),
    "torch in the core": ("agent/solve.py", "import torch", "The core"),
    "gradio in the core": ("agent/solve.py", "import gradio", "The core"),
    "ray outside the cluster": ("agent/solve.py", "import ray", "ray:"),
    "a module on no floor": ("stray.py", "", FLOORS),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found(copy, fault):
    module, line, contract = FAULTS[fault]
    path = copy / "optwright" / module
    if line and not path.exists():
        pytest.fail(f"{module} does not exist; plant the fault elsewhere")
    with path.open("a") as file:
        file.write(f"\n{line}\n")
    result = lint(copy)
    assert result.returncode != 0
    broken = [text for text in result.stdout.splitlines() if " BROKEN" in text]
    assert any(text.startswith(contract) for text in broken), result.stdout
