"""A hundred development problems through the whole agent against a local server: killed, resumed, and on a cluster."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ["optibench", "optmath", "nl4opt", "mamo_easy", "mamo_complex", "industryor", "complexor", "nlp4lp"]
ITEMS = 100
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
MAIN = "import typer; from optwright.eval import commands; app = typer.Typer(); commands.mount(app); app()"


@pytest.fixture(scope="module")
def server(benchmarks):
    """The stand-in model in a process of its own; yields its URL."""
    command = [sys.executable, "-m", "tests.eval.fake_model", *sorted(map(str, benchmarks.glob("*.jsonl")))]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait()


@pytest.fixture(scope="module")
def environment(benchmarks):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPTWRIGHT_", "OPENAI_"))}
    return {**clean, "OPTWRIGHT_BENCHMARKS": str(benchmarks), "PYTHONPATH": str(ROOT)}


def command(server, out, *more):
    fixed = ["--limit", str(ITEMS), "--model", "stub", "--base-url", server, "--concurrency", "16", "--out", str(out)]
    return [sys.executable, "-c", MAIN, "eval", *NAMES, *fixed, *more]


def written(out):
    lines = (out / "results.jsonl").read_text().splitlines()
    return Counter(json.loads(line)["id"] for line in lines)


@pytest.fixture(scope="module")
def undisturbed(server, environment, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "undisturbed"
    subprocess.run(command(server, out), env=environment, cwd=out.parent, check=True)
    return out


def test_killed_five_times_and_resumed(server, environment, undisturbed, tmp_path):
    out, dice, moments = tmp_path / "run", random.Random(), []
    results = out / "results.jsonl"
    for _ in range(5):
        process = subprocess.Popen(command(server, out, "--resume"), env=environment, cwd=tmp_path)
        before = results.stat().st_size if results.exists() else 0
        while (results.stat().st_size if results.exists() else 0) == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 1.2))
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        moments.append(results.read_bytes().count(b"\n"))
    assert moments[-1] < ITEMS
    subprocess.run(command(server, out, "--resume"), env=environment, cwd=tmp_path, check=True)
    print("results at each kill:", moments)
    assert len(written(out)) == ITEMS
    assert set(written(out).values()) == {1}
    assert (out / "summary.json").read_bytes() == (undisturbed / "summary.json").read_bytes()


def test_on_a_cluster_that_loses_a_node(server, environment, undisturbed, tmp_path, monkeypatch):
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'optwright[cluster]'")
    from ray.cluster_utils import Cluster

    from tests.eval.test_cluster import kill

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    node = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}
    local = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    second = local.add_node(**node)
    local.wait_for_nodes()
    out = tmp_path / "run"
    killed_at = []

    def cut():
        while not (out / "results.jsonl").exists() or sum(written(out).values()) < 40:
            time.sleep(0.05)
        kill(second)
        killed_at.append(sum(written(out).values()))

    killer = threading.Thread(target=cut)
    killer.start()
    try:
        more = ["--engine", "ray", "--address", local.address]
        subprocess.run(command(server, out, *more), env=environment, cwd=tmp_path, check=True)
    finally:
        local.shutdown()
    killer.join()
    print("results when the node was killed:", killed_at)
    assert killed_at[0] < ITEMS
    assert len(written(out)) == ITEMS
    assert set(written(out).values()) == {1}
    assert (out / "summary.json").read_bytes() == (undisturbed / "summary.json").read_bytes()
