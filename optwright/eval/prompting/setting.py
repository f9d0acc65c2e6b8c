"""What a run needs: everything that was asked for resolved, the items divided, the folder begun or known again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from optwright.agent.models import NO_MODEL, OFFLINE
from optwright.budget import Prices
from optwright.config import load
from optwright.datasets.registry import load_all
from optwright.datasets.sample import Labels
from optwright.errors import ConfigError, InputError
from optwright.eval import command
from optwright.eval.folder import FREE, RunFolder
from optwright.eval.items import items_of
from optwright.eval.pipeline import connect
from optwright.eval.prompting import places
from optwright.eval.prompting.attempts import Attempts
from optwright.eval.prompting.request import Request, optimizer_of, reachable, strategy_of
from optwright.eval.prompting.splits import Splits, split
from optwright.eval.settings import Settings, digest_of
from optwright.llm import ChatModel
from optwright.method import Method
from optwright.prompts.library import SHIPPED
from optwright.prompts.pack import Pack
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.start import Place, seeds
from optwright.prompts.search.strategy import Strategy

COMMAND = "prompts optimize"
_LOOSE = FREE | {"cache", "limits", "prices"}
"""What a run that is gone on with may have otherwise."""


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a run needs."""

    request: Request
    folder: RunFolder
    settings: Settings
    splits: Splits
    seeds: list[Candidate]
    strategy: Strategy
    optimizer: ChatModel
    attempts: Attempts
    ledger: Ledger

    @property
    def prices(self) -> Prices:
        """Of the model whose prompts are improved."""
        return self.settings.prices


def prepare(request: Request, folder: RunFolder) -> Run:
    """Resolve what was asked for, divide the items, and begin the folder or check that it was begun with the same."""
    if folder.exists and folder.config().get("command") != COMMAND:
        raise InputError(f"{folder.path} holds another kind of run; use another --out")
    if folder.exists and not request.resume:
        raise InputError(f"{folder.path} holds a run; --resume goes on with it, or use another --out")
    config = load(flags=request.flags).config
    asked = command.Request(
        request.benchmarks,
        request.out,
        request.flags,
        temperature=request.temperature,
        concurrency=request.concurrency,
        resume=request.resume,
        labels=request.labels,
    )
    settings = command.settings_of(asked, config)
    if settings.model == OFFLINE:
        raise ConfigError(NO_MODEL.replace("this method needs", "its prompts are to be improved:", 1))
    seed = _seeds(request, settings, Method(settings.method))
    Pack.of(seed[0].parts, name=name_of(request))  # a name that no pack may have is better told now than at the end
    splits = split(
        load_all(request.benchmarks, directory=request.data_dir),
        Labels(request.labels),
        request.sizes,
        seed=request.plan.seed,
    )
    optimizer, optimizer_key = optimizer_of(request, config)
    strategy = strategy_of(request, optimizer.base_url, optimizer_key)
    key = config.llm.api_key.get_secret_value() if config.llm.api_key else None
    settings = _known(settings, request, key)
    reachable(optimizer, "the optimiser's model")
    items = items_of(splits.all, settings.labels)
    described = _described(request, replace(settings, items=digest_of(items)), splits, seed, optimizer.name)
    _begin(request, folder, described, splits, settings)
    attempts = Attempts(folder.path / "trials.jsonl", settings, splits.all, key)
    return Run(
        request, folder, settings, splits, seed, strategy, optimizer, attempts, Ledger(folder.path / "ledger.jsonl")
    )


def _known(settings: Settings, request: Request, key: str | None) -> Settings:
    """Return the settings with the model's name, having asked its server, and with a folder for replies."""
    if request.pipeline is None and (chat := connect(settings, key)) is not None:
        reachable(chat, "the model")  # type: ignore[arg-type]
        settings = replace(settings, model=chat.name)
    kept = replace(settings, cache=str(request.out / "replies"), prices=dict(request.prices or settings.prices))
    return replace(kept, pipeline=request.pipeline) if request.pipeline else kept


def _seeds(request: Request, settings: Settings, method: Method) -> list[Candidate]:
    pack = settings.prompts
    note = f"pack {pack.name}" if pack else "as shipped"
    prompts = pack.prompts if pack else SHIPPED
    first = places.seed(request.parts, method, prompts=prompts, library=settings.library is not None, note=note)
    if not request.start:
        return [first]
    return seeds(first.parts, next(iter(first.parts)), request.place or Place.BEGIN)


def _described(
    request: Request, settings: Settings, splits: Splits, seed: Sequence[Candidate], optimizer: str
) -> dict[str, Any]:
    """Return config.json: what decides the run, and its limits, which do not."""
    limits = request.allowance
    parts = {name: [one.id for one in getattr(splits, name)] for name in ("train", "validation", "test")}
    return {
        **settings.to_json(),
        "command": COMMAND,
        "strategy": request.strategy,
        "optimizer_model": optimizer,
        "seeds": [one.id for one in seed],
        "parts": sorted(seed[0].parts),
        "seed": request.plan.seed,
        "count": request.plan.count,
        "confidence": request.confidence,
        **parts,
        "limits": {
            "steps": request.plan.steps,
            "calls": limits.calls,
            "tokens": limits.tokens,
            "seconds": limits.seconds,
            "money": limits.money,
        },
    }


def _begin(request: Request, folder: RunFolder, config: dict[str, Any], splits: Splits, settings: Settings) -> None:
    if not folder.exists:
        if (folder.path / "ledger.jsonl").exists():
            raise InputError(f"{folder.path} has a ledger but no config.json: not a run folder; use another --out")
        folder.begin(config, items_of(splits.all, settings.labels))
        return
    stored = folder.config()
    plain = json.loads(json.dumps(config))
    wrong = [name for name in plain if name not in _LOOSE and stored.get(name) != plain[name]]
    if wrong:
        told = [f"{name} (was {_brief(stored.get(name))}, is {_brief(plain[name])})" for name in wrong[:3]]
        raise ConfigError(f"{folder.path} was begun with another {', '.join(told)}; give the same, or another --out")


def _brief(value: Any) -> str:
    return f"{len(value)} of them" if isinstance(value, list) and len(value) > 3 else f"{value!r:.60}"


def name_of(request: Request) -> str:
    """Return the name of the pack that the winner becomes."""
    return request.pack or re.sub(r"[^\w.+-]+", "-", request.out.absolute().name).strip("-._") or "optimised"
