"""The folder of a saved solve: which problem it holds, who is at work in it, what came of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from optwright.agent.preset import Preset
from optwright.agent.state import State
from optwright.errors import InputError
from optwright.problem import Problem
from optwright.prompts.pack import Pack

FORMAT = 1


@contextmanager
def opened(folder: Path, record: Mapping[str, Any]) -> Iterator[Path]:
    """Hold a folder for the solve that the record describes; make it where there is none.

    Raises InputError when it holds another solve, when another process or thread is at work in it, or when nothing can
    be written there. A killed process leaves the folder open.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise InputError(f"{folder}: cannot keep a solve there ({error.strerror}); choose another folder") from error
    try:
        try:
            _take(handle)
        except OSError:
            line = f"{folder}: another solve is at work there; wait for it or choose another folder"
            raise InputError(line) from None
        _match(folder, record)
        yield folder
    finally:
        os.close(handle)  # releases the lock, as the end of the process does


def describe(problem: Problem, preset: Preset, effort: str, state: State, pack: Pack | None) -> dict[str, Any]:
    """Return what makes a solve this one and no other; and the prompt pack whole, to go on with."""
    tables = {table.name: _digest(repr((table.columns, table.rows))) for table in problem.tables}
    given = _digest(json.dumps(state["formulation"], sort_keys=True)) if state.get("formulation") else None
    return {
        "format": FORMAT,
        "name": problem.name,
        "text": problem.text,
        "tables": tables,
        "formulation": given,
        "method": preset.method,
        "effort": effort,
        "prompts": pack.digest if pack else None,
        "pack": pack.to_json() if pack else None,
    }


def kept(folder: Path) -> dict[str, Any] | None:
    """Return the record of the solve in a folder, None where none was begun. Raises InputError."""
    path = folder / "problem.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}); choose another folder") from None


def write(path: Path, data: Mapping[str, Any]) -> None:
    """Write JSON whole: a reader sees the old file or the new one. Raises InputError."""
    part = path.with_suffix(".part")
    try:
        part.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error


def _match(folder: Path, record: Mapping[str, Any]) -> None:
    before = kept(folder)
    if before is None:
        write(folder / "problem.json", record)
    elif changed := ", ".join(name for name in record if name != "pack" and before.get(name) != record[name]):
        raise InputError(f"{folder} holds another solve (other {changed}); choose another folder")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _take(handle: int) -> None:
    """Lock the open file or raise OSError at once."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
