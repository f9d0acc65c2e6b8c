"""Learning and care that are killed at any moment go on and come to what they would have come to undisturbed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from optwright.experience.insight import Content, Stage, Status
from optwright.experience.integrity import faults
from optwright.experience.library import Library
from tests.experience.weak_model import MISTAKES, SLOPPY, WeakModel, insight, make
from tests.stub_server import StubServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
DEADLINE = 900


class Runs:
    """Commands on one benchmark with a server of its own for each run, whose requests are counted."""

    def __init__(self, folder):
        self.folder, self.made = folder, make(48)
        records = []
        for number, one in enumerate(self.made):
            record = {"id": f"weak/{number:04d}", "question": one.task.problem.text, "answer": one.task.gold.value}
            # Every other one has its right model, the others are found out by exploring.
            records.append(record | ({"formulation": one.right} if number % 2 else {}))
        (folder / "weak.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        root = str(Path(__file__).parents[2])
        self.environment = {**os.environ, "PYTHONPATH": root, "XDG_CONFIG_HOME": str(folder), "OMP_NUM_THREADS": "1"}

    def run(self, doing, name, library, *sizes, kill_at=()):
        """Run a command to its end, killed when its journal has so many lines; return what it asked the model."""
        journal = self.folder / name / "journal.jsonl"
        with StubServer(WeakModel(self.made)) as server:
            named = ["--base-url", server.url, "--model", "stub", "--library", str(self.folder / library)]
            words = [doing, str(self.folder / "weak.jsonl"), *named, "--workers", "1", "--out", name, *map(str, sizes)]
            command = [sys.executable, "-m", "optwright", "library", *words]
            for lines in kill_at:
                self._kill(command, journal, lines)
            told = self._call(command)
            assert told.returncode == 0, told.stderr
            return Counter(json.dumps(body["messages"]) for body in server.requests)

    def _call(self, command):
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=DEADLINE
        )

    def _kill(self, command, journal, lines):
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + DEADLINE
        while process.poll() is None and (not journal.exists() or journal.read_text().count("\n") < lines):
            assert time.monotonic() < end
            time.sleep(0.01)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def read(self, name, file):
        return json.loads((self.folder / name / file).read_text())


def contents(path, status):
    library = Library(path)
    found = {(one.id, one.content) for one in library.find(status=status)}
    assert faults(library) == []
    library.close()
    return found


def moments(count, most):
    return sorted(random.Random(count).sample(range(1, most), count))


def test_learning_killed_at_any_moment(tmp_path):
    runs = Runs(tmp_path)
    sizes = ("--limit", 8, "--held-out", 6, "--batch", 4)
    asked = runs.run("learn", "whole", "whole.db", *sizes)
    lines = (tmp_path / "whole" / "journal.jsonl").read_text().count("\n")
    cuts = moments(4, lines)
    again = runs.run("learn", "cut", "cut.db", *sizes, kill_at=cuts)
    first, second = (runs.read(name, "learned.json") for name in ("whole", "cut"))
    assert first["points"][-1]["accuracy"] > first["points"][0]["accuracy"] == 0.0
    assert {name: first[name] for name in ("points", "rulings", "stopped")} == {
        name: second[name] for name in ("points", "rulings", "stopped")
    }
    for status in Status:
        assert contents(tmp_path / "whole.db", status) == contents(tmp_path / "cut.db", status)
    keys = Counter(json.loads(line)["key"] for line in (tmp_path / "cut" / "journal.jsonl").open() if line.strip())
    assert set(keys.values()) == {1}
    assert len(asked) == sum(asked.values())  # Undisturbed, nothing is asked twice;
    assert again.keys() == asked.keys()
    assert sum(again.values()) - len(again) <= len(cuts)  # killed, only what was on its way then.
    assert first["usage"]["calls"] == sum(asked.values())
    assert second["usage"]["calls"] == len(again)  # What was spent before a kill is counted too.


def test_a_budget_is_of_the_whole_run(tmp_path):
    runs = Runs(tmp_path)
    sizes = ("--limit", 12, "--held-out", 8, "--batch", 4, "--calls", 30)
    runs.run("learn", "run", "library.db", *sizes, kill_at=(12,))
    learned = runs.read("run", "learned.json")
    assert "the budget of 30 calls is spent" in learned["stopped"]
    assert learned["usage"]["calls"] <= 31
    more = runs.run("learn", "run", "library.db", *sizes)
    assert sum(more.values()) == 0
    on = runs.run("learn", "run", "library.db", *sizes[:-1], 2000)
    assert runs.read("run", "learned.json")["stopped"] == ""
    assert sum(on.values()) > 0


def test_care_killed_at_any_moment(tmp_path):
    runs = Runs(tmp_path)
    for name in ("whole.db", "cut.db"):
        library = Library(tmp_path / name, actor="a person")
        for mistake in MISTAKES:
            fields = {**insight(mistake, 0), "condition": SLOPPY, "explanation": f"Use {mistake.advice}."}
            library.add(Content(Stage(fields.pop("stage")), **fields), status=Status.ADMITTED)
            library.add(Content(**{**fields, "stage": Stage.FORMULATION, "condition": f"{mistake.topic} are named."}))
        library.settle([2], Status.ADMITTED)
        library.close()
    sizes = ("--limit", 9, "--held-out", 6)
    asked = runs.run("evolve", "whole", "whole.db", *sizes)
    lines = (tmp_path / "whole" / "journal.jsonl").read_text().count("\n")
    cuts = moments(3, lines)
    again = runs.run("evolve", "cut", "cut.db", *sizes, kill_at=cuts)
    first, second = (runs.read(name, "evolved.json")[0] for name in ("whole", "cut"))
    assert first["refined"]
    assert first == second
    assert contents(tmp_path / "whole.db", Status.ADMITTED) == contents(tmp_path / "cut.db", Status.ADMITTED)
    assert sum(again.values()) - len(again) <= len(cuts)
    assert asked.keys() == again.keys()
