"""The loop: steps, budgets, ends, held-out items; and score functions that mislead it."""

import math
from dataclasses import replace

import pytest

from optwright.budget import Allowance, Usage
from optwright.errors import BudgetError, InputError, LLMError
from optwright.llm import ScriptedChat
from optwright.prompts.search.doubt import doubts
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.opro import Opro
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Task
from tests.prompts.search.cases import FREE, SEED, Listed, number, run, score, scored, text

RISING = Listed({step: [text(10 * step + one) for one in range(2)] for step in range(1, 7)})


def test_the_best_is_found_and_each_step_is_a_point():
    ledger = run(RISING)
    assert ledger.best.candidate.parts == text(31)
    assert [(point.step, point.evaluations, point.mean) for point in ledger.points] == [
        (0, 4, pytest.approx(0.0)),
        (1, 12, pytest.approx(0.11)),
        (2, 20, pytest.approx(0.21)),
        (3, 28, pytest.approx(0.31)),
    ]
    assert doubts(ledger) == []


def test_of_equal_candidates_the_earliest_stands():
    def coarse(candidates):
        return [Score({"q": float(number(one) >= 20)}) for one in candidates]

    assert run(RISING, coarse).best.candidate.parts == text(20)


@pytest.mark.parametrize(
    ("seeds", "line"),
    [
        ([], "no seed prompt is given"),
        ([SEED, {"sort": "x"}], "other parts or placeholders"),
        ([{"sort": " "}], "cannot be used: sort is empty"),
        ([{"sort": "x" * 13_000}], "cannot be used: sort has 13000 characters, more than 12000"),
    ],
)
def test_seeds_that_cannot_be_used_are_named(seeds, line):
    with pytest.raises(InputError, match=line):
        run(RISING, seeds=seeds)


# What ends a search ---------------------------------------------------------------------------------------------


def test_a_strategy_that_proposes_nothing_new_is_stopped():
    ledger = run(Listed({1: [text(5)], 4: [text(6)]}), plan=Plan(steps=50))
    assert ledger.ended == "what listed proposed in 3 steps is nothing new"
    assert ledger.best.candidate.parts == text(6)
    assert max(point.step for point in ledger.points) == 7


def test_a_score_function_that_fails_from_some_time_on_is_not_asked_for_ever():
    def tired(candidates):
        if any("rule" in one.parts["sort"] for one in candidates):
            raise OSError("no model")
        return score(candidates)

    steps = {step: [text(step)] for step in range(1, 30)}
    ledger = run(Listed(steps), tired, plan=Plan(steps=30))
    assert (
        ledger.ended
        == "what listed proposed in 3 steps could not be scored: the score function raised OSError: no model"
    )
    assert ledger.best.candidate.parts == SEED
    assert doubts(ledger) == ["3 of 4 candidates failed: the score function raised OSError: no model"]


@pytest.mark.parametrize(
    ("allowance", "line"),
    [
        (Allowance(5, None, None), "the budget of 5 calls is spent"),
        (Allowance(None, 250, None), "the budget of 250 tokens is spent"),
        (Allowance(None, None, None, 0.0025), r"the budget of \$0.0025 is spent"),
        (Allowance(None, None, 0.0), "the budget of 0 seconds is spent"),
    ],
)
def test_every_budget_ends_the_search_and_is_named(allowance, line):
    def costly(candidates):
        return (replace(scored(one), usage=Usage(1, 40, 10)) for one in candidates)

    ledger = run(RISING, costly, allowance=allowance, prices={"prompt": 10.0, "completion": 10.0})
    assert ledger.ended.startswith(line.replace("\\", ""))
    assert ledger.spent.calls == (0 if allowance.seconds == 0.0 else 5), "a step that was begun is finished"
    assert ledger.money == pytest.approx(ledger.spent.tokens * 1e-5)


def test_optimiser_and_scorer_are_paid_together_each_at_its_price():
    def costly(candidates):
        return (replace(scored(one), usage=Usage(10, 1000, 0), money=0.5) for one in candidates)

    model = ScriptedChat(['<part name="sort">Sort {{letters}} by rule 9.</part>'])
    ledger = run(Opro(), costly, model=model, plan=Plan(steps=1, count=1), prices={"prompt": 1e4})
    assert ledger.asked.calls == 1
    assert ledger.spent.calls == 21
    assert ledger.money == pytest.approx(2 * 0.5 + ledger.asked.prompt_tokens * 0.01)
    assert ledger.points[-1].money == ledger.money
    again = ledger.budget(Allowance(None, None, None, money=1.0), {"prompt": 1e4})
    with pytest.raises(BudgetError, match=r"\$1 is spent \(21 calls"):
        again.check()


def test_what_fails_is_paid_too(tmp_path):
    def costly(candidates):
        for one in candidates:
            found = replace(scored(one), usage=Usage(1, 40, 10))
            bad = {10: {"q": math.nan}, 20: {"other": 0.5}}.get(number(one), found.items)
            yield replace(found, items=bad)

    ledger = run(RISING, costly, path=tmp_path / "a.jsonl", prices={"prompt": 1e6}, allowance=Allowance(5, None, None))
    assert len(ledger.scored) == 3
    assert len([entry for entry in ledger.entries.values() if entry.failure]) == 2
    for one in (ledger, Ledger(tmp_path / "a.jsonl")):
        assert (one.spent, one.money) == (Usage(5, 200, 50), 200.0)
    assert ledger.ended.startswith("the budget of 5 calls is spent")


def test_a_server_that_fails_ends_the_run_and_the_same_call_goes_on():
    ledger = Ledger()
    replies = [f'<part name="sort">{text(1)["sort"]}</part>', LLMError("the server is gone")]
    with pytest.raises(LLMError, match="the server is gone"):
        run(Opro(), model=ScriptedChat(replies), ledger=ledger, plan=Plan(steps=2, count=1))
    assert len(ledger.scored) == 2
    assert ledger.ended == ""
    run(Opro(), model=ScriptedChat([replies[0].replace("1", "7")]), ledger=ledger, plan=Plan(steps=2, count=1))
    assert ledger.best.candidate.parts == text(7)


# Held-out items ---------------------------------------------------------------------------------------------------


def test_the_best_is_looked_at_on_held_out_items_now_and_then_and_once():
    looked = []

    def held_out(candidates):
        looked.extend(number(one) for one in candidates)
        return [Score({"h": 0.5}) for _ in candidates]

    steps = {1: [text(10)], 2: [text(20)], 3: [text(5)], 4: [text(40)], 5: [text(1)], 6: [text(2)], 7: [text(70)]}
    ledger = run(Listed(steps), held_out=held_out, plan=Plan(steps=7, every=2))
    assert looked == [0, 20, 40, 70], "at 0, 2, 4; nothing new at 6; and at the end"
    assert [entry.held_out.mean for entry in ledger.scored if entry.held_out] == [0.5] * 4
    assert ledger.evaluations == 4 * len(ledger.scored), "held-out items are not searched on"


def test_a_held_out_score_that_fails_is_told_and_steers_nothing():
    told = []
    ledger = run(RISING, held_out=lambda ones: [Score({"h": math.nan})], observe=lambda _, line: told.append(line))
    assert ledger.best.candidate.parts == text(31)
    assert any("held-out items: the score of item h is nan" in line for line in told)


# Score functions that mislead -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (math.nan, "the score of item q2 is nan"),
        (math.inf, "the score of item q2 is inf"),
        (1e12, "the score of item q2 is 1e+12, not from 0 to 1"),
        ("1.0", "the score of item q2 is a str, not a number"),
    ],
)
def test_one_candidate_whose_scores_are_wrong_never_wins(value, reason):
    def bad(candidates):
        for one in candidates:
            found = scored(one)
            yield replace(found, items={**found.items, "q2": value}) if number(one) == 31 else found

    ledger = run(RISING, bad)
    assert ledger.best.candidate.parts == text(30)
    assert [entry.failure for entry in ledger.entries.values() if entry.failure] == [reason]
    assert doubts(ledger) == [f"1 of 7 candidates failed: {reason}"]


def test_one_candidate_that_is_scored_on_easier_items_never_wins():
    def easier(candidates):
        for one in candidates:
            yield Score({"easy": 1.0}) if number(one) == 20 else scored(one)

    ledger = run(RISING, easier)
    assert ledger.best.candidate.parts == text(31)
    (failure,) = [entry.failure for entry in ledger.entries.values() if entry.failure]
    assert failure == "scored on other items than the rest: easy, q0, q1, q2, q3"


def test_a_candidate_that_left_the_race_never_wins():
    def halving(candidates):
        for one in candidates:
            yield Score({"q0": 1.0}, dropped=True) if number(one) == 20 else scored(one)

    assert run(RISING, halving).best.candidate.parts == text(31)


def test_scores_that_are_all_the_same_leave_the_seed_and_are_told():
    told = []
    ledger = run(RISING, lambda ones: [Score({"q": 0.5}) for _ in ones], observe=lambda _, line: told.append(line))
    assert ledger.flat
    assert ledger.best.candidate.parts == SEED
    (doubt,) = doubts(ledger)
    assert doubt.startswith("all 7 candidates have the same score: it cannot tell them apart")
    assert told[-1] == f"doubt: {doubt}"


def outlying(value, spoilt):
    """A score function without bounds, one of whose scores is not what it should be."""

    def score_fn(candidates):
        for one in candidates:
            found = scored(one)
            yield replace(found, items={**found.items, "q2": value}) if number(one) == spoilt else found

    return score_fn


@pytest.mark.parametrize(("value", "spoilt", "winner"), [(1e9, 20, 31), (-1e9, 31, 30)])
def test_an_outlier_without_bounds_is_a_named_failure(value, spoilt, winner):
    ledger = run(RISING, outlying(value, spoilt), task=Task("sort", bounds=None))
    (failure,) = [entry.failure for entry in ledger.entries.values() if entry.failure]
    assert failure.startswith(f"the score of item q2 is {value:g}, where all others are from 0 to ")
    assert failure.endswith("give the task bounds if that is right")
    assert number(ledger.best.candidate) == winner


@pytest.mark.parametrize(
    ("value", "spoilt", "line"),
    [
        (3.0, 20, "by item q2 alone (mean 0.9002 against 0.31, median 0.201 against 0.31)"),
        (-3.0, 31, "by item q2 alone (mean 0.3 against -0.5172, median 0.3 against 0.31)"),
    ],
)
def test_a_lead_of_one_item_alone_is_told_with_the_medians(value, spoilt, line):
    (doubt,) = doubts(run(RISING, outlying(value, spoilt), task=Task("sort", bounds=None)))
    assert line in doubt
    assert doubt.endswith("look at that item, and give the scores bounds if there are any")


def test_no_seed_that_can_be_scored_is_told_and_no_model_is_asked():
    ledger = run(Opro(), lambda ones: 1 / 0, model=ScriptedChat([]))
    assert ledger.ended == "no seed could be scored: the score function raised ZeroDivisionError: division by zero"
    assert ledger.best is None
    assert ledger.points == []


def test_seeds_that_all_left_the_race_are_told():
    ledger = run(RISING, lambda ones: [Score({"q": 1.0}, dropped=True) for _ in ones], allowance=FREE)
    assert ledger.ended == "no seed could be scored: all were dropped"
