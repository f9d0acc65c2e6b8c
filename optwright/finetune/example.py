"""A proven pair of words and formulation, as synthesis writes it and distillation recovers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from optwright.datasets.files import rows
from optwright.errors import DatasetError
from optwright.formulation.elements import Formulation
from optwright.formulation.read import read
from optwright.problem import Table


@dataclass(frozen=True, slots=True)
class Example:
    """One question with a formulation that is known to be right for it."""

    id: str
    question: str
    formulation: Formulation
    objective: float | None = None
    """The optimum; None where it is not known."""
    tables: tuple[Table, ...] = ()
    family: str = ""
    level: str = ""
    style: str = ""
    split: str = "train"
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Where the pair comes from and what vouches for it."""


def load(paths: Iterable[Path]) -> list[Example]:
    """Read synthetic problems (JSON Lines). An id that an earlier file has gets the file's name added.

    Raises DatasetError, naming file, line and field, for what cannot be used.
    """
    found: dict[str, Example] = {}
    for path in paths:
        earlier = frozenset(found)
        for example in _read(path):
            name = f"{example.id}@{path.stem}" if example.id in earlier else example.id
            if name in found:
                raise DatasetError(f"{path}: the id {name!r} appears twice; give each problem an id of its own")
            found[name] = replace(example, id=name)
    return list(found.values())


def _read(path: Path) -> Iterator[Example]:
    for row in rows(path):
        where = str(row["_where"])
        for name in ("id", "question"):
            if not isinstance(row.get(name), str) or not row[name].strip():
                raise DatasetError(
                    f"{where}: the field {name!r} is missing or empty; is this a file of `optwright synth`?"
                )
        reading = read(row.get("formulation") or {})
        if reading.formulation is None:
            raise DatasetError(f"{where}: the formulation cannot be read: {reading.findings[-1].message}")
        yield Example(
            id=row["id"],
            question=row["question"],
            formulation=reading.formulation,
            objective=_number(row.get("objective"), where),
            tables=tuple(_table(entry, where) for entry in row.get("tables") or ()),
            family=str(row.get("family") or ""),
            level=str(row.get("level") or ""),
            style=str(row.get("style") or ""),
            split=str(row.get("split") or "train"),
            provenance=_mapping(row.get("provenance")),
        )


def _number(value: Any, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DatasetError(f"{where}: 'objective' is {value!r}; it must be a number or null")
    return float(value)


def _table(entry: Any, where: str) -> Table:
    try:
        columns = tuple(str(name) for name in entry["columns"])
        cells = tuple(tuple(row) for row in entry["rows"])
        return Table(str(entry["name"]), columns, cells, entry.get("file") or entry.get("source"))
    except (KeyError, TypeError, AttributeError):
        raise DatasetError(f"{where}: a table needs 'name', 'columns' and 'rows'") from None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {"source": value} if value else {}
