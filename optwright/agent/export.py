"""A formulation as a file: a program, a notebook, a model for other solvers, or the formulation itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optwright.formulation.elements import Formulation
    from optwright.problem import Table


class Format(StrEnum):
    """What a model can be exported to."""

    PY = "py"
    LP = "lp"
    MPS = "mps"
    JSON = "json"
    IPYNB = "ipynb"


def export(formulation: Formulation, tables: Sequence[Table], form: Format) -> str:
    """Return the text of the file; it holds the data of the tables, so that it runs without them.

    Raises FormulationError for a formulation that is not well formed or lacks a table, ExportError for a model that
    the format cannot hold.
    """
    if form is Format.PY:
        return program(formulation, tables)
    if form is Format.JSON:
        return with_data(formulation, tables).to_json() + "\n"
    if form is Format.IPYNB:
        return notebook(formulation, program(formulation, tables))
    from optwright.formulation.build import build
    from optwright.solvers import writers

    return writers.text(build(formulation, tables).model, form.value)


def program(formulation: Formulation, tables: Sequence[Table]) -> str:
    """Return the Pyomo program. Raises FormulationError."""
    from optwright.formulation.render import render

    return render(formulation, tables).source


def with_data(formulation: Formulation, tables: Sequence[Table]) -> Formulation:
    """Return the formulation with the rows of the attached tables in it; without any, as it is.

    Raises FormulationError where one of several is missing.
    """
    if not tables:
        return formulation
    from optwright.formulation.binding import find_table
    from optwright.formulation.elements import TableSpec

    declared = {spec.name: spec for spec in formulation.tables}
    used = [part.table for part in formulation.sets] + [part.table for part in formulation.parameters]
    specs = []
    for name in dict.fromkeys([*declared, *filter(None, used)]):
        spec = declared.get(name)
        if spec is None or spec.rows is None:
            table = find_table(formulation, name, tables)
            words = {"description": spec.description, "quote": spec.quote} if spec else {}
            spec = TableSpec(name=name, columns=table.columns, rows=table.rows, **words)
        specs.append(spec)
    return formulation.model_copy(update={"tables": tuple(specs)})


def notebook(formulation: Formulation, source: str) -> str:
    """Return a Jupyter notebook (format 4.5): the model in LaTeX, and the program in a cell that solves it."""
    from optwright.formulation.latex import latex

    title = f"# {formulation.name}\n\n{formulation.description}".rstrip()
    cells = [
        _cell("markdown", "title", title),
        _cell("markdown", "model", latex(formulation)),
        _cell("code", "program", source),
    ]
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def _cell(kind: str, name: str, source: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
