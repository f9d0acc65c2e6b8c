"""A server that fails on 30% of calls: every problem ends in an outcome or a named failure; none hangs or is lost."""

import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from optwright.agent.solution import Solution, Status
from optwright.agent.solve import Settings, solve
from optwright.llm import ChatOptions, OpenAIChat
from optwright.llm.retry import Patience
from tests.e2e.problems import make
from tests.stub_server import NETWORK_FAULTS, Fault, FaultPlan, StubServer

WORKERS = 12


def answer(messages):
    number = re.search(r"^Order (\d+)\.", messages[1]["content"], re.MULTILINE)[1]
    return make(int(number)).reply


def run(count, plan, patience):
    """Solve `count` problems at once; return the solutions in order, the server, and the seconds."""
    with StubServer(answer, faults=plan) as server:
        model = OpenAIChat("stub", base_url=server.url, options=ChatOptions(patience=patience))
        start = time.monotonic()
        with ThreadPoolExecutor(WORKERS) as pool:
            tasks = [
                pool.submit(solve, make(i).text, model=model, settings=Settings(effort="low")) for i in range(count)
            ]
            solutions = [task.result(timeout=240) for task in tasks]
        return solutions, server, time.monotonic() - start


def hold(solutions, *, all_answered):
    """Each is right, or says what failed."""
    for number, solution in enumerate(solutions):
        assert isinstance(solution, Solution)
        if solution.status is Status.FAILED:
            assert not all_answered, solution.failure
            assert solution.failure.kind == "llm"
            assert "127.0.0.1" in solution.failure.message or "language model" in solution.failure.message
            assert "\n" not in solution.failure.message
            assert solution.objective is None
            continue
        optimum = make(number).optimum
        if optimum is None:
            assert solution.status is Status.INFEASIBLE
        else:
            assert solution.status is Status.OPTIMAL
            assert solution.objective == pytest.approx(optimum, rel=1e-6)


PATIENT = Patience(attempts=12, deadline=60.0, first_wait=0.02, longest_wait=0.2, timeout=2.0)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_200_problems_on_a_faulty_server(seed):
    plan = FaultPlan(rate=0.3, seed=seed, hang=3.0, retry_after="0.05")
    solutions, server, seconds = run(200, plan, PATIENT)
    assert len(solutions) == 200
    hold(solutions, all_answered=True)
    made = server.faults.made
    assert all(made[kind] for kind in NETWORK_FAULTS), made
    print(f"200 problems in {seconds:.1f} s; faults {dict(made)}; {Counter(s.status for s in solutions)}")


def test_without_retries_every_failure_is_named_and_the_rest_is_right():
    plan = FaultPlan(rate=0.3, seed=5, hang=5.0)
    solutions, server, _ = run(40, plan, Patience(attempts=1, deadline=30.0, timeout=3.0))
    hold(solutions, all_answered=False)
    failed = sum(solution.status is Status.FAILED for solution in solutions)
    assert 5 <= sum(server.faults.made.values()) <= failed < 30


def test_replies_that_are_empty_or_cut_off_are_among_what_is_survived():
    plan = FaultPlan(rate=0.3, seed=7, kinds=[Fault.EMPTY, Fault.CUT], hang=1.0)
    with StubServer(answer, faults=plan) as server:
        model = OpenAIChat("stub", base_url=server.url, options=ChatOptions(patience=PATIENT))
        solutions = [solve(make(i).text, model=model, settings=Settings(effort="high")) for i in range(12)]
    hold(solutions, all_answered=True)
    assert server.faults.made[Fault.CUT]
