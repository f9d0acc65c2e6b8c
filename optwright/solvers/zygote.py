"""The warm parent of all programs: imports Pyomo, HiGHS and SCIP once, never solves, and forks a keeper for each job.

It has one thread, an empty environment and no secrets. It ends when the product does: its control channel closes, or
the process that started it is gone.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import select
import shutil
import signal
import socket
import tempfile
import time
from typing import Any

from optwright.solvers import keeper, lockdown, namespaces, wire

_PREFIX = "optwright-scratch-"
_LOCK = ".lock"
_GRACE = 5.0
"""Seconds for keepers to clean up when the product has gone."""


def main(control: int, text: str) -> None:
    """Serve the control channel of that descriptor until it closes; `text` is the configuration in JSON."""
    config = json.loads(text)
    channel = socket.socket(fileno=control)
    parent = os.pidfd_open(config["parent"])
    if os.getppid() != config["parent"]:
        return
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.SIG_IGN)
    plan = lockdown.survey(config["readable"], config["without"])
    base, processes = "", -1
    if plan.namespaces:
        processes = namespaces.enter(plan.readable, lockdown.DEVICES, plan.user)
    else:
        base = _make_base(config["temporary"])
    _import()
    if (threads := _threads(processes)) != 1:
        raise SystemExit(f"the zygote has {threads} threads, which a fork would lose")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    channel.send(json.dumps(plan.to_json()).encode())
    try:
        _serve(channel, parent, keeper.Grounds(plan, base, processes))
    finally:
        _await_keepers()
        if base:
            shutil.rmtree(base, ignore_errors=True)


def _serve(channel: socket.socket, parent: int, grounds: keeper.Grounds) -> None:
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    poll.register(parent, select.POLLIN)
    zygote = os.getpid()
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        if parent in ready:
            return
        message, descriptors, _, _ = socket.recv_fds(channel, 256, 1)
        if not message:
            return
        if message == b"formulation":
            _import_formulation()
        for descriptor in descriptors:
            if os.fork() == 0:
                _keep(zygote, descriptor, (channel, parent), grounds)
            os.close(descriptor)


def _keep(zygote: int, descriptor: int, strangers: tuple[socket.socket, int], grounds: keeper.Grounds) -> None:
    """Be the keeper of one job, then end."""
    try:
        keeper.become_reaper(zygote)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        strangers[0].close()
        os.close(strangers[1])
        with socket.socket(fileno=descriptor) as job:
            keeper.keep(job, grounds)
    except (OSError, wire.WireError):
        os._exit(1)  # The product went away or the machine has no more of something; it sees the channel close.
    finally:
        os._exit(0)


def _import() -> None:
    """Import all that a child may need, so that it need not."""
    import highspy  # noqa: F401
    import numpy as np  # noqa: F401
    import pyomo.environ  # noqa: F401
    import pyscipopt  # noqa: F401

    from optwright.solvers import child, exchange, program, route, router  # noqa: F401

    _rehearse()


def _rehearse() -> None:
    """Build and hand over a small model, so that what Pyomo does at first use is done; nothing is solved."""
    from optwright.solvers import exchange, program
    from optwright.solvers.options import SolveOptions

    _ = SolveOptions
    scope: dict[str, Any] = {"__name__": "rehearsal"}
    exec(compile(_REHEARSAL, program.NAME, "exec"), scope)
    exchange.export(scope["model"])


_REHEARSAL = """
import pyomo.environ as pyo
model = pyo.ConcreteModel()
model.S = pyo.Set(initialize=["a", "b"])
model.p = pyo.Param(model.S, initialize={"a": 1, "b": 2})
model.x = pyo.Var(model.S, domain=pyo.NonNegativeReals, bounds=(0, 4))
model.y = pyo.Var(domain=pyo.Binary)
model.c = pyo.Constraint(model.S, rule=lambda m, s: m.x[s] <= m.p[s] * m.y)
model.e = pyo.Constraint(expr=sum(model.x[s] for s in model.S) + model.y >= 1)
model.z = pyo.Objective(expr=sum(model.p[s] * model.x[s] for s in model.S) + model.y, sense=pyo.maximize)
"""


def _import_formulation() -> None:
    from optwright.formulation import build, elements  # noqa: F401


def _threads(processes: int) -> int:
    path = "self/task" if processes >= 0 else "/proc/self/task"
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=processes if processes >= 0 else None)
    try:
        return len(os.listdir(descriptor))
    finally:
        os.close(descriptor)


def _make_base(temporary: str) -> str:
    """Make the directory of scratch directories, locked while this zygote or a keeper lives; sweep dead ones away."""
    for name in os.listdir(temporary):
        path = os.path.join(temporary, name)
        if name.startswith(_PREFIX) and os.path.isdir(path) and os.lstat(path).st_uid == os.geteuid():
            _sweep(path)
    base = tempfile.mkdtemp(prefix=_PREFIX, dir=temporary)
    os.chmod(base, 0o711)
    lock = os.open(os.path.join(base, _LOCK), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # Held by the descriptor, which stays open on purpose.
    return base


def _sweep(path: str) -> None:
    try:
        lock = os.open(os.path.join(path, _LOCK), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    finally:
        os.close(lock)
    shutil.rmtree(path, ignore_errors=True)


def _await_keepers() -> None:
    until = time.monotonic() + _GRACE
    while time.monotonic() < until:
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        time.sleep(0.005)
