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

from optwright.datasets import uniform
from optwright.errors import ConfigError, InputError, LLMError
from optwright.eval.evaluate import evaluate, rescore
from optwright.eval.folder import Record, RunFolder
from optwright.eval.settings import Settings
from tests.eval.scripted import prediction_of

SCRIPTED = "tests.eval.scripted:worker"
ROOT = Path(__file__).parents[2]


def settings(path, **more):
    return Settings((str(path),), model="stub", pipeline=SCRIPTED, **more)


def go(path, out, **more):
    resume = more.pop("resume", False)
    return evaluate(settings(path, **more), uniform.load(path), out, resume=resume)


def keys(out):
    return Counter((record["id"], record["sample"]) for record in map(json.loads, (out / "results.jsonl").open()))


def test_every_item_gets_one_result_and_a_folder_that_explains_itself(benchmark_file, tmp_path):
    out = tmp_path / "run"
    progress = go(benchmark_file(30), out, samples=2)
    assert progress.done == 60
    assert set(keys(out).values()) == {1}
    names = {path.name for path in out.iterdir()}
    assert names >= {"config.json", "environment.json", "items.jsonl", "results.jsonl", "summary.json", "report.html"}
    assert not any(name.endswith(".part") for name in names)
    assert "A made-up question" not in (out / "items.jsonl").read_text() + (out / "results.jsonl").read_text()


def test_a_second_run_in_the_same_folder_needs_resume_and_the_same_settings(benchmark_file, tmp_path):
    path, out = benchmark_file(6), tmp_path / "run"
    go(path, out)
    with pytest.raises(InputError, match="6 of 6 attempts done"):
        go(path, out)
    with pytest.raises(ConfigError, match="method was 'compiled', is 'direct'"):
        go(path, out, resume=True, method="direct")
    assert go(path, out, resume=True, concurrency=3).done == 0


def test_a_torn_last_line_is_cut_off_and_done_again(benchmark_file, tmp_path):
    path, out = benchmark_file(9), tmp_path / "run"
    go(path, out)
    before = (out / "summary.json").read_bytes()
    results = out / "results.jsonl"
    whole = results.read_bytes()
    lines = whole.splitlines(keepends=True)
    for cut in (1, len(lines[-1]) // 2, len(lines[-1]) - 1):
        results.write_bytes(b"".join(lines[:-1]) + lines[-1][:cut])
        go(path, out, resume=True)
        assert set(keys(out).values()) == {1}
        assert len(keys(out)) == 9
        assert (out / "summary.json").read_bytes() == before


def test_two_processes_cannot_write_one_run(benchmark_file, tmp_path):
    path, out = benchmark_file(3), tmp_path / "run"
    with RunFolder(out).lock(), pytest.raises(InputError, match="another process"):
        go(path, out)


def test_a_server_that_fails_for_one_item_costs_one_item(benchmark_file, tmp_path, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_TEST_FAIL", "optmath/0001")
    path, out = benchmark_file(12), tmp_path / "run"
    given = Settings((str(path),), pipeline="tests.eval.scripted:failing")
    progress = evaluate(given, uniform.load(path), out)
    failed = [r.id for r in RunFolder(out).records() if r.prediction.failure == "llm"]
    assert failed == ["optmath/0001"]
    assert progress.retried == 1
    assert set(keys(out).values()) == {1}


def test_a_server_that_is_down_ends_the_run_and_nothing_is_written_down_as_failed(
    benchmark_file, tmp_path, monkeypatch
):
    monkeypatch.setenv("OPTWRIGHT_TEST_FAIL", "all")
    path, out = benchmark_file(40), tmp_path / "run"
    with pytest.raises(LLMError, match="go on later with --resume"):
        evaluate(Settings((str(path),), pipeline="tests.eval.scripted:failing"), uniform.load(path), out)
    assert RunFolder(out).records() == []
    monkeypatch.setenv("OPTWRIGHT_TEST_FAIL", "none")
    evaluate(Settings((str(path),), pipeline="tests.eval.scripted:failing"), uniform.load(path), out, resume=True)
    assert len(keys(out)) == 40


def test_a_fault_of_the_pipeline_is_raised_and_not_swallowed(benchmark_file, tmp_path):
    path = benchmark_file(4)
    with pytest.raises(ConfigError, match="no pipeline"):
        evaluate(Settings((str(path),), pipeline="tests.eval.scripted:absent"), uniform.load(path), tmp_path / "run")
    with pytest.raises(ZeroDivisionError):
        evaluate(Settings((str(path),), pipeline=f"{__name__}:broken"), uniform.load(path), tmp_path / "other")


def broken(given, *, turnstile, key):
    return lambda task: 1 / 0


def test_rescoring_reads_only_the_folder_and_gives_the_same_figures(benchmark_file, tmp_path):
    path, out = benchmark_file(20), tmp_path / "run"
    go(path, out)
    before = {name: (out / name).read_bytes() for name in ("summary.json", "timing.json", "report.html")}
    path.unlink()
    (out / "summary.json").unlink()
    rescore(out)
    assert {name: (out / name).read_bytes() for name in before} == before


def test_a_record_of_the_log_comes_back_as_it_was():
    record = Record("optmath/0001", 3, prediction_of("optmath/0001", 3))
    from optwright.eval.prediction import Prediction

    assert Prediction.from_json(json.loads(json.dumps(record.to_json()["prediction"]))) == record.prediction


DRIVER = """
import sys
from pathlib import Path
from optwright.datasets import uniform
from optwright.eval.evaluate import evaluate
from optwright.eval.settings import Settings
path, out = Path(sys.argv[1]), Path(sys.argv[2])
settings = Settings((str(path),), model="stub", pipeline="tests.eval.scripted:worker", samples=2, concurrency=4)
evaluate(settings, uniform.load(path), out, resume=True)
"""


def test_killed_at_random_moments_and_resumed_no_item_is_lost_repeated_or_half_written(benchmark_file, tmp_path):
    path, out = benchmark_file(60), tmp_path / "run"
    environment = {**os.environ, "OPTWRIGHT_TEST_WAIT": "0.05", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DRIVER, str(path), str(out)]
    dice, kills = random.Random(7), 0
    while kills < 5:
        process = subprocess.Popen(command, env=environment, cwd=tmp_path)
        results = out / "results.jsonl"
        before = results.stat().st_size if results.exists() else 0
        while (results.stat().st_size if results.exists() else 0) == before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(dice.random() * 0.25)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
        else:
            break
    assert kills == 5
    assert not (out / "summary.json").exists()
    subprocess.run(command, env=environment, cwd=tmp_path, check=True)
    assert len(keys(out)) == 120
    assert set(keys(out).values()) == {1}
    quiet = tmp_path / "quiet"
    subprocess.run(
        [*command[:-1], str(quiet)], env={**environment, "OPTWRIGHT_TEST_WAIT": "0"}, cwd=tmp_path, check=True
    )
    assert (quiet / "summary.json").read_bytes() == (out / "summary.json").read_bytes()
