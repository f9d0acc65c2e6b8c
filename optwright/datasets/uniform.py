"""The uniform JSON Lines format: one record a line with `id`, `question`, `answer`, and what is known of the label."""

from __future__ import annotations

from pathlib import Path

from optwright.datasets.files import rows
from optwright.datasets.label import Label, label_of
from optwright.datasets.sample import Sample, Version
from optwright.datasets.source import Row
from optwright.datasets.sources.rows import numbers
from optwright.errors import DatasetError

_ORIGINAL_LABEL = {
    "optibench": "resocratic",
    "optmath": "optmath",
    "nl4opt": "nl4opt-e",
    "mamo-easy": "mamo",
    "mamo-complex": "mamo",
    "industryor": "industryor-csv",
    "complexor": "chain-of-experts",
    "nlp4lp": "optimus",
}
"""Which entry of `labels` is the benchmark's own, by the prefix of the id."""
_WITH_RESULTS = ("optibench", "nl4opt")
"""Where `variables` is upstream's whole results dictionary; elsewhere it holds variables only."""
_KINDS: dict[str, type[dict[str, object]] | type[list[object]]] = {
    "labels": dict,
    "variables": dict,
    "flags": list,
    "duplicates": list,
}
_BENCHMARK = {"mamo-easy": "mamo_easy", "mamo-complex": "mamo_complex"}


def read(row: Row) -> Sample:
    """Turn one line into a sample. Raises DatasetError naming line and field for what is missing or wrong."""
    where = str(row["_where"])
    for name in ("id", "question"):
        if not isinstance(row.get(name), str) or not str(row[name]).strip():
            raise DatasetError(f"{where}: field {name!r} is missing or empty; every record needs 'id' and 'question'")
    for name, kind in _KINDS.items():
        if not isinstance(row.get(name, kind()), kind):
            what = "an object" if kind is dict else "a list"
            raise DatasetError(f"{where}: field {name!r} must be {what}, this is a {type(row[name]).__name__}")
    prefix = str(row["id"]).partition("/")[0]
    quantities = numbers(row.get("variables")) if prefix in _WITH_RESULTS else {}
    return Sample(
        id=str(row["id"]),
        benchmark=_BENCHMARK.get(prefix, prefix),
        upstream_id=str(row.get("upstream_id", "")),
        corrected=_corrected(row, where),
        original=_original(row, prefix),
        type=str(row.get("type") or ""),
        quantities=quantities,
        objective_key=row.get("objective_key"),
        label_status=str(row.get("label_status", "original")),
        flags=tuple(row.get("flags", ())),
        duplicates=tuple(row.get("duplicates", ())),
        where=where,
    )


def load(path: Path) -> list[Sample]:
    """Read a whole file. Raises DatasetError for a bad line or an id that appears twice."""
    samples = [read(row) for row in rows(path)]
    seen: dict[str, str] = {}
    for sample in samples:
        if sample.id in seen:
            raise DatasetError(f"{path}: id {sample.id!r} appears twice ({seen[sample.id]}; {sample.where})")
        seen[sample.id] = sample.where
    return samples


def _corrected(row: Row, where: str) -> Version:
    question = str(row["question"])
    label = _label(row, "answer", row.get("status"))
    if label is None and row.get("answer") is not None:
        raise DatasetError(f"{where}: answer {row['answer']!r} is neither a number nor a status")
    if row.get("label_status") == "ill-posed" or "missing-data" in row.get("flags", ()):
        return Version(question, None, "ill-posed: the text lacks the data")
    return Version(question, label, "" if label else "no answer is known")


def _original(row: Row, prefix: str) -> Version:
    if "question_original" in row:
        label = _label(row, "answer_original", None)
        return Version(str(row["question_original"]), label, "" if label else "no usable upstream answer")
    labels = row.get("labels") or {}
    if (key := _ORIGINAL_LABEL.get(prefix)) is None or not labels:
        return _corrected(row, str(row["_where"]))
    label = label_of(labels.get(key))
    return Version(str(row["question"]), label, "" if label else "no usable upstream answer")


def _label(row: Row, name: str, status: str | None) -> Label | None:
    return label_of(row.get(name), status)
