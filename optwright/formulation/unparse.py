"""An expression's tree written back as text that parses to the same tree."""

from __future__ import annotations

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

_CHOOSE, _OR, _AND, _NOT, _COMPARED, _SUM, _TERM, _UNARY, _POWER, _ATOM = range(10)


def unparse(node: Node) -> str:
    """Write the tree back as text that parses to the same tree, with no more brackets than needed."""
    return _write(node)[0]


def unparse_generators(generators: tuple[Generator, ...], separator: str = ", ") -> str:
    """Write a `for_each`; with separator `" for "` the inside of a sum."""
    return separator.join(map(_write_generator, generators))


def _write_generator(generator: Generator) -> str:
    target = ", ".join(generator.target)
    if not generator.whole:
        target = f"({target}{',' * (len(generator.target) == 1)})"
    tail = f" if {_wrap(generator.condition, _OR)}" if generator.condition is not None else ""
    return f"{target} in {_wrap(generator.source, _OR)}{tail}"


def _wrap(node: Node, least: int) -> str:
    text, strength = _write(node)
    return text if strength >= least else f"({text})"


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(unparse, nodes))


def _write(node: Node) -> tuple[str, int]:
    match node:
        case Number(value):
            return repr(value), (_ATOM if value >= 0 else _UNARY)
        case Text(value):
            return repr(value), _ATOM
        case Name(id):
            return id, _ATOM
        case Item(base, index):
            return f"{base}[{','.join(map(unparse, index))}]", _ATOM
        case Negate(operand):
            return f"-{_wrap(operand, _UNARY)}", _UNARY
        case Add(terms):
            return _write_sum(terms), _SUM
        case Binary("**", left, right):
            return f"{_wrap(left, _ATOM)}**{_wrap(right, _UNARY)}", _POWER
        case Binary(op, left, right):
            return f"{_wrap(left, _TERM)}{op if op == '*' else f' {op} '}{_wrap(right, _UNARY)}", _TERM
        case Compare(ops, operands):
            pairs = zip(ops, operands[1:], strict=True)
            return " ".join([_wrap(operands[0], _SUM), *(f"{op} {_wrap(part, _SUM)}" for op, part in pairs)]), _COMPARED
        case Logic("not", args):
            return f"not {_wrap(args[0], _NOT)}", _NOT
        case Logic(("and" | "or") as op, args):
            level = _AND if op == "and" else _OR
            return f" {op} ".join(_wrap(part, level + 1) for part in args), level
        case Logic(op, args):
            return f"{op}({_list(args)})", _ATOM
        case Choose(condition, then, otherwise):
            return f"({_wrap(then, _OR)} if {_wrap(condition, _OR)} else {_wrap(otherwise, _OR)})", _ATOM
        case Call(function, args):
            return f"{function}({_list(args)})", _ATOM
        case Piecewise(argument, xs, ys):
            return f"piecewise({unparse(argument)}, [{_list(xs)}], [{_list(ys)}])", _ATOM
        case Aggregate(function, body, generators):
            return f"{function}({_wrap(body, _OR)} for {unparse_generators(generators, ' for ')})", _ATOM
        case Listed(items):
            return f"[{_list(items)}]", _ATOM
        case Span(start, stop):
            return f"range({unparse(start)}, {unparse(stop)})", _ATOM
        case Tuple(parts):
            return f"({_list(parts)}{',' * (len(parts) == 1)})", _ATOM


def _write_sum(terms: tuple[Node, ...]) -> str:
    text = _wrap(terms[0], _TERM)
    for term in terms[1:]:
        if isinstance(term, Negate):
            text += f" - {_wrap(term.operand, _TERM)}"
        elif isinstance(term, Number) and term.value < 0:
            text += f" - {-term.value!r}"
        else:
            text += f" + {_wrap(term, _TERM)}"
    return text
