"""Compile a tree once into a Python function of its indices, to be called for every combination.

The source of the function is generated from the checked tree alone: every identifier in it is made here, every
constant passes through `repr` or is bound by reference, so nothing of a formulation is ever run as Python. Compiling is
also the type check: what the tree uses must be declared, have the right number of indices, and be data where only
data may stand. All faults of one tree are collected before `Broken` is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Protocol

from optwright.formulation import algebra as arithmetic
from optwright.formulation.algebra import Algebra
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
from optwright.formulation.findings import Code
from optwright.formulation.members import (
    MAX_PRODUCT,
    MAX_WORK,
    Broken,
    Fault,
    Members,
    OutOfRange,
    Signature,
)
from optwright.outcome import Key

Environment = dict[str, Any]
"""Value of each index: a member's bare value, or a tuple where one name stands for a whole tuple."""


class Source(Protocol):
    """What compiled functions read: `Data` (constants only) or a `Point` (variables as well)."""

    algebra: Algebra

    def signature(self, name: str) -> Signature | None:
        """Return what a name is, or None when it is not declared."""

    def names(self) -> list[str]:
        """Return every declared name."""

    def members(self, name: str) -> Members:
        """Return a set. Raises Fault or Broken when it cannot be made."""

    def family(self, name: str) -> Mapping[Key, Members]:
        """Return a family of sets."""

    def table(self, name: str) -> Mapping[Key, Any]:
        """Return the values of a parameter, expression or variable. Raises Fault where they do not exist."""


@dataclass(frozen=True, slots=True)
class Index:
    """What is known of an index before anything runs."""

    code: str
    """Its name in the generated source."""
    kinds: tuple[str, ...]
    """For each position `number`, `text` or `any`."""
    whole: bool = False
    """Whether it stands for a whole tuple."""
    roots: tuple[str, ...] = ()
    """For each position the set that it runs over, as far as known, else ''."""


Scope = Mapping[str, Index]


@dataclass(frozen=True, slots=True)
class Piece:
    """One compiled part: its source, its type and what it costs."""

    code: str
    kind: str
    """`number`, `text`, `any`, `tuple` or `logic`."""
    decision: bool = False
    parts: tuple[str, ...] = ()
    """Kinds of a tuple's positions."""
    size: int = 1
    """Elementary steps, an upper bound."""
    binary: bool = False
    roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetPiece:
    """A set in the generated source: what to iterate over, how to test membership."""

    code: str
    contains: Callable[[str], str]
    """From the source of a value the source of the test whether it is a member."""
    width: int
    kinds: tuple[str, ...]
    count: int
    roots: tuple[str, ...]
    size: int = 1


@dataclass(frozen=True, slots=True)
class Loop:
    """Generators in the generated source."""

    clauses: str
    scope: dict[str, Index]
    """The indices inside, outer ones included."""
    count: int
    """Combinations at most, conditions not counted."""
    steps: int
    """Elementary steps of running through them, conditions included, at most."""


UNKNOWN = Piece("0", "any")
NO_SET = SetPiece("()", "({} in ())".format, 1, ("any",), 0, ("",))


class Compiler:
    """Compiles trees in a scope. One compiler per element: its ranges share one limit."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.algebra = source.algebra
        self.faults: list[Fault] = []
        self.globals: dict[str, Any] = {"__builtins__": {}, **_HELPERS, "n_range": arithmetic.Ranges()}
        for name in ("sum", "prod", "min", "max", "divide", "power", "piecewise", "relation", "truth"):
            self.globals[f"a_{name}"] = getattr(self.algebra, name)
        for name in ("both", "either", "negation", "implies", "iff"):
            self.globals[f"a_{name}"] = getattr(self.algebra, name)
        self.globals |= {f"a_{name}": call for name, call in self.algebra.functions.items()}
        self.fresh = 0
        self.size = 0
        """Elementary steps of one call of the function compiled last, at most."""
        self.data_only = ""

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

    def settle(self) -> None:
        """Raise Broken if anything was wrong so far."""
        if self.faults:
            faults, self.faults = self.faults, []
            raise Broken(faults)

    def build(self, scope: Scope, code: str) -> Callable[..., Any]:
        """Make the function of the scope's indices that returns the code's value."""
        arguments = ", ".join(index.code for index in scope.values())
        try:
            function: Callable[..., Any] = eval(  # made from a checked tree
                compile(f"lambda {arguments}: {code}", "<formulation>", "eval"), self.globals
            )
        except (SyntaxError, RecursionError, MemoryError):
            raise Broken([Fault(Code.TOO_LARGE, "nested too deeply; name a part of it in `expressions`")]) from None
        return function

    def fault(self, code: Code, message: str, hint: str | None = None) -> None:
        """Note something wrong."""
        self.faults.append(Fault(code, message, hint))

    def bind(self, prefix: str, name: str, value: Any) -> str:
        """Put a value into the namespace of the function and return its name there."""
        code = f"{prefix}_{name}"
        self.globals[code] = value
        return code

    # Generators ------------------------------------------------------------------------------------------------

    def loop(self, generators: tuple[Generator, ...], scope: Scope) -> Loop:
        """Compile generators to `for ... in ... if ...` clauses."""
        inner = dict(scope)
        clauses, count, steps = [], 1, 0
        outer = self.data_only
        for generator in generators:
            self.data_only = "the set that an index runs over"
            source = self.set(generator.source, inner)
            targets = self.targets(generator, source, inner)
            count *= source.count
            steps += count
            clause = f"for {targets} in {source.code}"
            if generator.condition is not None:
                self.data_only = "a condition"
                condition = self.condition(generator.condition, inner)
                clause += f" if {condition.code}"
                steps += count * condition.size
            clauses.append(clause)
        self.data_only = outer
        if count > MAX_PRODUCT:
            text = f"{count:,} combinations; the limit is {MAX_PRODUCT:,}"
            self.fault(Code.TOO_LARGE, text, "run over a sparse set, such as (i,j) in ARCS")
        return Loop(" ".join(clauses), inner, count, steps)

    def targets(self, generator: Generator, source: SetPiece, inner: dict[str, Index]) -> str:
        names = generator.target
        self.fresh += 1
        codes = [f"i_{name}_{self.fresh}" for name in names]
        if not generator.whole and len(names) != source.width:
            self.fault(
                Code.ARITY,
                f"({','.join(names)}) has {len(names)} indices, the members of {unparse(generator.source)} have "
                f"{source.width}",
            )
            for name, code in zip(names, codes, strict=True):
                inner[name] = Index(code, ("any",))
            return ", ".join(codes)
        if generator.whole:
            inner[names[0]] = Index(codes[0], source.kinds, source.width > 1, source.roots)
            return codes[0]
        for name, code, kind, root in zip(names, codes, source.kinds, source.roots, strict=True):
            inner[name] = Index(code, (kind,), False, (root,))
        return codes[0] if source.width == 1 else f"({', '.join(codes)})"

    def rows(self, generators: tuple[Generator, ...], scope: Scope) -> Callable[..., Any]:
        """Compile to a function of the outer scope that returns an iterator over the combinations.

        Each combination is a tuple of the values of the targets, in order. Raises Broken.
        """
        loop = self.loop(generators, scope)
        self.limit(loop.steps)
        self.settle()
        names = [name for generator in generators for name in generator.target]
        values = "(" + "".join(f"{loop.scope[name].code}, " for name in names) + ")"
        return self.build(scope, f"({values} {loop.clauses})") if generators else lambda *_: iter([()])

    def limit(self, steps: int) -> None:
        """Note it when something takes more steps than an element may."""
        if steps > MAX_WORK:
            self.fault(Code.TOO_LARGE, f"it takes about {steps:.2g} steps to compute; the limit is {MAX_WORK:,}")

    # Sets ------------------------------------------------------------------------------------------------------

    def set(self, node: Node, scope: Scope) -> SetPiece:
        """Compile what an index runs over."""
        match node:
            case Name(id) if id not in scope:
                return self.named_set(id)
            case Item(base, index):
                return self.family_set(base, index, scope)
            case Listed(items):
                return self.listed(items, scope)
            case Span(start, stop):
                low, high = (self.data_number(part, scope, "an end of a range") for part in (start, stop))
                code = f"n_range({low.code}, {high.code})"
                count = self.span_count(low, high)

                def inside(value: str) -> str:
                    return f"n_within({value}, {low.code}, {high.code})"

                return SetPiece(code, inside, 1, ("number",), count, ("",))
        self.fault(Code.WRONG_SET, f"`{unparse(node)}` is not a set")
        return NO_SET

    def span_count(self, low: Piece, high: Piece) -> int:
        """Return the length of a range whose ends depend on no index, else 1: the ranges count themselves."""
        try:
            return max(0, int(self.build({}, high.code)()) - int(self.build({}, low.code)()))
        except (ArithmeticError, LookupError, ValueError, TypeError, NameError, Broken, Fault):
            return 1

    def named_set(self, name: str) -> SetPiece:
        signature = self.signature(name, "set")
        if signature is None:
            return NO_SET
        members = self.members(name)
        code = self.bind("s", name, members.plain)
        present = self.bind("m", name, members.present)
        roots = members.roots or ("",) * members.width
        return SetPiece(
            code, lambda value: f"({value} in {present})", members.width, members.kinds, len(members), roots
        )

    def family_set(self, base: str, index: tuple[Node, ...], scope: Scope) -> SetPiece:
        signature = self.signature(base, "family")
        if signature is None:
            return NO_SET
        family = self.source.family(base)
        key = self.key(base, index, scope, signature)
        code = f"{self.bind('f', base, family)}[{key.code}]"
        sample = max(family.values(), key=len, default=Members([], 1))
        roots = sample.roots or ("",) * sample.width
        return SetPiece(
            f"{code}.plain",
            lambda value: f"({value} in {code}.present)",
            sample.width,
            sample.kinds,
            len(sample),
            roots,
            key.size,
        )

    def members(self, name: str) -> Members:
        try:
            return self.source.members(name)
        except Fault as fault:
            self.faults.append(fault)
        except Broken as broken:
            self.faults.extend(broken.faults)
        return Members([], 1)

    def listed(self, items: tuple[Node, ...], scope: Scope) -> SetPiece:
        pieces = [self.data(item, scope, "a listed set") for item in items]
        kinds = pieces[0].parts or (pieces[0].kind,) if pieces else ("any",)
        if any((piece.parts or (piece.kind,)) != kinds for piece in pieces if piece.kind != "any"):
            self.fault(Code.WRONG_SET, "the members of a listed set are of one kind and one width")
        code = "(" + "".join(f"{piece.code}, " for piece in pieces) + ")"
        return SetPiece(code, lambda value: f"({value} in {code})", len(kinds), kinds, len(items), ("",) * len(kinds))

    # Names -----------------------------------------------------------------------------------------------------

    def signature(self, name: str, *wanted: str) -> Signature | None:
        """Look a name up and note it when it is not declared or of another kind than wanted."""
        signature = self.source.signature(name)
        if signature is None:
            self.undefined(name)
        elif signature.kind not in wanted:
            self.mismatch(name, signature, wanted)
        else:
            return signature
        return None

    def undefined(self, name: str) -> None:
        known = self.source.names()
        close = get_close_matches(name, known, n=1, cutoff=0.6)
        folded = [other for other in known if other.lower() == name.lower()]
        guess = next(iter(folded or close), None)
        tail = f"; did you mean {guess!r}?" if guess else ""
        self.fault(Code.UNDEFINED, f"{name!r} is not declared{tail}", guess)

    def mismatch(self, name: str, signature: Signature, wanted: tuple[str, ...]) -> None:
        kind = signature.kind
        if kind == "family" and "set" in wanted:
            self.fault(Code.ARITY, f"{name!r} is a family of sets; write {name}[{','.join(signature.index).lower()}]")
        elif "set" in wanted or "family" in wanted:
            self.fault(Code.WRONG_SET, f"{name!r} is a {kind}, not a set" + " family" * ("family" in wanted))
        else:
            self.fault(Code.WRONG_SET, f"{name!r} is a {kind} and has no value", f"len({name})")

    def name(self, name: str, scope: Scope) -> Piece:
        index = scope.get(name)
        if index is not None:
            if index.whole:
                return Piece(index.code, "tuple", parts=index.kinds, roots=index.roots)
            return Piece(index.code, index.kinds[0], roots=index.roots)
        signature = self.signature(name, "parameter", "variable", "expression")
        if signature is None:
            return UNKNOWN
        if signature.width:
            self.arity(name, signature, 0)
            return UNKNOWN
        return self.value(name, signature, "()")

    def item(self, base: str, index: tuple[Node, ...], scope: Scope) -> Piece:
        if base in scope:
            self.fault(Code.ARITY, f"{base!r} is an index and has no index of its own")
            return UNKNOWN
        signature = self.signature(base, "parameter", "variable", "expression")
        if signature is None:
            return UNKNOWN
        key = self.key(base, index, scope, signature)
        return self.value(base, signature, key.code, key.size)

    def value(self, name: str, signature: Signature, key: str, size: int = 1) -> Piece:
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

    def key(self, base: str, index: tuple[Node, ...], scope: Scope, signature: Signature) -> Piece:
        """Compile the index of an item to the code of its key, a tuple."""
        outer, self.data_only = self.data_only, "an index"
        pieces = [self.atom(part, scope) for part in index]
        self.data_only = outer
        known = all(piece.kind != "any" for piece in pieces)
        width = sum(len(piece.parts) or 1 for piece in pieces)
        if width != signature.width and (known or len(pieces) != signature.width):
            self.arity(base, signature, width)
        size = sum(piece.size for piece in pieces) + 1
        if len(pieces) == 1 and pieces[0].kind == "tuple":
            return Piece(pieces[0].code, "tuple", parts=pieces[0].parts, size=size)
        inner = "".join(("*" if piece.kind == "tuple" else "") + f"{piece.code}, " for piece in pieces)
        return Piece(f"({inner})", "tuple", size=size)

    def arity(self, name: str, signature: Signature, used: int) -> None:
        declared = f" ({', '.join(signature.index)})" if signature.index else ""
        noun = "index" if signature.width == 1 else "indices"
        self.fault(Code.ARITY, f"{name!r} has {signature.width or 'no'} {noun}{declared}, used with {used or 'none'}")

    # Values ----------------------------------------------------------------------------------------------------

    def data(self, node: Node, scope: Scope, what: str) -> Piece:
        """Compile a part that may not use variables."""
        outer, self.data_only = self.data_only, self.data_only or what
        piece = self.atom(node, scope)
        self.data_only = outer
        return piece

    def data_number(self, node: Node, scope: Scope, what: str) -> Piece:
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
                return self.name(id, scope)
            case Item(base, index):
                return self.item(base, index, scope)
            case Negate(operand):
                piece = self.number(operand, scope)
                return Piece(f"(-{piece.code})", "number", piece.decision, size=piece.size + 1)
            case Add(terms):
                pieces = [self.number(term, scope) for term in terms]
                return self.merge(f"({' + '.join(piece.code for piece in pieces)})", "number", pieces)
            case Binary(op, left, right):
                return self.binary(op, left, right, scope)
            case Compare(ops, operands):
                return self.compare(ops, operands, scope)
            case Logic(op, args):
                return self.combine(op, args, scope)
            case Choose(condition, then, otherwise):
                return self.choose(condition, then, otherwise, scope)
            case Call(function, args):
                return self.call(function, args, scope)
            case Piecewise(argument, xs, ys):
                return self.piecewise(argument, xs, ys, scope)
            case Aggregate(function, body, generators):
                return self.aggregate(function, body, generators, scope)
            case Tuple(parts):
                pieces = [self.atom(part, scope) for part in parts]
                code = "(" + "".join(("*" * (piece.kind == "tuple")) + f"{piece.code}, " for piece in pieces) + ")"
                kinds = tuple(kind for piece in pieces for kind in piece.parts or (piece.kind,))
                return Piece(code, "tuple", parts=kinds, size=len(pieces))
        self.fault(Code.WRONG_SET, f"`{unparse(node)}` is a set and has no value")
        return UNKNOWN

    def merge(self, code: str, kind: str, pieces: list[Piece]) -> Piece:
        decision = any(piece.decision for piece in pieces)
        return Piece(code, kind, decision, size=sum(piece.size for piece in pieces) + 1)

    def binary(self, op: str, left: Node, right: Node, scope: Scope) -> Piece:
        pieces = [self.number(left, scope), self.number(right, scope)]
        decision = any(piece.decision for piece in pieces)
        if op in ("//", "%") and decision:
            self.fault(Code.VARIABLE_IN_DATA, f"`{op}` takes data only, not variables")
            return UNKNOWN
        if op == "**" or (op == "/" and decision):
            name = "power" if op == "**" else "divide"
            return self.merge(f"{'an'[not decision]}_{name}({pieces[0].code}, {pieces[1].code})", "number", pieces)
        return self.merge(f"({pieces[0].code} {op} {pieces[1].code})", "number", pieces)

    def compare(self, ops: tuple[str, ...], operands: tuple[Node, ...], scope: Scope) -> Piece:
        links, pieces = [], []
        left = self.atom(operands[0], scope)
        for op, node in zip(ops, operands[1:], strict=True):
            pieces.append(left)
            if op in ("in", "not in"):
                links.append(self.membership(op, left, node, scope))
                left = UNKNOWN
                continue
            right = self.atom(node, scope)
            links.append(self.relation(op, left, right))
            left = right
        pieces.append(left)
        if any(piece.decision for piece in pieces) and len(links) > 1:
            return self.merge(f"a_both(({', '.join(links)},))", "logic", pieces)
        return self.merge(f"({' and '.join(links)})", "logic", pieces)

    def relation(self, op: str, left: Piece, right: Piece) -> str:
        kinds = [left.parts or (left.kind,), right.parts or (right.kind,)]
        plain = [tuple("number" if kind == "logic" else kind for kind in kind_of) for kind_of in kinds]
        clash = len(plain[0]) != len(plain[1]) or any({a, b} == {"number", "text"} for a, b in zip(*plain, strict=True))
        if clash and left is not UNKNOWN and right is not UNKNOWN:
            described = [" and ".join(kind) if len(kind) == 1 else f"({', '.join(kind)})" for kind in plain]
            self.fault(Code.WRONG_SET, f"compares {described[0]} with {described[1]}")
        if left.decision or right.decision:
            return f"a_relation({op!r}, {left.code}, {right.code})"
        return f"({left.code} {op} {right.code})"

    def membership(self, op: str, left: Piece, node: Node, scope: Scope) -> str:
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

    def combine(self, op: str, args: tuple[Node, ...], scope: Scope) -> Piece:
        pieces = [self.logic(arg, scope) for arg in args]
        codes = [piece.code for piece in pieces]
        if not any(piece.decision for piece in pieces):
            return self.merge(
                _DATA_LOGIC[op].format(*codes) if op in _DATA_LOGIC else f"({f' {op} '.join(codes)})", "logic", pieces
            )
        listed = ", ".join(codes)
        if op in ("and", "or"):
            listed = f"({listed},)"
        return self.merge(f"a_{_LOGIC[op]}({listed})", "logic", pieces)

    def choose(self, condition: Node, then: Node, otherwise: Node, scope: Scope) -> Piece:
        test = self.condition(condition, scope)
        pieces = [self.atom(then, scope), self.atom(otherwise, scope)]
        kinds = {piece.kind for piece in pieces} - {"any"}
        if kinds & {"text", "tuple"} and len(kinds) > 1:
            self.fault(Code.ARITHMETIC, f"`{unparse(then)} if ... else {unparse(otherwise)}` mixes kinds")
        kind = next(iter(kinds), "any") if len(kinds) < 2 else "number"
        code = f"({pieces[0].code} if {test.code} else {pieces[1].code})"
        merged = self.merge(code, kind, [test, *pieces])
        return Piece(code, kind, merged.decision, pieces[0].parts, merged.size, all(p.binary for p in pieces))

    def call(self, function: str, args: tuple[Node, ...], scope: Scope) -> Piece:
        if function in ("len", "first", "last", "ord"):
            return self.set_call(function, args, scope)
        pieces = [self.number(arg, scope) for arg in args]
        decision = any(piece.decision for piece in pieces)
        if function in ("ceil", "floor") and decision:
            self.fault(Code.VARIABLE_IN_DATA, f"{function}(...) takes data only, not variables")
            return UNKNOWN
        inner = ", ".join(piece.code for piece in pieces)
        if function in ("min", "max"):
            inner = f"({inner})"
        return self.merge(f"{'an'[not decision]}_{function}({inner})", "number", pieces)

    def set_call(self, function: str, args: tuple[Node, ...], scope: Scope) -> Piece:
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

    def piecewise(self, argument: Node, xs: tuple[Node, ...], ys: tuple[Node, ...], scope: Scope) -> Piece:
        if len(xs) != len(ys) or len(xs) < 2:
            self.fault(
                Code.SHAPE,
                f"piecewise has {len(xs)} breakpoints and {len(ys)} values; both need the same, at least two",
            )
            return UNKNOWN
        piece = self.number(argument, scope)
        points = [[self.data_number(part, scope, "piecewise") for part in side] for side in (xs, ys)]
        lists = ["(" + ", ".join(part.code for part in side) + ",)" for side in points]
        prefix = "a" if piece.decision else "n"
        code = f"{prefix}_piecewise({piece.code}, n_ascending({lists[0]}), {lists[1]})"
        return self.merge(code, "number", [piece, *points[0], *points[1]])

    def aggregate(self, function: str, body: Node, generators: tuple[Generator, ...], scope: Scope) -> Piece:
        loop = self.loop(generators, scope)
        piece = self.number(body, loop.scope)
        size = loop.steps + piece.size * loop.count + 1
        code = f"{'an'[not piece.decision]}_{function}({piece.code} {loop.clauses})"
        return Piece(code, "number", piece.decision, size=size)


def explain(error: Exception) -> Fault:
    """Turn what a compiled function raised into the fault that it stands for."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, OutOfRange):
        return Fault(Code.OUT_OF_RANGE, str(error))
    if isinstance(error, ZeroDivisionError):
        return Fault(Code.ARITHMETIC, "division by 0")
    if isinstance(error, OverflowError):
        return Fault(Code.ARITHMETIC, "the result is too large for a number")
    if isinstance(error, RecursionError):
        return Fault(Code.TOO_LARGE, "named expressions refer to each other too many levels deep")
    if isinstance(error, ValueError):
        return Fault(Code.ARITHMETIC, "a logarithm or root of a number for which it is not defined")
    return Fault(Code.ARITHMETIC, "the values do not fit together: text where a number is needed")


RUN_ERRORS = (Fault, LookupError, ArithmeticError, ValueError, TypeError, RecursionError)
"""What a compiled function can raise on data; `explain` says what each means."""


def _first(items: Any, name: str) -> Any:
    if not len(items):
        raise Fault(Code.OUT_OF_RANGE, f"first({name}) does not exist: {name} is empty")
    return items[0]


def _last(items: Any, name: str) -> Any:
    if not len(items):
        raise Fault(Code.OUT_OF_RANGE, f"last({name}) does not exist: {name} is empty")
    return items[-1]


def _ord(places: Any, member: Any, name: str) -> int:
    try:
        return int(places[member] if isinstance(places, dict) else places.index(member)) + 1
    except (KeyError, ValueError):
        raise Fault(Code.OUT_OF_RANGE, f"ord({name}, {member!r}): {member!r} is not in {name}") from None


def _ascending(xs: tuple[Any, ...]) -> tuple[Any, ...]:
    if any(right <= left for left, right in pairwise(xs)):
        raise Fault(Code.SHAPE, f"the breakpoints {list(xs)} of piecewise must ascend")
    return xs


_DATA_LOGIC = {
    "not": "(not {0})",
    "implies": "(not {0} or {1})",
    "iff": "(bool({0}) == bool({1}))",
}
_LOGIC = {"and": "both", "or": "either", "not": "negation", "implies": "implies", "iff": "iff"}
_HELPERS: dict[str, Any] = {
    "n_sum": sum,
    "n_prod": arithmetic.product,
    "n_min": arithmetic.least,
    "n_max": arithmetic.most,
    "n_power": arithmetic.power,
    "n_piecewise": arithmetic.interpolate,
    "n_within": arithmetic.within,
    "n_len": len,
    "n_first": _first,
    "n_last": _last,
    "n_ord": _ord,
    "n_ascending": _ascending,
    "bool": bool,
    **{f"n_{name}": call for name, call in arithmetic.FUNCTIONS.items()},
}


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
