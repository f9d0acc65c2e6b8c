"""The members of a set and the values of an indexed component, made concrete; and what can go wrong in using them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optwright.errors import FormulationError
from optwright.formulation.findings import Code, Finding
from optwright.outcome import Key, label

MAX_PRODUCT = 5_000_000
"""Combinations that one index, derived set or sum may run over."""
MAX_RANGE = 10_000_000
"""Length of one range."""
MAX_WORK = 60_000_000
"""Elementary steps that one element (all combinations of a constraint, say) may take."""


class Fault(FormulationError):
    """One thing wrong with an element, before it is known which: a finding without its place."""

    def __init__(self, code: Code, message: str, hint: str | None = None) -> None:
        super().__init__(message, [Finding(code, "formulation", message, hint)])
        self.code, self.message, self.hint = code, message, hint

    def at(self, where: str) -> Finding:
        """Return the finding at a place."""
        return Finding(self.code, where, self.message, self.hint)


class Unresolved(Fault):
    """Something used could not be made; the reason is a finding of its own, so this one is not reported."""

    def __init__(self, name: str) -> None:
        super().__init__(Code.UNDEFINED, f"{name!r} could not be made, see its own finding")


class Broken(FormulationError):
    """Everything that is wrong with one element."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        message = "; ".join(dict.fromkeys(fault.message for fault in faults))
        super().__init__(message, [finding for fault in faults for finding in fault.findings])
        self.faults = list(faults)

    def at(self, where: str) -> list[Finding]:
        """Return the findings at a place, each once; what is unresolved has findings elsewhere."""
        return list(dict.fromkeys(fault.at(where) for fault in self.faults if not isinstance(fault, Unresolved)))


class OutOfRange(FormulationError, LookupError):
    """An entry that does not exist was read: `name[key]`."""

    def __init__(self, name: str, key: Key) -> None:
        super().__init__(f"{label(name, key)} does not exist")
        self.name, self.key = name, key


class Lookup(dict[Key, Any]):
    """Values by key that name themselves when a key is missing. Reading is as fast as a plain dictionary's."""

    __slots__ = ("name",)

    def __init__(self, name: str, values: Mapping[Key, Any] | Iterable[tuple[Key, Any]] = ()) -> None:
        super().__init__(values)
        self.name = name

    def __missing__(self, key: Key) -> Any:
        raise OutOfRange(self.name, key)


class LazyLookup(Lookup):
    """Values of a named expression, each computed when first read and then kept."""

    __slots__ = ("compute",)

    def __init__(self, name: str, compute: Callable[[Key], Any]) -> None:
        super().__init__(name)
        self.compute = compute

    def __missing__(self, key: Key) -> Any:
        value = self.compute(key)
        self[key] = value
        return value


@dataclass(frozen=True, eq=False)
class Members:
    """The members of one set, in order. Members are tuples here, also where they have one part: `("A",)`."""

    items: list[Key]
    width: int
    ordered: bool = True
    roots: tuple[str, ...] = ()
    """For each position the name of the set that its entries ultimately come from, as far as is known, else ''."""
    columns: tuple[str | None, ...] = ()
    """For each position the table column that it was read from, if any."""

    def __post_init__(self) -> None:
        """Derive the position of each member and the plain members."""
        object.__setattr__(self, "position", {item: place for place, item in enumerate(self.items)})
        plain = [item[0] for item in self.items] if self.width == 1 else self.items
        object.__setattr__(self, "plain", plain)
        object.__setattr__(self, "present", set(plain))
        kinds = tuple(map(_kind_of, self.items[0])) if self.items else ("any",) * self.width
        object.__setattr__(self, "kinds", kinds)

    position: dict[Key, int] = None  # type: ignore[assignment]
    """Place of each member, from 0."""
    plain: list[Any] = None  # type: ignore[assignment]
    """The members as an index sees them: bare values of a plain set, tuples of a tuple set."""
    present: set[Any] = None  # type: ignore[assignment]
    """The plain members, for `in`."""
    kinds: tuple[str, ...] = ()
    """For each position `number`, `text`, or `any` in an empty set."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.items)

    def __iter__(self) -> Iterator[Key]:
        """Iterate over the members as tuples."""
        return iter(self.items)

    def __contains__(self, key: object) -> bool:
        """Whether a tuple is a member."""
        return key in self.position

    def named(self, name: str) -> Members:
        """Return the same members with `name` as the root of every position that has none."""
        roots = self.roots or ("",) * self.width
        return replace(self, roots=tuple(root or (name if self.width == 1 else "") for root in roots))


def _kind_of(part: object) -> str:
    return "text" if isinstance(part, str) else "number"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a declared name is and how it is indexed."""

    kind: str
    """`set`, `family`, `parameter`, `variable` or `expression`."""
    index: tuple[str, ...] = ()
    """The set of each index as written; for an expression the source of each generator of its `for_each`."""
    width: int = 0
    """Positions that an item of it takes: a tuple set counts its width. For a set: the width of its members."""
    decision: bool = False
    """Whether its value depends on variables."""
    truth: str = ""
    """`binary` for a Binary variable, `logic` for an expression that is a relation or logic, else empty."""
    text: bool = False
    """Whether it is a parameter whose values are members of a set."""


def broken(findings: Sequence[Finding], what: str = "the formulation is not well formed") -> FormulationError:
    """Return the error that lists the findings, with `.findings` set."""
    lines = [f"{what}:", *(f"  {finding}" for finding in findings[:20])]
    if len(findings) > 20:
        lines.append(f"  and {len(findings) - 20} more")
    return FormulationError("\n".join(lines), findings)
