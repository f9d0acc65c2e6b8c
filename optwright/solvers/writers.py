"""A Pyomo model as text of the formats that other solvers read: LP, MPS, NL."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from pyomo.repn.plugins.lp_writer import LPWriter
from pyomo.repn.plugins.mps import ProblemWriter_mps
from pyomo.repn.plugins.nl_writer import NLWriter

from optwright.errors import InputError
from optwright.solvers.compiler import TROUBLE, quietly
from optwright.solvers.prepare import goals_of, prepare
from optwright.solvers.standard import ExportError

FORMATS = ("lp", "mps", "nl")


def write(model: Any, path: str | Path) -> None:
    """Write a model to a file; its suffix names the format. Raises InputError for other suffixes, ExportError."""
    target = Path(path)
    content = text(model, target.suffix.removeprefix(".").lower())
    try:
        target.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror}") from error


def text(model: Any, form: str) -> str:
    """Return a model in one of FORMATS, with readable names.

    Of objectives in order of priority these formats hold the first alone. LP and MPS hold linear and quadratic
    models, NL all. Raises InputError for an unknown format, ExportError for a model that the format cannot hold.
    """
    if form not in FORMATS:
        raise InputError(f"unknown model format {form!r}; known: {', '.join(FORMATS)}")
    with quietly():
        prepared = prepare(model)
        goals = goals_of(prepared)
        states = [goal.active for goal in goals]
        try:
            for number, goal in enumerate(goals):
                goal.activate() if number == 0 else goal.deactivate()
            return _written(prepared, form)
        except TROUBLE as error:
            reason = " ".join(str(error).split())[:300]
            raise ExportError(f"the model cannot be written as {form.upper()}: {reason}") from error
        finally:
            for goal, active in zip(goals, states, strict=True):
                goal.activate() if active else goal.deactivate()


def _written(model: Any, form: str) -> str:
    with tempfile.TemporaryDirectory(prefix="optwright-") as folder:
        path = Path(folder) / f"model.{form}"
        if form == "mps":
            ProblemWriter_mps()(model, str(path), lambda _: True, {"symbolic_solver_labels": True})
        else:
            writer = LPWriter() if form == "lp" else NLWriter()
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                writer.write(model, stream, symbolic_solver_labels=True)
        return path.read_text(encoding="utf-8")
