"""What a check found: one record each, an error that stops or a warning that asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Errors stop; warnings are questions; notes tell of a repair that was made on input."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """The closed list of findings, in docs/formulation.md section 8."""

    SCHEMA = "SCHEMA"
    SYNTAX = "SYNTAX"
    NOT_IN_LANGUAGE = "NOT_IN_LANGUAGE"
    BAD_NAME = "BAD_NAME"
    DUPLICATE_NAME = "DUPLICATE_NAME"
    UNDEFINED = "UNDEFINED"
    CYCLE = "CYCLE"
    ARITY = "ARITY"
    WRONG_SET = "WRONG_SET"
    SHAPE = "SHAPE"
    MISSING_DATA = "MISSING_DATA"
    SURPLUS_DATA = "SURPLUS_DATA"
    DUPLICATE_MEMBER = "DUPLICATE_MEMBER"
    NO_TABLE = "NO_TABLE"
    NO_COLUMN = "NO_COLUMN"
    BAD_CELL = "BAD_CELL"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    ARITHMETIC = "ARITHMETIC"
    NOT_A_RELATION = "NOT_A_RELATION"
    VARIABLE_IN_DATA = "VARIABLE_IN_DATA"
    STRICT = "STRICT"
    NO_BOUND = "NO_BOUND"
    BOUNDS = "BOUNDS"
    CONST_FALSE = "CONST_FALSE"
    TOO_LARGE = "TOO_LARGE"
    EMPTY = "EMPTY"
    UNUSED = "UNUSED"
    LOOSE_VARIABLE = "LOOSE_VARIABLE"
    HIDDEN_NAME = "HIDDEN_NAME"
    UNBOUNDED = "UNBOUNDED"
    DOMAIN = "DOMAIN"
    UNITS = "UNITS"
    NUMBER_UNUSED = "NUMBER_UNUSED"
    NUMBER_UNKNOWN = "NUMBER_UNKNOWN"
    BALANCE = "BALANCE"
    NORMALISED = "NORMALISED"


WARNINGS = frozenset(
    {
        Code.EMPTY,
        Code.UNUSED,
        Code.LOOSE_VARIABLE,
        Code.HIDDEN_NAME,
        Code.UNBOUNDED,
        Code.DOMAIN,
        Code.UNITS,
        Code.NUMBER_UNUSED,
        Code.NUMBER_UNKNOWN,
        Code.BALANCE,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `where` names the element (`constraint 'time'`) and, where it helps, the combination."""

    code: Code
    where: str
    message: str
    hint: str | None = None

    @property
    def severity(self) -> Severity:
        """The weight that the code carries."""
        if self.code is Code.NORMALISED:
            return Severity.NOTE
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR

    def __str__(self) -> str:
        """Return the finding as one line: `SYNTAX constraint 'time': ... (hint: ...)`."""
        tail = f" (hint: {self.hint})" if self.hint else ""
        return f"{self.code} {self.where}: {self.message}{tail}"

    def to_json(self) -> dict[str, str | None]:
        """Return the finding as plain JSON data, severity included."""
        return {**asdict(self), "severity": self.severity}


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
