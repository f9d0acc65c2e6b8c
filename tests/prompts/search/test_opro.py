"""OPRO as published: what the model is shown, what is asked of it, and what becomes of its replies."""

import random
import re

import pytest

from optwright.errors import RefusedError
from optwright.llm import Reply, ScriptedChat
from optwright.llm.chat import Finish
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.opro import Choice, Opro, choose, pairs
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.score import Score
from optwright.prompts.search.start import Place, instruction_of, placed, seeds
from optwright.prompts.search.strategy import Exemplar, Task
from tests.prompts.search.cases import SEED, run, scored, text

EXEMPLARS = [Exemplar(f"q{number}", f"Sort item {number}.", "a b") for number in range(10)]
TASK = Task("Sort the letters.", EXEMPLARS, {"sort": "what the model is told"})


def reply(number):
    return f'<part name="sort">\n{text(number)["sort"]}\n</part>'


def rising():
    """A model that reads the best score so far and answers with the next eight rules."""
    count = iter(range(10_000))

    def answer(messages):
        best = max(map(int, re.findall(r"rule (\d+)\.", messages[-1]["content"])), default=0)
        return reply(best + 1 + next(count) % 8)

    return ScriptedChat(answer)


def test_a_step_is_one_request_for_eight_at_temperature_one():
    model = rising()
    ledger = run(Opro(), model=model, task=TASK, plan=Plan(steps=4))
    assert [(request.n, request.temperature, request.schema) for request in model.requests] == [(8, 1.0, None)] * 4
    assert ledger.best.score.mean == pytest.approx(0.32)
    assert [point.mean for point in ledger.points] == pytest.approx([0.0, 0.08, 0.16, 0.24, 0.32])
    assert ledger.ended == "all 4 steps are done"


def test_the_best_twenty_are_shown_in_ascending_order_with_integer_scores():
    model = rising()
    ledger = run(Opro(), model=model, task=TASK, plan=Plan(steps=4))
    shown = model.requests[-1].messages[-1]["content"]
    listed = re.findall(r'<part name="sort">\n(.+)\n</part>\nscore: (\S+)', shown)
    assert [score for _, score in listed] == [str(number) for number in range(5, 25)]
    assert listed == [(text(number)["sort"], str(number)) for number in range(5, 25)]
    assert len(ledger.entries) == 33, "the seed and four times eight, the worst of them no longer shown"


def test_the_model_is_told_the_task_the_placeholders_and_three_items():
    model = rising()
    run(Opro(), model=model, task=TASK, plan=Plan(steps=3))
    chosen = []
    for request in model.requests:
        system, user = (message["content"] for message in request.messages)
        assert "Sort the letters." in user
        assert "{{letters}}" in user
        assert "what the model is told" in user
        assert "Sort the letters." not in system, "the constant part is the same for every task"
        chosen.append(tuple(re.findall(r"^\| Sort item (\d)\.$", user, re.MULTILINE)))
    assert all(len(set(items)) == 3 for items in chosen)
    assert len(set(chosen)) == 3, "others in each step"


def test_buckets_and_scores_without_bounds():
    opro = Opro(buckets=20)
    assert [opro.tell_score(mean, (0.0, 1.0)) for mean in (0.0, 0.51, 0.53, 1.0)] == ["0", "10", "11", "20"]
    assert opro.tell_score(-1.0, (-2.0, 0.0)) == "10"
    assert [opro.tell_score(mean, None) for mean in (-123456.7, 0.123456, 12.0)] == ["-123457", "0.1235", "12"]


def test_a_text_has_the_best_score_of_the_candidates_that_share_it():
    ledger = Ledger()
    ones = [Candidate({"a": a, "b": b}) for a, b in (("x", "1"), ("x", "2"), ("y", "1"), ("y", "2"))]
    for entry, mean in zip(ledger.propose(0, ones, []), (0.1, 0.9, 0.5, 0.3), strict=True):
        ledger.score(entry.candidate.id, Score({"q": mean}))
    assert [(pair.text, pair.score) for pair in pairs(ledger, "a")] == [("y", 0.5), ("x", 0.9)]
    assert [(pair.text, pair.score) for pair in pairs(ledger, "b")] == [("1", 0.5), ("2", 0.9)]


def test_parts_are_changed_in_turn_from_the_best():
    def answer(messages):
        name = re.search(r'between <part name="(\w)"> and', messages[-1]["content"])[1]
        best = re.findall(rf'<part name="{name}">\n(.+)\n</part>', messages[-1]["content"])[-1]
        return f'<part name="{name}">{best}+</part><part name="{"ab".replace(name, "")}">spoilt</part>'

    def longer(candidates):
        return [Score({"q": sum(map(len, one.parts.values())) / 100}) for one in candidates]

    model = ScriptedChat(answer)
    ledger = run(Opro(), longer, seeds=[{"a": "a", "b": "b"}], model=model, plan=Plan(steps=4, count=1))
    assert [dict(entry.candidate.parts) for entry in ledger.scored] == [
        {"a": "a", "b": "b"},
        {"a": "a+", "b": "b"},
        {"a": "a+", "b": "b+"},
        {"a": "a++", "b": "b+"},
        {"a": "a++", "b": "b++"},
    ]
    ids = [entry.candidate.id for entry in ledger.scored]
    assert [entry.candidate.parents for entry in ledger.scored] == [(), *((name,) for name in ids[:-1])]


def test_what_cannot_be_used_is_skipped_with_its_reason_and_costs_no_score():
    calls = []

    def counting(candidates):
        calls.extend(candidates)
        return map(scored, candidates)

    lines = [
        reply(7),
        reply(7).replace(" by ", "  BY "),
        '<part name="sort">Sort.</part>',
        '<part name="sort">Sort {{letters}} {{fast}}.</part>',
        f'<part name="sort">{{{{letters}}}} {"x" * 500}</part>',
        "I would rather not.",
        Reply(reply(8)[:-9], Finish.LENGTH),
        '<part name="sort"></part>',
    ]
    ledger = run(Opro(), counting, model=ScriptedChat(lines), task=TASK, plan=Plan(steps=1, longest=500))
    assert [one.parts for one in calls] == [SEED, text(7)]
    seed, seven = (entry.candidate.id for entry in ledger.scored)
    assert [one.reason for one in ledger.rejected] == [
        f"the same as {seven}",
        "sort drops {{letters}}",
        "sort invents {{fast}}",
        "sort has 512 characters, more than 500",
        f"the same as {seed}",
        f"the same as {seed}",
        "sort is empty",
    ]
    assert "no part is changed" in ledger.rejected[4].candidate.note
    assert "cut off" in ledger.rejected[5].candidate.note


@pytest.mark.parametrize(
    "line",
    [
        "{part} and nothing else",
        "<think>rule 3?</think>Here: {part}",
        "<part name='sort'>{text}</part>",
        "<Part name = sort >\n{text}\n</PART>",
        "Here it is:\n```\n{text}\n```",
        '```json\n{{"sort": "{text}"}}\n```',
        'Sure! {{"sort": "{text}"}}',
        "[{text}]",
    ],
)
def test_replies_are_read_tolerantly(line):
    told = line.format(part=reply(5), text=text(5)["sort"])
    ledger = run(Opro(), model=ScriptedChat([told]), plan=Plan(steps=1, count=1))
    assert ledger.best.candidate.parts == text(5)


def test_the_items_that_go_wrong_most_often_can_be_shown():
    ledger = Ledger()
    ones = [Candidate(text(number)) for number in range(3)]
    for position, entry in enumerate(ledger.propose(0, ones, [])):
        items = {f"q{number}": float(number > 4 + position) for number in range(9)}
        ledger.score(entry.candidate.id, Score(items))
    chance = random.Random(0)
    assert [one.id for one in choose(TASK, ledger, Choice.WRONG, 3, chance)] == ["q0", "q1", "q2"]
    assert [one.id for one in choose(TASK, ledger, Choice.WRONG, 7, chance)][-2:] == ["q5", "q6"]
    assert len(choose(TASK, ledger, Choice.WRONG, 20, chance)) == 9, "q9 was never tried"
    assert len(choose(TASK, ledger, Choice.RANDOM, 20, chance)) == 10
    assert choose(Task("none"), ledger, Choice.RANDOM, 3, chance) == []


def test_of_long_texts_fewer_are_shown_the_best_always():
    ledger = Ledger()
    ones = [Candidate({"sort": f"{number} " + "x" * 1000}) for number in range(5)]
    for position, entry in enumerate(ledger.propose(0, ones, [])):
        ledger.score(entry.candidate.id, Score({"q": position / 10}))
    for room, scores in ((2500, ["30", "40"]), (10, ["40"]), (60_000, ["0", "10", "20", "30", "40"])):
        told = Opro(room=room).tell_pairs(ledger, "sort", (0.0, 1.0), most=20)
        assert re.findall(r"score: (\S+)", told) == scores


def test_a_request_that_is_too_long_for_the_model_is_made_shorter():
    refused = []

    def short_of_breath(messages):
        shown = messages[-1]["content"].count("score: ")
        if shown > 6:
            refused.append(shown)
            return RefusedError("at most 2048 tokens")
        return reply(shown)

    ledger = run(Opro(), seeds=[text(number) for number in range(20, 40)], model=ScriptedChat(short_of_breath))
    assert refused[:2] == [20, 10]
    assert text(5)["sort"] in {entry.candidate.parts["sort"] for entry in ledger.scored}
    with pytest.raises(RefusedError, match="at most 12 tokens"):
        run(Opro(), model=ScriptedChat(lambda messages: RefusedError("at most 12 tokens")))


@pytest.mark.parametrize("place", list(Place))
def test_an_instruction_alone_is_shown_and_changed_at_its_place(place):
    base = {"sort": "# Letters\n{{letters}}", "then": "As it is."}
    lines = [
        '<part name="sort">Be quick by rule 7.</part>',
        f'<part name="sort">{"x" * 501}</part>',
        '<part name="sort">Use {{fast}}.</part>',
        '<part name="then">Not asked for.</part>',
        '<part name="then">Be slow by rule 9.</part>',
    ]

    def score(candidates):
        rules = (sum(map(int, re.findall(r"rule (\d)", "".join(one.parts.values())))) for one in candidates)
        return [Score({"q": rule / 20}) for rule in rules]

    model, started = ScriptedChat(lines + lines[-1:] * 3), seeds(base, "sort", place, instructions=["", "Go."])
    task = Task("Sort.", roles={"sort": "what is read last"})
    ledger = run(Opro(place=place), score, seeds=started, model=model, task=task, plan=Plan(steps=2, count=4))
    sort, then = (placed(base["sort"], "Be quick by rule 7.", place), placed(base["then"], "Be slow by rule 9.", place))
    texts = [entry.candidate.parts for entry in ledger.scored]
    assert texts == [base, started[1].parts, {**base, "sort": sort}, {"sort": sort, "then": then}]
    assert [one.reason.partition(" ")[0] for one in ledger.rejected[:3]] == ["the", "sort", "the"]
    assert ledger.rejected[0].candidate.note == "the instruction has 501 characters, more than 500"
    assert ledger.rejected[1].reason == "sort invents {{fast}}"
    assert ledger.rejected[2].candidate.note == "there is no part then; there are sort"
    first, second = (request.messages[-1]["content"] for request in model.requests)
    assert re.findall(r'<part name="sort">\n(.*)\n</part>\nscore: (\S+)', first) == [("Go.", "0"), ("", "0")]
    assert re.findall(r'<part name="then">\n(.*)\n</part>\nscore: (\S+)', second) == [("", "35")]
    assert f"an instruction at the {place} of the text below" in first
    assert "| # Letters\n| { {letters} }" in first
    assert "what is read last" in first


def test_an_instruction_is_found_again_where_it_was_put():
    text = "  # Letters\n{{letters}}\n"
    for place in Place:
        for instruction in ("", "Go.", "Go\n\nslowly."):
            assert instruction_of(placed(text, instruction, place), text, place) == instruction
        assert instruction_of("Quite another text.", text, place) is None
        assert instruction_of(placed(text, "Go.", place) + "?", text, place) in (None, "Go.?")
