"""Uploaded files to tables, within limits, and nothing of them left on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optwright.errors import InputError
from optwright.problem import Table
from optwright.tables import SUFFIXES, TableLimits, load_all

UPLOAD = TableLimits(file=32 * 2**20, unpacked=256 * 2**20, rows=200_000, columns=500, cells=1_000_000)
"""Smaller than on the command line: many users share the server."""
MOST_FILES = 12


def read_uploads(paths: Sequence[Path]) -> tuple[Table, ...]:
    """Return the tables of the files. Raises InputError, one line with the file's name, never its place."""
    if len(paths) > MOST_FILES:
        raise InputError(f"{len(paths)} files at once, more than {MOST_FILES}")
    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            raise InputError(f"{path.name}: tables are read from .csv, .tsv and .xlsx files; save it as one of these")
    return load_all(paths, limits=UPLOAD)
