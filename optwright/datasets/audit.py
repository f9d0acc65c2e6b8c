"""A data set audits itself: every record loads, every answer passes the grader, every reference program agrees.

Bad rows are listed with file and line; none is dropped in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optwright.datasets import errata, files, uniform
from optwright.datasets.registry import read_upstream
from optwright.datasets.sample import Labels, Sample, digest
from optwright.datasets.sources import SOURCES
from optwright.errors import DatasetError
from optwright.outcome import Outcome

Grade = Callable[[Sample, Labels], list[str]]
"""Returns the rules under which a sample's own gold answer would not count as right."""
RunProgram = Callable[[str], Outcome]
"""Runs a program in the sandbox and returns its outcome; never raises for a bad program."""
_WRONG_RESULTS = {"upstream-results-wrong", "no-objective-in-results", "ambiguous", "integrality", "missing-data"}
PROGRAM_TOLERANCE = 1e-4
"""Relative above 1, absolute below: reference programs were checked to this."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file holds."""

    name: str
    records: int
    label_status: dict[str, int]
    scorable: dict[str, int]
    """How many records have a gold answer, by label version."""
    infeasible_or_unbounded: int
    errata: int
    """Records to which a correction of ours applies."""
    outside: int
    """Duplicates that are named but lie in no file of the folder."""


@dataclass(frozen=True, slots=True)
class ProgramReport:
    """One reference program against the answer of its record."""

    name: str
    record: str
    expected: float | None
    found: float | None
    agrees: bool
    seconds: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class RawReport:
    """One file in an upstream format, read by the upstream reader."""

    name: str
    benchmark: str
    records: int
    same_text: int
    """Records whose text is that of the uniform record, in either version."""
    same_answer: int
    """Records whose original answer is the uniform record's original answer."""


@dataclass
class Audit:
    """Everything found, `problems` one line each."""

    files: list[FileReport] = field(default_factory=list)
    programs: list[ProgramReport] = field(default_factory=list)
    raw: list[RawReport] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems and all(program.agrees for program in self.programs)


def audit(directory: Path, *, grade: Grade, run: RunProgram | None = None) -> Audit:
    """Audit a folder of uniform files with its `reference_programs/` and `raw/`, where they exist.

    Raises DatasetError when there is no uniform file at all.
    """
    paths = sorted(directory.glob("*.jsonl"))
    if not paths:
        raise DatasetError(f"{directory}: no .jsonl file to audit")
    found, samples = Audit(), dict[str, Sample]()
    loaded = {path.name: _load(path, found) for path in paths}
    for name, part in loaded.items():
        for sample in part:
            if sample.id in samples:
                found.problems.append(f"{name}: {sample.where}: id {sample.id!r} is also in {samples[sample.id].where}")
            samples.setdefault(sample.id, sample)
    for name, part in loaded.items():
        found.files.append(_file_report(name, part, samples))
        found.problems += [line for sample in part for line in check(sample, grade)]
    if run is not None:
        found.programs += check_programs(directory / "reference_programs", samples, run)
    found.raw += _raw_reports(directory / "raw", samples, found)
    return found


def check(sample: Sample, grade: Grade) -> list[str]:
    """Return what is wrong with one record: its answer under the grader, and its named results against its answer."""
    failing = {labels: grade(sample, labels) for labels in Labels if sample.version(labels).label is not None}
    lines = [
        f"{sample.where}: {sample.id}: its {labels} answer fails the rules {', '.join(rules)}"
        for labels, rules in failing.items()
        if rules
    ]
    if sample.objective_key is not None and sample.objective_key not in sample.quantities:
        lines.append(f"{sample.where}: {sample.id}: no entry {sample.objective_key!r} in its results")
    elif _unexplained(sample):
        lines.append(f"{sample.where}: {sample.id}: its results do not contain its answer, and no flag says so")
    return lines


def _unexplained(sample: Sample) -> bool:
    """Whether the results lack the answer although nothing says that they are wrong."""
    known = (
        bool(_WRONG_RESULTS & set(sample.flags))
        or (sample.benchmark, digest(sample.corrected.question)) in errata.known()
    )
    return not known and not sample.results_fit(Labels.CORRECTED)


def check_programs(folder: Path, samples: dict[str, Sample], run: RunProgram) -> list[ProgramReport]:
    """Run every reference program and compare with the corrected answer of the record that it is named after."""
    reports = []
    for path in sorted(folder.glob("*.py")):
        prefix, _, number = path.stem.rpartition("_")
        sample = samples.get(name := f"{prefix}/{number}")
        label = sample.corrected.label if sample else None
        outcome = run(path.read_text(encoding="utf-8"))
        reports.append(_program_report(path.name, name, label.value if label else None, outcome))
    return reports


def _program_report(name: str, record: str, expected: float | None, outcome: Outcome) -> ProgramReport:
    found = outcome.objective
    if expected is None:
        return ProgramReport(name, record, None, found, False, outcome.seconds, "no such record, or it has no answer")
    if found is None:
        message = outcome.message or f"ended with {outcome.termination.value}"
        return ProgramReport(name, record, expected, None, False, outcome.seconds, message)
    agrees = abs(found - expected) <= PROGRAM_TOLERANCE * max(1.0, abs(expected))
    return ProgramReport(name, record, expected, found, agrees, outcome.seconds)


def _load(path: Path, found: Audit) -> list[Sample]:
    """Load what can be loaded of a file, and note every line that cannot."""
    samples = []
    try:
        for row in files.rows(path):
            try:
                samples.append(uniform.read(row))
            except DatasetError as error:
                found.problems.append(str(error))
    except DatasetError as error:
        found.problems.append(str(error))
    return errata.correct(samples)


def _file_report(name: str, samples: Sequence[Sample], everything: dict[str, Sample]) -> FileReport:
    known = errata.known()
    return FileReport(
        name,
        len(samples),
        dict(sorted(Counter(sample.label_status for sample in samples).items())),
        {labels.value: sum(sample.version(labels).label is not None for sample in samples) for labels in Labels},
        sum(label is not None and label.value is None for label in (sample.corrected.label for sample in samples)),
        sum((sample.benchmark, digest(sample.corrected.question)) in known for sample in samples),
        sum(other not in everything for sample in samples for other in sample.duplicates),
    )


def _raw_reports(folder: Path, samples: dict[str, Sample], found: Audit) -> Iterable[RawReport]:
    for path in sorted(folder.glob("*.json*")):
        name = path.name.split(".")[0].lower().removesuffix("_bench")
        if name not in SOURCES:
            found.problems.append(f"{path.name}: no benchmark is called {name!r}; known: {', '.join(SOURCES)}")
            continue
        try:
            read = read_upstream(SOURCES[name], files.rows(path))
        except DatasetError as error:
            found.problems.append(str(error))
            continue
        yield _raw_report(path.name, name, read, samples)


def _raw_report(name: str, benchmark: str, read: Sequence[Sample], samples: dict[str, Sample]) -> RawReport:
    pairs = [(sample, samples[sample.id]) for sample in read if sample.id in samples]
    texts = sum(
        digest(sample.original.question) in {digest(other.original.question), digest(other.corrected.question)}
        for sample, other in pairs
    )
    answers = sum(
        sample.original.label is not None and errata.same(sample.original.label, other.original.label)
        for sample, other in pairs
    )
    return RawReport(name, benchmark, len(read), texts, answers)


def as_json(found: Audit) -> dict[str, Any]:
    """Return the audit as plain JSON data."""
    return {
        "ok": found.ok,
        "files": [{name: getattr(part, name) for name in part.__slots__} for part in found.files],
        "programs": [{name: getattr(part, name) for name in part.__slots__} for part in found.programs],
        "raw": [{name: getattr(part, name) for name in part.__slots__} for part in found.raw],
        "problems": found.problems,
    }
