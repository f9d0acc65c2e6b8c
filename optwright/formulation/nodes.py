"""The tree of an expression: small frozen nodes, and how to walk and rebuild them.

Every reader of a formulation (check, lower, render, evaluate) works on these nodes alone.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number; whole literals stay int, so that index arithmetic is exact."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Text:
    """A member in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """An index, scalar parameter, scalar variable, scalar expression or set."""

    id: str


@dataclass(frozen=True, slots=True)
class Item:
    """`base[i, j]`: one entry of a parameter, variable, expression, or one set of a family."""

    base: str
    index: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Add:
    """A sum of two or more terms; `a - b` is `Add((a, Negate(b)))`."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """`*`, `/`, `//`, `%` or `**`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """A chain `a <= b <= c`: `len(operands) == len(ops) + 1`; ops from `<= >= == < > != in not in`."""

    ops: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or` (two or more arguments), `not` (one), `implies`, `iff` (two)."""

    op: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """`(then if condition else otherwise)`, the condition on indices and data only."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of section 5 with plain arguments, `min` and `max` of two or more among them."""

    function: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Piecewise:
    """`piecewise(argument, xs, ys)`: continuous, linear between ascending breakpoints."""

    argument: Node
    xs: tuple[Node, ...]
    ys: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Generator:
    """`for target in source if condition`. A plain name (`whole`) stands for the whole member, tuples included."""

    target: tuple[str, ...]
    whole: bool
    source: Node
    condition: Node | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`sum`, `prod`, `min` or `max` of a body over generators."""

    function: str
    body: Node
    generators: tuple[Generator, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """`[a, b]`: a set written out on the spot."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """`range(start, stop)`: whole numbers, stop excluded."""

    start: Node
    stop: Node


@dataclass(frozen=True, slots=True)
class Tuple:
    """`(i, j)`: a member of a tuple set, in conditions and listed sets."""

    parts: tuple[Node, ...]


Node = (
    Number
    | Text
    | Name
    | Item
    | Negate
    | Add
    | Binary
    | Compare
    | Logic
    | Choose
    | Call
    | Piecewise
    | Aggregate
    | Listed
    | Span
    | Tuple
)

AGGREGATES = frozenset({"sum", "prod", "min", "max"})
UNARY_FUNCTIONS = frozenset({"abs", "exp", "log", "sqrt", "sin", "cos", "tan", "ceil", "floor"})
SET_FUNCTIONS = {"len": 1, "first": 1, "last": 1, "ord": 2}
LOGIC_FUNCTIONS = frozenset({"implies", "iff"})
FUNCTIONS = AGGREGATES | UNARY_FUNCTIONS | SET_FUNCTIONS.keys() | LOGIC_FUNCTIONS | {"piecewise", "range"}
"""Names that no element may take."""


def negate(node: Node) -> Node:
    """Return minus the node, folding a literal and a double negation."""
    if isinstance(node, Number):
        return Number(-node.value)
    return node.operand if isinstance(node, Negate) else Negate(node)


def is_identifier(name: str) -> bool:
    """Whether a name may be given to an element: an identifier, no keyword, no function of the language."""
    if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        return False  # Python reads identifiers in that normal form, so the name could never be used
    return not keyword.iskeyword(name) and name not in FUNCTIONS


def children(node: Node | Generator) -> Iterator[Node]:
    """Yield the direct parts of a node: for an aggregate first its generators' sources and conditions."""
    if isinstance(node, Aggregate):
        for generator in node.generators:
            yield from children(generator)
        yield node.body
        return
    for item in fields(node):
        value = getattr(node, item.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Node):
                yield part


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything below it, parents first."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(list(children(top))))


def transform(node: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild the tree bottom-up: `change` sees each node with its parts already changed."""

    def rebuild(value: object) -> object:
        if isinstance(value, Generator):
            condition = None if value.condition is None else transform(value.condition, change)
            return replace(value, source=transform(value.source, change), condition=condition)
        if isinstance(value, Node):
            return transform(value, change)
        return tuple(map(rebuild, value)) if isinstance(value, tuple) else value

    changes = {item.name: rebuild(getattr(node, item.name)) for item in fields(node)}
    return change(replace(node, **changes))  # type: ignore[arg-type]


def free_names(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """Return the names used that no generator inside the node binds, bases of items included."""
    if isinstance(node, Name):
        return set() if node.id in bound else {node.id}
    if isinstance(node, Aggregate):
        return generator_names(node.generators, node.body, bound)
    found: set[str] = {node.base} - bound if isinstance(node, Item) else set()
    for part in children(node):
        found |= free_names(part, bound)
    return found


def generator_names(
    generators: tuple[Generator, ...], body: Node | None = None, bound: frozenset[str] = frozenset()
) -> set[str]:
    """Return the free names of generators in order, and of a body that they bind."""
    found: set[str] = set()
    for generator in generators:
        found |= free_names(generator.source, bound)
        bound = bound | set(generator.target)
        if generator.condition is not None:
            found |= free_names(generator.condition, bound)
    return found | free_names(body, bound) if body is not None else found
