"""Which picture fits which quantity: decided by the formulation's shape and the solution's keys alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from optwright.agent.solution import Solution
from optwright.errors import OptwrightError
from optwright.formulation.data import Data, resolve
from optwright.formulation.elements import Domain, Formulation
from optwright.formulation.expression import parse
from optwright.formulation.nodes import Add, Compare, Item, Name, Node, walk
from optwright.outcome import Key
from optwright.problem import Table

ZERO = 1e-9


class Picture(StrEnum):
    """What a quantity is drawn as."""

    GANTT = "schedule"
    NETWORK = "network"
    HEAT = "heat map"
    BARS = "bars"


@dataclass(frozen=True, slots=True)
class View:
    """One quantity of a solution and how it is drawn."""

    title: str
    picture: Picture
    values: Mapping[Key, float]
    unit: str = ""
    lengths: Mapping[Key, float] = field(default_factory=dict)
    """For a schedule: how long each entry takes."""
    lanes: Mapping[Key, str] = field(default_factory=dict)
    """For a schedule: the machine, room or team of each entry, where the formulation names one."""


def views(solution: Solution, tables: Sequence[Table] = ()) -> list[View]:
    """Return what can be drawn of a solution, what says most first; nothing where there is no point."""
    if not solution.values:
        return []
    formulation, data = solution.formulation, None
    if formulation is not None:
        try:
            data = resolve(formulation, tables)
        except OptwrightError:
            data = None
    found = [*_indexed(solution, formulation, data), *_scalars(solution)]
    order = list(Picture)
    return sorted(found, key=lambda view: (_empty(view), order.index(view.picture)))


def _empty(view: View) -> bool:
    return all(abs(value) <= ZERO for value in view.values.values())


def _scalars(solution: Solution) -> Iterator[View]:
    single = {name: entries[()] for name, entries in solution.values.items() if set(entries) == {()}}
    if single:
        yield View("single values", Picture.BARS, {(name,): value for name, value in single.items()})


def _indexed(solution: Solution, formulation: Formulation | None, data: Data | None) -> Iterator[View]:
    lengths = _schedules(formulation) if formulation else {}
    units = {part.name: part.unit or "" for part in formulation.variables} if formulation else {}
    quantities: dict[str, Mapping[Key, float | None]] = {**solution.values, **solution.outputs}
    for name, entries in quantities.items():
        values = {key: value for key, value in entries.items() if value is not None and key}
        if not values:
            continue
        if name in lengths and data is not None:
            yield _gantt(name, values, data, lengths[name])
        else:
            yield View(name, _picture(values, _index(name, data)), values, units.get(name, ""))


def _gantt(name: str, values: Mapping[Key, float], data: Data, parameter: str) -> View:
    taken = {key: float(value) for key, value in data.parameters[parameter].items() if key in values}
    return View(name, Picture.GANTT, values, lengths=taken, lanes=_lanes(values, data))


def _lanes(values: Mapping[Key, float], data: Data) -> dict[Key, str]:
    """Return the first parameter over the same index whose values are names of something."""
    for entries in data.parameters.values():
        if entries and entries.keys() >= values.keys() and all(isinstance(entries[key], str) for key in values):
            return {key: str(entries[key]) for key in values}
    return {}


def _picture(values: Mapping[Key, float], index: _Index) -> Picture:
    """Two indices are a heat map; where they are pairs of places of one kind, arcs of a network."""
    if {len(key) for key in values} != {2}:
        return Picture.BARS
    if index.roots[:1] == index.roots[1:] != ("",):
        return Picture.NETWORK
    ends = {part for key in values for part in key}
    names = all(isinstance(part, str) for part in ends)
    between = {key[0] for key in values} & {key[1] for key in values}
    return Picture.NETWORK if (index.tuples and names) or (between and names) else Picture.HEAT


@dataclass(frozen=True, slots=True)
class _Index:
    """How a quantity is indexed: the set at the root of each position, and whether it is over a set of tuples."""

    roots: tuple[str, ...] = ()
    tuples: bool = False


def _index(name: str, data: Data | None) -> _Index:
    if data is None:
        return _Index()
    try:
        signature = data.signature(name)
        sets = [data.sets[part] for part in signature.index] if signature else []
    except (OptwrightError, KeyError):
        return _Index()  # an expression over a set that is written on the spot has no name to look up
    roots = tuple(root for members in sets for root in members.roots or ("",) * members.width)
    return _Index(roots, len(sets) == 1 and sets[0].width == 2)


def _schedules(formulation: Formulation) -> dict[str, str]:
    """Return each start-time variable with the parameter of its durations.

    A start time is recognised by a relation such as `start[i] + time[i] <= start[j]`, or `<= finish` of a scalar.
    """
    variables = {part.name: part for part in formulation.variables if part.domain is not Domain.BINARY}
    parameters = {part.name for part in formulation.parameters}
    found: dict[str, str] = {}
    for constraint in formulation.constraints:
        try:
            tree = parse(constraint.expression)
        except OptwrightError:
            continue
        for node in walk(tree):
            if isinstance(node, Compare) and set(node.ops) <= {"<=", ">="}:
                for early, late in ((0, 1), (1, 0)):
                    found |= _start(node.operands[early], node.operands[late], set(variables), parameters)
    return found


def _start(early: Node, late: Node, variables: set[str], parameters: set[str]) -> dict[str, str]:
    if not isinstance(early, Add):
        return {}
    for term in early.terms:
        if not isinstance(term, Item) or term.base not in variables or not _follows(late, term, variables):
            continue
        for other in early.terms:
            if isinstance(other, Item) and other.base in parameters and other.index == term.index:
                return {term.base: other.base}
    return {}


def _follows(late: Node, start: Item, variables: set[str]) -> bool:
    if isinstance(late, Name):
        return late.id in variables
    return isinstance(late, Item) and late.base == start.base and late.index != start.index
