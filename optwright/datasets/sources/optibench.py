"""OptiBench (ReSocratic): linear and nonlinear problems, with and without tables, every quantity labelled."""

from __future__ import annotations

from optwright.datasets.label import label_of
from optwright.datasets.sample import Sample
from optwright.datasets.source import Row, Source
from optwright.datasets.sources.rows import first, numbers, objective_of, plain


def read_results(row: Row, *, benchmark: str, prefix: str) -> Sample:
    """Read `{question, index, type, results}`, where `results` maps names to numbers in text."""
    question, results = str(first(row, "question")), first(row, "results")
    if not isinstance(results, dict):
        raise ValueError("'results' is not a mapping of names to numbers")
    quantities = numbers(results)
    key = objective_of(quantities, question)
    return plain(
        row,
        benchmark=benchmark,
        prefix=prefix,
        question=question,
        answer=label_of(results[key]) if key else None,
        upstream_id=row.get("index", row["_position"]),
        type=str(row.get("type", "")),
        quantities=quantities,
        objective_key=key,
    )


def read(row: Row) -> Sample:
    """Read one record of OptiBench.json."""
    placed = {**row, "_position": row["index"]} if isinstance(row.get("index"), int) else row
    return read_results(placed, benchmark="optibench", prefix="optibench")


SOURCE = Source(
    name="optibench",
    title="OptiBench (E-OPT)",
    licence="Apache-2.0",
    citation="Yang et al., OptiBench Meets ReSocratic, arXiv:2407.09887 (2024)",
    homepage="https://github.com/yangzhch6/ReSocratic",
    upstream="yangzhch6/ReSocratic data/OptiBench.json",
    gold="results: every entry is compared by the authors; the objective among them is not marked",
    rule="every_quantity",
    records=605,
    read=read,
    id_prefix="optibench",
    url="https://raw.githubusercontent.com/yangzhch6/ReSocratic/main/data/OptiBench.json",
    problems=(
        "Six records store no objective at all; one mixes in results of another question.",
        "Wrong results were proved for twelve records of the development half; two lack data.",
        "Some single-objective copies take the last entry as objective, which is not always right, and round it.",
        "265 of the 605 questions appear in two or more wordings; 231 are NL4OPT test questions or variants.",
    ),
)
