"""A prompt pack in a solve: its texts are what the server receives, in every method and every repair of it."""

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from optwright.agent import packs
from optwright.agent.dialogue import Dialogue
from optwright.agent.solution import Solution
from optwright.agent.solve import Settings, solve
from optwright.errors import InputError
from optwright.llm import OpenAIChat, ScriptedChat
from optwright.prompts import shelf
from optwright.prompts.library import PIPELINE, template
from optwright.prompts.pack import Pack
from tests.agent.cases import BAKERY, BAKERY_OPTIMUM, BAKERY_PROGRAM, BAKERY_TEXT, bakery, codes, run, says
from tests.stub_server import StubServer

MARKED = Pack.of(
    {
        f"{name}.{part}": f"<<{name}.{part}>>\n{text}"
        for name in PIPELINE
        for part, text in template(name).parts.items()
    },
    name="marked",
)
"""Every text that a pack can change, with its own name before it."""
BROKEN = bakery(oven_limit="sum(minutes[k]*bake[k] for k in LOAVES <= oven_time")
UNSURE = bakery(oven_limit="sum(minutes[k]*bake[k] for k in LOAVES) <= 1320*oven_time/oven_time + 7777")
RAISES = BAKERY_PROGRAM.replace("    return model", "    return modle")
NEVER = BAKERY_PROGRAM.replace("<= 1320", "<= -1")
CASES = {
    "compiled": ([says(BAKERY)], {"formulate.system", "formulate.user"}),
    "compiled, again": (["no JSON", says(BAKERY)], {"formulate.system", "formulate.user", "again.user"}),
    "compiled, repaired": (
        [says(BROKEN), says(BAKERY)],
        {"formulate.system", "formulate.user", "repair_formulation.user"},
    ),
    "compiled, in doubt": (
        [says(UNSURE), says(BAKERY)],
        {"formulate.system", "formulate.user", "doubt_formulation.user"},
    ),
    "coded": (
        [says(BAKERY), codes(RAISES), codes(BAKERY_PROGRAM)],
        {"formulate.system", "formulate.user", "program.system", "program.user", "repair_program.user"},
    ),
    "direct": ([codes(RAISES), codes(BAKERY_PROGRAM)], {"direct.system", "direct.user", "repair_program.user"}),
    "direct, in doubt": ([codes(NEVER), codes(BAKERY_PROGRAM)], {"direct.system", "direct.user", "doubt_program.user"}),
    "cot": (
        ["```model\nmax 4 rye + 3 wheat\n```", codes(RAISES), codes(BAKERY_PROGRAM)],
        {"cot_model.system", "cot_model.user", "cot_program.user", "repair_program.user"},
    ),
    "llmopt": (
        ["## Sets:\nLoaves", codes(RAISES), codes(BAKERY_PROGRAM)],
        {"llmopt_formulate.user", "llmopt_program.user", "repair_program.user"},
    ),
    "plain": ([json.dumps(BAKERY)], {"plain.user"}),
}


def marks(messages):
    """Return the marked texts of what was sent, whatever the tables and programs in it are."""
    return set(re.findall(r"<<(\w+\.\w+)>>", "\n".join(message["content"] for message in messages)))


@pytest.mark.parametrize("case", CASES)
def test_the_server_receives_the_packs_texts(case):
    replies, wanted = CASES[case]
    with StubServer(replies) as server:
        model = OpenAIChat("stub", base_url=server.url)
        solution = solve(BAKERY_TEXT, model=model, settings=Settings(case.partition(",")[0], prompts=MARKED))
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert len(server.requests) == len(replies)
    assert set().union(*(marks(body["messages"]) for body in server.requests)) == wanted
    asked = [step.call for step in solution.trace.steps if step.call]
    assert {call.template for call in asked} == {mark.partition(".")[0] for mark in wanted}
    for call in asked:
        assert call.template_hash == MARKED.prompts.template(call.template).hash != template(call.template).hash


def test_a_part_that_the_pack_leaves_alone_is_the_shipped_one():
    one = Pack.of({"formulate.user": "Solve.\n{{problem}}\n{{tables}}"}, name="one")
    solution, (request,) = run([says(BAKERY)], prompts=one)
    system, user = (message["content"] for message in request.messages)
    assert system == template("formulate").system
    assert user == f"Solve.\n{BAKERY_TEXT}\nNo tables are attached."
    assert solution.prompts == {"pack": "one", "digest": one.digest, "family": "any", "warnings": []}
    assert Solution.from_json(json.loads(json.dumps(solution.to_json()))).prompts == solution.prompts


def test_no_step_goes_past_the_pack():
    folder = Path(packs.__file__).parent
    taken = {
        name.strip()
        for path in folder.rglob("*.py")
        for names in re.findall(r"from optwright\.prompts\.library import ([^\n]+)", path.read_text(encoding="utf-8"))
        for name in names.split(",")
    }
    assert taken <= {"Prompt", "Prompts", "SHIPPED", "digest"}


def test_insights_are_told_in_the_packs_words(tmp_path):
    pytest.importorskip("sqlalchemy", reason="the experience library is not installed")
    from optwright.experience.insight import Content, Stage, Status
    from optwright.experience.library import Library
    from optwright.experience.shelf import Shelf

    library = Library(tmp_path / "library.db")
    library.add(Content(Stage.DOMAIN, "Mix", "", "Loaves are baked.", "Count them."), status=Status.ADMITTED)
    replies = [json.dumps({"labels": [1]}), json.dumps({"applies": ["I1"]}), says(BAKERY)]
    _, requests = run(replies, prompts=MARKED, shelf=Shelf(library))
    library.close()
    sent = [marks(request.messages) for request in requests]
    assert sent[:2] == [{"labels.system", "labels.user"}, {"applicable.system", "applicable.user"}]
    assert sent[2] == {"insights.user", "formulate.system", "formulate.user"}


def test_solves_in_one_process_use_packs_of_their_own():
    def asked(number):
        mine = Pack.of({"formulate.system": f"Solver number {number}."}, name=f"pack-{number}") if number else None
        _, (request,) = run([says(BAKERY)], prompts=mine)
        return request.messages[0]["content"]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(asked, [0, 1, 2, 3, 0, 1]))
    shipped = template("formulate").system
    assert found == [shipped, "Solver number 1.", "Solver number 2.", "Solver number 3.", shipped, "Solver number 1."]


# Which pack -------------------------------------------------------------------------------------------------------

TUNED = Pack.of({"formulate.system": "Tuned for stubs."}, name="tuned", family="stub")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The user's folders, empty."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in [name for name in os.environ if name.startswith(("OPTWRIGHT_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def named(*replies):
    """A scripted model of the family `stub`."""
    return ScriptedChat(list(replies), name="Stub-7B-Instruct")


def test_auto_is_the_pack_in_use_for_the_models_family(home):
    chat = named()
    assert packs.chosen("auto", chat) is None
    shelf.use("stub", shelf.store(TUNED))
    assert packs.chosen("auto", chat) == TUNED
    assert packs.chosen("auto", ScriptedChat([])) is None  # another family
    assert packs.chosen("auto", None) is None  # the offline reader
    assert packs.chosen("none", chat) is None
    assert packs.chosen(None, chat) is None
    assert packs.chosen("tuned", chat) == packs.chosen(str(shelf.folder() / "tuned.md"), chat) == TUNED
    shelf.use("stub", None)
    assert packs.chosen("auto", chat) is None


def test_a_pack_in_use_that_is_gone_stops_the_solve_and_says_how_to_go_on(home):
    shelf.use("stub", shelf.store(TUNED))
    (shelf.folder() / "tuned.md").unlink()
    with pytest.raises(InputError, match=r"no such pack.*`optwright prompts use --none --model stub` ends that"):
        solve(BAKERY_TEXT, model=named(), settings=Settings(prompts="auto"))


def test_a_pack_for_another_family_or_of_an_older_template_is_told(home):
    old = TUNED.text().replace(template("formulate").hash, "0123456789abcdef")
    (home / "old.md").write_text(old.replace("family: stub", "family: qwen2.5"))
    solution = solve(BAKERY_TEXT, model=named(says(BAKERY)), settings=Settings(prompts=str(home / "old.md")))
    older, other = solution.prompts["warnings"]
    assert "(0123456789abcdef)" in older
    assert f"({template('formulate').hash})" in older
    assert other == "pack tuned was made for qwen2.5; Stub-7B-Instruct is of the family stub"


def test_the_configuration_names_a_pack(home, monkeypatch):
    (home / "tuned.md").write_text(TUNED.text())
    monkeypatch.setenv("OPTWRIGHT_PROMPTS", "tuned.md")
    solution = solve(BAKERY_TEXT, model=named(says(BAKERY)))
    assert solution.prompts["pack"] == "tuned"
    assert solve("A joinery makes desks.", model="offline").prompts == {}
    monkeypatch.setenv("OPTWRIGHT_PROMPTS", "nowhere.md")
    with pytest.raises(InputError, match=r"nowhere\.md: there is no such pack"):
        solve(BAKERY_TEXT, model=named())


# Saved and gone on with -------------------------------------------------------------------------------------------

PROGRAM = """
import os, signal, sys
from optwright.agent.solve import Settings, solve
from optwright.llm import OpenAIChat

def kill(event):
    if event.name == "check":
        os.kill(os.getpid(), signal.SIGKILL)

url, folder, text = sys.argv[1:]
solve(text, model=OpenAIChat("stub", base_url=url), settings=Settings(prompts="auto"), save=folder, on_step=kill)
"""


def test_a_killed_solve_goes_on_with_its_pack(home):
    saved = home / "saved"
    shelf.use("stub", shelf.store(TUNED))
    with StubServer([says(BROKEN), says(BAKERY)]) as server:
        command = [sys.executable, "-c", PROGRAM, server.url, str(saved), BAKERY_TEXT]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        assert subprocess.run(command, env=environment, timeout=120).returncode == -signal.SIGKILL
        shelf.use("stub", None)
        model = OpenAIChat("stub", base_url=server.url)
        solution = solve(BAKERY_TEXT, model=model, settings=Settings(prompts="auto"), save=saved)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert [body["messages"][0]["content"] for body in server.requests] == ["Tuned for stubs."] * 2
    assert solution.prompts["pack"] == "tuned"


def test_a_saved_solve_goes_on_with_no_other_pack(home):
    def again(prompts):
        return solve(BAKERY_TEXT, model=named(says(BAKERY)), settings=Settings(prompts=prompts), save=home / "s")

    first = again(TUNED)
    other = Pack.of({"formulate.system": "Tuned otherwise."}, name="tuned", family="stub")
    for wrong in (other, "none", None):
        with pytest.raises(InputError, match=r"holds another solve \(other prompts\)"):
            again(wrong)
    assert again("auto") == first
    assert again(Pack.of(dict(TUNED.parts), name="renamed")).objective == first.objective


def test_a_solve_saved_before_there_were_packs_goes_on(home):
    model = named(says(BAKERY))
    first = solve(BAKERY_TEXT, model=model, settings=Settings(), save=home / "s")
    record = json.loads((home / "s" / "problem.json").read_text())
    del record["prompts"], record["pack"]
    (home / "s" / "problem.json").write_text(json.dumps(record))
    for prompts in (None, "auto"):
        assert solve(BAKERY_TEXT, model=model, settings=Settings(prompts=prompts), save=home / "s") == first


# In a dialogue ----------------------------------------------------------------------------------------------------


def test_a_dialogue_asks_with_the_pack(tmp_path):
    change = {"analysis": "", "intent": "what_if", "topic": "", "number": None, "format": "", "say": ""}
    change["edits"] = [{"edit": "set_value", "parameter": "oven_time", "value": 1200}]
    replies = [json.dumps({"analysis": "", "questions": []}), says(BAKERY), "no JSON", json.dumps(change)]
    with StubServer(replies) as server:
        model = OpenAIChat("stub", base_url=server.url)
        with Dialogue.open("one", store=tmp_path, model=model, settings=Settings(prompts=MARKED)) as dialogue:
            told = dialogue.send(BAKERY_TEXT)
            dialogue.send("suppose the bread of the neighbour were out of the oven by noon")
    assert told.solution.prompts["pack"] == "marked"
    sent = [marks(body["messages"]) for body in server.requests]
    assert sent[:2] == [{"clarify.system", "clarify.user"}, {"formulate.system", "formulate.user"}]
    assert sent[2:] == [
        {"follow_up.system", "follow_up.user"},
        {"follow_up.system", "follow_up.user", "follow_up_again.user"},
    ]


TURN = """
import os, signal, sys
from optwright.agent.dialogue import Dialogue
from optwright.agent.solve import Settings
from optwright.llm import OpenAIChat

def kill(event):
    if event.name == "check":
        os.kill(os.getpid(), signal.SIGKILL)

url, folder, text = sys.argv[1:]
model = OpenAIChat("stub", base_url=url)
Dialogue.open("one", store=folder, model=model, settings=Settings(prompts="auto")).send(text, on_step=kill)
"""


@pytest.mark.slow
def test_a_turn_that_was_cut_off_goes_on_with_its_pack(home):
    shelf.use("stub", shelf.store(TUNED))
    with StubServer([json.dumps({"analysis": "", "questions": []}), says(BROKEN), says(BAKERY)]) as server:
        command = [sys.executable, "-c", TURN, server.url, str(home / "talks"), BAKERY_TEXT]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        assert subprocess.run(command, env=environment, timeout=120).returncode == -signal.SIGKILL
        shelf.use("stub", None)
        model = OpenAIChat("stub", base_url=server.url)
        with Dialogue.open("one", store=home / "talks", model=model, settings=Settings(prompts="auto")) as dialogue:
            turn = dialogue.resume()
    assert turn.solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert [body["messages"][0]["content"] for body in server.requests[1:]] == ["Tuned for stubs."] * 2
    assert turn.solution.prompts["pack"] == "tuned"
