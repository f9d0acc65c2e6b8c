"""The command that makes synthetic data: what it takes. What it does is imported when it runs, so `--help` is quick."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LevelName(StrEnum):
    """How hard the problems shall be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    EXPERT = "expert"


class StyleName(StrEnum):
    """How the problems are written down."""

    TEXTBOOK = "textbook"
    EMAIL = "email"
    REPORT = "report"
    BULLETS = "bullets"
    DIALOGUE = "dialogue"


class WayName(StrEnum):
    """How problems come about."""

    DRAW = "draw"
    PREFIX = "prefix"
    RESOCRATIC = "resocratic"
    AUGMENT = "augment"


class WordsName(StrEnum):
    """Who tells them."""

    GRAMMAR = "grammar"
    MODEL = "model"


def mount(app: typer.Typer) -> None:
    """Put the command on the application."""
    app.command()(synth)


def synth(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the data set goes; a run killed there goes on.")],
    n: Annotated[
        int, typer.Option("-n", "--n", min=1, help="Pairs in all, spread evenly over families and levels.")
    ] = 100,
    families: Annotated[str, typer.Option(metavar="all|NAME,NAME...", help="Families of problems.")] = "all",
    level: Annotated[list[LevelName] | None, typer.Option(help="May be given several times.")] = None,
    style: Annotated[list[StyleName] | None, typer.Option(help="May be given several times; default: all.")] = None,
    seed: Annotated[str, typer.Option(help="Equal seeds make equal data sets.")] = "0",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")] = None,
    files: Annotated[
        bool | None, typer.Option("--files/--no-files", help="Data in attached CSV files: always or never.")
    ] = None,
    way: Annotated[
        list[WayName] | None,
        typer.Option(
            help="draw: from the families. prefix: their first conditions too. resocratic, augment: by a model. "
            "May be given several times."
        ),
    ] = None,
    knob: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=LOW..HIGH", help="Keep a size of the families, such as products, within these."),
    ] = None,
    words: Annotated[WordsName, typer.Option(help="Who tells what was drawn.")] = WordsName.GRAMMAR,
    model: Annotated[
        str | None, typer.Option(help="Language model: it also models all words again; default: none takes part.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Any OpenAI-compatible server, such as a local vLLM.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Make pairs of a problem in words and its formulation, each solved and checked."""
    from optwright.cli import synthesising

    synthesising.run(
        synthesising.Request(
            out,
            n,
            families,
            levels=tuple(one.value for one in level or [LevelName.EASY]),
            styles=tuple(one.value for one in style or list(StyleName)),
            seed=seed,
            workers=workers,
            attach=files,
            ways=tuple(one.value for one in way or [WayName.DRAW]),
            words=words.value,
            knobs=tuple(knob or ()),
            flags={"llm.model": model, "llm.base_url": base_url} if model or base_url else None,
            quiet=quiet,
        )
    )
