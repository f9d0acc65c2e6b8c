"""One reading of a text: items, columns, limits, relations, objective, and what it leaves unaccounted for."""

from __future__ import annotations

from dataclasses import dataclass, field

from optwright.formulation.elements import Formulation
from optwright.offline.attributes import Column
from optwright.offline.clauses import Clause
from optwright.offline.items import Items
from optwright.offline.relations import Relation


@dataclass(slots=True)
class Limit:
    """A quantity of all items together, compared with a number: `column` None means the number of items itself."""

    column: Column | None
    op: str
    rhs: float
    clause: Clause
    guess: bool = False
    money: bool = False


@dataclass(slots=True)
class Candidate:
    """One reading. `trouble` lists what it leaves unaccounted for; a reading with trouble is never the answer."""

    items: Items
    whole: bool
    binary: bool = False
    kinds: set[str] = field(default_factory=set)
    """What the text calls the items together, as roots: vehicles, animals."""
    sense: str = ""
    goal: Column | None = None
    goal_quote: str = ""
    worth: bool = False
    """Whether the objective is an amount of money."""
    minus: Column | None = None
    columns: list[Column] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    doubt: float = 0.0
    ready: Formulation | None = None
    """The formulation itself, where the reading is not one of items and columns."""

    @property
    def score(self) -> float:
        """Higher is better; 0 where nothing is in doubt."""
        return -3.0 * len(self.trouble) - self.doubt
