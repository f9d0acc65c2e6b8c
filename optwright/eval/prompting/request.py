"""What the user asked of `optwright prompts optimize`, and the strategies that there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optwright.budget import Allowance, Prices
from optwright.config import Config
from optwright.errors import ConfigError, InputError, LLMError
from optwright.eval.prompting.adoption import CONFIDENCE
from optwright.eval.prompting.splits import Sizes
from optwright.llm import ChatOptions, OpenAIChat
from optwright.llm.embedding import Embedder, OpenAIEmbedder
from optwright.llm.retry import Patience
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.start import Place
from optwright.prompts.search.strategy import Strategy

KEY = "OPTWRIGHT_OPTIMIZER_API_KEY"
"""The optimiser's key, where it is another server's; the model's own key goes to no other server."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """The model that proposes; None: as the model whose prompts are improved."""

    model: str | None = None
    base_url: str | None = None
    prices: Prices | None = None
    max_tokens: int | None = None
    embedding_model: str | None = None
    """For the strategy zopo; None: word counts in place of an embedding."""
    embedding_url: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What was typed."""

    benchmarks: tuple[str, ...]
    out: Path
    strategy: str
    flags: Mapping[str, Any] = field(default_factory=dict)
    optimizer: Optimizer = field(default_factory=Optimizer)
    parts: tuple[str, ...] = ()
    start: bool = False
    """Whether OPRO's start instructions are seeds too."""
    wrong_items: bool = False
    """Whether OPRO shows the items that were most often wrong, not random ones."""
    place: Place | None = None
    """Where OPRO looks for an instruction; None: it rewrites the whole text."""
    plan: Plan = field(default_factory=Plan)
    sizes: Sizes = field(default_factory=Sizes)
    allowance: Allowance = field(default_factory=lambda: Allowance(None, None, None))
    """For the search; the verdict comes on top of it."""
    prices: Prices | None = None
    confidence: float = CONFIDENCE
    pack: str | None = None
    """The name of the pack that the winner becomes; None: after the folder."""
    resume: bool = False
    temperature: float | None = None
    concurrency: int = 8
    labels: str = "corrected"
    data_dir: Path | None = None
    pipeline: str | None = None
    """`module:function` in place of the agent."""


def strategy_of(request: Request, optimizer_url: str | None, key: str | None) -> Strategy:
    """Return the strategy that was named. Raises InputError for an unknown one."""
    if request.strategy not in _STRATEGIES:
        raise InputError(f"--strategy {request.strategy}: unknown; there are {', '.join(_STRATEGIES)}")
    wanted = request.optimizer
    embedder = None
    if wanted.embedding_model is not None:
        if (place := wanted.embedding_url or optimizer_url) is None:
            raise ConfigError("--embedding-model needs its server: give --embedding-base-url")
        embedder = OpenAIEmbedder(
            wanted.embedding_model, base_url=place, api_key=key if place == optimizer_url else None
        )
    return _STRATEGIES[request.strategy](request, embedder)


def _opro(request: Request, _: Embedder | None) -> Strategy:
    from optwright.prompts.search.opro import Choice, Opro

    return Opro(choice=Choice.WRONG if request.wrong_items else Choice.RANDOM, place=request.place)


def _directional(_: Request, __: Embedder | None) -> Strategy:
    from optwright.prompts.search.directional import Directional

    return Directional()


def _zopo(_: Request, embedder: Embedder | None) -> Strategy:
    from optwright.prompts.search.zopo import Zopo

    return Zopo() if embedder is None else Zopo(embedder)


def _reflect(_: Request, __: Embedder | None) -> Strategy:
    from optwright.prompts.search.reflect import Reflect

    return Reflect()


def _random(_: Request, __: Embedder | None) -> Strategy:
    from optwright.prompts.search.blind import Blind

    return Blind()


_STRATEGIES: dict[str, Callable[[Request, Embedder | None], Strategy]] = {
    "opro": _opro,
    "directional": _directional,
    "zopo": _zopo,
    "reflect": _reflect,
    "random": _random,
}


def optimizer_of(request: Request, config: Config) -> tuple[OpenAIChat, str | None]:
    """Return the model that proposes, and its key. Raises ConfigError where no server is named for it."""
    own = config.llm.api_key.get_secret_value() if config.llm.api_key else None
    url = request.optimizer.base_url or config.llm.base_url
    key = os.environ.get(KEY) or (own if url == config.llm.base_url else None)
    if url is None and key is None:
        raise ConfigError("no server is named for the optimiser's model; give --optimizer-base-url")
    same = request.optimizer.base_url in (None, config.llm.base_url)
    model = request.optimizer.model or (config.llm.model if same else None)
    patience = Patience(config.llm.attempts, config.llm.deadline, timeout=config.llm.timeout)
    options = ChatOptions(temperature=1.0, max_tokens=request.optimizer.max_tokens, patience=patience)
    return OpenAIChat(model, base_url=url, api_key=key, options=options), key


def reachable(chat: OpenAIChat, what: str) -> None:
    """Ask a server what models it has, before anything is spent. Raises LLMError, one line, if that cannot work."""
    try:
        known = chat.models()
        name = chat.name
    except LLMError as error:
        if "/models does not exist" in str(error) or "is no list of models" in str(error):
            return  # Not every server tells; what is wrong shows at the first request then.
        raise LLMError(f"{what}: {error}") from None
    if name not in known and known and chat.base_url != "https://api.openai.com/v1":
        raise LLMError(f"{what}: {chat.base_url} has no model {name!r}; it has {', '.join(known[:8])}")
