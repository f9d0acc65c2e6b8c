"""Formulation in, formulation of the same language out, without logic, relations as 0/1, extrema or piecewise lines.

Section 7 of docs/formulation.md. Every optimum of the result is one of the original, with the same value: what is
pressed down by a minimised cost or a limit is bounded from one side only, everything else from both. A big-M is
computed for each combination from the bounds of the variables, tightened by the linear constraints; none is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from optwright.formulation.data import resolve
from optwright.formulation.elements import Constraint, Expression, Formulation, Objective, Sense
from optwright.formulation.lowering.draft import Place
from optwright.formulation.lowering.names import Vocabulary
from optwright.formulation.lowering.number import number
from optwright.formulation.lowering.scope import Scope
from optwright.formulation.lowering.truth import hold
from optwright.formulation.lowering.work import REFUSED, Way, Work, attempt
from optwright.formulation.members import Fault, broken
from optwright.formulation.row import tree_of
from optwright.formulation.unparse import unparse
from optwright.problem import Table


@dataclass(frozen=True, slots=True)
class Lowered:
    """A formulation without what section 7 names, and what was added to get there."""

    formulation: Formulation
    added: dict[str, str] = field(default_factory=dict)
    """For each new name why it is there."""
    origin: dict[str, str] = field(default_factory=dict)
    """For each new constraint the element of the original that it comes from."""


def lower(formulation: Formulation, tables: Sequence[Table] = ()) -> Lowered:
    """Rewrite a checked formulation; one with nothing to rewrite comes back itself.

    Outputs that use any of the constructs are left out: they are evaluated on the original.

    Raises:
        FormulationError: with findings NO_BOUND (a big-M does not exist), STRICT, CONST_FALSE, or what is wrong with
            the data.
    """
    try:
        if not Vocabulary(formulation).anything():
            return Lowered(formulation)
    except Fault as fault:
        raise broken([fault.at("lowering")], REFUSED) from None
    return _Lowering(Work(formulation, resolve(formulation, tables), number=number, hold=hold)).run()


class _Lowering:
    """Goes through the elements, then puts the result together."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.names = work.vocabulary
        self.draft = work.draft

    def run(self) -> Lowered:
        """Lower everything."""
        formulation = self.work.formulation
        objectives = tuple(attempt(item, partial(self.objective, item)) for item in formulation.objectives)
        held = {item.name for item in formulation.constraints if attempt(item, partial(self.constraint, item))}
        for element, task in self.work.tasks():
            attempt(element, task)
        if self.draft.findings:
            raise broken(self.draft.findings, REFUSED)
        constraints, origin = self.constraints(held)
        changes = {
            "sets": (*formulation.sets, *self.draft.sets),
            "parameters": (*formulation.parameters, *self.draft.parameters),
            "variables": (*formulation.variables, *self.draft.variables),
            "expressions": (*self.expressions(), *self.draft.expressions),
            "objective": objectives if isinstance(formulation.objective, tuple) else next(iter(objectives), None),
            "constraints": constraints,
            "outputs": tuple(item for item in formulation.outputs if not self.names.needs(tree_of(item.expression))),
        }
        return Lowered(formulation.model_copy(update=changes), self.draft.added, origin)

    def objective(self, item: Objective) -> Objective:
        """Lower an objective: its value is pressed down where it is minimised, up where it is maximised."""
        _, node = self.names.read(None, item.expression)
        if not self.names.needs(node):
            return item
        way = Way.DOWN if item.sense is Sense.MINIMIZE else Way.UP
        lowered = self.work.number(node, way, Place(Scope(), item, item.name))
        return item.model_copy(update={"expression": unparse(lowered)})

    def constraint(self, item: Constraint) -> bool:
        """Add the rows of a constraint that cannot stay as it is; say whether it is such a one."""
        generators, node = self.names.read(item.for_each, item.expression)
        if not self.names.constraint_needs(node):
            return False
        self.work.hold(self.work.normal.formula(node), Place(Scope(generators), item, item.name))
        return True

    def constraints(self, held: set[str]) -> tuple[tuple[Constraint, ...], dict[str, str]]:
        """Return all constraints, new rows in the place of the old, and where the new ones come from."""
        made: list[Constraint] = []
        origin: dict[str, str] = {}
        own = [item.name for item in self.work.formulation.constraints]
        for item in self.work.formulation.constraints:
            made += self.draft.constraints(item.name) if item.name in held else [item]
        for label in [label for label in self.draft.rows if label not in own]:
            made += self.draft.constraints(label)
        return tuple(made), {**origin, **self.draft.origin}

    def expressions(self) -> tuple[Expression, ...]:
        """Return the named expressions; those to be lowered that nothing but outputs uses are left out."""
        kept = []
        for item in self.work.formulation.expressions:
            if item.name in self.work.bodies:
                kept.append(self.work.bodies[item.name])
            elif item.name not in self.names.lowered:
                kept.append(item)
        return tuple(kept)
