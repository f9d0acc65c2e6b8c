"""NLP4LP: NL4OPT test questions with structured annotations and solver outputs as labels."""

from __future__ import annotations

import json
from typing import Any

from optwright.datasets.sample import Sample
from optwright.datasets.source import Hub, Row, Source
from optwright.datasets.sources.rows import first, plain


def _solution(raw: Any) -> dict[str, Any]:
    if isinstance(raw, str):
        raw = json.loads(raw) if raw.strip() else {}
    return raw if isinstance(raw, dict) else {}


def read(row: Row) -> Sample:
    """Read `{id, description, solution, ...}`; `solution` is JSON text `{variables, objective}` or empty."""
    solution = _solution(row.get("solution"))
    return plain(
        row,
        benchmark="nlp4lp",
        prefix="nlp4lp",
        question=first(row, "description", "question"),
        answer=solution.get("objective", row.get("en_answer")),
        upstream_id=row.get("id", row["_position"]),
        type=str(row.get("problem_type") or ""),
    )


SOURCE = Source(
    name="nlp4lp",
    title="NLP4LP",
    licence="CC BY-NC-SA 4.0 on the hub's card; CC BY-NC 4.0 in the OptiMUS README: research only",
    citation="AhmadiTeshnizi et al., OptiMUS-0.3, arXiv:2407.19633 (2024)",
    homepage="https://huggingface.co/datasets/udell-lab/NLP4LP",
    upstream="ZJU-TSELab/ORThought datasets/processed/NLP4LP/nlp4lp.csv",
    gold="solution.objective",
    rule="absolute_0.01",
    records=269,
    read=read,
    id_prefix="nlp4lp",
    hub=Hub("udell-lab/NLP4LP"),
    problems=(
        "Labels are solver outputs of continuous models; some runs failed (0, or 4.08e35).",
        "27 of the 269 have no label upstream; solved since, most are infeasible or unbounded.",
        "All 269 questions are NL4OPT test questions.",
    ),
)
