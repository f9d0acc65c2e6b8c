"""The expression language: text to a tree of nodes.

Parsed with Python's `ast`, checked against the grammar of docs/formulation.md section 5, never evaluated as Python.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable
from typing import cast

from optwright.errors import ParseError
from optwright.formulation.nodes import (
    AGGREGATES,
    FUNCTIONS,
    LOGIC_FUNCTIONS,
    SET_FUNCTIONS,
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
    negate,
)

MAX_LENGTH = 20_000
MAX_DEPTH = 60
MAX_DIGITS = 300


_BINARY = {ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**"}
_COMPARE = {
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.Lt: "<",
    ast.Gt: ">",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}


class NotInLanguage(ParseError):
    """Python, but not this language: attribute access, lambda, a keyword argument, an unknown function."""


def parse(text: str) -> Node:
    """Parse one expression.

    Raises:
        ParseError: not an expression, too long (20,000 characters) or too deep (60 levels).
        NotInLanguage: Python, but outside the grammar.
    """
    return _Reader(text).node(_tree(text).body, 0)


def parse_generators(text: str) -> tuple[Generator, ...]:
    """Parse a `for_each`: `"i in N, j in N if i != j"`, with or without a leading `for`. Raises like `parse`."""
    body = re.sub(r"^\s*for\b", "", text)
    reader = _Reader(text)
    tree = _tree(f"sum(0 for {_join_generators(body)})")
    call = tree.body
    if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.GeneratorExp):
        raise ParseError(f"`{_short(text)}`: expected `index in SET, ... if condition`")
    return reader.generators(call.args[0], 0)


def parse_target_index(text: str) -> tuple[str | None, str]:
    """Split a variable's index entry: `"g in TYPES"` to `("g", "TYPES")`, `"TYPES"` to `(None, "TYPES")`."""
    index, separator, name = text.partition(" in ")
    return (index.strip(), name.strip()) if separator else (None, text.strip())


def _tree(text: str) -> ast.Expression:
    if not text.strip():
        raise ParseError("the expression is empty")
    if len(text) > MAX_LENGTH:
        raise ParseError(f"the expression has {len(text)} characters, more than {MAX_LENGTH}; write sum(... for ...)")
    if "\0" in text:
        raise ParseError("the expression contains a null character")
    if digits := re.search(rf"\d{{{MAX_DIGITS},}}", text):
        raise ParseError(f"a number of {len(digits[0])} digits is not a number that a solver can use")
    try:
        with warnings.catch_warnings(action="ignore"):  # "1if" would be told on standard error
            return ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ParseError(f"`{_short(text)}`: {_say(error, text)}") from None
    except (RecursionError, MemoryError, ValueError):
        raise ParseError(f"`{_short(text)}`: too deeply nested or too long; write sum(... for ...)") from None


def _say(error: SyntaxError, text: str) -> str:
    if re.search(r"\bfor\s+(\w+|\([^)]*\))\s*[),]", text):
        return "expected 'in' after the index of 'for'"
    if re.search(r"[^<>=!]=[^=]", text):
        return "'=' is not a comparison; write '=='"
    column = f" at column {error.offset}" if error.offset else ""
    return f"{error.msg}{column}"


def _short(text: str, most: int = 80) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 3] + "..."


_SEPARATORS = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[()\[\],]""")


def _join_generators(text: str) -> str:
    """Turn top-level commas between generators into `for`; a comma inside brackets or quotes stays."""
    parts, depth, start = [], 0, 0
    for token in _SEPARATORS.finditer(text):
        depth += (token[0] in "([") - (token[0] in ")]")
        if token[0] == "," and depth == 0:
            parts.append(text[start : token.start()])
            start = token.end()
    parts.append(text[start:])
    stripped = [re.sub(r"^\s*for\b", "", part).strip() for part in parts]
    return " for ".join(stripped)


class _Reader:
    """Turns Python's tree into ours, refusing what the grammar does not have."""

    def __init__(self, text: str) -> None:
        self.text = text

    def refuse(self, what: str) -> NotInLanguage:
        return NotInLanguage(f"`{_short(self.text)}`: {what}")

    def node(self, tree: ast.AST, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ParseError(f"`{_short(self.text)}`: nested more than {MAX_DEPTH} levels deep")
        read = _READERS.get(type(tree))
        if read is None:
            raise self.refuse(f"{_DESCRIBE.get(type(tree), type(tree).__name__)} is not in the language")
        return read(self, tree, depth + 1)

    def nodes(self, trees: list[ast.expr], depth: int) -> tuple[Node, ...]:
        return tuple(self.node(tree, depth) for tree in trees)

    def constant(self, tree: ast.Constant, depth: int) -> Node:
        value = tree.value
        if isinstance(value, str):
            return Text(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(f"{value!r} is not in the language")
        if not math.isfinite(value):
            raise self.refuse("a number must be finite")
        return Number(value)

    def name(self, tree: ast.Name, depth: int) -> Node:
        if tree.id in FUNCTIONS:
            raise self.refuse(f"{tree.id!r} is a function; write {tree.id}(...)")
        return Name(tree.id)

    def item(self, tree: ast.Subscript, depth: int) -> Node:
        if not isinstance(tree.value, ast.Name):
            raise self.refuse("only a name can have an index; write x[i,j], not x[i][j]")
        inner = tree.slice
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if not parts:
            raise self.refuse("an index is empty")
        return Item(tree.value.id, self.nodes(parts, depth))

    def unary(self, tree: ast.UnaryOp, depth: int) -> Node:
        operand = self.node(tree.operand, depth)
        match tree.op:
            case ast.USub():
                return Number(-operand.value) if isinstance(operand, Number) else Negate(operand)
            case ast.UAdd():
                return operand
            case ast.Not():
                return Logic("not", (operand,))
        raise self.refuse("'~' is not in the language")

    def binary(self, tree: ast.BinOp, depth: int) -> Node:
        if isinstance(tree.op, ast.Add | ast.Sub):
            return self.addition(tree, depth)
        op = _BINARY.get(type(tree.op))
        if op is None:
            raise self.refuse("bit operations and '@' are not in the language")
        return Binary(op, self.node(tree.left, depth), self.node(tree.right, depth))

    def addition(self, tree: ast.BinOp, depth: int) -> Node:
        terms: list[Node] = []
        left: ast.expr = tree
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add | ast.Sub):
            term = self.node(left.right, depth)
            terms.append(negate(term) if isinstance(left.op, ast.Sub) else term)
            left = left.left
        terms.append(self.node(left, depth))
        return Add(tuple(reversed(terms)))

    def compare(self, tree: ast.Compare, depth: int) -> Node:
        ops = []
        for op in tree.ops:
            sign = _COMPARE.get(type(op))
            if sign is None:
                raise self.refuse("'is' is not in the language; write '=='")
            ops.append(sign)
        return Compare(tuple(ops), self.nodes([tree.left, *tree.comparators], depth))

    def logic(self, tree: ast.BoolOp, depth: int) -> Node:
        return Logic("and" if isinstance(tree.op, ast.And) else "or", self.nodes(tree.values, depth))

    def choose(self, tree: ast.IfExp, depth: int) -> Node:
        return Choose(self.node(tree.test, depth), self.node(tree.body, depth), self.node(tree.orelse, depth))

    def listed(self, tree: ast.List, depth: int) -> Node:
        return Listed(self.nodes(tree.elts, depth))

    def tuple_(self, tree: ast.Tuple, depth: int) -> Node:
        return Tuple(self.nodes(tree.elts, depth))

    def call(self, tree: ast.Call, depth: int) -> Node:
        if isinstance(tree.func, ast.Attribute):
            raise self.refuse("attribute access is not in the language")
        if not isinstance(tree.func, ast.Name):
            raise self.refuse(f"`{_short(ast.unparse(tree.func), 30)}(...)`: only the functions of the language exist")
        name, args = tree.func.id, tree.args
        if tree.keywords:
            raise self.refuse(f"{name}(...) takes no named arguments")
        if name in AGGREGATES and args and isinstance(args[0], ast.GeneratorExp):
            return self.aggregate(name, tree, depth)
        arity = _arity(name, len(args))
        if arity is not None:
            raise self.refuse(arity)
        if name in LOGIC_FUNCTIONS:
            return Logic(name, self.nodes(args, depth))
        if name == "range":
            stop = self.node(args[-1], depth)
            return Span(self.node(args[0], depth) if len(args) == 2 else Number(0), stop)
        if name == "piecewise":
            return self.piecewise(args, depth)
        return Call(name, self.nodes(args, depth))

    def aggregate(self, name: str, tree: ast.Call, depth: int) -> Node:
        generator = cast(ast.GeneratorExp, tree.args[0])
        if len(tree.args) > 1:
            raise self.refuse(f"{name}(... for ...) takes one argument")
        return Aggregate(name, self.node(generator.elt, depth), self.generators(generator, depth))

    def generators(self, tree: ast.GeneratorExp, depth: int) -> tuple[Generator, ...]:
        return tuple(self.generator(part, depth) for part in tree.generators)

    def generator(self, part: ast.comprehension, depth: int) -> Generator:
        whole = isinstance(part.target, ast.Name)
        parts = part.target.elts if isinstance(part.target, ast.Tuple) else [part.target]
        names = []
        for target in parts:
            if not isinstance(target, ast.Name):
                raise self.refuse("the target of 'for' is an index or a tuple of indices")
            if target.id in FUNCTIONS:
                raise self.refuse(f"an index may not be called {target.id!r}")
            names.append(target.id)
        if part.is_async:
            raise self.refuse("'async' is not in the language")
        conditions = self.nodes(part.ifs, depth)
        condition = None if not conditions else conditions[0]
        if len(conditions) > 1:
            condition = Logic("and", conditions)
        return Generator(tuple(names), whole, self.node(part.iter, depth), condition)

    def piecewise(self, args: list[ast.expr], depth: int) -> Node:
        xs, ys = self.node(args[1], depth), self.node(args[2], depth)
        if not isinstance(xs, Listed) or not isinstance(ys, Listed):
            raise self.refuse("piecewise(x, [breakpoints], [values]) needs two lists")
        return Piecewise(self.node(args[0], depth), xs.items, ys.items)


def _arity(name: str, given: int) -> str | None:
    """Say what is wrong with a call, or return None."""
    if name not in FUNCTIONS:
        return f"the function {name!r} does not exist; there are {', '.join(sorted(FUNCTIONS))}"
    if name in {"sum", "prod"}:
        return f"{name}(...) needs a generator: {name}(x[i] for i in I)"
    if name in {"min", "max"}:
        return None if given >= 2 else f"{name}(...) needs a generator or two or more arguments"
    wanted = {"piecewise": 3, **dict.fromkeys(LOGIC_FUNCTIONS, 2), **SET_FUNCTIONS}.get(name, 1)
    if name == "range" and given == 2:
        return None
    return None if given == wanted else f"{name}(...) takes {wanted} argument{'s' * (wanted > 1)}, {given} given"


_READERS: dict[type, Callable[..., Node]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Subscript: _Reader.item,
    ast.UnaryOp: _Reader.unary,
    ast.BinOp: _Reader.binary,
    ast.Compare: _Reader.compare,
    ast.BoolOp: _Reader.logic,
    ast.IfExp: _Reader.choose,
    ast.List: _Reader.listed,
    ast.Tuple: _Reader.tuple_,
    ast.Call: _Reader.call,
}
_DESCRIBE = {
    ast.Attribute: "attribute access",
    ast.Lambda: "lambda",
    ast.GeneratorExp: "a bare generator",
    ast.ListComp: "a list comprehension",
    ast.Dict: "a dictionary",
    ast.Set: "a set in braces",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: "':='",
    ast.Slice: "a slice",
    ast.Starred: "'*' before an argument",
}
