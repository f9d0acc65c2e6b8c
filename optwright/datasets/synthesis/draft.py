"""A problem before it has words: its formulation, and what the words must tell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from optwright.formulation.elements import Formulation


class Place(StrEnum):
    """Where in a text a fact stands."""

    SETTING = "setting"
    DATA = "data"
    RULE = "rule"
    GOAL = "goal"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the words must tell, with several ways to say it.

    A way is a sentence without its full stop. In it `[a|b|c]` stands for one of them (`[very |]` may be empty, and they
    nest), `{hours[p,r]}` for a number of a parameter, `{p}` for a member and `{PRODUCTS}` for all members of a set as
    "a, b and c". `~` after a number's name gives it as a percentage: `{share~}` is "40%" for 0.4. The sentence starts
    with a small letter unless a name stands there.
    """

    says: tuple[str, ...]
    tells: tuple[str, ...]
    """The elements untold without it: parameters, constraints, the objective, variables (their domain)."""
    for_each: str = ""
    """`"p in PRODUCTS, r in RESOURCES if hours[p,r] > 0"`, as in a constraint: said once for every combination."""
    heading: str = ""
    """What the column is called when a table tells it; empty when a table cannot. It then has one parameter,
    indexed by the sets of `for_each`."""
    place: Place = Place.DATA


@dataclass(slots=True)
class Draft:
    """Collects elements (as the JSON of docs/formulation.md has them) together with the facts that tell them."""

    name: str
    facts: list[Fact] = field(default_factory=list)
    _parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, kind: str, name: str, **fields: Any) -> None:
        """Add an element: kind is `sets`, `parameters`, `variables`, `expressions`, `constraints` or `outputs`."""
        self._parts.setdefault(kind, []).append({"name": name, **fields})

    def set(self, name: str, members: Sequence[str | int | Sequence[str | int]], description: str) -> None:
        """Add a listed set; its description is a plural noun: "products"."""
        self.add("sets", name, members=list(members), description=description)

    def parameter(self, name: str, value: Any, description: str, *, index: Sequence[str] = (), unit: str = "") -> None:
        """Add inline data: a number, nested lists in set order, or a mapping by member."""
        more = {"unit": unit} if unit else {}
        self.add("parameters", name, value=value, description=description, index=list(index), **more)

    def variable(self, name: str, description: str, *, index: Sequence[str] = (), **fields: Any) -> None:
        """Add a decision; `fields` are `domain`, `lower`, `upper`, `unit`."""
        self.add("variables", name, description=description, index=list(index), **fields)

    def expression(self, name: str, expression: str, description: str, for_each: str = "") -> None:
        """Add a named expression."""
        self.add("expressions", name, expression=expression, description=description, **_each(for_each))

    def constraint(self, name: str, expression: str, description: str, for_each: str = "") -> None:
        """Add a constraint."""
        self.add("constraints", name, expression=expression, description=description, **_each(for_each))

    def objective(self, sense: str, expression: str, description: str, name: str = "objective") -> None:
        """Add the objective, or the next one in order of priority; `sense` is minimize or maximize."""
        self.add("objective", name, sense=sense, expression=expression, description=description)

    def fact(
        self, *says: str, tells: Sequence[str], for_each: str = "", heading: str = "", place: str = "data"
    ) -> None:
        """Add a fact; see `Fact`."""
        self.facts.append(Fact(says, tuple(tells), for_each, heading, Place(place)))

    def without(self, names: Set[str], facts: Sequence[Fact]) -> Draft:
        """Return a draft without some elements, with these facts."""
        parts = {kind: [one for one in every if one["name"] not in names] for kind, every in self._parts.items()}
        return Draft(self.name, list(facts), {kind: every for kind, every in parts.items() if every})

    def formulation(self) -> Formulation:
        """Return the whole. Raises pydantic's ValidationError when an element is ill-formed."""
        parts: dict[str, Any] = dict(self._parts)
        if (goals := parts.get("objective")) is not None and len(goals) == 1:
            parts["objective"] = goals[0]
        return Formulation.model_validate_json(_json({"name": self.name, **parts}))


def _each(for_each: str) -> Mapping[str, str]:
    return {"for_each": for_each} if for_each else {}


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, allow_nan=False)
