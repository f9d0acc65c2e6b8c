"""Learning with a model whose weaknesses are known, over real HTTP: see `weak_model`."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from optwright.agent.solve import Settings
from optwright.budget import Allowance, Budget
from optwright.cli.main import app
from optwright.errors import InputError
from optwright.eval.lessons.evolve import evolve
from optwright.eval.lessons.journal import Journal
from optwright.eval.lessons.laboratory import Laboratory, Metered
from optwright.eval.lessons.learn import learn
from optwright.eval.lessons.trial import examined
from optwright.experience.insight import Content, Provenance, Stage, Status, Use
from optwright.experience.integrity import faults
from optwright.experience.library import Library
from optwright.llm import CachedChat, OpenAIChat
from tests.experience.weak_model import HARM, MISTAKES, SLOPPY, WeakModel, insight, make
from tests.stub_server import StubServer

SLIP = Stage.FORMULATION


@pytest.fixture
def bench(tmp_path):
    """Return a function that opens a laboratory over so many tasks; the server serves until the test ends."""
    opened = []

    def build(count, *, allowance=None, name="run"):
        made = make(count)
        server = StubServer(WeakModel(made)).__enter__()
        opened.append(server)
        chat = CachedChat(OpenAIChat("stub", base_url=server.url), tmp_path / name / "replies")
        model = Metered(chat, Budget(allowance or Allowance(None, None, None)))
        library = Library(tmp_path / f"{name}.db", actor="a test")
        journal = Journal(tmp_path / name / "journal.jsonl")
        return Laboratory(model, library, journal, Settings(), 4, name), [one.task for one in made], server

    yield build
    for server in opened:
        server.__exit__(None, None, None)


def content(**fields):
    given = {**insight(MISTAKES[1], 0), **fields}
    return Content(Stage(given.pop("stage")), **given)


def by_mistake(tries):
    return {mistake.name: [one.right for one in tries if one.task.startswith(mistake.name)] for mistake in MISTAKES}


@pytest.mark.slow
def test_learning_mends_what_it_saw(bench):
    laboratory, tasks, _ = bench(30)
    learned = learn(laboratory, tasks[:18], tasks[18:], batch=6)
    assert [point.trained for point in learned.points] == [0, 6, 12, 18]
    assert learned.points[0].accuracy == 0.0
    assert learned.points[-1].accuracy == 1.0
    admitted = laboratory.library.find(status=Status.ADMITTED)
    assert {one.content.second.casefold() for one in admitted} == {mistake.topic for mistake in MISTAKES}
    assert len(admitted) < len(learned.rulings)  # what says the same again helps no more
    assert all(one.count(Use.POSITIVE) for one in admitted)
    labels = {one.folded: one.definition for one in laboratory.library.taxonomy()}
    assert len(labels) == 4  # The model wrote slips, SLIPS and Slips: they are one, with one below it for each mistake.
    assert labels[SLIP.value, "slips", ""] == "what is easily forgotten"
    assert labels[SLIP.value, "slips", "crates"] == "forgotten where crates are named"
    assert faults(laboratory.library) == []


@pytest.mark.slow
def test_a_planted_harm_is_refused_by_the_gate(bench):
    laboratory, tasks, _ = bench(18)
    harm = laboratory.library.add(content(explanation=f"Always {HARM}."), Provenance((tasks[0].id,)))
    ruling = examined(laboratory, "planted", harm, tasks[1:], sources=tasks[:1])
    assert not ruling.admitted
    good = laboratory.library.add(content(), Provenance((tasks[1].id,)))
    assert examined(laboratory, "good", good, tasks[2:], sources=tasks[1:2]).admitted


@pytest.mark.slow
def test_evolution_retires_harm_and_refines_what_appears_everywhere(bench):
    laboratory, tasks, _ = bench(24)
    library = laboratory.library
    sloppy = library.add(content(condition=SLOPPY), Provenance((tasks[1].id,)), status=Status.ADMITTED)
    harm = library.add(
        content(second="crates", condition="Applies where crates are named.", explanation=f"Always {HARM}."),
        status=Status.ADMITTED,
    )
    evolved = evolve(laboratory, tasks[:12], tasks[12:], name="round 1")
    assert (evolved.retired, evolved.refined, evolved.rolled_back) == ([harm.id], [sloppy.id], False)
    assert library.get(harm.number).status is Status.RETIRED
    assert library.get(sloppy.number).content.condition == "Applies where promised are named."
    assert library.get(sloppy.number).uses[Use.IRRELEVANT]
    assert evolved.after.precision > evolved.before.precision
    assert evolved.after.accuracy >= evolved.before.accuracy


@pytest.mark.slow
def test_a_round_that_loses_accuracy_is_undone(bench, monkeypatch):
    laboratory, tasks, _ = bench(18)
    library = laboratory.library
    good = library.add(content(), Provenance((tasks[1].id,)), status=Status.ADMITTED)
    before = library.get(good.number).record()

    def care(laboratory, name, one, *rest):
        worse = replace(one.content, condition="Applies where nothing is named.")
        laboratory.library.edit(one.number, worse)
        laboratory.library.add(content(explanation=f"Always {HARM}."), status=Status.ADMITTED)

    monkeypatch.setattr("optwright.eval.lessons.evolve._care", care)
    evolved = evolve(laboratory, tasks[:9], tasks[9:], name="a bad round")
    assert evolved.rolled_back
    assert evolved.after.accuracy < evolved.before.accuracy
    assert library.get(good.number).record() == before
    assert [one.id for one in library.find(status=Status.ADMITTED)] == [good.id]
    assert faults(library) == []


@pytest.mark.slow
def test_with_a_spent_budget_what_was_learned_stays(bench):
    laboratory, tasks, server = bench(18, allowance=Allowance(25, None, None))
    learned = learn(laboratory, tasks[:12], tasks[12:], batch=3)
    assert "the budget of 25 calls is spent" in learned.stopped
    assert len(server.requests) <= 25 + laboratory.workers
    assert faults(laboratory.library) == []


def test_training_and_held_out_tasks_must_be_apart(bench):
    laboratory, tasks, _ = bench(3)
    with pytest.raises(InputError, match="in both the training and the held-out tasks"):
        learn(laboratory, tasks, tasks[:1])
    with pytest.raises(InputError, match="needs training tasks and held-out tasks"):
        learn(laboratory, [], tasks)


@pytest.mark.slow
def test_the_command_goes_on_where_it_was_killed(tmp_path):
    made = make(60)
    lines = [
        {"id": f"weak/{number:04d}", "question": one.task.problem.text, "answer": one.task.gold.value}
        for number, one in enumerate(made)
    ]
    (tmp_path / "weak.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), "XDG_CONFIG_HOME": str(tmp_path)}
    with StubServer(WeakModel(made)) as server:
        named = ["--base-url", server.url, "--model", "stub", "--library", str(tmp_path / "library.db")]
        sizes = ["--limit", "14", "--held-out", "8", "--workers", "4", "--out", str(tmp_path / "run")]
        learn_it = [sys.executable, "-m", "optwright", "library", "learn", str(tmp_path / "weak.jsonl"), *named, *sizes]
        journal = tmp_path / "run" / "journal.jsonl"
        for most in (3, 18):
            process = subprocess.Popen(learn_it, cwd=tmp_path, env=environment, start_new_session=True)
            while process.poll() is None and (not journal.exists() or len(journal.read_text().splitlines()) < most):
                time.sleep(0.05)
            assert process.poll() is None, "it ended before it could be killed"
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        told = subprocess.run(learn_it, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
        assert told.returncode == 0, told.stderr
        evolve_it = [part if part != "learn" else "evolve" for part in learn_it]
        cared = subprocess.run(evolve_it, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
    assert cared.returncode == 2
    assert "was begun with another command; use another --out" in cared.stderr
    keys = [json.loads(line)["key"] for line in journal.read_text().splitlines() if line.endswith("}")]
    assert len(keys) == len(set(keys))
    learned = json.loads((tmp_path / "run" / "learned.json").read_text())
    assert learned["points"][-1]["accuracy"] > learned["points"][0]["accuracy"]
    page = (tmp_path / "run" / "report.html").read_text()
    assert "Held-out accuracy against training tasks" in page
    library = Library(tmp_path / "library.db")
    assert faults(library) == []
    texts = [one.content.fingerprint for one in library.find()]
    assert len(texts) == len(set(texts))
    library.close()


@pytest.mark.slow
def test_candidates_that_came_by_other_ways_go_through_the_gate(tmp_path, monkeypatch):
    made = make(24)
    lines = [
        {"id": f"weak/{number:04d}", "question": one.task.problem.text, "answer": one.task.gold.value}
        for number, one in enumerate(made)
    ]
    (tmp_path / "weak.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    library = Library(tmp_path / "library.db", actor="a person")
    library.add(content())
    library.add(content(second="crates", condition="Applies where crates are named.", explanation=f"Always {HARM}."))
    library.add(content(second="ships", condition="Applies where ships are named.", explanation="Load them."))
    words = ["weak.jsonl", "--model", "stub", "--library", "library.db", "--limit", "3", "--out", "gate"]
    with StubServer(WeakModel(made)) as server:
        told = CliRunner().invoke(app, ["library", "gate", *words, "--base-url", server.url])
        asked = len(server.requests)
        again = CliRunner().invoke(app, ["library", "gate", *words, "--base-url", server.url])
        assert (again.stdout, len(server.requests)) == (told.stdout, asked)
        named = [*words[:-1], "other", "--base-url", server.url, "--insight", "I1"]
        assert (
            "I1 is admitted; only a candidate comes to the gate"
            in CliRunner().invoke(app, ["library", "gate", *named]).output
        )
    assert "I1: admitted" in told.stdout
    assert "I2: refused" in told.stdout
    assert "I3: left a candidate" in told.stdout
    statuses = [one.status for one in library.find()]
    assert statuses == [Status.ADMITTED, Status.RETIRED, Status.CANDIDATE]
    library.close()


@pytest.mark.slow
def test_what_appears_together_and_says_the_same_becomes_one(bench):
    laboratory, tasks, _ = bench(12)
    library = laboratory.library
    first = library.add(content(), Provenance((tasks[1].id,)), status=Status.ADMITTED)
    other = content(condition="The text has promised in it.", explanation="Bounds from below are meant.", example="")
    second = library.add(other, Provenance((tasks[4].id,)), status=Status.ADMITTED)
    vain = library.add(content(condition=SLOPPY, explanation="Be careful.", example=""), status=Status.ADMITTED)
    evolved = evolve(laboratory, tasks[:9], tasks[9:], name="round 1")
    assert len(evolved.merged) == 1
    assert vain.id in evolved.retired
    (left,) = library.find(status=Status.ADMITTED)
    assert left.id == evolved.merged[0]
    assert set(left.provenance.tasks) >= {tasks[1].id, tasks[4].id}
    assert left.count(Use.POSITIVE) == 3  # of the one that was cited before, by either
    assert {library.get(one.number).status for one in (first, second)} >= {Status.RETIRED}
    assert evolved.after.precision == 1.0 > evolved.before.precision
