"""Optwright: from a decision problem in words to a checked, solved optimisation model.

`optwright.solve(text, tables=...)` is the way in. Names are imported when they are first used, so that
`import optwright` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optwright.agent.solution import Solution, Status
    from optwright.agent.solve import Settings, solve, solve_formulation
    from optwright.formulation.elements import Formulation
    from optwright.outcome import Outcome
    from optwright.problem import Problem, Table
    from optwright.tables import load_tables

__version__ = "0.1.0"
__all__ = [
    "Formulation",
    "Outcome",
    "Problem",
    "Settings",
    "Solution",
    "Status",
    "Table",
    "load_tables",
    "solve",
    "solve_formulation",
]
_HOMES = {
    "Formulation": "optwright.formulation.elements",
    "Outcome": "optwright.outcome",
    "Problem": "optwright.problem",
    "Settings": "optwright.agent.solve",
    "Solution": "optwright.agent.solution",
    "Status": "optwright.agent.solution",
    "Table": "optwright.problem",
    "load_tables": "optwright.tables",
    "solve": "optwright.agent.solve",
    "solve_formulation": "optwright.agent.solve",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its home (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'optwright' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
