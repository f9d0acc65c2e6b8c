"""What users say of answers: thumbs, corrections in words and by hand, with a model over HTTP and without one."""

import json

import pytest

from optwright.agent.dialogue import Dialogue
from optwright.agent.solve import Settings
from optwright.errors import InputError
from optwright.eval.lessons import feedback
from optwright.eval.lessons.command import candidates
from optwright.eval.lessons.feedback import UNEDITED, Answer, Correction, Kind
from optwright.experience.insight import Content, Stage, Status, Use
from optwright.experience.integrity import faults
from optwright.formulation.edit import ReplaceConstraint
from optwright.llm import OpenAIChat
from optwright.llm.retry import Patience
from optwright.llm.server import ChatOptions
from tests.stub_server import StubServer

TEXT = (
    "A baker makes loaves and buns. Each loaf takes 2 hours and earns a profit of $5. Each bun takes 1 hour and earns "
    "a profit of $2. There are 40 hours available. At most 15 loaves sell. How many of each maximize profit?"
)
WORDS = "Buns are counted, so their number must be whole."
LESSON = {
    "stage": "general formulation",
    "first": "Variables",
    "second": "Integrality",
    "condition": "The problem counts things that cannot be divided.",
    "explanation": "Give their variables a domain of whole numbers; a continuous one allows halves of a thing.",
    "example": "",
}


@pytest.fixture
def talk(tmp_path):
    with Dialogue.open("a talk", store=tmp_path / "talk.sqlite", model="offline", settings=Settings()) as dialogue:
        dialogue.model = None
        dialogue.send(TEXT)
        yield dialogue


def correction(words=WORDS, problem=TEXT, **more):
    return Correction(Answer("talk 1", problem, "a model", '{"name": "wrong"}'), words, **more)


def taught(library, given, *replies):
    with StubServer(list(replies)) as server:
        return feedback.learn(library, given, OpenAIChat("stub", base_url=server.url)), server.requests


def reply(*lessons):
    return json.dumps({"insights": list(lessons)})


def test_without_a_model_the_users_words_wait_for_an_editor(library, talk):
    kept = feedback.learn(library, feedback.correction_of(talk, WORDS, changed=False), None)
    (one,) = kept.insights
    assert (one.status, one.content.first, one.content.explanation) == (Status.CANDIDATE, UNEDITED, WORDS)
    assert one.content.condition.startswith("Problems like this one: A baker makes loaves and buns.")
    assert (one.provenance.model, one.provenance.run) == ("offline reader", "correction")
    assert one.provenance.date
    assert one.provenance.tasks == (feedback.answer_of(talk, talk.current).task,)
    assert not kept.edited
    assert not faults(library)


def test_a_model_puts_a_correction_in_general_terms(library):
    kept, requests = taught(library, correction(), reply(LESSON))
    (one,) = kept.insights
    assert kept.edited
    assert (one.status, one.content.second, one.parents) == (Status.CANDIDATE, "Integrality", (1,))
    assert (one.provenance.model, one.provenance.tasks) == ("a model", (correction().answer.task,))
    draft = library.get(1)
    assert (draft.status, draft.content.explanation) == (Status.RETIRED, WORDS)
    asked = requests[0]["messages"][-1]["content"]
    assert WORDS in asked
    assert "No right model is at hand" in asked
    assert '{"name": "wrong"}' in asked


def test_what_was_changed_by_hand_is_the_right_model(library, talk):
    assert feedback.changes_of(talk) == ""
    limit = next(one for one in talk.current.formulation.constraints if "40" in one.expression)
    more = limit.model_copy(update={"expression": limit.expression.replace("40", "44")})
    talk.edit([ReplaceConstraint(constraint=more)])
    given = feedback.correction_of(talk, "", changed=True)
    assert "44" in given.right
    assert "44" not in given.answer.wrote
    assert "44" in given.changes
    assert feedback.correction_of(talk, WORDS, changed=False).right == ""
    kept, requests = taught(library, given, reply())
    assert "44" in requests[0]["messages"][-1]["content"].rpartition("Right model:")[2]
    assert kept.insights[0].content.first == UNEDITED
    assert "no general lesson" in kept.why


def test_a_server_that_fails_loses_nothing(library):
    with StubServer("late") as server:
        url = server.url
    kept = feedback.learn(
        library, correction(), OpenAIChat("stub", base_url=url, options=ChatOptions(patience=Patience(attempts=1)))
    )
    assert kept.insights[0].content.explanation == WORDS
    assert kept.insights[0].status is Status.CANDIDATE
    assert kept.why


def test_nearly_the_same_is_one_candidate(library):
    first, _ = taught(library, correction(), reply(LESSON))
    nearly = {**LESSON, "explanation": f"Always {LESSON['explanation']}"}
    second, _ = taught(library, correction("Whole buns!", "Another problem about trucks."), reply(nearly))
    assert second.insights[0].number == first.insights[0].number
    assert len(second.insights[0].provenance.tasks) == 2
    other = {**LESSON, "condition": "Costs occur once, whatever the amount.", "explanation": "Use a binary variable."}
    third, _ = taught(library, correction("Fixed costs.", "A third one."), reply(other))
    assert third.insights[0].number != first.insights[0].number
    assert not faults(library)


def test_the_same_words_twice_are_one(library):
    for words in (WORDS, WORDS.upper(), f"{WORDS} Please."):
        feedback.learn(library, correction(words), None)
    assert len(library.find()) == 1


def test_another_complaint_about_the_same_problem_is_another_candidate(library):
    for words in (WORDS, "There are 50 hours, not 40."):
        feedback.learn(library, correction(words), None)
    assert len(library.find(status=Status.CANDIDATE)) == 2


def test_what_is_admitted_or_retired_stays_so(library):
    texts = (LESSON[name] for name in ("first", "second", "condition", "explanation"))
    content = Content(Stage(LESSON["stage"]), *texts)
    for number, status in enumerate((Status.ADMITTED, Status.RETIRED), start=1):
        known = library.add(content, status=Status.CANDIDATE)
        library.settle([known.number], status)
        kept, _ = taught(library, correction(f"Number {number}"), reply(LESSON))
        assert [(one.number, one.status) for one in kept.insights] == [(known.number, status)]


@pytest.mark.parametrize(
    ("kind", "insights", "expected"),
    [
        (Kind.UP, {"shown": ["I1", "I2"], "used": ["I2"]}, {2: {Use.POSITIVE}}),
        (Kind.UP, {"shown": ["I1", "I2"], "used": []}, {1: {Use.POSITIVE}, 2: {Use.POSITIVE}}),
        (Kind.DOWN, {"shown": ["I1", "I2"], "used": ["I2"]}, {1: {Use.INVALID}, 2: {Use.INVALID}}),
        (Kind.DOWN, {"shown": ["I1", "I77"], "used": []}, {1: {Use.INVALID}}),
        (Kind.DOWN, {}, {}),
    ],
)
def test_a_thumb_is_a_use_of_what_was_shown(library, kind, insights, expected):
    for name in ("one", "two"):
        library.add(Content(Stage.CODE, name, "", f"When {name}.", "Then."), status=Status.ADMITTED)
    answer = Answer("talk 9", TEXT, "a model", "", insights)
    assert feedback.rate(library, answer, kind) == list(expected)
    told = {one.number: set(one.uses) for one in library.find() if one.uses}
    assert told == expected
    assert feedback.rated(library, "talk 9") == ({answer.task: kind} if expected else {})
    if expected:
        with pytest.raises(InputError, match="rated already"):
            feedback.rate(library, answer, Kind.UP)


def test_a_thumb_down_without_words_waits_for_an_editor_until_words_come(library):
    answer, other = correction().answer, correction(problem="Whom does the ferry carry? Cars take 4 metres.").answer
    bare = feedback.complain(library, answer)
    assert feedback.complain(library, answer) == bare
    assert (bare.status, bare.content.first, bare.content.example) == (Status.CANDIDATE, UNEDITED, answer.wrote)
    assert bare.provenance.tasks == (answer.task,)
    apart = feedback.complain(library, other)
    assert apart.number != bare.number
    assert not candidates(library, [])
    (said,) = feedback.learn(library, correction(), None).insights
    assert (library.get(bare.number).status, said.status) == (Status.RETIRED, Status.CANDIDATE)
    assert library.get(apart.number).status is Status.CANDIDATE
    assert not faults(library)


@pytest.mark.parametrize(("words", "line"), [("", "say in words"), ("  ", "say in words"), ("x" * 5000, "shorten it")])
def test_a_correction_that_says_nothing_or_too_much_is_refused(talk, words, line):
    with pytest.raises(InputError, match=line):
        feedback.correction_of(talk, words, changed=True)


def test_there_must_be_an_answer(tmp_path):
    with (
        Dialogue.open("empty", store=tmp_path / "talk.sqlite", model="offline") as dialogue,
        pytest.raises(InputError, match="no answer to correct yet"),
    ):
        feedback.correction_of(dialogue, WORDS, changed=False)


def test_a_users_own_words_do_not_come_to_the_gate(library):
    draft = feedback.learn(library, correction(), None).insights[0]
    edited = library.add(Content(Stage.CODE, "Syntax", "", "Sums are long.", "Use quicksum."))
    assert candidates(library, []) == [edited.number]
    with pytest.raises(InputError, match=f"{draft.id} has its user's own words; edit it first"):
        candidates(library, [draft.id])
