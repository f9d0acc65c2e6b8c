"""Run a program or a formulation and solve its model: the one door through which foreign code comes in."""

from __future__ import annotations

import atexit
import csv
import io
import json
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from optwright.errors import InputError, SandboxError
from optwright.outcome import Failure, Outcome
from optwright.problem import Table
from optwright.solvers import verdict
from optwright.solvers.launch import fork_is_possible
from optwright.solvers.options import Limits, SolveOptions, Trust
from optwright.solvers.sandbox import ENOUGH, Job, Report, Sandbox
from optwright.solvers.screen import screen

_LEAST = 1.0
"""Seconds that a solver is given at least, and that are kept for handing over its incumbent."""


class Runner:
    """Runs programs in a sandbox that it starts when first needed. Safe to use from many threads at once."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self._sandbox = sandbox
        self._builder: Sandbox | None = None
        self._lock = threading.Lock()

    @property
    def sandbox(self) -> Sandbox:
        """The place where programs run."""
        with self._lock:
            if self._sandbox is None:
                self._sandbox = choose()
            return self._sandbox

    @property
    def builder(self) -> Sandbox:
        """The place where formulations are built."""
        with self._lock:
            if self._builder is None:
                self._builder = choose(formulations=True)
            return self._builder

    def run(
        self,
        source: str,
        *,
        tables: Sequence[Table] = (),
        data: Mapping[str, Any] | None = None,
        trust: Trust = Trust.NONE,
        options: SolveOptions | None = None,
        limits: Limits | None = None,
        allow_weak: bool = False,
    ) -> Outcome:
        """Run a program and solve its model; see the function `run`."""
        options, limits = options or SolveOptions(), limits or Limits()
        if refusal := screen(source):
            return verdict.failed(Failure.SCREEN, refusal)
        start = time.monotonic()
        isolation = self._isolation(trust, allow_weak)
        task = _task(source, tables, data)
        kind = "rendered" if trust is Trust.RENDERED else "program"
        share = limits.wall if trust is Trust.RENDERED else limits.wall / 2
        job = Job(kind, task, _within(options, share), limits, limits.wall, attachments(tables))
        report = self.sandbox.run(job)
        outcome = self._rendered(report, limits) if trust is Trust.RENDERED else self._vouched(report, job, options)
        return outcome.with_(
            stdout=report.stdout, stderr=report.stderr, isolation=isolation, seconds=time.monotonic() - start
        )

    def run_formulation(
        self,
        formulation: Mapping[str, Any],
        tables: Sequence[Table] = (),
        *,
        options: SolveOptions | None = None,
        limits: Limits | None = None,
    ) -> Outcome:
        """Build a checked formulation in memory and solve it; see the function `run_formulation`."""
        options, limits = options or SolveOptions(), limits or Limits()
        start = time.monotonic()
        isolation = "+".join(self.builder.layers) or "none"
        given = {
            "formulation": formulation,
            "tables": [[table.name, table.columns, table.rows] for table in tables],
        }
        job = Job("formulation", _json(given, "formulation"), _within(options, limits.wall), limits, limits.wall)
        report = self.builder.run(job)
        outcome = verdict.of_solution(report, limits)
        return outcome.with_(
            stdout=report.stdout, stderr=report.stderr, isolation=isolation, seconds=time.monotonic() - start
        )

    def close(self) -> None:
        """End what was started. Later use starts afresh."""
        with self._lock:
            for sandbox in (self._sandbox, self._builder):
                if sandbox is not None:
                    sandbox.close()

    def _isolation(self, trust: Trust, allow_weak: bool) -> str:
        layers = self.sandbox.layers
        if trust is Trust.NONE and not allow_weak and (missing := sorted(ENOUGH - set(layers))):
            raise SandboxError(
                f"programs of unknown origin do not run here without {' and '.join(missing)}: "
                "see optwright doctor, or allow weak isolation (--allow-weak-isolation) if you trust the program"
            )
        return "+".join(layers) or "none"

    def _rendered(self, report: Report, limits: Limits) -> Outcome:
        ended = verdict.of_end(report, limits)
        return ended if ended is not None else verdict.of_solution(report, limits)

    def _vouched(self, report: Report, job: Job, options: SolveOptions) -> Outcome:
        """Solve the model that a program handed over in a second child, and vouch for that alone."""
        if (ended := verdict.of_end(report, job.limits)) is not None:
            return ended
        record = verdict.of_record(report, "model")
        if isinstance(record, Outcome):
            return record
        header, model = record
        left = max(job.limits.wall - report.wall, 2 * _LEAST)
        again = Job("export", model, _within(options, left), job.limits, left)
        outcome = verdict.of_solution(self.sandbox.run(again), job.limits)
        return verdict.compare(outcome, verdict.number(header.get("claimed")), verdict.text(header.get("note")))


def attachments(tables: Sequence[Table]) -> dict[str, bytes]:
    """Return the tables as CSV files by plain name: the table's, and that of the file that it was read from."""
    files: dict[str, bytes] = {}
    for table in tables:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(table.rows)
        content = text.getvalue().encode("utf-8", "replace")
        names = [f"{table.name}.csv"]
        if table.source and table.source.lower().endswith(".csv"):
            names.append(PurePath(table.source).name)
        for name in names:
            files.setdefault(_plain(name), content)
    return files


def choose(*, formulations: bool = False) -> Sandbox:
    """Return the best sandbox that works here, at need one that is quick at building formulations."""
    from optwright.solvers.cold import ColdSandbox

    if not fork_is_possible():
        return ColdSandbox()
    from optwright.solvers.warm import WarmSandbox

    warm = WarmSandbox(formulations=formulations)
    try:
        _ = warm.layers
    except SandboxError:  # A kernel without what a zygote needs; whatever else is wrong, the cold one will say.
        return ColdSandbox()
    return warm


def run(
    source: str,
    *,
    tables: Sequence[Table] = (),
    data: Mapping[str, Any] | None = None,
    trust: Trust = Trust.NONE,
    options: SolveOptions | None = None,
    limits: Limits | None = None,
    allow_weak: bool = False,
) -> Outcome:
    """Run a program that defines `build_model(data)` or a ConcreteModel `model`, and solve its model.

    `data`, or else the tables as lists of records by name, is what `build_model` gets; the tables also lie in the
    program's directory as CSV files. With `Trust.NONE` the program runs apart from everything, and the value vouched
    for is that of its model solved again by a process without foreign code; what the program itself found is
    `claimed`. A program that fails, an infeasible model and a deadline are outcomes. Raises InputError for data that
    is not JSON, SandboxError where the isolation is too weak (unless `allow_weak`) or fails.
    """
    return default().run(
        source, tables=tables, data=data, trust=trust, options=options, limits=limits, allow_weak=allow_weak
    )


def run_formulation(
    formulation: Mapping[str, Any],
    tables: Sequence[Table] = (),
    *,
    options: SolveOptions | None = None,
    limits: Limits | None = None,
) -> Outcome:
    """Build a checked formulation (its JSON data) in memory in a child and solve it there, for large data."""
    return default().run_formulation(formulation, tables, options=options, limits=limits)


def default() -> Runner:
    """Return the runner that the module's functions share."""
    return _default


_default = Runner()
atexit.register(_default.close)


def _task(source: str, tables: Sequence[Table], data: Mapping[str, Any] | None) -> bytes:
    given = data if data is not None else {table.name: table.records() for table in tables} or None
    return _json({"source": source, "data": given}, "data")


def _json(value: Any, what: str) -> bytes:
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        raise InputError(f"the {what} cannot be handed to a program: {problem}; give plain JSON values") from None


def _within(options: SolveOptions, seconds: float) -> SolveOptions:
    """Have the solver stop before its process must, so that its incumbent comes back."""
    return replace(options, time_limit=min(options.time_limit, max(seconds - _LEAST, _LEAST / 2)))


def _plain(name: str) -> str:
    plain = re.sub(r"[^\w.\- ]", "_", name).strip(". ")[:120]
    return plain or "table.csv"
