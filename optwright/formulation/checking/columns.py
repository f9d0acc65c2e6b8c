"""Every single decision as a column: its bounds, where it is used, and which way the rows limit it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from optwright.formulation.checking.affine import AFFINE, Affine, Both, Relation
from optwright.formulation.data import Data, Point
from optwright.formulation.members import Lookup
from optwright.outcome import Key, label


class Columns:
    """The columns of a formulation, filled by the rows that `check` runs."""

    def __init__(self, data: Data) -> None:
        self.labels: list[tuple[str, Key]] = []
        self.lows: list[float] = []
        self.highs: list[float] = []
        self.used: set[int] = set()
        """Columns that are in a constraint."""
        self.wanted: set[int] = set()
        """Columns that are in an objective."""
        self.held_up: set[int] = set()
        """Columns that some row keeps from growing."""
        self.held_down: set[int] = set()
        self.complete = True
        """Whether every row was run, so that what is not used is known to be unused."""
        values: dict[str, Lookup] = {}
        for variable in data.formulation.variables:
            if variable.name not in data.failed:
                values[variable.name] = self._add(variable.name, data.bounds(variable.name))
        self.point = Point(data, values, AFFINE)

    def _add(self, name: str, bounds: dict[Key, tuple[float, float]]) -> Lookup:
        entries = Lookup(name)
        for key, (low, high) in bounds.items():
            entries[key] = Affine({len(self.labels): 1.0})
            self.labels.append((name, key))
            self.lows.append(low)
            self.highs.append(high)
        return entries

    def name(self, column: int) -> str:
        """Return a column as a person reads it."""
        return label(*self.labels[column])

    def take(self, value: object) -> None:
        """Note what one row of a constraint does to its columns."""
        if isinstance(value, Both):
            for part in value.parts:
                self.take(part)
        elif isinstance(value, Relation):
            self.used |= value.columns
            self._hold(value)
        elif isinstance(value, Affine):
            self._block(value.columns)

    def _block(self, columns: Iterable[int]) -> None:
        columns = set(columns)
        self.used |= columns
        self.held_up |= columns
        self.held_down |= columns

    def _hold(self, row: Relation) -> None:
        self._block(row.difference.others)
        up, down = row.op in ("<=", "<", "==", "!="), row.op in (">=", ">", "==", "!=")
        for column, factor in row.difference.terms.items():
            if (up and factor > 0) or (down and factor < 0):
                self.held_up.add(column)
            if (up and factor < 0) or (down and factor > 0):
                self.held_down.add(column)

    def runs_away(self, column: int, *, up: bool) -> bool:
        """Whether nothing keeps a column from growing (or falling) for ever."""
        limit = self.highs[column] if up else self.lows[column]
        return math.isinf(limit) and column not in (self.held_up if up else self.held_down)
