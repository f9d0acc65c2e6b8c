"""A solve that is killed goes on where it was: real processes, a real server, a real kill -9."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from optwright.agent.solution import Status
from optwright.agent.solve import Settings, solve, solve_formulation
from optwright.budget import Allowance
from optwright.errors import InputError, LLMError
from optwright.llm import ScriptedChat
from tests.agent.cases import BAKERY, BAKERY_OPTIMUM, BAKERY_TEXT, bakery, says
from tests.stub_server import StubServer

BROKEN = bakery(oven_limit="sum(minutes[k]*bake[k] for k in LOAVES <= oven_time")
PROGRAM = """
import json, os, signal, sys
from optwright.agent.solve import Settings, solve, solve_formulation
from optwright.llm import OpenAIChat

url, folder, name, when, text = sys.argv[1:]

def kill(event):
    if event.name == name and (event.step is None) == (when == "start"):
        os.kill(os.getpid(), signal.SIGKILL)

solution = solve(text, model=OpenAIChat("stub", base_url=url), settings=Settings(), save=folder, on_step=kill)
print(json.dumps(solution.to_json()))
"""


def start(server, folder, name="", when="", **more):
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    command = [sys.executable, "-c", PROGRAM, server.url, str(folder), name, when, BAKERY_TEXT]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **more)


def finish(process):
    out, _ = process.communicate(timeout=60)
    return json.loads(out.splitlines()[-1]) if process.returncode == 0 else None


STEPS = ["retrieve", "formulate", "check", "repair", "program", "execute", "verify", "explain"]


QUICK = [("formulate", "end"), ("execute", "end")]
ALL = [(name, when) for name in STEPS for when in ("start", "end")]


@pytest.mark.parametrize(
    ("name", "when"), [pytest.param(*one, marks=() if one in QUICK else pytest.mark.slow) for one in ALL]
)
def test_killed_in_any_step_it_goes_on_without_asking_again(tmp_path, name, when):
    with StubServer([says(BROKEN), says(BAKERY)]) as server:
        killed = start(server, tmp_path, name, when)
        assert finish(killed) is None
        assert killed.returncode == -signal.SIGKILL
        data = finish(start(server, tmp_path))
        assert len(server.requests) == 2, "no call that was finished is made again"
    assert data["objective"] == pytest.approx(BAKERY_OPTIMUM)
    assert [step["name"] for step in data["trace"]["steps"]] == [
        *STEPS[:4], "check", "program", "execute", "verify", "explain",
    ]  # fmt: skip
    assert data["usage"]["calls"] == 2


def test_killed_while_it_waits_for_the_model_only_that_call_is_made_again(tmp_path):
    with StubServer([says(BROKEN), says(BROKEN), says(BAKERY)]) as server:
        waiting = start(server, tmp_path)
        while len(server.requests) < 1:
            time.sleep(0.01)
        server.latency = 5.0
        while not (tmp_path / "replies").exists():
            time.sleep(0.01)
        time.sleep(0.5)
        waiting.send_signal(signal.SIGKILL)
        waiting.communicate()
        server.latency = 0.0
        data = finish(start(server, tmp_path))
    assert data["status"] == "optimal"
    assert data["objective"] == pytest.approx(BAKERY_OPTIMUM)


def test_a_finished_solve_is_not_run_again(tmp_path):
    first = solve(BAKERY_TEXT, model=ScriptedChat([says(BAKERY)]), settings=Settings(), save=tmp_path)
    again = solve(BAKERY_TEXT, model=ScriptedChat([]), settings=Settings(), save=tmp_path)
    assert again.to_json() == first.to_json()
    assert json.loads((tmp_path / "solution.json").read_text())["objective"] == pytest.approx(BAKERY_OPTIMUM)


def test_after_a_failed_server_it_goes_on(tmp_path):
    down = solve(BAKERY_TEXT, model=ScriptedChat([says(BROKEN), LLMError("down")]), settings=Settings(), save=tmp_path)
    assert down.failure.kind == "llm"
    up = solve(BAKERY_TEXT, model=ScriptedChat([says(BAKERY)]), settings=Settings(), save=tmp_path)
    assert up.status is Status.OPTIMAL
    assert up.usage.calls == 2


def test_a_solve_that_gave_up_is_tried_anew_from_the_replies_that_are_there(tmp_path):
    tight = Settings(allowance=Allowance(calls=1))
    stopped = solve(BAKERY_TEXT, model=ScriptedChat([says(BROKEN)]), settings=tight, save=tmp_path)
    assert "the budget of 1 calls is spent" in stopped.failure.message
    more = solve(BAKERY_TEXT, model=ScriptedChat([says(BAKERY)]), settings=Settings(), save=tmp_path)
    assert more.status is Status.OPTIMAL


def test_a_folder_of_another_problem_is_refused(tmp_path):
    solve(BAKERY_TEXT, model=ScriptedChat([says(BAKERY)]), settings=Settings(), save=tmp_path)
    with pytest.raises(InputError, match=r"holds another solve \(other text\)"):
        solve("Something else.", model=ScriptedChat([]), settings=Settings(), save=tmp_path)
    with pytest.raises(InputError, match=r"other method"):
        solve(BAKERY_TEXT, model=ScriptedChat([]), settings=Settings("direct"), save=tmp_path)


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot keep a solve there"):
        solve("x", model=ScriptedChat([]), settings=Settings(), save=tmp_path / "file")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "checkpoints.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(InputError, match=r"checkpoints.sqlite: cannot be used"):
        solve("x", model=ScriptedChat([says(BAKERY)]), settings=Settings(), save=broken)


def test_a_checkpoint_holds_plain_data_only(tmp_path):
    solve(BAKERY_TEXT, model=ScriptedChat([says(BAKERY)]), settings=Settings(), save=tmp_path)
    with sqlite3.connect(tmp_path / "checkpoints.sqlite") as connection:
        kinds = {kind for (kind,) in connection.execute("select type from checkpoints")}
        kinds |= {kind for (kind,) in connection.execute("select type from writes")}
        everything = b"".join(value for (value,) in connection.execute("select checkpoint from checkpoints"))
    assert kinds <= {"msgpack", "null", "empty"}
    assert b"optwright." not in everything, "no class of ours is named in it"


def test_two_solves_in_one_folder_do_not_mix(tmp_path):
    with StubServer(says(BAKERY), latency=3.0) as server:
        first = start(server, tmp_path)
        while not server.requests and first.poll() is None and not (tmp_path / "checkpoints.sqlite").exists():
            time.sleep(0.01)
        with pytest.raises(InputError, match="another solve is at work there"):
            solve(BAKERY_TEXT, model=ScriptedChat([]), settings=Settings(), save=tmp_path)
        assert finish(first)["status"] == "optimal"


def test_another_formulation_is_another_solve(tmp_path):
    solve_formulation(BAKERY, save=tmp_path)
    with pytest.raises(InputError, match=r"holds another solve \(other formulation\)"):
        solve_formulation(bakery(flour_limit="sum(flour[k]*bake[k] for k in LOAVES) <= 7"), save=tmp_path)
    assert solve_formulation(BAKERY, save=tmp_path).objective == pytest.approx(BAKERY_OPTIMUM)
