"""Facts in tables: Markdown in the text, or attached files that the formulation's parameters are bound to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from optwright.datasets.synthesis.draft import Fact
from optwright.datasets.synthesis.reading import Environment, Facts, Source
from optwright.datasets.synthesis.telling import Teller
from optwright.problem import Cell

MOST_COLUMNS, MOST_IN_MATRIX = 12, 40


@dataclass(frozen=True, slots=True)
class Column:
    """One column of numbers: of which parameter, and for which member where the table is wide."""

    heading: str
    parameter: str
    member: str | int | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: key columns on the left, numbers on the right, one row for each key."""

    keys: tuple[str, ...]
    """What the key columns are called."""
    over: tuple[str, ...]
    """The set that each key column runs over, '' where it is not a set by name."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """Keys and plain numbers; None where there is no number."""
    tells: tuple[str, ...]
    rows_are: str = ""
    """What the rows are, where that is no set of the key columns: "roads"."""

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers in it."""
        cells = [cell for row in self.rows for cell in row[len(self.keys) :]]
        return tuple(float(cell) for cell in cells if isinstance(cell, int | float))

    @property
    def labels(self) -> tuple[float, ...]:
        """The keys that are numbers."""
        cells = [cell for row in self.rows for cell in row[: len(self.keys)]]
        cells += [column.member for column in self.columns]
        return tuple(float(cell) for cell in cells if isinstance(cell, int))

    def markdown(self, facts: Facts) -> str:
        """Return it as Markdown, the numbers written in the manner of the text."""
        lines = [_line([*self.keys, *(column.heading for column in self.columns)])]
        lines.append("|".join(["", *["---"] * (len(self.keys) + len(self.columns)), ""]))
        lines += [_line([*map(str, row[: len(self.keys)]), *self._cells(row, facts)]) for row in self.rows]
        return "\n".join(lines)

    def _cells(self, row: Sequence[Cell], facts: Facts) -> list[str]:
        cells = []
        for column, value in zip(self.columns, row[len(self.keys) :], strict=True):
            if not isinstance(value, int | float):
                cells.append("-" if value is None else str(value))
            else:
                cells.append(facts.manner.share(value) if column.percent else facts.manner.number(value, plain=True))
        return cells


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


class Grids:
    """Makes tables of the facts that have a heading."""

    def __init__(self, teller: Teller) -> None:
        self.teller, self.facts = teller, teller.facts

    def fits(self, fact: Fact) -> bool:
        """Whether a table can tell a fact."""
        return bool(fact.heading and fact.for_each) and len(self.facts.environments(fact)) > 1

    def make(self, facts: Sequence[Fact]) -> list[Grid]:
        """Return tables of all of these facts; those over the same members share one."""
        shared: dict[str, list[tuple[Fact, list[Source]]]] = {}
        grids = []
        for fact in facts:
            sources = self.facts.sources(fact)
            plain = all(len(source.targets) == 1 and not source.whole for source in sources)
            if plain and len(sources) <= 2 and self._width(fact, sources) <= MOST_COLUMNS:
                shared.setdefault(sources[0].over, []).append((fact, sources))
            elif plain and len(sources) == 2 and self._width(fact, sources) <= MOST_IN_MATRIX:
                grids.append(self._matrix(fact, sources))
            else:
                grids.append(self._long(fact, sources))
        grids = _merged(grids)
        for over, group in shared.items():
            grids += self._parts(over, group)
        return grids

    def _width(self, fact: Fact, sources: Sequence[Source]) -> int:
        column = sources[-1].targets[0]
        return len({one[column] for one in self.facts.environments(fact)}) if len(sources) == 2 else 1

    def _parts(self, over: str, group: Sequence[tuple[Fact, list[Source]]]) -> list[Grid]:
        """Put facts over one set into as few tables as are not too wide."""
        parts: list[list[tuple[Fact, list[Source]]]] = [[]]
        width = 0
        for fact, sources in group:
            width += self._width(fact, sources)
            if width > MOST_COLUMNS and parts[-1]:
                parts.append([])
                width = self._width(fact, sources)
            parts[-1].append((fact, sources))
        return [self._wide(over, part) for part in parts]

    def _wide(self, over: str, group: Sequence[tuple[Fact, list[Source]]]) -> Grid:
        columns: list[Column] = []
        cells: list[dict[Any, Cell]] = []
        order: dict[Any, None] = {}
        for fact, sources in group:
            row, slot = sources[0].targets[0], self.facts.number_slot(fact)
            name = self.facts.parameter_of(slot) or ""
            for one in self.facts.environments(fact):
                member = one[sources[1].targets[0]] if len(sources) == 2 else None
                heading = self.teller.head(fact, one, sources[-1].targets[0] if len(sources) == 2 else "")
                column = Column(heading, name, member, slot.percent)
                place = next((at for at, c in enumerate(columns) if (c.parameter, c.member) == (name, member)), None)
                if place is None:
                    place = len(columns)
                    columns.append(column)
                    cells.append({})
                cells[place][one[row]] = self.facts.value(fact, slot.expression, one)
                order.setdefault(one[row])
        position = {member: place for place, member in enumerate(self._members(over))}
        keys = sorted(order, key=lambda member: position.get(member, 0))
        rows = tuple((key, *(cell.get(key) for cell in cells)) for key in keys)
        tells = tuple(dict.fromkeys(name for fact, _ in group for name in fact.tells))
        return Grid((self.facts.noun(over),), (over,), tuple(columns), rows, tells)

    def _matrix(self, fact: Fact, sources: list[Source]) -> Grid:
        """One row for each member of the first set, one column for each of the second, under its bare name."""
        grid = self._wide(sources[0].over, [(fact, sources)])
        what = f"{self._named(fact)} by {self.facts.noun(sources[0].over)} and {self.facts.noun(sources[1].over)}"
        return replace(grid, columns=tuple(replace(c, heading=str(c.member)) for c in grid.columns), rows_are=what)

    def _named(self, fact: Fact) -> str:
        """Return what a fact's heading says without its slots; the parameter's description where little is left."""
        stem = _stem(fact)
        if not re.match(r"((of|in|on|to|from|for|by|at|with)\b|\(|$)", stem):
            return stem
        element = self.facts.data.elements.get(self.facts.parameter_of(self.facts.number_slot(fact)) or "")
        return (element.description if element else "") or stem

    def _members(self, over: str) -> Sequence[Any]:
        return self.facts.data.sets[over].plain if over in self.facts.data.sets else ()

    def _long(self, fact: Fact, sources: Sequence[Source]) -> Grid:
        """One row for each combination."""
        slot = self.facts.number_slot(fact)
        environments = self.facts.environments(fact)
        rows = tuple((*_parts(one), self.facts.value(fact, slot.expression, one)) for one in environments)
        keys, over = self._key_names(fact, sources, environments[0])
        heading = self._named(fact)
        column = Column(
            heading or self.facts.parameter_of(slot) or "", self.facts.parameter_of(slot) or "", None, slot.percent
        )
        spec = self.facts.data.elements.get(sources[0].over) if len(sources) == 1 and not any(over) else None
        return Grid(keys, over, (column,), rows, fact.tells, spec.description if spec else "")

    def _key_names(
        self, fact: Fact, sources: Sequence[Source], one: Environment
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        over: list[str] = []
        for source in sources:
            values = one[source.targets[0]]
            width = len(values) if source.whole and isinstance(values, tuple) else len(source.targets)
            members = self.facts.data.sets.get(source.over)
            roots = (members.roots if members else ()) or ("",) * width
            over += [source.over] if width == 1 else list(roots[:width])
        homes = over if any(over) else self._homes(fact)
        names = [self.facts.noun(home) if home else f"part {place}" for place, home in enumerate(homes, 1)]
        if not any(over) and len(over) == 2 and not all(homes):
            return ("from", "to"), tuple(over)
        ends = iter(("from", "to") if [names.count(name) for name in names].count(2) == 2 else ())
        names = [next(ends, name) if names.count(name) == 2 else name for name in names]
        return tuple(
            name if names.count(name) == 1 else f"{name} {place}" for place, name in enumerate(names, 1)
        ), tuple(over)

    def _homes(self, fact: Fact) -> list[str]:
        """Return for each position of the combinations the first set that has all its members, '' where none has."""
        rows = [_parts(one) for one in self.facts.environments(fact)]
        plain = {name: set(members.plain) for name, members in self.facts.data.sets.items() if members.width == 1}
        return [
            next((name for name, known in plain.items() if known >= {*column}), "")
            for column in zip(*rows, strict=True)
        ]


def _stem(fact: Fact) -> str:
    """Return the heading of a fact without its slots: "cost to {c}" is "cost"."""
    heading = re.sub(r"\s*\(?\{[^{}]*\}\)?", "", re.sub(r"\[([^|\]]*)[^\]]*\]", r"\1", fact.heading)).strip()
    return re.sub(r"\s+(of|in|on|to|from|for|by|at|with)(?=\s*(\(|$))", "", heading)


def _merged(grids: Sequence[Grid]) -> list[Grid]:
    """Put grids with the same rows into one."""
    found: dict[tuple[Any, ...], Grid] = {}
    for one in grids:
        width = len(one.keys)
        of = (one.keys, one.over, tuple(row[:width] for row in one.rows))
        if (known := found.get(of)) is None:
            found[of] = one
        else:
            rows = tuple((*row, *more[width:]) for row, more in zip(known.rows, one.rows, strict=True))
            tells = tuple(dict.fromkeys([*known.tells, *one.tells]))
            found[of] = replace(known, columns=(*known.columns, *one.columns), rows=rows, tells=tells)
    return list(found.values())


def _parts(one: Environment) -> tuple[Any, ...]:
    parts: tuple[Any, ...] = ()
    for value in one.values():
        parts += value if isinstance(value, tuple) else (value,)
    return parts
