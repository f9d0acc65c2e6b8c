"""Trials of prompts: attempts kept once, halving, budgets; the division of items, and the test of adoption."""

import json
import math

import pytest

from optwright.agent import solve
from optwright.budget import Allowance, Budget, Usage
from optwright.datasets import uniform
from optwright.datasets.sample import Labels
from optwright.datasets.split import clusters
from optwright.datasets.synthesis.similarity import alike
from optwright.errors import BudgetError, InputError, LLMError
from optwright.eval.prompting import places
from optwright.eval.prompting.adoption import Paired, rule
from optwright.eval.prompting.attempts import Attempts
from optwright.eval.prompting.evidence import MOST, evidence
from optwright.eval.prompting.halving import behind, fallen
from optwright.eval.prompting.splits import Sizes, split
from optwright.eval.settings import Settings
from optwright.eval.trial import Trial
from optwright.llm import ScriptedChat
from optwright.method import Method
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.judge import Guard, judge
from optwright.prompts.search.score import Failure
from tests.eval.fake_model import formulation
from tests.eval.prompt_server import WORDS, problems, write

NONE = Allowance(None, None, None)


def prompt(*words, step=1):
    return Candidate({"plain.user": f"{' '.join(words)} {{{{problem}}}}".strip()}, step=step)


SEED = prompt(step=0)


@pytest.fixture
def samples(tmp_path):
    return uniform.load(write(tmp_path / "made.jsonl", 64))


@pytest.fixture
def attempts(tmp_path, samples):
    def build(worker="worker", name="trials.jsonl"):
        settings = Settings(("made",), method="plain", pipeline=f"tests.eval.prompted:{worker}", concurrency=4)
        return Attempts(tmp_path / name, settings, samples)

    return build


def names(samples):
    return [one.id for one in samples]


def test_a_candidate_is_scored_strictly_item_by_item_with_what_it_cost(attempts, samples):
    made = attempts()
    trial = Trial(made, names(samples)[:20], Budget(NONE), prices={"prompt": 2.0, "completion": 10.0})
    half, all_words = prompt(*WORDS[:2]), prompt(*WORDS)
    scores = list(trial([half, all_words]))
    assert [set(score.items) for score in scores] == [set(names(samples)[:20])] * 2
    assert set(scores[1].items.values()) == {1.0}
    assert 0 < scores[0].mean < 1
    wrong = {item for item, value in scores[0].items.items() if value == 0.0}
    assert set(scores[0].evidence) == wrong
    assert scores[1].evidence == {}
    assert scores[0].usage == Usage(20, 2000, 200)
    assert scores[0].money == pytest.approx(20 * (100 * 2 + 10 * 10) / 1e6)
    assert scores[0].seconds == pytest.approx(10.0)
    assert not any(score.dropped for score in scores)


def test_several_processes_give_what_one_gives(attempts, samples, tmp_path):
    items = names(samples)[:12]
    settings = Settings(("made",), method="plain", pipeline="tests.eval.prompted:worker", processes=2)
    several = Attempts(tmp_path / "several.jsonl", settings, samples)
    step = [prompt("amber"), prompt(*WORDS)]
    assert list(Trial(several, items, Budget(NONE))(step)) == list(Trial(attempts(), items, Budget(NONE))(step))


def test_no_evidence_holds_a_gold_answer(attempts, samples):
    gold = {one.id: one.corrected.label.value for one in samples}
    (score,) = Trial(attempts(), names(samples), Budget(NONE))([SEED])
    assert score.mean == 0.0
    for item, words in score.evidence.items():
        assert words == f"Best possible value: {gold[item] + 1:g}."


def test_every_attempt_is_made_once_and_known_again(attempts, samples, tmp_path):
    items = names(samples)[:16]
    first = list(Trial(attempts(), items, Budget(NONE))([SEED, prompt("amber")]))
    made = attempts("failing")  # with OPTWRIGHT_TEST_FAIL unset every attempt fails: none may be made
    again = list(Trial(made, items, Budget(NONE))([SEED, prompt("amber")]))
    assert again == first
    records = [json.loads(line) for line in (tmp_path / "trials.jsonl").read_text().splitlines()]
    pairs = [(one["candidate"], one["item"]) for one in records if one["event"] == "attempt"]
    assert len(pairs) == len(set(pairs)) == 32


def test_who_falls_behind_the_incumbent_gets_no_more_items(attempts, samples):
    made, items = attempts(), names(samples)[:64]
    best = prompt(*WORDS[:3])
    (score,) = Trial(made, items, Budget(NONE))([best])
    trial = Trial(made, items, Budget(NONE), incumbent=lambda: best.id)
    idle, better, same = prompt("idle"), prompt(*WORDS), prompt(*WORDS[:3], "too")
    found = dict(zip(("idle", "better", "same"), trial([idle, better, same]), strict=True))
    assert found["better"].mean == 1.0
    assert not found["better"].dropped
    assert found["idle"].dropped
    assert len(found["idle"].items) == 8
    assert list(found["idle"].items) == items[:8]  # the same items, in the same order, for all
    assert len(made) == 64 + sum(len(one.items) for one in found.values())
    reason = made.decided(idle.id, 8)
    assert reason.startswith(f"0 of 8 right, the best so far {sum(list(score.items.values())[:8]):.0f}")
    assert made.decided(better.id, 8) == ""


def test_seeds_are_measured_whole_also_when_one_of_them_is_scored_already(attempts, samples):
    made, items = attempts(), names(samples)[:32]
    best, idle = prompt(*WORDS, step=0), prompt("idle", step=0)
    list(Trial(made, items, Budget(NONE))([best]))
    (score,) = Trial(made, items, Budget(NONE), incumbent=lambda: best.id)([idle])
    assert not score.dropped
    assert len(score.items) == 32


def test_decisions_are_kept_so_that_the_rest_of_a_step_is_scored_as_the_whole_was(attempts, samples):
    items = names(samples)[:64]
    best = prompt(*WORDS[:2])
    step = [prompt(*WORDS[:3]), prompt(*WORDS), prompt("idle"), prompt("amber")]
    made = attempts()
    list(Trial(made, items, Budget(NONE))([best]))
    whole = list(Trial(made, items, Budget(NONE), incumbent=lambda: best.id)(step))
    again = attempts("failing")
    rest = list(Trial(again, items, Budget(NONE), incumbent=lambda: step[1].id)(step[2:]))
    assert rest == whole[2:]


def test_a_spent_budget_stops_within_a_step_and_a_larger_one_goes_on(attempts, samples, tmp_path):
    items = names(samples)[:40]
    budget = Budget(Allowance(calls=30, seconds=None))
    with pytest.raises(BudgetError, match="the budget of 30 calls is spent"):
        list(Trial(attempts(), items, budget)([SEED, prompt("amber")]))
    kept = len(attempts())
    assert kept == 30
    dollars = Budget(Allowance(None, None, None, money=0.01), prices={"prompt": 1.0})
    with pytest.raises(BudgetError, match=r"the budget of \$0\.01 is spent"):
        list(Trial(attempts(), items, dollars, prices={"prompt": 2.0})([SEED, prompt("amber")]))
    assert len(attempts()) == 50
    list(Trial(attempts(), items, Budget(NONE))([SEED, prompt("amber")]))
    assert len(attempts()) == 80


def test_what_was_charged_before_counts(attempts, samples):
    budget = Budget(Allowance(calls=30, seconds=None), used=Usage(25))
    with pytest.raises(BudgetError):
        list(Trial(attempts(), names(samples)[:40], budget)([SEED]))
    assert len(attempts()) == 5


def test_a_server_that_fails_costs_no_candidate_anything(attempts, samples, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_TEST_FAIL", "")
    trial = Trial(attempts("failing"), names(samples)[:40], Budget(NONE))
    with pytest.raises(LLMError, match=r"does not answer \(nothing that was done is lost; go on later with --resume\)"):
        list(trial([SEED]))
    assert len(attempts()) == 0
    last = samples[39]
    monkeypatch.setenv("OPTWRIGHT_TEST_FAIL", last.corrected.question)
    with pytest.raises(LLMError):
        list(trial([SEED]))
    assert 0 < len(attempts()) < 40
    assert last.id not in attempts().known(SEED.id)


def test_a_candidate_that_no_pack_could_hold_fails_alone(attempts, samples):
    broken = Candidate({"plain.user": "{{problem}}\n--- plain.user ---\nmore"}, step=1)
    trial = Trial(attempts(), names(samples)[:8], Budget(NONE))
    found = {one.id: score for one, score in judge(trial, [prompt("amber"), broken], Guard((0.0, 1.0)))}
    assert isinstance(found[broken.id], Failure)
    assert "looks like the beginning of a part" in found[broken.id].reason
    assert not isinstance(found[prompt("amber").id], Failure)


def test_a_file_of_something_else_is_refused(attempts, tmp_path):
    (tmp_path / "trials.jsonl").write_text('{"id": 3}\n')
    with pytest.raises(InputError, match="not a file of trials"):
        attempts()


# Halving -------------------------------------------------------------------------------------------------------------


def rights(count, of, first="i"):
    return {f"{first}{at}": at < count for at in range(of)}


def test_halving_keeps_the_better_half_and_all_that_tie_with_its_last():
    alive = {"a": rights(6, 8), "b": rights(4, 8), "c": rights(4, 8), "d": rights(2, 8)}
    kept = [name for name, reason in fallen(alive, rights(4, 64)).items() if not reason]
    assert kept == ["a", "b", "c"]
    assert list(fallen({"a": rights(1, 8)}, rights(1, 64)).values()) == [""]
    assert set(fallen(alive, None).values()) == {""}


def test_behind_is_said_only_of_what_cannot_or_hardly_catch_up():
    incumbent = rights(60, 64)
    assert "out of reach" in behind(rights(3, 8), incumbent)
    assert "worse, p = 0.031" in behind(rights(0, 5), rights(5, 64))
    assert behind(rights(1, 5), rights(5, 64)) == ""  # 4 against 0: p = 0.0625
    assert behind(rights(8, 8), incumbent) == ""


# Splits --------------------------------------------------------------------------------------------------------------


def test_no_problem_and_no_near_duplicate_is_in_two_parts(tmp_path):
    records = list(problems(120))
    planted = []
    for at in range(0, 120, 2):
        words = records[at]["question"].split()
        twin = {**records[at], "id": f"twin/{at:04d}", "question": " ".join(["perhaps", *words[1:]])}
        planted += [records[at], twin]
    path = tmp_path / "planted.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in [*planted, *records[1::2]]))
    samples = uniform.load(path)
    group = clusters(samples, near=True)
    assert group["twin/0004"] == group["made/0004"] != group["made/0006"]
    found = split(samples, Labels.CORRECTED, Sizes(None, None, None))
    parts = [found.train, found.validation, found.test]
    where = {one.id: at for at, part in enumerate(parts) for one in part}
    assert len(where) == sum(map(len, parts)) == 120  # of twins one is kept
    assert list(alike((one.id, one.corrected.question) for one in found.all)) == []
    for seed in range(3):
        again = split(samples, Labels.CORRECTED, Sizes(10, 10, 10), seed=seed)
        assert {where[one.id] for one in again.test} == {2}  # a seed moves nothing to another part
        assert len(again.train) == 10
    assert names(split(samples, Labels.CORRECTED, Sizes(10, 10, 10), seed=1).train) != names(again.train)


def test_too_few_problems_are_named(samples):
    with pytest.raises(InputError, match=r"no problem with an answer is left for \w+: 1 records"):
        split(samples[:1], Labels.CORRECTED)


# Adoption ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mended", "broken", "adopted"), [(5, 0, True), (4, 0, False), (8, 1, True), (7, 2, False)])
def test_adoption_is_the_exact_sign_test(mended, broken, adopted):
    seed = {**rights(0, mended, "m"), **rights(broken, broken, "b"), **rights(3, 6)}
    winner = {**rights(mended, mended, "m"), **rights(0, broken, "b"), **rights(3, 6)}
    paired = Paired.of(seed, winner)
    total = mended + broken
    assert paired.p_value == pytest.approx(sum(math.comb(total, k) for k in range(mended, total + 1)) / 2**total)
    assert (len(paired.mended), len(paired.broken)) == (mended, broken)
    assert rule(paired, 0.95).adopted is adopted
    assert rule(paired, 0.999).adopted is False
    assert f"{mended} of {total + 6} validation items mended, {broken} broken" in rule(paired).reason


# Parts ---------------------------------------------------------------------------------------------------------------


def test_the_parts_of_each_method_are_known_and_others_are_named():
    for method in Method:
        first = places.seed((), method)
        assert len(first.parts) == 1
        assert set(places.roles(places.sent(method))) == set(places.sent(method))
        places.seed(places.sent(method, library=True), method, library=True)
    assert list(places.seed((), Method.PLAIN).parts.items()) == [("plain.user", "{{problem}}")]
    two = places.seed(("formulate.system", "repair_formulation.user"), Method.COMPILED)
    assert "{{trouble}}" in two.parts["repair_formulation.user"]
    with pytest.raises(InputError, match=r"--part formulate\.sistem: that part does not exist; there are formulate\."):
        places.seed(("formulate.sistem",), Method.COMPILED)
    with pytest.raises(InputError, match=r"--part plain\.user: that part is not sent by the method compiled"):
        places.seed(("plain.user",), Method.COMPILED)
    with pytest.raises(InputError, match=r"--part nonsense: that part does not exist"):
        places.seed(("nonsense",), Method.COMPILED)


# Evidence ------------------------------------------------------------------------------------------------------------


def shown(*replies, method="compiled"):
    model = ScriptedChat([f"```json\n{json.dumps(one)}\n```" if isinstance(one, dict) else one for one in replies])
    settings = solve.Settings(method, "low")
    return evidence(solve.solve("At most 12 desks and chairs, as many as possible?", model=model, settings=settings))


def test_evidence_tells_the_checks_the_solver_and_the_model_in_short_words():
    wrong = formulation(12.0, goal="x + totals")
    told = shown(wrong, wrong, method="plain")
    assert "check: " in told
    assert "totals" in told
    assert "steps: " in told
    assert "model: variables x (NonNegativeReals), y (NonNegativeReals); maximize x + totals; x + y <= most" in told
    unreadable = shown("I would buy desks.", "And chairs.")
    assert "failure: parse: " in unreadable
    impossible = formulation(12.0)
    impossible["constraints"].append({"name": "never", "expression": "x + y <= -1"})
    told = shown(impossible, impossible)
    assert "No solution meets all requirements." in told
    assert "solver: infeasible" in told
    assert "diagnosis: " in told
    assert len(shown(formulation(12.0))) < len(told) <= MOST
