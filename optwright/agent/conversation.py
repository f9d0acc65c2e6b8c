"""The graph of a dialogue and its checkpoints: one thread a dialogue. Beside `graph`, the only module with LangGraph.

hear -> clarify -> solve -> tell, each where it is needed; a turn that ends in a question goes on at `wait`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, overload

from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.config import get_config
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt

from optwright.agent.talk.clarify import clarify, wanted
from optwright.agent.talk.hear import hear
from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.solving import solve
from optwright.agent.talk.state import Around, Json, Talk
from optwright.agent.talk.tell import tell
from optwright.errors import InputError

FILE = "dialogues.sqlite"
SEPARATOR = "\x1f"
"""Not in any conversation's name."""
POSTGRES = ("postgresql://", "postgres://")
_BUSY = 60.0
"""Seconds that a process waits for another that writes to the same file."""


def _wait(talk: Talk, around: Around) -> Talk:
    """Stop until the user says something; what is said then is the request of the next turn."""
    return {"request": interrupt(talk["waiting"])}


_NODES: dict[str, Callable[[Talk, Around], Talk]] = {
    "hear": hear,
    "clarify": clarify,
    "solve": solve,
    "tell": tell,
    "wait": _wait,
}


class Store:
    """Where dialogues are kept: a SQLite file or a PostgreSQL database. Safe to share between threads."""

    def __init__(self, saver: BaseCheckpointSaver[str], close: Callable[[], None]) -> None:
        self.saver, self.close = saver, close
        self.graph = _build(self)
        self.held = 0

    def keep(self, thread: str, number: int, solution: Json) -> None:
        """Store the solution of a version apart, once: it would be written again with every step of every turn."""
        checkpoint = empty_checkpoint()
        checkpoint["channel_values"] = {"solution": solution}
        checkpoint["channel_versions"] = {"solution": checkpoint["id"]}
        self.saver.put(_apart(thread, number), checkpoint, {"source": "update"}, checkpoint["channel_versions"])

    def solution(self, thread: str, number: int) -> Json:
        """Return what was kept."""
        found = self.saver.get_tuple(_apart(thread, number))
        assert found is not None, "a version that is listed was kept"
        return dict(found.checkpoint["channel_values"]["solution"])

    def prune(self, thread: str) -> None:
        """Forget the steps of finished turns; the last checkpoint has everything."""
        if isinstance(self.saver, SqliteSaver):
            _prune(self.saver, thread)
        else:
            self.saver.prune([thread])


class _Versions(Sequence[Json]):
    """The versions of a thread, their solutions read when they are asked for."""

    def __init__(self, store: Store, thread: str, records: Sequence[Json]) -> None:
        self._store, self._thread, self._records = store, thread, records

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, place: int) -> Json: ...
    @overload
    def __getitem__(self, place: slice) -> list[Json]: ...
    def __getitem__(self, place: int | slice) -> Json | list[Json]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        record = self._records[place]
        return {**record, "solution": self._store.solution(self._thread, record["number"])}


def _whole(store: Store, thread: str, talk: Talk) -> Talk:
    """Return a state with its versions whole."""
    versions: Any = _Versions(store, thread, talk.get("versions", []))
    return {**talk, "versions": versions}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a thread stands."""

    talk: Talk
    waits: bool = False
    """Whether a question waits for the user."""
    cut_off: bool = False
    """Whether a turn was cut off before its end."""
    spent: Json = field(default_factory=dict)
    """What the solve of that turn had spent."""


def standing(store: Store, thread: str) -> Standing:
    """Return how a thread stands; one that is not there yet has an empty state."""
    with _readable():
        snapshot = store.graph.get_state(_config(thread))
        waits = any(task.interrupts for task in snapshot.tasks)
        cut_off = bool(snapshot.next) and not waits
        spent = _spent(store, thread, snapshot.tasks) if cut_off else {}
    return Standing(_whole(store, thread, cast(Talk, snapshot.values)), waits, cut_off, spent)


def _spent(store: Store, thread: str, tasks: Iterable[Any]) -> Json:
    """Return what the solve inside of a task had spent by its last checkpoint."""
    for task in tasks:
        inside: Any = {"configurable": {"thread_id": thread, "checkpoint_ns": f"{task.name}:{task.id}"}}
        if (last := store.saver.get_tuple(inside)) is not None:
            values = last.checkpoint["channel_values"]
            return {name: values[name] for name in ("usage", "elapsed") if name in values}
    return {}


def advance(store: Store, thread: str, given: Json | None, around: Around) -> None:
    """Run a turn: `given` is its request, None goes on with one that was cut off. Raises what the nodes raise."""
    now = standing(store, thread)
    start: Any = None
    if given is not None:
        start = Command(resume=given) if now.waits else {"request": given}
    with _readable():
        for _ in store.graph.stream(start, _config(thread), context=around, durability="sync"):
            pass
        store.prune(thread)


def close_turn(store: Store, thread: str, changed: Talk) -> None:
    """End a turn from outside, with what it changes."""
    with _readable():
        store.graph.update_state(_config(thread), changed, as_node="tell")
        store.prune(thread)


def _config(thread: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": thread}}


def _apart(thread: str, number: int) -> Any:
    """Return where a version's solution is kept: a thread of its own, which no conversation can be called like."""
    return {"configurable": {"thread_id": f"{thread}{SEPARATOR}{number}", "checkpoint_ns": ""}}


def _build(store: Store) -> Any:
    graph = StateGraph(Talk, context_schema=Around)
    for name, node in _NODES.items():
        graph.add_node(name, _step(name, node, store))
    graph.add_edge(START, "hear")
    graph.add_conditional_edges("hear", _after_hear, ["clarify", "solve", "tell"])
    graph.add_conditional_edges("clarify", _after_clarify, ["solve", "tell"])
    graph.add_edge("solve", "tell")
    graph.add_conditional_edges("tell", lambda talk: "wait" if talk.get("waiting") else END, ["wait", END])
    graph.add_edge("wait", "hear")
    return graph.compile(checkpointer=store.saver)


def _step(name: str, node: Callable[[Talk, Around], Talk], store: Store) -> Callable[..., Talk]:
    """Wrap a node for LangGraph; what it returns is reduced to JSON's own types, solutions are kept apart."""

    def wrapped(talk: Talk, runtime: Runtime[Around]) -> Talk:
        thread = str(get_config()["configurable"]["thread_id"])
        changed = json.loads(json.dumps(node(_whole(store, thread, talk), runtime.context)))
        for record in changed.get("versions", []):
            store.keep(thread, record["number"], record.pop("solution"))
        return cast(Talk, changed)

    wrapped.__name__ = name
    return wrapped


def _after_hear(talk: Talk, runtime: Runtime[Around]) -> str:
    plan = Plan.from_json(talk["plan"])
    if plan.failed or plan.questions:
        return "tell"
    if plan.intent is Intent.PROBLEM:
        return "clarify" if wanted(talk, runtime.context) else "solve"
    return "solve" if plan.edits or plan.intent is Intent.DATA else "tell"


def _after_clarify(talk: Talk) -> str:
    return "tell" if Plan.from_json(talk["plan"]).questions else "solve"


_lock = threading.Lock()
_open: dict[str, Store] = {}


def hold(place: Path | str) -> Store:
    """Return the store at a folder, a SQLite file or a PostgreSQL URL; one a process. Give it back by `release`.

    Raises InputError where it cannot be used.
    """
    name = _name(place)
    with _lock:
        if name not in _open:
            _open[name] = _postgres(name) if name.startswith(POSTGRES) else _sqlite(Path(name))
        _open[name].held += 1
        return _open[name]


def share(store: Store) -> Store:
    """Hold a store once more."""
    with _lock:
        store.held += 1
    return store


def release(store: Store) -> None:
    """Give a store back; the last one closes it."""
    with _lock:
        store.held -= 1
        if store.held == 0:
            for name in [name for name, one in _open.items() if one is store]:
                del _open[name]
            store.close()


def _name(place: Path | str) -> str:
    text = str(place)
    if text.startswith(POSTGRES):
        return text
    path = Path(text)
    return str((path if path.suffix in (".sqlite", ".db", ".sqlite3") else path / FILE).absolute())


_SERDE = JsonPlusSerializer(allowed_msgpack_modules=None)
"""Strict: a checkpoint may hold plain data only, so that reading one can never run code."""


def _sqlite(path: Path) -> Store:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False, timeout=_BUSY)
    except (OSError, sqlite3.Error) as error:
        raise InputError(f"{path}: dialogues cannot be kept there ({error}); choose another place") from None
    saver = SqliteSaver(connection, serde=_SERDE)
    with _readable():
        saver.setup()
        connection.execute("PRAGMA synchronous=NORMAL")
    return Store(saver, connection.close)


def _postgres(url: str) -> Store:
    try:
        from langgraph.checkpoint.postgres import PostgresSaver
        from psycopg import Connection, Error
        from psycopg.rows import DictRow, dict_row
        from psycopg_pool import ConnectionPool, PoolTimeout
    except ImportError:
        raise InputError("dialogues in PostgreSQL need an extra: pip install 'optwright[postgres]'") from None
    settings = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
        url, min_size=1, max_size=8, open=False, timeout=30.0, kwargs=settings
    )
    try:
        Connection.connect(url, connect_timeout=10).close()  # the pool would try for long what fails at once
        pool.open(wait=True, timeout=30.0)
        saver = PostgresSaver(pool, serde=_SERDE)
        saver.setup()
    except (Error, PoolTimeout) as error:
        pool.close()
        where = url.rpartition("@")[2].partition("?")[0]
        raise InputError(f"PostgreSQL at {where} cannot be used ({type(error).__name__}); is the URL right?") from None
    return Store(saver, pool.close)


def _prune(saver: SqliteSaver, thread: str) -> None:
    """Keep the last checkpoint of the thread itself, with what is pending on it."""
    with saver.cursor() as cursor:
        cursor.execute(
            "SELECT checkpoint_id FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' "
            "ORDER BY checkpoint_id DESC LIMIT 1",
            (thread,),
        )
        if (row := cursor.fetchone()) is not None:
            for table in ("checkpoints", "writes"):
                cursor.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND (checkpoint_ns != '' OR checkpoint_id != ?)",
                    (thread, row[0]),
                )


@contextmanager
def _readable() -> Iterator[None]:
    """Name a SQLite file that cannot be used. Raises InputError."""
    try:
        yield
    except sqlite3.Error as error:
        raise InputError(f"dialogues cannot be read or written ({error}); is the file whole and writable?") from None
