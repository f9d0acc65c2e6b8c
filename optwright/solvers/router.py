"""Solver names that a program may use, all answered by our own choice of solver; used in a program's child only.

`SolverFactory("gurobi").solve(model)`, the newer factory of pyomo.contrib.solver and the appsi classes reach
`route.solve`; the values are set on the model and a Pyomo results object comes back with the termination. An infeasible
model does not raise: the program finds it in the results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyomo.environ as pyo
from pyomo.common.collections import Bunch
from pyomo.contrib.appsi import solvers as appsi
from pyomo.contrib.appsi.base import PersistentSolver
from pyomo.contrib.solver.common.base import Availability
from pyomo.contrib.solver.common.factory import SolverFactory as NewerFactory

from optwright.outcome import Outcome
from optwright.solvers import results, route
from optwright.solvers.options import SolveOptions

_TIME = {"timelimit", "time_limit", "tmlim", "sec", "seconds", "limits/time", "max_cpu_time", "maxtime", "timlim"}
_GAP = {"mipgap", "mip_rel_gap", "ratio", "ratiogap", "allowablegap", "limits/gap", "rel_gap", "mip_gap", "epgap"}


@dataclass(slots=True)
class Log:
    """What the program solved by itself."""

    options: SolveOptions
    model: Any = None
    claimed: float | None = None

    def solve(self, model: Any, options: SolveOptions) -> Outcome:
        """Solve a model and remember it and its objective."""
        outcome = route.solve(model, options)
        self.model, self.claimed = model.model(), outcome.objective
        return outcome


class Routed:
    """A solver of any name, in the shape that Pyomo's factories give."""

    def __init__(self, log: Log, name: str, newer_api: bool, given: Mapping[str, Any]) -> None:
        self.name = self.type = name
        self.options = Bunch()
        self.config = Bunch(load_solutions=True, time_limit=None)
        self.highs_options: dict[str, Any] = {}
        self._log, self._newer, self._instance = log, newer_api, None
        options = given.get("options")
        if isinstance(options, Mapping):
            self.options.update(options)

    def available(self, exception_flag: bool = True, **_: Any) -> bool:
        """Every name is available: one of our solvers answers to it."""
        return True

    license_is_valid = available

    def version(self) -> tuple[int, ...]:
        """Return a version, since some programs print it."""
        return (1, 0, 0)

    def set_options(self, text: str) -> None:
        """Take options written as `a=1 b=2`."""
        for part in str(text).split():
            name, _, value = part.partition("=")
            self.options[name] = value

    def set_instance(self, model: Any, **_: Any) -> None:
        """Remember the model, for persistent use."""
        self._instance = model

    def __enter__(self) -> Routed:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Accept what persistent interfaces offer to keep a model up to date: ours reads it afresh at each solve."""
        if name.startswith(("set_", "add_", "remove_", "update_", "update", "load_", "close", "reset", "warm_start")):
            return _nothing
        raise AttributeError(f"solver {self.name!r} has no attribute {name!r}")

    def solve(self, model: Any = None, *_: Any, **given: Any) -> Any:
        """Solve the model with our own choice of solver, load the values and return Pyomo's results object."""
        model = self._instance if model is None else model
        if model is None:
            raise ValueError("no model given to solve")
        outcome = self._log.solve(model, self._options(given))
        if outcome.has_incumbent and given.get("load_solutions", self.config.get("load_solutions", True)) is not False:
            results.load_values(model, outcome)
        return results.newer(model, outcome) if self._newer else results.classic(model, outcome)

    def _options(self, given: Mapping[str, Any]) -> SolveOptions:
        base, asked = self._log.options, {**self.highs_options, **self.options, **_mapping(given.get("options"))}
        asked.update({name: given[name] for name in ("timelimit", "time_limit") if given.get(name) is not None})
        if self.config.get("time_limit"):
            asked["time_limit"] = self.config["time_limit"]
        limits = [number for name, value in asked.items() if name.lower() in _TIME and (number := _number(value))]
        gaps = [number for name, value in asked.items() if name.lower() in _GAP and (number := _number(value)) < 1]
        return replace(base, time_limit=min([base.time_limit, *limits]), gap=min([*gaps, 0.5]) if gaps else base.gap)


def install(options: SolveOptions) -> Log:
    """Answer every solver name in this process; return the log in which its solves are noted."""
    log = Log(replace(options, diagnose=False))
    for factory, newer_api in ((pyo.SolverFactory, False), (NewerFactory, True)):
        setattr(type(factory), "__call__", _factory(log, newer_api))  # noqa: B010 - mypy refuses the plain assignment
    for kind in NewerFactory._cls.values():
        kind.solve, kind.available = _direct(log, results.newer), lambda _: Availability.FullLicense
    for kind in (appsi.Highs, appsi.Gurobi, appsi.Cplex, appsi.Cbc, appsi.Ipopt, appsi.MAiNGO):
        kind.solve, kind.available = _direct(log, results.appsi), lambda _: PersistentSolver.Availability.FullLicense
    return log


def _direct(log: Log, answer: Callable[[Any, Outcome], Any]) -> Callable[..., Any]:
    """Return a `solve` for the classes that a program may use without a factory."""

    def solve(self: Any, model: Any, *_: Any, **given: Any) -> Any:
        limit = given.get("time_limit") or getattr(self.config, "time_limit", None) or log.options.time_limit
        outcome = log.solve(model, replace(log.options, time_limit=min(_number(limit), log.options.time_limit)))
        load = getattr(self.config, "load_solution", getattr(self.config, "load_solutions", True))
        if outcome.has_incumbent and load is not False:
            results.load_values(model, outcome)
        return answer(model, outcome)

    return solve


def _factory(log: Log, newer_api: bool) -> Callable[..., Any]:
    def create(self: Any, _name: Any = None, **given: Any) -> Any:
        return self if _name is None else Routed(log, str(_name).split(":", maxsplit=1)[0], newer_api, given)

    return create


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> float:
    """Return a positive number, infinity for anything else: a solver option that makes no sense limits nothing."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return float("inf")
    return number if number > 0 else float("inf")


def _nothing(*_: Any, **__: Any) -> None:
    return None
