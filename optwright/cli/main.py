"""The application, its commands, and how an error becomes one line and an exit code.

Exit codes:
    0  answered: an optimum was proven and checked (`check`: no error was found)
    1  an error of Optwright itself
    2  the input cannot be used: arguments, files, tables, configuration, a formulation with errors
    3  the language model's server failed or refused
    4  the problem was modelled, but has no optimum to show: infeasible, unbounded, or stopped by a limit
    5  no model came of it: the budget is spent or the same failure came back (`run`: the program failed)
    6  the sandbox is too weak here for programs that Optwright did not render itself
    130  interrupted
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from optwright import __version__
from optwright.cli import chat, commands, library, page, prompts, serve, synthesis
from optwright.errors import OptwrightError
from optwright.eval import commands as evaluation
from optwright.finetune import commands as tuning


class _Guarded(TyperGroup):
    """Turns a failure that has a name into one line on standard error and its exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except OptwrightError as error:
            typer.echo(f"optwright: {error}", err=True)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            typer.echo("optwright: interrupted", err=True)
            raise typer.Exit(130) from None


app = typer.Typer(
    name="optwright",
    cls=_Guarded,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
commands.mount(app)
chat.mount(app)
page.mount(app)
evaluation.mount(app)
serve.mount(app)
tuning.mount(app)
synthesis.mount(app)
library.mount(app)
prompts.mount(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"optwright {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Turn a decision problem in words into a checked, solved optimisation model."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        app(spread_data(sys.argv[1:]))
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
    except OSError as error:
        # Standard output is full or closed, or the working directory is gone: nothing of ours to trace.
        _drop_output()
        print(f"optwright: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0)


def _drop_output() -> None:
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def spread_data(arguments: list[str]) -> list[str]:
    """Let one `--data` take several files: `--data a.csv b.csv` becomes `--data a.csv --data b.csv`."""
    if "--data" not in arguments:
        return arguments
    from optwright.tables import SUFFIXES

    spread: list[str] = []
    rest = list(arguments)
    while rest:
        spread.append(rest.pop(0))
        if spread[-1] != "--data" or not rest:
            continue
        spread.append(rest.pop(0))
        while rest and Path(rest[0]).suffix.lower() in SUFFIXES:
            spread += ["--data", rest.pop(0)]
    return spread
