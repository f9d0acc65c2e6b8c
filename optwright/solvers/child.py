"""The untrusted end of a run: one process that locks itself in, does one task, hands over the result and ends."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from optwright.outcome import Failure, Outcome, Ranging
from optwright.solvers import wire
from optwright.solvers.options import Limits, SolveOptions

if TYPE_CHECKING:
    from optwright.solvers.lockdown import Plan

RESULT = 3
"""The descriptor on which a child hands over: the byte `R`, written before it meets foreign code, and one record."""

Result = tuple[dict[str, Any], bytes]


def enter(plan: Plan, limits: Limits, scratch: str, writes: list[int], job: tuple[dict[str, Any], bytes]) -> NoReturn:
    """Turn a fresh fork of a keeper into a locked-in child and do the job. `writes`: stdout, stderr, result."""
    from optwright.solvers import lockdown

    try:
        os.setsid()
        _place_descriptors(writes)
        lockdown.close_descriptors((0, 1, 2, RESULT))
        settle(f"{scratch}/work")
        lockdown.enforce(plan, limits, f"{scratch}/work", f"{scratch}/data")
    except Exception as problem:
        os.write(RESULT, f"E{type(problem).__name__}: {problem}".encode())
        raise
    serve(*job)


def settle(directory: str) -> None:
    """Start from an empty environment, default signals and the directory that is the program's own."""
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment(directory))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    with contextlib.suppress(AttributeError):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sys.argv, sys.orig_argv = ["program.py"], ["python"]


def environment(directory: str) -> dict[str, str]:
    """Return all the environment that a program sees."""
    paths = {"HOME": directory, "TMPDIR": directory, "PATH": os.defpath}
    return {**paths, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def serve(header: dict[str, Any], task: bytes) -> NoReturn:
    """Do the task, hand over the record and end without clean-up: what a program left behind does not run."""
    leave, write, flush = os._exit, os.write, sys.stdout.flush
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        raw = io.FileIO(descriptor, "w", closefd=False)
        setattr(sys, name, io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True))
    sys.stdin = io.StringIO()
    write(RESULT, b"R")
    try:
        view = memoryview(_record(header, task))
        with contextlib.suppress(Exception):
            flush()
        while view:
            view = view[write(RESULT, view) :]
        leave(0)
    finally:
        leave(1)


def _record(header: dict[str, Any], task: bytes) -> bytes:
    try:
        return wire.pack(*_do(header, task))
    except MemoryError:
        return wire.pack({"kind": "failure", "failure": Failure.MEMORY, "message": "out of memory"})
    except Exception as problem:  # noqa: BLE001 - whatever fails here is told to the keeper, then the process ends
        traceback.print_exc()
        message = f"{type(problem).__name__}: {problem}"[:4000]
        return wire.pack({"kind": "failure", "failure": Failure.SOLVER, "message": message})


def _do(header: dict[str, Any], task: bytes) -> Result:
    options = SolveOptions.from_json(header["options"])
    match header["kind"]:
        case "program":
            return _program(task, options)
        case "rendered":
            return _rendered(task, options)
        case "formulation":
            return _formulation(task, options)
        case "export":
            from optwright.solvers import exchange

            return _outcome(exchange.solve_export(task, options))
        case kind:
            raise ValueError(f"unknown kind of job {kind!r}")


def _program(task: bytes, options: SolveOptions) -> Result:
    """Run a program of unknown origin; hand over its model, not what it says about it."""
    from optwright.solvers import exchange, program

    given = json.loads(task)
    ran = program.run(given["source"], given["data"], options, main=True)
    facts = {"claimed": ran.claimed, "note": ran.note}
    if ran.failure is not None or ran.model is None:
        return {"kind": "failure", "failure": ran.failure, "message": ran.note, "claimed": ran.claimed}, b""
    try:
        return {"kind": "model", **facts}, exchange.export(ran.model)
    except MemoryError:
        raise
    except BaseException as problem:  # noqa: BLE001 - the model is made of foreign objects, which may raise anything
        message = program.describe(problem)
        return {"kind": "failure", "failure": Failure.EXPORT, "message": message, "claimed": ran.claimed}, b""


def _rendered(task: bytes, options: SolveOptions) -> Result:
    """Run a source that we rendered ourselves, and solve its model here."""
    from optwright.solvers import program, route

    given = json.loads(task)
    ran = program.run(given["source"], given["data"], options, main=False)
    if ran.failure is not None or ran.model is None:
        return {"kind": "failure", "failure": ran.failure, "message": ran.note}, b""
    return _outcome(route.solve(ran.model, options))


def _formulation(task: bytes, options: SolveOptions) -> Result:
    """Build a checked formulation in memory and solve it here."""
    from optwright.formulation.build import build
    from optwright.formulation.elements import Formulation
    from optwright.problem import Table
    from optwright.solvers import route

    given = json.loads(task)
    tables = [Table(name, tuple(columns), tuple(tuple(row) for row in rows)) for name, columns, rows in given["tables"]]
    built = build(Formulation.model_validate(given["formulation"]), tables)
    return _outcome(_renamed(route.solve(built.model, options), built.names))


def _renamed(outcome: Outcome, names: Mapping[str, str]) -> Outcome:
    """Say what belongs to which component in the formulation's names instead of the program's."""
    kinds = ("values", "duals", "reduced_costs", "slacks")
    changed = {kind: {names.get(name, name): item for name, item in getattr(outcome, kind).items()} for kind in kinds}
    goals = {names.get(name, name): value for name, value in outcome.objectives.items()}
    runaway = tuple((names.get(name, name), key) for name, key in outcome.runaway)
    conflict = outcome.conflict
    if conflict is not None:
        conflict = replace(
            conflict,
            constraints=tuple((names.get(name, name), key) for name, key in conflict.constraints),
            bounds=tuple((names.get(name, name), key, side) for name, key, side in conflict.bounds),
            relaxation=tuple((names.get(name, name), key, amount) for name, key, amount in conflict.relaxation),
        )
    ranging = outcome.ranging
    if ranging is not None:
        renamed = [
            {names.get(name, name): item for name, item in ends.items()} for ends in (ranging.costs, ranging.limits)
        ]
        ranging = Ranging(*renamed)
    return outcome.with_(**changed, objectives=goals, runaway=runaway, conflict=conflict, ranging=ranging)


def _outcome(outcome: Outcome) -> Result:
    return {"kind": "outcome"}, json.dumps(outcome.to_json(), allow_nan=False, separators=(",", ":")).encode()


def _place_descriptors(writes: list[int]) -> None:
    """Put the pipes on 1, 2 and 3, the empty device on 0, whichever numbers they have now."""
    high = [os.dup2(write, 100 + at, inheritable=False) for at, write in enumerate(writes)]
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for at, descriptor in enumerate(high, start=1):
        os.dup2(descriptor, at)
