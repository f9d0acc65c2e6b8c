"""Pyomo's results objects, in its three dialects, made from an outcome."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.common.collections import ComponentMap
from pyomo.contrib.appsi import base as appsi_api
from pyomo.contrib.solver.common import results as newer_api
from pyomo.contrib.solver.common.solution_loader import SolutionLoader
from pyomo.core.staleflag import StaleFlagManager
from pyomo.opt import SolverResults, SolverStatus, TerminationCondition

from optwright.outcome import Key, Outcome, Termination, Values

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
    Termination.OPTIMAL: newer_api.TerminationCondition.convergenceCriteriaSatisfied,
    Termination.INFEASIBLE: newer_api.TerminationCondition.provenInfeasible,
    Termination.UNBOUNDED: newer_api.TerminationCondition.unbounded,
    Termination.INFEASIBLE_OR_UNBOUNDED: newer_api.TerminationCondition.infeasibleOrUnbounded,
    Termination.TIME_LIMIT: newer_api.TerminationCondition.maxTimeLimit,
    Termination.OTHER_LIMIT: newer_api.TerminationCondition.iterationLimit,
    Termination.ERROR: newer_api.TerminationCondition.error,
}
_APPSI = {
    Termination.OPTIMAL: appsi_api.TerminationCondition.optimal,
    Termination.INFEASIBLE: appsi_api.TerminationCondition.infeasible,
    Termination.UNBOUNDED: appsi_api.TerminationCondition.unbounded,
    Termination.INFEASIBLE_OR_UNBOUNDED: appsi_api.TerminationCondition.infeasibleOrUnbounded,
    Termination.TIME_LIMIT: appsi_api.TerminationCondition.maxTimeLimit,
    Termination.OTHER_LIMIT: appsi_api.TerminationCondition.maxIterations,
    Termination.ERROR: appsi_api.TerminationCondition.error,
}


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


def classic(model: Any, outcome: Outcome) -> Any:
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


def newer(model: Any, outcome: Outcome) -> Any:
    """Return the results object of pyomo.contrib.solver of an outcome."""
    results = newer_api.Results()
    results.termination_condition = _NEWER.get(outcome.termination, newer_api.TerminationCondition.unknown)
    point = newer_api.SolutionStatus.optimal if outcome.solved else newer_api.SolutionStatus.feasible
    results.solution_status = point if outcome.has_incumbent else newer_api.SolutionStatus.noSolution
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


def appsi(model: Any, outcome: Outcome) -> Any:
    """Return the results object of pyomo.contrib.appsi of an outcome."""
    results = appsi_api.Results()
    results.termination_condition = _APPSI.get(outcome.termination, appsi_api.TerminationCondition.unknown)
    results.best_feasible_objective, results.best_objective_bound = outcome.objective, outcome.bound
    primals, costs = (_by_component(model, pyo.Var, found) for found in (outcome.values, outcome.reduced_costs))
    results.solution_loader = appsi_api.SolutionLoader(
        {id(data): (data, value) for data, value in primals.items()},
        dict(_by_component(model, pyo.Constraint, outcome.duals)),
        dict(_by_component(model, pyo.Constraint, outcome.slacks)),
        {id(data): (data, value) for data, value in costs.items()},
    )
    return results


def _by_component(model: Any, kind: Any, found: Values) -> Any:
    answer = ComponentMap()
    for component in model.component_objects(kind, descend_into=True):
        entries = found.get(component.name, {})
        for index, data in component.items():
            if (value := entries.get(key_of(index))) is not None:
                answer[data] = value
    return answer
