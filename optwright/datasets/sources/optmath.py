"""OptMATH-Bench: long synthetic problems over many classes, generated from seed models."""

from __future__ import annotations

from optwright.datasets.sample import Sample
from optwright.datasets.source import Row, Source
from optwright.datasets.sources.rows import first, plain


def read(row: Row) -> Sample:
    """Read `{en_question, en_answer, id}`."""
    placed = {**row, "_position": row["id"]} if isinstance(row.get("id"), int) else row
    return plain(
        placed,
        benchmark="optmath",
        prefix="optmath",
        question=first(row, "en_question"),
        answer=row.get("en_answer"),
        upstream_id=row.get("id", row["_position"]),
    )


SOURCE = Source(
    name="optmath",
    title="OptMATH-Bench",
    licence="Apache-2.0 (LICENSE); the repository's pyproject.toml says MIT",
    citation="Lu et al., OptMATH: A Scalable Bidirectional Data Synthesis Framework, arXiv:2502.11102 (2025)",
    homepage="https://github.com/optsuite/OptMATH",
    upstream="optsuite/OptMATH benchmark/OptMATH_Bench.json",
    gold="en_answer",
    rule="rounded_5pct",
    records=166,
    read=read,
    id_prefix="optmath",
    url="https://raw.githubusercontent.com/optsuite/OptMATH/main/benchmark/OptMATH_Bench.json",
    problems=(
        "Reviewers found 53 of the 166 texts incomplete; labels of network-flow records are wrong.",
        "Generator records assume free start-ups in the first period; a reviewed version charges them.",
        "A 193-question version under the same name contains these 166 and 27 more.",
        "The authors' runner swaps integer and continuous variables until the label is met: not reproduced here.",
    ),
)
