"""IndustryOR: 100 operations-research problems from industry and text books."""

from __future__ import annotations

from optwright.datasets.sample import Sample
from optwright.datasets.source import Hub, Row, Source
from optwright.datasets.sources.rows import first, plain


def read(row: Row) -> Sample:
    """Read `{en_question, en_answer, difficulty, id}`, as JSON lines or CSV; -99999 stands for no answer."""
    return plain(
        row,
        benchmark="industryor",
        prefix="industryor",
        question=first(row, "en_question", "question"),
        answer=row.get("en_answer", row.get("answer")),
        upstream_id=row.get("id", row["_position"]),
        type=str(row.get("question_type") or row.get("problem_type") or ""),
    )


SOURCE = Source(
    name="industryor",
    title="IndustryOR",
    licence="CC BY-NC 4.0 on the hub's card; the ORLM repository says Apache-2.0; ORThought's copy states none",
    citation="Huang et al., ORLM: A Customizable Framework in Training Large Models, arXiv:2405.17743 (2024)",
    homepage="https://huggingface.co/datasets/CardinalOperations/IndustryOR",
    upstream="ZJU-TSELab/ORThought datasets/processed/IndustryOR/IndustryOR.csv",
    gold="en_answer",
    rule="rounded_5pct",
    records=100,
    read=read,
    id_prefix="industryor",
    hub=Hub("CardinalOperations/IndustryOR"),
    problems=(
        "Several releases share the name, with other wordings and labels.",
        "37 of 100 best known answers differ from the original label; 37 texts were revised by reviewers.",
        "An older release writes -99999 for 'no answer'.",
    ),
)
