"""A formulation as Pyomo source that a person would be glad to receive. Same formulation, same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optwright.formulation.elements import Formulation
from optwright.formulation.rendering.program import Program, compose
from optwright.problem import Table


@dataclass(frozen=True, slots=True)
class Rendered:
    """The program and what its components are called in the formulation."""

    source: str
    """Defines `build_model(data=None)`; run by itself it solves the model and prints the solution."""
    names: dict[str, str]
    """Pyomo component name to formulation name, for variables, constraints and objectives."""


def render(formulation: Formulation, tables: Sequence[Table] = ()) -> Rendered:
    """Lower a formulation and write it as a Pyomo program, docs/formulation.md section 9.

    `build_model(data)` takes a dictionary that replaces entries of the program's `DATA` by their name in the
    formulation. Where there are several objectives in order of priority, all but the first are deactivated and the
    model's `priorities` lists their names.

    Raises:
        FormulationError: it is not well formed, or a reformulation needs a bound that is not there.
    """
    program: Program = compose(formulation, tables)
    return Rendered(program.source(), dict(program.names))
