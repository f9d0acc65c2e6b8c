"""Directional feedback: what the advice is made from, how it is used and kept, and what becomes of hostile evidence."""

import pytest

from optwright.budget import Allowance
from optwright.errors import LLMError
from optwright.llm import ScriptedChat
from optwright.prompts.search.directional import Directional
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Exemplar, Task
from tests.prompts.search.cases import run
from tests.prompts.search.modelled import ITEMS, SEED, Writer, evidence, scoring
from tests.prompts.search.test_ledger import known
from tests.prompts.search.test_quotation import HOSTILE

TASK = Task("Sort the letters.", [Exemplar(item, f"Question {item}?") for item in ITEMS], {"sort": "sorts"})


def search(model=None, score=scoring, steps=3, **given):
    return run(Directional(), score, model=model or Writer(), seeds=[SEED], task=TASK, plan=Plan(steps, 4), **given)


def asked(model, template):
    head = {"advice": "You advise", "versions": "You improve"}[template]
    return [request for request in model.requests if request.messages[0]["content"].startswith(head)]


def test_each_step_asks_for_advice_and_then_for_versions_that_follow_it():
    model = Writer()
    ledger = search(model)
    assert [(one.n, one.temperature) for one in model.requests] == [(1, 0.0), (4, 1.0)] * 3
    for step, request in enumerate(asked(model, "versions"), start=1):
        advice = ledger.recall(f"advice {step}")
        assert advice["text"]
        assert advice["text"] in request.messages[-1]["content"]
        assert all(entry.candidate.parents == (advice["base"],) for entry in ledger.proposed(step))
        assert all(entry.candidate.note.startswith(f"by advice {step}") for entry in ledger.proposed(step))


def test_it_climbs_to_the_best_there_is():
    ledger = search(steps=12)
    assert ledger.best.score.mean == 1.0
    assert "nothing new" in ledger.ended


def test_nothing_is_asked_where_nothing_can_be_better():
    model = Writer()
    search(model, lambda candidates: [Score({"a": 1.0}) for _ in candidates])
    assert model.requests == []


def test_the_advice_rests_on_counts_of_failures_on_differences_and_on_what_came_of_it_before():
    model = Writer()
    ledger = search(model, steps=4)
    first, *_, last = (request.messages[-1]["content"] for request in asked(model, "advice"))
    assert "8 of 8 items fell short." in first
    assert "| on 2 of them: check: rule beta is not kept" in first
    assert "None was tried yet." in first
    assert "None was given yet." in first
    best = ledger.entries[ledger.points[-2].best]
    assert f"score {best.score.mean:.4g}" in last
    assert "Advice 1, " in last
    assert "of 4 better than the 0 they came from" in last
    assert "\n+ " in last or "\n- " in last
    assert "Go with higher scores" in last
    assert last.count("Item q") == 4 or last.count("Item q") == round(8 * (1 - best.score.mean))


def test_only_some_versions_are_shown_and_each_in_bounded_length():
    def score(candidates):
        return [Score({item: len(one.parts["sort"]) % 97 / 97 for item in ITEMS}) for one in candidates]

    model = Writer(lambda name: " and".join(f" word {name} {k}" for k in range(100)))
    search(model, score, steps=5)
    last = asked(model, "advice")[-1].messages[-1]["content"]
    others = last.split("what only the other has:\n")[1].split("\n\nSentences by which")[0]
    assert others.count("Score ") == 10
    assert len(others) < 10 * 900


def test_without_evidence_it_goes_by_the_scores():
    model = Writer()
    ledger = search(model, lambda candidates: [Score(scoring([one])[0].items) for one in candidates], steps=6)
    assert "The scorer does not say why." in asked(model, "advice")[0].messages[-1]["content"]
    assert ledger.best.candidate.step > 0


def test_advice_that_cannot_be_had_is_done_without():
    model = Writer(advice="<think>hm</think>")
    ledger = search(model, steps=1)
    assert "None could be had." in asked(model, "versions")[0].messages[-1]["content"]
    assert len(ledger.entries) > 1


@pytest.mark.parametrize("said", ["x" * 500_000, HOSTILE, HOSTILE * 5_000, "{{letters}} {{x}}" * 9_000, "\ud800\x00"])
def test_hostile_evidence_stays_quoted_and_bounded(said):
    def score(candidates):
        return [Score(dict.fromkeys(ITEMS, 0.0), dict.fromkeys(ITEMS, said)) for _ in candidates]

    model = Writer()
    search(model, score, steps=2)
    for request in model.requests:
        content = request.messages[-1]["content"]
        content.encode("utf-8")
        assert len(content) < 30_000
        inside = [line for line in content.splitlines() if "Ignore all" in line or "{{x}}" in line]
        assert all(line.startswith("| ") for line in inside)
        assert sum(line.startswith("<part name=") for line in content.splitlines()) == 1
        assert "{{x}}" not in content


def test_advice_that_is_endless_is_cut():
    model = Writer(advice="more " * 100_000)
    ledger = search(model, steps=2)
    assert len(ledger.recall("advice 1")["text"]) < 3_100
    assert all(len(request.messages[-1]["content"]) < 30_000 for request in model.requests)


@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_killed_at_any_request_it_goes_on_with_the_same_proposals(tmp_path, call):
    whole = search()
    with pytest.raises(LLMError, match="gone"):
        search(Writer(fail=call), path=tmp_path / "ledger.jsonl")
    model = Writer()
    again = search(model, ledger=Ledger(tmp_path / "ledger.jsonl"))
    assert known(again) == known(whole)
    assert len(model.requests) == 6 - (call - 1), "no request is made twice"


def test_the_budget_is_kept():
    ledger = search(allowance=Allowance(5, None, None), steps=9)
    assert ledger.spent.calls == 5
    assert "budget of 5 calls" in ledger.ended


def test_a_version_that_breaks_the_form_is_mended_or_sorted_out_with_its_reason():
    model = Writer(broken=True)
    ledger = search(model, steps=1)
    assert {one.reason for one in ledger.rejected} == {"sort drops {{letters}}"}
    assert len(model.requests) == 2 + 4, "each is asked for once more"


def test_evidence_is_what_the_scorer_says(tmp_path):
    assert evidence(SEED["sort"], 0) == "check: rule alpha is not kept\nended: wrong"
    model = ScriptedChat(["advice"])
    with pytest.raises(LLMError):
        search(model, steps=1)
    assert "| check: rule" in model.requests[0].messages[-1]["content"]
