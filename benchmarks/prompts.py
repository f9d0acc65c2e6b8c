"""Strategies of the search for better prompts, on a simulated scorer whose best instruction is known.

    python benchmarks/prompts.py [--strategies NAME ...] [--seeds 5] [--evaluations 3840] [--processes 1]
                                 [--plot FILE] [--out FILE]

The scorer and the optimiser's model are two roles of one local server, tests/prompts/search/simulated.py; each run has
its own, and equal seeds give equal runs. A run ends with its evaluations of items. Prints a table in Markdown: the true
value of the instruction that a run would hand over, which is never shown to a strategy, and what it took until that
value had reached 95% of the best there is. `--plot` draws the curves (it needs matplotlib), `--out` keeps their points
as JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from optwright.budget import Allowance, Budget, Usage
from optwright.llm import OpenAIChat
from optwright.prompts.search.blind import Blind
from optwright.prompts.search.directional import Directional
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.opro import Opro
from optwright.prompts.search.optimize import Plan, optimize
from optwright.prompts.search.reflect import Reflect
from optwright.prompts.search.strategy import Strategy
from optwright.prompts.search.zopo import Zopo
from tests.prompts.search.simulated import ITEMS, OPTIMUM, PART, SEED, Simulation, Trial, task, value

STRATEGIES: Mapping[str, Callable[[], Strategy]] = {
    "random": Blind,
    "opro": Opro,
    "directional": Directional,
    "zopo": Zopo,
    "reflect": Reflect,
}
ENOUGH = 0.95 * OPTIMUM


@dataclass(frozen=True)
class Mark:
    """A run after a step."""

    evaluations: int
    calls: int
    tokens: int
    """Of the optimiser's model, so far."""
    measured: float
    true: float
    """Of the instruction that is measured best."""


def run(name: str, seed: int, evaluations: int) -> list[Mark]:
    with Simulation(seed) as server:
        trial = Trial(OpenAIChat("scorer", base_url=server.url), evaluations)
        model = OpenAIChat("optimizer", base_url=server.url)
        budget = Budget(Allowance(calls=None, seconds=None))
        plan = Plan(steps=1000, seed=seed)
        return marks(optimize([{PART: SEED}], trial, model, budget, STRATEGIES[name](), task=task(), plan=plan))


def marks(ledger: Ledger) -> list[Mark]:
    found = []
    for point in ledger.points:
        scores = [
            entry.score for entry in ledger.entries.values() if entry.candidate.step <= point.step and entry.score
        ]
        scoring = sum((score.usage for score in scores), Usage())
        calls, tokens = point.usage.calls - scoring.calls, point.usage.tokens - scoring.tokens
        true = value(ledger.entries[point.best].candidate.parts[PART])
        found.append(Mark(point.evaluations, calls, tokens, point.mean, true))
    return found


def reached(run: Sequence[Mark]) -> Mark | None:
    return next((mark for mark in run if mark.true >= ENOUGH), None)


def at(run: Sequence[Mark], evaluations: float) -> Mark:
    return [mark for mark in run if mark.evaluations <= evaluations][-1]


def spread(values: Sequence[float], form: str = ".2f") -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:{form}} ({low:{form}} to {high:{form}})" if values[1:] else f"{middle:{form}}"


def row(name: str, runs: Sequence[Sequence[Mark]], evaluations: int) -> str:
    there = [mark for mark in map(reached, runs) if mark]
    values = [spread([at(run, share * evaluations).true for run in runs]) for share in (0.25, 0.5, 1.0)]
    whole = [spread([getattr(run[-1], what) for run in runs], ",.0f") for what in ("calls", "tokens")]
    cost = [
        spread([getattr(mark, what) for mark in there], ",.0f") if there else "-"
        for what in ("evaluations", "calls", "tokens")
    ]
    measured = spread([run[-1].measured for run in runs])
    return f"| {' | '.join([name, *values, measured, *whole, f'{len(there)} of {len(runs)}', *cost])} |"


def table(results: Mapping[str, Sequence[Sequence[Mark]]], evaluations: int) -> str:
    head = ["strategy", *(f"value after {share * evaluations:,.0f}" for share in (0.25, 0.5, 1.0)), "measured then"]
    head += ["calls", "tokens", "runs at 95%", *(f"{what} until then" for what in ("evaluations", "calls", "tokens"))]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(row(name, runs, evaluations) for name, runs in results.items())])


def plot(results: Mapping[str, Sequence[Sequence[Mark]]], evaluations: int, file: Path) -> None:
    """Draw a panel for what is true and one for what was measured: the median of the runs, and from worst to best."""
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    steps = range(ITEMS, evaluations + 1, ITEMS)
    for panel, what in zip(panels, ("true", "measured"), strict=True):
        for number, (name, runs) in enumerate(results.items()):
            curves = [[getattr(at(run, step), what) for run in runs] for step in steps]
            panel.plot(steps, [statistics.median(values) for values in curves], color=f"C{number}", label=name)
            panel.fill_between(steps, list(map(min, curves)), list(map(max, curves)), color=f"C{number}", alpha=0.12)
        panel.axhline(OPTIMUM, color="grey", linewidth=1, linestyle=":")
        panel.axhline(ENOUGH, color="grey", linewidth=1, linestyle="--")
        panel.set(xlabel="evaluations of items", title=f"{what} value of the best so far", ylim=(0, 1.02))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(results), frameon=False)
    figure.savefig(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strategies", nargs="+", choices=list(STRATEGIES), default=list(STRATEGIES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--evaluations", type=int, default=120 * ITEMS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    start = time.monotonic()
    with ProcessPoolExecutor(given.processes) as pool:
        waiting = {
            name: [pool.submit(run, name, seed, given.evaluations) for seed in range(given.seeds)]
            for name in given.strategies
        }
        results = {name: [one.result() for one in runs] for name, runs in waiting.items()}
    print(table(results, given.evaluations))
    print(f"{time.monotonic() - start:.0f} s in {given.processes} process(es)")
    if given.out:
        plain = {name: [[asdict(mark) for mark in run] for run in runs] for name, runs in results.items()}
        given.out.write_text(json.dumps(plain))
    if given.plot:
        plot(results, given.evaluations, given.plot)


if __name__ == "__main__":
    main()
