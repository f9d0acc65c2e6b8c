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
from pyomo.common.collections import Bunch, ComponentMap
from pyomo.contrib.solver.common import results as newer
from pyomo.contrib.solver.common.factory import SolverFactory as NewerFactory
from pyomo.contrib.solver.common.solution_loader import SolutionLoader
from pyomo.core.staleflag import StaleFlagManager
from pyomo.opt import SolverResults, SolverStatus, TerminationCondition

from optwright.outcome import Key, Outcome, Termination, Values
from optwright.solvers import route
from optwright.solvers.options import SolveOptions

_CONDITION = {
    Termination.OPTIMAL: TerminationCondition.optimal,
    Termination.INFEASIBLE: TerminationCondition.infeasible,
    Termination.UNBOUNDED: TerminationCondition.unbounded,
    Termination.INFEASIBLE_OR_UNBOUNDED: TerminationCondition.infeasibleOrUnbounded,
    Termination.TIME_LIMIT: TerminationCondition.maxTimeLimit,
    Termination.OTHER_LIMIT: TerminationCondition.maxEvaluations,
    Termination.ERROR: TerminationCondition.error,
}
_NEWER = {
    Termination.OPTIMAL: newer.TerminationCondition.convergenceCriteriaSatisfied,
    Termination.INFEASIBLE: newer.TerminationCondition.provenInfeasible,
    Termination.UNBOUNDED: newer.TerminationCondition.unbounded,
    Termination.INFEASIBLE_OR_UNBOUNDED: newer.TerminationCondition.infeasibleOrUnbounded,
    Termination.TIME_LIMIT: newer.TerminationCondition.maxTimeLimit,
    Termination.OTHER_LIMIT: newer.TerminationCondition.iterationLimit,
    Termination.ERROR: newer.TerminationCondition.error,
}
_TIME = {"timelimit", "time_limit", "tmlim", "sec", "seconds", "limits/time", "max_cpu_time", "maxtime", "timlim"}
_GAP = {"mipgap", "mip_rel_gap", "ratio", "ratiogap", "allowablegap", "limits/gap", "rel_gap", "mip_gap", "epgap"}


@dataclass(slots=True)
class Log:
    """What the program solved by itself."""

    options: SolveOptions
    model: Any = None
    claimed: float | None = None


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
        outcome = route.solve(model, self._options(given))
        self._log.model, self._log.claimed = model.model(), outcome.objective
        load = given.get("load_solutions", self.config.get("load_solutions", True))
        if outcome.has_incumbent and load is not False:
            load_values(model, outcome)
        return newer_results(model, outcome) if self._newer else results_of(model, outcome)

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
    return log


def _factory(log: Log, newer_api: bool) -> Callable[..., Any]:
    def create(self: Any, _name: Any = None, **given: Any) -> Any:
        return self if _name is None else Routed(log, str(_name).split(":", maxsplit=1)[0], newer_api, given)

    return create


def load_values(model: Any, outcome: Outcome) -> None:
    """Set the variables, and the suffixes `dual`, `rc` and `slack` where the model asks for them."""
    StaleFlagManager.mark_all_as_stale()
    for variable in model.component_objects(pyo.Var, descend_into=True):
        entries = outcome.values.get(variable.name, {})
        for index, data in variable.items():
            if not data.fixed and (value := entries.get(key_of(index))) is not None:
                data.set_value(value, skip_validation=True)
    for name, kind, found in (
        ("dual", pyo.Constraint, outcome.duals),
        ("rc", pyo.Var, outcome.reduced_costs),
        ("slack", pyo.Constraint, outcome.slacks),
    ):
        suffix = model.component(name)
        if suffix is not None and suffix.ctype is pyo.Suffix and suffix.import_enabled():
            suffix.update(_by_component(model, kind, found))


def results_of(model: Any, outcome: Outcome) -> Any:
    """Return the classic results object of an outcome."""
    results = SolverResults()
    condition = _CONDITION.get(outcome.termination, TerminationCondition.unknown)
    results.solver.termination_condition = condition
    results.solver.status = TerminationCondition.to_solver_status(condition)
    results.solver.name, results.solver.message = outcome.solver, outcome.message
    results.solver.time = results.solver.wallclock_time = outcome.solver_seconds
    if outcome.termination is Termination.TIME_LIMIT and outcome.has_incumbent:
        results.solver.status = SolverStatus.ok
    objective = next(iter(model.component_data_objects(pyo.Objective, active=True)), None)
    minimising = objective is None or objective.is_minimizing()
    found, bound = outcome.objective, outcome.bound
    results.problem.sense = pyo.minimize if minimising else pyo.maximize
    results.problem.lower_bound, results.problem.upper_bound = (bound, found) if minimising else (found, bound)
    return results


def newer_results(model: Any, outcome: Outcome) -> Any:
    """Return the results object of pyomo.contrib.solver of an outcome."""
    results = newer.Results()
    results.termination_condition = _NEWER.get(outcome.termination, newer.TerminationCondition.unknown)
    point = newer.SolutionStatus.optimal if outcome.solved else newer.SolutionStatus.feasible
    results.solution_status = point if outcome.has_incumbent else newer.SolutionStatus.noSolution
    results.incumbent_objective, results.objective_bound = outcome.objective, outcome.bound
    results.solver_name = outcome.solver
    results.timing_info.wall_time = outcome.solver_seconds
    results.solution_loader = _Loader(model, outcome)
    return results


class _Loader(SolutionLoader):  # type: ignore[misc]
    """Values of an outcome by component, as pyomo.contrib.solver asks for them."""

    def __init__(self, model: Any, outcome: Outcome) -> None:
        self._model, self._outcome = model, outcome

    def get_number_of_solutions(self) -> int:
        return int(self._outcome.has_incumbent)

    def load_vars(self, vars_to_load: Any = None) -> None:
        load_values(self._model, self._outcome)

    def get_vars(self, vars_to_load: Any = None) -> Any:
        return _by_component(self._model, pyo.Var, self._outcome.values)

    def get_duals(self, cons_to_load: Any = None) -> Any:
        return _by_component(self._model, pyo.Constraint, self._outcome.duals)

    def get_reduced_costs(self, vars_to_load: Any = None) -> Any:
        return _by_component(self._model, pyo.Var, self._outcome.reduced_costs)


def key_of(index: Any) -> Key:
    """Return a Pyomo index as an outcome writes it."""
    if index is None:
        return ()
    return index if isinstance(index, tuple) else (index,)


def _by_component(model: Any, kind: Any, found: Values) -> Any:
    answer = ComponentMap()
    for component in model.component_objects(kind, descend_into=True):
        entries = found.get(component.name, {})
        for index, data in component.items():
            if (value := entries.get(key_of(index))) is not None:
                answer[data] = value
    return answer


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
