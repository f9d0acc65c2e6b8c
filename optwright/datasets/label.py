"""Gold answers as data: a number with the digits that it was printed with, or a status such as infeasible."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What a gold answer says about the problem."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    NO_SOLUTION = "no_solution"
    """Infeasible or unbounded: upstream does not say which."""


_STATUS_WORDS = {
    "infeasible": Status.INFEASIBLE,
    "unbounded": Status.UNBOUNDED,
    "no best solution": Status.NO_SOLUTION,
    "no solution": Status.NO_SOLUTION,
    "infeasible or unbounded": Status.NO_SOLUTION,
    "none": Status.NO_SOLUTION,
}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_IMPLAUSIBLE = 1e30
"""A label beyond this is what a solver prints for infinity, not an answer."""


@dataclass(frozen=True, slots=True)
class Label:
    """One gold answer. `value` is None unless `status` is optimal."""

    status: Status
    value: float | None = None
    printed: str = ""
    """The number as its source prints it; its digits say how far it was rounded."""

    @property
    def decimals(self) -> int | None:
        """Digits after the point that carry information, or None where the label is not a rounded number.

        A whole label (`166`, `166.0`) is taken as exact: rounding to whole numbers would accept the bound of a
        relaxation. So is one with fewer than two significant digits (`0.1`), and one in exponent notation.
        """
        match = re.fullmatch(r"[-+]?(\d*)\.(\d*)", self.printed)
        if match is None or not match[2].strip("0"):
            return None
        digits = (match[1] + match[2]).lstrip("0")
        return len(match[2]) if len(digits) >= 2 else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"status": self.status.value, "value": self.value, "printed": self.printed}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Label:
        """Rebuild a label from `to_json`."""
        return cls(Status(data["status"]), data["value"], data["printed"])


def label_of(raw: Any, status: str | None = None) -> Label | None:
    """Read a gold answer as a source stores it: a number, a number in text, or words such as `No Best Solution`.

    Returns None where there is nothing to score against: no answer, a placeholder (-99999), NaN, or a solver's
    infinity.
    """
    if status is not None and status in _STATUS_WORDS:
        return Label(_STATUS_WORDS[status])
    if isinstance(raw, list) and len(raw) == 1:
        raw = raw[0]
    if isinstance(raw, bool) or raw is None or isinstance(raw, list | dict):
        return None
    text = str(raw).strip() if isinstance(raw, str) else repr(raw)
    if text.lower() in _STATUS_WORDS:
        return Label(_STATUS_WORDS[text.lower()])
    if not _NUMBER.fullmatch(bare := text.replace(",", "").lstrip("$")):
        return None
    value = float(bare)
    if not math.isfinite(value) or abs(value) >= _IMPLAUSIBLE or value == -99999:
        return None
    return Label(Status.OPTIMAL, value, bare)
