"""Versions of an insight side by side: what differs, and what two people changed at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

from optwright.experience.insight import Content, Insight


@dataclass(frozen=True, slots=True)
class Rebased:
    """Somebody's changes put on top of a newer version."""

    content: Content
    clashes: tuple[str, ...]
    """Fields that both have changed, and differently: there the content has the changes that were put on top."""


def difference(first: Insight, second: Insight) -> str:
    """Return what differs, as a unified diff of one field a line; "" where nothing does."""
    names = (f"version {first.version}", f"version {second.version}")
    lines = difflib.unified_diff(list(_lines(first)), list(_lines(second)), *names, lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith("@@"))


def changed(first: Content, second: Content) -> list[str]:
    """Return the names of the fields that differ."""
    return [one.name for one in fields(Content) if getattr(first, one.name) != getattr(second, one.name)]


def rebased(base: Content, theirs: Content, mine: Content) -> Rebased:
    """Put what differs between `base` and `mine` on top of `theirs`."""
    ours = changed(base, mine)
    both = [name for name in ours if name in changed(base, theirs) and name in changed(theirs, mine)]
    return Rebased(replace(theirs, **{name: getattr(mine, name) for name in ours}), tuple(both))


def _lines(one: Insight) -> Iterator[str]:
    yield f"status: {one.status.value}"
    yield f"label: {one.content.label.path}"
    for name in ("condition", "explanation", "example"):
        for number, line in enumerate(getattr(one.content, name).splitlines()):
            yield f"{name}: {line}" if number == 0 else f"    {line}"
    origin = one.provenance
    yield f"learned from: {', '.join(origin.tasks)}"
    yield f"by: {', '.join(part for part in (origin.model, origin.run, origin.date) if part)}"
    if one.parents:
        yield f"merged from: {', '.join(f'I{number}' for number in one.parents)}"
