"""LogiOR: logistics problems with an expert model, a program and an answer each."""

from __future__ import annotations

from optwright.datasets.label import label_of
from optwright.datasets.sample import Sample
from optwright.datasets.source import Row, Source
from optwright.datasets.sources.rows import first, plain


def read(row: Row) -> Sample:
    """Read one folder: `question.txt` and `answer.json` = `{status, obj}`."""
    answer = first(row, "answer")
    if not isinstance(answer, dict):
        raise ValueError("answer.json is not an object with 'status' and 'obj'")
    return plain(
        row,
        benchmark="logior",
        prefix="logior",
        question=first(row, "question"),
        answer=label_of(answer.get("obj"), str(answer.get("status", "")).lower()),
        upstream_id=row.get("name", row["_position"]),
    )


SOURCE = Source(
    name="logior",
    title="LogiOR",
    licence="not stated",
    citation="Yang et al., ORThought: Automated Optimization Modeling through Expert-Guided LLM Reasoning (2025)",
    homepage="https://github.com/ZJU-TSELab/ORThought",
    upstream="ZJU-TSELab/ORThought datasets/processed/LogiOR",
    gold="answer.json: obj, status",
    rule="absolute_0.01",
    records=92,
    read=read,
    id_prefix="logior",
    files="question.txt answer.json",
    problems=("No review of these labels by others is known to us.",),
)
