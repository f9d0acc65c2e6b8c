"""What the library holds: insights, the labels they stand under, and what came of using them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from optwright.errors import InputError

MOST_TEXT = 8_000
"""Characters of a condition, an explanation or an example."""
MOST_SAID = MOST_TEXT // 2
"""Characters of a user's correction."""


class Stage(StrEnum):
    """Which step of modelling an insight helps; the first level of the taxonomy (AlphaOPT's three tables)."""

    DOMAIN = "domain modelling"
    FORMULATION = "general formulation"
    CODE = "code"


class Status(StrEnum):
    """Whether an insight may be shown to a model."""

    CANDIDATE = "candidate"
    """Learned or proposed, not yet through the gate."""
    ADMITTED = "admitted"
    RETIRED = "retired"


class Use(StrEnum):
    """What came of an insight on one task."""

    POSITIVE = "positive"
    """It was shown and the task was solved with it."""
    NEGATIVE = "negative"
    """It was shown and led the model astray."""
    INVALID = "invalid"
    """It was shown, applies, and is wrong or made no difference to the failure."""
    IRRELEVANT = "irrelevant"
    """It was shown and does not apply."""
    UNRETRIEVED = "unretrieved"
    """It was not shown and would have helped."""


@dataclass(frozen=True, slots=True)
class Label:
    """A place in the taxonomy below a stage: a first level, and a second one or none."""

    stage: Stage
    first: str
    second: str = ""
    definition: str = ""
    condition: str = ""

    @property
    def folded(self) -> tuple[str, str, str]:
        """The label as it is compared: without case and doubled white space."""
        return self.stage.value, _fold(self.first), _fold(self.second)

    @property
    def path(self) -> str:
        """`domain modelling / routing / subtours`."""
        return " / ".join(part for part in (self.stage.value, self.first, self.second) if part)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an insight comes from."""

    tasks: tuple[str, ...] = ()
    """Ids of the tasks that it was learned from."""
    model: str = ""
    run: str = ""
    date: str = ""
    """ISO 8601."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an insight says."""

    stage: Stage
    first: str
    second: str
    condition: str
    """When it applies."""
    explanation: str
    """What to do then, and why."""
    example: str = ""
    """In the formulation language or in Pyomo."""

    @property
    def label(self) -> Label:
        """Its place in the taxonomy, without definition."""
        return Label(self.stage, self.first, self.second)

    @property
    def fingerprint(self) -> str:
        """A digest by which equal contents are one, whatever their case and white space."""
        text = "\x1f".join((self.stage.value, *map(_fold, (self.condition, self.explanation, self.example))))
        return hashlib.sha256(text.encode()).hexdigest()

    def checked(self) -> Content:
        """Return it stripped. Raises InputError, naming the field, for one that is empty or too long."""
        parts = {name: storable(str(getattr(self, name))).strip() for name in _TEXTS}
        for name, text in parts.items():
            if not text and name in ("first", "condition", "explanation"):
                raise InputError(f"an insight needs {_WORDS[name]}; it is empty")
            if len(text) > MOST_TEXT:
                raise InputError(f"{_WORDS[name]} of an insight has {len(text)} characters; shorten it to {MOST_TEXT}")
        return Content(self.stage, **parts)


_WORDS = {
    "first": "a label",
    "second": "a second label",
    "condition": "a condition",
    "explanation": "an explanation",
    "example": "an example",
}
_TEXTS = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class Insight:
    """An insight in its latest version, or in an earlier one from the history."""

    number: int
    """Its name within one library, written `I17`."""
    content: Content
    provenance: Provenance = Provenance()
    status: Status = Status.CANDIDATE
    version: int = 1
    parents: tuple[int, ...] = ()
    """The insights that were merged into it."""
    uses: Mapping[Use, tuple[str, ...]] = field(default_factory=dict)
    """Ids of tasks by what came of it; empty in the history."""

    @property
    def id(self) -> str:
        """The name as prompts and people write it."""
        return f"I{self.number}"

    def count(self, use: Use) -> int:
        """Return on how many tasks that came of it."""
        return len(self.uses.get(use, ()))

    def record(self) -> dict[str, Any]:
        """Return what a version keeps, as plain JSON data."""
        content = {**asdict(self.content), "stage": self.content.stage.value}
        provenance = {**asdict(self.provenance), "tasks": list(self.provenance.tasks)}
        return {
            **content,
            "provenance": provenance,
            "status": self.status.value,
            "parents": list(self.parents),
        }

    @classmethod
    def of_record(cls, number: int, version: int, record: Mapping[str, Any], **more: Any) -> Insight:
        """Rebuild from `record`. Raises KeyError, TypeError or ValueError for other data."""
        content = Content(Stage(record["stage"]), **{name: str(record.get(name, "")) for name in _TEXTS})
        given = record.get("provenance", {})
        provenance = Provenance(
            tuple(map(str, given.get("tasks", ()))), *(str(given.get(name, "")) for name in ("model", "run", "date"))
        )
        parents = tuple(int(parent) for parent in record.get("parents", ()))
        return cls(number, content, provenance, Status(record["status"]), version, parents, **more)


def number_of(name: str) -> int:
    """Return the number of an insight written as `I17`, `i17` or `17`. Raises InputError for another text."""
    digits = name.strip().lower().removeprefix("i")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise InputError(f"{name!r} names no insight; write its number, such as I17")
    return int(digits)


def storable(text: str) -> str:
    """Return text as every database keeps it: without NUL, which PostgreSQL refuses, and without half characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
