"""Upstream files as rows: JSON arrays, JSON lines, CSV, and folders with one folder a record."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from optwright.datasets.source import Row
from optwright.errors import DatasetError

csv.field_size_limit(64 * 1024 * 1024)


def rows(path: Path, folder_files: str = "") -> Iterator[Row]:
    """Yield the records of a file, or of a folder that holds one folder a record.

    Each gets `_position` (from 0) and `_where`. Raises DatasetError, naming file and line, for what cannot be read.
    """
    if path.is_dir():
        if not folder_files:
            raise DatasetError(f"{path} is a folder; this benchmark is read from one file")
        yield from _folders(path, folder_files.split())
        return
    if not path.is_file():
        raise DatasetError(f"{path}: no such file")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: not UTF-8 text (byte {error.start}); convert it first") from None
    if path.suffix == ".csv":
        yield from _csv(path, text)
    elif text.lstrip().startswith("["):
        yield from _array(path, text)
    else:
        yield from _lines(path, text)


def _array(path: Path, text: str) -> Iterator[Row]:
    try:
        records = json.loads(text)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from None
    except RecursionError:
        raise DatasetError(f"{path}: not a data set: nested too deeply") from None
    for position, record in enumerate(records):
        yield _row(record, position, f"{path.name}, entry {position}")


def _lines(path: Path, text: str) -> Iterator[Row]:
    position = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(f"{path}, line {number}: not JSON ({error.msg})") from None
        except RecursionError:
            raise DatasetError(f"{path}, line {number}: not a data set: nested too deeply") from None
        yield _row(record, position, f"{path.name}, line {number}")
        position += 1


def _csv(path: Path, text: str) -> Iterator[Row]:
    reader = csv.DictReader(text.splitlines(keepends=True))
    for position, record in enumerate(reader):
        yield _row(record, position, f"{path.name}, line {reader.line_num}")


def _folders(path: Path, names: list[str]) -> Iterator[Row]:
    folders = sorted(folder for folder in path.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    for position, folder in enumerate(folders):
        record: dict[str, Any] = {"name": folder.name}
        for name in names:
            part = folder / name
            if not part.is_file():
                raise DatasetError(f"{folder}: has no {name}")
            text = part.read_text(encoding="utf-8-sig")
            try:
                record[part.stem] = json.loads(text) if part.suffix == ".json" else text
            except json.JSONDecodeError as error:
                raise DatasetError(f"{part}, line {error.lineno}: not JSON ({error.msg})") from None
        yield _row(record, position, f"{path.name}/{folder.name}")


def _row(record: Any, position: int, where: str) -> Row:
    if not isinstance(record, dict):
        raise DatasetError(f"{where}: a record must be an object, this is a {type(record).__name__}")
    return {**record, "_position": position, "_where": where}
