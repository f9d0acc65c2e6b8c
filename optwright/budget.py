"""What a solve may spend: calls, tokens, seconds; and what it has spent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from optwright.errors import BudgetError


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


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of a budget; None is no limit."""

    calls: int | None = 20
    tokens: int | None = None
    seconds: float | None = 600.0


class Budget:
    """A running account against an allowance. Safe to share between threads.

    The clock runs from construction; `used` and `elapsed` carry over what an interrupted run had spent.
    """

    def __init__(
        self,
        allowance: Allowance | None = None,
        *,
        used: Usage | None = None,
        elapsed: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.allowance = allowance or Allowance()
        self._used = used or Usage()
        self._clock = clock
        self._start = clock() - elapsed
        self._lock = threading.Lock()

    @property
    def used(self) -> Usage:
        """What has been charged so far."""
        with self._lock:
            return self._used

    @property
    def elapsed(self) -> float:
        """Seconds since the start, those of interrupted runs included."""
        return self._clock() - self._start

    @property
    def seconds_left(self) -> float:
        """Seconds until the limit, infinite without one, never negative."""
        limit = self.allowance.seconds
        return float("inf") if limit is None else max(0.0, limit - self.elapsed)

    def charge(self, usage: Usage) -> None:
        """Add what was spent. Never raises: what was spent is spent."""
        with self._lock:
            self._used = self._used + usage

    def spent(self) -> str | None:
        """Say which limit is reached, with the whole account, or return None."""
        used, limits = self.used, self.allowance
        account = f"{used.calls} calls, {used.tokens} tokens, {self.elapsed:.1f} s"
        reached = [
            f"{limit:g} {unit}"
            for limit, amount, unit in (
                (limits.calls, used.calls, "calls"),
                (limits.tokens, used.tokens, "tokens"),
                (limits.seconds, self.elapsed, "seconds"),
            )
            if limit is not None and amount >= limit
        ]
        if not reached:
            return None
        names = " and ".join(part.split()[1] for part in reached)
        return f"the budget of {' and '.join(reached)} is spent ({account}); raise budget.{names} to go on"

    def check(self) -> None:
        """Raise BudgetError, naming what is spent, if nothing more may be spent."""
        if (line := self.spent()) is not None:
            raise BudgetError(line)
