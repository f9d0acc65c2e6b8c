"""Conversations at work: who may ask for what at once, what runs where, and how it is stopped.

The page comes and goes (reloads, closed lids); the work does not depend on it. A conversation is known by an
unguessable id that only the user's browser keeps; with users who log in, an id opens only its own user's conversation.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from optwright.agent import models
from optwright.agent.context import Progress
from optwright.agent.dialogue import Dialogue
from optwright.agent.solve import Settings
from optwright.agent.talk.turn import Turn
from optwright.errors import InputError, OptwrightError
from optwright.llm import ChatModel
from optwright.problem import Table

_ID = re.compile(r"[A-Za-z0-9_-]{32,64}")
_logger = logging.getLogger(__name__)

Tell = Callable[[Progress], None]
Action = Callable[[Dialogue, Tell], Turn]
"""What a piece of work does with its conversation."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go on at once."""

    workers: int = 4
    """Conversations at work at the same time, all users together."""
    per_user: int = 2
    """Requests of one user that are at work or wait."""
    waiting: int = 100
    """Requests that wait, all users together."""
    tables: int = 12
    """Tables attached to one conversation's next message."""
    pages: int = 400
    """Open pages whose last content is kept in memory."""
    open: int = 64
    """Conversations kept open in memory; others are read again from the store."""


@dataclass
class Job:
    """One request of a conversation, from the moment it is accepted."""

    conversation: str
    owner: str
    said: str
    steps: list[Progress] = field(default_factory=list)
    future: Future[Turn] = field(default_factory=Future)

    @property
    def waits(self) -> bool:
        """Whether it has not begun yet."""
        return not self.future.running() and not self.future.done()

    @property
    def refused(self) -> bool:
        """Whether it is over and was nothing that could be done: the words may be mended."""
        return self.future.done() and not self.future.cancelled() and isinstance(self.future.exception(), InputError)

    def trouble(self) -> str | None:
        """Return what went wrong with a job that is over, in one line without paths or traces."""
        if self.future.cancelled():
            return "Stopped before it began."
        error = self.future.exception()
        if error is None:
            return None
        if isinstance(error, OptwrightError):
            return str(error)
        reference = secrets.token_hex(4)
        _logger.error("request %s failed", reference, exc_info=error)
        return f"Something went wrong on this server; nothing that was there is lost. Reference {reference}."


@dataclass
class _Open:
    """A conversation in memory."""

    dialogue: Dialogue
    lock: threading.Lock = field(default_factory=threading.Lock)


class Desk:
    """Every conversation of one server. Safe to share between threads."""

    def __init__(
        self,
        store: str,
        *,
        model: ChatModel | None = None,
        settings: Settings | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.store, self.model, self.settings = store, model, settings or Settings()
        self.limits = limits or Limits()
        self._pool = ThreadPoolExecutor(self.limits.workers, thread_name_prefix="solve")
        self._jobs: dict[str, Job] = {}
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._tables: OrderedDict[str, tuple[Table, ...]] = OrderedDict()
        self._lock = threading.Lock()

    @staticmethod
    def new() -> str:
        """Return the id of a new conversation: 192 random bits."""
        return secrets.token_urlsafe(24)

    @staticmethod
    def is_id(text: object) -> bool:
        """Whether something that a browser sent has the form of an id."""
        return isinstance(text, str) and _ID.fullmatch(text) is not None

    @contextmanager
    def reading(self, conversation: str, user: str) -> Iterator[Dialogue]:
        """Hold a conversation to read from it. Raises InputError where the store cannot be used."""
        opened = self._opened(thread_of(conversation, user))
        with opened.lock:
            yield opened.dialogue

    def job(self, conversation: str, user: str) -> Job | None:
        """Return what a conversation is busy with, if anything."""
        with self._lock:
            job = self._jobs.get(thread_of(conversation, user))
            return job if job is not None and not job.future.done() else None

    def last(self, conversation: str, user: str) -> Job | None:
        """Return the last request of a conversation while it is remembered, at work or over."""
        with self._lock:
            return self._jobs.get(thread_of(conversation, user))

    def begin(self, conversation: str, user: str, owner: str, said: str, action: Action) -> Job:
        """Put a request to work. Raises InputError, one line, where the conversation, user or server is too busy."""
        thread = thread_of(conversation, user)
        with self._lock:
            self._jobs = {name: job for name, job in self._jobs.items() if not job.future.done()}
            self._admit(thread, owner)
            job = Job(conversation, owner, said)
            self._jobs[thread] = job
            job.future = self._pool.submit(self._work, thread, action, job)
        return job

    def _admit(self, thread: str, owner: str) -> None:
        if thread in self._jobs:
            raise InputError("this conversation is still at work on the last request; wait for it or press Stop")
        mine = sum(job.owner == owner for job in self._jobs.values())
        if mine >= self.limits.per_user:
            raise InputError(f"you have {mine} requests at work already; wait for one of them or stop it")
        if sum(job.waits for job in self._jobs.values()) >= self.limits.waiting:
            raise InputError("too many requests are waiting on this server; try again in a minute")

    def ahead(self, job: Job) -> int:
        """Return how many requests will begin before a waiting one."""
        with self._lock:
            waiting = [other for other in self._jobs.values() if other.waits]
        return waiting.index(job) if job in waiting else 0

    def _work(self, thread: str, action: Action, job: Job) -> Turn:
        return action(self._opened(thread).dialogue, job.steps.append)

    def stop(self, conversation: str, user: str) -> None:
        """Stop what a conversation is busy with: the model call and the solver, or the wait for them."""
        job = self.job(conversation, user)
        if job is not None and not job.future.cancel():
            self._opened(thread_of(conversation, user)).dialogue.stop()

    def attach(self, conversation: str, user: str, tables: tuple[Table, ...]) -> tuple[Table, ...]:
        """Keep tables for the next message; one of the same name takes the other's place. Raises InputError."""
        thread = thread_of(conversation, user)
        with self._lock:
            kept = {table.name: table for table in (*self._tables.get(thread, ()), *tables)}
            if len(kept) > self.limits.tables:
                raise InputError(f"{len(kept)} tables, more than the {self.limits.tables} that one problem may have")
            self._tables[thread] = tuple(kept.values())
            while len(self._tables) > self.limits.open:
                self._tables.popitem(last=False)
            return self._tables[thread]

    def attached(self, conversation: str, user: str) -> tuple[Table, ...]:
        """Return the tables that wait for the next message."""
        with self._lock:
            return self._tables.get(thread_of(conversation, user), ())

    def detach(self, conversation: str, user: str) -> tuple[Table, ...]:
        """Return the tables that wait for the next message, and forget them."""
        with self._lock:
            return self._tables.pop(thread_of(conversation, user), ())

    def close(self) -> None:
        """Stop everything; what is done is in the store, and what is not goes on when it is opened again."""
        with self._lock:
            jobs, opened = dict(self._jobs), dict(self._open)
        for thread, job in jobs.items():
            if not job.future.cancel() and thread in opened:
                opened[thread].dialogue.stop()
        self._pool.shutdown(cancel_futures=True)

    def _opened(self, thread: str) -> _Open:
        with self._lock:
            if thread not in self._open:
                model = self.model or models.OFFLINE
                dialogue = Dialogue.open(thread, store=self.store, model=model, settings=self.settings)
                self._open[thread] = _Open(dialogue)
                self._evict()
            self._open.move_to_end(thread)
            return self._open[thread]

    def _evict(self) -> None:
        idle = [thread for thread in self._open if thread not in self._jobs][:-1]
        for thread in idle[: max(0, len(self._open) - self.limits.open)]:
            self._open.pop(thread).dialogue.close()


def thread_of(conversation: str, user: str) -> str:
    """Return the name under which the store keeps a conversation: the id itself never reaches the store."""
    return sha256(f"{user}\0{conversation}".encode()).hexdigest()[:48]
