"""Compile a tree once into a Python function of its indices, to be called for every combination.

The source of the function is generated from the checked tree alone: every identifier in it is made here, every
constant passes through `repr` or is bound by reference, so nothing of a formulation is ever run as Python. Compiling is
also the type check: what the tree uses must be declared, have the right number of indices, and be data where only
data may stand. All faults of one tree are collected before `Broken` is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from optwright.formulation.findings import Code
from optwright.formulation.loops import Loops
from optwright.formulation.members import Broken, Fault, Signature
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
    Text,
    Tuple,
)
from optwright.formulation.pieces import NO_SET, UNKNOWN, Index, Piece, Scope, Source
from optwright.formulation.runtime import RUN_ERRORS as RUN_ERRORS
from optwright.formulation.runtime import explain as explain
from optwright.formulation.unparse import unparse
from optwright.outcome import Key

Environment = dict[str, Any]
"""Value of each index: a member's bare value, or a tuple where one name stands for a whole tuple."""


class Compiler(Loops):
    """Compiles trees in a scope. One compiler per element: its ranges share one limit."""

    # What callers use ------------------------------------------------------------------------------------------

    def function(self, node: Node, scope: Scope, *, logic: bool = False) -> Callable[..., Any]:
        """Compile to a function of the indices of the scope, by position. Raises Broken.

        With `logic`, the node is a constraint: a relation, logic, or a bare binary, which stands for `== 1`.
        """
        piece = self.logic(node, scope) if logic else self.number(node, scope)
        self.size = piece.size
        self.limit(piece.size)
        self.settle()
        return self.build(scope, piece.code)

    # Names -----------------------------------------------------------------------------------------------------

    def _name(self, name: str, scope: Scope) -> Piece:
        index = scope.get(name)
        if index is not None:
            if index.whole:
                return Piece(index.code, "tuple", parts=index.kinds, roots=index.roots)
            return Piece(index.code, index.kinds[0], roots=index.roots)
        signature = self.signature(name, "parameter", "variable", "expression")
        if signature is None:
            return UNKNOWN
        if signature.width:
            self._arity(name, signature, 0)
            return UNKNOWN
        return self._value(name, signature, "()")

    def _item(self, base: str, index: tuple[Node, ...], scope: Scope) -> Piece:
        if base in scope:
            self.fault(Code.ARITY, f"{base!r} is an index and has no index of its own")
            return UNKNOWN
        signature = self.signature(base, "parameter", "variable", "expression")
        if signature is None:
            return UNKNOWN
        key = self._key(base, index, scope, signature)
        return self._value(base, signature, key.code, key.size)

    def _value(self, name: str, signature: Signature, key: str, size: int = 1) -> Piece:
        if signature.decision and self.data_only:
            kind = "variable" if signature.kind == "variable" else "expression with variables"
            self.fault(
                Code.VARIABLE_IN_DATA,
                f"{self.data_only} may not use the {kind} {name!r}",
                "implies(...), or a product with a binary",
            )
            return UNKNOWN
        try:
            table = self.source.table(name)
        except Fault as fault:
            self.faults.append(fault)
            return UNKNOWN
        except Broken as broken:
            self.faults.extend(broken.faults)
            return UNKNOWN
        code = f"{self.bind('d', name, table)}[{key}]"
        kind = "text" if signature.text else "logic" if signature.truth == "logic" else "number"
        return Piece(code, kind, signature.decision, size=size, binary=signature.truth == "binary")

    def _key(self, base: str, index: tuple[Node, ...], scope: Scope, signature: Signature) -> Piece:
        """Compile the index of an item to the code of its key, a tuple."""
        outer, self.data_only = self.data_only, "an index"
        pieces = [self.atom(part, scope) for part in index]
        self.data_only = outer
        known = all(piece.kind != "any" for piece in pieces)
        width = sum(len(piece.parts) or 1 for piece in pieces)
        if width != signature.width and (known or len(pieces) != signature.width):
            self._arity(base, signature, width)
        elif width == signature.width:
            self._positions(base, index, signature, pieces)
        size = sum(piece.size for piece in pieces) + 1
        if len(pieces) == 1 and pieces[0].kind == "tuple":
            return Piece(pieces[0].code, "tuple", parts=pieces[0].parts, size=size)
        inner = "".join(("*" if piece.kind == "tuple" else "") + f"{piece.code}, " for piece in pieces)
        return Piece(f"({inner})", "tuple", size=size)

    # Values ----------------------------------------------------------------------------------------------------

    def data(self, node: Node, scope: Scope, what: str) -> Piece:
        """Compile a part that may not use variables."""
        outer, self.data_only = self.data_only, self.data_only or what
        piece = self.atom(node, scope)
        self.data_only = outer
        return piece

    def _data_number(self, node: Node, scope: Scope, what: str) -> Piece:
        outer, self.data_only = self.data_only, self.data_only or what
        piece = self.number(node, scope)
        self.data_only = outer
        return piece

    def number(self, node: Node, scope: Scope) -> Piece:
        """Compile a part whose value takes part in arithmetic."""
        piece = self.atom(node, scope)
        if piece.kind in ("text", "tuple"):
            noun = "text" if piece.kind == "text" else "a tuple"
            self.fault(Code.ARITHMETIC, f"`{unparse(node)}` is {noun}, not a number")
            return UNKNOWN
        return piece

    def logic(self, node: Node, scope: Scope) -> Piece:
        """Compile a part that holds or not: a relation, logic, or a binary variable."""
        if isinstance(node, Compare | Logic):
            return self.atom(node, scope)
        piece = self.atom(node, scope)
        if piece.kind == "logic" or piece is UNKNOWN:
            return piece
        if piece.binary:
            return Piece(f"a_truth({piece.code})", "logic", True, size=piece.size + 1)
        hint = f"{unparse(node)} == 1" if isinstance(node, Name | Item) else None
        self.fault(Code.NOT_A_RELATION, f"`{unparse(node)}` is not a comparison and not a binary", hint)
        return UNKNOWN

    def condition(self, node: Node, scope: Scope) -> Piece:
        """Compile a condition: logic on indices and data only."""
        outer, self.data_only = self.data_only, self.data_only or "a condition"
        piece = self.logic(node, scope)
        self.data_only = outer
        return piece

    def atom(self, node: Node, scope: Scope) -> Piece:
        """Compile any value."""
        match node:
            case Number(value):
                return Piece(f"({value!r})", "number")
            case Text(value):
                return Piece(repr(value), "text")
            case Name(id):
                return self._name(id, scope)
            case Item(base, index):
                return self._item(base, index, scope)
            case Negate(operand):
                piece = self.number(operand, scope)
                return Piece(f"(-{piece.code})", "number", piece.decision, size=piece.size + 1)
            case Add(terms):
                pieces = [self.number(term, scope) for term in terms]
                return self._merge(f"({' + '.join(piece.code for piece in pieces)})", "number", pieces)
            case Binary(op, left, right):
                return self._binary(op, left, right, scope)
            case Compare(ops, operands):
                return self._compare(ops, operands, scope)
            case Logic(op, args):
                return self._combine(op, args, scope)
            case Choose(condition, then, otherwise):
                return self._choose(condition, then, otherwise, scope)
            case Call(function, args):
                return self._call(function, args, scope)
            case Piecewise(argument, xs, ys):
                return self._piecewise(argument, xs, ys, scope)
            case Aggregate(function, body, generators):
                return self._aggregate(function, body, generators, scope)
            case Tuple(parts):
                pieces = [self.atom(part, scope) for part in parts]
                code = "(" + "".join(("*" * (piece.kind == "tuple")) + f"{piece.code}, " for piece in pieces) + ")"
                kinds = tuple(kind for piece in pieces for kind in piece.parts or (piece.kind,))
                return Piece(code, "tuple", parts=kinds, size=len(pieces))
        self.fault(Code.WRONG_SET, f"`{unparse(node)}` is a set and has no value")
        return UNKNOWN

    def _merge(self, code: str, kind: str, pieces: list[Piece]) -> Piece:
        decision = any(piece.decision for piece in pieces)
        return Piece(code, kind, decision, size=sum(piece.size for piece in pieces) + 1)

    def _binary(self, op: str, left: Node, right: Node, scope: Scope) -> Piece:
        pieces = [self.number(left, scope), self.number(right, scope)]
        decision = any(piece.decision for piece in pieces)
        if op in ("//", "%") and decision:
            self.fault(Code.VARIABLE_IN_DATA, f"`{op}` takes data only, not variables")
            return UNKNOWN
        if op == "**" or (op == "/" and decision):
            name = "power" if op == "**" else "divide"
            return self._merge(f"{'an'[not decision]}_{name}({pieces[0].code}, {pieces[1].code})", "number", pieces)
        return self._merge(f"({pieces[0].code} {op} {pieces[1].code})", "number", pieces)

    def _compare(self, ops: tuple[str, ...], operands: tuple[Node, ...], scope: Scope) -> Piece:
        links, pieces = [], []
        left = self.atom(operands[0], scope)
        for op, node in zip(ops, operands[1:], strict=True):
            pieces.append(left)
            if op in ("in", "not in"):
                links.append(self._membership(op, left, node, scope))
                left = UNKNOWN
                continue
            right = self.atom(node, scope)
            links.append(self._relation(op, left, right))
            left = right
        pieces.append(left)
        if any(piece.decision for piece in pieces) and len(links) > 1:
            return self._merge(f"a_both(({', '.join(links)},))", "logic", pieces)
        return self._merge(f"({' and '.join(links)})", "logic", pieces)

    def _relation(self, op: str, left: Piece, right: Piece) -> str:
        kinds = [left.parts or (left.kind,), right.parts or (right.kind,)]
        plain = [tuple("number" if kind == "logic" else kind for kind in kind_of) for kind_of in kinds]
        clash = len(plain[0]) != len(plain[1]) or any({a, b} == {"number", "text"} for a, b in zip(*plain, strict=True))
        if clash and left is not UNKNOWN and right is not UNKNOWN:
            described = [" and ".join(kind) if len(kind) == 1 else f"({', '.join(kind)})" for kind in plain]
            self.fault(Code.WRONG_SET, f"compares {described[0]} with {described[1]}")
        if left.decision or right.decision:
            return f"a_relation({op!r}, {left.code}, {right.code})"
        return f"({left.code} {op} {right.code})"

    def _membership(self, op: str, left: Piece, node: Node, scope: Scope) -> str:
        if left.decision:
            self.fault(Code.VARIABLE_IN_DATA, "`in` takes indices and data only, not variables")
        if isinstance(node, Tuple):
            node = Listed(node.parts)
        outer, self.data_only = self.data_only, self.data_only or "a set"
        source = self.set(node, scope)
        self.data_only = outer
        width = len(left.parts) or 1
        if width != source.width and left is not UNKNOWN and source is not NO_SET:
            self.fault(Code.ARITY, f"the members of {unparse(node)} have {source.width} parts, tested with {width}")
        test = source.contains(left.code)
        return f"(not {test})" if op == "not in" else test

    def _combine(self, op: str, args: tuple[Node, ...], scope: Scope) -> Piece:
        pieces = [self.logic(arg, scope) for arg in args]
        codes = [piece.code for piece in pieces]
        if not any(piece.decision for piece in pieces):
            return self._merge(
                _DATA_LOGIC[op].format(*codes) if op in _DATA_LOGIC else f"({f' {op} '.join(codes)})", "logic", pieces
            )
        listed = ", ".join(codes)
        if op in ("and", "or"):
            listed = f"({listed},)"
        return self._merge(f"a_{_LOGIC[op]}({listed})", "logic", pieces)

    def _choose(self, condition: Node, then: Node, otherwise: Node, scope: Scope) -> Piece:
        test = self.condition(condition, scope)
        pieces = [self.atom(then, scope), self.atom(otherwise, scope)]
        kinds = {piece.kind for piece in pieces} - {"any"}
        if kinds & {"text", "tuple"} and len(kinds) > 1:
            self.fault(Code.ARITHMETIC, f"`{unparse(then)} if ... else {unparse(otherwise)}` mixes kinds")
        kind = next(iter(kinds), "any") if len(kinds) < 2 else "number"
        code = f"({pieces[0].code} if {test.code} else {pieces[1].code})"
        merged = self._merge(code, kind, [test, *pieces])
        return Piece(code, kind, merged.decision, pieces[0].parts, merged.size, all(p.binary for p in pieces))

    def _call(self, function: str, args: tuple[Node, ...], scope: Scope) -> Piece:
        if function in ("len", "first", "last", "ord"):
            return self._set_call(function, args, scope)
        pieces = [self.number(arg, scope) for arg in args]
        decision = any(piece.decision for piece in pieces)
        if function in ("ceil", "floor") and decision:
            self.fault(Code.VARIABLE_IN_DATA, f"{function}(...) takes data only, not variables")
            return UNKNOWN
        inner = ", ".join(piece.code for piece in pieces)
        if function in ("min", "max"):
            inner = f"({inner})"
        return self._merge(f"{'an'[not decision]}_{function}({inner})", "number", pieces)

    def _set_call(self, function: str, args: tuple[Node, ...], scope: Scope) -> Piece:
        outer, self.data_only = self.data_only, self.data_only or "a set"
        source = self.set(args[0], scope)
        self.data_only = outer
        text = unparse(args[0])
        if function == "len":
            return Piece(f"n_len({source.code})", "number")
        kind, parts = (source.kinds[0], ()) if source.width == 1 else ("tuple", source.kinds)
        if function != "ord":
            return Piece(f"n_{function}({source.code}, {text!r})", kind, parts=parts)
        piece = self.data(args[1], scope, "an index")
        places = source.code
        if isinstance(args[0], Name) and args[0].id not in scope and source is not NO_SET:
            plain = self.members(args[0].id).plain
            places = self.bind("o", args[0].id, {member: place for place, member in enumerate(plain)})
        return Piece(f"n_ord({places}, {piece.code}, {text!r})", "number")

    def _piecewise(self, argument: Node, xs: tuple[Node, ...], ys: tuple[Node, ...], scope: Scope) -> Piece:
        if len(xs) != len(ys) or len(xs) < 2:
            self.fault(
                Code.SHAPE,
                f"piecewise has {len(xs)} breakpoints and {len(ys)} values; both need the same, at least two",
            )
            return UNKNOWN
        piece = self.number(argument, scope)
        points = [[self._data_number(part, scope, "piecewise") for part in side] for side in (xs, ys)]
        lists = ["(" + ", ".join(part.code for part in side) + ",)" for side in points]
        prefix = "a" if piece.decision else "n"
        code = f"{prefix}_piecewise({piece.code}, n_ascending({lists[0]}), {lists[1]})"
        return self._merge(code, "number", [piece, *points[0], *points[1]])

    def _aggregate(self, function: str, body: Node, generators: tuple[Generator, ...], scope: Scope) -> Piece:
        loop = self.loop(generators, scope)
        piece = self.number(body, loop.scope)
        size = loop.steps + piece.size * loop.count + 1
        code = f"{'an'[not piece.decision]}_{function}({piece.code} {loop.clauses})"
        return Piece(code, "number", piece.decision, size=size)


_DATA_LOGIC = {
    "not": "(not {0})",
    "implies": "(not {0} or {1})",
    "iff": "(bool({0}) == bool({1}))",
}
_LOGIC = {"and": "both", "or": "either", "not": "negation", "implies": "implies", "iff": "iff"}


def combinations(
    generators: tuple[Generator, ...], source: Source, environment: Environment | None = None
) -> Iterator[Environment]:
    """Yield the index values of every combination that meets the conditions, in order. Raises Broken.

    `environment` holds the values of outer indices that the generators may use.
    """
    compiler = Compiler(source)
    outer = environment or {}
    scope = scope_of(outer)
    names = [name for generator in generators for name in generator.target]
    for values in compiler.rows(generators, scope)(*outer.values()):
        yield {**outer, **dict(zip(names, values, strict=True))}


def scope_of(environment: Environment) -> dict[str, Index]:
    """Return the scope of indices whose values are known."""
    scope = {}
    for name, value in environment.items():
        parts = value if isinstance(value, tuple) else (value,)
        kinds = tuple("text" if isinstance(part, str) else "number" for part in parts)
        scope[name] = Index(f"i_{name}", kinds, isinstance(value, tuple))
    return scope


def key_of(values: Environment | tuple[Any, ...]) -> Key:
    """Flatten index values to the key of the entry: a whole tuple takes its positions."""
    key: list[Any] = []
    for value in values.values() if isinstance(values, dict) else values:
        if isinstance(value, tuple):
            key.extend(value)
        else:
            key.append(value)
    return tuple(key)
