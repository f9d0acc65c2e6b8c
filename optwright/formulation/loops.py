"""Generators and sets in the generated source: what indices run over, and what each of them is then known to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optwright.formulation.findings import Code
from optwright.formulation.members import MAX_PRODUCT, Broken, Fault, Members, Signature
from optwright.formulation.namespace import Namespace
from optwright.formulation.nodes import Generator, Item, Listed, Name, Node, Span
from optwright.formulation.pieces import NO_SET, Index, Loop, Piece, Scope, SetPiece
from optwright.formulation.unparse import unparse


class Loops(Namespace):
    """Compiles loops; `Compiler` adds the values inside them."""

    atom: Callable[[Node, Scope], Piece]
    condition: Callable[[Node, Scope], Piece]
    data: Callable[[Node, Scope, str], Piece]
    _data_number: Callable[[Node, Scope, str], Piece]
    _key: Callable[[str, tuple[Node, ...], Scope, Signature], Piece]

    # Generators ------------------------------------------------------------------------------------------------

    def loop(self, generators: tuple[Generator, ...], scope: Scope) -> Loop:
        """Compile generators to `for ... in ... if ...` clauses."""
        inner = dict(scope)
        clauses, count, steps = [], 1, 0
        outer = self.data_only
        for generator in generators:
            self.data_only = "the set that an index runs over"
            source = self.set(generator.source, inner)
            targets = self._targets(generator, source, inner)
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

    def _targets(self, generator: Generator, source: SetPiece, inner: dict[str, Index]) -> str:
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

    # Sets ------------------------------------------------------------------------------------------------------

    def set(self, node: Node, scope: Scope) -> SetPiece:
        """Compile what an index runs over."""
        match node:
            case Name(id) if id not in scope:
                return self._named_set(id)
            case Item(base, index):
                return self._family_set(base, index, scope)
            case Listed(items):
                return self._listed(items, scope)
            case Span(start, stop):
                low, high = (self._data_number(part, scope, "an end of a range") for part in (start, stop))
                code = f"n_range({low.code}, {high.code})"
                count = self._span_count(low, high)

                def inside(value: str) -> str:
                    return f"n_within({value}, {low.code}, {high.code})"

                return SetPiece(code, inside, 1, ("number",), count, ("",))
        self.fault(Code.WRONG_SET, f"`{unparse(node)}` is not a set")
        return NO_SET

    def _span_count(self, low: Piece, high: Piece) -> int:
        """Return the length of a range whose ends depend on no index, else 1: the ranges count themselves."""
        try:
            return max(0, int(self.build({}, high.code)()) - int(self.build({}, low.code)()))
        except (ArithmeticError, LookupError, ValueError, TypeError, NameError, Broken, Fault):
            return 1

    def _named_set(self, name: str) -> SetPiece:
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

    def _family_set(self, base: str, index: tuple[Node, ...], scope: Scope) -> SetPiece:
        signature = self.signature(base, "family")
        if signature is None:
            return NO_SET
        family = self.source.family(base)
        key = self._key(base, index, scope, signature)
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

    def _listed(self, items: tuple[Node, ...], scope: Scope) -> SetPiece:
        pieces = [self.data(item, scope, "a listed set") for item in items]
        kinds = pieces[0].parts or (pieces[0].kind,) if pieces else ("any",)
        if any((piece.parts or (piece.kind,)) != kinds for piece in pieces if piece.kind != "any"):
            self.fault(Code.WRONG_SET, "the members of a listed set are of one kind and one width")
        code = "(" + "".join(f"{piece.code}, " for piece in pieces) + ")"
        return SetPiece(code, lambda value: f"({value} in {code})", len(kinds), kinds, len(items), ("",) * len(kinds))
