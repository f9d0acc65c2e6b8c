"""What a run was asked to do: everything that decides its answers, and what only decides how fast they come."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from importlib import import_module
from typing import Any, Protocol

from optwright.datasets.sample import Labels
from optwright.errors import ConfigError
from optwright.eval.experience import Experience
from optwright.eval.gate import Turnstile
from optwright.eval.items import Item
from optwright.eval.work import Worker
from optwright.prompts.pack import Pack

AGENT = "optwright.eval.pipeline:agent"


@dataclass(frozen=True, slots=True)
class Settings:
    """The resolved configuration of a run, as config.json keeps it. It holds no key."""

    benchmarks: tuple[str, ...]
    method: str = "compiled"
    effort: str = "medium"
    model: str | None = None
    base_url: str | None = None
    temperature: float | None = 0.0
    max_tokens: int | None = None
    structured: bool = True
    timeout: float = 120.0
    """Seconds for one try of a request."""
    deadline: float = 300.0
    """Seconds for one request, all its retries included."""
    attempts: int = 8
    """Tries of one request."""
    solver: str | None = None
    time_limit: float = 60.0
    gap: float = 1e-6
    calls: int | None = 20
    """Language-model calls that one attempt may make."""
    seconds: float | None = 600.0
    """Wall clock that one attempt may take."""
    allow_weak: bool = False
    library: Experience | None = None
    """The experience library that attempts draw from; a run never writes to it."""
    prompts: Pack | None = None
    """The prompt pack that attempts use, whole; None: the shipped prompts. Its texts decide, not its name."""
    cache: str | None = None
    """Folder in which replies are kept, so that none is asked for twice; None keeps none."""
    samples: int = 1
    labels: Labels = Labels.CORRECTED
    prices: dict[str, float] = field(default_factory=dict)
    items: str = ""
    """SHA-256 over ids and texts of the items."""
    concurrency: int = 8
    """Requests in flight, all machines together."""
    engine: str = "threads"
    processes: int | None = None
    """Processes among which the threads are divided; None: by the concurrency."""
    address: str | None = None
    pipeline: str = AGENT
    """`module:function` that makes the worker."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data: of the prompt pack `prompts` has the digest, `pack` all."""
        digest = {"digest": self.prompts.digest} if self.prompts else None
        pack = self.prompts.to_json() if self.prompts else None
        plain = {"benchmarks": list(self.benchmarks), "labels": self.labels.value, "prompts": digest, "pack": pack}
        return {**asdict(self), **plain}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        """Rebuild from `to_json`; what later versions add is ignored."""
        known = {item.name for item in fields(cls)}
        given = {name: value for name, value in data.items() if name in known}
        given["prompts"] = Pack.from_json(data["pack"]) if data.get("pack") else None
        given["library"] = Experience.from_json(given["library"]) if given.get("library") else None
        return cls(**{**given, "benchmarks": tuple(given["benchmarks"]), "labels": Labels(given["labels"])})


class Pipeline(Protocol):
    """Makes a worker: builds the model once, then solves problem after problem from many threads.

    Every request to the server passes the `turnstile`; `key` is the server's key, which is never written anywhere.
    """

    def __call__(self, settings: Settings, *, turnstile: Turnstile, key: str | None) -> Worker:
        """Return the worker. Raises ConfigError or LLMError when it cannot be built."""
        ...


def pipeline(name: str) -> Pipeline:
    """Import a pipeline by `module:function`. Raises ConfigError when there is none."""
    module, _, function = name.partition(":")
    try:
        found: Pipeline = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"no pipeline {name!r}: {error}") from None
    return found


def digest_of(items: Sequence[Item]) -> str:
    """Return a digest of which texts a run asks."""
    lines = "\n".join(f"{item.id} {item.question_sha256}" for item in items)
    return hashlib.sha256(lines.encode()).hexdigest()
