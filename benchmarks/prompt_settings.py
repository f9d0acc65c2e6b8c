"""What the settings of the strategies are worth, on the simulated scorer of benchmarks/prompts.py.

    python benchmarks/prompt_settings.py [--variants reflect ...] [--seeds 20] [--evaluations 3200]

The scorer and the optimiser's model answer in this process, without a server; equal seeds give equal runs. Prints a
table in Markdown: in how many runs the instruction handed over reached 95% of the best there is, after how many
evaluations of items (a run that did not counts as one more than it had), and its true value on the way.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from optwright.budget import Allowance, Budget, Usage
from optwright.llm import Completion, Message, Reply
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.directional import Directional
from optwright.prompts.search.opro import Opro
from optwright.prompts.search.optimize import Plan, optimize
from optwright.prompts.search.reflect import Reflect
from optwright.prompts.search.score import Score, ScoreFn
from optwright.prompts.search.strategy import Strategy
from optwright.prompts.search.zopo import Zopo
from tests.prompts.search.simulated import OPTIMUM, PART, SEED, Trial, chance, optimizer, scorer, task, value

VARIANTS: Mapping[str, tuple[Callable[[], Strategy], bool]] = {
    "directional": (Directional, True),
    "directional, no advice remembered": (lambda: Directional(remembered=0), True),
    "directional, no evidence": (Directional, False),
    "reflect": (Reflect, True),
    "reflect, sharpness 4": (lambda: Reflect(sharpness=4.0), True),
    "reflect, sharpness 1 (GEPA's)": (lambda: Reflect(sharpness=1.0), True),
    "reflect, no merging": (lambda: Reflect(merged=0.0), True),
    "reflect, no changes shown": (lambda: Reflect(tried=0), True),
    "reflect, no evidence": (Reflect, False),
    "opro, no evidence used": (Opro, True),
    "zopo": (Zopo, True),
    "zopo, no surrogate": (lambda: Zopo(least=1_000_000), True),
    "zopo, no exploration": (lambda: Zopo(doubt=1.0), True),
    "zopo, stride 1": (lambda: Zopo(stride=1.0), True),
    "zopo, pool of 16": (lambda: Zopo(pool=16), True),
}
"""By name: the strategy, and whether the scorer says what went wrong."""


class Inside:
    """The simulation's models without its server."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self._seed, self._asked = name, seed, Counter[str]()

    def complete(self, messages: Sequence[Message], *, n: int = 1, **_: object) -> Completion:
        """Return `n` replies; see `ChatModel`."""
        texts = [message["content"] for message in messages]
        if self.name == "scorer":
            replies = [scorer(texts[0], int(texts[-1].split()[1].rstrip(":")), self._seed)]
        else:
            prompt = "\n\n".join(texts)
            self._asked[prompt] += 1
            dice = [chance(self._seed, prompt, self._asked[prompt], number) for number in range(n)]
            replies = [optimizer(prompt, one) for one in dice]
        return Completion(tuple(map(Reply, replies)), Usage(calls=1), self.name)


def silent(score: ScoreFn) -> ScoreFn:
    """Return the score function without its evidence."""

    def scored(candidates: Sequence[Candidate]) -> Iterator[Score]:
        return (replace(one, evidence={}) for one in score(candidates))

    return scored


def run(strategy: Strategy, telling: bool, seed: int, evaluations: int) -> list[tuple[int, float]]:
    """Return evaluations and true value after each step."""
    trial = Trial(Inside("scorer", seed), evaluations)
    budget, plan = Budget(Allowance(calls=None, seconds=None)), Plan(steps=1000, seed=seed)
    score = trial if telling else silent(trial)
    ledger = optimize([{PART: SEED}], score, Inside("optimizer", seed), budget, strategy, task=task(), plan=plan)
    return [(point.evaluations, value(ledger.entries[point.best].candidate.parts[PART])) for point in ledger.points]


def row(name: str, runs: Sequence[Sequence[tuple[int, float]]], evaluations: int) -> str:
    reached = [next((made for made, true in run if true >= 0.95 * OPTIMUM), evaluations + 1) for run in runs]
    there = sum(made <= evaluations for made in reached)
    marks = [evaluations // 4, evaluations // 2, evaluations]
    values = [statistics.fmean(max(true for made, true in run if made <= mark) for run in runs) for mark in marks]
    cells = [f"{there} of {len(runs)}", f"{statistics.median(reached):,.0f}", f"{statistics.fmean(reached):,.0f}"]
    return f"| {' | '.join([name, *cells, *(f'{one:.2f}' for one in values)])} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--evaluations", type=int, default=3200)
    given = parser.parse_args()
    head = ["variant", "runs at 95%", "evaluations until then, median", "mean"]
    head += ["value after a quarter", "after half", "at the end"]
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for name in given.variants:
        make, telling = VARIANTS[name]
        runs = [run(make(), telling, seed, given.evaluations) for seed in range(given.seeds)]
        print(row(name, runs, given.evaluations), flush=True)


if __name__ == "__main__":
    main()
