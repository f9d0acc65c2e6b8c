"""Killed and gone on with: real processes, a real kill -9. Nothing is scored twice, and the result is the same."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from optwright.prompts.search.ledger import Ledger
from tests.prompts.search.test_ledger import known

ROOT = Path(__file__).parents[3]


def start(folder, strategy, where="never", count=0):
    """Run a search in a process of its own and return how it ended."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.prompts.search.killed", str(folder), strategy, where, str(count)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=120
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


def scored(folder):
    return Counter((folder / "scored.txt").read_text().split())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What the searches find when nothing kills them."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("opro", "random", "directional", "reflect")}
    assert [start(folder, name) for name, folder in folders.items()] == [0] * 4
    return {name: Ledger(folder / "ledger.jsonl") for name, folder in folders.items()}


@pytest.mark.parametrize(
    ("strategy", "where", "counts"),
    [
        ("opro", "ask", (2, 1)),
        ("random", "ask", (4,)),
        ("opro", "score", (1, 5, 2)),
        ("random", "score", (4, 2)),
        ("directional", "ask", (4, 2)),
        ("directional", "score", (6,)),
        ("reflect", "ask", (5, 2)),
        ("reflect", "score", (6,)),
        ("opro", "line", (9,) * 8),
    ],
)
def test_a_killed_search_goes_on_as_if_nothing_had_been(tmp_path, whole, strategy, where, counts):
    for number, count in enumerate(counts):
        if start(tmp_path, strategy, where, count) == 0:
            assert number > 2, "it was killed some times before it came to its end"
            break
    else:
        before = scored(tmp_path) if (tmp_path / "scored.txt").exists() else Counter()
        assert start(tmp_path, strategy) == 0
        assert before <= scored(tmp_path)
    found = Ledger(tmp_path / "ledger.jsonl")
    assert set(scored(tmp_path)) == {name for name, entry in found.entries.items() if entry.score}
    assert set(scored(tmp_path).values()) == {1}, "no candidate is scored twice"
    assert known(found) == known(whole[strategy])
    held_out = {name: entry.held_out for name, entry in whole[strategy].entries.items()}
    assert {name: entry.held_out for name, entry in found.entries.items()} == held_out
    assert len(found.entries) > 6
