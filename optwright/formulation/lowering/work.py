"""The work of lowering one formulation: what is known, what has been added, and what remains to be done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Flag
from functools import cached_property, partial
from typing import TypeVar

from optwright.formulation.data import Data
from optwright.formulation.elements import Element, Expression, Formulation
from optwright.formulation.engine import key_of
from optwright.formulation.findings import Code, Finding
from optwright.formulation.lowering.draft import Draft, Place, quoted
from optwright.formulation.lowering.form import Form, Value, range_of
from optwright.formulation.lowering.forms import Forms
from optwright.formulation.lowering.formula import All, Every, Formula, Literal, Normal, Relation
from optwright.formulation.lowering.names import Vocabulary
from optwright.formulation.lowering.scope import Scope, canonical, entry
from optwright.formulation.lowering.tighten import Rows, tighten
from optwright.formulation.members import Broken, broken
from optwright.formulation.nodes import Add, Compare, Generator, Logic, Node, Number, free_names, negate
from optwright.formulation.row import Combination
from optwright.formulation.runtime import RUN_ERRORS, explain
from optwright.formulation.unparse import unparse
from optwright.outcome import Key

REFUSED = "the formulation cannot be lowered"
Result = TypeVar("Result")
NEGLIGIBLE = 1e-9
USELESS = 1e12
"""A bound as large as that is none: no solver can tell a big-M of this size from infinity."""


class Way(Flag):
    """To which side the value of a part may be missed by what takes its place."""

    DOWN = 1
    """Pressed down by a cost or limit: what takes its place is never less, and the optimum makes it equal."""
    UP = 2
    """Rewarded or asked for: what takes its place is never more."""
    BOTH = 3

    def turned(self, sign: int) -> Way:
        """Return the way of a part that enters with a sign: 1, -1, or 0 for either."""
        if sign > 0 or self is Way.BOTH:
            return self
        if sign == 0:
            return Way.BOTH
        return Way.DOWN if self is Way.UP else Way.UP


Number_ = Callable[["Work", Node, Way, Place], Node]
Hold = Callable[["Work", Formula, tuple[Literal, ...], Place], None]


@dataclass(frozen=True)
class Stand:
    """A new component that stands for a part of the original."""

    name: str
    place: Place
    source: Node
    """What it stands for, in the indices of its own scope."""

    @property
    def node(self) -> Node:
        """The reference to it in the indices of its own scope."""
        return entry(self.name, self.place.scope)


class Work:
    """Shared by the modules of this folder; `lower` runs it."""

    def __init__(self, formulation: Formulation, data: Data, *, number: Number_, hold: Hold) -> None:
        self.formulation = formulation
        self._number, self._hold = number, hold
        self.vocabulary = Vocabulary(formulation)
        self.normal = Normal(self.vocabulary)
        self._data = data
        self.draft = Draft(self.vocabulary)
        self.bodies: dict[str, Expression] = {}
        """What the named expressions have become."""
        self.weights: dict[str, tuple[Node, Generator]] = {}
        """For each piecewise line the weight of a breakpoint, and the generator that runs over its breakpoints."""
        self._unlimited: set[tuple[str, str]] = set()
        self._stands: dict[tuple[str, Node, Scope], Stand] = {}
        self._done: set[tuple[str, Way]] = set()
        self._tasks: deque[tuple[Element, Callable[[], None]]] = deque()

    def number(self, node: Node, way: Way, place: Place) -> Node:
        """Return what takes the place of a node that is read as a number."""
        return self._number(self, node, way, place)

    def hold(self, part: Formula, place: Place, *, unless: tuple[Literal, ...] = ()) -> None:
        """Add rows by which a formula holds, or else one of the literals does."""
        self._hold(self, part, unless, place)

    # Order -----------------------------------------------------------------------------------------------------

    def tasks(self) -> Iterator[tuple[Element, Callable[[], None]]]:
        """Yield what has been put off until nothing is left, each with the element that it comes from."""
        while self._tasks:
            yield self._tasks.popleft()

    def later(self, name: str, element: Element, way: Way, task: Callable[[Way], None]) -> None:
        """Put a task off, one for each way in which what is called so has not been asked for yet."""
        for one in (Way.DOWN, Way.UP):
            if one in way and (name, one) not in self._done:
                self._done.add((name, one))
                self._tasks.append((element, partial(task, one)))

    def stand_in(self, kind: str, node: Node, place: Place, make: Callable[[Place], str]) -> tuple[Stand, Node]:
        """Return the component that stands for a node, made when first met, and the reference to it from here."""
        scope = place.scope.used_by(node)
        key = (kind, *canonical(node, scope))
        if key not in self._stands:
            inner = place.within(scope)
            name = make(inner)
            rows = Place(scope, place.element, self.draft.label(name), self.draft.added[name])
            self._stands[key] = Stand(name, rows, node)
        stand = self._stands[key]
        return stand, entry(stand.name, scope)

    # Values ----------------------------------------------------------------------------------------------------

    @cached_property
    def forms(self) -> Forms:
        """The forms over the bounds that the variables themselves have."""
        return Forms(self._data)

    @cached_property
    def tight(self) -> Forms:
        """The forms over bounds tightened by what the formulation asks for without any logic.

        Only a big-M may rest on them: a sign that follows from a constraint must not change that constraint.
        """
        rows = Rows()
        for item in self.formulation.constraints:
            generators, node = self.vocabulary.read(item.for_each, item.expression)
            for scope, relation in _asserted(self.normal.formula(node), Scope(generators)):
                attempt(item, partial(self._add_rows, rows, scope, relation))
        return Forms(self._data, tighten(self.forms.box, rows))

    def _add_rows(self, rows: Rows, scope: Scope, relation: Relation) -> None:
        gap = Add((relation.left, negate(relation.right)))
        for _, value in self.forms.over(gap, scope):
            if not isinstance(value, Form):
                continue
            if relation.op in ("<=", "<", "=="):
                rows.add(value)
            if relation.op in (">=", ">", "=="):
                rows.add(-value)

    def reach(self, condition: Node, place: Place) -> Place | None:
        """Return the place where a condition holds; None where that is nowhere, whatever the combination."""
        if free_names(condition) & set(place.scope.indices):
            return place.within(place.scope.when(condition))
        return place if all(self.forms.truths(condition, Scope())) else None

    def sign(self, node: Node, place: Place) -> int:
        """Return 1 or -1 where a node keeps that sign over all combinations, 0 where it may have both."""
        if isinstance(node, Compare | Logic) or self.vocabulary.is_never_negative(node):
            return 1
        ends = self.forms.range(node, place.scope)
        return 1 if ends.lo >= 0 else -1 if ends.hi <= 0 else 0

    def big_m(self, gap: Node, place: Place) -> Node | None:
        """Return the parameter that holds how far the gap can exceed 0, None if it never does."""
        scope = place.scope.used_by(gap)
        values = {
            key_of(values): self.highest(gap, [value], place, values) for values, value in self.tight.over(gap, scope)
        }
        return self.margin(values, scope, place, f"The most that {quoted(gap)} can be")

    def margin(self, values: dict[Key, float], scope: Scope, place: Place, why: str) -> Node | None:
        """Return the parameter with these values, None where none exceeds 0."""
        if all(value <= NEGLIGIBLE for value in values.values()):
            return None
        return self.draft.parameter(f"{place.label.removesuffix('_def')}_big_m", scope, values, why)

    def highest(self, node: Node, gaps: Iterable[Value], place: Place, at: Combination) -> float:
        """Return the highest value of any gap, at least 0; where there is none, note NO_BOUND and return 0."""
        high = 0.0
        for gap in gaps:
            end = range_of(gap).hi
            if not end < USELESS:
                self._unbounded(node, gap, place, at)
                return 0.0
            high = max(high, end)
        return high

    def _unbounded(self, node: Node, gap: Value, place: Place, at: Combination) -> None:
        """Note NO_BOUND, once for an element and the same variables."""
        missing = self.tight.unlimited(node, gap, USELESS)
        names = ", ".join(missing) or quoted(node)
        if (place.element.where, names) in self._unlimited:
            return
        self._unlimited.add((place.element.where, names))
        message = f"no finite bound for {names}: {quoted(node)} can grow without limit"
        hints = [_bound_hint(name, "upper" if upper else "lower") for name, upper in missing.items()]
        where = place.where(at, place.scope.used_by(node))
        self.draft.find(Finding(Code.NO_BOUND, where, message, "; ".join(hints) or None))

    def strict(self, relation: Relation, place: Place) -> Relation | None:
        """Return `<` of whole numbers as `<=`; where a side is not whole, note STRICT and return None."""
        if relation.op not in ("<", ">"):
            return relation
        gap = Add((relation.left, negate(relation.right)))
        if not self.forms.whole(gap, place.scope):
            text = unparse(Compare((relation.op,), (relation.left, relation.right)))
            wanted = relation.op + "="
            self.draft.find(
                Finding(
                    Code.STRICT,
                    place.element.where,
                    f"`{text}` must hold strictly, which a solver cannot see for quantities that are not whole",
                    f"write {wanted} with the smallest amount that counts, such as `{unparse(relation.left)} {wanted} "
                    f"{unparse(relation.right)} {'+' if relation.op == '>' else '-'} 0.01`",
                )
            )
            return None
        return Relation(relation.op + "=", relation.left, shift(relation.right, 1 if relation.op == ">" else -1))


def attempt(element: Element, step: Callable[[], Result]) -> Result:
    """Do one step; what goes wrong with the data is told with the element's name. Raises FormulationError."""
    try:
        return step()
    except Broken as error:
        raise broken(error.at(element.where), REFUSED) from None
    except RUN_ERRORS as error:
        raise broken([explain(error).at(element.where)], REFUSED) from None


def _bound_hint(name: str, side: str) -> str:
    end = "most" if side == "upper" else "least"
    return f'in variable {name!r}: "{side}": "..." with the {end} that it can ever be, a number or data expression'


def shift(node: Node, amount: int) -> Node:
    """Add a whole number to a node."""
    return Number(node.value + amount) if isinstance(node, Number) else Add((node, Number(amount)))


def _asserted(part: Formula, scope: Scope) -> Iterable[tuple[Scope, Relation]]:
    """Yield the relations that must hold whatever else does."""
    match part:
        case Relation():
            yield scope, part
        case All(parts):
            for each in parts:
                yield from _asserted(each, scope)
        case Every(generators, inner):
            yield from _asserted(inner, scope.extend(generators))
