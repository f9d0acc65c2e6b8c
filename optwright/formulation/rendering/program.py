"""A formulation as a Pyomo program in parts: the data as objects, everything else as source lines.

`render` prints the parts one after the other; `build` runs the same lines on the same data without printing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from optwright.formulation.data import Data, resolve
from optwright.formulation.elements import Formulation
from optwright.formulation.lower import lower
from optwright.formulation.rendering.closing import closing
from optwright.formulation.rendering.context import Context, prepare
from optwright.formulation.rendering.declarations import constants, foundations, in_order, parameter, variable
from optwright.formulation.rendering.literal import assignment, docstring, literal
from optwright.formulation.rendering.rules import constraint, expression, objective
from optwright.problem import Table

_HELPERS = {
    "row": '''
def row(left, sign, right):
    """Return the row; where no variable is left in it, whether it holds."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        missed = {"<=": left - right, ">=": right - left, "==": abs(left - right)}[sign]
        holds = missed <= 1e-6 * min(max(1, abs(left), abs(right)), 1000)
        return pyo.Constraint.Skip if holds else pyo.Constraint.Infeasible
    if sign == "==":
        return left == right
    return left <= right if sign == "<=" else left >= right
''',
    "interpolate": '''
def interpolate(x, xs, ys):
    """Return the value at x of the line through the points."""
    place = max(1, min(sum(point <= x for point in xs), len(xs) - 1))
    slope = (ys[place] - ys[place - 1]) / (xs[place] - xs[place - 1])
    return ys[place - 1] + slope * (x - xs[place - 1])
''',
}
_PURPOSE = (
    "Build the model.\n\n"
    "`data` may replace entries of DATA by name: a number for a number, a list for a set, and for "
    "anything indexed a dictionary by member or by tuple of members."
)
_COMPUTED = " The `big_m` entries were computed from the other entries: they belong together."


@dataclass(frozen=True)
class Program:
    """The parts of a program in the order of its text."""

    opening: list[str]
    """The docstring and the imports."""
    data: dict[str, object]
    notes: dict[str, list[str]]
    body: list[str]
    """The helper functions and `build_model`."""
    closing: list[str]
    """What happens when the program is run by itself."""
    names: dict[str, str]
    """Pyomo component name to formulation name, for variables, constraints and objectives."""

    def source(self) -> str:
        """Return the whole text."""
        parts = [*self.opening, "", *self.data_lines(), "", "", *self.body, "", "", *self.closing]
        return "\n".join(parts) + "\n"

    def data_lines(self) -> list[str]:
        """Return the data as one dictionary."""
        lines: list[str] = []
        for name, value in self.data.items():
            lines += [f"    {line}" for line in [*self.notes.get(name, []), *assignment(name, value)]]
        return ["DATA = {", *lines, "}"] if lines else ["DATA = {}"]


def compose(formulation: Formulation, tables: Sequence[Table] = ()) -> Program:
    """Lower a formulation and write its program. Raises FormulationError."""
    lowered = lower(formulation, tables)
    program = write_program(lowered.formulation, resolve(lowered.formulation, tables), computed=bool(lowered.added))
    names = {component: lowered.origin.get(name, name) for component, name in program.names.items()}
    return replace(program, names=names)


def write_program(formulation: Formulation, data: Data, *, computed: bool = False) -> Program:
    """Write the program of a lowered formulation. Raises FormulationError on what cannot be written.

    `computed` says that lowering added data that was computed from the other data.
    """
    context = prepare(formulation, data)
    model = _model(context)
    loads = [f"{local} = data[{literal(name)}]" for local, name in context.locals.items()]
    begin = ["data = {**DATA, **(data or {})}", *loads] if context.entries else []
    lines = _spaced([*_purpose(computed), *begin, "model = pyo.ConcreteModel()", "", *model, "", "return model"])
    helpers = [line for name in sorted(context.helpers) for line in [*_HELPERS[name].strip().splitlines(), "", ""]]
    body = [*helpers, "def build_model(data=None):", *(f"    {line}".rstrip() for line in lines)]
    opening = [*_heading(formulation), "", *_imports(body)]
    sets = {part.name for part in formulation.sets}
    entries = dict(sorted(context.entries.items(), key=lambda entry: entry[0] not in sets))
    return Program(opening, entries, context.notes, body, closing(context), context.components)


def _purpose(computed: bool) -> list[str]:
    return docstring(_PURPOSE + (_COMPUTED if computed else ""))


def _heading(formulation: Formulation) -> list[str]:
    name = formulation.name.strip() or "problem"
    title = name[:1].upper() + name[1:].replace("_", " ")
    return docstring(f"{title}.\n\n{formulation.description}".strip())


def _imports(body: list[str]) -> list[str]:
    mathematics = ["import math", ""] if any("math." in line for line in body) else []
    return [*mathematics, "import pyomo.environ as pyo"]


def _model(context: Context) -> list[str]:
    formulation = context.formulation
    for element in formulation.parameters:
        parameter(element, context)
    decisions = [part for part in formulation.expressions if part.name in context.data.decisions]
    return [
        *_section("Sets and constants" if constants(context) else "Sets", foundations(context)),
        *_section("Variables", [line for part in formulation.variables for line in variable(part, context)]),
        *_section("Expressions", [line for part in in_order(decisions) for line in expression(part, context)]),
        *_section("Objective", _objectives(context)),
        *_section("Constraints", [line for part in formulation.constraints for line in constraint(part, context)]),
    ]


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"# {title}", *lines, ""] if lines else []


def _objectives(context: Context) -> list[str]:
    objectives = context.formulation.objectives
    context.components |= context.objectives
    if not objectives:
        (name,) = context.objectives
        return ["", "# Any point that meets the constraints will do.", f"model.{name} = pyo.Objective(expr=0)"]
    lines = []
    for element, name in zip(objectives, context.objectives, strict=True):
        lines += objective(element, name, context)
    if len(objectives) > 1:
        lines += ["", f"model.priorities = {literal(context.priorities)}"]
    return lines


def _spaced(lines: list[str]) -> list[str]:
    """Leave out blank lines after blank lines and after headings."""
    kept: list[str] = []
    for line in lines:
        heading = bool(kept) and kept[-1] in _TITLES
        if line or (kept and kept[-1] and not heading):
            kept.append(line)
    return kept


_TITLES = {"# Sets", "# Sets and constants", "# Variables", "# Expressions", "# Objective", "# Constraints"}
