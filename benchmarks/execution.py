"""Programs per second of `optwright.solvers.run` (warm, isolated, re-solve included) against one interpreter each.

    python benchmarks/execution.py [--programs 100] [--rounds 3] [--workers 1 2 4]

The programs are small ones of the kind that language models write: each builds a linear or mixed-integer model, solves
it itself and prints the objective. Both ways run the same files, side by side in turns, so that what else the machine
does meets both. `run` checks every objective against the one that the interpreter printed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from optwright.solvers.options import Trust
from optwright.solvers.runner import default, run

BLEND = """import pyomo.environ as pyo

COST = {cost}
PROTEIN = {protein}
model = pyo.ConcreteModel()
model.I = pyo.Set(initialize=list(COST))
model.buy = pyo.Var(model.I, domain=pyo.NonNegativeReals, bounds=(0, 400))
model.weight = pyo.Constraint(expr=sum(model.buy[i] for i in model.I) == {weight})
model.protein = pyo.Constraint(expr=sum(PROTEIN[i] * model.buy[i] for i in model.I) >= {least})
model.cost = pyo.Objective(expr=sum(COST[i] * model.buy[i] for i in model.I), sense=pyo.minimize)
results = pyo.SolverFactory("appsi_highs").solve(model)
pyo.assert_optimal_termination(results)
print("objective:", pyo.value(model.cost))
"""

KNAPSACK = """import pyomo.environ as pyo

VALUE = {value}
WEIGHT = {weight}
model = pyo.ConcreteModel()
model.N = pyo.RangeSet(0, len(VALUE) - 1)
model.take = pyo.Var(model.N, domain=pyo.Binary)
model.room = pyo.Constraint(expr=sum(WEIGHT[n] * model.take[n] for n in model.N) <= {room})
model.worth = pyo.Objective(expr=sum(VALUE[n] * model.take[n] for n in model.N), sense=pyo.maximize)
results = pyo.SolverFactory("appsi_highs").solve(model)
pyo.assert_optimal_termination(results)
print("objective:", pyo.value(model.worth))
"""

TRANSPORT = """import pyomo.environ as pyo

SUPPLY = {supply}
DEMAND = {demand}
COST = {cost}
model = pyo.ConcreteModel()
model.ship = pyo.Var(range(len(SUPPLY)), range(len(DEMAND)), domain=pyo.NonNegativeReals)


@model.Constraint(range(len(SUPPLY)))
def supply(m, i):
    return sum(m.ship[i, j] for j in range(len(DEMAND))) <= SUPPLY[i]


@model.Constraint(range(len(DEMAND)))
def demand(m, j):
    return sum(m.ship[i, j] for i in range(len(SUPPLY))) >= DEMAND[j]


model.cost = pyo.Objective(expr=sum(COST[i][j] * m for (i, j), m in model.ship.items()))
results = pyo.SolverFactory("appsi_highs").solve(model)
pyo.assert_optimal_termination(results)
print("objective:", pyo.value(model.cost))
"""


def programs(count: int) -> list[str]:
    """Return that many programs, the same every time."""
    draw = random.Random(7)
    made = []
    for number in range(count):
        if number % 3 == 0:
            names = [f"feed{n}" for n in range(draw.randint(3, 8))]
            cost = {name: draw.randint(10, 99) / 10 for name in names}
            protein = {name: draw.randint(5, 30) / 100 for name in names}
            made.append(BLEND.format(cost=cost, protein=protein, weight=500, least=500 * max(protein.values()) * 0.7))
        elif number % 3 == 1:
            size = draw.randint(5, 15)
            weight = [draw.randint(5, 40) for _ in range(size)]
            value = [draw.randint(10, 90) for _ in range(size)]
            made.append(KNAPSACK.format(value=value, weight=weight, room=sum(weight) // 2))
        else:
            rows, columns = draw.randint(2, 4), draw.randint(3, 5)
            demand = [draw.randint(10, 60) for _ in range(columns)]
            cost = [[draw.randint(1, 20) for _ in range(columns)] for _ in range(rows)]
            made.append(TRANSPORT.format(supply=[sum(demand) // rows + 20] * rows, demand=demand, cost=cost))
    return made


def cold(path: Path) -> float:
    """Run a program in an interpreter of its own; return the objective that it printed."""
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout.split("objective:")[1])


def warm(path: Path) -> float:
    """Run a program in the sandbox, solve its model again in a second child; return the vouched objective."""
    outcome = run(path.read_text())
    assert outcome.objective is not None, outcome
    assert not outcome.message, outcome.message
    return outcome.objective


def rate(way: Callable[[Path], float], paths: list[Path], workers: int) -> tuple[float, list[float]]:
    """Return programs per second, and each program's objective."""
    start = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(way, paths))
    return len(paths) / (time.perf_counter() - start), found


def latency(way: Callable[[Path], object], paths: list[Path]) -> list[float]:
    """Return milliseconds for each program, one after the other."""
    taken = []
    for path in paths:
        start = time.perf_counter()
        way(path)
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def main() -> None:
    """Measure and print a table, and the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"program{number}.py" for number in range(given.programs)]
        for path, text in zip(paths, programs(given.programs), strict=True):
            path.write_text(text)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; isolation: {'+'.join(default().sandbox.layers)}")
        latency(warm, paths[:5])
        figures = [compare(paths, workers, given.rounds) for workers in given.workers]
        each = latency(warm, paths)
        trusted = latency(lambda path: run(path.read_text(), trust=Trust.RENDERED), paths)
        figures_each = {"median_ms": statistics.median(each), "rendered_ms": statistics.median(trusted)}
        print(f"one program, re-solve included: median {statistics.median(each):.1f} ms, fastest {min(each):.1f} ms")
        print(f"one rendered program: median {statistics.median(trusted):.1f} ms, fastest {min(trusted):.1f} ms")
        print(json.dumps({"throughput": figures, **figures_each}))


def compare(paths: list[Path], workers: int, rounds: int) -> dict[str, float]:
    """Run both ways in turns and return the medians."""
    colds, warms = [], []
    for _ in range(rounds):
        speed, expected = rate(cold, paths, workers)
        colds.append(speed)
        speed, found = rate(warm, paths, workers)
        warms.append(speed)
        wrong = [
            path for path, a, b in zip(paths, expected, found, strict=True) if abs(a - b) > 1e-5 * max(1.0, abs(a))
        ]
        assert not wrong, wrong
    slow, fast = statistics.median(colds), statistics.median(warms)
    times = statistics.median(b / a for a, b in zip(colds, warms, strict=True))
    print(
        f"{workers} workers: one interpreter each {slow:.2f}/s [{min(colds):.2f}-{max(colds):.2f}], "
        f"run {fast:.1f}/s [{min(warms):.1f}-{max(warms):.1f}], {times:.1f} times",
        flush=True,
    )
    return {"workers": workers, "cold": slow, "run": fast, "times": times}


if __name__ == "__main__":
    main()
