"""`optwright serve`: what it takes. What it does is imported when it runs, so that `--help` stays quick."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class BackendName(StrEnum):
    """What serves; auto is the best that is here."""

    AUTO = "auto"
    VLLM = "vllm"
    VLLM_CPU = "vllm-cpu"
    TRANSFORMERS = "transformers"


def mount(app: typer.Typer) -> None:
    """Put the command on the application; flags that it does not know are the server's."""
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(serve)


def serve(
    context: typer.Context,
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="A folder of weights, or owner/name on the Hugging Face hub.")
    ] = None,
    lora: Annotated[
        list[str] | None, typer.Option(metavar="NAME=DIR", help="An adapter to serve too; may be given again.")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines ask.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen; 0 takes a free one.", min=0, max=65535)] = 8000,
    backend: Annotated[BackendName, typer.Option(help="What serves; auto is the best there is.")] = BackendName.AUTO,
    vllm_python: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR|PYTHON",
            help="The environment that has vLLM; by default OPTWRIGHT_VLLM_PYTHON, the user's settings, this one, "
            "and ~/.cache/optwright/vllm-cpu.",
        ),
    ] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The server's log; by default in ~/.cache/optwright/serve.")
    ] = None,
    start_timeout: Annotated[float, typer.Option(help="Seconds until it must be ready.", min=1.0)] = 900.0,
    check: Annotated[bool, typer.Option("--check", help="Only say what can serve here, and what is missing.")] = False,
) -> None:
    """Serve a local model by vLLM and print the settings to use; any further flag goes to vLLM (ends on Ctrl-C)."""
    from optwright.cli import serving

    asked = None if backend is BackendName.AUTO else backend.value
    if check:
        raise typer.Exit(serving.check(vllm_python))
    order = serving.Order(model, tuple(lora or ()), host, port, tuple(context.args))
    raise typer.Exit(serving.serve(order, serving.Means(asked, vllm_python, log, start_timeout)))
