"""A constant number of requests in flight: the turnstile that all requests of a process pass."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextvars import ContextVar
from types import TracebackType

from optwright.llm.chat import ChatModel, Completion, Message, Schema

WAITED: ContextVar[list[float]] = ContextVar("WAITED")
"""The waits before the turnstile of the attempt that is being made: they are the run's, not the method's."""


class Turnstile:
    """At most `places` threads inside at a time, in order of arrival. The number can change while it turns."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._inside = 0
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> Turnstile:
        """Wait for a place and take it."""
        with self._lock:
            if self._inside < self._places and not self._waiting:
                self._inside += 1
                return self
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the place back."""
        with self._lock:
            self._inside -= 1
            self._admit()

    @property
    def inside(self) -> int:
        """How many are inside now."""
        return self._inside

    def resize(self, places: int) -> None:
        """Change the number of places; those inside stay."""
        with self._lock:
            self._places = places
            self._admit()

    def _admit(self) -> None:
        while self._waiting and self._inside < self._places:
            self._inside += 1
            self._waiting.popleft().set()


class Gate:
    """A language model behind a turnstile. Fulfils `ChatModel`."""

    def __init__(self, model: ChatModel, turnstile: Turnstile) -> None:
        self._model = model
        self._turnstile = turnstile

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
        start = time.monotonic()
        with self._turnstile:
            WAITED.get([]).append(time.monotonic() - start)
            return self._model.complete(
                messages, n=n, temperature=temperature, schema=schema, stop=stop, max_tokens=max_tokens
            )
