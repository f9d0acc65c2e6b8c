import json
import os
import signal
import threading
import time
from collections import Counter

import pytest

psutil = pytest.importorskip("psutil", reason="psutil is not installed")
from optwright.datasets import uniform  # noqa: E402
from optwright.errors import ConfigError  # noqa: E402
from optwright.eval.evaluate import evaluate  # noqa: E402
from optwright.eval.processes import processes_for  # noqa: E402
from optwright.eval.settings import Settings  # noqa: E402


def settings(path, **more):
    return Settings(
        (str(path),), **{"pipeline": "tests.eval.scripted:worker", "processes": 2, "concurrency": 6, **more}
    )


def written(out):
    return Counter(json.loads(line)["id"] for line in (out / "results.jsonl").read_text().splitlines())


def test_several_processes_give_what_one_gives(benchmark_file, tmp_path, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_TEST_STARTS", str(tmp_path / "starts"))
    path = benchmark_file(40)
    evaluate(settings(path), uniform.load(path), tmp_path / "two")
    starts = [json.loads(line) for line in (tmp_path / "starts").read_text().splitlines()]
    assert len({pid for _, _, pid in starts} - {os.getpid()}) == 2
    evaluate(settings(path, processes=1), uniform.load(path), tmp_path / "one")
    assert (tmp_path / "one" / "summary.json").read_bytes() == (tmp_path / "two" / "summary.json").read_bytes()


def test_a_process_that_dies_loses_and_repeats_nothing(benchmark_file, tmp_path, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_TEST_WAIT", "0.1")
    path, out = benchmark_file(60), tmp_path / "run"
    killed = []

    def cut():
        while not (out / "results.jsonl").exists() or len(written(out)) < 20:
            time.sleep(0.01)
        child = next(p for p in psutil.Process().children() if "optwright.eval.child" in p.cmdline())
        os.kill(child.pid, signal.SIGKILL)
        killed.append(child.pid)

    killer = threading.Thread(target=cut)
    killer.start()
    evaluate(settings(path), uniform.load(path), out)
    killer.join()
    assert killed
    assert len(written(out)) == 60
    assert set(written(out).values()) == {1}


def test_children_end_with_their_parent(benchmark_file, tmp_path, monkeypatch):
    import subprocess
    import sys
    from pathlib import Path

    monkeypatch.setenv("OPTWRIGHT_TEST_WAIT", "5")
    driver = (
        "import sys; from pathlib import Path; from optwright.datasets import uniform;"
        "from optwright.eval.evaluate import evaluate; from tests.eval.test_processes import settings;"
        "path = Path(sys.argv[1]); evaluate(settings(path), uniform.load(path), Path(sys.argv[2]))"
    )
    path = benchmark_file(9)
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", driver, str(path), str(tmp_path / "run")], cwd=root)
    deadline = time.monotonic() + 30
    children = []
    while len(children) < 2 and time.monotonic() < deadline:
        children = psutil.Process(parent.pid).children()
        time.sleep(0.05)
    time.sleep(1)
    parent.kill()
    parent.wait()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert len(gone) == 2
    assert not alive


def test_faults_and_mistakes_are_told(benchmark_file, tmp_path):
    path = benchmark_file(4)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        evaluate(settings(path, pipeline="tests.eval.test_batch:broken"), uniform.load(path), tmp_path / "run")
    with pytest.raises(ConfigError, match="no pipeline"):
        evaluate(settings(path, pipeline="tests.eval.scripted:absent"), uniform.load(path), tmp_path / "other")


def test_how_many_processes():
    assert processes_for(8) == processes_for(48) == 1
    assert processes_for(10_000) == max(1, (os.cpu_count() or 1) // 2)
