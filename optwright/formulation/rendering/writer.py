"""Trees of the expression language written as Pyomo source, on one line or laid out over several.

Every name is looked up, every function and operator comes from a closed table: text of the formulation reaches the
program only as literals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optwright.errors import FormulationError
from optwright.formulation.expression import (
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
    unparse,
)
from optwright.formulation.rendering.literal import WIDTH, literal

_FUNCTIONS = {
    **{name: f"pyo.{name}" for name in ("exp", "log", "sqrt", "sin", "cos", "tan")},
    **{name: name for name in ("abs", "min", "max", "sum", "len")},
    "prod": "math.prod",
    "ceil": "math.ceil",
    "floor": "math.floor",
}
_OPERATORS = frozenset({"*", "/", "//", "%", "**", "<=", ">=", "==", "<", ">", "!=", "in", "not in", "and", "or"})
_OR, _AND, _NOT, _COMPARED, _SUM, _TERM, _UNARY, _POWER, _ATOM = range(9)


@dataclass(frozen=True)
class Scope:
    """What the names of an expression stand for where it is written."""

    elements: Mapping[str, str]
    """Element name to program text: `make` to `model.make`, `profit` to `profit`."""
    widths: Mapping[str, int]
    """Set or family name to the number of positions of a member."""
    indices: Mapping[str, str] = field(default_factory=dict)
    """Index name to its Python name."""
    index_widths: Mapping[str, int] = field(default_factory=dict)
    """Index name to its number of positions: more than one where it stands for a whole tuple."""
    locals: frozenset[str] = frozenset()
    """Python names that an index must not hide."""

    def bind(self, names: Sequence[str], widths: Sequence[int]) -> Scope:
        """Return the scope with indices added, each under a Python name that hides nothing in use."""
        taken = {*self.locals, *self.indices.values()}
        indices = dict(self.indices)
        for name in names:
            python = name
            while python in taken:
                python += "_"
            taken.add(python)
            indices[name] = python
        return Scope(
            self.elements,
            self.widths,
            indices,
            {**self.index_widths, **dict(zip(names, widths, strict=True))},
            self.locals,
        )

    def width_of(self, source: Node) -> int:
        """Return how many positions the members of a set expression have."""
        match source:
            case Name(name) | Item(name, _):
                return self.widths[name]
            case Listed((Tuple(parts), *_)):
                return sum(self.index_widths.get(part.id, 1) if isinstance(part, Name) else 1 for part in parts)
        return 1

    def bind_generator(self, generator: Generator) -> Scope:
        """Return the scope with the indices of one generator."""
        whole = generator.whole and len(generator.target) == 1
        widths = [self.width_of(generator.source)] if whole else [1] * len(generator.target)
        return self.bind(generator.target, widths)


def write(node: Node, scope: Scope) -> str:
    """Write an expression on one line. Raises FormulationError on what lowering should have removed."""
    return _write(node, scope)[0]


def write_condition(node: Node, scope: Scope) -> str:
    """Write a condition as it stands after `if`, without brackets around it."""
    return _wrap(node, scope, _OR)


def _wrap(node: Node, scope: Scope, least: int) -> str:
    text, strength = _write(node, scope)
    return text if strength >= least else f"({text})"


def _number(node: Node, scope: Scope, least: int) -> str:
    """Write a node where a number is wanted: a relation of data counts 0 or 1, as an int and not as a bool."""
    if isinstance(node, Compare | Logic):
        return f"int({write(node, scope)})"
    return _wrap(node, scope, least)


def _write(node: Node, scope: Scope) -> tuple[str, int]:
    match node:
        case Number(value):
            return literal(value), (_ATOM if value >= 0 else _UNARY)
        case Text(value):
            return literal(value), _ATOM
        case Name(name):
            return _name(name, scope), _ATOM
        case Item(base, index):
            return f"{_element(base, scope)}[{_index(index, scope)}]", _ATOM
        case Negate(operand):
            return f"-{_number(operand, scope, _UNARY)}", _UNARY
        case Add(terms):
            return _sum(terms, scope), _SUM
        case Binary("**", left, right):
            return f"{_number(left, scope, _ATOM)}**{_number(right, scope, _UNARY)}", _POWER
        case Binary(op, left, right):
            return f"{_number(left, scope, _TERM)} {_operator(op)} {_number(right, scope, _UNARY)}", _TERM
        case Compare(ops, operands):
            return _compare(ops, operands, scope), _COMPARED
        case Logic(op, args):
            return _logic(op, args, scope)
        case Choose(condition, then, otherwise):
            chosen = f"{_number(then, scope, _OR)} if {write_condition(condition, scope)}"
            return f"({chosen} else {_number(otherwise, scope, _OR)})", _ATOM
        case Call(function, args):
            return _call(function, args, scope), _ATOM
        case Aggregate(function, body, generators):
            inner, clauses = _clauses(generators, scope)
            return f"{_function(function)}({_number(body, inner, _OR)} {' '.join(clauses)})", _ATOM
    return _other(node, scope), _ATOM


def _other(node: Node, scope: Scope) -> str:
    match node:
        case Listed(items):
            return f"[{', '.join(write(item, scope) for item in items)}]"
        case Span(start, stop):
            return f"range({write(start, scope)}, {write(stop, scope)})"
        case Tuple(parts):
            return f"({_index(parts, scope)}{',' * (len(parts) == 1)})"
        case Piecewise(argument, xs, ys):
            points = (", ".join(write(item, scope) for item in items) for items in (xs, ys))
            return f"interpolate({write(argument, scope)}, {', '.join(f'[{text}]' for text in points)})"
    raise FormulationError(f"`{unparse(node)}` cannot be written as Pyomo: lower the formulation first")


def _name(name: str, scope: Scope) -> str:
    if name in scope.indices:
        return scope.indices[name]
    return _element(name, scope)


def _element(name: str, scope: Scope) -> str:
    if name not in scope.elements:
        raise FormulationError(f"{name!r} is not declared")
    return scope.elements[name]


def _function(name: str) -> str:
    if name not in _FUNCTIONS:
        raise FormulationError(f"the function {name!r} cannot be written as Pyomo: lower the formulation first")
    return _FUNCTIONS[name]


def _operator(op: str) -> str:
    if op not in _OPERATORS:
        raise FormulationError(f"the operator {op!r} cannot be written as Pyomo: lower the formulation first")
    return op


def _index(parts: Sequence[Node], scope: Scope) -> str:
    """Write the positions of an index; an index that stands for a whole tuple is unpacked among others."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Tuple) else (part,))]
    if len(flat) == 1:
        return _number(flat[0], scope, _OR)
    return ", ".join(("*" if _whole(part, scope) else "") + _number(part, scope, _OR) for part in flat)


def _whole(part: Node, scope: Scope) -> bool:
    return isinstance(part, Name) and scope.index_widths.get(part.id, 1) > 1


def _sum(terms: Sequence[Node], scope: Scope) -> str:
    signs, texts = zip(*(_signed(term, scope) for term in terms), strict=True)
    head = texts[0] if signs[0] == "+" else f"-{texts[0]}"
    return head + "".join(f" {sign} {text}" for sign, text in zip(signs[1:], texts[1:], strict=True))


def _signed(term: Node, scope: Scope) -> tuple[str, str]:
    """Split a term of a sum into its sign and the text that follows it."""
    if isinstance(term, Negate):
        return "-", _number(term.operand, scope, _TERM)
    if isinstance(term, Number) and term.value < 0:
        return "-", literal(-term.value)
    return "+", _number(term, scope, _TERM)


def _compare(ops: Sequence[str], operands: Sequence[Node], scope: Scope) -> str:
    texts = [_number(operand, scope, _SUM) for operand in operands]
    pairs = zip(ops, texts[1:], strict=True)
    return " ".join([texts[0], *(f"{_operator(op)} {text}" for op, text in pairs)])


def _logic(op: str, args: Sequence[Node], scope: Scope) -> tuple[str, int]:
    if op == "not":
        return f"not {_wrap(args[0], scope, _NOT)}", _NOT
    if op == "implies":
        return f"not {_wrap(args[0], scope, _NOT)} or {_wrap(args[1], scope, _AND)}", _OR
    if op == "iff":
        first, second = (f"bool({write(part, scope)})" for part in args)
        return f"{first} == {second}", _COMPARED
    level = _AND if _operator(op) == "and" else _OR
    return f" {op} ".join(_wrap(part, scope, level + 1) for part in args), level


def _call(function: str, args: Sequence[Node], scope: Scope) -> str:
    if function not in {"first", "last", "ord"}:
        return f"{_function(function)}({', '.join(_number(part, scope, _OR) for part in args)})"
    source = write(args[0], scope)
    if isinstance(args[0], Listed | Span):
        return _in_list(function, source, args, scope)
    return f"{source}.{function}({write(args[1], scope) if function == 'ord' else ''})"


def _in_list(function: str, source: str, args: Sequence[Node], scope: Scope) -> str:
    if function == "ord":
        return f"({source}.index({write(args[1], scope)}) + 1)"
    return f"{source}[{0 if function == 'first' else -1}]"


def _clauses(generators: Sequence[Generator], scope: Scope) -> tuple[Scope, list[str]]:
    """Write generators as the clauses of a comprehension and return the scope inside."""
    clauses = []
    for generator in generators:
        source = write(generator.source, scope)
        scope = scope.bind_generator(generator)
        clauses.append(f"for {', '.join(scope.indices[name] for name in generator.target)} in {source}")
        if generator.condition is not None:
            clauses[-1] += f" if {write_condition(generator.condition, scope)}"
    return scope, clauses


def comprehension(generators: Sequence[Generator], scope: Scope) -> tuple[Scope, str]:
    """Write generators as `for i in A for j in B if i != j` and return the scope inside."""
    inner, clauses = _clauses(generators, scope)
    return inner, " ".join(clauses)


def layout(node: Node, scope: Scope, room: int = WIDTH) -> list[str]:
    """Write an expression within `room` columns where that is possible, one line each.

    More than one line need brackets around them, unless the first line opens one that the last line closes.
    """
    text = _number(node, scope, _OR)
    if len(text) <= room:
        return [text]
    match node:
        case Add(terms):
            return _layout_sum(terms, scope, room)
        case Aggregate(function, body, generators):
            inner, clauses = _clauses(generators, scope)
            return [f"{_function(function)}(", *_indented([*_block(body, inner, room - 4, _OR), *clauses]), ")"]
        case Choose(condition, then, otherwise):
            branches = _block(then, scope, room - 4, _OR), _block(otherwise, scope, room - 9, _OR)
            test = f"if {write_condition(condition, scope)}"
            return ["(", *_indented([*branches[0], test, *_led("else ", branches[1])]), ")"]
        case Binary(op, left, right) if op != "**":
            return _block(left, scope, room, _TERM) + _led(f"{_operator(op)} ", _block(right, scope, room - 3, _UNARY))
    return [text]


def layout_relation(relation: Compare, scope: Scope, room: int = WIDTH) -> list[str]:
    """Write a comparison of decisions like `layout`, a line or more for each side."""
    text = write(relation, scope)
    if len(text) <= room:
        return [text]
    lines = _block(relation.operands[0], scope, room, _SUM)
    for op, operand in zip(relation.ops, relation.operands[1:], strict=True):
        lines += _led(f"{_operator(op)} ", _block(operand, scope, room - 3, _SUM))
    return lines


def _layout_sum(terms: Sequence[Node], scope: Scope, room: int) -> list[str]:
    lines: list[str] = []
    for term in terms:
        sign, _ = _signed(term, scope)
        positive = term.operand if isinstance(term, Negate) else term
        if isinstance(positive, Number) and positive.value < 0 and sign == "-":
            positive = Number(-positive.value)
        block = _block(positive, scope, room - 2, _TERM)
        lead = "" if not lines and sign == "+" else ("-" if not lines else f"{sign} ")
        lines += _led(lead, block)
    return lines


def _block(node: Node, scope: Scope, room: int, least: int) -> list[str]:
    """Lay out a part, in brackets of its own where its operator binds less than its place needs."""
    if isinstance(node, Compare | Logic):
        return [_number(node, scope, least)]
    if _write(node, scope)[1] >= least:
        return layout(node, scope, room)
    lines = layout(node, scope, room - 4)
    return [f"({lines[0]})"] if len(lines) == 1 else ["(", *_indented(lines), ")"]


def _led(lead: str, lines: list[str]) -> list[str]:
    return [lead + lines[0], *lines[1:]]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def bracketed(lines: list[str], lead: str) -> list[str]:
    """Put `lead` before an expression of one or more lines, with brackets where Python needs them."""
    if len(lines) == 1 or _closed(lines):
        return _led(lead, lines)
    return [f"{lead}(", *_indented(lines), ")"]


def _closed(lines: Sequence[str]) -> bool:
    """Whether the first line opens a bracket that only the last one closes."""
    inner = all(line.startswith(" ") for line in lines[1:-1])
    return lines[0].endswith("(") and lines[-1] == ")" and inner
