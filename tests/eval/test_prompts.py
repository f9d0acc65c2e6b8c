"""Evaluation with a prompt pack: every worker asks with it, the run keeps it whole, and goes on with no other."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optwright.cli.main import app
from optwright.datasets import uniform
from optwright.errors import ConfigError
from optwright.eval.evaluate import evaluate, rescore
from optwright.eval.settings import Settings
from optwright.prompts import shelf
from optwright.prompts.pack import Measured, Pack, Provenance
from tests.agent.cases import BAKERY, BAKERY_OPTIMUM, BAKERY_TEXT, says
from tests.stub_server import StubServer

WORDS = "You turn words into formulations, as carefully as a watchmaker."
PACK = Pack.of({"formulate.system": WORDS}, name="watchmaker", family="stub")


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Yield a server that models the bakery, and a file that asks for it three times."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("OPTWRIGHT_PROMPTS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bakeries.jsonl"
    lines = [
        {"id": f"bakery/{n}", "question": f"{BAKERY_TEXT}\n(Bakery {n}.)", "answer": BAKERY_OPTIMUM} for n in range(3)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with StubServer(says(BAKERY)) as server:
        yield server, path


def settings(bench, **more):
    server, path = bench
    return Settings((str(path),), model="stub", base_url=server.url, concurrency=2, **more)


def instructions(server):
    return {body["messages"][0]["content"] for body in server.requests}


@pytest.mark.parametrize("processes", [1, 2])
def test_every_worker_asks_with_the_pack_and_the_run_keeps_it(bench, tmp_path, processes):
    server, path = bench
    out = tmp_path / "run"
    evaluate(settings(bench, prompts=PACK, processes=processes), uniform.load(path), out)
    assert len(server.requests) == 3
    assert instructions(server) == {WORDS}
    config = json.loads((out / "config.json").read_text())
    assert config["prompts"] == {"digest": PACK.digest}
    assert Settings.from_json(config).prompts == PACK
    assert "watchmaker" in (out / "report.html").read_text()
    assert WORDS not in (out / "report.html").read_text()


def test_a_run_goes_on_with_the_same_texts_only(bench, tmp_path):
    _, path = bench
    out = tmp_path / "run"
    samples = uniform.load(path)
    evaluate(settings(bench, prompts=PACK), samples, out)
    renamed = Pack.of(dict(PACK.parts), name="other-name")
    evaluate(settings(bench, prompts=renamed), samples, out, resume=True)
    changed = Pack.of({"formulate.system": f"{WORDS} Or a baker."}, name="watchmaker")
    for other in (changed, None):
        with pytest.raises(ConfigError, match=f"prompts.digest was '{PACK.digest}', is ") as raised:
            evaluate(settings(bench, prompts=other), samples, out, resume=True)
        assert "Or a baker" not in str(raised.value)


def test_a_run_of_before_packs_goes_on(bench, tmp_path):
    _, path = bench
    out = tmp_path / "run"
    evaluate(settings(bench), uniform.load(path), out)
    config = json.loads((out / "config.json").read_text())
    del config["prompts"], config["pack"]
    (out / "config.json").write_text(json.dumps(config))
    evaluate(settings(bench), uniform.load(path), out, resume=True)
    assert rescore(out)["pooled"]["n"] == 3


def test_settings_with_a_pack_travel_as_json():
    told = Provenance(benchmarks=["nl4opt"], test=Measured(items=60, score=0.5, interval=(0.4, 0.6)))
    given = Settings(("x",), prompts=Pack.of({"plain.user": "Model: {{problem}}"}, name="p", provenance=told))
    assert Settings.from_json(json.loads(json.dumps(given.to_json()))) == given


def test_at_the_command_line(bench, tmp_path):
    server, path = bench
    runner = CliRunner()
    words = ["eval", str(path), "--base-url", server.url, "--model", "stub", "--concurrency", "2"]
    file = tmp_path / "pack.md"
    file.write_text(PACK.text())
    first = runner.invoke(app, [*words, "--prompts", str(file), "--out", "one"])
    assert first.exit_code == 0, first.output
    assert f"with the prompt pack watchmaker ({PACK.digest})" in first.output
    assert instructions(server) == {WORDS}
    file.write_text(PACK.text().replace("watchmaker.", "baker."))
    again = runner.invoke(app, [*words, "--prompts", str(file), "--out", "one", "--resume"])
    assert again.exit_code == 2
    assert "holds a run with other settings (prompts.digest was" in again.output
    kept = runner.invoke(app, [*words, "--out", "one", "--resume"])
    assert kept.exit_code == 0, kept.output
    assert "with the prompt pack watchmaker" in kept.output
    assert len(server.requests) == 3


def test_the_pack_in_use_for_the_family_is_used_unless_told_otherwise(bench, tmp_path):
    server, path = bench
    runner = CliRunner()
    shelf.use("stub", shelf.store(PACK))
    words = ["eval", str(path), "--base-url", server.url, "--limit", "1"]
    used = runner.invoke(app, words)
    assert used.exit_code == 0, used.output
    assert instructions(server) == {WORDS}
    assert [folder.name for folder in Path("runs").iterdir()] == ["bakeries-default-compiled-watchmaker"]
    server.requests.clear()
    shipped = runner.invoke(app, [*words, "--prompts", "none", "--out", "plain"])
    assert shipped.exit_code == 0, shipped.output
    assert instructions(server).isdisjoint({WORDS})


def test_a_pack_without_a_model_is_a_mistake(bench):
    _, path = bench
    found = CliRunner().invoke(app, ["eval", str(path), "--prompts", "none"])
    assert found.exit_code == 2
    assert "--prompts is for a language model" in found.output
