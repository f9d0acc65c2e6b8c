"""Planted faults: how many does the forward check catch by the optimum alone, by structure, by resampling?

    python benchmarks/synthesis.py [--pairs 200] [--seed 0]

Each pair's formulation gets one fault, as a modeller makes it: a number changed, a constraint dropped, a sense flipped,
integrality lost. What no step catches is told with its family: some of it is no fault at all (a transport plan is whole
without being told so), which many wide resamplings cannot tell from one that seldom matters.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator

from optwright.datasets.synthesis.catalogue import catalogue
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.equivalence import behaviour, equivalent, form_of, optimum, same_optimum
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.fault import Fault, plant
from optwright.datasets.synthesis.instance import Reason, Rejection, draw
from optwright.datasets.synthesis.resampling import Model
from optwright.errors import FormulationError
from optwright.solvers.standard import ExportError
from optwright.solvers.structure import Verdict, same_structure

SECONDS = 5.0
COLUMNS = ("planted", "optimum", "structure", "resampling", "ladder")


def small(of: Family) -> dict[str, Range]:
    """Sizes a little above the least."""
    return {name: Range(one.least, min(one.most, one.least + 2)) for name, one in of.knobs.items()}


def sources(seed: str) -> Iterator[tuple[str, Model]]:
    """Yield small instances of one family after the other, for ever."""
    for number in range(10**6):
        of = catalogue()[number % len(catalogue())]
        drawn = draw(of, Dice(f"{seed}/{number}", small(of)), Level.EASY)
        if not isinstance(drawn, Rejection):
            yield of.name, Model(drawn.data.formulation)


def caught(source: Model, faulty: Model) -> set[str]:
    """Return the steps that notice."""
    try:
        forms = form_of(source), form_of(faulty)
    except (FormulationError, ExportError):
        return set(COLUMNS)
    found = {"planted"}
    if not same_optimum(*(optimum(form, SECONDS) for form in forms)):
        found.add("optimum")
    if same_structure(*forms).verdict is Verdict.DIFFERENT:
        found.add("structure")
    if behaviour(source, faulty, seed="1", seconds=SECONDS).reason is Reason.BEHAVIOUR:
        found.add("resampling")
    if not equivalent(source, faulty, seed="1", seconds=SECONDS).holds:
        found.add("ladder")
    return found


def main() -> None:
    """Plant, check, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", default="0")
    given = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    missed: list[str] = []
    refused = 0
    started = time.perf_counter()
    kinds = list(Fault)
    for number, (name, source) in enumerate(sources(given.seed)):
        fault = kinds[sum(counts[kind, "planted"] for kind in kinds) % len(kinds)]
        faulty = plant(source.formulation, fault, random.Random(number))
        if faulty is None:
            continue
        refused += not equivalent(source, source, seconds=SECONDS).holds
        found = caught(source, Model(faulty))
        counts.update((fault, step) for step in found)
        if "ladder" not in found:
            missed.append(f"{fault}: {name}")
        if sum(counts[kind, "planted"] for kind in kinds) >= given.pairs:
            break
    print(f"| fault | {' | '.join(COLUMNS)} |")
    print("|---|" + "---|" * len(COLUMNS))
    for kind in kinds:
        print(f"| {kind} | {' | '.join(str(counts[kind, column]) for column in COLUMNS)} |")
    print(f"| all | {' | '.join(str(sum(counts[kind, c] for kind in kinds)) for c in COLUMNS)} |")
    print(f"\nunchanged models refused: {refused}; {time.perf_counter() - started:.0f} s")
    print("missed:", "; ".join(missed))


if __name__ == "__main__":
    main()
