"""Our own corrections of gold answers: facts only, no question text.

A record is known by benchmark, upstream id and the SHA-256 of its question, so that a correction is applied to
exactly the text that it was found on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from optwright.datasets.label import Label, Status, label_of
from optwright.datasets.sample import Sample, Version, digest
from optwright.datasets.sources.rows import objective_of


@dataclass(frozen=True, slots=True)
class Erratum:
    """One correction. `answer` is a number, or None with `status` infeasible, unbounded or revised."""

    benchmark: str
    upstream_id: str
    question_sha256: str
    answer: float | int | None
    status: str
    """`optimal`, `infeasible`, `unbounded`, or `revised`: this text is defective and was replaced; do not score it."""
    was: float | int | str | None
    """The original label."""
    reason: str

    def label(self) -> Label | None:
        """Return the corrected answer, or None for a text that is not to be scored."""
        if self.status == "revised":
            return None
        return label_of(self.answer) if self.status == Status.OPTIMAL else Label(Status(self.status))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, one line of the file."""
        return {name: getattr(self, name) for name in self.__slots__}


@cache
def known() -> dict[tuple[str, str], Erratum]:
    """Return the errata that ship with the package, by benchmark and question digest."""
    text = files("optwright.datasets").joinpath("errata.jsonl").read_text(encoding="utf-8")
    entries = [Erratum(**json.loads(line)) for line in text.splitlines() if line.strip()]
    return {(entry.benchmark, entry.question_sha256): entry for entry in entries}


def correct(samples: Iterable[Sample], errata: dict[tuple[str, str], Erratum] | None = None) -> list[Sample]:
    """Return the samples with corrected answers where an erratum fits text and benchmark; the rest unchanged."""
    table = known() if errata is None else errata
    return [_apply(sample, table) for sample in samples]


def _apply(sample: Sample, table: dict[tuple[str, str], Erratum]) -> Sample:
    entry = table.get((sample.benchmark, digest(sample.corrected.question)))
    if entry is None:
        return sample
    label = entry.label()
    if label is not None and same(label, sample.corrected.label):
        return sample
    version = Version(sample.corrected.question, label, "" if label else f"text revised since: {entry.reason}")
    return replace(sample, corrected=version, label_status="erratum")


def derive(samples: Iterable[Sample], notes: dict[str, str]) -> list[Erratum]:
    """Make errata of the verified records whose answer differs from the original; `notes` gives remarks by id.

    A record whose text reviewers completed gives two entries: the answer of the completed text, and `revised` for the
    original. NL4OPT is the exception: NL4OPT-E's text *is* its upstream text, and the older wording has labels of its
    own, so that only labels that NL4OPT-E itself has wrong count.
    """
    found: list[Erratum] = []
    for sample in samples:
        new, old = sample.corrected.label, sample.original.label
        if sample.label_status != "verified" or new is None or (same(new, old) and _marked(sample)):
            continue
        was = old and (old.value if old.status is Status.OPTIMAL else old.status.value)
        why = (was, reason(notes.get(sample.id, "")))
        revised = digest(sample.original.question) != digest(sample.corrected.question)
        if revised and sample.benchmark == "nl4opt":
            continue
        found.append(_entry(sample, sample.corrected.question, new.status.value, why))
        if revised:
            found.append(_entry(sample, sample.original.question, "revised", why))
    return found


def _marked(sample: Sample) -> bool:
    """Whether the objective among the upstream results is the one that the reader takes."""
    if "no-objective-in-results" in sample.flags:
        return False
    if sample.objective_key is None:
        return True
    return objective_of(sample.quantities, sample.original.question) == sample.objective_key


_ASIDES = re.compile(r" ?(OptiMind \(|An older release|The reference code|Sample data inlined|Same text as).*", re.S)


def reason(note: str) -> str:
    """Shorten a remark on a record to what the correction rests on."""
    text = _ASIDES.sub("", note).removeprefix("Wrong upstream label: ").removeprefix("Wrong original label")
    text = text.strip(" ;.") or "re-solved"
    return text if len(text) <= 160 else text[:157].rsplit(" ", 1)[0] + " ..."


def _entry(sample: Sample, question: str, status: str, why: tuple[Any, str]) -> Erratum:
    label = sample.corrected.label
    value = label.value if label and status == Status.OPTIMAL else None
    answer = int(value) if value is not None and value.is_integer() else value
    was = int(why[0]) if isinstance(why[0], float) and why[0].is_integer() else why[0]
    return Erratum(sample.benchmark, sample.upstream_id, digest(question), answer, status, was, why[1])


def same(new: Label, old: Label | None) -> bool:
    """Whether two labels say the same: one status, and values equal to 1e-6 or at the coarser one's digits."""
    if old is None or new.status is not old.status:
        return False
    if new.value is None or old.value is None:
        return new.value == old.value
    places = [count for count in (new.decimals, old.decimals) if count is not None]
    rounding = 0.5 * 10.0 ** -min(places) * (1 + 1e-9) if places else 0.0
    return abs(new.value - old.value) <= max(1e-6 * (abs(old.value) + 1), rounding)
