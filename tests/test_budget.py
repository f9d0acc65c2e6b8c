"""The account of calls, tokens and seconds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from optwright.budget import Allowance, Budget, Usage
from optwright.errors import BudgetError


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(
    ("allowance", "usage", "named"),
    [
        (Allowance(calls=2), Usage(2, 5, 5), "the budget of 2 calls is spent"),
        (Allowance(tokens=10), Usage(1, 6, 4), "the budget of 10 tokens is spent"),
        (Allowance(calls=1, tokens=3), Usage(1, 6, 4), "the budget of 1 calls and 3 tokens is spent"),
    ],
)
def test_what_is_spent_is_named(allowance, usage, named):
    budget = Budget(allowance, clock=Clock())
    budget.check()
    budget.charge(usage)
    with pytest.raises(BudgetError, match=named) as raised:
        budget.check()
    assert f"({usage.calls} calls, {usage.tokens} tokens, 0.0 s); raise budget." in str(raised.value)


def test_seconds_run_on_and_carry_over():
    clock = Clock()
    budget = Budget(Allowance(seconds=10.0), elapsed=4.0, clock=clock)
    assert budget.seconds_left == pytest.approx(6.0)
    clock.now += 6.0
    with pytest.raises(BudgetError, match="10 seconds"):
        budget.check()
    assert budget.seconds_left == 0.0


def test_no_limit_is_never_reached():
    budget = Budget(Allowance(None, None, None))
    budget.charge(Usage(10**9, 10**9, 10**9))
    budget.check()
    assert budget.seconds_left == float("inf")


def test_charges_from_many_threads_add_up():
    budget = Budget(Allowance(None))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: [budget.charge(Usage(1, 2, 3, 1)) for _ in range(500)], range(8)))
    assert budget.used == Usage(4000, 8000, 12000, 4000)
    assert Usage.from_json(budget.used.to_json()) == budget.used
