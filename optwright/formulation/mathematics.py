"""Trees of the expression language as LaTeX mathematics."""

from __future__ import annotations

from collections.abc import Sequence

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

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
_SIGNS = {
    "<=": r"\le",
    ">=": r"\ge",
    "==": "=",
    "<": "<",
    ">": ">",
    "!=": r"\ne",
    "in": r"\in",
    "not in": r"\notin",
    "and": r"\land",
    "or": r"\lor",
    "implies": r"\Rightarrow",
    "iff": r"\Leftrightarrow",
}
_AGGREGATES = {"sum": r"\sum", "prod": r"\prod", "min": r"\min", "max": r"\max"}
_FUNCTIONS = {
    "log": r"\ln",
    "exp": r"\exp",
    "sin": r"\sin",
    "cos": r"\cos",
    "tan": r"\tan",
    "min": r"\min",
    "max": r"\max",
}
_FENCES = {
    "abs": (r"\lvert ", r" \rvert"),
    "len": (r"\lvert ", r" \rvert"),
    "sqrt": (r"\sqrt{", "}"),
    "ceil": (r"\lceil ", r" \rceil"),
    "floor": (r"\lfloor ", r" \rfloor"),
}
_IMPLIES, _OR, _AND, _NOT, _COMPARED, _SUM, _TERM, _UNARY, _POWER, _ATOM = range(10)


def escape(text: str) -> str:
    """Write free text so that LaTeX shows it as it is; what does not show becomes a space."""
    flat = "".join(char if char.isprintable() else " " for char in text)
    return "".join(_ESCAPES.get(char, char) for char in flat)


def unescape(text: str) -> str:
    """Return the text that `escape` made this of."""
    for char, written in _ESCAPES.items():
        if char != "\\":
            text = text.replace(written, char)
    return text.replace(_ESCAPES["\\"], "\\")


def symbol(name: str) -> str:
    """Write a name: one letter as a letter, a longer one in italics as one word."""
    letter = name.rstrip("'")
    return name if len(letter) == 1 and letter.isalpha() else rf"\mathit{{{escape(name)}}}"


def number(value: float) -> str:
    """Write a number; powers of ten where Python writes an exponent."""
    mantissa, separator, exponent = repr(value).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if separator else mantissa


def member(entry: object) -> str:
    """Write one member of a set, a tuple in brackets."""
    if isinstance(entry, list | tuple):
        return f"({', '.join(map(member, entry))})"
    return rf"\text{{{escape(entry)}}}" if isinstance(entry, str) else escape(str(entry))


def in_math(node: Node) -> str:
    """Write an expression for math mode."""
    return _write(node)[0]


def for_all(generators: Sequence[Generator]) -> str:
    r"""Write `\forall i \in I, j \in J: i \ne j`."""
    return rf"\forall\, {_ranges(generators)}"


def members_of(generators: Sequence[Generator]) -> str:
    r"""Write a derived set: `\{(i, j) : i \in I, j \in J, i \ne j\}`."""
    names = [symbol(name) for generator in generators for name in generator.target]
    head = names[0] if len(names) == 1 else f"({', '.join(names)})"
    return rf"\{{{head} : {_ranges(generators, ', ')}\}}"


def _ranges(generators: Sequence[Generator], before: str = ": ") -> str:
    sources = ",\\, ".join(f"{_target(part)} \\in {in_math(part.source)}" for part in generators)
    conditions = [_wrap(part.condition, _AND) for part in generators if part.condition is not None]
    return sources + (before + r" \land ".join(conditions) if conditions else "")


def _target(generator: Generator) -> str:
    names = ",".join(map(symbol, generator.target))
    return names if generator.whole else f"({names})"


def _wrap(node: Node, least: int) -> str:
    text, strength = _write(node)
    return text if strength >= least else rf"\left({text}\right)"


def _list(nodes: Sequence[Node]) -> str:
    return ", ".join(map(in_math, nodes))


def _term(node: Node, least: int) -> str:
    """Write a part of arithmetic; a relation counts 0 or 1 in Iverson's brackets."""
    return rf"\left[{in_math(node)}\right]" if isinstance(node, Compare | Logic) else _wrap(node, least)


def _write(node: Node) -> tuple[str, int]:
    match node:
        case Number(value):
            return number(value), (_ATOM if value >= 0 else _UNARY)
        case Text(value):
            return member(value), _ATOM
        case Name(name):
            return symbol(name), _ATOM
        case Item(base, index):
            return f"{symbol(base)}_{{{','.join(map(in_math, index))}}}", _ATOM
        case Negate(operand):
            return f"-{_term(operand, _UNARY)}", _UNARY
        case Add(terms):
            return _sum(terms), _SUM
        case Binary():
            return _binary(node)
        case Compare(ops, operands):
            pairs = zip(ops, operands[1:], strict=True)
            return " ".join(
                [_term(operands[0], _SUM), *(f"{_SIGNS[op]} {_term(at, _SUM)}" for op, at in pairs)]
            ), _COMPARED
        case Logic():
            return _logic(node)
        case Choose(condition, then, otherwise):
            first = rf"{_term(then, _SUM)} & \text{{if }} {in_math(condition)}"
            second = rf"{_term(otherwise, _SUM)} & \text{{otherwise}}"
            return rf"\begin{{cases}} {first} \\ {second} \end{{cases}}", _ATOM
        case Aggregate(function, body, generators):
            return f"{_AGGREGATES[function]}_{{{_ranges(generators)}}} {_term(body, _TERM)}", _TERM
    return _other(node), _ATOM


def _other(node: Node) -> str:
    match node:
        case Call(function, args) if function in _FENCES:
            opening, closing = _FENCES[function]
            return f"{opening}{_list(args)}{closing}"
        case Call(function, args):
            name = _FUNCTIONS.get(function, rf"\operatorname{{{function}}}")
            return rf"{name}\left({', '.join(_term(part, _IMPLIES) for part in args)}\right)"
        case Piecewise(argument, xs, ys):
            points = ", ".join(f"({in_math(x)}, {in_math(y)})" for x, y in zip(xs, ys, strict=False))
            return rf"\operatorname{{piecewise}}\left({in_math(argument)};\; {points}\right)"
        case Listed(items):
            return rf"\{{{_list(items)}\}}"
        case Span(start, Number(stop)) if isinstance(stop, int):
            return rf"\{{{in_math(start)}, \dots, {stop - 1}\}}"
        case Span(start, stop):
            return rf"\{{{in_math(start)}, \dots, {_wrap(stop, _SUM)} - 1\}}"
        case Tuple(parts):
            return f"({_list(parts)})"
    raise TypeError(f"{type(node).__name__} is no node of the language")


def _sum(terms: Sequence[Node]) -> str:
    text = _term(terms[0], _TERM)
    for term in terms[1:]:
        if isinstance(term, Negate):
            text += f" - {_term(term.operand, _TERM)}"
        elif isinstance(term, Number) and term.value < 0:
            text += f" - {number(-term.value)}"
        else:
            text += f" + {_term(term, _TERM)}"
    return text


def _binary(node: Binary) -> tuple[str, int]:
    left, right = node.left, node.right
    match node.op:
        case "/":
            return rf"\frac{{{_term(left, _IMPLIES)}}}{{{_term(right, _IMPLIES)}}}", _POWER
        case "//":
            return rf"\left\lfloor \frac{{{in_math(left)}}}{{{in_math(right)}}} \right\rfloor", _ATOM
        case "%":
            return rf"{_term(left, _TERM)} \bmod {_term(right, _UNARY)}", _TERM
        case "**":
            return f"{_term(left, _ATOM)}^{{{_term(right, _IMPLIES)}}}", _POWER
    between = r" \cdot " if isinstance(right, Number) else r" \, "
    # An aggregate as the left factor would seem to run over the right one as well.
    first = rf"\left({in_math(left)}\right)" if isinstance(left, Aggregate) else _term(left, _TERM)
    return f"{first}{between}{_term(right, _POWER)}", _TERM


def _logic(node: Logic) -> tuple[str, int]:
    if node.op == "not":
        return rf"\lnot {_wrap(node.args[0], _ATOM)}", _NOT
    level = {"and": _AND, "or": _OR}.get(node.op, _IMPLIES)
    # Brackets also where precedence would do without: few readers know it for logic.
    return f" {_SIGNS[node.op]} ".join(_wrap(part, _NOT) for part in node.args), level
