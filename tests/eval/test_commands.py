"""The commands as typed: what they print, and that a mistake is one line."""

import json

import pytest
import typer
from typer.testing import CliRunner

from optwright.datasets import uniform
from optwright.errors import OptwrightError
from optwright.eval import commands
from optwright.eval.evaluate import evaluate
from optwright.eval.settings import Settings


@pytest.fixture
def invoke(monkeypatch):
    monkeypatch.delenv("OPTWRIGHT_BENCHMARKS", raising=False)
    app = typer.Typer(pretty_exceptions_enable=False)
    commands.mount(app)

    def call(*words):
        return CliRunner().invoke(app, list(map(str, words)))

    return call


@pytest.fixture
def run(benchmark_file, tmp_path):
    path = benchmark_file(12)
    out = tmp_path / "run"
    evaluate(Settings((str(path),), pipeline="tests.eval.scripted:worker"), uniform.load(path), out)
    return path, out


def test_list_and_show(invoke):
    listed = json.loads(invoke("datasets", "list", "--json").stdout)
    assert [entry["name"] for entry in listed][:3] == ["optibench", "optmath", "nl4opt"]
    assert all(entry["licence"] and entry["authors_rule"]["source"] for entry in listed)
    shown = invoke("datasets", "show", "mamo_easy").stdout
    assert "CC BY-SA 4.0" in shown
    assert "Mamo" in shown


def test_show_one_record(invoke, benchmark_file):
    path = benchmark_file(3)
    path.rename(path.with_name("optmath_bench.jsonl"))
    record = json.loads(invoke("datasets", "show", "optmath/0000", "--data-dir", path.parent).stdout)
    assert record["corrected"]["answer"]["value"] == 1.0


def test_audit_prints_and_fails_on_a_fault(invoke, benchmark_file):
    path = benchmark_file(6)
    assert invoke("datasets", "audit", path.parent).exit_code == 0
    path.write_text(path.read_text() + '{"id": "a/1"}\n')
    result = invoke("datasets", "audit", path.parent)
    assert result.exit_code == 1
    assert "line 7: field 'question'" in result.stdout


def test_rescore_and_compare(invoke, run):
    _, out = run
    summary = json.loads(invoke("rescore", out, "--price", "prompt=1,completion=2", "--json").stdout)
    assert summary["usage"]["cost"] > 0
    assert json.loads((out / "summary.json").read_text()) == summary
    compared = json.loads(invoke("compare", out, out, "--json").stdout)
    assert compared["pooled"]["only_a"] == []
    assert compared["pooled"]["p_value"] == 1.0
    assert "pooled" in invoke("compare", out, out).stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["eval", "nl4op", "--out", "x"], "unknown benchmark 'nl4op'"),
        (["eval", "nl4opt", "--out", "x"], "where is nl4opt"),
        (["eval", "made.jsonl", "--out", "x"], "no such file"),
        (["eval", "nl4opt", "--out", "x", "--address", "auto"], "add --engine ray"),
        (["rescore", "nowhere"], "not a run folder"),
        (["compare", "nowhere", "nowhere"], "not a run folder"),
        (["datasets", "show", "nothing"], "unknown benchmark"),
        (["datasets", "audit"], "which folder"),
    ],
)
def test_a_mistake_is_one_line(invoke, words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = invoke(*words)
    assert isinstance(result.exception, OptwrightError)
    assert message in str(result.exception)
    assert "\n" not in str(result.exception)


def test_bad_prices_and_a_method_without_its_model(invoke, run, monkeypatch, tmp_path):
    path, out = run
    assert "--price 'prompt=much'" in str(invoke("rescore", out, "--price", "prompt=much").exception)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPTWRIGHT_API_KEY", "OPTWRIGHT_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    result = invoke("eval", path, "--out", tmp_path / "other", "--method", "direct")
    assert "needs a language model, and none is configured" in str(result.exception)
    assert not (tmp_path / "other").exists()


def test_the_offline_reader_is_evaluated_like_any_model(invoke, tmp_path, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPTWRIGHT_API_KEY", "OPTWRIGHT_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "two.jsonl"
    question = (
        "A bakery makes bread and cakes. A loaf of bread earns $3 and a cake earns $5. A loaf takes 1 hour and a cake "
        "takes 2 hours. There are 40 hours available. At most 30 loaves can be sold. How many of each should be made "
        "to maximize profit?"
    )
    known = [
        {"id": "own/0001", "question": question, "answer": 115},
        {"id": "own/0002", "question": "Why?", "answer": 1},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in known))
    monkeypatch.chdir(tmp_path)
    result = invoke("eval", path, "--model", "offline")
    assert result.exception is None, result.exception
    out = tmp_path / "runs" / "two-offline-compiled"
    summary = json.loads((out / "summary.json").read_text())
    assert json.loads((out / "config.json").read_text())["model"] == "offline"
    assert "--resume goes on" in str(invoke("eval", path, "--model", "offline").exception)
    assert summary["benchmarks"]["own"]["n"] == 2
    assert summary["usage"]["calls"] == 0
    assert summary["benchmarks"]["own"]["correct"] <= 1


def test_progress_says_rate_and_time_left():
    from optwright.eval.batch import Progress
    from optwright.eval.live import words

    progress = Progress(total=100, before=20, done=30)
    progress.started -= 15
    line = words(progress)
    assert line.startswith("50/100 attempts (50%), 20 from before, 2.0")
    assert "0:25 left" in line
