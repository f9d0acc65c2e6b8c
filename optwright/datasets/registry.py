"""Finding benchmarks by name, and loading them from wherever they are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from optwright.datasets import errata, files, remote, uniform
from optwright.datasets.sample import Sample
from optwright.datasets.source import Row, Source
from optwright.datasets.sources import SOURCES
from optwright.errors import DatasetError

FOLDER_VARIABLE = "OPTWRIGHT_BENCHMARKS"
_FILE_NAMES = {"optmath": "optmath_bench"}


def folder() -> Path | None:
    """Return the folder of uniform files: `OPTWRIGHT_BENCHMARKS`, or None."""
    return Path(given) if (given := os.environ.get(FOLDER_VARIABLE)) else None


def source(name: str) -> Source:
    """Return what is known of a benchmark. Raises DatasetError listing the known names."""
    if name not in SOURCES:
        raise DatasetError(f"unknown benchmark {name!r}; known: {', '.join(SOURCES)}, or a FILE.jsonl")
    return SOURCES[name]


def load(wanted: str, *, directory: Path | None = None) -> list[Sample]:
    """Load one benchmark or file.

    `NAME`: the uniform file of that name in `directory` (default: `folder()`). `FILE.jsonl`: a uniform file.
    `NAME:PATH` or `NAME:URL`: upstream's own format from there. `NAME:hub`: from the Hugging Face hub; `NAME:web`: from
    the authors' own address. Both are cached on disk. Raises DatasetError for whatever cannot be found or read.
    """
    name, colon, place = wanted.partition(":")
    if colon and name in SOURCES:
        return errata.correct(_upstream(SOURCES[name], place))
    if Path(wanted).is_file():
        return errata.correct(uniform.load(Path(wanted)))
    if wanted.endswith((".jsonl", ".json", ".csv")) or os.sep in wanted:
        hint = "NAME:PATH" if Path(wanted).exists() else "a file that exists"
        raise DatasetError(f"{wanted}: no such file; give {hint}")
    return errata.correct(_by_name(source(wanted), directory or folder()))


def load_all(wanted: Iterable[str], *, directory: Path | None = None) -> list[Sample]:
    """Load several and join them. Raises DatasetError when a record comes twice."""
    joined: dict[str, Sample] = {}
    for entry in wanted:
        for sample in load(entry, directory=directory):
            if sample.id in joined:
                raise DatasetError(f"{entry}: record {sample.id!r} was already loaded from {joined[sample.id].where}")
            joined[sample.id] = sample
    return list(joined.values())


def read_upstream(source: Source, rows: Iterable[Row]) -> list[Sample]:
    """Turn upstream records into samples. Raises DatasetError naming entry and field."""
    samples = []
    for row in rows:
        try:
            samples.append(source.read(row))
        except KeyError as error:
            raise DatasetError(f"{row['_where']}: no field {error.args[0]}; is this {source.title}'s format?") from None
        except ValueError as error:
            raise DatasetError(f"{row['_where']}: {error}") from None
    return samples


def _upstream(source: Source, place: str) -> list[Sample]:
    if place == "hub":
        return read_upstream(source, remote.hub_rows(source))
    if place == "web":
        if source.url is None:
            raise DatasetError(f"{source.name} has no single file to download; give a path: {source.name}:PATH")
        place = source.url
    path = remote.fetch(place) if "://" in place else Path(place)
    return read_upstream(source, files.rows(path, source.files))


def _by_name(source: Source, directory: Path | None) -> list[Sample]:
    if directory is None:
        places = f"set {FOLDER_VARIABLE} to a folder with {source.name}.jsonl, or give {source.name}:PATH"
        more = f", {source.name}:hub" if source.hub else ""
        raise DatasetError(f"where is {source.name}? {places}{more}{f', {source.name}:web' if source.url else ''}")
    path = directory / f"{_FILE_NAMES.get(source.name, source.name)}.jsonl"
    if not path.is_file():
        present = ", ".join(sorted(file.name for file in directory.glob("*.jsonl"))) or "no .jsonl file"
        raise DatasetError(f"{path}: no such file; {directory} has {present}")
    return uniform.load(path)
