"""Exports as files that the browser fetches: written into a private folder, gone with the server."""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from optwright.agent.export import Format, export
from optwright.agent.solution import Solution
from optwright.agent.talk.version import Version
from optwright.errors import InputError
from optwright.outcome import Key
from optwright.problem import Table

FORMS = (*(form.value for form in Format), "csv", "html")
"""What can be fetched: the model in each format, the answer as a table, and a report."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Files:
    """The folder of one server's exports. `folder` must be one that Gradio may serve from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, version: Version, tables: Sequence[Table], form: str) -> Path:
        """Write a version and return the file. Raises InputError and what `export` raises."""
        text = _text(version, tables, form)
        target = self.folder / secrets.token_hex(16)
        target.mkdir(parents=True, mode=0o700)
        path = target / f"{_name(version)}_v{version.number}.{form}"
        path.write_text(text, encoding="utf-8")
        return path


def _text(version: Version, tables: Sequence[Table], form: str) -> str:
    if form not in FORMS:
        raise InputError(f"unknown format {form[:20]!r}; known: {', '.join(FORMS)}")
    if form == "html":
        from optwright.web.report import report

        return report(version, tables)
    if form == "csv":
        return answer_table(version.solution)
    if version.formulation is not None:
        return export(version.formulation, tables, Format(form))
    if form == Format.PY and version.solution.program:
        return version.solution.program
    raise InputError("this version has no formulation to export")


def _name(version: Version) -> str:
    name = version.formulation.name if version.formulation else ""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[:40] or "problem"


def answer_table(solution: Solution) -> str:
    """Return every value as CSV in which no cell can be taken for a formula. Raises InputError without values."""
    if not solution.values:
        raise InputError("there are no values to export: this version has no point")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("quantity", "entry", "value"))
    quantities: dict[str, Mapping[Key, float | None]] = {**solution.outputs, **solution.values}
    for name, entries in quantities.items():
        for key, value in entries.items():
            writer.writerow((_safe(name), _safe(_entry(key)), "" if value is None else value))
    return text.getvalue()


def _entry(key: Key) -> str:
    return ", ".join(map(str, key))


def _safe(text: str) -> str:
    """Keep a spreadsheet from computing a text that begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
