"""Replies are read tolerantly, edits exactly, and what breaks the form is sent back once."""

import random

import pytest

from optwright.llm import Finish, Reply, ScriptedChat
from optwright.prompts.search.candidate import Candidate, Form
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.proposal import propose, read, tell_form, tell_parts
from optwright.prompts.search.strategy import Round, Task

PARTS = {"sort": "Sort {{letters}}.\nBe quick.", "check": "Check {{answer}}."}
BOTH = ["sort", "check"]


def part(name, text):
    return f'<part name="{name}">\n{text}\n</part>'


def edit(name, old, new):
    return f'<edit name="{name}">\n<old>{old}</old>\n<new>{new}</new>\n</edit>'


def test_parts_that_are_given_replace_and_the_others_stay():
    draft = read(Reply(f"I make it\nslow.\n{part('sort', 'Sort {{letters}} slowly.')}\nDone."), PARTS, BOTH)
    assert draft.parts == {"sort": "Sort {{letters}} slowly.", "check": "Check {{answer}}."}
    assert (draft.words, draft.fault) == ("I make it slow.", "")


def test_what_was_shown_is_read_back_as_it_was():
    draft = read(Reply(tell_parts({**PARTS, "check": "Look at {{answer}}.\n\n```json\n{}\n```"}, BOTH)), PARTS, BOTH)
    assert draft.parts == {"sort": PARTS["sort"], "check": "Look at {{answer}}.\n\n```json\n{}\n```"}


def test_edits_replace_words_that_stand_once_and_add_at_the_end():
    draft = read(Reply(edit("sort", "quick", "slow") + edit("sort", "", "Then rest.")), PARTS, BOTH)
    assert draft.parts["sort"] == "Sort {{letters}}.\nBe slow.\nThen rest."
    assert draft.fault == ""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (edit("sort", "slowly", "x"), "must stand once in sort, and these stand 0 times: slowly"),
        (edit("sort", "e", "x"), "these stand 3 times: e"),
        ('<edit name="sort">quick</edit>', "an edit of sort needs <old>"),
        (part("sorts", "x"), "there is no part sorts; there are sort, check"),
        ("I would not change anything.", "no part is changed: give one of sort, check"),
        (part("sort", PARTS["sort"]), "no part is changed"),
        ('<part name="sort">\nSort {{letters}} and', "no part is changed"),
        ("", "no part is changed"),
    ],
)
def test_a_reply_that_cannot_be_read_leaves_all_as_it_was_and_says_why(text, fault):
    draft = read(Reply(text), PARTS, BOTH)
    assert draft.parts == PARTS
    assert fault in draft.fault


def test_a_reply_that_was_cut_off_is_told_so():
    draft = read(Reply('<part name="sort">\nSort {{letters}} and', Finish.LENGTH), PARTS, BOTH)
    assert draft.fault == "the reply was cut off: write less, or change a long part by edits"


def test_parts_that_were_not_asked_for_stay():
    draft = read(Reply(part("check", "Check nothing.") + part("sort", "Sort {{letters}}!")), PARTS, ["sort"])
    assert draft.parts == {**PARTS, "sort": "Sort {{letters}}!"}


def test_one_fenced_block_will_do_where_one_part_is_asked_for():
    assert read(Reply("Here:\n```\nSort {{letters}}!\n```"), PARTS, ["sort"]).parts["sort"] == "Sort {{letters}}!"
    assert read(Reply("Here:\n```\nSort {{letters}}!\n```"), PARTS, BOTH).fault


def test_thoughts_are_not_read():
    text = f"<think>{part('sort', 'Wrong {{letters}}.')}</think>{part('sort', 'Right {{letters}}.')}"
    assert read(Reply(text), PARTS, BOTH).parts["sort"] == "Right {{letters}}."


@pytest.mark.parametrize("text", ['<part name="sort">' * 50_000, '<edit name="sort"><old>' * 50_000, "<part" * 100_000])
def test_marks_without_end_are_read_once(text):
    assert read(Reply(text), PARTS, BOTH).fault


def given(model):
    form = Form.of([Candidate(PARTS)], longest=60)
    return Round(3, 2, Ledger(), Task("Sort.", roles={"sort": "comes first"}), form, model, random.Random(0))


def ask(model, n=1, wanted=("sort",)):
    variables = dict.fromkeys(("task", "form", "score", "prompt", "kinds", "tried", "misses"), "...")
    base = Candidate(PARTS)
    return propose(given(model), "search_reflect", variables, base=base, wanted=wanted, n=n, parents=(base.id,))


def test_the_model_is_told_what_must_stay():
    told = tell_form(given(ScriptedChat([])), BOTH)
    assert told.splitlines() == [
        "- sort: comes first; must keep each of {{letters}}, and no other double braces; at most 60 characters",
        "- check: must keep each of {{answer}}, and no other double braces; at most 60 characters",
    ]


def test_each_reply_becomes_a_candidate_with_its_parents_and_words():
    model = ScriptedChat([part("sort", "{{letters}} one"), "Why not.\n" + part("sort", "{{letters}} two")])
    one, two = ask(model, n=2)
    assert [one.parts["sort"], two.parts["sort"]] == ["{{letters}} one", "{{letters}} two"]
    assert {one.parents, two.parents} == {(Candidate(PARTS).id,)}
    assert (one.step, one.note, two.note) == (3, "", "Why not.")
    assert [(request.n, request.temperature) for request in model.requests] == [(2, 1.0)]


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (part("sort", "Sort."), "sort drops {{letters}}"),
        (part("sort", "{{letters}} {{more}}"), "sort invents {{more}}"),
        (part("sort", "{{letters}}" + "x" * 60), "sort has 71 characters, more than 60"),
        ("Nothing.", "no part is changed"),
    ],
)
def test_what_breaks_the_form_is_sent_back_once_with_the_reason(bad, fault):
    model = ScriptedChat([bad, part("sort", "{{letters}} mended")])
    (found,) = ask(model)
    assert found.parts["sort"] == "{{letters}} mended"
    talk = model.requests[1].messages
    assert [message["role"] for message in talk] == ["system", "user", "assistant", "user"]
    assert talk[2]["content"] == bad
    assert fault in talk[3]["content"]
    assert "must keep each of {{letters}}" in talk[3]["content"]


def test_what_is_wrong_twice_is_left_to_the_loop_to_sort_out():
    model = ScriptedChat([part("sort", "Sort."), part("sort", "Sort!")])
    (found,) = ask(model)
    assert found.parts["sort"] == "Sort!"
    assert given(model).form.fault(found.parts) == "sort drops {{letters}}"
    model = ScriptedChat(["Nothing.", "Nothing at all."])
    (found,) = ask(model)
    assert found.parts == PARTS
    assert found.note == "Nothing at all. (no part is changed: give one of sort between its marks)"
    assert len(model.requests) == 2
