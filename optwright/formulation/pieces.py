"""The parts of a compiled expression: what is known of an index, a value, a set and a loop before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from optwright.formulation.algebra import Algebra
from optwright.formulation.members import Members, Signature
from optwright.outcome import Key


class Source(Protocol):
    """What compiled functions read: `Data` (constants only) or a `Point` (variables as well)."""

    algebra: Algebra

    def signature(self, name: str) -> Signature | None:
        """Return what a name is, or None when it is not declared."""

    def names(self) -> list[str]:
        """Return every declared name."""

    def members(self, name: str) -> Members:
        """Return a set. Raises Fault or Broken when it cannot be made."""

    def family(self, name: str) -> Mapping[Key, Members]:
        """Return a family of sets."""

    def table(self, name: str) -> Mapping[Key, Any]:
        """Return the values of a parameter, expression or variable. Raises Fault where they do not exist."""


@dataclass(frozen=True, slots=True)
class Index:
    """What is known of an index before anything runs."""

    code: str
    """Its name in the generated source."""
    kinds: tuple[str, ...]
    """For each position `number`, `text` or `any`."""
    whole: bool = False
    """Whether it stands for a whole tuple."""
    roots: tuple[str, ...] = ()
    """For each position the set that it runs over, as far as known, else ''."""


Scope = Mapping[str, Index]


@dataclass(frozen=True, slots=True)
class Piece:
    """One compiled part: its source, its type and what it costs."""

    code: str
    kind: str
    """`number`, `text`, `any`, `tuple` or `logic`."""
    decision: bool = False
    parts: tuple[str, ...] = ()
    """Kinds of a tuple's positions."""
    size: int = 1
    """Elementary steps, an upper bound."""
    binary: bool = False
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetPiece:
    """A set in the generated source: what to iterate over, how to test membership."""

    code: str
    contains: Callable[[str], str]
    """From the source of a value the source of the test whether it is a member."""
    width: int
    kinds: tuple[str, ...]
    count: int
    roots: tuple[str, ...]
    size: int = 1


@dataclass(frozen=True, slots=True)
class Loop:
    """Generators in the generated source."""

    clauses: str
    scope: dict[str, Index]
    """The indices inside, outer ones included."""
    count: int
    """Combinations at most, conditions not counted."""
    steps: int
    """Elementary steps of running through them, conditions included, at most."""


UNKNOWN = Piece("0", "any")
NO_SET = SetPiece("()", "({} in ())".format, 1, ("any",), 0, ("",))
