"""From a Pyomo model to its solution: Optwright beside raw highspy and Pyomo's own interfaces, in one run.

    python benchmarks/solving.py [--rows 10 1000 10000] [--repeats 5]

Every way solves the same models and must agree on the objective. Raw highspy gets its arrays ready made, so its time is
passModel, run and reading the values: what no modelling layer can be faster than. Medians of wall time [least-most] and
of processor time, which a busy machine disturbs less; the last column is the ratio of the latter to raw highspy.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.solver.common.factory import SolverFactory as SolverFactory2
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optwright.solvers.compiler import compile_model
from optwright.solvers.exchange import export, solve_export
from optwright.solvers.highs import load
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve

OPTIONS = SolveOptions()


def ring(rows: int) -> pyo.ConcreteModel:
    """Return an LP with as many variables as rows, three entries a row."""
    generator = random.Random(7)
    model = pyo.ConcreteModel()
    model.I = pyo.RangeSet(rows)
    model.x = pyo.Var(model.I, domain=pyo.NonNegativeReals, bounds=(0, 10))
    limit = {i: generator.randint(5, 20) for i in model.I}
    model.c = pyo.Constraint(
        model.I,
        rule=lambda m, i: m.x[i] + 2 * m.x[i % rows + 1] + 3 * m.x[i * 7 % rows + 1] <= limit[i],
    )
    gain = {i: generator.randint(1, 9) for i in model.I}
    model.o = pyo.Objective(expr=sum(gain[i] * model.x[i] for i in model.I), sense=pyo.maximize)
    return model


def stock(rows: int) -> pyo.ConcreteModel:
    """Return a production plan: `rows` balances over products and periods, two variables each."""
    generator = random.Random(8)
    products, periods = max(1, rows // 20), min(rows, 20)
    model = pyo.ConcreteModel()
    model.P, model.T = pyo.RangeSet(products), pyo.RangeSet(periods)
    model.make = pyo.Var(model.P, model.T, domain=pyo.NonNegativeReals, bounds=(0, 60))
    model.stock = pyo.Var(model.P, model.T, domain=pyo.NonNegativeReals)
    demand = {(p, t): generator.randint(0, 40) for p in model.P for t in model.T}
    cost = {(p, t): generator.randint(2, 9) for p in model.P for t in model.T}

    def balance(m: pyo.ConcreteModel, p: int, t: int) -> object:
        before = m.stock[p, t - 1] if t > 1 else 10
        return before + m.make[p, t] == demand[p, t] + m.stock[p, t]

    model.balance = pyo.Constraint(model.P, model.T, rule=balance)
    total = sum(cost[p, t] * model.make[p, t] + 0.5 * model.stock[p, t] for p in model.P for t in model.T)
    model.o = pyo.Objective(expr=total)
    return model


def raw(model: pyo.ConcreteModel) -> Callable[[], float]:
    form = compile_model(model).stage(0, ())

    def once() -> float:
        instance = load(form, OPTIONS, 60.0)
        instance.run()
        np.array(instance.getSolution().col_value)
        return float(instance.getInfo().objective_function_value)

    return once


def compiler(model: pyo.ConcreteModel) -> Callable[[], float]:
    def once() -> float:
        info = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
        sides = np.array([side for _, side in info.rows])
        rhs = np.array(info.rhs, dtype=float)
        bounds = [variable.bounds for variable in info.columns]
        instance = highspy.Highs()
        instance.setOptionValue("output_flag", False)
        instance.setOptionValue("threads", 1)
        matrix = info.A.tocsc()
        empty = np.zeros(0, np.int32)
        maximise = info.objectives[0].sense == pyo.maximize
        instance.passModel(
            len(bounds), len(rhs), matrix.nnz, 0, 1, 1, -1 if maximise else 1, float(info.c_offset[0]),
            info.c.toarray()[0],
            np.array([-np.inf if low is None else low for low, _ in bounds], dtype=float),
            np.array([np.inf if high is None else high for _, high in bounds], dtype=float),
            np.where(sides <= 0, rhs, -np.inf), np.where(sides >= 0, rhs, np.inf),
            matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
            empty, empty, np.zeros(0), np.zeros(len(bounds), np.int32),
        )  # fmt: skip
        instance.run()
        for variable, value in zip(info.columns, instance.getSolution().col_value, strict=True):
            variable.set_value(value, skip_validation=True)
        return float(instance.getInfo().objective_function_value)

    return once


def ours(model: pyo.ConcreteModel) -> Callable[[], float]:
    return lambda: solve(model, OPTIONS).objective or 0.0


def exchanged(model: pyo.ConcreteModel) -> Callable[[], float]:
    return lambda: solve_export(export(model), OPTIONS).objective or 0.0


def legacy(name: str) -> Callable[[pyo.ConcreteModel], Callable[[], float]]:
    def prepare(model: pyo.ConcreteModel) -> Callable[[], float]:
        def once() -> float:
            pyo.SolverFactory(name).solve(model)
            return float(pyo.value(model.o))

        return once

    return prepare


def modern(name: str) -> Callable[[pyo.ConcreteModel], Callable[[], float]]:
    def prepare(model: pyo.ConcreteModel) -> Callable[[], float]:
        def once() -> float:
            SolverFactory2(name).solve(model)
            return float(pyo.value(model.o))

        return once

    return prepare


WAYS: dict[str, Callable[[pyo.ConcreteModel], Callable[[], float]]] = {
    "raw highspy (arrays ready)": raw,
    "optwright route.solve": ours,
    "optwright export + solve_export": exchanged,
    "LinearStandardFormCompiler + highspy": compiler,
    "pyomo appsi_highs": legacy("appsi_highs"),
    "pyomo highs (contrib.solver)": modern("highs"),
    "pyomo scip_direct": modern("scip_direct"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10, 1000, 10000])
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    for build in (ring, stock):
        for rows in arguments.rows:
            measure(build, rows, arguments.repeats)


def measure(build: Callable[[int], pyo.ConcreteModel], rows: int, repeats: int) -> None:
    model = build(rows)
    runs = {name: prepare(model) for name, prepare in WAYS.items()}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    processor: dict[str, list[float]] = {name: [] for name in runs}
    objectives = {name: once() for name, once in runs.items()}
    for _ in range(repeats):  # in turn, so that a slow moment of the machine meets every way
        for name, once in runs.items():
            started, used = time.perf_counter(), time.process_time()
            once()
            seconds[name].append(time.perf_counter() - started)
            processor[name].append(time.process_time() - used)
    reference = objectives["raw highspy (arrays ready)"]
    base = statistics.median(processor["raw highspy (arrays ready)"])
    print(f"\n{build.__name__}, {rows} rows, objective {reference:.6g}")
    for name, taken in seconds.items():
        middle = statistics.median(taken)
        agree = "" if abs(objectives[name] - reference) <= 1e-6 * (1 + abs(reference)) else "  DIFFERS"
        spread = f"[{1e3 * min(taken):.1f}-{1e3 * max(taken):.1f}]"
        used = statistics.median(processor[name])
        print(f"  {name:40}{1e3 * middle:9.2f} ms {spread:18}{1e3 * used:9.2f} ms CPU{used / base:7.1f}x{agree}")


if __name__ == "__main__":
    main()
