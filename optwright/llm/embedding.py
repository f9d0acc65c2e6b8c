"""Texts as vectors, from any OpenAI-compatible server that has an embedding model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from optwright.llm.client import connect
from optwright.llm.retry import Patience, persist
from optwright.llm.trouble import Kind, Speaker, Trouble, from_error

if TYPE_CHECKING:
    from openai import OpenAI


class Embedder(Protocol):
    """An embedding model.

    `embed` returns one vector for each text, in order, all of one length. It may be called from several threads.
    Raises LLMError, one line, when no vectors can be had.
    """

    @property
    def name(self) -> str:
        """The model: vectors of different names are never compared."""
        ...

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector for each text."""
        ...


class OpenAIEmbedder:
    """Ask an OpenAI-compatible server for vectors. Fulfils `Embedder`."""

    def __init__(
        self, model: str, *, base_url: str, api_key: str | None = None, patience: Patience | None = None
    ) -> None:
        self.name = model
        self._base_url, self._key = base_url.rstrip("/"), (api_key or "").strip()
        self._patience = patience or Patience(deadline=60.0, timeout=30.0)
        self._client: OpenAI | None = None
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a vector for each text. Raises LLMError."""
        if not texts:
            return []
        wanted = list(texts)
        return persist(lambda seconds: self._ask(wanted, seconds), self._patience).value

    def _ask(self, texts: list[str], seconds: float) -> list[list[float]]:
        import openai

        speaker = Speaker(self._base_url, self.name, self._key)
        trouble: Trouble | None = None
        try:
            reply = self._connect().embeddings.create(
                model=self.name, input=texts, encoding_format="float", timeout=seconds
            )
            vectors = {entry.index: list(map(float, entry.embedding)) for entry in reply.data}
            return [vectors[at] for at in range(len(texts))]
        except openai.OpenAIError as error:
            trouble = from_error(error, speaker)
        except (ValueError, KeyError, TypeError, AttributeError):
            trouble = Trouble(
                Kind.BROKEN, f"{speaker.place} answered with no vectors; is {self.name!r} for embeddings?"
            )
        raise trouble

    def _connect(self) -> OpenAI:
        with self._lock:
            if self._client is None:
                self._client = connect(Speaker(self._base_url, self.name, self._key))
            return self._client
