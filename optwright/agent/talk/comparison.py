"""Two versions side by side: the objective, the variables that changed, the limits that bind now or no longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optwright.agent.binding import Binding
from optwright.agent.explanation import number
from optwright.agent.solution import Solution, Status
from optwright.outcome import Key, label

CHANGED = 1e-6
"""Relative difference below which two values are the same."""
MOST_SHOWN = 20
_WITH_POINT = (Status.OPTIMAL, Status.FEASIBLE)


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; None where it does not exist."""

    name: str
    key: Key
    before: float | None
    after: float | None

    def line(self) -> str:
        """Return the change as a person reads it: `make[desk]: 0 -> 20`."""
        return f"{label(self.name, self.key)}: {_value(self.before)} -> {_value(self.after)}"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"name": self.name, "key": list(self.key), "before": self.before, "after": self.after}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Change:
        """Rebuild from `to_json`."""
        return cls(data["name"], tuple(data["key"]), data["before"], data["after"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between the solutions of two versions."""

    before: int
    after: int
    status_before: Status
    status_after: Status
    objective_before: float | None
    objective_after: float | None
    changed: tuple[Change, ...]
    """Every variable entry that differs, and outputs that are no variable; the largest relative changes first."""
    binding_gained: tuple[str, ...]
    """Constraint rows that are tight now and were not before."""
    binding_lost: tuple[str, ...]
    diff: str
    """What differs between the two formulations, one line a change."""

    @property
    def delta(self) -> float | None:
        """The objective after less the objective before; None where one of them does not exist."""
        if self.objective_before is None or self.objective_after is None:
            return None
        return self.objective_after - self.objective_before

    @property
    def same(self) -> bool:
        """Whether the answer is the same: status, objective and every value."""
        unmoved = self.delta is None or not _differs(self.objective_before, self.objective_after)
        return self.status_before is self.status_after and unmoved and not self.changed

    def lines(self) -> list[str]:
        """Return the comparison as a person reads it, one line each."""
        return list(_lines(self))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "before": self.before,
            "after": self.after,
            "status_before": str(self.status_before),
            "status_after": str(self.status_after),
            "objective_before": self.objective_before,
            "objective_after": self.objective_after,
            "changed": [change.to_json() for change in self.changed],
            "binding_gained": list(self.binding_gained),
            "binding_lost": list(self.binding_lost),
            "diff": self.diff,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Comparison:
        """Rebuild from `to_json`."""
        parts = {
            "status_before": Status(data["status_before"]),
            "status_after": Status(data["status_after"]),
            "changed": tuple(Change.from_json(change) for change in data["changed"]),
            "binding_gained": tuple(data["binding_gained"]),
            "binding_lost": tuple(data["binding_lost"]),
        }
        return cls(**{**data, **parts})


def compare(numbers: tuple[int, int], before: Solution, after: Solution, diff: str) -> Comparison:
    """Set two solutions side by side; `numbers` are those of their versions."""
    old, new = _tight(before), _tight(after)
    return Comparison(
        before=numbers[0],
        after=numbers[1],
        status_before=before.status,
        status_after=after.status,
        objective_before=before.objective,
        objective_after=after.objective,
        changed=tuple(_changes(before, after)) if {before.status, after.status} <= {*_WITH_POINT} else (),
        binding_gained=tuple(row for row in new if row not in old) if old is not None and new is not None else (),
        binding_lost=tuple(row for row in old if row not in new) if old is not None and new is not None else (),
        diff=diff,
    )


def _tight(solution: Solution) -> dict[str, Binding] | None:
    """Return the tight rows by label; None where there is no point."""
    if solution.status not in _WITH_POINT:
        return None
    return {label(row.name, row.key): row for row in solution.explanation.binding}


def _changes(before: Solution, after: Solution) -> list[Change]:
    found = [*_differing(before.values, after.values), *_differing(_asked(before), _asked(after))]
    return sorted(found, key=lambda change: -_weight(change))


def _asked(solution: Solution) -> dict[str, dict[Key, float | None]]:
    """Return the outputs that say something beside the variables and the objective."""
    told = solution.values.keys() | {"objective"}
    return {name: entries for name, entries in solution.outputs.items() if name not in told}


def _differing(
    before: Mapping[str, Mapping[Key, float | None]], after: Mapping[str, Mapping[Key, float | None]]
) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name, {}), after.get(name, {})
        for key in dict.fromkeys([*old, *new]):
            if _differs(old.get(key), new.get(key)):
                yield Change(name, key, old.get(key), new.get(key))


def _differs(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > CHANGED * max(1.0, abs(before), abs(after))


def _weight(change: Change) -> float:
    before, after = change.before or 0.0, change.after or 0.0
    return abs(after - before) / max(1.0, abs(before), abs(after))


def _lines(comparison: Comparison) -> Iterator[str]:
    if comparison.status_before is not comparison.status_after:
        words = [str(status).replace("_", " ") for status in (comparison.status_before, comparison.status_after)]
        yield f"The model was {words[0]} and is {words[1]} now."
    if comparison.same:
        yield "Nothing changes: the same objective and the same values."
        return
    if comparison.delta is not None:
        yield f"Objective: {_moved(comparison.objective_before or 0.0, comparison.objective_after or 0.0)}."
    for change in comparison.changed[:MOST_SHOWN]:
        yield change.line()
    if len(comparison.changed) > MOST_SHOWN:
        yield f"{len(comparison.changed) - MOST_SHOWN} more values changed."
    for verb, rows in (("Limits it now", comparison.binding_gained), ("No longer limits it", comparison.binding_lost)):
        if rows:
            more = f" and {len(rows) - MOST_SHOWN} more" if len(rows) > MOST_SHOWN else ""
            yield f"{verb}: {', '.join(rows[:MOST_SHOWN])}{more}."


def _moved(before: float, after: float) -> str:
    if not _differs(before, after):
        return f"{number(after)}, as before"
    share = f", {(after - before) / abs(before):+.2%}" if abs(before) > 1e-9 else ""
    sign = "+" if after > before else "-"
    return f"{number(before)} -> {number(after)} ({sign}{number(abs(after - before))}{share})"


def _value(value: float | None) -> str:
    return "none" if value is None else number(value)
