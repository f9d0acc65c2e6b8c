"""The engine of many machines: one Ray actor a node runs the same pipeline; the driver alone writes.

Every node needs this package installed in the same version. A node that is lost gives its tasks back to the feed, so
that they are done again elsewhere; a node that joins gets an actor. The number of requests in flight over the whole
cluster stays what was asked for: the places are divided anew whenever the members change.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from optwright.errors import ConfigError, InputError, OptwrightError
from optwright.eval.folder import Key
from optwright.eval.gate import Turnstile
from optwright.eval.prediction import Prediction
from optwright.eval.settings import Settings, pipeline
from optwright.eval.threads import workers_for
from optwright.eval.work import Attempt, Feed, Task

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
try:
    import ray
    from ray.exceptions import RayActorError, RayError, RaySystemError, RayTaskError
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
except ImportError:
    raise ConfigError("--engine ray needs Ray: pip install 'optwright[cluster]'") from None

LOOK_EVERY = 3.0
"""Seconds between looks at which nodes are alive."""
LOSSES = 3
"""A task whose worker was lost this often is given up: it may be what kills them."""
_MOST_THREADS = 1024


def _reach(address: str) -> None:
    """Raise OSError soon when nothing listens at HOST:PORT; Ray itself would wait for minutes."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit() and "://" not in address:
        socket.create_connection((host, int(port)), timeout=5).close()


class _Node:
    """The actor: the pipeline of one node."""

    def __init__(self, settings: dict[str, Any], key: str | None, places: int) -> None:
        self._turnstile = Turnstile(places)
        resolved = Settings.from_json(settings)
        self._refusal: OptwrightError | None = None
        try:
            self._worker = pipeline(resolved.pipeline)(resolved, turnstile=self._turnstile, key=key)
        except OptwrightError as error:
            # An actor that fails to start looks like a lost node; the first task tells what is wrong here instead.
            self._refusal = type(error)(f"on {socket.gethostname()}: {error}")

    def solve(self, task: Task) -> tuple[dict[str, Any], str]:
        """Make one attempt; return its prediction as plain data, and the server's trouble if any.

        Raises OptwrightError when this node could not make the pipeline: no server, or another library than was meant.
        """
        if self._refusal is not None:
            raise self._refusal
        attempt = self._worker(task)
        return attempt.prediction.to_json(), attempt.trouble

    def resize(self, places: int) -> None:
        """Change how many requests this node may have in flight."""
        self._turnstile.resize(places)


@dataclass
class _Member:
    actor: Any
    out: int = 0


class Cluster:
    """Work through a feed on the nodes of a Ray cluster. Fulfils `Engine`."""

    def __init__(self, settings: Settings, key: str | None) -> None:
        self._settings = settings
        self._key = key
        self._members: dict[str, _Member] = {}
        self._out: dict[Any, tuple[Task, str]] = {}
        self._losses: Counter[Key] = Counter()
        self._looked = 0.0

    def attempts(self, feed: Feed) -> Iterator[Attempt]:
        """Yield attempts as they finish. Raises InputError when there is no cluster, or what a worker raised."""
        self._connect()
        try:
            while not feed.finished:
                self._look()
                self._dispatch(feed)
                ready, _ = ray.wait(list(self._out), num_returns=1, timeout=1.0) if self._out else ([], [])
                if not self._out:
                    time.sleep(0.2)
                for reference in ready:
                    if (attempt := self._collect(reference, feed)) is not None:
                        yield attempt
        finally:
            feed.close()
            for member in self._members.values():
                ray.kill(member.actor)

    def _connect(self) -> None:
        if ray.is_initialized():
            return
        address = self._settings.address or "auto"
        try:
            _reach(address)
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, RayError, RuntimeError, ValueError) as error:
            line = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise InputError(f"no Ray cluster at {address!r} ({line}); start one with `ray start --head`") from None

    def _look(self) -> None:
        """Give every living node an actor, and divide the places anew when the members changed."""
        if time.monotonic() - self._looked < LOOK_EVERY and self._members:
            return
        self._looked = time.monotonic()
        alive = {node["NodeID"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) > 0}
        new = alive - self._members.keys()
        for gone in self._members.keys() - alive:
            del self._members[gone]
        share = -(-self._settings.concurrency // max(len(alive), 1))
        for node in sorted(new):
            self._members[node] = _Member(self._start(node, share))
        if new:
            self._share()

    def _start(self, node: str, places: int) -> Any:
        place = NodeAffinitySchedulingStrategy(node_id=node, soft=False)
        options = {"num_cpus": 0, "max_concurrency": _MOST_THREADS, "max_restarts": 0, "scheduling_strategy": place}
        return ray.remote(_Node).options(**options).remote(self._settings.to_json(), self._key, places)

    def _share(self) -> None:
        share = -(-self._settings.concurrency // max(len(self._members), 1))
        for member in self._members.values():
            member.actor.resize.remote(share)

    def _dispatch(self, feed: Feed) -> None:
        """Hand out tasks, each to the least busy node, until as many are out as keep the server busy."""
        while self._members and len(self._out) < workers_for(self._settings.concurrency):
            task = feed.take(wait=False)
            if task is None:
                return
            node = min(self._members, key=lambda name: self._members[name].out)
            member = self._members[node]
            self._out[member.actor.solve.remote(task)] = (task, node)
            member.out += 1

    def _collect(self, reference: Any, feed: Feed) -> Attempt | None:
        task, node = self._out.pop(reference)
        if node in self._members:
            self._members[node].out -= 1
        try:
            prediction, trouble = ray.get(reference)
        except RayTaskError as error:
            raise error.cause from None
        except (RayActorError, RaySystemError):
            return self._lost(task, node, feed)
        return Attempt(task, Prediction.from_json(prediction), trouble)

    def _lost(self, task: Task, node: str, feed: Feed) -> Attempt | None:
        if self._members.pop(node, None) is not None:
            self._share()
        self._losses[task.key] += 1
        if self._losses[task.key] < LOSSES:
            feed.again(task)
            return None
        return Attempt(task, Prediction(failure="lost", message=f"{LOSSES} workers were lost during this attempt"))
