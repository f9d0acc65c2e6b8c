"""Whatever a score function does to some candidates, the best of the others wins, and the ledger tells it all again."""

import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Task
from tests.prompts.search.cases import SEED, Listed, run, text
from tests.prompts.search.test_ledger import known

BAD = {
    "nan": lambda: Score({"a": 0.5, "b": math.nan}),
    "infinite": lambda: Score({"a": math.inf, "b": 0.5}),
    "beyond": lambda: Score({"a": 1.0, "b": 1.5}),
    "easier": lambda: Score({"a": 1.0}),
    "others": lambda: Score({"a": 1.0, "c": 1.0}),
    "text": lambda: Score({"a": "1", "b": 1.0}),
    "none": lambda: None,
    "number": lambda: 1.0,
    "empty": lambda: Score({}),
    "raises": lambda: 1 / 0,
}
VALUES = st.one_of(st.integers(0, 20), st.sampled_from(sorted(BAD)))


def scorer(values, *, stream):
    def one(candidate):
        value = values[candidate.parts["sort"]]
        return BAD[value]() if isinstance(value, str) else Score({"a": value / 20, "b": value / 20})

    def streamed(candidates):
        return map(one, candidates)

    def listed(candidates):
        return [one(candidate) for candidate in candidates]

    return streamed if stream else listed


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(VALUES, min_size=1, max_size=4), min_size=1, max_size=3), st.booleans())
def test_the_best_of_what_is_rightly_scored_wins(tmp_path_factory, steps, stream):
    texts = {(step, at): text(10 * step + at) for step, values in enumerate(steps, 1) for at in range(len(values))}
    values = {SEED["sort"]: 10} | {texts[step, at]["sort"]: steps[step - 1][at] for step, at in texts}
    listed = Listed(
        {step: [texts[step, at] for at in range(len(steps[step - 1]))] for step in range(1, len(steps) + 1)}
    )
    path = tmp_path_factory.mktemp("misled") / "ledger.jsonl"
    ledger = run(listed, scorer(values, stream=stream), path=path, plan=Plan(steps=3), task=Task("Sort."))
    right = {parts: value for parts, value in values.items() if not isinstance(value, str)}
    assert ledger.best.candidate.parts["sort"] == max(right, key=lambda parts: right[parts]), "the earliest of the best"
    for entry in ledger.entries.values():
        wrong = isinstance(values[entry.candidate.parts["sort"]], str)
        assert (entry.score is None, bool(entry.failure)) == (wrong, wrong)
    assert known(Ledger(path)) == known(ledger)
