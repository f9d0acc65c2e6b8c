"""`app`: the page for a browser, where a problem is talked over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optwright.cli.commands import Prompts


def mount(app: typer.Typer) -> None:
    """Put the command on the application."""
    app.command(name="app")(serve)


def serve(
    host: Annotated[str, typer.Option(help="Address to serve at; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve at; 0 takes any that is free.", min=0, max=65535)] = 7860,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|URL",
            help="Where conversations are kept: a folder, a .sqlite file or a postgresql:// URL; by default the "
            "user's own folder.",
        ),
    ] = None,
    auth: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ask for a name and password: one USER:PASSWORD a line.")
    ] = None,
    share: Annotated[bool, typer.Option("--share", help="Open a public tunnel through Gradio's servers.")] = False,
    workers: Annotated[int, typer.Option(help="Requests at work at the same time, all users together.", min=1)] = 4,
    per_user: Annotated[int, typer.Option(help="Requests of one user at work or waiting.", min=1)] = 2,
    model: Annotated[
        str | None, typer.Option(help="Name of the language model, or offline for the built-in reader.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Any OpenAI-compatible server, such as a local vLLM.")] = None,
    prompts: Prompts = None,
    library: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="The experience library to draw from and to show.")
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn", help="Keep thumbs and corrections in the library, and let it be edited.")
    ] = False,
    editor: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A user of --auth who may edit, approve and retire insights; repeatable."),
    ] = None,
) -> None:
    """Serve the page for a browser: chat, tables, answer with plots, model, checks, versions, export."""
    from optwright.cli.packs import announce
    from optwright.cli.shelf import must_exist
    from optwright.config import load
    from optwright.web.desk import Limits
    from optwright.web.serve import Serving, run

    config = load(
        flags={"llm.model": model, "llm.base_url": base_url, "library.place": library, "prompts.pack": prompts}
    ).config
    announce(config, named=prompts is not None)
    if library is not None and not learn:
        must_exist(library)
    limits = Limits(workers=workers, per_user=per_user)
    run(Serving(host, port, store, auth, share, limits, learn, tuple(editor or ())), config)
