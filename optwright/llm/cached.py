"""Replies kept on disk: the same request is asked once, by however many processes."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from optwright.errors import InputError
from optwright.llm.chat import ChatModel, Completion, Message, Request, Schema

_FORMAT = 1


class CachedChat:
    """Look a request up in a folder before the model is asked; keep what it answers.

    The key is the whole request with the model's `identity`, or its name where it has none. Files are written whole and
    then renamed: a kill leaves none half written, and processes that answer the same request at once do not disturb
    each other. A file that cannot be read counts as absent. The cached completion has the usage of the original.
    """

    def __init__(self, model: ChatModel, folder: Path | str) -> None:
        self.model = model
        self.folder = Path(folder)

    @property
    def name(self) -> str:
        """The name of the model behind it."""
        return self.model.name

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
        """Return the stored completion, or ask and store. See `ChatModel`; InputError if the folder is not writable."""
        path = self._path(Request(tuple(messages), n, temperature, schema, tuple(stop or ()), max_tokens))
        if (kept := _read(path)) is not None:
            return kept
        completion = self.model.complete(
            messages, n=n, temperature=temperature, schema=schema, stop=stop, max_tokens=max_tokens
        )
        _write(path, json.dumps({**completion.to_json(), "cached": True}))
        return completion

    def _path(self, request: Request) -> Path:
        identity = getattr(self.model, "identity", self.model.name)
        text = json.dumps([_FORMAT, identity, request.to_json()], sort_keys=True)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / digest[:2] / f"{digest[2:]}.json"


def _read(path: Path) -> Completion | None:
    try:
        return Completion.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as part:
            part.write(text)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise InputError(f"{path.parent}: cannot keep a reply there ({error.strerror})") from error
