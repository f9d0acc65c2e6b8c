"""The ledger: what was tried is kept in a file, comes back from it, and is never mixed with another run's."""

import json
from dataclasses import replace

import pytest

from optwright.budget import Allowance, Usage
from optwright.errors import InputError
from optwright.llm import ScriptedChat
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.opro import Opro
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.recorded import Recorded
from optwright.prompts.search.strategy import Exemplar, Task
from tests.prompts.search.cases import FREE, SEED, Listed, number, run, score, scored, text

STEPS = {step: [text(10 * step + one) for one in range(2)] for step in range(1, 7)}


def known(ledger):
    """All that a ledger knows, without clock readings."""
    entries = {name: (entry.candidate, entry.score, entry.failure) for name, entry in ledger.entries.items()}
    points = [(point.step, point.evaluations, point.usage, point.best, point.mean) for point in ledger.points]
    return entries, ledger.rejected, points, ledger.spent, ledger.asked, ledger.money, ledger.settings, ledger.ended


def test_a_ledger_comes_back_from_its_file(tmp_path):
    def failing(candidates):
        return (scored(one) if number(one) != 20 else None for one in candidates)

    def held_out(candidates):
        return score(candidates)

    steps = {**STEPS, 3: [text(30), text(10), {"sort": "no letters"}]}
    one = run(Listed(steps), failing, path=tmp_path / "ledger.jsonl", held_out=held_out, plan=Plan(every=1, steps=3))
    other = Ledger(tmp_path / "ledger.jsonl")
    assert known(other) == known(one)
    assert [entry.held_out for entry in other.scored] == [entry.held_out for entry in one.scored]
    assert len(other.rejected) == 2
    assert other.elapsed == one.points[-1].elapsed


def test_a_finished_search_is_not_done_again_but_can_be_prolonged(tmp_path):
    path, scored_ones = tmp_path / "ledger.jsonl", []

    def counting(candidates):
        scored_ones.extend(one.id for one in candidates)
        return score(candidates)

    run(Listed(STEPS), counting, path=path, plan=Plan(steps=2))
    again = Listed(STEPS)
    assert run(again, counting, path=path, plan=Plan(steps=2)).best.candidate.parts == text(21)
    assert again.asked == []
    longer = run(again, counting, path=path, plan=Plan(steps=4))
    assert again.asked == [3, 4]
    assert longer.best.candidate.parts == text(41)
    assert len(scored_ones) == len(set(scored_ones)) == 9


def test_a_budget_that_was_spent_can_be_raised(tmp_path):
    def costly(candidates):
        return (replace(scored(one), usage=Usage(1, 40, 10)) for one in candidates)

    whole = run(Listed(STEPS), costly, path=tmp_path / "whole.jsonl")
    path, ends = tmp_path / "ledger.jsonl", []
    for calls in (1, 3, 5, 100):
        ledger = run(Listed(STEPS), costly, path=path, allowance=Allowance(calls, None, None))
        ends.append(ledger.ended.partition(" is spent")[0])
    assert ends == [*(f"the budget of {calls} calls" for calls in (1, 3, 5)), "all 3 steps are done"]
    assert known(ledger) == known(whole)
    assert ledger.spent == Usage(7, 280, 70)


def test_what_has_other_settings_is_another_run(tmp_path):
    path = tmp_path / "ledger.jsonl"
    run(Listed(STEPS), path=path)
    with pytest.raises(InputError, match="begun with another seeds; give the same, or a new folder"):
        run(Listed(STEPS), path=path, seeds=[SEED, {"sort": "{{letters}}!"}])
    with pytest.raises(InputError, match="begun with another count, seed"):
        run(Listed(STEPS), path=path, plan=Plan(count=3, seed=7))
    with pytest.raises(InputError, match="begun with another bounds, description, exemplars"):
        run(Listed(STEPS), path=path, task=Task("Count.", [Exemplar("a", "b")], bounds=None))
    with pytest.raises(InputError, match="begun with another optimizer"):
        run(Listed(STEPS), path=path, model=ScriptedChat([], name="else"))
    with pytest.raises(InputError, match=r"begun with another .*listed\.steps, .*opro\.pairs, .*strategy"):
        run(Opro(), path=path)


@pytest.mark.parametrize("name", ["exemplars", "longest", "pairs", "place"])
def test_a_strategys_own_settings_are_kept_apart_from_the_plans(tmp_path, name):
    path, plan = tmp_path / "ledger.jsonl", Plan(steps=1)
    model = ScriptedChat(["nothing"] * 8)
    run(Opro(), path=path, model=model, plan=plan)
    with pytest.raises(InputError, match=rf"begun with another opro\.{name}; give the same"):
        run(replace(Opro(), **{name: "begin" if name == "place" else 7}), path=path, model=model, plan=plan)


@pytest.mark.parametrize(
    "line",
    [
        '{"a": 1}',
        '{"event": "scored", "id": "x", "score": {}}',
        '{"event": "step", "usage": {}}',
        '{"event": "proposed"}',
    ],
)
def test_what_is_no_ledger_is_named(tmp_path, line):
    (tmp_path / "x.jsonl").write_text(line + "\n")
    with pytest.raises(InputError, match=r"x.jsonl: not a ledger of prompt optimisation"):
        Ledger(tmp_path / "x.jsonl")


def test_a_torn_last_line_costs_only_itself(tmp_path):
    path = tmp_path / "ledger.jsonl"
    whole = run(Listed(STEPS), path=path)
    lines = path.read_text().splitlines()
    cut = next(at for at, line in enumerate(lines) if '"scored"' in line and at > len(lines) / 2)
    path.write_text("\n".join([*lines[:cut], lines[cut][:40]]))
    scored_ones = []

    def counting(candidates):
        scored_ones.extend(one.id for one in candidates)
        return score(candidates)

    again = run(Listed(STEPS), counting, path=path)
    assert known(again) == known(whole)
    ids = [json.loads(line)["id"] for line in lines[:cut] if '"scored"' in line]
    assert not set(ids) & set(scored_ones)
    assert len(ids) + len(scored_ones) == len(whole.entries)


def test_each_asking_is_answered_and_paid_once(tmp_path):
    def ask(model, ledger, step, times):
        recorded = Recorded(model, ledger, ledger.budget(FREE), step)
        return [recorded.complete([{"role": "user", "content": "Say a number."}], n=2) for _ in range(times)]

    path = tmp_path / "a.jsonl"
    first = ask(ScriptedChat(list("12345678")), Ledger(path), 1, 3)
    spent = Ledger(path).spent
    again = ask(ScriptedChat(list("abcdefgh")), Ledger(path), 1, 4)
    assert [one.replies for one in again[:3]] == [one.replies for one in first]
    assert [one.cached for one in again] == [True, True, True, False]
    assert [one.text for one in ask(ScriptedChat(["x", "y"]), Ledger(path), 2, 1)[0].replies] == ["x", "y"]
    assert (spent.calls, Ledger(path).spent.calls) == (3, 5)


def test_memory_is_worked_out_once(tmp_path):
    ledger = Ledger(tmp_path / "a.jsonl")
    assert ledger.once("pool", lambda: [1, 2]) == [1, 2]
    assert ledger.once("pool", lambda: 1 / 0) == [1, 2]
    ledger.remember("pool", {"x": None}, Usage(1, 2, 3), 0.5)
    again = Ledger(tmp_path / "a.jsonl")
    assert again.recall("pool") == {"x": None}
    assert again.recall("other") is None
    assert (again.spent, again.asked, again.money) == (Usage(1, 2, 3), Usage(1, 2, 3), 0.5)


def test_half_a_character_in_a_proposal_is_kept(tmp_path):
    half = {"sort": "{{letters}} \ud83d rule 5."}
    ledger = run(Listed({1: [half]}), path=tmp_path / "a.jsonl", plan=Plan(steps=1))
    seed, found = (entry.candidate for entry in Ledger(tmp_path / "a.jsonl").scored)
    assert found == ledger.best.candidate == Candidate(half, (seed.id,), 1, "listed")
