"""Adversarial score functions: each failure is named and has its candidate, and no score comes of one."""

import math
import threading
from types import MappingProxyType

import numpy as np
import pytest

from optwright.budget import Usage
from optwright.errors import BudgetError, InputError, LLMError, ParseError, RefusedError, StoppedError
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.judge import Guard, compared, judge, outlying
from optwright.prompts.search.score import Failure, Score
from tests.prompts.search.cases import scored, text

GUARD = Guard((0.0, 1.0))
THREE = [Candidate(text(number)) for number in (10, 20, 30)]


def judged(score_fn, guard=GUARD, candidates=THREE):
    """What is known in the end: a later word on a candidate takes the place of an earlier one."""
    return dict(zip([one.id for one in candidates], _last(judge(score_fn, candidates, guard)), strict=True)).values()


def _last(pairs):
    return {one.id: found for one, found in pairs}.values()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (math.nan, "the score of item q is nan"),
        (math.inf, "the score of item q is inf"),
        (-math.inf, "the score of item q is -inf"),
        (10**400, "the score of item q is 1000"),
        (1e9, "the score of item q is 1e+09, not from 0 to 1"),
        (-0.01, "the score of item q is -0.01, not from 0 to 1"),
        ("0.5", "the score of item q is a str, not a number"),
        (None, "the score of item q is None, not a number"),
        ([0.5], "the score of item q is a list, not a number"),
        (1j, "the score of item q is a complex, not a number"),
        (np.float64("nan"), "the score of item q is nan"),
    ],
)
def test_an_items_score_that_is_none_is_told(value, reason):
    found = GUARD.checked(Score({"p": 0.5, "q": value}))
    assert isinstance(found, Failure)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "gave None in place of a Score"),
        (0.7, "gave a float in place of a Score"),
        ({"q": 0.5}, "gave a dict in place of a Score"),
        (Score({}), "gave no item's score"),
        (Score([0.5]), "gave no item's score"),
        (Score({"q": 0.5}, seconds=math.nan), "a cost that is none"),
        (Score({"q": 0.5}, money=math.inf), "a cost that is none"),
        (Score({"q": 0.5}, usage=7), "a cost that is none"),
        (Score({"q": 0.5}, evidence=["late"]), "gave a list for the evidence"),
    ],
)
def test_what_is_no_score_is_told(given, reason):
    found = GUARD.checked(given)
    assert isinstance(found, Failure)
    assert reason in found.reason


def test_numbers_of_other_kinds_become_plain():
    items = MappingProxyType({3: np.float32(0.5), "b": True, "c": 1 + 1e-12})
    found = GUARD.checked(Score(items, {3: ValueError("late")}, Usage(1, 2, 3), np.float64(2.0), money=1))
    assert found.to_json() == {
        "items": {"3": 0.5, "b": 1.0, "c": 1 + 1e-12},
        "evidence": {"3": "late"},
        "usage": {"calls": 1, "prompt_tokens": 2, "completion_tokens": 3, "cached_tokens": 0},
        "seconds": 2.0,
        "dropped": False,
        "money": 1.0,
    }
    assert type(found.items["3"]) is float
    assert Score.from_json(found.to_json()) == found


def test_without_bounds_only_finite_numbers_are_asked_for():
    assert Guard(None).checked(Score({"q": -1e9})).mean == -1e9
    assert isinstance(Guard(None).checked(Score({"q": math.nan})), Failure)


def test_a_raise_is_the_failure_of_the_candidate_that_it_is_raised_for():
    def raising(candidates):
        for one in candidates:
            if one == THREE[1]:
                raise ZeroDivisionError("no items left")
        return [scored(one) for one in candidates]

    one, two, three = judged(raising)
    assert (one, three) == (scored(THREE[0]), scored(THREE[2]))
    assert two == Failure("the score function raised ZeroDivisionError: no items left")


@pytest.mark.parametrize("error", [ParseError("no number in the reply"), RefusedError("too long")])
def test_a_stream_that_raises_keeps_what_it_gave(error):
    asked = []

    def streaming(candidates):
        for one in candidates:
            asked.append(one)
            if one == THREE[1]:
                raise error
            yield scored(one)

    one, two, three = judged(streaming)
    assert (one, three) == (scored(THREE[0]), scored(THREE[2]))
    assert two == Failure(f"the score function raised {type(error).__name__}: {error}")
    assert asked == [THREE[0], THREE[1], THREE[1], THREE[2]], "what has a score is not scored again"


@pytest.mark.parametrize(
    "error", [BudgetError("spent"), LLMError("down"), StoppedError("stop"), InputError("disk full")]
)
def test_what_is_no_fault_of_a_candidate_ends_the_run(error):
    def failing(candidates):
        yield scored(candidates[0])
        raise error

    seen = []
    with pytest.raises(type(error), match=str(error)):
        seen.extend(judge(failing, THREE, GUARD))
    with pytest.raises(type(error)):
        seen.extend(judge(failing, THREE, Guard(patience=60.0)))


@pytest.mark.parametrize(
    ("give", "reason"),
    [
        (lambda ones: [scored(one) for one in ones][:2], "gave 2 scores for 3 candidates"),
        (lambda ones: [], "gave 0 scores for 3 candidates"),
        (lambda ones: [scored(one) for one in ones] * 2, "gave more scores for 3 candidates"),
        (lambda ones: iter(lambda: scored(ones[0]), None), "gave more scores for 3 candidates"),
    ],
)
def test_another_number_of_scores_leaves_none(give, reason):
    assert list(judged(give)) == [Failure(f"the score function {reason}")] * 3


def test_what_is_done_to_candidates_is_done_to_copies():
    before = [one.to_json() for one in THREE]

    def spoiling(candidates):
        found = [scored(one) for one in candidates]
        for one in candidates:
            one.parts.clear()
        candidates.clear()
        return found

    assert list(judge(spoiling, THREE, GUARD)) == [(one, scored(one)) for one in THREE]
    assert [one.to_json() for one in THREE] == before


@pytest.mark.parametrize("given", [None, 0.5])
def test_what_holds_no_scores_is_told(given):
    assert all("raised TypeError" in one.reason for one in judged(lambda ones: given))


def test_a_function_that_hangs_is_left_behind():
    never = threading.Event()

    def hanging(candidates):
        for one in candidates:
            if one == THREE[1]:
                never.wait()
            yield scored(one)

    one, two, three = judged(hanging, Guard((0.0, 1.0), patience=0.5))
    never.set()
    assert (one, three) == (scored(THREE[0]), scored(THREE[2]))
    assert two == Failure("the score function gave nothing for 0.5 seconds")


def test_scores_of_other_items_are_not_compared():
    items = frozenset({"a", "b"})
    assert compared(Score({"a": 1.0}), frozenset()) == Score({"a": 1.0})
    assert compared(Score({"a": 1.0, "b": 0.0}), items) == Score({"a": 1.0, "b": 0.0})
    assert compared(Score({"a": 1.0}, dropped=True), items) == Score({"a": 1.0}, dropped=True)
    assert compared(Score({"a": 1.0}), items) == Failure("scored on other items than the rest: b")
    assert compared(Score({"c": 1.0}, dropped=True), items) == Failure("scored on other items than the rest: c")
    easy = compared(Score(dict.fromkeys("abcdefghi", 1.0)), items)
    assert easy == Failure("scored on other items than the rest: c, d, e, f, g ...")


@pytest.mark.parametrize(
    ("items", "known", "fault"),
    [
        ({"a": 1e9}, [0.0, 1.0], ""),
        ({"a": 1e9, "b": 1.0}, [0.0, 1.0], ""),
        ({"a": 1e9, "b": 1.0, "c": 0.0}, [0.0, 1.0], "a"),
        ({"a": 102.0, "b": 1.0, "c": 0.0}, [0.0, 1.0], "a"),
        ({"a": 100.0, "b": 1.0, "c": 0.0}, [0.0, 1.0], ""),
        ({"a": -1e9, "b": 1.0, "c": 0.0}, [0.0, 1.0], "a"),
        ({"a": -3.0, "b": -2.0, "c": -1.0}, [-1e9, -2e9], ""),
        ({"a": 1.0, "b": 0.0, "c": 0.0}, [0.0, 0.0], ""),
        ({"a": 0.5, "b": 1e9, "c": 0.5}, [], "b"),
    ],
)
def test_an_outlier_is_far_from_all_that_is_known(items, known, fault):
    found = outlying(Score(items), known)
    assert found == Score(items) if not fault else found.reason.startswith(f"the score of item {fault} is ")
