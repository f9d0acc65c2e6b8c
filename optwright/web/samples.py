"""The examples to click: the problems of `examples/`, which a new user can also run from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import optwright

_HOME = Path(optwright.__file__).parent
FOLDERS = (_HOME / "examples", _HOME.parent / "examples")
"""Where an installed package has them, and where a checkout does."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One example: its title, its words, and the tables that belong to it."""

    title: str
    text: str
    tables: tuple[Path, ...] = ()


@cache
def samples() -> tuple[Sample, ...]:
    """Return the examples, none where the folder is missing."""
    folder = next((folder for folder in FOLDERS if folder.is_dir()), None)
    return tuple(_read(folder)) if folder else ()


def _read(folder: Path) -> Iterator[Sample]:
    for path in sorted(folder.glob("*.txt")):
        yield Sample(path.stem.replace("_", " ").capitalize(), path.read_text(encoding="utf-8").strip())
    for path in sorted(folder.glob("*/problem.txt")):
        tables = tuple(sorted(path.parent.glob("*.csv")))
        title = path.parent.name.replace("_", " ").capitalize()
        yield Sample(title, path.read_text(encoding="utf-8").strip(), tables)
