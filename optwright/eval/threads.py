"""The engine of one machine: a pool of threads and a gate that keeps a constant number of requests in flight.

Programs are executed in processes of their own, and waiting for the server holds no interpreter lock, so that threads
suffice. Between its requests an item also needs this machine; therefore there are more workers than places at the
gate, and while some workers compute, others keep the server busy.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

from optwright.eval.work import Attempt, Feed, Worker
from optwright.llm.chat import ChatModel, Completion, Message, Schema


class Gate:
    """A language model behind a turnstile: at most `places` requests at a time, in order of arrival."""

    def __init__(self, model: ChatModel, places: int) -> None:
        self._model = model
        self._places = threading.BoundedSemaphore(places)

    @property
    def name(self) -> str:
        """What answers."""
        return self._model.name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        n: int = 1,
        temperature: float | None = None,
        schema: Schema | None = None,
        stop: Sequence[str] | None = None,
        max_tokens: int | None = None,
    ) -> Completion:
        """Wait for a place, then ask."""
        with self._places:
            return self._model.complete(
                messages, n=n, temperature=temperature, schema=schema, stop=stop, max_tokens=max_tokens
            )


def workers_for(concurrency: int) -> int:
    """Return how many items to work on at once to keep this many requests in flight."""
    return concurrency + max(4, concurrency // 2)


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
