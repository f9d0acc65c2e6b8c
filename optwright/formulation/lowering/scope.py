"""Where a part of an expression stands: the generators of its indices and the conditions under which it is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from optwright.formulation.nodes import Aggregate, Compare, Generator, Item, Logic, Name, Node, free_names, transform


@dataclass(frozen=True)
class Scope:
    """The combinations over which a part exists; a scalar part has no generators."""

    generators: tuple[Generator, ...] = ()

    @property
    def indices(self) -> tuple[str, ...]:
        """The names of the indices, in order."""
        return tuple(name for generator in self.generators for name in generator.target)

    def extend(self, generators: tuple[Generator, ...]) -> Scope:
        """Return the scope inside further generators."""
        return Scope(self.generators + generators)

    def when(self, condition: Node) -> Scope:
        """Return the scope of the combinations that meet one more condition. It must have a generator."""
        last = self.generators[-1]
        parts = [*conjuncts(last.condition), *conjuncts(condition)]
        return Scope((*self.generators[:-1], replace(last, condition=conjunction(parts))))

    def used_by(self, node: Node) -> Scope:
        """Return the smallest scope over which the node can be said: indices that it does not use are left out.

        Conditions that say something about the indices that stay are kept, those about the others alone are not.
        """
        needed = free_names(node) & set(self.indices)
        while True:
            wider = self._closure(needed)
            if wider == needed:
                break
            needed = wider
        return Scope(tuple(self._kept(needed)))

    def _closure(self, needed: set[str]) -> set[str]:
        """Add the indices on which the needed ones depend."""
        known, wider = set(self.indices), set(needed)
        for generator in self.generators:
            if wider & set(generator.target):
                wider |= set(generator.target) | (free_names(generator.source) & known)
            for part in conjuncts(generator.condition):
                used = free_names(part) & known
                if used & wider:
                    wider |= used
        return wider

    def _kept(self, needed: set[str]) -> Iterator[Generator]:
        known, loose = set(self.indices), list[Node]()
        kept: list[Generator] = []
        for generator in self.generators:
            parts = [part for part in conjuncts(generator.condition) if free_names(part) & known & needed]
            if needed & set(generator.target):
                kept.append(replace(generator, condition=conjunction(parts)))
            else:
                loose += parts
        scope = Scope(tuple(kept))
        for part in loose:
            scope = scope.when(part)
        return iter(scope.generators)


def conjuncts(condition: Node | None) -> list[Node]:
    """Split a condition at its outermost `and`."""
    if condition is None:
        return []
    return list(condition.args) if isinstance(condition, Logic) and condition.op == "and" else [condition]


def conjunction(parts: list[Node]) -> Node | None:
    """Join conditions by `and`; each is written once."""
    each = tuple(dict.fromkeys(parts))
    if not each:
        return None
    return each[0] if len(each) == 1 else Logic("and", each)


_OPPOSITE = {"<=": ">", ">=": "<", "<": ">=", ">": "<=", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}


def opposite(condition: Node) -> Node:
    """Return the negation of a condition on data, readable where it is a single comparison."""
    if isinstance(condition, Compare) and len(condition.ops) == 1:
        return Compare((_OPPOSITE[condition.ops[0]],), condition.operands)
    if isinstance(condition, Logic) and condition.op == "not":
        return condition.args[0]
    return Logic("not", (condition,))


def substitute(node: Node, names: dict[str, Node]) -> Node:
    """Put nodes in the place of indices. No generator inside the node may bind one of the names."""
    if not names:
        return node
    return transform(node, lambda part: names.get(part.id, part) if isinstance(part, Name) else part)


def distinct(node: Node, taken: frozenset[str], fresh: Callable[[str], str]) -> Node:
    """Rename indices bound inside the node so that none hides a name in `taken` or an index around it."""
    if isinstance(node, Aggregate):
        return _distinct_aggregate(node, taken, fresh)
    return _map_parts(node, lambda part: distinct(part, taken, fresh))


def distinct_generators(
    generators: tuple[Generator, ...], taken: frozenset[str], fresh: Callable[[str], str]
) -> tuple[tuple[Generator, ...], dict[str, Node]]:
    """Rename the indices of generators likewise; also return what the old names have become."""
    names: dict[str, Node] = {}
    result = []
    for generator in generators:
        before = taken | set(names)
        source = substitute(distinct(generator.source, before, fresh), names)
        target = tuple(fresh(name) if name in taken else name for name in generator.target)
        names |= {old: Name(new) for old, new in zip(generator.target, target, strict=True) if old != new}
        taken = taken | set(target)
        inside = generator.condition and distinct(generator.condition, taken | set(names), fresh)
        condition = inside and substitute(inside, names)
        result.append(replace(generator, target=target, source=source, condition=condition))
    return tuple(result), names


def _distinct_aggregate(node: Aggregate, taken: frozenset[str], fresh: Callable[[str], str]) -> Node:
    inner = frozenset(name for generator in node.generators for name in generator.target)
    generators, names = distinct_generators(node.generators, taken, fresh)
    bound = frozenset(name for generator in generators for name in generator.target)
    body = distinct(node.body, taken | inner | bound, fresh)
    return Aggregate(node.function, substitute(body, names), generators)


def _map_parts(node: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild a node that is no aggregate with its direct parts changed."""
    parts = {
        name: tuple(change(part) if isinstance(part, Node) else part for part in value)
        if isinstance(value, tuple)
        else change(value)
        for name in node.__dataclass_fields__
        if isinstance(value := getattr(node, name), tuple | Node)
    }
    return replace(node, **parts) if parts else node  # type: ignore[arg-type]


def canonical(node: Node, scope: Scope) -> tuple[Node, Scope]:
    """Return the node and its scope with the indices named by position, so that equal things compare equal."""
    names: dict[str, Node] = {name: Name(f"#{place}") for place, name in enumerate(scope.indices)}
    count = iter(range(len(names)))
    generators = tuple(
        Generator(
            tuple(f"#{next(count)}" for _ in generator.target),
            generator.whole,
            substitute(generator.source, names),
            generator.condition and substitute(generator.condition, names),
        )
        for generator in scope.generators
    )
    return substitute(node, names), Scope(generators)


def entry(name: str, scope: Scope) -> Node:
    """Return the reference to a component's entry at the scope's indices."""
    return Item(name, tuple(map(Name, scope.indices))) if scope.generators else Name(name)
