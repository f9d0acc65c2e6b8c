"""The items of a run as its folder keeps them: what is needed to score, without any question text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from optwright.datasets import errata
from optwright.datasets.label import Label
from optwright.datasets.sample import Labels, Sample, digest, fit
from optwright.datasets.split import clusters
from optwright.eval.score import Gold

SIZES = ((80, "up to 80 words"), (160, "81 to 160"), (320, "161 to 320"), (10**9, "over 320"))
"""The classes of question length by which accuracy is reported."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record of the benchmark in one run. Labels are None where the version cannot be scored."""

    id: str
    benchmark: str
    question_sha256: str
    """Of the text that was asked."""
    corrected: Label | None
    original: Label | None
    """Both labels are of the text asked: a label of another wording is None here."""
    unscorable: dict[str, str] = field(default_factory=dict)
    """Why a version has no label, by version."""
    type: str = ""
    words: int = 0
    group: str = ""
    """The id that stands for all its duplicates in pooled figures."""
    quantities: dict[str, float] = field(default_factory=dict)
    objective_key: str | None = None
    label_status: str = ""
    flags: tuple[str, ...] = ()

    @property
    def size(self) -> str:
        """The class of the question's length."""
        return next(name for limit, name in SIZES if self.words <= limit)

    def gold(self, labels: Labels) -> Gold | None:
        """Return what attempts are scored against in one version, or None when that cannot be."""
        label = self.corrected if labels is Labels.CORRECTED else self.original
        if label is None:
            return None
        wrong = labels is Labels.CORRECTED and "upstream-results-wrong" in self.flags
        whole = not wrong and fit(self.quantities, self.objective_key, label)
        return Gold(label, self.quantities if whole else {}, self.objective_key)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        data = {name: getattr(self, name) for name in self.__slots__}
        for name in ("corrected", "original"):
            data[name] = data[name] and data[name].to_json()
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Item:
        """Rebuild from `to_json`."""
        given = dict(data)
        for name in ("corrected", "original"):
            given[name] = Label.from_json(given[name]) if given[name] else None
        return cls(**{**given, "flags": tuple(given["flags"])})

    def with_errata(self) -> Item:
        """Return the item with the corrections known today, which may be more than when the run was made."""
        entry = errata.known().get((self.benchmark, self.question_sha256))
        if entry is None:
            return self
        label = entry.label()
        why = {} if label else {Labels.CORRECTED.value: f"text revised since: {entry.reason}"}
        data = {name: getattr(self, name) for name in self.__slots__}
        return Item(**{**data, "corrected": label, "unscorable": {**self.unscorable, **why}})


def items_of(samples: Sequence[Sample], labels: Labels) -> list[Item]:
    """Return the items of a run that asks the texts of this version."""
    groups = clusters(samples)
    return [_item(sample, labels, groups[sample.id]) for sample in samples]


def _item(sample: Sample, labels: Labels, group: str) -> Item:
    asked = digest(sample.version(labels).question)
    found: dict[str, Label | None] = {}
    why: dict[str, str] = {}
    for version in Labels:
        pair = sample.version(version)
        same = digest(pair.question) == asked
        found[version.value] = pair.label if same else None
        if found[version.value] is None:
            why[version.value] = pair.unscorable if same else "this version has another text"
    return Item(
        sample.id,
        sample.benchmark,
        asked,
        found["corrected"],
        found["original"],
        why,
        type=sample.type,
        words=len(sample.version(labels).question.split()),
        group=group,
        quantities=sample.quantities,
        objective_key=sample.objective_key,
        label_status=sample.label_status,
        flags=sample.flags,
    )


def by_id(items: Iterable[Item]) -> dict[str, Item]:
    """Return the items by id."""
    return {item.id: item for item in items}
