"""The model of a formulation in memory: the rendered program run on the data as objects.

The data never becomes text, so that a hundred thousand values cost no more than in a model written by hand; and since
the lines that build the model are the very lines that `render` prints, the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from optwright.formulation.elements import Formulation
from optwright.formulation.rendering.program import compose
from optwright.problem import Table


@dataclass(frozen=True, slots=True)
class Built:
    """The model and what its components are called in the formulation."""

    model: Any
    """A `pyomo.environ.ConcreteModel`."""
    names: dict[str, str]
    """Pyomo component name to formulation name, for variables, constraints and objectives."""


def build(formulation: Formulation, tables: Sequence[Table] = ()) -> Built:
    """Lower a formulation and build its Pyomo model. Raises FormulationError like `render`."""
    program = compose(formulation, tables)
    space: dict[str, Any] = {"__name__": "optwright.built", "DATA": program.data}
    code = compile("\n".join([*program.opening, *program.body]), "<formulation>", "exec")
    # Safe: every line was written by our own renderer, in which text of the formulation is only literals and comments.
    exec(code, space)
    return Built(space["build_model"](), dict(program.names))
