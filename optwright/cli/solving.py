"""`solve` and `run`: gather the input, run it with live progress, show what came of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optwright.errors import ConfigError, InputError
from optwright.tables import load_all

if TYPE_CHECKING:
    from optwright.agent.solution import Solution
    from optwright.cli.progress import Progress
    from optwright.outcome import Outcome
    from optwright.problem import Table
    from optwright.solvers.options import SolveOptions

MAX_TEXT = 200_000
MAX_PROGRAM = 2_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked of `solve`. `flags` has settings by dotted name, None where the command line is silent."""

    problem: str
    data: tuple[Path, ...]
    flags: dict[str, Any]
    save: Path | None
    learn: bool = False
    """Whether the user is asked what the answer is worth."""


def options(solver: str | None, time_limit: float | None, gap: float | None) -> SolveOptions:
    """Return the solver's options: what was typed, else what is configured."""
    from optwright.config import load
    from optwright.solvers.options import SolveOptions

    flags = {"solver.solver": solver, "solver.time_limit": time_limit, "solver.gap": gap}
    chosen = load(flags=flags).config.solver
    return SolveOptions(chosen.solver, chosen.time_limit, chosen.gap, chosen.threads)


def read_text(source: str) -> tuple[str, Path | None]:
    """Return the problem's words, and the file that they came from if any.

    Raises:
        InputError: a file that is missing, too large or not text.
    """
    if source == "-":
        return read_input(MAX_TEXT + 1), None
    path = Path(source)
    if "\n" in source or len(source) > 255 or not _looks_like_file(path):
        return source, None
    return read_file(path, MAX_TEXT), path


def read_input(most: int = -1) -> str:
    """Return standard input. Raises InputError when it is closed or not UTF-8."""
    if sys.stdin is None:
        raise InputError("standard input is closed; give a file or the text itself")
    try:
        return sys.stdin.read(most).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(f"standard input is not UTF-8 text (byte {error.start})") from None


def _looks_like_file(path: Path) -> bool:
    return path.is_file() or path.suffix.lower() in {".txt", ".md", ".json"}


def read_file(path: Path, most: int) -> str:
    """Return a text file's content. Raises InputError when it is missing, larger than `most` bytes, or not UTF-8."""
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    if path.stat().st_size > most:
        raise InputError(f"{path}: {path.stat().st_size:,} bytes, more than the {most:,} allowed")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


@dataclass(frozen=True, slots=True)
class Program:
    """What the user asked of `run`: the file, its tables, and the seconds that it may take in all."""

    path: Path
    data: tuple[Path, ...]
    wall: float | None
    allow_weak: bool


def run_program(program: Program, options: SolveOptions, *, as_json: bool) -> int:
    """Run a program file in the sandbox, print its output and outcome, and return the exit code."""
    from optwright.cli.commands import echo_json
    from optwright.cli.show import show_outcome
    from optwright.solvers.options import Limits, Trust
    from optwright.solvers.runner import run

    outcome = run(
        read_file(program.path, MAX_PROGRAM),
        tables=load_all(program.data),
        trust=Trust.NONE,
        options=options,
        limits=Limits.around(options, program.wall),
        allow_weak=program.allow_weak,
    )
    if as_json:
        echo_json(outcome.to_json())
    else:
        show_outcome(outcome)
    return exit_code(outcome)


def exit_code(outcome: Outcome) -> int:
    """0 for a proven optimum, 5 when the program gave no model, else 4."""
    if outcome.solved:
        return 0
    return 5 if outcome.failure is not None else 4


def solve(request: Request, *, as_json: bool) -> int:
    """Solve the problem, print the answer, and return the exit code."""
    from optwright.cli.commands import echo_json
    from optwright.cli.progress import Progress
    from optwright.cli.show import show_solution

    place = request.flags.get("library.place")
    if request.learn:
        from optwright.cli import feedback

        feedback.possible(place, request.save)
    elif place is not None:
        from optwright.cli.shelf import must_exist

        must_exist(place)
    text, path = read_text(request.problem)
    tables = load_all(request.data)
    with Progress() as progress:
        solution = _answer(request, text, path, tables, progress)
    if as_json:
        echo_json(solution.to_json())
    else:
        show_solution(solution)
    if request.learn and solution.failure is None:
        feedback.ask(text.strip(), solution, request.flags, request.save)
    return solution.exit_code


def _answer(request: Request, text: str, path: Path | None, tables: tuple[Table, ...], progress: Progress) -> Solution:
    """Solve words with the configured model, a formulation file without one."""
    from optwright.agent import models, packs
    from optwright.agent.solve import Settings, solve, solve_formulation
    from optwright.config import load
    from optwright.problem import Problem

    config = load(flags=request.flags).config
    settings = Settings.of(config)
    if path is not None and path.suffix.lower() == ".json":
        from optwright.cli.forms import load as load_formulation

        formulation = load_formulation(str(path))
        return solve_formulation(
            formulation, tables=tables, settings=settings, save=request.save, on_step=progress.step
        )
    problem = Problem(text, name=path.stem if path else "problem")
    if not text.strip():
        raise InputError("the problem text is empty; say what is to be decided, what is best and what limits it")
    chat = models.resolve(config) or models.OFFLINE
    if chat == models.OFFLINE and request.flags.get("prompts.pack"):
        raise ConfigError(packs.NO_USE)
    return solve(problem, tables=tables, model=chat, settings=settings, save=request.save, on_step=progress.step)
