"""What `optwright datasets` prints."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from optwright.datasets import errata, registry
from optwright.datasets.audit import Audit
from optwright.datasets.audit import as_json as audit_json
from optwright.datasets.audit import audit as audit_folder
from optwright.datasets.sample import Labels, Sample
from optwright.datasets.source import Source
from optwright.datasets.sources import SOURCES
from optwright.errors import DatasetError
from optwright.eval.score import RULES, own_answer_fails
from optwright.outcome import Outcome


def sources(data_dir: Path | None, *, as_json: bool) -> None:
    """Print the known benchmarks."""
    if as_json:
        _print_json([facts(source) for source in SOURCES.values()])
        return
    table = Table(title="Known benchmarks", title_justify="left")
    for name in ("name", "records", "authors' rule", "here", "licence"):
        table.add_column(name, justify="right" if name == "records" else "left")
    for source in SOURCES.values():
        table.add_row(source.name, str(source.records), source.rule, _present(source, data_dir), source.licence)
    console = Console()
    console.print(table)
    console.print(f"{len(errata.known())} corrections of labels ship with the package.", highlight=False)


def facts(source: Source) -> dict[str, Any]:
    """Return what is known of a benchmark as plain JSON data."""
    words = ("name", "title", "records", "licence", "citation", "homepage", "upstream", "gold", "url")
    rule = RULES[source.rule]
    return {
        **{name: getattr(source, name) for name in words},
        "hub": source.hub.repository if source.hub else None,
        "authors_rule": {"name": rule.name, "compares": rule.title, "source": rule.source},
        "known_problems": list(source.problems),
    }


def dataset(name: str, data_dir: Path | None, *, as_json: bool) -> None:
    """Print everything known of a benchmark, a file or one record. Raises DatasetError for an unknown name."""
    prefix, slash, _ = name.partition("/")
    by_prefix = {source.id_prefix: source.name for source in SOURCES.values()}
    if slash and prefix in by_prefix and not Path(name).exists():
        _print_json(_record(_one(registry.load(by_prefix[prefix], directory=data_dir), name)))
        return
    if name in SOURCES:
        data = facts(SOURCES[name])
    else:
        samples = registry.load(name, directory=data_dir)
        data = {"file": name, "records": len(samples), "benchmarks": sorted({sample.benchmark for sample in samples})}
    if as_json:
        _print_json(data)
        return
    console = Console()
    for field, value in data.items():
        lines = value if isinstance(value, list) else [value]
        if isinstance(value, dict):
            lines = [f"{value['name']}: {value['compares']} ({value['source']})"]
        for number, line in enumerate(lines):
            console.print(
                f"{field.replace('_', ' ') if number == 0 else '':>16}  {line}", highlight=False, markup=False
            )


def audit(data_dir: Path | None, *, programs: bool, allow_weak: bool, as_json: bool) -> int:
    """Audit a folder and print what was found. Returns the exit code: 0 when nothing is wrong, else 1."""
    directory = data_dir or registry.folder()
    if directory is None:
        raise DatasetError(f"which folder? give it, or set {registry.FOLDER_VARIABLE}")
    found = audit_folder(directory, grade=own_answer_fails, run=partial(_run, allow_weak) if programs else None)
    if as_json:
        _print_json(audit_json(found))
    else:
        _show_audit(found)
    return 0 if found.ok else 1


def _run(allow_weak: bool, source: str) -> Outcome:
    from optwright.solvers.options import Trust
    from optwright.solvers.runner import run

    return run(source, trust=Trust.NONE, allow_weak=allow_weak)


def _show_audit(found: Audit) -> None:
    console = Console()
    for part in found.files:
        statuses = ", ".join(f"{count} {name}" for name, count in part.label_status.items())
        scorable = " and ".join(f"{count} with {name} labels" for name, count in part.scorable.items())
        console.print(f"{part.name}: {part.records} records: {statuses}", highlight=False)
        more = f"{part.infeasible_or_unbounded} infeasible or unbounded, {part.errata} errata"
        console.print(f"    scorable: {scorable}; {more}", highlight=False)
    for raw in found.raw:
        line = f"{raw.name}: {raw.records} records read as {raw.benchmark}; {raw.same_text} texts and "
        console.print(f"{line}{raw.same_answer} original answers as in the uniform file", highlight=False)
    for program in found.programs:
        verdict = "agrees" if program.agrees else f"DIFFERS ({program.message or 'another value'})"
        values = f"answer {program.expected}, program {program.found}"
        console.print(f"{program.name}: {values}: {verdict}", highlight=False, markup=False)
    agreeing = sum(program.agrees for program in found.programs)
    if found.programs:
        console.print(f"{agreeing} of {len(found.programs)} reference programs agree", highlight=False)
    for line in found.problems:
        console.print(line, highlight=False, markup=False)
    records = sum(part.records for part in found.files)
    console.print(f"{records} records loaded, {len(found.problems)} problems", highlight=False)


def _present(source: Source, data_dir: Path | None) -> str:
    try:
        return f"{len(registry.load(source.name, directory=data_dir))} records"
    except DatasetError:
        return "no"


def _one(samples: list[Sample], name: str) -> Sample:
    for sample in samples:
        if sample.id == name:
            return sample
    raise DatasetError(f"no record {name!r} among the {len(samples)} of {samples[0].benchmark if samples else 'none'}")


def _record(sample: Sample) -> dict[str, Any]:
    versions = {
        labels.value: {
            "question": sample.version(labels).question,
            "answer": label.to_json() if (label := sample.version(labels).label) else None,
            "unscorable": sample.version(labels).unscorable,
        }
        for labels in Labels
    }
    known = ("id", "benchmark", "upstream_id", "type", "label_status", "quantities", "objective_key", "where")
    lists = {"flags": list(sample.flags), "duplicates": list(sample.duplicates)}
    return {**{name: getattr(sample, name) for name in known}, **lists, **versions}


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
