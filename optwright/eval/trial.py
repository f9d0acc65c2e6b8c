"""How a prompt set does: the pipeline on training items, candidates halved while they are tried. A `ScoreFn`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from optwright.budget import Budget, Prices, Usage, cost
from optwright.eval.metrics import looks
from optwright.eval.prompting.attempts import Attempts
from optwright.eval.prompting.halving import FIRST, fallen
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.score import Score


class Trial:
    """Scores the candidates of a step on the same items, in the same order; an item counts 1 if right, else 0.

    Right is strictly right (`RULES["strict"]`). All candidates' attempts are made together, so that the server is kept
    busy; an attempt that was made before is not made again. Who falls behind is `dropped` with the items it had.
    """

    def __init__(
        self,
        attempts: Attempts,
        items: Sequence[str],
        budget: Budget,
        *,
        prices: Prices | None = None,
        incumbent: Callable[[], str | None] = lambda: None,
        first: int = FIRST,
    ) -> None:
        """Remember what is scored.

        Args:
            attempts: where attempts are made and kept.
            items: ids in the order in which they are tried.
            budget: what it may cost; it is only looked at, its owner charges it with the scores.
            prices: of the model that answers; None: it costs no money.
            incumbent: the id of the best candidate so far, tried on all items; None halves nothing.
            first: items of the first rung.
        """
        self.items = tuple(items)
        self._attempts, self._budget, self._prices = attempts, budget, prices or {}
        self._incumbent, self._first = incumbent, first

    def __call__(self, candidates: Sequence[Candidate]) -> Iterator[Score]:
        """Yield a score for each candidate. Raises BudgetError, LLMError or SandboxError; a call again goes on."""
        searched = any(one.step for one in candidates)  # among seeds there is no race: each is measured whole
        best = self._incumbent() if searched else None
        reached = dict.fromkeys((one.id for one in candidates), len(self.items))
        alive = list(candidates)
        for size in looks(len(self.items), self._first) if best else [len(self.items)]:
            self._attempts.make(alive, self.items[:size], partial(self._check, candidates, alive))
            if size == len(self.items):
                break
            staying = self._staying(alive, best, size)
            reached |= {one.id: size for one in alive if one not in staying}
            alive = staying
        yield from (self._score(one, reached[one.id]) for one in candidates)

    def _staying(self, alive: Sequence[Candidate], best: str | None, size: int) -> list[Candidate]:
        """Return who goes on after so many items; decided once, whatever became of the process that decided."""
        if any(self._attempts.decided(one.id, size) is None for one in alive):
            shown = {one.id: self._verdicts(one.id, size) for one in alive}
            incumbent = self._verdicts(best, len(self.items)) if best else None
            self._attempts.decide(size, fallen(shown, incumbent))
        return [one for one in alive if self._attempts.decided(one.id, size) == ""]

    def _verdicts(self, candidate: str, size: int) -> dict[str, bool]:
        return {item: self._attempts.tried(candidate, item).right for item in self.items[:size]}

    def _check(self, candidates: Sequence[Candidate], alive: Sequence[Candidate], spent: Usage) -> None:
        """Raise BudgetError when the attempts of this call, whose scores nobody has charged yet, use up the rest."""
        gone = [one for one in candidates if one not in alive]
        spent = sum((self._usage(one.id) for one in gone), spent)
        used, money = self._budget.used + spent, self._budget.money + cost(spent, self._prices)
        limits, prices = self._budget.allowance, self._budget.prices
        Budget(limits, used=used, money=money, elapsed=self._budget.elapsed, prices=prices).check()

    def _usage(self, candidate: str) -> Usage:
        known = self._attempts.known(candidate)
        return sum((known[item].usage for item in self.items if item in known), Usage())

    def _score(self, one: Candidate, size: int) -> Score:
        found = {item: self._attempts.tried(one.id, item) for item in self.items[:size]}
        usage = sum((tried.usage for tried in found.values()), Usage())
        return Score(
            items={item: float(tried.right) for item, tried in found.items()},
            evidence={item: tried.evidence or tried.failure for item, tried in found.items() if not tried.right},
            usage=usage,
            seconds=sum(tried.seconds for tried in found.values()),
            dropped=size < len(self.items),
            money=cost(usage, self._prices),
        )
