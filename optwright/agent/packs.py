"""Which prompt pack a solve uses: one that was named, the one of a saved solve, or the one in use for the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from optwright.agent.save import kept
from optwright.errors import LLMError
from optwright.llm import ChatModel
from optwright.prompts import shelf
from optwright.prompts.family import family_of
from optwright.prompts.pack import ANY, Pack

NO_USE = "--prompts is for a language model, and none is configured; name its server with --base-url"


def chosen(wanted: Pack | str | None, chat: ChatModel | None, folder: Path | None = None) -> Pack | None:
    """Return the pack that is meant; None for the shipped prompts, and where no language model is asked.

    `wanted`: a pack, its name or file, `none`, or `auto`: the pack of the solve that `folder` holds, else the one in
    use for the family of the model. Raises InputError for one that cannot be had or used.
    """
    if chat is None or wanted is None or wanted == shelf.NONE:
        return None
    if isinstance(wanted, Pack):
        return wanted
    if wanted != shelf.AUTO:
        return shelf.find(wanted)
    record = kept(folder) if folder is not None else None
    if record is not None:
        return Pack.from_json(record["pack"]) if record.get("pack") else None
    return _in_use(chat)


def told(pack: Pack | None, chat: ChatModel | None) -> dict[str, Any]:
    """Return what a solution says about its pack."""
    if pack is None or chat is None:
        return {}
    return {"pack": pack.name, "digest": pack.digest, "family": pack.family, "warnings": warnings(pack, chat)}


def warnings(pack: Pack, chat: ChatModel) -> list[str]:
    """Return what may be wrong about using a pack with a model, a line each."""
    family = _family(chat)
    if pack.family in (ANY, family, None):
        return pack.warnings
    return [*pack.warnings, f"pack {pack.name} was made for {pack.family}; {chat.name} is of the family {family}"]


def _in_use(chat: ChatModel) -> Pack | None:
    """Return the pack in use for a model; the server is asked for its name only where there are packs in use."""
    family = _family(chat) if shelf.active() else None
    return shelf.in_use(family) if family is not None else None


def _family(chat: ChatModel) -> str | None:
    """Return the family of a model; None where its server does not tell the name."""
    try:
        return family_of(chat.name)
    except LLMError:
        return None  # the first request meets the same server, and its failure is told in the solution
