"""The Versions tab: what was changed from version to version, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.agent.explanation import number
from optwright.agent.talk.version import Version
from optwright.web.markup import table

NOTHING = "Every change makes a new version; earlier ones stay and can be restored."
MOST = 50


def listing(versions: Sequence[Version], current: int | None) -> str:
    """Return the versions as a Markdown table, the newest first."""
    if not versions:
        return NOTHING
    rows = [
        (
            f"{version.number}{' (current)' if version.number == current else ''}",
            version.cause[:120],
            str(version.solution.status).replace("_", " "),
            "none" if version.solution.objective is None else number(version.solution.objective),
            "a what-if" if version.hypothetical else "" if version.parent is None else f"from {version.parent}",
        )
        for version in list(versions)[::-1][:MOST]
    ]
    return table(["version", "made by", "status", "objective", "note"], rows)


def difference(version: Version | None) -> str:
    """Return what a version changed, one line a change."""
    if version is None:
        return ""
    if version.parent is None:
        return f"Version {version.number} begins a problem."
    return version.diff or "no difference"


def choices(versions: Sequence[Version]) -> list[tuple[str, int]]:
    """Return the versions to choose from, the newest first."""
    return [(f"{version.number}: {version.cause[:60]}", version.number) for version in list(versions)[::-1]]
