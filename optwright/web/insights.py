"""Insights as the page shows them. Their words come from models and users: nothing of them is read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from optwright.experience.insight import Content, Insight, Use
from optwright.web.markup import paragraphs, plain, table

if TYPE_CHECKING:
    from optwright.experience.library import Change

MOST_TASKS = 8
"""Tasks of one kind that are named."""
FIELDS = ("stage", "first", "second", "condition", "explanation", "example")
WORDS: Mapping[str, str] = {
    "stage": "Stage",
    "first": "Label",
    "second": "Finer label",
    "condition": "When it applies",
    "explanation": "What to do then, and why",
    "example": "Example",
}


def choice(one: Insight) -> str:
    """Return an insight as an entry of the list: id, status, what came of it; its label; its condition."""
    good, bad = one.count(Use.POSITIVE), sum(one.count(use) for use in Use if use is not Use.POSITIVE)
    counts = f", +{good} \N{MINUS SIGN}{bad}" if good or bad else ""
    return f"{one.id}  {one.status.value}{counts}\n{one.content.label.path}\n{_short(one.content.condition)}"


def headline(one: Insight) -> str:
    """Return what an insight says, its example left out."""
    parts = [
        f"### {one.id}: {plain(one.content.label.path)}",
        f"**{one.status.value}**, version {one.version}",
        f"**When**  \n{paragraphs(one.content.condition)}",
        f"**Then**  \n{paragraphs(one.content.explanation)}",
    ]
    return "\n\n".join(parts)


def origin(one: Insight) -> str:
    """Return where an insight comes from and what came of it."""
    given = one.provenance
    rows = [
        ("learned from", _named(given.tasks)),
        ("model", given.model),
        ("run", given.run),
        ("date", given.date),
        ("merged from", ", ".join(f"I{number}" for number in one.parents)),
    ]
    uses = [(use.value, str(one.count(use)), _named(one.uses.get(use, ()))) for use in Use]
    return "\n\n".join(
        [
            "#### Where it comes from",
            table(["what", "value"], [row for row in rows if row[1]] or [("learned from", "not told")]),
            "#### What came of it",
            table(["use", "tasks", "which"], uses),
        ]
    )


def history(versions: Sequence[tuple[Change, Insight]]) -> str:
    """Return the versions of an insight as a table, the newest first."""
    rows = [
        (str(one.version), change.action, change.actor or "?", change.time, one.status.value, change.note[:300])
        for change, one in reversed(versions)
    ]
    return table(["version", "change", "who", "when", "status", "note"], rows)


def shown(insights: Mapping[str, Sequence[str]], known: Iterable[Insight]) -> str:
    """Return which insights an answer was written with; "" for none."""
    names = list(dict.fromkeys(insights.get("shown", ())))
    if not names:
        return ""
    conditions = {one.id: one.content.condition for one in known}
    used = set(insights.get("used", ()))
    rows = [
        (name, "followed" if name in used else "shown", conditions.get(name, "is not in this library"))
        for name in names
    ]
    return "#### Experience that was used\n\n" + table(["insight", "was", "when it applies"], rows)


def content_words(names: Iterable[str]) -> str:
    """Return the names of fields as the page calls them."""
    return ", ".join(f"\N{LEFT DOUBLE QUOTATION MARK}{WORDS[name]}\N{RIGHT DOUBLE QUOTATION MARK}" for name in names)


def values(content: Content) -> list[str]:
    """Return the fields of a form, in the order of `FIELDS`."""
    return [str(getattr(content, name)) for name in FIELDS]


def _named(tasks: Sequence[str]) -> str:
    more = f" and {len(tasks) - MOST_TASKS} more" if len(tasks) > MOST_TASKS else ""
    return f"{', '.join(tasks[:MOST_TASKS])}{more}"


def _short(text: str, most: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}\N{HORIZONTAL ELLIPSIS}"
