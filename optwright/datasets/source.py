"""What is known of a benchmark: where it comes from, under which terms, and how its authors compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from optwright.datasets.sample import Sample

Row = Mapping[str, Any]
"""One upstream record; `_position` is its place in the file, from 0, and `_where` names file and entry."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A data set on the Hugging Face hub."""

    repository: str
    split: str = "test"
    configuration: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One public benchmark and the reader of its upstream format."""

    name: str
    title: str
    licence: str
    citation: str
    homepage: str
    upstream: str
    """Repository and path of the file that positions in ids refer to."""
    gold: str
    """The upstream field used as gold answer."""
    rule: str
    """The name in `optwright.eval.score.RULES` of the comparison that its authors use."""
    records: int
    read: Callable[[Row], Sample]
    """Turn one upstream record into a sample. Raises KeyError or ValueError where a field is missing or wrong."""
    id_prefix: str
    files: str = ""
    """How `files.rows` is to read a folder of this benchmark, one folder a record; empty for single files."""
    hub: Hub | None = None
    url: str | None = None
    problems: tuple[str, ...] = ()
    """Known label problems, one sentence each."""
