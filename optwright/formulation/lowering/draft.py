"""The lowered formulation while it grows: new sets, parameters, variables and rows, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from optwright.formulation.elements import Constraint, Domain, Element, Expression, Parameter, SetSpec, Variable
from optwright.formulation.findings import Finding
from optwright.formulation.interval import Interval
from optwright.formulation.lowering.names import Vocabulary
from optwright.formulation.lowering.scope import Scope, canonical, entry
from optwright.formulation.nodes import Name, Node, Number
from optwright.formulation.row import Combination
from optwright.formulation.unparse import unparse, unparse_generators
from optwright.outcome import Key

MAX_QUOTED = 160
"""Characters of an expression that a description quotes."""


@dataclass(frozen=True)
class Place:
    """Where a part stands: its combinations, the element that it comes from, and the stem of what it is called."""

    scope: Scope
    element: Element
    label: str
    why: str = ""
    """What its rows are for; empty for those that take the element's own place."""

    def where(self, combination: Combination, scope: Scope | None = None) -> str:
        """Return the element and the combination as findings name them."""
        indices = (scope or self.scope).indices
        spot = ", ".join(f"{name}={value!r}" for name, value in zip(indices, combination, strict=True))
        return f"{self.element.where} at {spot}" if spot else self.element.where

    def within(self, scope: Scope) -> Place:
        """Return the place over another scope."""
        return replace(self, scope=scope)


@dataclass
class Draft:
    """What lowering adds. Names are taken from the vocabulary, so that none collides."""

    vocabulary: Vocabulary
    sets: list[SetSpec] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    expressions: list[Expression] = field(default_factory=list)
    rows: dict[str, list[tuple[Place, Node]]] = field(default_factory=dict)
    """Rows by the label of their place, named when all are known."""
    added: dict[str, str] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    """For each new constraint the name of the element that it comes from."""
    findings: list[Finding] = field(default_factory=list)
    _derived: dict[Scope, str] = field(default_factory=dict)
    _labels: dict[str, str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        """Return what the rows that define a new component are called."""
        if name not in self._labels:
            self._labels[name] = self.vocabulary.fresh(f"{name}_def")
        return self._labels[name]

    def find(self, finding: Finding) -> None:
        """Note a finding, once."""
        if finding not in self.findings:
            self.findings.append(finding)

    def row(self, place: Place, node: Node) -> None:
        """Add a constraint over the place's scope, unless it is there already."""
        rows = self.rows.setdefault(place.label, [])
        if (place, node) not in rows:
            rows.append((place, node))

    def variable(
        self, wanted: str, place: Place, why: str, *, ends: Interval | None = None, domain: Domain = Domain.BINARY
    ) -> str:
        """Add a variable over the place's scope and return its name; with `ends`, one that lies between them."""
        name = self.vocabulary.fresh(wanted)
        lower: float | int | None = None
        upper: float | int | None = None
        if ends is not None:
            domain = Domain.NON_NEGATIVE_REALS if ends.lo >= 0 else Domain.REALS
            lower = tidy(ends.lo) if math.isfinite(ends.lo) and ends.lo != 0 else None
            upper = tidy(ends.hi) if math.isfinite(ends.hi) else None
        index = self.index(place.scope, name)
        self.added[name] = why
        self.variables.append(
            Variable(name=name, index=index, domain=domain, lower=lower, upper=upper, description=why)
        )
        return name

    def parameter(self, wanted: str, scope: Scope, values: Mapping[Key, float], why: str) -> Node:
        """Add a parameter and return the reference to it, without the indices on which the values do not depend."""
        name = self.vocabulary.fresh(wanted)
        self.added[name] = why
        scope, given = _fewest(scope, {key: tidy(value) for key, value in values.items()})
        if not scope.generators:
            self.parameters.append(Parameter(name=name, value=given.get((), 0), description=why))
            return Name(name)
        rows = tuple((*key, value) for key, value in given.items())
        self.parameters.append(Parameter(name=name, index=self.index(scope, name), rows=rows, description=why))
        return entry(name, scope)

    def positions(self, wanted: str, count: int, why: str) -> str:
        """Add the set of the numbers from 1 to `count` and return its name."""
        name = self.vocabulary.fresh(wanted.upper())
        self.added[name] = why
        self.sets.append(SetSpec(name=name, range=(1, count), description=why))
        return name

    def expression(self, wanted: str, scope: Scope, node: Node, why: str) -> Node:
        """Add a named expression over a scope and return the reference to it."""
        name = self.vocabulary.fresh(wanted)
        self.added[name] = why
        for_each = unparse_generators(scope.generators) or None
        self.expressions.append(Expression(name=name, for_each=for_each, expression=unparse(node), description=why))
        return entry(name, scope)

    def index(self, scope: Scope, wanted: str) -> tuple[str, ...]:
        """Return the sets that index a component over a scope; a derived one where plain sets do not do."""
        plain = [part.source.id for part in scope.generators if isinstance(part.source, Name) and not part.condition]
        if len(plain) == len(scope.generators):
            return tuple(plain)
        known = canonical(Number(0), scope)[1]
        if known not in self._derived:
            name = self.vocabulary.fresh(f"{wanted}_keys".upper())
            why = f"The combinations for which {wanted!r} exists"
            self.added[name] = why
            self.sets.append(SetSpec(name=name, for_each=unparse_generators(scope.generators), description=why))
            self._derived[known] = name
        return (self._derived[known],)

    def constraints(self, label: str) -> list[Constraint]:
        """Return the rows of one label as constraints: under that very name if there is only one."""
        rows = self.rows.get(label, [])
        made = []
        for number, (place, node) in enumerate(rows, 1):
            stays = not place.why and len(rows) == 1
            name = label if len(rows) == 1 else self.vocabulary.fresh(f"{label}_{number}")
            why = place.why or (place.element.description if stays else reason(place))
            for_each = unparse_generators(place.scope.generators) or None
            made.append(
                Constraint(
                    name=name,
                    for_each=for_each,
                    expression=unparse(node),
                    description=why,
                    quote=place.element.quote,
                )
            )
            if not stays:
                self.added[name] = why
                self.origin[name] = place.element.name
        return made


def _fewest(scope: Scope, values: dict[Key, float | int]) -> tuple[Scope, dict[Key, float | int]]:
    """Leave out the indices on which values do not depend: all of them, or single ones over plain sets."""
    if len(set(values.values())) <= 1:
        return Scope(), dict(zip([()], values.values(), strict=False))
    if any(part.condition or not isinstance(part.source, Name) for part in scope.generators):
        return scope, values
    for place in reversed(range(len(scope.generators))):
        if len(scope.indices) != len(next(iter(values))) or len(scope.generators[place].target) > 1:
            continue
        at = len([name for part in scope.generators[:place] for name in part.target])
        fewer = {(*key[:at], *key[at + 1 :]): value for key, value in values.items()}
        if all(fewer[(*key[:at], *key[at + 1 :])] == value for key, value in values.items()):
            generators = (*scope.generators[:place], *scope.generators[place + 1 :])
            scope, values = Scope(generators), fewer
    return scope, values


def reason(place: Place) -> str:
    """Say what a row comes from."""
    text = getattr(place.element, "expression", "")
    return f"From {place.element.where}: {quoted(text)}"


def quoted(node: Node | str) -> str:
    """Quote an expression in a description."""
    text = node if isinstance(node, str) else unparse(node)
    text = " ".join(text.split())
    return f"`{text if len(text) <= MAX_QUOTED else text[: MAX_QUOTED - 3] + '...'}`"


def tidy(value: float) -> float | int:
    """Return a number as a whole one where it is but for rounding."""
    nearest = round(value)
    return nearest if abs(value - nearest) <= 1e-9 * max(1.0, abs(value)) else float(value)
