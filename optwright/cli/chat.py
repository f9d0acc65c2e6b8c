"""`optwright chat`: what it takes. What it does is imported when it runs, so that `--help` stays quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optwright.cli.commands import Data, Prompts


def mount(app: typer.Typer) -> None:
    """Put the command on the application."""
    app.command()(chat)


def chat(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The conversation to begin or to go on with.")] = "chat",
    data: Data = None,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|FILE|URL",
            help="Where conversations are kept: a folder, a .sqlite file or a postgresql:// URL; "
            "by default ~/.local/share/optwright.",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Name of the language model, or offline for the built-in reader.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Any OpenAI-compatible server, such as a local vLLM.")] = None,
    prompts: Prompts = None,
    library: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="The experience library to draw from.")
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn", help="Keep in the library what is said of answers: /good, /bad, /lesson.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Begin anew: the old conversation of that name stays.")] = False,
) -> None:
    """Talk about a problem: tell it, change it, ask what if and why not; nothing is lost by leaving."""
    from optwright.cli import chatting

    place = store or str(Path.home() / ".local" / "share" / "optwright")
    flags = {"llm.model": model, "llm.base_url": base_url, "prompts.pack": prompts, "library.place": library}
    raise typer.Exit(chatting.chat(chatting.Room(name, place, tuple(data or ()), flags, new, learn)))
