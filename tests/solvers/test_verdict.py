from __future__ import annotations

import json

import pytest

from optwright.outcome import Failure, Outcome, Termination
from optwright.solvers import verdict, wire
from optwright.solvers.options import Limits
from optwright.solvers.sandbox import Report

LIMITS = Limits(wall=7, cpu=5)
SOLVED = Outcome(Termination.OPTIMAL, has_incumbent=True, objective=10.0)


def _report(
    exit_: int = 0, reason: str | None = None, result: bytes = b"", stderr: str = "", cpu: float = 0.0
) -> Report:
    return Report(exit=exit_, reason=reason, stdout="", stderr=stderr, result=result, cpu=cpu)


@pytest.mark.parametrize(
    ("report", "failure", "words"),
    [
        (_report(-9, "deadline"), Failure.DEADLINE, "within 7 s"),
        (_report(-9, "stdout"), Failure.OUTPUT, "1,048,576 bytes"),
        (_report(-9, "processes"), Failure.FORBIDDEN, "64 threads"),
        (_report(-24), Failure.DEADLINE, "5 s of processor time"),
        (_report(-9, cpu=5.5), Failure.DEADLINE, "5 s of processor time"),
        (_report(-9), Failure.CRASH, "SIGKILL"),
        (_report(-11), Failure.CRASH, "11 (SIGSEGV)"),
        (_report(-31), Failure.FORBIDDEN, "another architecture"),
        (_report(-6, stderr="terminate called: std::bad_alloc"), Failure.MEMORY, "2048 MiB"),
        (_report(-34), Failure.CRASH, "34"),
    ],
)
def test_end_is_named(report: Report, failure: Failure, words: str) -> None:
    outcome = verdict.of_end(report, LIMITS)
    assert outcome is not None
    assert (outcome.failure, outcome.termination) == (failure, Termination.NOT_SOLVED)
    assert words in outcome.message


def test_ordinary_end_is_none() -> None:
    assert verdict.of_end(_report(), LIMITS) is None
    assert verdict.of_end(_report(3), LIMITS) is None


def test_only_the_expected_kind_is_taken() -> None:
    report = _report(result=wire.pack({"kind": "outcome"}, json.dumps(SOLVED.to_json()).encode()))
    taken = verdict.of_record(report, "model")
    assert isinstance(taken, Outcome)
    assert taken.failure is Failure.FORBIDDEN
    assert verdict.of_solution(report, LIMITS) == SOLVED


def test_solver_that_crashes_is_not_the_programs_fault() -> None:
    outcome = verdict.of_solution(_report(-11), LIMITS)
    assert outcome.failure is Failure.SOLVER
    assert "SIGSEGV" in outcome.message


@pytest.mark.parametrize(
    ("claimed", "silent"), [(None, True), (10.0, True), (10.00000001, True), (10.1, False), (1e9, False)]
)
def test_claim_is_compared(claimed: float | None, silent: bool) -> None:
    outcome = verdict.compare(SOLVED, claimed, "")
    assert (outcome.objective, outcome.claimed) == (10.0, claimed)
    assert (outcome.message == "") == silent


def test_claim_without_a_solution_is_reported() -> None:
    assert "gives no solution" in verdict.compare(Outcome(Termination.INFEASIBLE), 3.0, "").message


@pytest.mark.parametrize("value", [None, True, "7", [1], float("inf"), float("nan"), 10**400])
def test_foreign_number_is_none(value: object) -> None:
    assert verdict.number(value) is None
