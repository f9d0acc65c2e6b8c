"""One element's expression over its `for_each`, compiled: iterate over the combinations, call for the value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from optwright.errors import ParseError
from optwright.formulation.engine import Compiler, Environment, key_of
from optwright.formulation.expression import NotInLanguage, parse, parse_generators
from optwright.formulation.findings import Code
from optwright.formulation.members import MAX_WORK, Fault
from optwright.formulation.nodes import Generator, Node
from optwright.formulation.pieces import Source
from optwright.outcome import Key

Combination = tuple[Any, ...]
"""The values of the indices in order, a whole tuple as one value."""


@lru_cache(maxsize=4000)
def tree_of(text: str) -> Node:
    """Parse an expression. Raises Fault (SYNTAX, NOT_IN_LANGUAGE)."""
    return _parsed(parse, text)


@lru_cache(maxsize=4000)
def generators_of(text: str | None) -> tuple[Generator, ...]:
    """Parse a `for_each`; none gives no generators. Raises Fault (SYNTAX, NOT_IN_LANGUAGE)."""
    return _parsed(parse_generators, text) if text else ()


Tree = TypeVar("Tree")


def _parsed(read: Callable[[str], Tree], text: str) -> Tree:
    try:
        return read(text)
    except NotInLanguage as error:
        raise Fault(Code.NOT_IN_LANGUAGE, str(error)) from None
    except ParseError as error:
        raise Fault(Code.SYNTAX, str(error)) from None


class Row:
    """A compiled row. `row(combination)` is its value there; `for combination in row.combinations()`.

    `source` is `Data` (constants only) or a `Point`. `expression` may be text or a tree; without one only the
    combinations are compiled. `logic=True` for a constraint, None for whatever the expression is.
    """

    def __init__(
        self,
        source: Source,
        for_each: str | tuple[Generator, ...] | None,
        expression: str | Node | None = None,
        *,
        logic: bool | None = False,
    ) -> None:
        """Compile. Raises Broken or Fault with what is wrong."""
        self.generators = for_each if isinstance(for_each, tuple) else generators_of(for_each)
        compiler = Compiler(source)
        loop = compiler.loop(self.generators, {})
        self.names = [name for generator in self.generators for name in generator.target]
        """The indices, in order."""
        self.scope = {name: loop.scope[name] for name in self.names}
        self.count = loop.count
        """Combinations at most."""
        self.work = loop.steps
        """Elementary steps of running through all of it, at most."""
        node = tree_of(expression) if isinstance(expression, str) else expression
        self._call: Callable[..., Any] | None = None
        if node is not None:
            truth = logic if logic is not None else False
            self._call = compiler.function(node, self.scope, logic=truth)
            self.work += self.count * compiler.size
        self._rows = compiler.rows(self.generators, {})
        compiler.settle()
        self._flat = not any(index.whole for index in self.scope.values())
        self._widths = [len(index.kinds) if index.whole else 0 for index in self.scope.values()]

    def affordable(self) -> None:
        """Raise Fault (TOO_LARGE) if running through all of it would take too long."""
        if self.work > MAX_WORK:
            raise Fault(Code.TOO_LARGE, f"it takes about {self.work:.2g} steps to compute; the limit is {MAX_WORK:,}")

    def combinations(self) -> Iterator[Combination]:
        """Return an iterator over the combinations that meet the conditions, in order."""
        return self._rows()  # type: ignore[no-any-return]

    def __call__(self, combination: Combination = ()) -> Any:
        """Return the value at one combination. Raises one of `engine.RUN_ERRORS`."""
        assert self._call is not None
        return self._call(*combination)

    def key(self, combination: Combination) -> Key:
        """Return the key of a combination: whole tuples take their positions."""
        return combination if self._flat else key_of(combination)

    def split(self, key: Key) -> Combination:
        """Return the combination of a key: the inverse of `key`."""
        if self._flat:
            return key
        parts: list[Any] = []
        at = 0
        for width in self._widths:
            parts.append(key[at : at + width] if width else key[at])
            at += width or 1
        return tuple(parts)

    def environment(self, combination: Combination) -> Environment:
        """Return the combination as a mapping of index to value."""
        return dict(zip(self.names, combination, strict=True))
