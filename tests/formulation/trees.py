"""Random trees of the expression language, as `parse` gives them: no doubled minus, no sum at the head of a sum."""

from __future__ import annotations

from hypothesis import strategies as st

from optwright.formulation.nodes import (
    Add,
    Aggregate,
    Binary,
    Call,
    Choose,
    Compare,
    Generator,
    Item,
    Listed,
    Logic,
    Name,
    Negate,
    Node,
    Number,
    Piecewise,
    Span,
    Text,
    Tuple,
)

NAMES = st.sampled_from(["x", "make", "cost", "T", "i", "j", "k", "été", "_a", "stock2"])
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([10**200, 1e-300])
).map(Number)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(Text)
LEAVES = st.one_of(NUMBERS, TEXTS, NAMES.map(Name))


def _negative(node: Node) -> Node:
    return node.operand if isinstance(node, Negate) else Number(abs(node.value)) if isinstance(node, Number) else node


def _items(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(parts, min_size=1, max_size=3).map(tuple)


def _sums(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    head = parts.map(lambda node: node.terms[0] if isinstance(node, Add) else node)
    term = st.one_of(parts, parts.map(_negative).map(lambda node: node if _number(node) else Negate(node)))
    tail = st.lists(term.map(_once), min_size=1, max_size=3)
    return st.builds(lambda first, rest: Add((_head(first), *rest)), head, tail)


def _head(node: Node) -> Node:
    return _head(node.terms[0]) if isinstance(node, Add) else node


def _number(node: Node) -> bool:
    return isinstance(node, Number)


def _once(node: Node) -> Node:
    """Return a term with at most one minus: a second one is folded by the parser."""
    while isinstance(node, Negate) and isinstance(node.operand, Negate | Number):
        node = node.operand
    return node


def _generators(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Generator, ...]]:
    source = st.one_of(
        NAMES.map(Name),
        st.builds(Item, NAMES, _items(parts)),
        st.builds(Listed, _items(parts)),
        st.builds(Span, parts, parts),
    )
    whole = NAMES.map(lambda name: ((name,), True))
    unpacked = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: (tuple(names), False))
    one = st.builds(
        lambda target, source, condition: Generator(*target, source, condition),
        st.one_of(whole, unpacked),
        source,
        st.one_of(st.none(), parts),
    )
    return st.lists(one, min_size=1, max_size=2).map(tuple)


def _compares(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    operators = st.sampled_from(["<=", ">=", "==", "<", ">", "!=", "in", "not in"])
    link = st.tuples(operators, parts)
    return st.builds(
        lambda first, links: Compare(tuple(op for op, _ in links), (first, *(part for _, part in links))),
        st.one_of(parts, _items(parts).map(Tuple)),
        st.lists(link, min_size=1, max_size=3),
    )


def _larger(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    two = st.tuples(parts, parts)
    return st.one_of(
        st.builds(Item, NAMES, _items(parts)),
        parts.filter(lambda node: not isinstance(node, Number)).map(Negate),
        _sums(parts),
        st.builds(Binary, st.sampled_from(["*", "/", "//", "%", "**"]), parts, parts),
        _compares(parts),
        st.builds(Logic, st.sampled_from(["and", "or"]), several),
        st.builds(Logic, st.sampled_from(["implies", "iff"]), two),
        parts.map(lambda node: Logic("not", (node,))),
        st.builds(Choose, parts, parts, parts),
        st.builds(Call, st.sampled_from(["abs", "exp", "log", "len", "first"]), parts.map(lambda node: (node,))),
        st.builds(Call, st.sampled_from(["min", "max", "ord"]), two),
        st.builds(Piecewise, parts, several, several),
        st.builds(Aggregate, st.sampled_from(["sum", "prod", "min", "max"]), parts, _generators(parts)),
    )


TREES: st.SearchStrategy[Node] = st.recursive(LEAVES, _larger, max_leaves=25)
GENERATORS = _generators(st.recursive(LEAVES, _larger, max_leaves=5))
