"""What came of running a program and solving its model: the one record that every solver and sandbox fills."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

Key = tuple[str | int, ...]
"""The index of one value: `()` for a scalar component, `("Pune", "Rome")` for `ship['Pune','Rome']`."""

Values = dict[str, dict[Key, float]]
"""Numbers by component name and index."""


class Termination(StrEnum):
    """Why the solver stopped. Whether a point came back is `Outcome.has_incumbent`, not this."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    INFEASIBLE_OR_UNBOUNDED = "infeasible_or_unbounded"
    TIME_LIMIT = "time_limit"
    OTHER_LIMIT = "other_limit"
    ERROR = "error"
    UNKNOWN = "unknown"
    NOT_SOLVED = "not_solved"
    """No solver was called: the program failed before it, see `Outcome.failure`."""


class Failure(StrEnum):
    """Why a program gave no model or no result, one boundary each."""

    SCREEN = "screen"
    """Refused before it ran: not Python, too long, or nothing in it can be a model."""
    EXCEPTION = "exception"
    """It raised; `message` has the traceback cut to its own lines."""
    NO_MODEL = "no_model"
    """It ran but neither `build_model(data)` nor a ConcreteModel `model` was there."""
    DEADLINE = "deadline"
    MEMORY = "memory"
    CRASH = "crash"
    """Ended by a signal; `message` names it."""
    OUTPUT = "output"
    """It printed or handed over more than is allowed."""
    FORBIDDEN = "forbidden"
    """It was stopped while doing what the sandbox does not allow."""
    EXPORT = "export"
    """Its model cannot be handed over: several objectives, unknown components, functions no solver takes."""
    SOLVER = "solver"
    """The solver itself failed on the model."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a model has no solution: an irreducible set of conflicting rows and bounds, and the cheapest way out."""

    constraints: tuple[tuple[str, Key], ...] = ()
    """Constraint name and index of each row of the irreducible infeasible subsystem."""
    bounds: tuple[tuple[str, Key, str], ...] = ()
    """Variable name, index and `lower`, `upper` or `domain` of each bound in it."""
    relaxation: tuple[tuple[str, Key, float], ...] = ()
    """Constraint name, index and amount by which to relax: the smallest total that restores feasibility."""
    proven: bool = True
    """False when time ran out before the set was shown to be irreducible."""


@dataclass(frozen=True, slots=True)
class Range:
    """One number of a linear model, and how far it can go alone before the optimal plan or its prices change."""

    value: float
    down: float | None
    """None is as far as you like."""
    up: float | None


Ranges = dict[str, dict[Key, Range]]


@dataclass(frozen=True, slots=True)
class Ranging:
    """The ranges of a linear model at its optimum."""

    costs: Ranges = field(default_factory=dict)
    """Of each variable's coefficient in the objective: within it the values of all variables stay."""
    limits: Ranges = field(default_factory=dict)
    """Of the limit of each row with a dual value: within it the dual value stays."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            kind: [
                [name, list(key), ends.value, ends.down, ends.up]
                for name, entries in getattr(self, kind).items()
                for key, ends in entries.items()
            ]
            for kind in ("costs", "limits")
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Ranging:
        """Rebuild from `to_json`."""
        made: dict[str, Ranges] = {"costs": {}, "limits": {}}
        for kind, ranges in made.items():
            for name, key, value, down, up in data[kind]:
                ranges.setdefault(name, {})[tuple(key)] = Range(value, down, up)
        return cls(**made)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one program or model. Numbers are None where they do not exist, never NaN."""

    termination: Termination
    has_incumbent: bool = False
    objective: float | None = None
    """The vouched value: of the model as re-solved by trusted code, in the model's own sense."""
    bound: float | None = None
    gap: float | None = None
    """Relative: |objective - bound| / max(|objective|, 1e-10)."""
    objectives: Mapping[str, float] = field(default_factory=dict)
    """Every objective by name where there are several in order of priority; the last is `objective`."""
    values: Values = field(default_factory=dict)
    duals: Values = field(default_factory=dict)
    reduced_costs: Values = field(default_factory=dict)
    slacks: Values = field(default_factory=dict)
    """Distance of each row to its nearer finite side at the point; negative means violated."""
    solver: str | None = None
    problem_class: str | None = None
    nodes: int = 0
    """Nodes of the solver's branch-and-bound tree; of the last objective where there are several."""
    iterations: int = 0
    """Iterations of the solver's linear programs."""
    seconds: float = 0.0
    """Wall clock of the whole run."""
    solver_seconds: float = 0.0
    failure: Failure | None = None
    message: str = ""
    """What went wrong, in words that a person and a model can act on; empty when nothing did."""
    claimed: float | None = None
    """The objective that the program itself said it found, when it solved on its own."""
    conflict: Conflict | None = None
    runaway: tuple[tuple[str, Key], ...] = ()
    """For an unbounded model: the variables that can grow without limit together."""
    ranging: Ranging | None = None
    """For a linear model, where it was asked for."""
    stdout: str = ""
    stderr: str = ""
    log_tail: str = ""
    isolation: str = "none"
    """The layers in force while it ran, as `doctor` names them."""

    @property
    def solved(self) -> bool:
        """Whether an optimum was proven and its point is here."""
        return self.termination is Termination.OPTIMAL and self.has_incumbent

    def with_(self, **changes: Any) -> Outcome:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data: scalars as numbers, indexed components as `[[index...], number]` pairs."""
        data: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in _VALUE_FIELDS:
                value = {name: _pack(entries) for name, entries in value.items()}
            elif isinstance(value, Conflict):
                value = {part.name: getattr(value, part.name) for part in fields(value)}
            elif isinstance(value, Ranging):
                value = value.to_json()
            elif isinstance(value, Mapping):
                value = dict(value)
            data[item.name] = value
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Outcome:
        """Rebuild an outcome from `to_json`. Raises ValueError or TypeError on other data."""
        known = {item.name for item in fields(cls)}
        if unknown := set(data) - known:
            raise ValueError(f"unknown outcome fields: {', '.join(sorted(unknown))}")
        given = dict(data)
        given["termination"] = Termination(given["termination"])
        if given.get("failure") is not None:
            given["failure"] = Failure(given["failure"])
        for name in _VALUE_FIELDS & given.keys():
            given[name] = {component: _unpack(entries) for component, entries in given[name].items()}
        if given.get("conflict") is not None:
            parts = dict(given["conflict"])
            for name in ("constraints", "bounds", "relaxation"):
                parts[name] = tuple((head, tuple(key), *rest) for head, key, *rest in parts.get(name, ()))
            given["conflict"] = Conflict(**parts)
        if given.get("ranging") is not None:
            given["ranging"] = Ranging.from_json(given["ranging"])
        given["runaway"] = tuple((name, tuple(key)) for name, key in given.get("runaway", ()))
        return cls(**given)


_VALUE_FIELDS = {"values", "duals", "reduced_costs", "slacks"}


def _pack(entries: Mapping[Key, float]) -> float | list[list[Any]]:
    if set(entries) == {()}:
        return finite(entries[()])
    return [[list(key), finite(value)] for key, value in entries.items()]


def _unpack(packed: float | list[list[Any]]) -> dict[Key, float]:
    if isinstance(packed, list):
        return {tuple(key): value for key, value in packed}
    return {(): packed}


def finite(value: float) -> float:
    """Return the value, or raise ValueError: JSON has no NaN or infinity, and neither has an outcome."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    return value + 0.0  # no negative zero


def label(name: str, key: Key = ()) -> str:
    """Write a component's entry as a person reads it: `ship[Pune, Rome]`."""
    return f"{name}[{', '.join(map(str, key))}]" if key else name
