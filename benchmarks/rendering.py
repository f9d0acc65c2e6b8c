"""Time to prepare a transport model of 100,000 variables: from a formulation, and written by hand for Pyomo.

Both start from the same tables in memory and end with the arrays that a solver takes (Pyomo's standard-form compiler).
Run it as `python benchmarks/rendering.py [--plants 250] [--cities 400] [--repeats 3]`; the ratio should be at most 2.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optwright.formulation.build import build
from optwright.formulation.elements import Formulation
from optwright.problem import Table

FORMULATION = {
    "name": "transport",
    "tables": [
        {"name": "plants", "columns": ["plant", "supply"], "file": "plants.csv"},
        {"name": "cities", "columns": ["city", "demand"], "file": "cities.csv"},
        {"name": "rates", "columns": ["plant", "city", "rate"], "file": "rates.csv"},
    ],
    "sets": [
        {"name": "PLANTS", "table": "plants", "column": "plant"},
        {"name": "CITIES", "table": "cities", "column": "city"},
    ],
    "parameters": [
        {"name": "supply", "index": ["PLANTS"], "table": "plants"},
        {"name": "demand", "index": ["CITIES"], "table": "cities"},
        {"name": "rate", "index": ["PLANTS", "CITIES"], "table": "rates", "key": ["plant", "city"]},
    ],
    "variables": [{"name": "ship", "index": ["PLANTS", "CITIES"]}],
    "objective": {"sense": "minimize", "expression": "sum(rate[p,c]*ship[p,c] for p in PLANTS for c in CITIES)"},
    "constraints": [
        {"name": "out", "for_each": "p in PLANTS", "expression": "sum(ship[p,c] for c in CITIES) <= supply[p]"},
        {"name": "meet", "for_each": "c in CITIES", "expression": "sum(ship[p,c] for p in PLANTS) >= demand[c]"},
    ],
}


def tables(plants: int, cities: int) -> list[Table]:
    """Return the three attached tables, the same in every run."""
    draw = random.Random(7)
    supply = [(f"plant {p}", draw.randint(800, 1200)) for p in range(plants)]
    demand = [(f"city {c}", draw.randint(200, 400)) for c in range(cities)]
    rates = tuple((p, c, draw.randint(10, 99) / 4) for p, _ in supply for c, _ in demand)
    return [
        Table("plants", ("plant", "supply"), tuple(supply), "plants.csv"),
        Table("cities", ("city", "demand"), tuple(demand), "cities.csv"),
        Table("rates", ("plant", "city", "rate"), rates, "rates.csv"),
    ]


def from_formulation(attached: list[Table]) -> Any:
    """Build the model from the formulation."""
    return build(Formulation.model_validate(FORMULATION), attached).model


def by_hand(attached: list[Table]) -> Any:
    """Build the model as a person writes it."""
    plants, cities, rates = attached
    supply = dict(plants.rows)
    demand = dict(cities.rows)
    rate = {(p, c): value for p, c, value in rates.rows}
    model = pyo.ConcreteModel()
    model.PLANTS = pyo.Set(initialize=list(supply))
    model.CITIES = pyo.Set(initialize=list(demand))
    model.ship = pyo.Var(model.PLANTS, model.CITIES, domain=pyo.NonNegativeReals)
    model.cost = pyo.Objective(expr=sum(rate[p, c] * model.ship[p, c] for p in model.PLANTS for c in model.CITIES))

    @model.Constraint(model.PLANTS)
    def out(model, p):
        return sum(model.ship[p, c] for c in model.CITIES) <= supply[p]

    @model.Constraint(model.CITIES)
    def meet(model, c):
        return sum(model.ship[p, c] for p in model.PLANTS) >= demand[c]

    return model


def seconds(make: Callable[[list[Table]], Any], attached: list[Table]) -> tuple[float, float]:
    """Return the CPU seconds to the model and from there to the solver's arrays."""
    gc.collect()
    start = time.process_time()
    model = make(attached)
    built = time.process_time()
    LinearStandardFormCompiler().write(model, mixed_form=True)
    return built - start, time.process_time() - built


def main() -> None:
    """Measure both, turn about, and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("plants", 250), ("cities", 400), ("repeats", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    attached = tables(options.plants, options.cities)
    ways = {"formulation": from_formulation, "by hand": by_hand}
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(options.repeats):
        for name, make in ways.items():
            runs[name].append(seconds(make, attached))
    print(f"{options.plants * options.cities:,} variables, median of {options.repeats} (CPU seconds)")
    totals = {}
    for name, parts in runs.items():
        build_time, compile_time = (statistics.median(column) for column in zip(*parts, strict=True))
        totals[name] = statistics.median(sum(pair) for pair in parts)
        print(f"{name:12s} model {build_time:6.2f}   arrays {compile_time:6.2f}   together {totals[name]:6.2f}")
    print(f"ratio {totals['formulation'] / totals['by hand']:.2f} (figure to reach: at most 2)")


if __name__ == "__main__":
    main()
