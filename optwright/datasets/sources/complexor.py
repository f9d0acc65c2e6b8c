"""ComplexOR: problems stated without numbers, with sample data beside them."""

from __future__ import annotations

import json

from optwright.datasets.sample import Sample
from optwright.datasets.source import Row, Source
from optwright.datasets.sources.rows import first, plain


def read(row: Row) -> Sample:
    """Read one folder (`description.txt`, `sample.json` = `[{input, output}]`): the first instance, data inlined.

    LLMOPT's copy of the benchmark has its 18 problems with their data in the text, a line each: `{question, answer}`.
    """
    if "question" in row:
        return plain(row, benchmark="complexor", prefix="complexor", question=row["question"], answer=row.get("answer"))
    description, samples = str(first(row, "description")), first(row, "sample")
    if not isinstance(samples, list) or not samples or "input" not in samples[0]:
        raise ValueError("sample.json is not a list of {input, output}")
    data = json.dumps(samples[0]["input"], indent=1, ensure_ascii=False)
    return plain(
        row,
        benchmark="complexor",
        prefix="complexor",
        question=f"{description.strip()}\n\nData:\n{data}",
        answer=samples[0].get("output"),
        upstream_id=row.get("name", row["_position"]),
    )


SOURCE = Source(
    name="complexor",
    title="ComplexOR",
    licence="not stated",
    citation="Xiao et al., Chain-of-Experts: When LLMs Meet Complex Operations Research Problems, ICLR 2024",
    homepage="https://github.com/xzymustbexzy/Chain-of-Experts",
    upstream="xzymustbexzy/Chain-of-Experts dataset/ComplexOR",
    gold="sample.json: output of the first instance",
    rule="exact",
    records=18,
    read=read,
    id_prefix="complexor",
    files="description.txt sample.json",
    problems=(
        "Five of the 18 solved records have wrong original labels.",
        "One record depends on the index order of a matrix.",
        "The upstream folder has more problems than the 18 in common use, and its order is alphabetical.",
    ),
)
