"""From how a child ended to an outcome: each failure attributed once, in words that say what to do."""

from __future__ import annotations

import json
import math
import signal
from collections.abc import Callable
from typing import Any

from optwright.outcome import Failure, Outcome, Termination
from optwright.solvers import wire
from optwright.solvers.options import Limits
from optwright.solvers.sandbox import Report

_SIGKILL, _SIGXCPU = 9, 24
_TOLERANCE = 1e-5
"""Relative; below it a claimed objective counts as the vouched one."""


def failed(failure: Failure, message: str, **more: Any) -> Outcome:
    """Return the outcome of a run that gave no solution."""
    return Outcome(Termination.NOT_SOLVED, failure=failure, message=message, **more)


def of_end(report: Report, limits: Limits) -> Outcome | None:
    """Return why a child did not come to its own end, None if it did."""
    if report.reason is not None:
        return failed(*_REASONS[report.reason](limits))
    if report.exit == 0:
        return None
    exhausted = "MemoryError" in report.stderr[-2000:] or "bad_alloc" in report.stderr[-2000:]
    if exhausted:
        return failed(Failure.MEMORY, f"out of memory: {limits.memory // 2**20} MiB are allowed")
    if report.exit > 0:
        return None
    return _of_signal(-report.exit, report, limits)


def _of_signal(number: int, report: Report, limits: Limits) -> Outcome:
    if number == _SIGXCPU or (number == _SIGKILL and report.cpu >= limits.cpu):
        return failed(Failure.DEADLINE, f"used up its {limits.cpu:g} s of processor time")
    if number == _SIGKILL:
        return failed(Failure.CRASH, "killed by signal 9 (SIGKILL), by itself or for want of memory")
    if number == getattr(signal, "SIGSYS", None):
        return failed(Failure.FORBIDDEN, f"ended by signal {number} (SIGSYS): a system call of another architecture")
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = "a real-time signal"
    return failed(Failure.CRASH, f"ended by signal {number} ({name})")


_REASONS: dict[str, Callable[[Limits], tuple[Failure, str]]] = {
    "deadline": lambda limits: (Failure.DEADLINE, f"did not end within {limits.wall:g} s; its output so far is kept"),
    "stdout": lambda limits: (Failure.OUTPUT, f"printed more than {limits.output:,} bytes; the first of them are kept"),
    "stderr": lambda limits: (Failure.OUTPUT, f"wrote more than {limits.output:,} bytes to stderr; the first are kept"),
    "result": lambda limits: (Failure.OUTPUT, f"handed over a model of more than {limits.result:,} bytes"),
    "processes": lambda limits: (Failure.FORBIDDEN, f"started more than {limits.processes} threads"),
    "disk": lambda limits: (Failure.OUTPUT, f"wrote more than {limits.disk:,} bytes of files"),
    "files": lambda limits: (Failure.OUTPUT, f"made more than {limits.files} files"),
}


def of_record(report: Report, kind: str) -> Outcome | tuple[dict[str, Any], bytes]:
    """Return a failure as an outcome, or the header and bytes of what was handed over, which is of that kind only.

    A program may write what it likes into its channel: as `model`, it is solved again; anything else is a failure.
    """
    try:
        header, body = report.record()
    except wire.WireError as problem:
        if not report.result:
            how = f"exit status {report.exit}"
            return failed(Failure.NO_MODEL, f"the program ended by itself ({how}) before its model could be taken")
        return failed(Failure.FORBIDDEN, f"the program wrote into the result channel: {problem}")
    if header.get("kind") == kind:
        return header, body
    try:
        failure = Failure(text(header.get("failure")))
    except ValueError:
        return failed(Failure.FORBIDDEN, "the program wrote into the result channel: no failure is called that")
    return failed(failure, text(header.get("message")), claimed=number(header.get("claimed")))


def of_solution(report: Report, limits: Limits) -> Outcome:
    """Return the outcome that a child without foreign code handed over, or its failure as the solver's."""
    ended = of_end(report, limits)
    if ended is not None:
        kept = {Failure.DEADLINE, Failure.MEMORY}
        failure = ended.failure if ended.failure in kept else Failure.SOLVER
        return ended.with_(failure=failure, message=f"the solver on the model handed over: {ended.message}")
    record = of_record(report, "outcome")
    if isinstance(record, Outcome):
        return record
    try:
        return Outcome.from_json(json.loads(record[1]))
    except (ValueError, TypeError) as problem:
        return failed(Failure.SOLVER, f"the solver's answer cannot be read: {problem}")


def compare(outcome: Outcome, claimed: float | None, note: str) -> Outcome:
    """Add what the program itself claimed, and say so where it is not what was found."""
    notes = [note] if note else []
    if outcome.message:
        notes.append(outcome.message)
    if claimed is not None and not _agree(claimed, outcome.objective):
        found = "no solution" if outcome.objective is None else f"{outcome.objective:.10g}"
        notes.append(f"the program claims an objective of {claimed:.10g}; solving its model again gives {found}")
    return outcome.with_(claimed=claimed, message="\n".join(notes))


def number(value: Any) -> float | None:
    """Return a finite number from foreign JSON, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _agree(claimed: float, found: float | None) -> bool:
    return found is not None and abs(claimed - found) <= _TOLERANCE * max(1.0, abs(found))


def text(value: Any) -> str:
    """Return a text from foreign JSON, cut to length and without control characters; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in value[:4000]
    )
