"""A worker process of its own: `python -m optwright.eval.child`, spoken to in JSON lines over its standard streams.

First comes `{"settings", "key", "places"}`, then a line for each task; back goes a line for each attempt, in any order.
It ends when its standard input does, also because whoever started it was killed.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import traceback
from typing import Any, TextIO

from optwright.eval.gate import Turnstile
from optwright.eval.settings import Settings, pipeline
from optwright.eval.threads import workers_for
from optwright.eval.work import Task, Worker


def main() -> None:
    """Work until standard input ends."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what anybody prints goes to standard error, not between the answers
    start = json.loads(sys.stdin.readline())
    settings = Settings.from_json(start["settings"])
    worker = pipeline(settings.pipeline)(settings, turnstile=Turnstile(start["places"]), key=start["key"])
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    lock = threading.Lock()
    for _ in range(workers_for(start["places"])):
        threading.Thread(target=_work, args=(worker, tasks, out, lock), daemon=True).start()
    for line in sys.stdin:
        tasks.put(Task(**json.loads(line)))


def _work(worker: Worker, tasks: queue.SimpleQueue[Task], out: TextIO, lock: threading.Lock) -> None:
    while True:
        task = tasks.get()
        answer: dict[str, Any] = {"id": task.id, "sample": task.sample}
        try:
            attempt = worker(task)
            answer |= {"prediction": attempt.prediction.to_json(), "trouble": attempt.trouble}
        except BaseException:  # noqa: BLE001 - handed to the driver, which raises it
            answer["fault"] = traceback.format_exc()
        with lock:
            out.write(json.dumps(answer, ensure_ascii=False) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
