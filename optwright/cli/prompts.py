"""`optwright prompts`: what each command takes. What each does is imported when it runs, so `--help` stays quick."""

from __future__ import annotations

import typer

prompts = typer.Typer(name="prompts", help="The prompts: packs of better ones for a model, and how they are found.")


@prompts.callback()
def group() -> None:
    """The prompts: packs of better ones for a model, and how they are found."""


def mount(app: typer.Typer) -> None:
    """Put the commands of this module on the application."""
    app.add_typer(prompts)
