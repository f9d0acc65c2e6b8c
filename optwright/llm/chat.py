"""The seam between Optwright and any language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol, TypedDict

from optwright.budget import Usage

Schema = Mapping[str, Any]
"""A JSON schema that a reply shall follow."""


class Message(TypedDict):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Finish(StrEnum):
    """Why a model stopped writing."""

    STOP = "stop"
    LENGTH = "length"
    """The reply is cut off: the limit of tokens was reached."""
    FILTER = "filter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; never empty text unless it was cut off before its first word."""

    text: str
    finish: Finish = Finish.STOP


@dataclass(frozen=True, slots=True)
class Completion:
    """What came back for one request."""

    replies: tuple[Reply, ...]
    usage: Usage
    """Of all attempts whose cost the server reported, `calls` included."""
    model: str
    seconds: float = 0.0
    """Wall clock, waits between attempts included; for a cached completion that of the original."""
    attempts: int = 1
    cached: bool = False

    @property
    def text(self) -> str:
        """The first reply's text."""
        return self.replies[0].text

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {**asdict(self), "replies": [asdict(reply) for reply in self.replies]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Completion:
        """Rebuild from `to_json`. Raises KeyError, TypeError or ValueError on other data."""
        replies = tuple(Reply(part["text"], Finish(part["finish"])) for part in data["replies"])
        return cls(**{**data, "replies": replies, "usage": Usage.from_json(data["usage"])})


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that decides a reply."""

    messages: tuple[Message, ...]
    n: int = 1
    temperature: float | None = None
    schema: Schema | None = None
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; equal requests give equal data."""
        return {
            "messages": [dict(message) for message in self.messages],
            "n": self.n,
            "temperature": self.temperature,
            "schema": self.schema,
            "stop": list(self.stop),
            "max_tokens": self.max_tokens,
        }


class ChatModel(Protocol):
    """A language model.

    `complete` returns exactly `n` replies to `messages` (at least one message, the last from the user), in no
    particular order. It blocks until they are there and may be called from several threads at once.

    - `temperature`, `max_tokens`: None leaves the implementation's own setting.
    - `schema`: the replies should be JSON text of this schema. It is a wish: where the model cannot be constrained the
      replies are free text, so that the caller parses and validates in any case.
    - `stop`: the model stops before any of these texts.
    - A reply that reached the token limit is returned with `Finish.LENGTH`, not raised.

    Raises LLMError, one line that names the trouble and the remedy, when no reply can be had: transient troubles have
    been retried by then. No key is ever part of a reply, an error or a repr. Nothing else is raised.
    """

    @property
    def name(self) -> str:
        """What answers, for traces and cache keys: the model's name."""
        ...

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
        """Return `n` replies."""
        ...
