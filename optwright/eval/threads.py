"""The engine of one machine: a pool of threads before the turnstile that all requests pass.

Programs are executed in processes of their own, and waiting for the server holds no interpreter lock, so that threads
suffice. Between its requests an item also needs this machine; therefore there are more workers than places at the
gate, and while some workers compute, others keep the server busy.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

from optwright.eval.work import Attempt, Feed, Worker


def workers_for(concurrency: int) -> int:
    """Return how many items to work on at once to keep this many requests in flight."""
    return concurrency + max(8, concurrency // 2)


class Threads:
    """Work through a feed with a pool of threads in this process."""

    def __init__(self, worker: Worker, workers: int) -> None:
        self._worker = worker
        self._count = workers

    def attempts(self, feed: Feed) -> Iterator[Attempt]:
        """Yield attempts as they finish. Raises what a worker raised, after closing the feed."""
        results: queue.SimpleQueue[Attempt | BaseException | None] = queue.SimpleQueue()
        threads = [
            threading.Thread(target=self._work, args=(feed, results), name=f"eval-{number}", daemon=True)
            for number in range(self._count)
        ]
        for thread in threads:
            thread.start()
        try:
            running = len(threads)
            while running:
                found = results.get()
                if found is None:
                    running -= 1
                elif isinstance(found, BaseException):
                    raise found
                else:
                    yield found
        finally:
            feed.close()

    def _work(self, feed: Feed, results: queue.SimpleQueue[Attempt | BaseException | None]) -> None:
        try:
            while (task := feed.take()) is not None:
                results.put(self._worker(task))
            results.put(None)
        except BaseException as error:  # noqa: BLE001 - handed to the driver, which raises it
            results.put(error)
