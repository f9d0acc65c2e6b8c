"""The edits themselves: small frozen records, one a kind of change, told apart by their field `edit`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from optwright.formulation.elements import (
    Constraint,
    Domain,
    Expression,
    Member,
    Parameter,
    Sense,
    Value,
    Variable,
)

Place = tuple[Member | None, ...]
"""An index, one entry a position; None stands for every member."""
Row = tuple[Member | float, ...]
"""`(key..., value)`."""


class _Edit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetValue(_Edit):
    """Give a parameter another value: all of it (any form of `value`), or with `at` the entries of an index."""

    edit: Literal["set_value"] = "set_value"
    parameter: str
    value: Value
    at: Place | None = None


class Scale(_Edit):
    """Multiply a parameter by a factor, or only its entries at an index: what if demand grew by a tenth?"""

    edit: Literal["scale"] = "scale"
    parameter: str
    factor: float
    at: Place | None = None


class AddParameter(_Edit):
    """Declare a parameter."""

    edit: Literal["add_parameter"] = "add_parameter"
    parameter: Parameter


class AddVariable(_Edit):
    """Declare a variable."""

    edit: Literal["add_variable"] = "add_variable"
    variable: Variable


class DropVariable(_Edit):
    """Remove a variable that nothing uses any more."""

    edit: Literal["drop_variable"] = "drop_variable"
    variable: str


class AddExpression(_Edit):
    """Name an expression."""

    edit: Literal["add_expression"] = "add_expression"
    expression: Expression


class AddConstraint(_Edit):
    """Add a constraint."""

    edit: Literal["add_constraint"] = "add_constraint"
    constraint: Constraint


class DropConstraint(_Edit):
    """Remove a constraint."""

    edit: Literal["drop_constraint"] = "drop_constraint"
    constraint: str


class ReplaceConstraint(_Edit):
    """Put another constraint in the place of the one of the same name."""

    edit: Literal["replace_constraint"] = "replace_constraint"
    constraint: Constraint


class ChangeDomain(_Edit):
    """Let a variable live elsewhere."""

    edit: Literal["change_domain"] = "change_domain"
    variable: str
    domain: Domain


class ChangeBound(_Edit):
    """Change the lower or upper bound of a variable; None removes it."""

    edit: Literal["change_bound"] = "change_bound"
    variable: str
    side: Literal["lower", "upper"]
    value: Value | None = None


class ChangeSense(_Edit):
    """Turn an objective round. `objective` names it where there are several."""

    edit: Literal["change_sense"] = "change_sense"
    sense: Sense
    objective: str | None = None


class ReplaceObjective(_Edit):
    """Give an objective another expression, or the first one to a problem without."""

    edit: Literal["replace_objective"] = "replace_objective"
    expression: str
    sense: Sense | None = None
    objective: str | None = None


class AddMember(_Edit):
    """Add a member to a listed set.

    `data` gives each parameter over that set its new entries: a number for all of them, or rows `[key..., value]`.
    """

    edit: Literal["add_member"] = "add_member"
    set: str
    member: Member | tuple[Member, ...]
    data: dict[str, int | float | tuple[Row, ...]] = {}


class DropMember(_Edit):
    """Remove a member of a listed set, and its data with it."""

    edit: Literal["drop_member"] = "drop_member"
    set: str
    member: Member | tuple[Member, ...]


class Rename(_Edit):
    """Give an element another name, everywhere."""

    edit: Literal["rename"] = "rename"
    name: str
    to: str


Edit = Annotated[
    SetValue
    | Scale
    | AddParameter
    | AddVariable
    | DropVariable
    | AddExpression
    | AddConstraint
    | DropConstraint
    | ReplaceConstraint
    | ChangeDomain
    | ChangeBound
    | ChangeSense
    | ReplaceObjective
    | AddMember
    | DropMember
    | Rename,
    Field(discriminator="edit"),
]
"""Any of them, as a pydantic type: `TypeAdapter(list[Edit])` reads a list from JSON."""
