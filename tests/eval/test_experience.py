"""Evaluation with a library: what is shown is kept and reported, the library is known again, and nothing writes to it.

The model is that of `tests/experience/weak_model.py`, over real HTTP: it makes a known mistake unless an insight about
it is shown.
"""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("sqlalchemy", reason="the experience library is not installed")
from optwright.cli.main import app
from optwright.config import LibrarySettings
from optwright.datasets import uniform
from optwright.datasets.sample import Labels
from optwright.errors import ConfigError, InputError
from optwright.eval.evaluate import evaluate, rescore
from optwright.eval.experience import Experience
from optwright.eval.settings import Settings
from optwright.experience.insight import Content, Stage, Status, Use
from optwright.experience.library import Library, Used
from tests.experience.weak_model import MISTAKES, WeakModel, insight, make
from tests.postgres import database, postgres  # noqa: F401 - fixtures
from tests.stub_server import StubServer

TASKS = 9


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Yield a server, and the file of nine tasks, three for each mistake."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("OPTWRIGHT_LIBRARY", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    made = make(TASKS)
    lines = [
        {"id": f"weak/{number:04d}", "question": one.task.problem.text, "answer": one.task.gold.value}
        for number, one in enumerate(made)
    ]
    path = tmp_path / "weak.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with StubServer(WeakModel(made)) as server:
        yield server, path


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """A library that knows two of the three mistakes, and has a candidate about the third."""
    named = str(tmp_path / "library.db") if request.param == "sqlite" else request.getfixturevalue("database")
    library = Library(named)
    for number, mistake in enumerate(MISTAKES):
        status = Status.ADMITTED if number < 2 else Status.CANDIDATE
        library.add(content(mistake), status=status)
    library.close()
    return named


def content(mistake, **more):
    fields = {**insight(mistake, 0), **more}
    return Content(Stage(fields.pop("stage")), **fields)


def settings(bench, place, **more):
    server, path = bench
    library = Experience.of(LibrarySettings(place=place))
    return Settings((str(path),), model="stub", base_url=server.url, library=library, concurrency=3, **more)


def everything(place):
    """Return all that a library holds."""
    library = Library(place)
    with library.database.reading() as connection:
        tables = ["change", "label", "insight", "revision", "use"]
        found = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').all() for name in tables}
    library.close()
    return {name: sorted(map(repr, rows)) for name, rows in found.items()}


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_is_shown_is_kept_and_the_library_is_only_read(bench, place, tmp_path, processes):
    before = everything(place)
    evaluate(settings(bench, place, processes=processes), uniform.load(bench[1]), tmp_path / "run")
    assert everything(place) == before
    lines = [json.loads(line) for line in (tmp_path / "run" / "results.jsonl").read_text().splitlines()]
    told = Counter(json.dumps(line["prediction"].get("insights", {})) for line in lines)
    assert told == {
        '{"shown": ["I1"], "used": ["I1"]}': 3,
        '{"shown": ["I2"], "used": ["I2"]}': 3,
        "{}": 3,
    }
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["pooled"]["correct"] == 6
    usage = summary["library"]
    counts = [usage[name] for name in ("attempts", "with_insights", "shown", "cited", "precision")]
    assert counts == [9, 6, 6, 6, 1.0]
    assert usage["accuracy"]["with insights"]["correct"] == 6
    assert usage["accuracy"]["without insights"]["correct"] == 0
    assert usage["insights"]["I1"] == {"shown": 3, "shown_right": 3, "cited": 3, "cited_right": 3}


def test_the_folder_says_what_was_drawn_from_without_a_password(bench, place, tmp_path):
    out = tmp_path / "run"
    evaluate(settings(bench, place), uniform.load(bench[1]), out)
    config = json.loads((out / "config.json").read_text())
    assert config["library"]["insights"] == 2
    assert len(config["library"]["digest"]) == 64
    assert Settings.from_json(config).library == Experience.of(LibrarySettings(place=place))
    kept = json.loads((out / "library.json").read_text())
    assert [one["condition"] for one in kept["insights"]] == [content(one).condition for one in MISTAKES[:2]]
    page = (out / "report.html").read_text()
    assert "Retrieval precision <b>100.0%</b>" in page
    assert content(MISTAKES[0]).condition in page
    rescore(out, labels=Labels.CORRECTED)
    assert (out / "report.html").read_text() == page


def test_a_run_goes_on_only_with_the_library_that_it_began_with(bench, place, tmp_path):
    out, samples = tmp_path / "run", uniform.load(bench[1])
    evaluate(settings(bench, place), samples[:4], out)
    library = Library(place)
    library.record([Used(1, "weak/0000", Use.POSITIVE)])
    library.add(content(MISTAKES[0], condition="Another candidate.", first="Another", second=""))
    library.add(content(MISTAKES[0], condition="A third.", second="finer"))
    with pytest.raises(ConfigError, match="items was"):  # Uses and candidates change nothing that is shown.
        evaluate(settings(bench, place), samples, out, resume=True)
    evaluate(settings(bench, place), samples[:4], out, resume=True)
    library.edit(1, content(MISTAKES[0], explanation="Otherwise."))
    with pytest.raises(ConfigError, match=r"other settings \(library.digest was '[0-9a-f]{64}', is '[0-9a-f]{64}'\)"):
        evaluate(settings(bench, place), samples[:4], out, resume=True)
    library.close()


def test_a_worker_that_finds_another_library_says_so(bench, place, tmp_path):
    given = settings(bench, place)
    library = Library(place)
    library.settle([2], Status.RETIRED)
    library.close()
    with pytest.raises(ConfigError, match=r"not the one that the run began with \(1 insights admitted"):
        evaluate(given, uniform.load(bench[1]), tmp_path / "run")


def test_a_password_stays_out_of_the_settings(bench, postgres):  # noqa: F811
    url = postgres.database()
    Library(url).close()
    with pytest.raises(ConfigError, match=r"holds a password.*PGPASSWORD"):
        Experience.of(LibrarySettings(place=url.replace("tests@", "tests:secret@")))
    assert Experience.of(LibrarySettings(place=url)).place == url


def test_a_library_that_is_not_there_is_one_line_and_no_file(bench, tmp_path):
    with pytest.raises(InputError, match="there is no library"):
        Experience.of(LibrarySettings(place=str(tmp_path / "missing" / "library.db")))
    assert not (tmp_path / "missing").exists()


def test_the_command(bench, place, tmp_path):
    server, path = bench
    words = ["eval", path, "--model", "stub", "--base-url", server.url, "--library", place, "--max-tokens", "900"]
    result = CliRunner().invoke(app, [*map(str, words), "--concurrency", "3"])
    assert result.exit_code == 0, result.output
    assert "2 insights admitted" in result.output
    assert "Library: 6 insights shown in 6 of 9 attempts, 6 cited; retrieval precision 100.0%" in result.output
    run = tmp_path / "runs" / "weak-stub-compiled-library"
    assert json.loads((run / "config.json").read_text())["max_tokens"] == 900
    assert {body["max_tokens"] for body in server.requests} == {900}
    refused = CliRunner().invoke(app, ["eval", str(path), "--model", "offline", "--library", place])
    assert refused.exit_code == 2
    assert "--library is for a language model" in refused.output


@pytest.mark.slow
def test_the_cluster_draws_from_it_too(bench, place, tmp_path):
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'optwright[cluster]'")
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024, "include_dashboard": False}
    local = Cluster(initialize_head=True, head_node_args=node)
    try:
        given = settings(bench, place, engine="ray", address=local.address)
        before = everything(place)
        evaluate(given, uniform.load(bench[1]), tmp_path / "ray")
        assert everything(place) == before
        evaluate(replace(given, engine="threads", address=None), uniform.load(bench[1]), tmp_path / "threads")
        summaries = [(tmp_path / name / "summary.json").read_bytes() for name in ("ray", "threads")]
        assert summaries[0] == summaries[1]
        wrong = replace(given, library=replace(given.library, digest="0" * 64))
        with pytest.raises(ConfigError, match="not the one that the run began with"):
            evaluate(wrong, uniform.load(bench[1]), tmp_path / "wrong")
    finally:
        ray.shutdown()
        local.shutdown()
