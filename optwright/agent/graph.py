"""The graph: which node follows which. The only module that knows LangGraph.

retrieve -> formulate (offline: read) -> check -> program -> execute -> verify -> explain, and repair wherever a step
leaves trouble.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from optwright.agent.context import Context, Progress
from optwright.agent.nodes.check import check
from optwright.agent.nodes.execute import execute
from optwright.agent.nodes.explain import explain
from optwright.agent.nodes.formulate import formulate
from optwright.agent.nodes.program import program
from optwright.agent.nodes.read import read
from optwright.agent.nodes.repair import repair
from optwright.agent.nodes.retrieve import retrieve
from optwright.agent.nodes.verify import verify
from optwright.agent.state import State
from optwright.errors import InputError
from optwright.trace import Step

Node = Callable[[State, Context], State]
NODES: dict[str, Node] = {
    "retrieve": retrieve,
    "read": read,
    "formulate": formulate,
    "check": check,
    "program": program,
    "execute": execute,
    "verify": verify,
    "repair": repair,
    "explain": explain,
}
MOST_STEPS = 100
"""Far above what any budget of repairs allows: a guard against a mistake in the routing."""
FILE = "checkpoints.sqlite"


def run(state: State, context: Context, folder: Path | None = None) -> Iterator[State]:
    """Run the graph and yield the whole state after every step, the last one at the end.

    With a folder, every step is on disk before the next begins. When the folder holds an unfinished run, the given
    state is ignored and that run goes on; a finished one yields its last state; one that gave up is run anew.
    Raises what the nodes raise.
    """
    if folder is None:
        yield from _stream(_compiled(), state, context, {})
        return
    with _saver(folder) as saver:
        graph = _build(saver)
        last = _last(graph)
        if last.done and not last.gave_up:
            yield last.state
            return
        number = last.number + 1 if last.done else last.number
        given = None if last.state and not last.done else state
        yield from _stream(graph, given, context, _config(number))


def nested(state: State, context: Context) -> Iterator[State]:
    """Run the graph inside a node of another: its steps are kept in, and resumed from, that one's checkpoints."""
    yield from _stream(_compiled(plain=True), state, context, {})


def saved(folder: Path) -> State:
    """Return the state from which a run in this folder would go on, empty where it would begin."""
    if not (folder / FILE).exists():
        return {}
    with _saver(folder) as saver:
        last = _last(_build(saver))
        return {} if last.done and last.gave_up else last.state


@dataclass(frozen=True, slots=True)
class _Last:
    """The latest run of a folder."""

    number: int
    state: State
    done: bool

    @property
    def gave_up(self) -> bool:
        return bool(self.state.get("stopped"))


@contextmanager
def _saver(folder: Path) -> Iterator[SqliteSaver]:
    """Open the folder's checkpoints. Raises InputError where they cannot be read or written."""
    path = folder / FILE
    try:
        with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
            # Strict: a checkpoint may hold plain data only, so that reading one can never run code.
            yield SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
    except sqlite3.Error as error:
        raise InputError(f"{path}: cannot be used ({error}); choose another folder or remove the file") from error


def _last(graph: Any) -> _Last:
    number = 1
    while graph.get_state(_config(number + 1)).values:
        number += 1
    snapshot = graph.get_state(_config(number))
    return _Last(number, snapshot.values, bool(snapshot.values) and not snapshot.next)


def _config(number: int) -> dict[str, Any]:
    return {"configurable": {"thread_id": f"solve-{number}"}}


def _stream(graph: Any, state: State | None, context: Context, config: dict[str, Any]) -> Iterator[State]:
    settings = {**config, "recursion_limit": MOST_STEPS}
    durable = {"durability": "sync"} if config else {}
    yield from graph.stream(state, settings, context=context, stream_mode="values", **durable)


@cache
def _compiled(*, plain: bool = False) -> Any:
    return _build(None, plain=plain)


def _build(saver: BaseCheckpointSaver[str] | None, *, plain: bool = True) -> Any:
    graph = StateGraph(State, context_schema=Context)
    for name, node in NODES.items():
        graph.add_node(name, _step(name, node, plain=plain))
    graph.add_edge(START, "retrieve")
    graph.add_conditional_edges("retrieve", _after_retrieve, ["formulate", "read", "check", "program"])
    graph.add_conditional_edges(
        "read", lambda state: "explain" if state.get("stopped") else "check", ["check", "explain"]
    )
    graph.add_conditional_edges("formulate", _after_formulate, ["check", "program", "repair"])
    graph.add_conditional_edges("check", _unless_trouble("program"), ["program", "repair"])
    graph.add_conditional_edges("program", _unless_trouble("execute"), ["execute", "repair"])
    graph.add_edge("execute", "verify")
    graph.add_conditional_edges("verify", _unless_trouble("explain"), ["explain", "repair"])
    graph.add_conditional_edges(
        "repair", lambda state: state["goto"], ["check", "program", "execute", "repair", "explain"]
    )
    graph.add_edge("explain", END)
    return graph.compile(checkpointer=saver)


def _step(name: str, node: Node, *, plain: bool) -> Callable[..., State]:
    """Wrap a node for LangGraph, and tell the caller when it starts and what came of it.

    `plain` reduces what the node returns to JSON's own types: an enumeration would be saved as a class of ours.
    """

    def wrapped(state: State, runtime: Runtime[Context]) -> State:
        context = runtime.context
        if context.on_step is not None:
            context.on_step(Progress(name, state.get("rounds", 0)))
        partial = node(state, context)
        if context.on_step is not None:
            for record in partial.get("steps", []):
                context.on_step(Progress(name, state.get("rounds", 0), Step.model_validate(record)))
        return cast(State, json.loads(json.dumps(partial))) if plain else partial

    wrapped.__name__ = name
    return wrapped


def _after_retrieve(state: State, runtime: Runtime[Context]) -> str:
    preset = runtime.context.preset
    if preset.offline:
        return "read"
    if preset.formulate is not None:
        return "formulate"
    return "check" if preset.typed else "program"


def _after_formulate(state: State, runtime: Runtime[Context]) -> str:
    if state.get("trouble"):
        return "repair"
    return "check" if runtime.context.preset.typed else "program"


def _unless_trouble(otherwise: str) -> Callable[[State], str]:
    def choose(state: State) -> str:
        return "repair" if state.get("trouble") else otherwise

    return choose
