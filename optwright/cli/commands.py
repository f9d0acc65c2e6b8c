"""The commands: what each takes. What each does is imported when it runs, so that `--help` stays quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from optwright.agent.export import Format
from optwright.method import Effort, Method

Data = Annotated[
    list[Path] | None,
    typer.Option("--data", metavar="FILE...", help="Tables that belong to the problem: .csv, .tsv or .xlsx."),
]
Solver = Annotated[str | None, typer.Option(help="highs or scip; by default chosen by the class of the model.")]
TimeLimit = Annotated[float | None, typer.Option(help="Seconds the solver may take; by default 60.", min=0.01)]
Gap = Annotated[
    float | None,
    typer.Option(help="Relative gap at which an integer model counts as solved; by default 1e-6.", min=0.0),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, on the last line.")]
Weak = Annotated[
    bool, typer.Option("--allow-weak-isolation", help="Run model-written programs even where the sandbox is weak.")
]
Prompts = Annotated[
    str | None,
    typer.Option(
        metavar="PACK",
        help="A prompt pack's name or file; none: the shipped prompts; default: the one in use for the model, if any.",
    ),
]
FormulationFile = Annotated[str, typer.Argument(metavar="FORMULATION.json", help="A formulation file, or - for stdin.")]


def mount(app: typer.Typer) -> None:
    """Put every command on the application."""
    for command in (solve, run, check, render, latex, export, doctor):
        app.command()(command)


def solve(
    problem: Annotated[str, typer.Argument(metavar="TEXT|FILE|-", help="The problem in words, a file of it, or -.")],
    data: Data = None,
    method: Annotated[
        Method | None, typer.Option(help="How the problem becomes a program; by default compiled.")
    ] = None,
    effort: Annotated[
        Effort | None, typer.Option(help="How far to climb the ladder of checks; by default medium.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Name of the language model, or offline for the built-in reader.")
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Any OpenAI-compatible server, such as a local vLLM.")] = None,
    library: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="The experience library to draw from; it is only read.")
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn", help="Ask whether the answer is right, and learn from what you say.")
    ] = False,
    prompts: Prompts = None,
    solver: Solver = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    save: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep every step there; a killed solve goes on from it.")
    ] = None,
    as_json: AsJson = False,
    allow_weak_isolation: Weak = False,
) -> None:
    """Model and solve a problem told in words (or a formulation file), and check the answer."""
    from optwright.cli import solving

    flags = {
        "method": method,
        "effort": effort,
        "llm.model": model,
        "llm.base_url": base_url,
        "library.place": library,
        "prompts.pack": prompts,
        "solver.solver": solver,
        "solver.time_limit": time_limit,
        "solver.gap": gap,
        "solver.allow_weak_isolation": allow_weak_isolation or None,
    }
    request = solving.Request(problem, tuple(data or ()), flags, save, learn)
    raise typer.Exit(solving.solve(request, as_json=as_json))


def run(
    program: Annotated[Path, typer.Argument(metavar="PROGRAM.py", help="A program that builds a Pyomo model.")],
    data: Data = None,
    solver: Solver = None,
    time_limit: TimeLimit = None,
    gap: Gap = None,
    wall: Annotated[
        float | None,
        typer.Option(
            help="Seconds that the program and the second solve may take together; by default twice the time limit "
            "and 30.",
            min=1.0,
        ),
    ] = None,
    as_json: AsJson = False,
    allow_weak_isolation: Weak = False,
) -> None:
    """Run any Pyomo program in the sandbox, and solve its model again in a clean process."""
    from optwright.cli import solving

    options = solving.options(solver, time_limit, gap)
    asked = solving.Program(program, tuple(data or ()), wall, allow_weak_isolation)
    raise typer.Exit(solving.run_program(asked, options, as_json=as_json))


def check(
    formulation: FormulationFile,
    data: Data = None,
    text: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The problem in words: its numbers are accounted for.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say everything that is wrong or questionable about a formulation."""
    from optwright.cli import forms

    raise typer.Exit(forms.check(formulation, tuple(data or ()), text, as_json=as_json))


def render(formulation: FormulationFile, data: Data = None) -> None:
    """Print the Pyomo program of a formulation."""
    from optwright.cli import forms

    forms.render(formulation, tuple(data or ()))


def latex(formulation: FormulationFile) -> None:
    """Print a formulation in LaTeX, the five elements as a person reads them."""
    from optwright.cli import forms

    forms.latex(formulation)


def export(
    formulation: FormulationFile,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write; the ending says the format.")],
    data: Data = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="The format, where the ending does not say it.")
    ] = None,
) -> None:
    """Write a formulation as .py, .lp, .mps, .json or .ipynb."""
    from optwright.cli import forms

    forms.export(formulation, tuple(data or ()), to, form.value if form else None)


def doctor(as_json: AsJson = False) -> None:
    """Print what is installed, what isolation is in force, and which language model would answer."""
    from optwright.cli import health

    raise typer.Exit(health.doctor(as_json=as_json))


def echo_json(record: dict[str, Any]) -> None:
    """Print one record as one line of JSON."""
    import json

    sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")
