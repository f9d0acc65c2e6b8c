"""`optwright chat` as a user meets it: lines typed, turns shown; left and come back to; stopped by Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from optwright.experience.insight import Status, Use
from optwright.experience.library import Library
from tests.agent.cases import BAKERY, BAKERY_TEXT
from tests.agent.talk.cases import WORKSHOP_TEXT
from tests.e2e.app_library import MIX, filled, speak
from tests.stub_server import Fault, FaultPlan, StubServer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def chat(tmp_path):
    """Start a chat in a fresh directory; the lines are typed at once."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPTWRIGHT_", "OPENAI_"))}
    environment |= {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}

    def start(*arguments):
        command = [sys.executable, "-m", "optwright", "chat", *arguments, "--store", "state"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=tmp_path, text=True, env=environment, **pipes)

    def talk(*lines, arguments=("joe", "--model", "offline")):
        output, errors = start(*arguments).communicate("".join(f"{line}\n" for line in lines), timeout=240)
        assert "Traceback" not in errors
        return output

    talk.start = start
    return talk


def test_a_conversation_is_left_and_come_back_to(chat, tmp_path):
    first = chat(
        "hello", WORKSHOP_TEXT, "what if there are 50 hours?", "keep it", "export as json", "/versions", "/quit"
    )
    assert "Tell me what is to be decided" in first
    assert "Best possible value: 640." in first
    assert "640 -> 790 (+150" in first
    assert "wrote problem-2.json" in first
    written = json.loads((tmp_path / "problem-2.json").read_text())
    assert any(one["expression"].endswith("<= 50") for one in written["constraints"])
    assert "* 2: Best possible value: 790." in first
    again = chat("undo", "why so many chairs?")
    assert "Undone: version 1 is current again." in again
    assert "amount[chairs] is 8" in again
    anew = chat("/versions", arguments=("joe", "--model", "offline", "--new"))
    assert 'conversation "joe-2"' in anew
    assert "640" not in anew


def test_tables_are_attached(chat, tmp_path):
    (tmp_path / "times.csv").write_text("Worker,Weld,Paint\nIda,9,2\nOlaf,6,4\n")
    said = chat(
        "/table nowhere.csv",
        "/table times.csv",
        "Assign each worker to one task so that the total time is minimized.",
    )
    assert "there is no such file" in said
    assert "times (2 rows)" in said
    assert "Best possible value: 8." in said


def test_a_model_asks_and_is_answered(chat):
    question = {"text": "Is the oven free all day?", "why": "missing", "assumption": "it is"}
    replies = [json.dumps({"analysis": "", "questions": [question]}), f"```json\n{json.dumps(BAKERY)}\n```"]
    with StubServer(replies) as stub:
        told = " ".join(BAKERY_TEXT.split())
        said = chat(told, "go on", "at most 50 kg of flour", arguments=("--base-url", stub.url))
    assert "answering: stub" in said
    assert "Is the oven free all day?" in said
    assert "Best possible value: 465 $." in said
    assert "flour_available" in said


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_ctrl_c_stops_the_turn_and_not_the_chat(chat):
    with StubServer("late", faults=FaultPlan(script=[Fault.TIMEOUT], hang=120)) as stub:
        process = chat.start("--base-url", stub.url)
        process.stdin.write(" ".join(BAKERY_TEXT.split()) + "\n")
        process.stdin.flush()
        while not stub.faults.made:
            assert process.poll() is None
            threading.Event().wait(0.02)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate("/quit\n", timeout=120)
    assert "Stopped; nothing was changed." in output
    assert process.returncode == 0, errors


def test_a_chat_draws_from_a_library_and_keeps_what_is_said_of_answers(chat, tmp_path):
    library = filled(tmp_path / "library.db")
    with StubServer(speak) as stub:
        arguments = ("--base-url", stub.url, "--model", "stub", "--library", "library.db")
        said = chat(MIX, "/good", arguments=("only read", *arguments))
        assert "I1 followed: The problem counts things that cannot be divided" in said
        assert "start with --library FILE --learn" in said
        assert library.mark() == 5
        said = chat(
            MIX, "/help", "/good", "/good", "/bad Buns are sold whole.", arguments=("learn", *arguments, "--learn")
        )
        assert "what you say of it becomes a candidate insight" in said
        assert "recorded as help of I1" in said
        assert "this answer is rated already" in said
    assert library.get(1).count(Use.POSITIVE) == 3
    assert [one.status for one in library.find() if one.number > 4] == [Status.RETIRED, Status.CANDIDATE]
    assert library.journal(1)[0].actor.endswith("in the chat")
    library.close()


def test_what_was_changed_in_a_chat_is_a_lesson_without_a_model(chat, tmp_path):
    arguments = ("offline", "--model", "offline", "--library", "new.db")
    refused = chat.start(*arguments).communicate("/quit\n", timeout=240)[1]
    assert "new.db: there is no library" in refused
    assert not (tmp_path / "new.db").exists()
    said = chat("/lesson", WORKSHOP_TEXT, "/lesson", "at most 50 hours", "/lesson", arguments=(*arguments, "--learn"))
    assert "tell a problem first" in said
    assert "say in words what is wrong" in said
    assert "kept as I1" in said
    library = Library(tmp_path / "new.db")
    assert "50" in library.get(1).content.explanation
    library.close()
