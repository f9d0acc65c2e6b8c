"""The original formulation read as linear forms: what big-M values, signs and whole numbers are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from optwright.formulation.data import Data, Point
from optwright.formulation.elements import Variable
from optwright.formulation.engine import key_of
from optwright.formulation.interval import Interval
from optwright.formulation.lowering.form import Box, Form, Value, algebra, range_of, whole
from optwright.formulation.lowering.scope import Scope
from optwright.formulation.nodes import Node, Number, free_names
from optwright.formulation.row import Combination, Row, tree_of
from optwright.outcome import Key


class Forms:
    """A formulation whose variables are linear forms over their bounds."""

    def __init__(self, data: Data, ends: Sequence[tuple[float, float]] | None = None) -> None:
        """Take the variables' own bounds, or others for every column in order."""
        self.data = data
        self.box = Box()
        self._ends = ends
        values = {
            item.name: {key: self._add(item, key, own) for key, own in data.bounds(item.name).items()}
            for item in data.formulation.variables
        }
        self.point = Point(data, values, algebra(self.box))
        """What compiled rows read."""

    def _add(self, item: Variable, key: Key, own: tuple[float, float]) -> Form:
        ends = self._ends[len(self.box.lows)] if self._ends is not None else own
        return self.box.add(item.name, key, ends, integral=item.domain.integral)

    def over(self, node: Node, scope: Scope) -> Iterator[tuple[Combination, Value]]:
        """Yield the index values and the node's value for every combination of the scope, in order."""
        row = Row(self.point, scope.generators, node)
        for combination in row.combinations():
            yield combination, row(combination)

    def keys(self, scope: Scope) -> list[Key]:
        """Return the key of every combination of the scope."""
        return [key_of(values) for values, _ in self.over(Number(0), scope)]

    def truths(self, condition: Node, scope: Scope) -> list[bool]:
        """Return for every combination of the scope whether a condition on data holds."""
        return [bool(value) for _, value in self.over(condition, scope)]

    def range(self, node: Node, scope: Scope) -> Interval:
        """Return between what the node lies over all combinations; [0, 0] where there is none."""
        ends: Interval | None = None
        for _, value in self.over(node, scope.used_by(node)):
            one = range_of(value)
            ends = one if ends is None else ends | one
        return ends or Interval(0.0, 0.0)

    def whole(self, node: Node, scope: Scope) -> bool:
        """Whether the node is a whole number in every combination, whatever the decisions."""
        return all(whole(value) for _, value in self.over(node, scope.used_by(node)))

    def unlimited(self, node: Node, value: Value, limit: float) -> dict[str, bool]:
        """Return the variables that let a value exceed the limit, each with whether its upper bound is what lacks."""
        found: dict[str, bool] = {}
        if isinstance(value, Form):
            for column, upper in value.unlimited(limit):
                found.setdefault(self.box.labels[column][0], upper)
        return found or dict(self._open(self._reached(node), limit))

    def _reached(self, node: Node) -> set[str]:
        """Return the variables that a node uses, through named expressions too."""
        expressions = {item.name: item.expression for item in self.data.formulation.expressions}
        found: set[str] = set()
        new = free_names(node)
        while new:
            found |= new
            used = (free_names(tree_of(expressions[name])) for name in new if name in expressions)
            new = set().union(*used) - found
        return found & {item.name for item in self.data.formulation.variables}

    def _open(self, names: Iterable[str], limit: float) -> Iterator[tuple[str, bool]]:
        for name in sorted(names):
            for low, high in self.data.bounds(name).values():
                if high >= limit or low <= -limit:
                    yield name, high >= limit
                    break
