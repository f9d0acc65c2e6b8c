"""What a language model does in synthesis, played by a script or by a stub server that speaks the real protocol."""

import json
import subprocess
import sys

import pytest

from optwright.datasets.synthesis.augmentation import Augmentation, augment
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.describing import ROUNDS, describe
from optwright.datasets.synthesis.dice import Range
from optwright.datasets.synthesis.instance import Reason, Rejection
from optwright.datasets.synthesis.modeller import ChatModeller, OfflineModeller
from optwright.datasets.synthesis.pair import Task, Way, Words, make
from optwright.datasets.synthesis.prefix import prefix
from optwright.datasets.synthesis.production import read_pairs
from optwright.datasets.synthesis.resampling import Model
from optwright.datasets.synthesis.resocratic import ask_question, demonstrate
from optwright.datasets.synthesis.style import Style
from optwright.errors import FormulationError, LLMError, ParseError
from optwright.formulation.elements import Formulation
from optwright.llm import ScriptedChat
from optwright.problem import Problem
from tests.datasets.synthesis.test_realise import shop
from tests.stub_server import StubServer


def block(data: dict) -> str:
    return f"Here it is.\n```json\n{json.dumps(data)}\n```"


class Pupil:
    """Describes any formulation by its numbers and models the words again as it remembers them."""

    def __init__(self, change=lambda data: data) -> None:
        self.known: dict[str, dict] = {}
        self.change = change

    def __call__(self, messages) -> str:
        system, user = messages[0]["content"], messages[-1]["content"]
        if system.startswith("You write decision problems"):
            data = json.loads(user.split("# Formulation\n")[1])
            numbers = [str(value) for one in data.get("parameters", []) for value in _flat(one["value"])]
            words = f"Problem of the {len(self.known)}th kind, whose numbers are {'; '.join(numbers)}."
            self.known[words] = data
            return words
        if system.startswith("You compare"):
            return '{"faults": []}'
        words = user.split("# Problem\n")[1].strip()
        return block(self.change(self.known[words]))


def _flat(value) -> list[float]:
    if isinstance(value, list):
        return [one for part in value for one in _flat(part)]
    if isinstance(value, dict):
        return [one for part in value.values() for one in _flat(part)]
    return [value]


def task(way: Way = Way.DRAW, words: Words = Words.MODEL, attempt: int = 0) -> Task:
    return Task("knapsack", Level.EASY, "m", attempt, Style.TEXTBOOK, Knobs(), way=way, words=words)


class Knobs(dict):
    """Two for every knob that a family may have."""

    def __missing__(self, name):
        return Range(3, 4)


def test_words_are_refined_until_nothing_is_wrong_with_them():
    said = "Shops pay 30, 45 or 1200 dollars and sell 70, 90 or 2100; at most 40% open; 1250 dollars are there"
    script = [
        "Shops pay rent.",
        '{"faults": ["no data"]}',
        said,
        '{"faults": ["no aim"]}',
        f"{said}.",
        '{"faults": []}',
    ]
    chat = ScriptedChat(script)
    found = describe(Model(shop().formulation()), Style.TEXTBOOK, "retail", chat)
    assert (found.rounds, found.faults) == (3, ())
    assert found.text == f"{said}."
    asked = chat.requests[2].messages[-1]["content"]
    assert "no data" in asked
    assert "1200" in asked or "1250" in asked, "the accounting of numbers is part of the criticism"


def test_after_three_rounds_the_faults_are_told():
    chat = ScriptedChat(lambda messages: '{"faults": ["vague"]}' if "compare" in messages[0]["content"] else "Shops.")
    found = describe(Model(shop().formulation()), Style.EMAIL, "food", chat)
    assert found.rounds == ROUNDS
    assert "vague" in found.faults
    assert len(chat.requests) == 2 * ROUNDS + 2


def test_a_pair_of_a_model_is_accepted_when_its_words_lead_back():
    (record,) = make(task(), ScriptedChat(Pupil(), name="pupil"))
    assert isinstance(record, dict)
    assert record["provenance"]["words"] == "pupil"
    assert record["provenance"]["proof"] == ["presence", "forward: pupil, structure"]
    assert record["question"].startswith("Problem of the 0th kind")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: {**data, "objective": {**data["objective"], "sense": "minimize"}}, Reason.OBJECTIVE),
        (lambda data: {**data, "constraints": [{"name": "c", "expression": "nothing <= 3"}]}, Reason.UNREADABLE),
        (lambda data: {}, Reason.UNREADABLE),
    ],
)
def test_what_is_modelled_otherwise_is_kept_as_a_challenge(change, reason):
    (refused,) = make(task(), ScriptedChat(Pupil(change)))
    assert isinstance(refused, Rejection)
    assert refused.reason is reason
    assert refused.record is not None
    assert refused.record["formulation"]


def test_words_without_the_numbers_are_refused_before_anybody_models_them():
    (refused,) = make(task(), ScriptedChat(lambda messages: '{"faults": []}'))
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.UNTOLD


def test_a_failing_server_is_raised():
    with pytest.raises(LLMError, match="no reply left"):
        make(task(), ScriptedChat([]))


DEMONSTRATION = {
    "setting": "A bakery bakes loaves and rolls.",
    "steps": [
        {
            "sentence": "It decides how many loaves and rolls to bake.",
            "elements": {"variables": [{"name": n, "domain": "NonNegativeIntegers"} for n in ("loaves", "rolls")]},
        },
        {
            "sentence": "A loaf earns 4 dollars, a roll 1.2 dollars.",
            "elements": {
                "parameters": [{"name": "earn_loaf", "value": 4}, {"name": "earn_roll", "value": 1.2}],
                "objective": {"sense": "maximize", "expression": "earn_loaf*loaves + earn_roll*rolls"},
            },
        },
        {
            "sentence": "There are 60 kilos of flour; a loaf takes 0.8, a roll 0.25 kilos.",
            "elements": {
                "parameters": [
                    {"name": "flour", "value": 60},
                    {"name": "per_loaf", "value": 0.8},
                    {"name": "per_roll", "value": 0.25},
                ],
                "constraints": [{"name": "dough", "expression": "per_loaf*loaves + per_roll*rolls <= flour"}],
            },
        },
        {
            "sentence": "At most 35 loaves can be sold.",
            "elements": {
                "parameters": [{"name": "sold", "value": 35}],
                "constraints": [{"name": "market", "expression": "loaves <= sold"}],
            },
        },
    ],
}


def test_every_prefix_of_a_demonstration_is_a_problem():
    chat = ScriptedChat([block(DEMONSTRATION), "A bakery ... how many?"])
    stages = demonstrate("bread", "food", chat, table=False)
    assert [stage.units for stage in stages] == [3, 4]
    assert [len(stage.model.formulation.constraints) for stage in stages] == [1, 2]
    assert ask_question(stages[0], Style.TEXTBOOK, chat, table=False) == "A bakery ... how many?"
    assert "At most 35" not in chat.requests[-1].messages[-1]["content"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [("no JSON", ParseError), (block({"steps": [1, 2, 3]}), ParseError), (block({"steps": []}), ParseError)],
)
def test_a_demonstration_that_is_none_is_named(reply, error):
    with pytest.raises(error):
        demonstrate("bread", "food", ScriptedChat([reply]), table=True)


def test_resocratic_pairs_are_verified_like_all_others():
    texts: list[str] = []

    def reply(messages) -> str:
        system, user = messages[0]["content"], messages[-1]["content"]
        if system.startswith("You invent"):
            return block(DEMONSTRATION)
        if system.startswith("You are given the demonstration"):
            texts.append(user.split("# Demonstration\n")[1])
            return texts[-1]
        steps = DEMONSTRATION["steps"][: 3 if len(texts) == 1 else 4]
        merged: dict = {}
        for step in steps:
            for kind, value in step["elements"].items():
                merged[kind] = [*merged.get(kind, []), *value] if isinstance(value, list) else value
        return block(merged)

    records = make(task(Way.RESOCRATIC), ScriptedChat(reply))
    assert [record["id"] for record in records] == ["knapsack/easy/0/p3", "knapsack/easy/0/p4"]
    assert records[0]["objective"] == 300
    assert records[1]["objective"] == pytest.approx(35 * 4 + 128 * 1.2)


@pytest.mark.parametrize("kind", Augmentation)
def test_each_augmentation_asks_for_its_own(kind):
    small = {"variables": [{"name": "x", "upper": 4}], "objective": {"sense": "maximize", "expression": "x"}}
    chat = ScriptedChat([block({"problem": "Take at most 4.", "formulation": small})])
    made = augment("Problem one.", "Problem two.", kind, chat)
    assert made.words == "Take at most 4."
    asked = chat.requests[0].messages[-1]["content"]
    assert "Problem one." in asked
    assert "Problem two." in asked


def test_the_seven_augmentations_differ():
    assert len(Augmentation) == 7
    chat = ScriptedChat([block({"problem": "x", "formulation": {"variables": [{"name": "x", "upper": 1}]}})] * 7)
    for kind in Augmentation:
        augment("A", "B", kind, chat)
    assert len({request.messages[-1]["content"] for request in chat.requests}) == 7


def test_an_augmentation_with_a_wrong_formulation_is_refused():
    bad = block(
        {
            "problem": "x",
            "formulation": {"variables": [{"name": "x"}], "constraints": [{"name": "c", "expression": "y"}]},
        }
    )
    with pytest.raises(FormulationError, match="y"):
        augment("A", "B", Augmentation.FIELD, ScriptedChat([bad]))


def test_prefixes_by_the_grammar_leave_out_what_is_not_told():
    draft = shop()
    draft.parameter("staff", 2, "people there")
    draft.constraint("people", "sum(open[s] for s in SHOPS) <= staff", "enough people")
    draft.fact("each shop takes one of {staff} people", tells=["staff", "people"], place="rule")
    shorter = prefix(draft, 2)
    assert shorter is not None
    parts = shorter.formulation()
    assert [one.name for one in parts.constraints] == ["money", "part"]
    assert "staff" not in {one.name for one in parts.parameters}
    assert len(shorter.facts) == len(draft.facts) - 1
    assert prefix(draft, 3) is None
    records = make(task(Way.PREFIX, Words.GRAMMAR))
    assert all(isinstance(one, dict | Rejection) for one in records)


def test_the_offline_reader_models_short_problems_and_refuses_others():
    text = (
        "A bakery makes loaves and rolls. Each loaf takes 2 hours of baking and earns 9 dollars. Each roll takes 1 "
        "hour of baking and earns 4 dollars. There are 40 hours of baking available. At most 15 loaves can be made. "
        "How many of each should be made to maximize profit?"
    )
    assert OfflineModeller().model(Problem(text)).formulation.constraints
    with pytest.raises(ParseError):
        OfflineModeller().model(Problem("Nothing is to be decided here."))


def test_a_model_is_asked_as_the_agent_asks():
    data = {"variables": [{"name": "x", "upper": 3}], "objective": {"sense": "maximize", "expression": "x"}}
    chat = ScriptedChat([block(data)])
    assert ChatModeller(chat).model(Problem("Take 3.")).formulation == Formulation.model_validate(data)
    assert chat.requests[0].messages[0]["content"].startswith("You turn decision problems")


def test_the_command_works_with_a_server(tmp_path):
    with StubServer(Pupil()) as server:
        command = [sys.executable, "-m", "optwright", "synth", "--out", str(tmp_path), "--n", "2", "--quiet"]
        command += ["--families", "knapsack", "--words", "model", "--model", "stub", "--base-url", server.url]
        done = subprocess.run([*command, "--workers", "1"], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    pairs = list(read_pairs(tmp_path))
    assert len(pairs) == 2
    assert {pair["provenance"]["proof"][-1] for pair in pairs} == {"forward: stub, structure"}
    plan = json.loads((tmp_path / "run.json").read_text())
    assert plan["model"] == "stub"
    assert "key" not in json.dumps(plan)


@pytest.mark.slow
def test_a_dead_server_is_one_line_and_nothing_is_lost(tmp_path):
    command = [sys.executable, "-m", "optwright", "synth", "--out", str(tmp_path), "--n", "2", "--quiet"]
    command += ["--families", "knapsack", "--words", "model", "--model", "m", "--base-url", "http://127.0.0.1:9/v1"]
    done = subprocess.run([*command, "--workers", "1"], capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 3
    assert "the same command goes on" in done.stderr
    assert "Traceback" not in done.stderr
