"""What a learning run has done: every unit of work once, its result on disk before the next begins."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from optwright.runlog import RunLog


class Journal:
    """Results by key in an append-only file, so that a killed run goes on with what it had found out.

    Safe for threads. A unit that was cut off is done again: units change nothing but what may be changed twice (an
    insight that is added twice is one).
    """

    def __init__(self, path: Path) -> None:
        self._log = RunLog(path)
        self._lock = threading.Lock()
        records = [record for record in self._log.read() if "key" in record]
        self._known = {str(record["key"]): record["result"] for record in records}
        self.elapsed = float(records[-1].get("elapsed", 0.0)) if records else 0.0
        """Seconds that the run had taken when the last unit was done, before this process went on with it."""
        self._start = time.monotonic() - self.elapsed

    def __contains__(self, key: str) -> bool:
        """Whether the unit is done."""
        return key in self._known

    def once(self, key: str, work: Callable[[], Any]) -> Any:
        """Return the result of a unit, working it out if that was not done yet; results are plain JSON data."""
        with self._lock:
            if key in self._known:
                return self._known[key]
        result = work()
        with self._lock:
            if key not in self._known:
                elapsed = round(time.monotonic() - self._start, 3)
                self._log.append({"key": key, "result": result, "elapsed": elapsed})
                self._known[key] = result
            return self._known[key]
