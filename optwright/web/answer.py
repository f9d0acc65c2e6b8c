"""The Answer tab: the headline, what limits it, and every quantity as a table that can be sorted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from optwright.agent.explanation import number
from optwright.agent.solution import Solution, Status
from optwright.formulation.elements import Formulation
from optwright.formulation.expression import parse_target_index
from optwright.outcome import Key, label
from optwright.web.markup import dashed, plain, table

MOST_ROWS = 5_000
NOTHING = "Nothing is solved yet. Describe a problem in the chat, or click an example."
_MARKS = {
    Status.OPTIMAL: "Proven optimal and re-checked",
    Status.FEASIBLE: "A feasible point; that nothing is better was not proven",
    Status.INFEASIBLE: "Infeasible; what conflicts, and the smallest change that helps",
    Status.UNBOUNDED: "Unbounded: a limit is missing",
    Status.INFEASIBLE_OR_UNBOUNDED: "Infeasible or unbounded",
    Status.UNVERIFIED: "NOT VERIFIED: do not use this answer",
    Status.FAILED: "No answer",
}


@dataclass(frozen=True, slots=True)
class Grid:
    """One quantity as a table."""

    title: str
    headers: list[str]
    rows: list[list[str | float]]


def headline(solution: Solution | None) -> str:
    """Return the answer in a line or two of Markdown, with its status in words."""
    if solution is None:
        return NOTHING
    parts = [
        f"### {plain(solution.explanation.headline)}",
        f"**{_MARKS[solution.status]}.**",
        dashed("\n".join(solution.explanation.reasons)),
        dashed("\n".join(["Assumed:", *(f"- {line}" for line in solution.assumptions)]))
        if solution.assumptions
        else "",
    ]
    return "\n\n".join(part for part in parts if part)


def limits(solution: Solution | None) -> str:
    """Return what holds the answer back, as a Markdown table; empty where nothing does."""
    if solution is None or not solution.explanation.binding:
        return ""
    rows = [
        (label(row.name, row.key), row.quote, "" if row.dual is None else number(row.dual))
        for row in solution.explanation.binding
    ]
    return "#### What limits it\n\n" + table(["limit", "in your words", "one unit more changes the objective by"], rows)


def grids(solution: Solution | None) -> list[Grid]:
    """Return the outputs that the question asks for, then every variable."""
    if solution is None:
        return []
    quantities: dict[str, Mapping[Key, float | None]] = {**solution.outputs, **solution.values}
    costs = solution.outcome.reduced_costs if solution.outcome else {}
    units = {}
    if solution.formulation is not None:
        units = {part.name: part.unit or "" for part in solution.formulation.variables}
        units |= {part.name: part.unit or "" for part in solution.formulation.outputs if part.unit}
    single = {name: entries[()] for name, entries in quantities.items() if set(entries) == {()}}
    heads = _heads(solution.formulation)
    found = []
    for name, entries in _indexed(quantities):
        title = f"{name} [{units[name]}]" if units.get(name) else name
        found.append(_grid(name, [*heads.get(name, ()), title], entries, costs.get(name, {})))
    if single:
        rows: list[list[str | float]] = [[name, _cell(value), units.get(name, "")] for name, value in single.items()]
        found.insert(0, Grid("single values", ["name", "value", "unit"], rows))
    return found


def _indexed(quantities: Mapping[str, Mapping[Key, float | None]]) -> list[tuple[str, Mapping[Key, float | None]]]:
    return [(name, entries) for name, entries in quantities.items() if entries and set(entries) != {()}]


def _heads(formulation: Formulation | None) -> dict[str, tuple[str, ...]]:
    """Return the sets that each variable is indexed by, to head its columns."""
    if formulation is None:
        return {}
    return {part.name: tuple(parse_target_index(entry)[1] for entry in part.index) for part in formulation.variables}


def _grid(name: str, heads: list[str], entries: Mapping[Key, float | None], costs: Mapping[Key, float]) -> Grid:
    width = max(map(len, entries))
    if len(heads) != width + 1:
        heads = [*(f"index {place}" for place in range(1, width + 1)), heads[-1]]
    rows: list[list[str | float]] = []
    for key, value in list(entries.items())[:MOST_ROWS]:
        extra = [_cell(costs.get(key))] if costs else []
        rows.append([*key, *[""] * (width - len(key)), _cell(value), *extra])
    return Grid(name, [*heads, *(["reduced cost"] if costs else [])], rows)


def _cell(value: float | None) -> str | float:
    """Round off what only floating point made; whole numbers are shown as such."""
    if value is None:
        return ""
    tidy = float(f"{value:.10g}")
    return int(tidy) if tidy.is_integer() and abs(tidy) < 2**53 else tidy
