"""A run is a folder that explains itself and survives a kill at any moment.

config.json, environment.json and items.jsonl are written whole before the first result; results.jsonl only grows, one
line and one fsync per attempt; summary.json, timing.json and report.html are written whole at the end, by rename.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, BinaryIO

from optwright.errors import ConfigError, InputError
from optwright.eval.items import Item
from optwright.eval.prediction import Prediction
from optwright.runlog import RunLog

Key = tuple[str, int]
"""Item id and number of the sample, from 0."""
FREE = frozenset({"concurrency", "engine", "processes", "address", "base_url", "pack"})
"""Settings that may change when a run is resumed: they do not decide any answer, or (of a pack) another one does."""
_PACKAGES = ("optwright", "pyomo", "highspy", "pyscipopt", "openai", "langgraph", "pydantic", "numpy")


@dataclass(frozen=True, slots=True)
class Record:
    """One attempt as results.jsonl keeps it."""

    id: str
    sample: int
    prediction: Prediction

    @property
    def key(self) -> Key:
        """What makes it unique in a run."""
        return (self.id, self.sample)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"id": self.id, "sample": self.sample, "prediction": self.prediction.to_json()}


class RunFolder:
    """The files of one run. Only one process may have it open to write; see `lock`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._results = RunLog(path / "results.jsonl")

    @property
    def exists(self) -> bool:
        """Whether a run was begun here."""
        return (self.path / "config.json").is_file()

    def begin(self, config: dict[str, Any], items: Sequence[Item]) -> None:
        """Write what the run is; config.json last, so that a half-made folder is not taken for a run."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.write("items.jsonl", "".join(json.dumps(item.to_json(), ensure_ascii=False) + "\n" for item in items))
        self.write_json("environment.json", environment())
        self.write_json("config.json", config)

    def config(self) -> dict[str, Any]:
        """Return the resolved configuration. Raises InputError when this is not a run folder."""
        try:
            loaded: dict[str, Any] = json.loads((self.path / "config.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InputError(f"{self.path} is not a run folder: it has no config.json") from None
        except ValueError as error:
            raise InputError(f"{self.path / 'config.json'}: not JSON ({error})") from None
        return loaded

    def check_same(self, config: dict[str, Any]) -> None:
        """Raise ConfigError naming what differs if a run of other settings lies here."""
        stored = self.config()
        before, now = _flat(stored), _flat(config)
        different = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
        if different:
            parts = ", ".join(f"{name} was {before.get(name)!r}, is {now.get(name)!r}" for name in different[:4])
            raise ConfigError(f"{self.path} holds a run with other settings ({parts}); use another --out")

    def items(self) -> list[Item]:
        """Return the items of the run, with the corrections of labels known today. Raises InputError as `config`."""
        self.config()
        lines = (self.path / "items.jsonl").read_text(encoding="utf-8").splitlines()
        return [Item.from_json(json.loads(line)).with_errata() for line in lines if line]

    def append(self, record: Record) -> None:
        """Write one result and wait until it is on disk."""
        self._results.append(record.to_json())

    def records(self) -> list[Record]:
        """Return the results in the order in which they were written, each key once."""
        found: dict[Key, Record] = {}
        for line in self._results.read():
            record = Record(line["id"], line["sample"], Prediction.from_json(line["prediction"]))
            found.setdefault(record.key, record)
        return list(found.values())

    def repair(self) -> bool:
        """Cut off a last line that a kill left half-written. Returns whether there was one."""
        path = self.path / "results.jsonl"
        if not path.exists():
            return False
        with path.open("r+b") as file:
            start = _last_line(file)
            tail = file.read()
            if not tail or tail.endswith(b"\n"):
                return False
            try:
                json.loads(tail)
            except ValueError:
                file.truncate(start)
            else:
                file.write(b"\n")
            file.flush()
            os.fsync(file.fileno())
        return True

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for writing. Raises InputError when another process has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as file:
            if sys.platform != "win32":
                import fcntl

                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise InputError(f"{self.path}: another process is writing this run; wait for it") from None
            yield

    def write_json(self, name: str, data: Any) -> None:
        """Write one JSON file whole."""
        self.write(name, json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def write(self, name: str, text: str) -> None:
        """Write one file whole, by rename: readers see the old or the new one."""
        draft = self.path / f".{name}.part"
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / name)


def _flat(config: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that decide answers, those of a part under `part.name`; one that is not set is left out."""
    found: dict[str, Any] = {}
    for name, value in config.items():
        if name not in FREE and value is not None:
            found |= (
                {f"{name}.{inner}": told for inner, told in value.items()} if isinstance(value, dict) else {name: value}
            )
    return found


def environment() -> dict[str, Any]:
    """Return versions and machine: enough to say later what a number was measured on, and no secret."""
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _last_line(file: BinaryIO) -> int:
    """Go to the start of the last line and return it."""
    size = file.seek(0, os.SEEK_END)
    start = size
    while start > 0:
        step = min(65536, start)
        file.seek(start - step)
        block = file.read(step)
        if (found := block[: -1 if start == size else None].rfind(b"\n")) >= 0:
            start = start - step + found + 1
            break
        start -= step
    return file.seek(start)
