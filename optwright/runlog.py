"""A log of JSON lines that only grows: what was appended survives a kill, and a torn last line is not read."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from optwright.errors import InputError


class RunLog:
    """Append records to one file. Safe for several threads, and for several processes on a local file system.

    Each record is one `write` of one line to a file opened for appending, so that lines never interleave.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()

    def append(self, record: Mapping[str, Any]) -> None:
        """Write one record and wait until it is on disk. Raises InputError if the file cannot be written."""
        line = _line(record)
        with self._lock:
            try:
                self._write(line)
            except OSError as error:
                raise InputError(f"{self.path}: cannot append to the log ({error.strerror})") from error

    def _write(self, line: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            size = os.fstat(handle).st_size
            torn = size > 0 and self._last_byte(handle, size) != b"\n"
            os.write(handle, b"\n" + line if torn else line)
            os.fsync(handle)
        finally:
            os.close(handle)

    @staticmethod
    def _last_byte(handle: int, size: int) -> bytes:
        os.lseek(handle, size - 1, os.SEEK_SET)
        return os.read(handle, 1)

    def read(self) -> Iterator[dict[str, Any]]:
        """Yield the records in order; lines that a kill cut short are left out. A missing file has none."""
        if not self.path.exists():
            return
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue
                if isinstance(record, dict):
                    yield record


def _line(record: Mapping[str, Any]) -> bytes:
    def text(*, plain: bool) -> str:
        return json.dumps(record, ensure_ascii=plain, separators=(",", ":"), allow_nan=False) + "\n"

    try:
        return text(plain=False).encode()
    except UnicodeEncodeError:  # half a character, as a model's reply may hold it: only JSON's escapes can write it
        return text(plain=True).encode()
