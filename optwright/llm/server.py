"""A model behind an OpenAI-compatible server: OpenAI itself, vLLM, or any other."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from optwright.budget import Usage
from optwright.errors import ConfigError, LLMError, RefusedError
from optwright.llm.chat import Completion, Finish, Message, Reply, Request, Schema
from optwright.llm.client import connect
from optwright.llm.cut import cuttable
from optwright.llm.dialect import Dialect
from optwright.llm.retry import Patience, persist
from optwright.llm.trouble import Kind, Speaker, Trouble, from_error

if TYPE_CHECKING:
    from openai import OpenAI, OpenAIError

OPENAI_URL = "https://api.openai.com/v1"
_FINISH = {"stop": Finish.STOP, "length": Finish.LENGTH, "content_filter": Finish.FILTER}


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """How a server is asked. None leaves the server's own default."""

    temperature: float | None = None
    max_tokens: int | None = None
    structured: bool = True
    """Whether to ask for structured outputs; a server that refuses them is asked without from then on."""
    patience: Patience = field(default_factory=Patience)


class OpenAIChat:
    """Ask an OpenAI-compatible server. Fulfils `ChatModel`; one instance serves many threads.

    `model` None: the one that the server has, when it has exactly one. Without `base_url` OpenAI is asked; a server
    without keys gets none. The key is kept out of replies, errors, reprs and cache keys. Raises ConfigError for a key
    that cannot be sent.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        options: ChatOptions | None = None,
    ) -> None:
        self.base_url = (base_url or OPENAI_URL).rstrip("/")
        self.options = options or ChatOptions()
        self._model = model
        self._key = (api_key or "").strip()
        if not (self._key.isascii() and self._key.isprintable()):
            raise ConfigError("the key has characters that cannot be sent; copy it again into OPTWRIGHT_API_KEY")
        self._dialect = Dialect(structured=self.options.structured)
        self._client: OpenAI | None = None
        self._reached = False
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """Return what may be shown: never the key."""
        return f"OpenAIChat({self._model!r}, base_url={self._speaker().place!r})"

    @property
    def name(self) -> str:
        """The model's name; asks the server for it when none was given. Raises LLMError if that fails."""
        if self._model is None:
            self._model = self._only_model()
        return self._model

    @property
    def identity(self) -> list[Any]:
        """What besides the request decides a reply, for cache keys."""
        return [self._speaker().place, self.name, self.options.temperature, self.options.max_tokens]

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
        """Return `n` replies. See `ChatModel`."""
        start = time.monotonic()
        temperature = self.options.temperature if temperature is None else temperature
        max_tokens = self.options.max_tokens if max_tokens is None else max_tokens
        replies: tuple[Reply, ...] = ()
        usage, attempts = Usage(), 0
        while len(replies) < n:  # some servers answer with one reply whatever n is, and empty ones are asked for again
            request = Request(tuple(messages), n - len(replies), temperature, schema, tuple(stop or ()), max_tokens)
            success = self._persist(request)
            replies += success.value.replies
            usage, attempts = usage + success.value.usage, attempts + success.attempts
        return Completion(replies[:n], usage, self.name, time.monotonic() - start, attempts)

    def models(self) -> list[str]:
        """Return the names of the models that the server has. Raises LLMError."""
        return persist(self._list, self.options.patience).value

    def _persist(self, request: Request) -> Any:
        name = self.name
        try:
            return persist(partial(self._ask, name, request), self.options.patience)
        except RefusedError:
            raise
        except LLMError as error:
            line = str(error)
        if line.endswith("(404)"):
            line = f"{line}; {self._what_there_is()}"
        raise LLMError(line)

    def _ask(self, name: str, request: Request, seconds: float) -> Completion:
        """Make one attempt, in simpler words where the server refuses a field. Raises Trouble."""
        end = time.monotonic() + seconds
        dialect = self._dialect
        while True:
            body = dialect.fields(request)
            try:
                completion = self._post(name, body, max(0.1, end - time.monotonic()))
            except Trouble as trouble:
                simpler = dialect.simpler(trouble.detail, body) if trouble.kind is Kind.REFUSED else None
                if simpler is None:
                    raise
                dialect = simpler
            else:
                self._dialect = dialect  # kept only once it has worked: a 400 may have another reason
                return completion

    def _post(self, name: str, body: dict[str, Any], seconds: float) -> Completion:
        import openai

        trouble: Trouble | None = None
        try:
            with cuttable(self._connect()) as client:
                raw = client.chat.completions.with_raw_response.create(model=name, timeout=seconds, **body)
                self._reached = True
                return self._read(raw.content)
        except openai.OpenAIError as error:
            trouble = self._trouble(error)
        raise trouble  # outside of the handler: the SDK's error, whose body may hold the key, is not chained to it

    def _list(self, seconds: float) -> list[str]:
        import openai

        trouble: Trouble | None = None
        try:
            raw = self._connect().models.with_raw_response.list(timeout=seconds)
            return [str(entry["id"]) for entry in json.loads(raw.content)["data"]]
        except openai.OpenAIError as error:
            trouble = self._trouble(error)
            if trouble.kind is Kind.MODEL:
                place = self._speaker().place
                trouble = Trouble(Kind.MODEL, f"{place}/models does not exist; a base URL usually ends in /v1")
        except (ValueError, KeyError, TypeError):
            place = self._speaker().place
            trouble = Trouble(Kind.BROKEN, f"{place}/models is no list of models; is the base URL right?")
        raise trouble

    def _trouble(self, error: OpenAIError) -> Trouble:
        """Name what the SDK raised. A server that was never there is not waited for as long as one that went away."""
        trouble = from_error(error, self._speaker())
        if trouble.kind is Kind.UNREACHABLE and not self._reached:
            trouble.attempts = 3
        return trouble

    def _read(self, content: bytes) -> Completion:
        """Read a body. Raises Trouble when it is no completion."""
        place = self._speaker().place
        try:
            data = json.loads(content)
            replies = tuple(self._reply(choice) for choice in data["choices"])
            usage = _usage(data.get("usage") or {})
        except (ValueError, KeyError, TypeError, AttributeError):
            start = self._speaker().short(content[:200].decode("utf-8", "replace"), 60)
            raise Trouble(Kind.BROKEN, f"{place} answered with no chat completion but {start!r}") from None
        kept = tuple(reply for reply in replies if reply.text or reply.finish is Finish.LENGTH)
        if not kept:
            raise Trouble(Kind.EMPTY, f"the model at {place} gave an empty reply")
        return Completion(kept, usage, str(data.get("model") or ""))

    def _reply(self, choice: dict[str, Any]) -> Reply:
        message = choice["message"]
        if message.get("refusal") and not message.get("content"):
            return Reply(self._speaker().scrub(str(message["refusal"])), Finish.FILTER)
        text = message.get("content") or ""
        finish = _FINISH.get(choice.get("finish_reason") or "stop", Finish.OTHER)
        return Reply(self._speaker().scrub(text), finish)

    def _only_model(self) -> str:
        known = self.models()
        if len(known) == 1:
            return known[0]
        has = f"it has {_some(known)}" if known else "it lists none"
        raise LLMError(f"no model is named and {self._speaker().place} does not have just one ({has}); set llm.model")

    def _what_there_is(self) -> str:
        try:
            return f"it has {_some(self.models())}"
        except LLMError as error:
            return str(error)

    def _speaker(self) -> Speaker:
        return Speaker(self.base_url, self._model or "", self._key)

    def _connect(self) -> OpenAI:
        with self._lock:
            if self._client is None:
                self._client = connect(self._speaker())
            return self._client


def _usage(data: dict[str, Any]) -> Usage:
    details = data.get("prompt_tokens_details") or {}
    return Usage(
        1,
        int(data.get("prompt_tokens") or 0),
        int(data.get("completion_tokens") or 0),
        int(details.get("cached_tokens") or 0),
    )


def _some(names: list[str], limit: int = 8) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return (", ".join(names[:limit]) or "no model") + more
