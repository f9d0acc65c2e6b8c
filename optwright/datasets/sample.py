"""A benchmark record: the problem to solve and, apart from it, what is known of its answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from optwright.datasets.label import Label
from optwright.problem import Problem


class Labels(StrEnum):
    """Which version of texts and answers a run uses."""

    CORRECTED = "corrected"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record: a text with the answer that belongs to it."""

    question: str
    label: Label | None
    """None when the record cannot be scored in this version; `unscorable` says why."""
    unscorable: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A record in both versions. `original` is the upstream pair, `corrected` the best known one."""

    id: str
    """`<benchmark>/<position in the upstream file, from 0>`, stable."""
    benchmark: str
    upstream_id: str
    corrected: Version
    original: Version
    type: str = ""
    quantities: dict[str, float] = field(default_factory=dict)
    """OptiBench and NL4OPT: every named result of the upstream answer, by upstream's own name."""
    objective_key: str | None = None
    """The entry of `quantities` that is the objective."""
    label_status: str = "original"
    flags: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    """Ids of the same or nearly the same question elsewhere."""
    where: str = ""
    """File and line or entry, for messages."""

    def version(self, labels: Labels) -> Version:
        """Return the text and answer of one version."""
        return self.corrected if labels is Labels.CORRECTED else self.original

    def problem(self, labels: Labels) -> Problem:
        """Return what a method is given to solve: the words, never the answer."""
        return Problem(self.version(labels).question, name=self.id)

    def results_fit(self, labels: Labels) -> bool:
        """Whether `quantities` belong to the answer of a version: its objective is among them."""
        return fit(self.quantities, self.objective_key, self.version(labels).label)


def digest(question: str) -> str:
    """Return the SHA-256 of a question, white space normalised, by which errata and run folders know a text."""
    return hashlib.sha256(" ".join(question.split()).encode()).hexdigest()


def fit(quantities: dict[str, float], objective_key: str | None, label: Label | None) -> bool:
    """Whether named results contain the answer, at 1e-4; true where there are no results or no objective is marked."""
    if not quantities or label is None:
        return True
    if label.value is None:
        return False
    stored = [quantities[objective_key]] if objective_key in quantities else list(quantities.values())
    return any(abs(value - label.value) <= 1e-4 * max(1.0, abs(label.value)) for value in stored)
