"""What a user says of an answer: `solve --learn` on a terminal, `library feedback` for one that was saved."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optwright.cli.main import app
from optwright.experience.insight import Content, Stage, Status, Use
from optwright.experience.library import Library
from tests.experience.weak_model import MISTAKES, WeakModel, insight, make
from tests.stub_server import StubServer


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Yield a server that forgets lower bounds, with a problem of that kind in a file."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("OPTWRIGHT_LIBRARY", str(tmp_path / "library.db"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    made = make(3)
    (tmp_path / "problem.txt").write_text(made[1].task.problem.text)
    (tmp_path / "right.json").write_text(json.dumps(made[1].right))
    with StubServer(WeakModel(made)) as server:
        monkeypatch.setenv("OPTWRIGHT_BASE_URL", server.url)
        monkeypatch.setenv("OPTWRIGHT_MODEL", "stub")
        yield server


def invoke(*words):
    return CliRunner().invoke(app, list(map(str, words)))


def library():
    return Library(os.environ["OPTWRIGHT_LIBRARY"])


def admit():
    fields = insight(MISTAKES[1], 0)
    one = library().add(Content(Stage(fields.pop("stage")), **fields), status=Status.ADMITTED)
    return one.number


def test_a_correction_becomes_a_candidate_that_no_solve_draws_from(bench):
    solved = invoke("solve", "problem.txt", "--learn", "--save", "kept")
    assert "optwright library feedback kept up|down" in solved.output
    said = invoke("library", "feedback", "kept", "down", "--correction", "A promise is a least amount.")
    assert (said.exit_code, "no insight was shown" in said.stdout, "kept as I2" in said.stdout) == (0, True, True)
    draft, made = library().find()
    assert (draft.status, made.status) == (Status.RETIRED, Status.CANDIDATE)
    assert made.content.explanation.startswith("What is meant must be modelled with from below")
    assert made.parents == (draft.number,)
    assert "from the library" not in invoke("solve", "problem.txt").stdout


def test_a_right_formulation_tells_what_was_wrong(bench, monkeypatch):
    invoke("solve", "problem.txt", "--save", "kept")
    monkeypatch.delenv("OPTWRIGHT_BASE_URL")  # Nobody puts it in general terms.
    said = invoke("library", "feedback", "kept", "down", "--formulation", "right.json")
    assert "in your own words: no language model is configured" in said.stdout
    (draft,) = library().find(status=Status.CANDIDATE)
    assert "constraint 'promise': y <= least -> y >= least" in draft.content.explanation
    assert draft.content.first == "unedited feedback"


def test_a_thumb_is_a_use_of_what_was_shown_and_counts_once(bench):
    number = admit()
    solved = invoke("solve", "problem.txt", "--save", "kept")
    assert f"from the library: followed I{number} (optwright library show ID)" in solved.stdout
    assert library().get(number).uses == {}  # A solve only reads.
    assert f"recorded as help of I{number}" in invoke("library", "feedback", "kept", "up").stdout
    again = invoke("library", "feedback", "kept", "down")
    assert (again.exit_code, "rated already" in again.output) == (2, True)
    assert library().get(number).count(Use.POSITIVE) == 1


def test_a_correction_may_follow_a_thumb_down(bench):
    number = admit()
    invoke("solve", "problem.txt", "--save", "kept")
    said = invoke("library", "feedback", "kept", "down").stdout
    assert f"recorded as no help of I{number}" in said
    assert "for an editor" in said
    (bare,) = library().find(status=Status.CANDIDATE)
    assert (bare.content.first, bare.provenance.run) == ("unedited feedback", "thumbs down")
    assert '"constraints"' in bare.content.example
    assert "kept as" in invoke("library", "feedback", "kept", "down", "--correction", "Count the crates.").stdout
    assert library().get(bare.number).status is Status.RETIRED
    assert library().get(number).count(Use.INVALID) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("library", "feedback", "nowhere", "up"), "no finished solve is saved there"),
        (("library", "feedback", "kept", "up", "--correction", "x"), "a correction is of an answer that is wrong"),
        (("solve", "problem.txt", "--learn"), "--learn asks on a terminal"),
        (("solve", "problem.txt", "--library", "missing.db"), "missing.db: there is no library"),
    ],
)
def test_what_cannot_be_done_is_one_line(bench, words, told):
    if "kept" in words:
        invoke("solve", "problem.txt", "--save", "kept")
    result = invoke(*words)
    assert result.exit_code == 2
    assert told in result.output
    assert not Path("missing.db").exists()


def test_learning_needs_a_library(bench, monkeypatch):
    monkeypatch.delenv("OPTWRIGHT_LIBRARY")
    result = invoke("solve", "problem.txt", "--learn")
    assert (result.exit_code, "--learn needs a library" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("typed", "statuses"),
    [("n\nA promise is a least amount.\n", ["retired", "candidate"]), ("\n", [])],
)
def test_on_a_terminal_it_asks(bench, typed, statuses):
    leader, follower = pty.openpty()
    os.write(leader, typed.encode())
    command = [sys.executable, "-m", "optwright", "solve", "problem.txt", "--learn"]
    process = subprocess.Popen(command, stdin=follower, stdout=subprocess.DEVNULL, stderr=follower)
    os.close(follower)
    told = "".join(_read(leader))
    os.close(leader)
    assert process.wait(timeout=60) == 0
    assert "Is this answer right?" in told
    assert ("What is wrong with it?" in told) is typed.startswith("n")
    assert [one.status.value for one in library().find()] == statuses


def _read(leader):
    """Yield what a terminal shows until nobody writes to it any more."""
    while True:
        try:
            yield os.read(leader, 4096).decode(errors="replace")
        except OSError:
            return
