"""NL4OPT: short linear word problems of the NeurIPS 2022 competition, in NL4OPT-E's revision."""

from __future__ import annotations

from optwright.datasets.sample import Sample
from optwright.datasets.source import Hub, Row, Source
from optwright.datasets.sources.optibench import read_results
from optwright.datasets.sources.rows import first, plain


def read(row: Row) -> Sample:
    """Read NL4OPT-E's `{question, index, type, results}`, or the 245-question release's `{en_question, en_answer}`."""
    if "results" in row:
        placed = {**row, "_position": row["index"]} if isinstance(row.get("index"), int) else row
        return read_results(placed, benchmark="nl4opt", prefix="nl4opt")
    question = first(row, "en_question", "question")
    return plain(row, benchmark="nl4opt", prefix="nl4opt-245", question=question, answer=row.get("en_answer"))


SOURCE = Source(
    name="nl4opt",
    title="NL4OPT (NL4OPT-E)",
    licence="Apache-2.0 for NL4OPT-E's repository; NL4Opt itself: not stated in the repositories read",
    citation="Ramamonjison et al., NL4Opt Competition, NeurIPS 2022, PMLR 220 (2023); NL4OPT-E: arXiv:2407.09887",
    homepage="https://github.com/nl4opt/nl4opt-competition",
    upstream="yangzhch6/ReSocratic data/NL4OPT-E.json",
    gold="results (NL4OPT-E: the objective is not marked); en_answer in the 245-question release",
    rule="rounded_5pct",
    records=289,
    read=read,
    id_prefix="nl4opt",
    hub=Hub("CardinalOperations/NL4OPT"),
    url="https://raw.githubusercontent.com/yangzhch6/ReSocratic/main/data/NL4OPT-E.json",
    problems=(
        "Releases of 289, 245 and 230 questions share the name; NL4OPT-E revises 43 of the 245 texts.",
        "42 of 245 labels differ between NL4OPT-E and the 245-question release, most because of revised texts.",
        "17 texts of the 245-question release have no solution (No Best Solution).",
    ),
)
