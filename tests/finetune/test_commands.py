"""The commands: what a user types, and what a mistake gets: one line and exit code 2."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from optwright.cli.main import app
from tests.finetune.cases import example, write


@pytest.fixture
def cli(monkeypatch):
    monkeypatch.delenv("OPTWRIGHT_BENCHMARKS", raising=False)

    def run(*arguments):
        return CliRunner().invoke(app, [str(word) for word in arguments])

    return run


def test_records_are_made_from_problems(cli, tmp_path):
    synth = write(tmp_path / "synth.jsonl", [example(seed) for seed in range(20)])
    told = cli("finetune", "records", synth, "--out", tmp_path / "made", "--instructions", "q2f,f2c")
    assert told.exit_code == 0, told.output
    assert "records: q2f 18, f2c 18" in told.output
    assert "held out: wording 2" in told.output
    assert "no benchmark is at hand" in told.output
    assert len((tmp_path / "made" / "train.jsonl").read_text().splitlines()) == 36


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["records", "{synth}", "--out", "{out}", "--instructions", "q2x"], "give some of q2f, f2c, qf2c, q2c"),
        (["records", "{synth}", "--out", "{out}", "--instructions", "q2c", "--plain"], "for q2f only"),
        (["records", "{synth}", "--out", "{out}", "--hold-out", "diets"], "no problem is of the family 'diets'"),
        (["records", "nowhere.jsonl", "--out", "{out}"], "nowhere.jsonl: no such file"),
    ],
)
def test_a_mistake_is_one_line(cli, tmp_path, words, line):
    synth = write(tmp_path / "synth.jsonl", [example(seed) for seed in range(5)])
    told = cli("finetune", *[word.format(synth=synth, out=tmp_path / "out") for word in words])
    assert told.exit_code == 2
    assert line in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not (tmp_path / "out" / "train.jsonl").exists()


def test_a_settings_file_that_cannot_be_used_is_one_line(cli, tmp_path):
    pytest.importorskip("trl")
    (tmp_path / "run.yaml").write_text(json.dumps({"out": "x", "model": {"path": "p"}, "data": {}}))
    told = cli("finetune", "sft", "--config", tmp_path / "run.yaml")
    assert told.exit_code == 2
    assert "data.records: Field required" in told.stderr


def test_help_imports_no_training_library():
    script = (
        "import sys\nfrom typer.testing import CliRunner\nfrom optwright.cli.main import app\n"
        "for words in (['--help'], ['finetune', 'sft', '--help'], ['distill', '--help']):\n"
        "    assert CliRunner().invoke(app, words).exit_code == 0\n"
        "print(sorted({'torch', 'transformers', 'trl', 'peft', 'datasets'} & sys.modules.keys()))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_without_the_training_libraries_the_remedy_is_named(cli, tmp_path, monkeypatch):
    from optwright.finetune import commands

    monkeypatch.setattr(commands.importlib.util, "find_spec", lambda name: None if name == "trl" else object())
    told = cli("finetune", "merge", tmp_path, "--out", tmp_path / "out")
    assert told.exit_code == 2
    assert "trl is not installed; pip install 'optwright[finetune]'" in told.stderr
