"""Logic as rows: clauses of binaries, relations relaxed by big-M, and relations that count as 0 or 1."""

from __future__ import annotations

from optwright.formulation.elements import Element
from optwright.formulation.findings import Code, Finding
from optwright.formulation.lowering.draft import Place, quoted
from optwright.formulation.lowering.formula import (
    All,
    Either,
    Every,
    Fact,
    Formula,
    Literal,
    Relation,
    clauses,
)
from optwright.formulation.lowering.names import base_of
from optwright.formulation.lowering.scope import entry, opposite
from optwright.formulation.lowering.work import Way, Work
from optwright.formulation.nodes import Add, Binary, Choose, Compare, Negate, Node, Number, negate

MAX_CLAUSES = 32
"""Logic of binaries alone becomes that many rows at most before a binary of its own is made for a part."""


def hold(work: Work, part: Formula, unless: tuple[Literal, ...], place: Place) -> None:
    """Add the rows by which the formula holds or one of the literals does."""
    match part:
        case All(parts):
            for each in parts:
                work.hold(each, place, unless=unless)
        case Every(generators, inner):
            work.hold(inner, place.within(place.scope.extend(generators)), unless=unless)
        case Either(parts):
            _either(work, parts, unless, place)
        case Fact(condition):
            _fact(work, condition, unless, place)
        case Literal():
            _clause(work, (*unless, part), place)
        case Relation():
            exact = work.strict(part, place)
            if exact is not None:
                _relation(work, exact, unless, place)


def _fact(work: Work, condition: Node, unless: tuple[Literal, ...], place: Place) -> None:
    """A condition on data: where it fails, a literal must hold."""
    if unless:
        failing = work.reach(opposite(condition), place)
        if failing is not None:
            _clause(work, unless, failing)
        return
    for combination, true in work.forms.over(condition, place.scope):
        if not true:
            message = f"{quoted(condition)} does not hold, and no decision can change that"
            work.draft.find(Finding(Code.CONST_FALSE, place.where(combination), message))
            return


def _either(work: Work, parts: tuple[Formula, ...], unless: tuple[Literal, ...], place: Place) -> None:
    """At least one part holds: facts limit the combinations, literals join, the rest get a binary each if several."""
    for part in parts:
        if isinstance(part, Fact):
            reached = work.reach(opposite(part.condition), place)
            if reached is None:
                return
            place = reached
    unless += tuple(part for part in parts if isinstance(part, Literal))
    others = tuple(part for part in parts if not isinstance(part, Literal | Fact))
    plain = clauses(Either(others), MAX_CLAUSES) if others else None
    if plain is not None:
        for clause in plain:
            work.hold(Either(clause), place, unless=unless)
    elif not others:
        _clause(work, unless, place)
    elif len(others) == 1:
        work.hold(others[0], place, unless=unless)
    else:
        _cases(work, others, unless, place)


def _cases(work: Work, parts: tuple[Formula, ...], unless: tuple[Literal, ...], place: Place) -> None:
    binaries: list[Node] = []
    for part in parts:
        why = f"1 if this case of {place.element.where} is chosen: {say(part)}"
        name = work.draft.variable(f"{place.label}_case_{len(binaries) + 1}", place, why)
        binaries.append(entry(name, place.scope))
    _clause(work, (*unless, *(Literal(node, True) for node in binaries)), place)
    for node, part in zip(binaries, parts, strict=True):
        work.hold(part, place, unless=(Literal(node, False),))


def _clause(work: Work, literals: tuple[Literal, ...], place: Place) -> None:
    """Add the row that at least one literal holds, none for a literal beside its own negation."""
    each = tuple(dict.fromkeys(literals))
    if any(Literal(part.node, not part.positive) in each for part in each):
        return
    helping = [work.number(part.node, Way.UP, place) for part in each if part.positive]
    hindering = [work.number(part.node, Way.DOWN, place) for part in each if not part.positive]
    if len(each) == 1:
        single = [*helping, *hindering][0]
        work.draft.row(place, Compare(("==",), (single, Number(int(bool(helping))))))
    elif not hindering:
        work.draft.row(place, Compare((">=",), (add(helping), Number(1))))
    else:
        most = [*helping, Number(len(hindering) - 1)] if len(hindering) > 1 or not helping else helping
        work.draft.row(place, Compare(("<=",), (add(hindering), add(most))))


def _relation(work: Work, relation: Relation, unless: tuple[Literal, ...], place: Place) -> None:
    """Add a relation, relaxed by a big-M times the literals that may hold instead."""
    left, right, op = relation.left, relation.right, relation.op
    if op == "==" and unless:
        for side in ("<=", ">="):
            _relation(work, Relation(side, left, right), unless, place)
        return
    slack: Node | None = None
    if unless:
        gap = add([left, negate(right)] if op == "<=" else [right, negate(left)])
        most = work.big_m(gap, place)
        if most is None:
            return
        slack = Binary("*", most, add([_worth(work, part, Way.UP, place) for part in unless]))
    ways = {"<=": (Way.DOWN, Way.UP), ">=": (Way.UP, Way.DOWN), "==": (Way.BOTH, Way.BOTH)}[op]
    sides = work.number(left, ways[0], place), work.number(right, ways[1], place)
    work.draft.row(place, relaxed(op, *sides, slack))


def relaxed(op: str, left: Node, right: Node, slack: Node | None) -> Node:
    """Return the relation, its right side moved away by the slack."""
    if slack is not None:
        right = add([right, slack if op == "<=" else negate(slack)])
    return Compare((op,), (left, right))


def _worth(work: Work, literal: Literal, way: Way, place: Place) -> Node:
    """Return what is 1 where a literal holds, else 0."""
    if literal.positive:
        return work.number(literal.node, way, place)
    return complement(work.number(literal.node, way.turned(-1), place))


def complement(node: Node) -> Node:
    """Return 1 minus the node."""
    match node:
        case Add((Number(1), Negate(inner))):
            return inner
    return add([Number(1), negate(node)])


def add(terms: list[Node]) -> Node:
    """Return the sum of nodes, zeros left out and inner sums opened."""
    flat = [part for term in terms for part in (term.terms if isinstance(term, Add) else (term,))]
    kept = [term for term in flat if term != Number(0)]
    if len(kept) < 2:
        return kept[0] if kept else Number(0)
    return Add(tuple(kept))


def truth(work: Work, node: Node, way: Way, place: Place) -> Node:
    """Return what is 1 where a relation or logic holds, else 0, in the way that the place needs."""
    formula = work.normal.formula(node)
    if isinstance(formula, Fact):
        return Choose(formula.condition, Number(1), Number(0))
    if isinstance(formula, Literal):
        return _worth(work, formula, way, place)

    def make(inner: Place) -> str:
        return work.draft.variable(_called(node, inner.element), inner, f"Whether {quoted(node)}, as 0 or 1")

    stand, reference = work.stand_in("truth", node, place, make)

    def define(one: Way) -> None:
        implied = one is Way.UP
        part = work.normal.formula(stand.source, implied)
        work.hold(Either((part, Literal(stand.node, not implied))), stand.place)

    work.later(stand.name, place.element, way, define)
    return reference


_WORDS = {">": "above", ">=": "at_least", "<": "below", "<=": "at_most", "==": "equals", "!=": "not"}


def _called(node: Node, element: Element) -> str:
    """Name the binary of a relation: `make_positive`, `stock_at_least_20`."""
    match node:
        case Compare((op,), (left, Number(0))) if op == ">" and base_of(left):
            return f"{base_of(left)}_positive"
        case Compare((op,), (left, Number(value))) if op in _WORDS and base_of(left):
            amount = str(value).replace("-", "minus_")
            return f"{base_of(left)}_{_WORDS[op]}_{amount}"
    return f"{element.name}_true"


def say(part: Formula) -> str:
    """Write a formula for a description."""
    match part:
        case Relation(op, left, right):
            return quoted(Compare((op,), (left, right)))
        case All(parts):
            return " and ".join(map(say, parts))
        case Either(parts):
            return f"({' or '.join(map(say, parts))})"
        case Every(generators, inner):
            return f"{say(inner)} for each {', '.join(name for one in generators for name in one.target)}"
        case Fact(condition):
            return quoted(condition)
        case Literal(node, positive):
            return quoted(node) if positive else f"not {quoted(node)}"
