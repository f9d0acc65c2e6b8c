"""The optimiser's model with its replies in the ledger: a run that is gone on with pays for none of them again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from optwright.budget import Budget
from optwright.llm import ChatModel, Completion, Message
from optwright.llm.chat import Request, Schema
from optwright.prompts.search.ledger import Ledger


class Recorded:
    """A model whose calls are charged to a budget and kept under the step and the request.

    The same request in another step, or a second time in one step, is another one: at a temperature above zero it is
    meant to bring something new.
    """

    def __init__(self, model: ChatModel, ledger: Ledger, budget: Budget, step: int) -> None:
        self.name = model.name
        self._model, self._ledger, self._budget, self._step = model, ledger, budget, step
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        n: int = 1,
        temperature: float | None = None,
        schema: Schema | None = None,
        stop: Sequence[str] | None = None,
        max_tokens: int | None = None,
    ) -> Completion:
        """Return `n` replies. See `ChatModel`; BudgetError when nothing is left to spend."""
        request = Request(tuple(messages), n, temperature, schema, tuple(stop or ()), max_tokens)
        text = json.dumps(request.to_json(), sort_keys=True).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(text).hexdigest()[:16]
        with self._lock:
            self._seen[digest] += 1
            key = f"reply {self._step}/{digest}/{self._seen[digest]}"
        if (kept := self._ledger.recall(key)) is not None:
            return replace(Completion.from_json(kept), cached=True)
        self._budget.check()
        completion = self._model.complete(
            messages, n=n, temperature=temperature, schema=schema, stop=stop, max_tokens=max_tokens
        )
        money = self._budget.charge(completion.usage)
        self._ledger.remember(key, completion.to_json(), completion.usage, money)
        return completion
