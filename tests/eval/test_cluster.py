"""The Ray engine on a real local cluster of two nodes, one of which is killed."""

import json
import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'optwright[cluster]'")
from ray.cluster_utils import Cluster as LocalCluster  # noqa: E402

from optwright.datasets import uniform  # noqa: E402
from optwright.errors import InputError  # noqa: E402
from optwright.eval.evaluate import evaluate  # noqa: E402
from optwright.eval.settings import Settings  # noqa: E402

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OPTWRIGHT_TEST_WAIT", "0.25")
    monkeypatch.setenv("OPTWRIGHT_TEST_STARTS", str(tmp_path / "starts"))
    node = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024, "include_dashboard": False}
    local = LocalCluster(initialize_head=True, head_node_args=node)
    node.pop("include_dashboard")
    second = local.add_node(**node)
    local.wait_for_nodes()
    yield local, second
    ray.shutdown()
    local.shutdown()


def kill(node):
    """Kill the raylet of a node and everything it started, as a power cut would."""
    import psutil

    raylet = node.all_processes["raylet"][0].process.pid
    for process in [*psutil.Process(raylet).children(recursive=True), psutil.Process(raylet)]:
        os.kill(process.pid, signal.SIGKILL)


def test_a_node_killed_in_the_middle_loses_and_repeats_nothing(cluster, benchmark_file, tmp_path):
    local, second = cluster
    path, out = benchmark_file(60), tmp_path / "run"
    given = Settings((str(path),), pipeline="tests.eval.scripted:worker", concurrency=6)

    def cut():
        while not (out / "results.jsonl").exists() or (out / "results.jsonl").read_text().count("\n") < 15:
            time.sleep(0.02)
        kill(second)

    killer = threading.Thread(target=cut)
    killer.start()
    progress = evaluate(
        Settings.from_json({**given.to_json(), "engine": "ray", "address": local.address}), uniform.load(path), out
    )
    killer.join()
    assert progress.done == 60
    written = Counter(json.loads(line)["id"] for line in (out / "results.jsonl").read_text().splitlines())
    assert len(written) == 60
    assert set(written.values()) == {1}
    starts = [json.loads(line) for line in (tmp_path / "starts").read_text().splitlines()]
    assert len({pid for _, _, pid in starts}) == 2  # both nodes worked
    assert len(starts) > 60  # what the lost node had begun was begun again
    here = tmp_path / "here"
    evaluate(given, uniform.load(path), here)
    assert (here / "summary.json").read_bytes() == (out / "summary.json").read_bytes()


def test_no_cluster_is_one_line(benchmark_file, tmp_path):
    path = benchmark_file(2)
    given = Settings((str(path),), pipeline="tests.eval.scripted:worker", engine="ray", address="127.0.0.1:1")
    with pytest.raises(InputError, match=r"no Ray cluster at '127.0.0.1:1'"):
        evaluate(given, uniform.load(path), tmp_path / "run")
