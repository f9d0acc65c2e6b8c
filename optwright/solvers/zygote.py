"""The warm parent of all programs: imports Pyomo, HiGHS and SCIP once, never solves, and forks a keeper for each job.

It has one thread, an empty environment and no secrets. It ends when the product does: its control channel closes, or
the process that started it is gone.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from typing import Any

from optwright.solvers import keeper, lockdown, namespaces, wire

_PREFIX = "optwright-scratch-"
_LOCK = ".lock"
_SPARE = 2
"""Keepers that wait for a job: one for a program, one to solve its model again."""
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
    if config["formulations"]:
        _import_formulation()
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
    """Keep spare keepers waiting on the channel until the product goes."""
    taken, tell = os.pipe()
    poll = select.poll()
    poll.register(channel, 0)  # Only its end: jobs go to whichever keeper waits.
    poll.register(parent, select.POLLIN)
    poll.register(taken, select.POLLIN)
    zygote, wanted = os.getpid(), _SPARE
    while True:
        for _ in range(wanted):
            if os.fork() == 0:
                _keep(zygote, channel, (parent, taken, tell), grounds)
        ready = {descriptor for descriptor, _ in poll.poll()}
        if ready - {taken}:
            return
        wanted = len(os.read(taken, 256))


def _keep(zygote: int, channel: socket.socket, descriptors: tuple[int, int, int], grounds: keeper.Grounds) -> None:
    """Prepare, wait for a job, be its keeper, then end."""
    parent, taken, tell = descriptors
    try:
        keeper.become_reaper(zygote)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(parent)
        os.close(taken)
        refused = keeper.prepare(grounds)
        _, received, _, _ = socket.recv_fds(channel, 256, 1)
        channel.close()
        os.write(tell, b"x")
        os.close(tell)
        for descriptor in received:
            with socket.socket(fileno=descriptor) as job:
                keeper.keep(job, grounds, refused)
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

    for name in _learn_imports():
        importlib.import_module(name)
    _rehearse(solve=False)


def _learn_imports() -> list[str]:
    """Have a child solve, which this process must not, and return the modules that it imported on the way."""
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            signal.alarm(30)
            before = set(sys.modules)
            _rehearse(solve=True)
            found = [name for name, module in sys.modules.items() if name not in before and _importable(name, module)]
            os.write(write, json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    return [str(name) for name in json.loads(text or "[]")]


def _importable(name: str, module: object) -> bool:
    spec = getattr(module, "__spec__", None)
    return spec is not None and spec.name == name and spec.has_location


def _rehearse(*, solve: bool) -> None:
    """Build and hand over small models, so that what Pyomo does at first use is done; solve them if asked to."""
    from optwright.solvers import exchange, program
    from optwright.solvers.options import SolveOptions

    for objective in _REHEARSED:
        scope: dict[str, Any] = {"__name__": "rehearsal"}
        exec(compile(_REHEARSAL + objective, program.NAME, "exec"), scope)
        blob = exchange.export(scope["model"])
        exchange.unpack(blob)
        if solve:
            exchange.solve_export(blob, SolveOptions(time_limit=5))


_REHEARSAL = """
import pyomo.environ as pyo
model = pyo.ConcreteModel()
model.S = pyo.Set(initialize=["a", "b"])
model.p = pyo.Param(model.S, initialize={"a": 1, "b": 2})
model.x = pyo.Var(model.S, domain=pyo.NonNegativeReals, bounds=(0, 4))
model.y = pyo.Var(domain=pyo.Binary)
model.c = pyo.Constraint(model.S, rule=lambda m, s: m.x[s] <= 4 * m.y)
model.e = pyo.Constraint(expr=sum(model.x[s] for s in model.S) + model.y >= 1)
"""
_REHEARSED = (
    "model.z = pyo.Objective(expr=sum(model.p[s] * model.x[s] for s in model.S) + model.y, sense=pyo.maximize)",
    "model.z = pyo.Objective(expr=sum((model.x[s] - model.p[s]) ** 2 for s in model.S)); model.y.fix(1)",
    "model.z = pyo.Objective(expr=sum(pyo.exp(model.x[s]) * model.p[s] for s in model.S))",
    "model.z = pyo.Objective(expr=model.y); model.no = pyo.Constraint(expr=model.x['a'] >= 5 + model.y)",
)
"""A mixed-integer, a convex quadratic, a nonlinear and an infeasible one."""


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
