"""Problems inside a problem: the first conditions of a draft make a problem of their own, as ReSocratic's prefixes do.

A draft is read as a demonstration: decisions, objective, then one condition after the other. What is left when the last
ones are taken away is another instance, with the words of what is left.
"""

from __future__ import annotations

from collections.abc import Iterator

from optwright.datasets.synthesis.draft import Draft
from optwright.formulation.elements import Formulation
from optwright.formulation.expression import parse, parse_generators
from optwright.formulation.nodes import free_names, generator_names

LEAST = 3
"""Units (objective, groups of constraints) that a prefix must have at least to be a problem of its own."""


def prefix(draft: Draft, conditions: int) -> Draft | None:
    """Return the draft with only its first conditions, None when it has no more or what is told together would part."""
    parts = draft.formulation()
    names = [constraint.name for constraint in parts.constraints]
    if conditions >= len(names) or 1 + conditions < LEAST:
        return None
    dropped = set(names[conditions:])
    used = _used(parts, dropped)
    gone = dropped | {one.name for one in (*parts.parameters, *parts.expressions) if one.name not in used}
    facts = []
    for fact in draft.facts:
        left = [name for name in fact.tells if name not in gone]
        if len(left) == len(fact.tells):
            facts.append(fact)
        elif left:
            return None
    return draft.without(gone, facts)


def _used(parts: Formulation, dropped: set[str]) -> set[str]:
    """Return the names that the variables, the objective and the constraints that stay need, directly or not."""
    expressions = {one.name: one for one in parts.expressions}
    waiting = [name for name in _names(parts, dropped) if name not in dropped]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in used:
            continue
        used.add(name)
        if name in expressions:
            one = expressions[name]
            waiting += free_names(parse(one.expression)) | _loops(one.for_each)
    return used


def _names(parts: Formulation, dropped: set[str]) -> Iterator[str]:
    for goal in parts.objectives:
        yield from free_names(parse(goal.expression))
    for constraint in parts.constraints:
        if constraint.name not in dropped:
            yield from free_names(parse(constraint.expression)) | _loops(constraint.for_each)
    for variable in parts.variables:
        for end in (variable.lower, variable.upper):
            if isinstance(end, str):
                yield from free_names(parse(end))
    for spec in parts.sets:
        yield from _loops(spec.for_each)
        if spec.keys_of:
            yield spec.keys_of
        for edge in spec.range or ():
            yield from free_names(parse(edge)) if isinstance(edge, str) else ()
    for output in parts.outputs:
        yield from free_names(parse(output.expression)) | _loops(output.for_each)


def _loops(for_each: str | None) -> set[str]:
    return generator_names(parse_generators(for_each)) if for_each else set()
