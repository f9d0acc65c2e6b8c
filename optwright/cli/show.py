"""How results look on a terminal. Text from models, programs and tables is printed as it is, never as markup."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table as Grid
from rich.text import Text

from optwright.formulation.findings import Severity
from optwright.outcome import Key, label
from optwright.prompts.pack import ANY

if TYPE_CHECKING:
    from optwright.agent.solution import Solution
    from optwright.outcome import Outcome

MOST_ROWS = 40
"""Entries of a variable shown; the rest is counted."""

console = Console(highlight=False, markup=False, soft_wrap=True)
errors = Console(highlight=False, markup=False, stderr=True)


def number(value: float | None) -> str:
    """Write a number as a person reads it: whole numbers without a point, at most ten digits."""
    if value is None:
        return "-"
    if abs(value - round(value)) <= 1e-9 * max(1.0, abs(value)) and abs(value) < 1e15:
        return f"{round(value)}"
    return f"{value:.10g}"


def values_grid(values: Mapping[str, Mapping[Key, float]], *, nonzero: bool = True) -> Grid:
    """Return a two-column grid of values; entries at zero are left out of indexed variables."""
    grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, entries in values.items():
        shown = [(key, value) for key, value in entries.items() if not nonzero or not key or abs(value) > 1e-9]
        for key, value in shown[:MOST_ROWS]:
            grid.add_row(Text(label(name, key)), Text(number(value)))
        if len(shown) > MOST_ROWS:
            grid.add_row(Text(f"{name}: {len(shown) - MOST_ROWS} more"), Text("see --json"))
        if entries and not shown:
            grid.add_row(Text(name), Text("all 0"))
    return grid


def show_outcome(outcome: Outcome) -> None:
    """Print what a program printed, then its outcome."""
    from optwright.solvers.diagnose import explain_failure

    if outcome.stdout:
        console.print(Panel(Text(outcome.stdout.rstrip("\n")), title="printed", title_align="left"))
    if outcome.stderr:
        console.print(Panel(Text(outcome.stderr.rstrip("\n")), title="error output", title_align="left"))
    grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in _facts(outcome):
        grid.add_row(Text(name), Text(value))
    console.print(grid)
    if outcome.values:
        console.print(values_grid(outcome.values))
    if not outcome.solved:
        console.print(Text(explain_failure(outcome)))
    elif outcome.message:
        console.print(Text(outcome.message))


def _facts(outcome: Outcome) -> list[tuple[str, str]]:
    facts = [("termination", str(outcome.termination))]
    if outcome.failure is not None:
        facts.append(("failure", str(outcome.failure)))
    if outcome.objective is not None:
        facts.append(("objective", number(outcome.objective)))
    if outcome.claimed is not None:
        facts.append(("claimed by the program", number(outcome.claimed)))
    if outcome.bound is not None and outcome.bound != outcome.objective:
        facts.append(("bound", number(outcome.bound)))
    if outcome.solver:
        facts.append(("solver", f"{outcome.solver} ({outcome.problem_class})"))
    facts += [("seconds", f"{outcome.seconds:.3f}"), ("isolation", outcome.isolation)]
    return facts


def show_doctor(record: Mapping[str, Any]) -> None:
    """Print the doctor's record as grids."""
    grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_row("python", f"{record['python']} on {record['platform']}")
    for name, version in record["packages"].items():
        grid.add_row(name, version or "not installed")
    layers = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    for layer in record["isolation"]:
        layers.add_row(layer["layer"], "in force" if layer["in_force"] else "MISSING", Text(layer["detail"]))
    model = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in record["model"].items():
        model.add_row(name, Text(str(value)))
    servers = servers_grid(record["serving"])
    titled = [("Installed", grid), ("Isolation", layers), ("Language model", model), ("Serving a local model", servers)]
    console.print(Group(*(Panel(body, title=title, title_align="left") for title, body in titled)))


def servers_grid(backends: Sequence[Mapping[str, Any]]) -> Grid:
    """Return a grid of what can serve a local model here."""
    grid = Grid(box=None, show_header=False, padding=(0, 2, 0, 0))
    for entry in backends:
        grid.add_row(entry["backend"], "can serve" if entry["usable"] else "no", Text(entry["detail"]))
    return grid


def show_program(source: str) -> None:
    """Print a program, coloured when the output is a terminal."""
    if sys.stdout.isatty():
        console.print(Syntax(source, "python"))
    else:
        sys.stdout.write(source)


def _experience(insights: Mapping[str, Sequence[str]]) -> str:
    used = [name for name in insights["shown"] if name in insights.get("used", ())]
    rest = [name for name in insights["shown"] if name not in used]
    parts = [f"{words} {', '.join(names)}" for words, names in (("followed", used), ("not followed", rest)) if names]
    return f"from the library: {'; '.join(parts)} (optwright library show ID)"


def show_solution(solution: Solution) -> None:
    """Print the answer, its values, what limits it, and how far it is to be trusted."""
    console.print(Text(solution.explanation.text))
    asked = solution.formulation is not None and solution.formulation.outputs
    if asked and solution.values and solution.status != "unverified":
        console.print()
        console.print(values_grid(solution.values))
    for assumption in solution.assumptions:
        console.print(Text(f"assumed: {assumption}"))
    if solution.insights:
        console.print(Text(_experience(solution.insights)))
    for finding in solution.findings:
        if finding.severity is Severity.WARNING:
            console.print(Text(f"question: {finding}"))
    console.print()
    console.print(Text(f"confidence {solution.confidence.score:.2f}"))
    for reason in solution.confidence.reasons:
        console.print(Text(f"  {reason.text}"))
    usage = solution.usage
    spent = f"{solution.seconds:.2f} s, {usage.calls} model calls, {usage.tokens} tokens"
    console.print(Text(spent))
    if solution.prompts:
        show_pack(solution.prompts)


def show_pack(record: Mapping[str, Any]) -> None:
    """Print which prompt pack was used, and on standard error what may be wrong about that."""
    made = "" if record["family"] == ANY else f", made for {record['family']}"
    console.print(Text(f"prompts: pack {record['pack']} ({record['digest']}){made}"))
    for line in record["warnings"]:
        errors.print(f"warning: {line}", soft_wrap=True)
