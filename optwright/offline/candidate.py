"""One reading of a text: items, columns, relations, objective, and what it leaves unaccounted for."""

from __future__ import annotations

from dataclasses import dataclass, field

from optwright.formulation.elements import Domain, Formulation
from optwright.offline.clauses import Clause
from optwright.offline.items import Items
from optwright.offline.patterns import Relation
from optwright.offline.quantities import Column, meanings

MAX_DOUBT = 1.5
"""A reading that guesses more than this is not offered."""


@dataclass(slots=True)
class Candidate:
    """One reading. `trouble` lists what it leaves unaccounted for; a reading with trouble is never the answer."""

    items: Items
    domain: Domain = Domain.NON_NEGATIVE_INTEGERS
    sure: bool = False
    """Whether the text says so itself."""
    kinds: frozenset[str] = frozenset()
    """What the text calls the items together, as roots: vehicles, animals."""
    unit: str = ""
    """The unit in which the items are measured: kg."""
    sense: str = ""
    vague: bool = False
    """Whether no column fits the words of the objective."""
    goal: Column | None = None
    minus: Column | None = None
    worth: bool = False
    """Whether the objective is an amount of money."""
    goal_quote: str = ""
    columns: list[Column] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    doubt: float = 0.0
    ready: Formulation | None = None
    """The formulation itself, where the reading is not one of items and columns."""

    @property
    def score(self) -> float:
        """Higher is better; 0 where nothing is in doubt."""
        return -3.0 * len(self.trouble) - self.doubt

    def unused(self) -> list[Column]:
        """Return the columns that neither the objective nor a limit is about."""
        used = {id(relation.column) for relation in self.relations} | {id(self.goal), id(self.minus)}
        return [column for column in self.variable if id(column) not in used]

    @property
    def variable(self) -> list[Column]:
        """The columns that grow with the amounts: all but charges that are paid once."""
        return [column for column in self.columns if not column.quantity.once]

    def account(self, parts: list[Clause]) -> None:
        """List as trouble what the reading leaves out: every number, column and item must bear on something."""
        numbers = [column.numbers for column in self.columns] + [relation.used for relation in self.relations]
        for symbol in (symbol for symbols in numbers for symbol in symbols):
            symbol.used = True
        self.doubt += sum(relation.doubt for relation in self.relations)
        self.doubt += 0.1 * sum(len(column.values) < len(self.items) for column in self.variable)
        checks = {
            "the objective is not given for every item": self.goal and len(self.goal.values) < len(self.items),
            "no amount of money is given for what is to be best": self.worth and not self._worth_is_given(),
            "too much of it is a guess": self.doubt > MAX_DOUBT,
        }
        self.trouble += [text for text, fails in checks.items() if fails]
        for column in self.unused():
            name, values = column.quantity.label or "a quantity", list(column.values.values())
            self.trouble.append(f"{name} of the items bears on nothing: {values}")
        for column in self.columns:
            rate = meanings(column.quantity.per)
            if rate and any(other.quantity.strong == rate for other in self.columns if other is not column):
                self.trouble.append(f"an amount per {column.quantity.per} would have to be multiplied by another")
        limited = [one.column.values for one in self.relations if one.column is not None]
        said = [*(one.terms for one in self.relations), *(column.values for column in self.columns)]
        for position, item in enumerate(self.items):
            if any(sets and not any(position in one for one in sets) for sets in (limited, said)):
                self.trouble.append(f"it is not said what {item.name!r} needs or gives")
        for clause in parts:
            for symbol in clause.numbers():
                if not symbol.used and not (symbol.text.isalpha() and ":" in clause.quote and symbol.value <= 12):
                    self.trouble.append(f"'{symbol.text}' in '{clause.quote[:120]}' is not accounted for")

    def _worth_is_given(self) -> bool:
        """Whether an objective in money has a column in money of its own, or counts money itself."""
        if self.goal is None:
            return any("dollar" in column.quantity.weak for column in self.columns)
        quantity = self.goal.quantity
        own = not any(relation.column is self.goal for relation in self.relations)
        return own or quantity.money or bool(quantity.words & {"$cost", "$gain"})
