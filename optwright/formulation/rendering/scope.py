"""What the names of an expression stand for in the program, where the expression is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from optwright.formulation.nodes import Generator, Item, Listed, Name, Node, Tuple


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
