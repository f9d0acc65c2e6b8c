"""The quantities that a sentence can be about: a variable, one of its entries, a sum over those of a member."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optwright.agent.solution import Solution
from optwright.agent.talk.mentions import Mentions
from optwright.agent.talk.slots import places, within
from optwright.agent.talk.words import SOFT, VERBS, meets, named, split, stem, stems
from optwright.formulation.data import Data
from optwright.formulation.edit import AddConstraint
from optwright.formulation.editing.kinds import Place
from optwright.formulation.elements import Constraint, Formulation, Variable
from optwright.formulation.expression import parse_target_index
from optwright.outcome import label

_SIGNS = {"<=": "at_most", ">=": "at_least", "==": "exactly"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that the variables decide."""

    name: str
    """How it is shown: `ship[B, all]`."""
    expression: str
    value: float | None
    """In the current solution."""
    whole: bool
    score: float

    def limited(self, sign: str, number: float, formulation: Formulation, said: str) -> AddConstraint:
        """Return the edit that limits it."""
        taken = {element.name for element in formulation.elements()}
        base = re.sub(r"\W+", "_", f"{_SIGNS[sign]}_{self.name}").strip("_").lower()
        name = next(name for at in range(len(taken) + 1) if (name := f"{base}_{at}" if at else base) not in taken)
        text = f"{self.expression} {sign} {number!r}"
        return AddConstraint(constraint=Constraint(name=name, expression=text, quote=said[:300]))


def quantities(
    words: frozenset[str], found: Mentions, formulation: Formulation, data: Data, solution: Solution
) -> list[Quantity]:
    """Return the quantities that the words and members name, the best first; all words and members are met by each."""
    every = [
        quantity
        for variable in formulation.variables
        for quantity in _of_variable(variable, words, found, (formulation, data, solution))
    ]
    return sorted(every, key=lambda quantity: -quantity.score)


def _of_variable(
    variable: Variable, words: frozenset[str], found: Mentions, about: tuple[Formulation, Data, Solution]
) -> Iterator[Quantity]:
    formulation, data, solution = about
    index = [parse_target_index(entry)[1] for entry in variable.index]
    strong = named(variable.name)
    weak = stems(f"{variable.description} {variable.quote} {variable.unit or ''}") | {
        stem(word) for name in index for word in split(name)
    }
    for place, members in places(index, data, found):
        if frozenset(members) != frozenset(found.members):
            continue
        left = {word for word in words - SOFT if not meets(word, strong | weak)}
        if left - (VERBS if members or not index else frozenset()):
            continue
        if not members and not any(meets(word, strong | weak) for word in words):
            continue
        entries = solution.values.get(variable.name, {})
        inside = [value for key, value in entries.items() if within(key, place)]
        shown = label(variable.name, tuple("all" if part is None else part for part in place or (None,) * len(index)))
        score = sum(meets(word, strong) + 0.4 * meets(word, weak) for word in words)
        score -= 0.3 * (variable.domain == "Binary" and not any(meets(word, strong) for word in words))
        expression = _sum(variable.name, index, place, formulation, data)
        yield Quantity(shown, expression, sum(inside) if entries else None, variable.domain.integral, score)


def _sum(name: str, index: Sequence[str], place: Place, formulation: Formulation, data: Data) -> str:
    """Write the entry, or the sum over the entries, at a place."""
    if not index:
        return name
    taken = {element.name for element in formulation.elements()}
    letters = (letter for letter in (f"i{at}" for at in range(1, 1000)) if letter not in taken)
    parts: list[str] = []
    generators: list[str] = []
    position = 0
    for base in index:
        width = data.sets[base].width
        fixed = [place[at] if place else None for at in range(position, position + width)]
        position += width
        if width == 1 and fixed[0] is not None:
            parts.append(repr(fixed[0]))
            continue
        names = [next(letters) for _ in fixed]
        tests = [f"{one} == {part!r}" for one, part in zip(names, fixed, strict=True) if part is not None]
        target = names[0] if width == 1 else f"({', '.join(names)})"
        condition = f" if {' and '.join(tests)}" if tests else ""
        generators.append(f"for {target} in {base}{condition}")
        parts += names
    entry = f"{name}[{','.join(parts)}]"
    return f"sum({entry} {' '.join(generators)})" if generators else entry
