"""Dialogues as their users hold them: turns, versions, questions, undo, restarts, kills, many at once."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from optwright.agent.dialogue import Comparison, Dialogue, Question, Turn, TurnKind, Version
from optwright.agent.solve import Settings
from optwright.budget import Usage
from optwright.errors import ConfigError, InputError
from optwright.formulation.edit import AddConstraint, SetValue
from optwright.formulation.elements import Constraint
from optwright.llm import Completion, OpenAIChat, Reply, ScriptedChat
from optwright.problem import Table
from optwright.solvers.options import SolveOptions
from tests.agent.cases import BAKERY, BAKERY_OPTIMUM, BAKERY_TEXT
from tests.agent.talk.cases import CROWDED_TEXT, WORKSHOP_TEXT
from tests.postgres import database, postgres  # noqa: F401
from tests.stub_server import Fault, FaultPlan, StubServer

ROOT = Path(__file__).resolve().parents[2]
NO_QUESTIONS = json.dumps({"analysis": "clear", "questions": []})
MODELLED = f"```json\n{json.dumps(BAKERY)}\n```"


@pytest.fixture
def dialogue(tmp_path):
    with Dialogue.open("one", store=tmp_path, model="offline") as opened:
        yield opened


def scripted(tmp_path, *replies, thread="scripted"):
    return Dialogue.open(thread, store=tmp_path, model=ScriptedChat(list(replies)), settings=Settings())


# What can be said -------------------------------------------------------------------------------------------------


def test_a_problem_is_answered(dialogue):
    turn = dialogue.send(WORKSHOP_TEXT)
    assert (turn.kind, turn.number, turn.version) == (TurnKind.ANSWER, 1, 1)
    assert turn.solution.objective == 640
    assert "Best possible value: 640" in turn.text
    assert (turn.model, turn.usage) == ("", Usage())
    assert dialogue.current.number == 1
    assert dialogue.turns == (turn,)


def test_a_change_is_compared_and_stays(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send("at most 50 hours instead")
    assert turn.kind is TurnKind.COMPARISON
    assert (turn.comparison.objective_before, turn.comparison.objective_after) == (640, 790)
    assert turn.comparison.delta == 150
    assert [change.line() for change in turn.comparison.changed] == ["amount[chairs]: 8 -> 13"]
    assert "hour_limit" in turn.comparison.diff
    assert (dialogue.current.number, dialogue.current.parent, dialogue.current.hypothetical) == (2, 1, False)


def test_a_what_if_is_tried_only_and_may_be_kept(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send("what if tables sell for $60?")
    assert turn.comparison.objective_after == 720
    assert (dialogue.current.number, dialogue.versions[1].hypothetical) == (1, True)
    assert dialogue.send("what limits it?").version == 1
    assert dialogue.send("keep it").kind is TurnKind.NOTICE
    assert dialogue.current.number == 2
    assert dialogue.send("keep it").text.startswith("There is no trial to keep")


def test_a_why_not_is_forced_and_explained(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    worse = dialogue.send("why not more chairs?")
    assert worse.comparison.objective_after == 630
    assert "worse by 10" in worse.text
    impossible = dialogue.send("why not 10 tables?")
    assert "So it cannot be" in impossible.text
    assert "At most 8 tables can be sold." in impossible.text
    assert dialogue.current.number == 1


def test_binding_limits_that_change_are_told(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send("at least 15 chairs")
    assert turn.comparison.binding_lost == ("rule_tables",)
    assert dialogue.undo().version == 1


def test_an_infeasible_problem_is_explained_and_relaxed(dialogue):
    turn = dialogue.send(CROWDED_TEXT)
    assert (turn.kind, turn.solution.status) == (TurnKind.ANSWER, "infeasible")
    assert "These requirements cannot all hold" in turn.text
    assert "At least 18 chairs" in dialogue.send("why?").text
    relaxed = dialogue.send("relax it")
    assert (relaxed.kind, relaxed.solution.status, relaxed.solution.objective) == ("comparison", "optimal", 590)
    assert "amount['tables'] >= 1" in relaxed.comparison.diff
    assert "nothing to relax" in dialogue.send("relax it").text


def test_relaxing_a_trial_leaves_the_version_before_it_alone(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    assert dialogue.send("what if at least 30 chairs are made?").comparison.status_after == "infeasible"
    assert dialogue.send("relax it").solution.status == "optimal"
    assert [version.parent for version in dialogue.versions] == [None, 1, 2]


def test_undo_goes_back_along_what_was_current(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    dialogue.send("at most 50 hours instead")
    dialogue.send("tables sell for $60")
    assert dialogue.restore(1).version == 1
    assert [dialogue.undo().version for _ in range(3)] == [3, 2, 1]
    assert dialogue.undo().text == "There is nothing to undo."
    assert [version.number for version in dialogue.versions] == [1, 2, 3]
    assert "no version 9" in dialogue.restore(9).text


def test_undo_after_a_trial_drops_the_trial_alone(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    dialogue.send("at most 50 hours instead")
    dialogue.send("what if tables sell for $60?")
    assert "version 2 stands" in dialogue.undo().text
    assert dialogue.undo().version == 1


def test_typed_edits(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.edit([SetValue(parameter="sell", value=60, at=("tables",))], note="cell sell[tables]")
    assert (turn.kind, turn.said, turn.solution.objective) == (TurnKind.COMPARISON, "cell sell[tables]", 720)


def test_edits_that_cannot_be_made_change_nothing(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    missing = dialogue.edit([SetValue(parameter="sel", value=60)])
    assert missing.kind is TurnKind.FAILURE
    assert "did you mean 'sell'?" in missing.text
    wrong = dialogue.edit([AddConstraint(constraint=Constraint(name="c", expression="amounts <= 3"))])
    assert wrong.kind is TurnKind.FAILURE
    assert (dialogue.current.number, len(dialogue.versions)) == (1, 1)


def test_an_export_names_its_format_and_version(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send("export it as lp")
    assert (turn.export, turn.version) == ("lp", 1)


def test_a_new_problem_begins_a_new_line(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send(CROWDED_TEXT)
    assert [(version.number, version.line, version.parent) for version in dialogue.versions] == [
        (1, 1, None),
        (2, 2, None),
    ]
    assert turn.version == 2
    assert dialogue.undo().version == 1


def test_what_is_not_understood_says_what_is_known(dialogue):
    assert dialogue.send("hello").kind is TurnKind.NOTICE
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send("what if aluminium costs 10% more?")
    assert turn.kind is TurnKind.NOTICE
    assert "The model does not know: aluminium." in turn.text
    assert "sell" in turn.text
    assert len(dialogue.versions) == 1


# Questions --------------------------------------------------------------------------------------------------------


def test_what_a_problem_lacks_is_asked_for(dialogue):
    text = (
        "A workshop makes chairs and tables. A chair sells for $30, a table sells for $50. At least 3 tables must be "
        "made. How many of each maximise revenue?"
    )
    turn = dialogue.send(text)
    assert turn.kind is TurnKind.QUESTION
    assert len(dialogue.pending) == 1
    assert "nothing that I could assume" in dialogue.send("go on").text
    answered = dialogue.send("A chair takes 2 hours and a table takes 3 hours. There are 40 hours.")
    assert answered.kind in (TurnKind.ANSWER, TurnKind.FAILURE, TurnKind.QUESTION)


def test_words_that_fit_two_numbers_are_asked_about(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send("double the hours")
    assert turn.kind is TurnKind.QUESTION
    assert "Which do you mean?" in dialogue.pending[0].text
    assert "names none" in dialogue.send("the blue one").text
    assert dialogue.send("the second one").kind is TurnKind.COMPARISON
    assert dialogue.pending == ()
    assert len(dialogue.versions) == 2


def test_a_question_may_be_left_unanswered(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    dialogue.send("double the hours")
    assert dialogue.edit([SetValue(parameter="sell", value=60, at=("tables",))]).solution.objective == 720
    assert dialogue.pending == ()


QUESTIONS = json.dumps(
    {
        "analysis": "the oven may be shared",
        "questions": [
            {"text": "Is the oven free all day?", "why": "missing", "assumption": "the oven is free all day"},
            {"text": "Are half loaves sold?", "why": "ambiguous", "assumption": "only whole loaves are sold"},
            {"text": "Three?", "why": "", "assumption": "three"},
            {"text": "Four?", "why": "", "assumption": "four"},
        ],
    }
)


def test_a_model_asks_at_most_three_questions_and_once(tmp_path):
    with scripted(tmp_path, QUESTIONS, MODELLED) as dialogue:
        asked = dialogue.send(BAKERY_TEXT)
        assert asked.kind is TurnKind.QUESTION
        assert [question.text for question in asked.questions] == [
            "Is the oven free all day?",
            "Are half loaves sold?",
            "Three?",
        ]
        assert "Otherwise I assume: the oven is free all day" in asked.text
        answered = dialogue.send("Yes, all day, and whole loaves only.")
        assert (answered.kind, answered.solution.objective) == (TurnKind.ANSWER, BAKERY_OPTIMUM)
        assert "Yes, all day, and whole loaves only." in dialogue.model.requests[1].messages[-1]["content"]
        assert (asked.model, asked.usage.calls, answered.usage.calls) == (dialogue.model.name, 1, 1)


def test_going_on_takes_the_assumptions(tmp_path):
    with scripted(tmp_path, QUESTIONS, MODELLED) as dialogue:
        dialogue.send(BAKERY_TEXT)
        assert dialogue.send("go on").kind is TurnKind.ANSWER
        sent = dialogue.model.requests[1].messages[-1]["content"]
        assert "- only whole loaves are sold" in sent


# A language model reads follow-ups --------------------------------------------------------------------------------


def reply(intent, *edits, **fields):
    empty = {"analysis": "", "topic": "", "number": None, "format": "", "say": ""}
    return json.dumps({**empty, "intent": intent, "edits": list(edits), **fields})


CHEAPER = {"edit": "set_value", "parameter": "price", "value": 2, "at": ["wheat"]}


def test_what_the_grammar_does_not_read_goes_to_the_model(tmp_path):
    with scripted(tmp_path, NO_QUESTIONS, MODELLED, reply("what_if", CHEAPER)) as dialogue:
        dialogue.send(BAKERY_TEXT)
        turn = dialogue.send("Imagine the wheat ones became a third less expensive to buy")
        assert turn.kind is TurnKind.COMPARISON
        assert dialogue.versions[1].hypothetical
        assert turn.usage.calls == 1
        sent = dialogue.model.requests[2].messages[-1]["content"]
        assert "flour_available" in sent
        assert "Best possible value: 465" in sent


def test_edits_that_cannot_be_made_go_back_to_the_model(tmp_path):
    wrong = reply("change", {**CHEAPER, "parameter": "prize"})
    malformed = reply("change", {"edit": "set_price"})
    with scripted(tmp_path, NO_QUESTIONS, MODELLED, wrong, malformed, reply("change", CHEAPER)) as dialogue:
        dialogue.send(BAKERY_TEXT)
        assert dialogue.send("Let the pale ones go for a song").kind is TurnKind.COMPARISON
        assert "did you mean 'price'?" in dialogue.model.requests[3].messages[-1]["content"]
        assert "not well formed" in dialogue.model.requests[4].messages[-1]["content"]


@pytest.mark.parametrize("text", ["no JSON", reply("obey"), reply("change"), "{}", reply("change", CHEAPER)[:40]])
def test_a_model_that_gives_nothing_usable_changes_nothing(tmp_path, text):
    with scripted(tmp_path, NO_QUESTIONS, MODELLED, text, text, text) as dialogue:
        dialogue.send(BAKERY_TEXT)
        turn = dialogue.send("Let the pale ones go for a song")
        assert turn.kind is TurnKind.NOTICE
        assert "gave no change" in turn.text
        assert len(dialogue.versions) == 1


def test_a_model_may_ask_back_and_send_elsewhere(tmp_path):
    replies = [
        NO_QUESTIONS,
        MODELLED,
        reply("unclear", say="Which loaves?"),
        reply("binding"),
        reply("relax"),
        reply("restore", number=1),
    ]
    with scripted(tmp_path, *replies) as dialogue:
        dialogue.send(BAKERY_TEXT)
        assert dialogue.send("Do the thing with those").text == "Which loaves?"
        assert "hold the answer back" in dialogue.send("Whodunnit, so to speak").text
        assert "nothing to relax" in dialogue.send("Be a little generous").text
        assert dialogue.send("The way it was in the beginning, please").version == 1


def test_a_server_that_fails_costs_the_turn_alone(tmp_path):
    with scripted(tmp_path, NO_QUESTIONS, MODELLED) as dialogue:
        dialogue.send(BAKERY_TEXT)
        failed = dialogue.send("Let the pale ones go for a song")
        assert failed.kind is TurnKind.FAILURE
        assert dialogue.send("at most 50 kg of flour").kind is TurnKind.COMPARISON


# Tables -----------------------------------------------------------------------------------------------------------

RATES = Table("rates", ("plant", "Rome", "Oslo"), (("Pune", 8, 11), ("Lyon", 4, 6)))
BOUND = {
    "tables": [{"name": "rates", "columns": ["plant", "Rome", "Oslo"], "file": "rates.csv"}],
    "sets": [{"name": "PLANTS", "table": "rates", "column": "plant"}, {"name": "CITIES", "members": ["Rome", "Oslo"]}],
    "parameters": [
        {"name": "rate", "index": ["PLANTS", "CITIES"], "table": "rates", "wide": True},
        {"name": "demand", "index": ["CITIES"], "value": [60, 50]},
        {"name": "supply", "value": 70},
    ],
    "variables": [{"name": "ship", "index": ["PLANTS", "CITIES"]}],
    "objective": {"sense": "minimize", "expression": "sum(rate[p,c]*ship[p,c] for p in PLANTS for c in CITIES)"},
    "constraints": [
        {"name": "out", "for_each": "p in PLANTS", "expression": "sum(ship[p,c] for c in CITIES) <= supply"},
        {"name": "meet", "for_each": "c in CITIES", "expression": "sum(ship[p,c] for p in PLANTS) >= demand[c]"},
    ],
}


def test_tables_come_first_and_their_numbers_change_later(tmp_path):
    bound = f"```json\n{json.dumps(BOUND)}\n```"
    with scripted(tmp_path, NO_QUESTIONS, bound, bound) as dialogue:
        received = dialogue.send("", tables=[RATES])
        assert (received.kind, dialogue.versions) == (TurnKind.NOTICE, ())
        assert "Received rates: 2 rows of plant, Rome, Oslo." in received.text
        first = dialogue.send("Ship 60 to Rome and 50 to Oslo from plants with 70 each as cheaply as possible.")
        assert first.solution.objective == 50 * 6 + 20 * 4 + 40 * 8
        dearer = Table("rates", RATES.columns, (("Pune", 8, 11), ("Lyon", 4, 16)))
        renewed = dialogue.send("here are the new rates", tables=[dearer])
        assert renewed.comparison.objective_after == 60 * 4 + 50 * 11
        assert [version.line for version in dialogue.versions] == [1, 2]
        assert dialogue.send("what if demand in Rome is 50?").comparison.objective_after == 50 * 4 + 50 * 11
        assert dialogue.restore(1).version == 1
        assert dialogue.tables == (RATES,)
        assert dialogue.send("what if demand in Rome is 50?").comparison.objective_after == 50 * 6 + 20 * 4 + 30 * 8


def test_a_table_that_the_model_did_not_bind_is_read_again(dialogue):
    text = "Assign each worker to one task so that the total time is minimized."
    times = Table("times", ("Worker", "Weld", "Paint"), (("Ida", 9, 2), ("Olaf", 6, 4)))
    assert dialogue.send(text, tables=[times]).solution.objective == 8
    quicker = Table("times", times.columns, (("Ida", 1, 2), ("Olaf", 6, 4)))
    assert dialogue.send("", tables=[quicker]).solution.objective == 5


# Restarts and kills -----------------------------------------------------------------------------------------------


def test_a_restart_loses_nothing(tmp_path):
    with Dialogue.open("one", store=tmp_path, model="offline") as first:
        first.send(WORKSHOP_TEXT)
        first.send("what if there are 50 hours?")
        first.send("double the hours")
        before = (first.turns, first.versions, first.pending, first.current)
    with Dialogue.open("one", store=tmp_path, model="offline") as again:
        assert [turn.to_json() for turn in again.turns] == [turn.to_json() for turn in before[0]]
        assert [version.to_json() for version in again.versions] == [version.to_json() for version in before[1]]
        assert again.pending == before[2]
        assert again.send("keep it").kind is TurnKind.QUESTION
        assert again.send("2").kind is TurnKind.COMPARISON


def test_conversations_of_one_store_know_nothing_of_each_other(tmp_path):
    with Dialogue.open("a", store=tmp_path, model="offline") as one:
        one.send(WORKSHOP_TEXT)
        with one.named("b") as other:
            assert (other.turns, other.versions, other.current) == ((), (), None)
        assert len(one.turns) == 1


KILLED = """
import json, os, signal, sys
from optwright.agent.dialogue import Dialogue
from optwright.llm import ScriptedChat

def step(progress):
    if progress.name == sys.argv[3] and progress.step is None:
        os.kill(os.getpid(), signal.SIGKILL)

dialogue = Dialogue.open("killed", store=sys.argv[1], model=ScriptedChat(json.loads(sys.argv[4])))
dialogue.send(sys.argv[2], on_step=step)
"""


SLOW = [pytest.param(place, marks=pytest.mark.slow) for place in ("hear", "formulate", "tell")]


def killed_at(place, store, replies):
    """Have another process say the bakery's problem, and kill it where a step begins."""
    command = [sys.executable, "-c", KILLED, str(store), BAKERY_TEXT, place, json.dumps(replies)]
    killed = subprocess.run(command, cwd=ROOT, timeout=240, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.parametrize("place", ["clarify", "execute", *SLOW])
def test_a_killed_turn_goes_on_where_it_was(tmp_path, place):
    replies = [NO_QUESTIONS, MODELLED]
    killed_at(place, tmp_path, replies)
    left = {"hear": replies, "clarify": replies, "formulate": [MODELLED]}.get(place, [])
    with scripted(tmp_path, *left, thread="killed") as dialogue:
        assert dialogue.unfinished == BAKERY_TEXT
        assert dialogue.turns == ()
        turn = dialogue.resume()
        assert (turn.kind, turn.solution.objective) == (TurnKind.ANSWER, BAKERY_OPTIMUM)
        assert turn.usage.calls == 2
        assert (dialogue.unfinished, dialogue.resume()) == (None, None)
        assert len(dialogue.model.requests) == len(left)


def test_who_speaks_on_after_a_kill_finds_it_noted(tmp_path):
    killed_at("execute", tmp_path, [NO_QUESTIONS, MODELLED])
    with Dialogue.open("killed", store=tmp_path, model="offline") as dialogue:
        assert dialogue.send(WORKSHOP_TEXT).solution.objective == 640
        assert [turn.kind for turn in dialogue.turns] == [TurnKind.NOTICE, TurnKind.ANSWER]
        assert "cut off" in dialogue.turns[0].text


# Stopping ---------------------------------------------------------------------------------------------------------


class Waiting:
    """Answers the first requests, then never."""

    name = "waiting"

    def __init__(self, *replies):
        self.replies, self.asked = list(replies), threading.Event()

    def complete(self, messages, **_):
        if not self.replies:
            self.asked.set()
            threading.Event().wait()
        return Completion((Reply(self.replies.pop(0)),), Usage(1), self.name)


def test_stop_ends_a_model_call(tmp_path):
    model = Waiting(NO_QUESTIONS)
    with (
        Dialogue.open("s", store=tmp_path, model=model, settings=Settings()) as dialogue,
        ThreadPoolExecutor(1) as pool,
    ):
        turn = pool.submit(dialogue.send, BAKERY_TEXT)
        assert model.asked.wait(60)
        assert dialogue.busy
        with pytest.raises(InputError, match="a turn is running"):
            dialogue.send("more")
        dialogue.stop()
        assert turn.result(60).text.startswith("Stopped")
        assert (dialogue.busy, dialogue.unfinished, dialogue.versions) == (False, None, ())
        dialogue.stop()


def test_stop_ends_the_request_at_the_server(tmp_path):
    with StubServer("late", faults=FaultPlan(script=[Fault.TIMEOUT], hang=120)) as stub:
        model = OpenAIChat("stub", base_url=stub.url)
        with scripted(tmp_path) as opened, ThreadPoolExecutor(1) as pool:
            dialogue = opened.named("other")
            dialogue.model = model
            turn = pool.submit(dialogue.send, BAKERY_TEXT)
            while not stub.faults.made:
                assert not turn.done()
                threading.Event().wait(0.02)
            connection = next(iter(stub.connections))
            dialogue.stop()
            assert turn.result(60).text.startswith("Stopped")
            dialogue.close()
        connection.settimeout(60)
        assert connection.recv(1, socket.MSG_PEEK) == b""


SIZES = [[(37 * i * k + 11 * i + k) % 97 + 3 for k in range(1, 13)] for i in range(1, 61)]
SPLIT = "sum(size[i,k]*x[i] for i in I) + off[k] - over[k] == 1490"
HARD = {
    "sets": [{"name": "I", "range": [1, 60]}, {"name": "K", "range": [1, 12]}],
    "parameters": [{"name": "size", "index": ["I", "K"], "value": SIZES}],
    "variables": [
        {"name": "x", "index": ["I"], "domain": "Binary"},
        {"name": "off", "index": ["K"]},
        {"name": "over", "index": ["K"]},
    ],
    "objective": {"sense": "minimize", "expression": "sum(off[k] + over[k] for k in K)"},
    "constraints": [{"name": "split", "for_each": "k in K", "expression": SPLIT}],
}
"""A market split: no solver proves its optimum in minutes."""


def test_stop_ends_the_solver(tmp_path):
    settings = Settings(options=SolveOptions(time_limit=240), effort="low")
    model = ScriptedChat([NO_QUESTIONS, f"```json\n{json.dumps(HARD)}\n```"])
    solving = threading.Event()
    with Dialogue.open("s", store=tmp_path, model=model, settings=settings) as dialogue, ThreadPoolExecutor(1) as pool:

        def step(progress):
            if progress.name == "execute" and progress.step is None:
                solving.set()

        turn = pool.submit(dialogue.send, BAKERY_TEXT, on_step=step)
        assert solving.wait(60)
        threading.Event().wait(0.5)
        dialogue.stop()
        assert turn.result(60).text.startswith("Stopped")
        assert dialogue.unfinished is None


# Many at once -----------------------------------------------------------------------------------------------------


def talk_of(number, store):
    """Hold a conversation whose numbers are its own; return what it saw."""
    text = WORKSHOP_TEXT.replace("40 hours", f"{40 + 3 * number} hours")
    with Dialogue.open(f"user {number}", store=store, model="offline") as dialogue:
        dialogue.send(text)
        dialogue.send(f"what if tables sell for ${60 + number}?")
        dialogue.send("keep it")
        price = dialogue.current.formulation.parameters[1].value[1]
        return [turn.kind for turn in dialogue.turns], dialogue.turns[0].said == text, price == 60 + number


def test_many_at_once_do_not_mix(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda number: talk_of(number, tmp_path), range(12)))
    assert seen == [(["answer", "comparison", "notice"], True, True)] * 12


def test_the_store_keeps_the_last_checkpoint_and_each_version_once(tmp_path):
    with Dialogue.open("one", store=tmp_path, model="offline") as dialogue:
        dialogue.send(WORKSHOP_TEXT)
        for hours in range(50, 53):
            dialogue.send(f"at most {hours} hours")
    with sqlite3.connect(tmp_path / "dialogues.sqlite") as connection:
        names = connection.execute("SELECT thread_id FROM checkpoints ORDER BY thread_id").fetchall()
    assert names == [("one",), *((f"one\x1f{number}",) for number in range(1, 5))]


# PostgreSQL -------------------------------------------------------------------------------------------------------


def test_a_dialogue_in_postgresql(database):  # noqa: F811
    pytest.importorskip("langgraph.checkpoint.postgres")
    with Dialogue.open("one", store=database, model="offline") as dialogue:
        dialogue.send(WORKSHOP_TEXT)
        dialogue.send("double the hours")
    with Dialogue.open("one", store=database, model="offline") as again:
        assert len(again.pending) == 1
        assert again.send("2").kind is TurnKind.COMPARISON
        assert again.undo().version == 1
        seen = talk_of(7, database)
    assert seen == (["answer", "comparison", "notice"], True, True)


def test_a_killed_turn_in_postgresql(database):  # noqa: F811
    pytest.importorskip("langgraph.checkpoint.postgres")
    killed_at("execute", database, [NO_QUESTIONS, MODELLED])
    with scripted(database, thread="killed") as dialogue:
        assert dialogue.resume().solution.objective == BAKERY_OPTIMUM


def test_a_database_that_is_not_there_is_one_line():
    pytest.importorskip("langgraph.checkpoint.postgres")
    with pytest.raises(InputError, match=r"^PostgreSQL at 127.0.0.1:1/none cannot be used") as raised:
        Dialogue.open("one", store="postgresql://me:secret@127.0.0.1:1/none", model="offline")
    assert "secret" not in str(raised.value)


# Bad input --------------------------------------------------------------------------------------------------------


def test_bad_input_is_one_line(dialogue, tmp_path):
    table = Table("rates", ("a",), ((1,),))
    for call in (
        lambda: dialogue.send("  "),
        lambda: dialogue.send("x" * 300_000),
        lambda: dialogue.send("two tables", tables=[table, table]),
        lambda: dialogue.edit([SetValue(parameter="x", value=1)]),
        lambda: Dialogue.open("", store=tmp_path),
        lambda: Dialogue.open("x" * 300, store=tmp_path),
        lambda: Dialogue.open("a\x1f1", store=tmp_path),
    ):
        with pytest.raises(InputError) as raised:
            call()
        assert "\n" not in str(raised.value)
    assert dialogue.turns == ()


def test_a_file_that_is_no_database_is_one_line(tmp_path):
    (tmp_path / "dialogues.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(InputError, match="cannot be read or written"):
        Dialogue.open("one", store=tmp_path, model="offline")


def test_a_method_that_needs_a_model_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_METHOD", "coded")
    with pytest.raises(ConfigError, match="needs a language model"):
        Dialogue.open("one", store=tmp_path)


# What is shown ----------------------------------------------------------------------------------------------------


def test_the_text_is_safe_as_markdown():
    text = "<script>alert(1)</script>\n- **bold** [x](javascript:y) | `a_b` $x$\n# head\n1. one\n-3 is less\n![i](u)"
    shown = Turn(TurnKind.NOTICE, "", text).markdown
    assert not set("<>*_[]()`|$#!") & set(shown.replace("&#", ""))
    assert shown.splitlines()[1].startswith("- &#42;&#42;bold")
    assert shown.splitlines()[4].startswith("&#45;3")


def test_everything_survives_json(dialogue):
    dialogue.send(WORKSHOP_TEXT)
    turn = dialogue.send("why not 10 tables?")
    for value in (*dialogue.versions, turn.comparison, Question("a", "b", "c")):
        data = json.loads(json.dumps(value.to_json()))
        assert type(value).from_json(data).to_json() == value.to_json()
    assert Turn.from_json(json.loads(json.dumps(turn.to_json())), turn.solution) == turn
    assert isinstance(turn.comparison, Comparison)
    assert isinstance(dialogue.versions[1], Version)
