"""A model that answers from a script, so that the whole pipeline runs without a server or a key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from optwright.budget import Usage
from optwright.errors import LLMError
from optwright.llm.chat import Completion, Message, Reply, Request, Schema

Line = str | Reply | LLMError
"""A reply, or the error to raise in its place."""
Script = Sequence[Line] | Callable[[Sequence[Message]], Line]


class ScriptedChat:
    """Answer from a list, one entry a reply, or by a function of the messages; record every request.

    Raises LLMError when the list is used up. Tokens are counted as a quarter of the characters.
    """

    def __init__(self, script: Script, *, name: str = "scripted") -> None:
        self.name = name
        self.requests: list[Request] = []
        self._script = script
        self._position = 0
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
        """Return the next `n` replies of the script. See `ChatModel`."""
        request = Request(tuple(messages), n, temperature, schema, tuple(stop or ()), max_tokens)
        with self._lock:
            self.requests.append(request)
        replies = tuple(self._next(messages) for _ in range(n))
        asked = sum(len(message["content"]) for message in messages) // 4
        made = sum(len(reply.text) for reply in replies) // 4
        return Completion(replies, Usage(1, asked, made), self.name)

    def _next(self, messages: Sequence[Message]) -> Reply:
        line = self._script(messages) if callable(self._script) else self._take(self._script)
        if isinstance(line, LLMError):
            raise line
        return line if isinstance(line, Reply) else Reply(line)

    def _take(self, script: Sequence[Line]) -> Line:
        with self._lock:
            if self._position >= len(script):
                raise LLMError(f"the script of {self.name!r} has no reply left after {self._position}")
            self._position += 1
            return script[self._position - 1]
