"""MAMO: the optimisation half of the Mamo benchmark, easy and complex linear programs."""

from __future__ import annotations

from collections.abc import Callable

from optwright.datasets.sample import Sample
from optwright.datasets.source import Hub, Row, Source
from optwright.datasets.sources.rows import first, plain


def _reader(benchmark: str, prefix: str, kind: str) -> Callable[[Row], Sample]:
    def read(row: Row) -> Sample:
        """Read `{id, Question, Answer, Category, Type}`; the hub's copy calls them en_question and en_answer."""
        return plain(
            row,
            benchmark=benchmark,
            prefix=prefix,
            question=first(row, "Question", "en_question"),
            answer=row.get("Answer", row.get("en_answer")),
            upstream_id=row.get("id", row["_position"]),
            type=str(row.get("Type", kind)),
        )

    return read


_LICENCE = "CC BY-SA 4.0: pass questions on under the same licence and say what was changed"
_CITATION = "Huang et al., Mamo: a Mathematical Modeling Benchmark with Solvers, arXiv:2405.13144 (2024)"
_HOME = "https://github.com/FreedomIntelligence/Mamo"
_RAW = "https://raw.githubusercontent.com/FreedomIntelligence/Mamo/main/data/optimization"

EASY = Source(
    name="mamo_easy",
    title="MAMO EasyLP",
    licence=_LICENCE,
    citation=_CITATION,
    homepage=_HOME,
    upstream="FreedomIntelligence/Mamo data/optimization/Easy_LP/mamo_easy_lp.jsonl",
    gold="Answer",
    rule="mamo",
    records=652,
    read=_reader("mamo_easy", "mamo-easy", "easy_lp"),
    id_prefix="mamo-easy",
    hub=Hub("CardinalOperations/MAMO", split="easy_lp"),
    url=f"{_RAW}/Easy_LP/mamo_easy_lp.jsonl",
    problems=(
        "79 of 652 best known answers differ from the original label.",
        "'Difference must not exceed' is read as absolute by some reviewers and as one-sided by the generator.",
    ),
)
COMPLEX = Source(
    name="mamo_complex",
    title="MAMO ComplexLP",
    licence=_LICENCE,
    citation=_CITATION,
    homepage=_HOME,
    upstream="FreedomIntelligence/Mamo data/optimization/Complex_LP/mamo_complex_lp.jsonl",
    gold="Answer",
    rule="mamo",
    records=211,
    read=_reader("mamo_complex", "mamo-complex", "complex_lp"),
    id_prefix="mamo-complex",
    hub=Hub("CardinalOperations/MAMO", split="complex_lp"),
    url=f"{_RAW}/Complex_LP/mamo_complex_lp.jsonl",
    problems=(
        "Labels of most travelling-salesman records are wrong in the original; some copies keep them.",
        "Some texts omit data and were only completed later by reviewers.",
        "56 of 211 best known answers differ from the original label.",
    ),
)
