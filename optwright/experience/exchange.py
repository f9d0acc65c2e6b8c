"""Libraries as files: our JSON with every field, AlphaOPT's library.json and taxonomy, and Markdown for reading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from optwright.errors import InputError
from optwright.experience.insight import Content, Insight, Label, Provenance, Stage, Status, Use
from optwright.experience.library import Library, Used

FORMAT = "optwright-library-1"
_STAGES = {
    "domain modeling": Stage.DOMAIN,
    "domain modelling": Stage.DOMAIN,
    "general formulation": Stage.FORMULATION,
    "code implementation": Stage.CODE,
    "code": Stage.CODE,
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds."""

    labels: tuple[Label, ...]
    insights: tuple[Insight, ...]
    """Their numbers are the file's; a library gives them its own."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import."""

    added: int
    known: int
    labels: int


def dump(library: Library, *, statuses: Iterable[Status] = tuple(Status)) -> str:
    """Return the library as JSON text: labels, insights with status, parents, tasks and what came of them."""
    wanted = set(statuses)
    insights = [
        {"number": one.number, **one.record(), "uses": {use.value: list(tasks) for use, tasks in one.uses.items()}}
        for one in library.find()
        if one.status in wanted
    ]
    labels = [
        {
            **{name: getattr(one, name) for name in ("first", "second", "definition", "condition")},
            "stage": one.stage.value,
        }
        for one in library.taxonomy()
    ]
    return json.dumps({"format": FORMAT, "labels": labels, "insights": insights}, ensure_ascii=False, indent=1) + "\n"


def load(path: Path) -> Contents:
    """Read a file of ours, or one of AlphaOPT's (a library or a taxonomy). Raises InputError with the place."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: is no JSON ({str(error)[:100]})") from None
    try:
        if isinstance(data, dict) and data.get("format") == FORMAT:
            return _ours(data)
        if isinstance(data, list):
            return Contents((), tuple(_alphaopt(entry, f"entry {at}") for at, entry in enumerate(data)))
        if isinstance(data, dict) and all(name.casefold() in _STAGES for name in data):
            return Contents(tuple(_taxonomy(data)), ())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: {_reason(error)}") from None
    raise InputError(f"{path}: is neither a library of Optwright ({FORMAT}) nor one of AlphaOPT")


def put(library: Library, contents: Contents, *, status: Status | None = None) -> Imported:
    """Add what a file holds; what the library says already is not doubled.

    `status` None keeps the file's own: what was admitted elsewhere is admitted here. Parents that the file holds too
    are renumbered, others are forgotten.
    """
    library.define(contents.labels)
    numbers: dict[int, int] = {}
    before = {one.number for one in library.find()}
    for one in sorted(contents.insights, key=lambda entry: entry.number):
        parents = [numbers[parent] for parent in one.parents if parent in numbers]
        made = library.add(one.content, one.provenance, status=status or one.status, parents=parents, note="imported")
        numbers[one.number] = made.number
        run = one.provenance.run or "imported"
        library.record(Used(made.number, task, use, run) for use, tasks in one.uses.items() for task in tasks)
    added = len({*numbers.values()} - before)
    return Imported(added, len(contents.insights) - added, len(contents.labels))


def markdown(insights: Iterable[Insight]) -> str:
    """Return insights for people, by label."""
    ordered = sorted(insights, key=lambda one: (one.content.label.folded, one.number))
    lines, last = ["# Experience library", ""], ""
    for one in ordered:
        if (path := one.content.label.path) != last:
            lines += [f"## {path}", ""]
            last = path
        lines += [*_told(one), ""]
    return "\n".join(lines)


def _told(one: Insight) -> Iterator[str]:
    counts = ", ".join(f"{one.count(use)} {use.value}" for use in Use if one.count(use)) or "never used"
    yield f"### {one.id}: {one.status.value}, version {one.version}, {counts}"
    yield ""
    yield f"*When:* {one.content.condition}"
    yield ""
    yield f"*Then:* {one.content.explanation}"
    if one.content.example:
        fence = "```" if "```" not in one.content.example else "~~~~"
        yield ""
        yield f"{fence}\n{one.content.example}\n{fence}"
    if one.provenance.tasks:
        yield ""
        yield f"Learned from {', '.join(one.provenance.tasks)}" + (
            f" ({one.provenance.model})" if one.provenance.model else ""
        )
    if one.uses:
        yield ""
        yield from (f"- {use.value}: {', '.join(one.uses[use])}" for use in Use if one.count(use))


def _ours(data: Mapping[str, Any]) -> Contents:
    labels = tuple(
        Label(
            Stage(entry["stage"]),
            *(str(entry.get(name, "")) for name in ("first", "second", "definition", "condition")),
        )
        for entry in data["labels"]
    )
    insights = []
    for entry in data["insights"]:
        uses = {Use(name): tuple(map(str, tasks)) for name, tasks in entry.get("uses", {}).items()}
        one = Insight.of_record(int(entry["number"]), 1, entry, uses=uses)
        insights.append(replace(one, content=one.content.checked()))
    return Contents(labels, tuple(insights))


def _alphaopt(entry: Mapping[str, Any], where: str) -> Insight:
    """Read `{insight_id, taxonomy: {table: {first: [second]}}, condition, ..., task_id, distribution}`."""
    try:
        stage, first, second = _place(entry["taxonomy"])
        content = Content(
            stage, first, second, *(str(entry.get(name) or "") for name in ("condition", "explanation", "example"))
        ).checked()
        task = entry.get("task_id") or ()
        tasks = (task,) if isinstance(task, str) else tuple(map(str, task))
        told = entry.get("distribution") or {}
        uses = {Use(name): tuple(dict.fromkeys(map(str, ids))) for name, ids in told.items() if ids}
        number = int(entry.get("insight_id") or 0)
        return Insight(number, content, Provenance(tasks, "", "AlphaOPT"), Status.CANDIDATE, uses=uses)
    except (KeyError, TypeError, ValueError, AttributeError, InputError) as error:
        raise ValueError(f"{where}: {_reason(error)}") from None


def _place(taxonomy: Mapping[str, Any]) -> tuple[Stage, str, str]:
    table, firsts = next(iter(taxonomy.items()))
    stage = _STAGES[table.casefold()]
    first, seconds = next(iter(firsts.items())) if isinstance(firsts, Mapping) else (str(firsts), ())
    names = [seconds] if isinstance(seconds, str) else list(seconds)
    return stage, str(first), str(names[0]) if names else ""


def _taxonomy(data: Mapping[str, Any]) -> Iterator[Label]:
    for table, firsts in data.items():
        stage = _STAGES[table.casefold()]
        for first, seconds in firsts.items():
            yield Label(stage, first)
            for second, words in seconds.items():
                yield Label(stage, first, second, str(words.get("definition", "")), str(words.get("condition", "")))


def _reason(error: Exception) -> str:
    return f"no field {error}" if isinstance(error, KeyError) else str(error)
