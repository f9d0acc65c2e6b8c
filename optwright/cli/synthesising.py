"""Running `synth`: the plan from its flags, progress on standard error, what came of it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from optwright.config import LLMSettings, load
from optwright.datasets.synthesis.card import make_card
from optwright.datasets.synthesis.catalogue import catalogue, family
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.dice import Range
from optwright.datasets.synthesis.pair import Way, Words
from optwright.datasets.synthesis.production import Plan, Production
from optwright.datasets.synthesis.style import Style
from optwright.errors import InputError

EVERY = 10.0
"""Seconds between two lines of progress where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Request:
    """The flags of the command."""

    out: Path
    count: int
    families: str
    levels: tuple[str, ...]
    styles: tuple[str, ...]
    seed: str = "0"
    workers: int | None = None
    attach: bool | None = None
    ways: tuple[str, ...] = ("draw",)
    words: str = "grammar"
    knobs: tuple[str, ...] = ()
    """Each as typed: `products=2..4`."""
    flags: Mapping[str, str | None] | None = None
    """What was typed of the language model; None when none shall take part."""
    quiet: bool = False


def run(request: Request) -> None:
    """Make the data set and say what came of it."""
    chat = load(flags=dict(request.flags)).config.llm if request.flags else None
    production = Production(plan(request, chat), request.out, chat)
    with Progress(quiet=request.quiet) as progress:
        production.run(request.workers or os.cpu_count() or 1, progress.show)
    make_card(request.out)
    typer.echo(f"{production.total} pairs in {production.pairs.path}; see {request.out / 'card.md'}")
    for reason, count in production.reasons.most_common():
        typer.echo(f"  {count} rejected: {reason}")
    if production.total < request.count:
        typer.echo(f"  {request.count - production.total} fewer than asked for: the families gave no more")


def plan(request: Request, chat: LLMSettings | None = None) -> Plan:
    """Return the plan that the flags ask for. Raises InputError for an unknown family or a model that is not named."""
    needed = [one for one in request.ways if one in (Way.RESOCRATIC, Way.AUGMENT)]
    needed += ["--words model"] if request.words == Words.MODEL else []
    if needed and chat is None:
        raise InputError(f"{', '.join(needed)}: a language model is needed; give --model and --base-url")
    names = [name.strip() for name in request.families.split(",") if name.strip()]
    chosen = [one.name for one in catalogue()] if names == ["all"] else [family(name).name for name in names]
    return Plan(
        tuple(dict.fromkeys(chosen)),
        tuple(Level(one) for one in dict.fromkeys(request.levels)),
        request.count,
        tuple(Style(one) for one in dict.fromkeys(request.styles)),
        request.seed,
        request.attach,
        tuple(Way(one) for one in dict.fromkeys(request.ways)),
        Words(request.words),
        None if chat is None else chat.model or chat.base_url,
        dict(_knob(one, chosen) for one in request.knobs),
    )


def _knob(typed: str, chosen: Sequence[str]) -> tuple[str, Range]:
    """Read `NAME=LOW..HIGH`, or `NAME=SIZE`. Raises InputError for what no chosen family has."""
    name, _, ends = typed.partition("=")
    known = sorted({knob for one in chosen for knob in family(one).knobs})
    if name not in known:
        raise InputError(f"--knob {typed}: no chosen family has a size of that name; they have {', '.join(known)}")
    if not (read := re.fullmatch(r"(\d+)(?:\.\.(\d+))?", ends)) or int(read[2] or read[1]) < int(read[1]):
        raise InputError(f"--knob {typed}: write NAME=LOW..HIGH, such as {name}=2..4")
    return name, Range(int(read[1]), int(read[2] or read[1]))


class Progress:
    """One line on standard error that keeps up with the run."""

    def __init__(self, *, quiet: bool) -> None:
        self.console = Console(stderr=True, highlight=False, markup=False, quiet=quiet)
        self.live = Live(console=self.console, refresh_per_second=4, transient=True)
        self.started = time.monotonic()
        self.before: int | None = None
        self.printed = time.monotonic()

    def __enter__(self) -> Progress:
        """Begin to show."""
        self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop showing."""
        self.live.stop()

    def show(self, production: Production) -> None:
        """Tell how far it is."""
        line = Text(self.line(production))
        if self.console.is_terminal:
            self.live.update(line)
        elif time.monotonic() - self.printed > EVERY:
            self.printed = time.monotonic()
            self.console.print(line)

    def line(self, production: Production) -> str:
        """Return how far it is."""
        if production.stage == "tuning":
            wanted = len(production.plan.families) * len(production.plan.levels)
            return f"tuning {len(production.windows)}/{wanted} families and levels"
        if self.before is None:
            self.before, self.started = production.total, time.monotonic()
        minutes = (time.monotonic() - self.started) / 60
        rate = (production.total - self.before) / minutes if minutes > 0 else 0.0
        lost = sum(production.reasons.values())
        return f"{production.total}/{production.plan.count} pairs, {lost} rejected, {rate:.0f} a minute"
