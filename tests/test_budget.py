"""The account of calls, tokens, money and seconds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from optwright.budget import Allowance, Budget, Usage, cost
from optwright.errors import BudgetError, InputError

PRICES = {"prompt": 2.0, "completion": 10.0, "cached": 0.5}


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


def test_cost_is_per_million_tokens_and_cached_ones_are_apart():
    assert cost(Usage(2, 1_000_000, 100_000, 400_000), PRICES) == pytest.approx(1.2 + 0.2 + 1.0)
    assert cost(Usage(1, 1_000_000, 0, 400_000), {"prompt": 2.0}) == pytest.approx(2.0)
    assert cost(Usage(1, 1_000_000, 1_000_000), {}) == 0.0


def test_money_is_counted_by_the_prices_or_as_told_and_stops():
    budget = Budget(Allowance(None, None, None, money=3.0), prices=PRICES, money=0.25, clock=Clock())
    assert budget.charge(Usage(1, 1_000_000)) == pytest.approx(2.0)
    budget.check()
    assert budget.charge(Usage(1, 1_000_000), money=0.5) == 0.5
    assert budget.money == pytest.approx(2.75)
    budget.check()
    budget.charge(Usage(1, 0, 100_000))
    line = r"the budget of \$3 is spent \(3 calls, 2100000 tokens, \$3.75, 0.0 s\); raise budget.money to go on"
    with pytest.raises(BudgetError, match=line):
        budget.check()


def test_a_limit_of_money_without_prices_is_refused():
    with pytest.raises(InputError, match=r"needs the model's prices: set prices\.prompt"):
        Budget(Allowance(money=1.0))
