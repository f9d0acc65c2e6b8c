"""How a model is solved and how much a program may use: the two records that travel to the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from optwright.errors import InputError

MIB = 1024 * 1024


class Trust(StrEnum):
    """Who wrote the source that is about to run."""

    RENDERED = "rendered"
    """Rendered by us from a checked formulation: safe by construction, one child builds and solves."""
    NONE = "none"
    """Written by a language model or a user: strong isolation, and only a re-solve is vouched for."""


class _Record:
    """JSON form shared by the two records."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the record. Raises InputError for unknown names and impossible numbers."""
        known = {item.name for item in fields(cls)}  # type: ignore[arg-type]
        if unknown := sorted(set(data) - known):
            raise InputError(f"unknown {cls.__name__} entry {unknown[0]!r}; known: {', '.join(sorted(known))}")
        return cls(**data)


@dataclass(frozen=True, slots=True)
class SolveOptions(_Record):
    """What the solver is told."""

    solver: str | None = None
    """`highs` or `scip`; None chooses by the class of the problem."""
    time_limit: float = 60.0
    """Seconds for the solver itself; the best point found so far comes back when they are over."""
    gap: float = 1e-6
    """Relative gap at which a mixed-integer solution counts as optimal."""
    threads: int = 1
    """More than one is seldom faster on small models, and HiGHS must not mix numbers in one process."""
    diagnose: bool = True
    """Look for the conflict of an infeasible model and the runaway variables of an unbounded one."""
    ranging: bool = False
    """Say of a linear model how far its numbers can go before the optimum is another one."""

    def __post_init__(self) -> None:
        _positive(self.time_limit, "time_limit", "seconds")
        _positive(self.threads, "threads", "a whole number from 1")
        if not 0 <= self.gap < 1:
            raise InputError(f"gap {self.gap} is not a relative gap; give a number from 0 up to 1, such as 1e-6")


@dataclass(frozen=True, slots=True)
class Limits(_Record):
    """What one program may use. A child that asks for more is refused or ended; nothing is negotiated."""

    wall: float = 90.0
    """Seconds from start to answer, the program's own work and its own solves included."""
    cpu: float = 120.0
    """Seconds of processor time, all threads together."""
    memory: int = 2048 * MIB
    """Bytes of address space. HiGHS and NumPy need at least 512 MiB of it to start."""
    output: int = MIB
    """Bytes kept of stdout and of stderr each; a program that prints more is ended, what came so far is kept."""
    result: int = 64 * MIB
    """Bytes of the model or the outcome handed over."""
    disk: int = 64 * MIB
    """Bytes in the program's scratch directory."""
    files: int = 256
    """Files and directories in the scratch directory."""
    file_size: int = 32 * MIB
    """Bytes of any one file."""
    descriptors: int = 64
    """Open files at a time."""
    processes: int = 64
    """Processes and threads of one program."""

    @classmethod
    def around(cls, options: SolveOptions, wall: float | None = None) -> Self:
        """Return limits that leave time for two solves, the program's own and ours, and for building the model.

        `wall` is the seconds in all instead. Raises InputError for a number that is no time.
        """
        _positive(1.0 if wall is None else wall, "wall", "seconds")
        wall = 2 * options.time_limit + 30 if wall is None else wall
        return cls(wall=wall, cpu=wall * options.threads + 30)

    def __post_init__(self) -> None:
        for item in fields(self):
            _positive(getattr(self, item.name), item.name, "a positive number")


def _positive(value: float, name: str, unit: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise InputError(f"{name} {value!r} cannot be used; give {unit}")
