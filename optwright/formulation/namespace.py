"""The namespace that a compiled function runs in, the look-up of names, and the faults found on the way."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from optwright.formulation.algebra import Ranges
from optwright.formulation.findings import Code
from optwright.formulation.members import MAX_WORK, Broken, Fault, Members, Signature
from optwright.formulation.nodes import Item, Node
from optwright.formulation.pieces import Piece, Scope, Source
from optwright.formulation.runtime import HELPERS
from optwright.formulation.unparse import unparse

_ORDINAL = {0: "first", 1: "second", 2: "third"}


class Namespace:
    """What one element's functions can see. Its ranges share one limit."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.algebra = source.algebra
        self.faults: list[Fault] = []
        self.globals: dict[str, Any] = {"__builtins__": {}, **HELPERS, "n_range": Ranges()}
        for name in ("sum", "prod", "min", "max", "divide", "power", "piecewise", "relation", "truth"):
            self.globals[f"a_{name}"] = getattr(self.algebra, name)
        for name in ("both", "either", "negation", "implies", "iff"):
            self.globals[f"a_{name}"] = getattr(self.algebra, name)
        self.globals |= {f"a_{name}": call for name, call in self.algebra.functions.items()}
        self.fresh = 0
        self.size = 0
        """Elementary steps of one call of the function compiled last, at most."""
        self.data_only = ""

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

    def limit(self, steps: int) -> None:
        """Note it when something takes more steps than an element may."""
        if steps > MAX_WORK and not any(fault.code is Code.TOO_LARGE for fault in self.faults):
            self.fault(Code.TOO_LARGE, f"it takes about {steps:.2g} steps to compute; the limit is {MAX_WORK:,}")

    def members(self, name: str) -> Members:
        """Return a set; one that cannot be made is noted and taken as empty."""
        try:
            return self.source.members(name)
        except Fault as fault:
            self.faults.append(fault)
        except Broken as broken:
            self.faults.extend(broken.faults)
        return Members([], 1)

    def signature(self, name: str, *wanted: str) -> Signature | None:
        """Look a name up and note it when it is not declared or of another kind than wanted."""
        signature = self.source.signature(name)
        if signature is None:
            self._undefined(name)
        elif signature.kind not in wanted:
            self._mismatch(name, signature, wanted)
        else:
            return signature
        return None

    def _undefined(self, name: str) -> None:
        known = self.source.names()
        close = get_close_matches(name, known, n=1, cutoff=0.6)
        folded = [other for other in known if other.lower() == name.lower()]
        guess = next(iter(folded or close), None)
        tail = f"; did you mean {guess!r}?" if guess else ""
        self.fault(Code.UNDEFINED, f"{name!r} is not declared{tail}", guess)

    def _mismatch(self, name: str, signature: Signature, wanted: tuple[str, ...]) -> None:
        kind = signature.kind
        if kind == "family" and "set" in wanted:
            self.fault(Code.ARITY, f"{name!r} is a family of sets; write {name}[{','.join(signature.index).lower()}]")
        elif "set" in wanted or "family" in wanted:
            self.fault(Code.WRONG_SET, f"{name!r} is a {kind}, not a set" + " family" * ("family" in wanted))
        else:
            self.fault(Code.WRONG_SET, f"{name!r} is a {kind} and has no value", f"len({name})")

    def _arity(self, name: str, signature: Signature, used: int) -> None:
        declared = f" ({', '.join(signature.index)})" if signature.index else ""
        noun = "index" if signature.width == 1 else "indices"
        self.fault(Code.ARITY, f"{name!r} has {signature.width or 'no'} {noun}{declared}, used with {used or 'none'}")

    def _positions(self, base: str, index: tuple[Node, ...], signature: Signature, pieces: list[Piece]) -> None:
        """Note indices that run over another set than the position they stand in."""
        roots = [root for piece in pieces for root in piece.roots or ("",) * max(1, len(piece.parts))]
        declared = self._declared(signature)
        if len(roots) != len(declared):
            return
        swapped = all(roots) and roots != declared and sorted(roots) == sorted(declared) and not self._aliases(roots)
        for place, (root, name) in enumerate(zip(roots, declared, strict=True)):
            if not root or not name or root == name or not (swapped or self._disjoint(root, name)):
                continue
            given = Item(base, index)
            part = index[place] if len(index) == len(roots) else index[0]
            text = f"'{unparse(given)}': the {_ORDINAL.get(place, f'{place + 1}th')} position is {name}, "
            right = [index[roots.index(one)] for one in declared] if swapped and len(index) == len(roots) else None
            hint = unparse(Item(base, tuple(right))) if right else None
            self.fault(Code.WRONG_SET, f"{text}{unparse(part)} runs over {root}", hint)
            return

    def _declared(self, signature: Signature) -> list[str]:
        """Return for each position of a component the set that it is of, '' where that has no name."""
        names: list[str] = []
        for entry in signature.index:
            known = self.source.signature(entry) if entry.isidentifier() else None
            if known is None or known.kind != "set":
                names += [""]
                continue
            names += [root or entry * (known.width == 1) for root in self.members(entry).roots or ("",) * known.width]
        return names

    def _aliases(self, names: list[str]) -> bool:
        """Whether sets are the same labels under several names (origins, destinations): then any order makes sense."""
        known = [self.source.signature(name) for name in names]
        if not all(one is not None and one.kind == "set" for one in known):
            return False
        sets = [self.members(name) for name in names]
        return all(one.kinds == ("text",) and one.present == sets[0].present for one in sets)

    def _disjoint(self, left: str, right: str) -> bool:
        """Whether two sets have no member in common, so that one cannot stand for the other."""
        known = [self.source.signature(name) for name in (left, right)]
        if not all(one is not None and one.kind == "set" for one in known):
            return False
        sets = [self.members(name) for name in (left, right)]
        return all(map(len, sets)) and sets[0].present.isdisjoint(sets[1].present)
