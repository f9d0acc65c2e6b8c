"""The five elements: sets, parameters, variables, objective, constraints, with tables, expressions and outputs.

The shape of docs/formulation.md as pydantic models: strict, frozen, unknown fields refused. What a language model may
write differently (section 11) is normalised by `read` before it gets here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypeAliasType

Member = int | str
Value = TypeAliasType("Value", "float | int | str | list[Value] | dict[str, Value] | None")
"""A number, a nested list in set order, or a nested mapping by member; `None` is a value not given."""


class Domain(StrEnum):
    """Pyomo's names for where a variable lives."""

    NON_NEGATIVE_REALS = "NonNegativeReals"
    REALS = "Reals"
    NON_POSITIVE_REALS = "NonPositiveReals"
    POSITIVE_REALS = "PositiveReals"
    INTEGERS = "Integers"
    NON_NEGATIVE_INTEGERS = "NonNegativeIntegers"
    POSITIVE_INTEGERS = "PositiveIntegers"
    BINARY = "Binary"
    PERCENT_FRACTION = "PercentFraction"

    @property
    def integral(self) -> bool:
        """Whether only whole numbers are in it."""
        return self in _INTEGRAL

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper end, infinite where there is none; PositiveReals is closed at 0."""
        return _LIMITS.get(self, (0.0, float("inf")))


_INTEGRAL = {Domain.INTEGERS, Domain.NON_NEGATIVE_INTEGERS, Domain.POSITIVE_INTEGERS, Domain.BINARY}
_LIMITS = {
    Domain.REALS: (float("-inf"), float("inf")),
    Domain.NON_POSITIVE_REALS: (float("-inf"), 0.0),
    Domain.INTEGERS: (float("-inf"), float("inf")),
    Domain.POSITIVE_INTEGERS: (1.0, float("inf")),
    Domain.BINARY: (0.0, 1.0),
    Domain.PERCENT_FRACTION: (0.0, 1.0),
}


class Sense(StrEnum):
    """Which way is better."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


class Element(BaseModel):
    """What every element may carry: a description and the words of the problem that it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str] = "element"

    name: str
    description: str = ""
    quote: str = ""

    @property
    def where(self) -> str:
        """The element as findings name it: `constraint 'time'`."""
        return f"{self.kind} {self.name!r}"


def _one_of(element: Any, *groups: tuple[str, ...]) -> None:
    """Raise ValueError unless exactly one of the groups of fields is given."""
    given = [group for group in groups if any(getattr(element, name) is not None for name in group)]
    if len(given) != 1:
        names = ", ".join("+".join(group) for group in groups)
        raise ValueError(f"{element.where}: give exactly one of {names}")


class TableSpec(Element):
    """A table: attached (`file`; the cells come from outside) or inline (`rows`)."""

    kind = "table"

    columns: tuple[str, ...]
    rows: tuple[tuple[int | float | str | None, ...], ...] | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _check(self) -> TableSpec:
        _one_of(self, ("rows",), ("file",))
        return self


class SetSpec(Element):
    """A set in one of its five forms; with `index` a family of sets."""

    kind = "set"

    members: list[Any] | dict[str, Any] | None = None
    """Listed members (`["A", "B"]`, `[3, 5]`, tuples as lists), or for a family a list or mapping of such lists."""
    range: tuple[int | str, int | str] | None = None
    for_each: str | None = None
    keys_of: str | None = None
    table: str | None = None
    column: str | tuple[str, ...] | None = None
    index: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> SetSpec:
        _one_of(self, ("members",), ("range",), ("for_each",), ("keys_of",), ("table", "column"))
        if (self.table is None) != (self.column is None):
            raise ValueError(f"{self.where}: 'table' and 'column' go together")
        if self.index and self.members is None:
            raise ValueError(f"{self.where}: a family of sets lists its members")
        return self


class Parameter(Element):
    """Data, inline (`value`), sparse (`rows`) or bound to a column of a table."""

    kind = "parameter"

    index: tuple[str, ...] = ()
    value: Value | None = None
    rows: tuple[tuple[int | float | str | None, ...], ...] | None = None
    table: str | None = None
    column: str | None = None
    key: str | tuple[str, ...] | None = None
    wide: bool = False
    default: int | float | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Parameter:
        given = [name for name in ("value", "rows", "table") if getattr(self, name) is not None]
        if len(given) > 1 or (not given and self.default is None):
            raise ValueError(f"{self.where}: give exactly one of value, rows, table")
        if self.table is None and (self.column is not None or self.key is not None or self.wide):
            raise ValueError(f"{self.where}: 'column', 'key' and 'wide' need a 'table'")
        return self


class Variable(Element):
    """A decision: one value for every combination of its index."""

    kind = "variable"

    index: tuple[str, ...] = ()
    """Set names, or `"g in TYPES"` where a bound is an expression in that index."""
    domain: Domain = Domain.NON_NEGATIVE_REALS
    lower: Value | None = None
    upper: Value | None = None
    unit: str | None = None


class Expression(Element):
    """A named expression, expanded where it is used."""

    kind = "expression"

    for_each: str | None = None
    expression: str
    unit: str | None = None


class Objective(Element):
    """What is best; in a list, one in order of priority."""

    kind = "objective"

    name: str = "objective"
    sense: Sense
    expression: str
    unit: str | None = None


class Constraint(Element):
    """What must hold, once for every combination of `for_each`."""

    kind = "constraint"

    for_each: str | None = None
    expression: str


class Output(Element):
    """What the question asks for: the name of a variable or expression, or an expression."""

    kind = "output"

    for_each: str | None = None
    expression: str
    unit: str | None = None


class Formulation(BaseModel):
    """A whole problem. Only `variables` is obligatory; declarations may come in any order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "problem"
    description: str = ""
    tables: tuple[TableSpec, ...] = ()
    sets: tuple[SetSpec, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    variables: Annotated[tuple[Variable, ...], Field(min_length=1)]
    expressions: tuple[Expression, ...] = ()
    objective: Objective | tuple[Objective, ...] | None = None
    constraints: tuple[Constraint, ...] = ()
    outputs: tuple[Output, ...] = ()

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """The objectives in order of priority; none for a feasibility problem."""
        if self.objective is None:
            return ()
        return self.objective if isinstance(self.objective, tuple) else (self.objective,)

    def elements(self) -> list[Element]:
        """Return every element, in the order of the specification."""
        return [
            *self.tables,
            *self.sets,
            *self.parameters,
            *self.variables,
            *self.expressions,
            *self.objectives,
            *self.constraints,
            *self.outputs,
        ]

    def to_json(self, *, indent: int | None = 2) -> str:
        """Return the formulation as JSON text, what equals its default left out."""
        return self.model_dump_json(indent=indent, exclude_defaults=True)
