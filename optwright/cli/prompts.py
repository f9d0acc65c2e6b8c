"""`optwright prompts`: what each command takes. What each does is imported when it runs, so `--help` stays quick."""

from __future__ import annotations

from typing import Annotated

import typer

from optwright.cli import optimizing
from optwright.errors import InputError

Reference = Annotated[str, typer.Argument(metavar="PACK", help="A listed pack's name, or a file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

prompts = typer.Typer(name="prompts", help="The prompts: packs of better ones for a model, and how they are found.")


def mount(app: typer.Typer) -> None:
    """Put the commands of this module on the application."""
    optimizing.mount(prompts)
    app.add_typer(prompts)


@prompts.command("list")
def list_packs(as_json: AsJson = False) -> None:
    """List the packs: for which models, what they change, what they gained, and which are in use."""
    from optwright.cli import packs

    packs.overview(as_json=as_json)


@prompts.command()
def show(
    name: Annotated[str, typer.Argument(metavar="PACK|TEMPLATE", help="A pack, or one of the shipped templates.")],
    as_json: AsJson = False,
) -> None:
    """Show the texts of a pack or a template. Into a file, a template becomes a pack to edit: show plain > my.md."""
    from optwright.cli import packs

    packs.show(name, as_json=as_json)


@prompts.command()
def diff(
    pack: Reference,
    other: Annotated[
        str | None, typer.Argument(metavar="[PACK]", help="What it became; default: PACK against the shipped texts.")
    ] = None,
) -> None:
    """Show what a pack changes in the shipped templates, or what lies between two packs."""
    from optwright.cli import packs

    packs.diff(pack, other)


@prompts.command()
def use(
    pack: Annotated[str | None, typer.Argument(metavar="PACK", help="A listed pack's name, or a file.")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="FAMILY", help="For this family, or this model's; default: the pack's own.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Go back to the shipped prompts.")] = False,
) -> None:
    """Use a pack from now on for all models of a family, wherever no other is named."""
    from optwright.cli import packs

    if none == (pack is not None):
        raise InputError("give a pack to use, or --none to go back to the shipped prompts")
    packs.use(pack, model) if pack is not None else packs.use_none(model)
