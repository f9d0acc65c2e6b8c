"""Names in the program: what Pyomo and the program itself already use gets a trailing underscore."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from optwright.errors import FormulationError
from optwright.formulation.nodes import FUNCTIONS, is_identifier

PROGRAM_NAMES = frozenset(
    {"model", "pyo", "math", "data", "DATA", "build_model", "row", "interpolate", "priorities", "kept"}
    | {"bool", "float", "int", "isinstance", "list", "Constraint", "Expression", "Objective"}
)
"""What the program's own text uses, and what it takes from the model as decorators."""


@cache
def reserved() -> frozenset[str]:
    """Return every name that no component or local of the program may take."""
    from pyomo.environ import ConcreteModel

    return frozenset(dir(ConcreteModel())) | PROGRAM_NAMES | FUNCTIONS | {"__debug__"}


class Names:
    """Gives each name of the formulation a Python identifier, and never the same one twice."""

    def __init__(self) -> None:
        self.taken: set[str] = set(reserved())

    def give(self, name: str) -> str:
        """Return a free identifier: the name itself or with trailing underscores. Raises FormulationError."""
        # Python reads identifiers in NFKC, so that two different names could be one to it.
        wanted = unicodedata.normalize("NFKC", name)
        if not is_identifier(wanted) and wanted not in FUNCTIONS:
            raise FormulationError(f"{name!r} is not a name: write an identifier that is not a keyword")
        while wanted in self.taken:
            wanted += "_"
        self.taken.add(wanted)
        return wanted

    def give_all(self, names: Iterable[str]) -> dict[str, str]:
        """Return an identifier for each name; those that need no change are served first."""
        wanted = list(dict.fromkeys(names))
        plain = {name: self.give(name) for name in wanted if name not in self.taken and name.isascii()}
        return {name: plain[name] if name in plain else self.give(name) for name in wanted}
