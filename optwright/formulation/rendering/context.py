"""A formulation as a Pyomo program in parts: data as objects, everything else as source lines.

`render` prints the parts one after the other, `build` runs the same lines on the same data without printing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from optwright.formulation.data import Data
from optwright.formulation.elements import Element, Formulation
from optwright.formulation.evaluate import objective_names
from optwright.formulation.expression import parse, parse_generators, parse_target_index
from optwright.formulation.nodes import Generator, Name
from optwright.formulation.rendering.degree import Degrees
from optwright.formulation.rendering.literal import comment
from optwright.formulation.rendering.names import PROGRAM_NAMES, Names
from optwright.formulation.rendering.presence import Presence
from optwright.formulation.rendering.scope import Scope


@dataclass
class Context:
    """What every section of the program is written from, and what the sections leave for the others."""

    formulation: Formulation
    data: Data
    names: Names
    elements: dict[str, str]
    """Element name to its identifier in the program."""
    scope: Scope
    degrees: Degrees
    presence: Presence
    entries: dict[str, object] = field(default_factory=dict)
    """The data of the program, name to value."""
    notes: dict[str, list[str]] = field(default_factory=dict)
    """The comment lines of an entry of the data."""
    helpers: set[str] = field(default_factory=set)
    """Which of the functions that a program may bring are called."""
    components: dict[str, str] = field(default_factory=dict)
    """Pyomo component name to formulation name, for variables, constraints and objectives."""
    objectives: dict[str, str] = field(default_factory=dict)
    """Identifier to name of each objective, in order of priority; one where there is none to speak of."""
    priorities: list[str] = field(default_factory=list)
    bound_names: dict[tuple[str, str], str] = field(default_factory=dict)
    """Variable and side to the local that holds bounds listed one by one."""
    locals: dict[str, str] = field(default_factory=dict)
    """Local of `build_model` to the entry of the data that it holds."""

    def entry(self, name: str, value: object, note: Sequence[str] = (), *, local: str | None = None) -> None:
        """Add an entry to the data of the program, and where it has one the local that holds it."""
        self.entries[name] = value
        if note:
            self.notes[name] = list(note)
        if local is not None:
            self.locals[local] = name

    def width(self, name: str) -> int:
        """Return the positions of an element's index, for a set those of its members; 0 for a scalar."""
        return _width(self.data, name)

    def generators(self, for_each: str | None) -> tuple[Generator, ...]:
        """Return the generators of a `for_each`, none for None."""
        return parse_generators(for_each) if for_each else ()

    def index_sets(self, index: Iterable[str]) -> tuple[Generator, ...]:
        """Return the index of a variable as generators; an unnamed position gets the initial of its set as name."""
        taken = set(self.elements) | set(self.elements.values()) | set(self.scope.locals)
        generators: list[Generator] = []
        for text in index:
            target, name = parse_target_index(text)
            if target is not None:
                generators.extend(parse_generators(text))
                continue
            index_name = _initial(name, taken)
            taken.add(index_name)
            generators.append(Generator((index_name,), True, Name(name)))
        return tuple(generators)


def _width(data: Data, name: str) -> int:
    signature = data.signature(name)
    return signature.width if signature is not None else 0


def _initial(name: str, taken: set[str]) -> str:
    base = name.lstrip("_")[:1].lower() or "i"
    base = base if base.isidentifier() else "i"
    choices = [base, *(f"{base}{count}" for count in range(2, len(taken) + 3))]
    return next(choice for choice in choices if choice not in taken)


def note(element: Element) -> list[str]:
    """Return the comment of an element: what it is, its unit, and the words that it comes from."""
    unit = getattr(element, "unit", None)
    text = element.description.strip()
    if unit:
        text = f"{text} (in {unit})" if text else f"in {unit}"
    return comment(text, f'"{element.quote.strip()}"' if element.quote.strip() else "")


def prepare(formulation: Formulation, data: Data) -> Context:
    """Give every element its name in the program and say what each name stands for."""
    names = Names()
    listed: tuple[Sequence[Element], ...] = (
        formulation.sets,
        formulation.parameters,
        formulation.variables,
        formulation.expressions,
        formulation.constraints,
    )
    elements = names.give_all(part.name for group in listed for part in group)
    # Apart from the elements': an objective may be called like one of them, and nothing refers to it by name.
    objectives = {names.give(name): name for name in objective_names(formulation) or ["objective"]}
    constants = {part.name for part in formulation.expressions if part.name not in data.decisions}
    local = {part.name for part in formulation.parameters} | constants
    texts = {name: given if name in local else f"model.{given}" for name, given in elements.items()}
    widths = {part.name: _width(data, part.name) for part in formulation.sets}
    bounds = _bound_names(formulation, names)
    hidden = PROGRAM_NAMES | set(bounds.values()) | {elements[name] for name in local} | {"__debug__"}
    return Context(
        formulation,
        data,
        names,
        elements,
        Scope(texts, widths, locals=frozenset(hidden)),
        _degrees(formulation, constants),
        Presence(data),
        bound_names=bounds,
        objectives=objectives,
    )


def _bound_names(formulation: Formulation, names: Names) -> dict[tuple[str, str], str]:
    return {
        (variable.name, side): names.give(f"{variable.name}_{side}")
        for variable in formulation.variables
        for side in ("lower", "upper")
        if isinstance(getattr(variable, side), list | dict)
    }


def _degrees(formulation: Formulation, constants: set[str]) -> Degrees:
    trees = {part.name: parse(part.expression) for part in formulation.expressions if part.name not in constants}
    return Degrees({part.name for part in formulation.variables}, trees)
