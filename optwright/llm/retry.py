"""Attempts until one succeeds: exponential waits with jitter, the server's Retry-After, one deadline over all."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from optwright.errors import LLMError, RefusedError
from optwright.llm.trouble import TRANSIENT, Kind, Trouble
from optwright.stop import current

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on. Waits double from `first_wait`, each drawn between half and the whole of it."""

    attempts: int = 8
    deadline: float = 300.0
    """Seconds over all attempts and waits."""
    first_wait: float = 0.5
    longest_wait: float = 20.0
    timeout: float = 120.0
    """Seconds for one attempt: a server that hangs leaves time for another."""


@dataclass(frozen=True, slots=True)
class Success(Generic[T]):
    """What the last attempt returned, and how many there were."""

    value: T
    attempts: int


def persist(
    attempt: Callable[[float], T], patience: Patience, *, sleep: Callable[[float], None] = time.sleep
) -> Success[T]:
    """Call `attempt(seconds left)` until it returns. Raises LLMError, one line, when that cannot be hoped for.

    An attempt fails by raising `Trouble`; one that overstays the deadline is left behind.
    """
    end = time.monotonic() + patience.deadline
    number = 0
    while True:
        number += 1
        try:
            return Success(within(attempt, min(patience.timeout, end - time.monotonic())), number)
        except Trouble as error:
            trouble = error
        wait = _wait(trouble, number, patience)
        left = end - time.monotonic()
        most = min(patience.attempts, trouble.attempts or patience.attempts)
        if trouble.kind not in TRANSIENT or number >= most or wait >= left:
            kind = RefusedError if trouble.kind is Kind.REFUSED else LLMError
            raise kind(_line(trouble, number, wait if wait >= left else None))
        sleep(wait)


def _wait(trouble: Trouble, number: int, patience: Patience) -> float:
    if trouble.wait is not None:
        return trouble.wait * random.uniform(1.0, 1.1)
    whole: float = min(patience.longest_wait, patience.first_wait * 2 ** (number - 1))
    return whole * random.uniform(0.5, 1.0)


def _line(trouble: Trouble, number: int, wait: float | None) -> str:
    """Return the line to raise, with what was tried."""
    if trouble.kind not in TRANSIENT:
        return trouble.line
    tried = f"{number} attempts" if number > 1 else "1 attempt"
    hopeless = wait is not None and trouble.wait is not None and trouble.kind is Kind.RATE
    tail = f"; it asks to wait {trouble.wait:g} s, longer than the deadline allows" if hopeless else ""
    return f"{trouble.line} (after {tried}){tail}"


def within(attempt: Callable[[float], T], seconds: float) -> T:
    """Run the attempt in a thread of its own and wait no longer than that. Raises StoppedError when it is stopped.

    The SDK's time-outs count from one byte to the next: a server that sends a byte now and then never meets them.
    """
    if seconds <= 0:
        raise Trouble(Kind.TIMEOUT, "no time was left to ask the language model")
    box: list[T] = []
    raised: list[BaseException] = []
    over = threading.Event()

    def work() -> None:
        try:
            box.append(attempt(seconds))
        except BaseException as error:  # noqa: BLE001  handed to the waiting thread, which raises it
            raised.append(error)
        finally:
            over.set()

    thread = threading.Thread(target=copy_context().run, args=(work,), name="optwright-llm", daemon=True)
    with current().calling(over.set):
        thread.start()
        over.wait(None if math.isinf(seconds) else seconds + 0.1)
    current().check()
    if raised:
        raise raised[0]
    if not box:
        raise Trouble(Kind.TIMEOUT, f"the language model's server did not finish its answer within {seconds:.0f} s")
    return box[0]
