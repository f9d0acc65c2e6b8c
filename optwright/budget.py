"""What a solve may spend: calls, tokens, money, seconds; and what it has spent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from optwright.errors import BudgetError, InputError

Prices = Mapping[str, float]
"""Dollars per million tokens: `prompt`, `completion`, and `cached` for prompt tokens that a prefix cache served
(default: as `prompt`)."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What language-model calls cost. `cached_tokens` is the part of `prompt_tokens` that a prefix cache served."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        """Return the sum."""
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
        )

    def to_json(self) -> dict[str, int]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, int]) -> Usage:
        """Rebuild from `to_json`."""
        return cls(**data)


def cost(usage: Usage, prices: Prices) -> float:
    """Return dollars at these prices."""
    fresh = usage.prompt_tokens - usage.cached_tokens
    cached = prices.get("cached", prices.get("prompt", 0.0))
    money = fresh * prices.get("prompt", 0.0) + usage.cached_tokens * cached
    return (money + usage.completion_tokens * prices.get("completion", 0.0)) / 1e6


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of a budget; None is no limit."""

    calls: int | None = 20
    tokens: int | None = None
    seconds: float | None = 600.0
    money: float | None = None
    """Dollars; the budget must know the prices."""


class Budget:
    """A running account against an allowance. Safe to share between threads.

    The clock runs from construction; `used`, `elapsed` and `money` carry over what an interrupted run had spent.
    Raises InputError for a limit of money without `prices`: it would never be reached.
    """

    def __init__(
        self,
        allowance: Allowance | None = None,
        *,
        used: Usage | None = None,
        elapsed: float = 0.0,
        money: float = 0.0,
        prices: Prices | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.allowance = allowance or Allowance()
        if self.allowance.money is not None and not prices:
            raise InputError("a budget of money needs the model's prices: set prices.prompt and prices.completion")
        self.prices = prices or {}
        self._used, self._money = used or Usage(), money
        self._clock = clock
        self._start = clock() - elapsed
        self._lock = threading.Lock()

    @property
    def used(self) -> Usage:
        """What has been charged so far."""
        with self._lock:
            return self._used

    @property
    def money(self) -> float:
        """Dollars that have been charged so far."""
        with self._lock:
            return self._money

    @property
    def elapsed(self) -> float:
        """Seconds since the start, those of interrupted runs included."""
        return self._clock() - self._start

    @property
    def seconds_left(self) -> float:
        """Seconds until the limit, infinite without one, never negative."""
        limit = self.allowance.seconds
        return float("inf") if limit is None else max(0.0, limit - self.elapsed)

    def charge(self, usage: Usage, money: float | None = None) -> float:
        """Add what was spent; return it in dollars: `money` where it is known, else by the budget's prices.

        Never raises: what was spent is spent.
        """
        spent = cost(usage, self.prices) if money is None else money
        with self._lock:
            self._used, self._money = self._used + usage, self._money + spent
        return spent

    def spent(self) -> str | None:
        """Say which limit is reached, with the whole account, or return None."""
        used, limits = self.used, self.allowance
        money = f"${self.money:.4g}, " if self.money else ""
        account = f"{used.calls} calls, {used.tokens} tokens, {money}{self.elapsed:.1f} s"
        reached = {
            name: f"${limit:g}" if name == "money" else f"{limit:g} {name}"
            for limit, amount, name in (
                (limits.calls, used.calls, "calls"),
                (limits.tokens, used.tokens, "tokens"),
                (limits.money, self.money, "money"),
                (limits.seconds, self.elapsed, "seconds"),
            )
            if limit is not None and amount >= limit
        }
        if not reached:
            return None
        limit = " and ".join(reached.values())
        return f"the budget of {limit} is spent ({account}); raise budget.{' and '.join(reached)} to go on"

    def check(self) -> None:
        """Raise BudgetError, naming what is spent, if nothing more may be spent."""
        if (line := self.spent()) is not None:
            raise BudgetError(line)
