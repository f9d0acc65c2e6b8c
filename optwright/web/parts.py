"""The components of the page by name: what the handlers fill in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parts:
    """Every component that an event reads or writes."""

    browser: Any
    """Holds the conversation's id in the user's browser."""
    chat: Any
    words: Any
    send: Any
    stop: Any
    samples: Any
    tabs: Any
    shown: Any
    """The version that the tabs show."""
    headline: Any
    quantity: Any
    plot: Any
    seen: Any
    """The plot in words."""
    grid: Any
    limits: Any
    experience: Any
    """Which insights the answer was written with."""
    model: Any
    cells: Any
    cells_note: Any
    checks: Any
    program: Any
    log: Any
    versions: Any
    difference: Any
    tables: Any
    preview: Any
    columns: Any
    tables_note: Any
    download: Any
    export_note: Any
    teach: Any
    """The form for corrections."""
    teach_words: Any
    teach_changed: Any
    teach_changes: Any
    teach_send: Any
    teach_note: Any


@dataclass(frozen=True, slots=True)
class Controls:
    """The components that only start events."""

    leaf: Any
    """Turns to the library and back."""
    fresh: Any
    dark: Any
    upload: Any
    clicks: list[Any]
    """One button an example."""
    undo: Any
    restore: Any
    exports: dict[str, Any]
    """One button a format."""
