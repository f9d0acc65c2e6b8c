"""Trees of the expression language written as Pyomo source.

Every name is looked up, every function and operator comes from a closed table: text of the formulation reaches the
program only as literals.
"""

from __future__ import annotations

from collections.abc import Sequence

from optwright.errors import FormulationError
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
from optwright.formulation.rendering.literal import literal
from optwright.formulation.rendering.scope import Scope
from optwright.formulation.unparse import unparse

_FUNCTIONS = {
    **{name: f"pyo.{name}" for name in ("exp", "log", "sqrt", "sin", "cos", "tan")},
    **{name: name for name in ("abs", "min", "max", "sum", "len")},
    "prod": "math.prod",
    "ceil": "math.ceil",
    "floor": "math.floor",
}
_OPERATORS = frozenset({"*", "/", "//", "%", "**", "<=", ">=", "==", "<", ">", "!=", "in", "not in", "and", "or"})
OR, AND, NOT, COMPARED, SUM, TERM, UNARY, POWER, ATOM = range(9)
"""How strongly an expression holds together; a weaker one needs brackets in a place that wants a stronger."""


def write(node: Node, scope: Scope) -> str:
    """Write an expression on one line. Raises FormulationError on what lowering should have removed."""
    return write_part(node, scope)[0]


def write_condition(node: Node, scope: Scope) -> str:
    """Write a condition as it stands after `if`, without brackets around it."""
    return _wrap(node, scope, OR)


def _wrap(node: Node, scope: Scope, least: int) -> str:
    text, strength = write_part(node, scope)
    return text if strength >= least else f"({text})"


def number(node: Node, scope: Scope, least: int) -> str:
    """Write a node where a number is wanted: a relation of data counts 0 or 1, as an int and not as a bool."""
    if isinstance(node, Compare | Logic):
        return f"int({write(node, scope)})"
    return _wrap(node, scope, least)


def write_part(node: Node, scope: Scope) -> tuple[str, int]:
    """Write an expression and say how strongly it holds together."""
    match node:
        case Number(value):
            return literal(value), (ATOM if value >= 0 else UNARY)
        case Text(value):
            return literal(value), ATOM
        case Name(name):
            return _name(name, scope), ATOM
        case Item(base, index):
            return f"{_element(base, scope)}[{_index(index, scope)}]", ATOM
        case Negate(operand):
            return f"-{number(operand, scope, UNARY)}", UNARY
        case Add(terms):
            return _sum(terms, scope), SUM
        case Binary("**", left, right):
            return f"{number(left, scope, ATOM)}**{number(right, scope, UNARY)}", POWER
        case Binary(op, left, right):
            return f"{number(left, scope, TERM)} {operator_of(op)} {number(right, scope, UNARY)}", TERM
        case Compare(ops, operands):
            return _compare(ops, operands, scope), COMPARED
        case Logic(op, args):
            return _logic(op, args, scope)
        case Choose(condition, then, otherwise):
            chosen = f"{number(then, scope, OR)} if {write_condition(condition, scope)}"
            return f"({chosen} else {number(otherwise, scope, OR)})", ATOM
        case Call(function, args):
            return _call(function, args, scope), ATOM
        case Aggregate(function, body, generators):
            inner, clauses = clauses_of(generators, scope)
            return f"{function_of(function)}({number(body, inner, OR)} {' '.join(clauses)})", ATOM
    return _other(node, scope), ATOM


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


def function_of(name: str) -> str:
    """Return what a function of the language is called in the program."""
    if name not in _FUNCTIONS:
        raise FormulationError(f"the function {name!r} cannot be written as Pyomo: lower the formulation first")
    return _FUNCTIONS[name]


def operator_of(op: str) -> str:
    """Return an operator, which is the same in Python."""
    if op not in _OPERATORS:
        raise FormulationError(f"the operator {op!r} cannot be written as Pyomo: lower the formulation first")
    return op


def _index(parts: Sequence[Node], scope: Scope) -> str:
    """Write the positions of an index; an index that stands for a whole tuple is unpacked among others."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Tuple) else (part,))]
    if len(flat) == 1:
        return number(flat[0], scope, OR)
    return ", ".join(("*" if _whole(part, scope) else "") + number(part, scope, OR) for part in flat)


def _whole(part: Node, scope: Scope) -> bool:
    return isinstance(part, Name) and scope.index_widths.get(part.id, 1) > 1


def _sum(terms: Sequence[Node], scope: Scope) -> str:
    signs, texts = zip(*(signed(term, scope) for term in terms), strict=True)
    head = texts[0] if signs[0] == "+" else f"-{texts[0]}"
    return head + "".join(f" {sign} {text}" for sign, text in zip(signs[1:], texts[1:], strict=True))


def signed(term: Node, scope: Scope) -> tuple[str, str]:
    """Split a term of a sum into its sign and the text that follows it."""
    if isinstance(term, Negate):
        return "-", number(term.operand, scope, TERM)
    if isinstance(term, Number) and term.value < 0:
        return "-", literal(-term.value)
    return "+", number(term, scope, TERM)


def _compare(ops: Sequence[str], operands: Sequence[Node], scope: Scope) -> str:
    texts = [number(operand, scope, SUM) for operand in operands]
    pairs = zip(ops, texts[1:], strict=True)
    return " ".join([texts[0], *(f"{operator_of(op)} {text}" for op, text in pairs)])


def _logic(op: str, args: Sequence[Node], scope: Scope) -> tuple[str, int]:
    if op == "not":
        return f"not {_wrap(args[0], scope, NOT)}", NOT
    if op == "implies":
        return f"not {_wrap(args[0], scope, NOT)} or {_wrap(args[1], scope, AND)}", OR
    if op == "iff":
        first, second = (f"bool({write(part, scope)})" for part in args)
        return f"{first} == {second}", COMPARED
    level = AND if operator_of(op) == "and" else OR
    return f" {op} ".join(_wrap(part, scope, level + 1) for part in args), level


def _call(function: str, args: Sequence[Node], scope: Scope) -> str:
    if function not in {"first", "last", "ord"}:
        return f"{function_of(function)}({', '.join(number(part, scope, OR) for part in args)})"
    source = write(args[0], scope)
    if isinstance(args[0], Listed | Span):
        return _in_list(function, source, args, scope)
    return f"{source}.{function}({write(args[1], scope) if function == 'ord' else ''})"


def _in_list(function: str, source: str, args: Sequence[Node], scope: Scope) -> str:
    if function == "ord":
        return f"({source}.index({write(args[1], scope)}) + 1)"
    return f"{source}[{0 if function == 'first' else -1}]"


def clauses_of(generators: Sequence[Generator], scope: Scope) -> tuple[Scope, list[str]]:
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
    inner, clauses = clauses_of(generators, scope)
    return inner, " ".join(clauses)
