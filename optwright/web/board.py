"""Everything that the tabs show of one version, worked out at once: plain data that the page lays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from optwright.agent.talk.version import Version
from optwright.problem import Table
from optwright.web import answer, checks, model, program, versions
from optwright.web.answer import Grid
from optwright.web.cells import MOST, cells
from optwright.web.columns import columns
from optwright.web.shape import View, views

CELLS = "Change a value and press Enter: the model is solved again and a new version is made."


@dataclass(frozen=True, slots=True)
class Board:
    """The content of the tabs."""

    headline: str
    limits: str
    views: list[View]
    grids: list[Grid]
    model: str
    cells: list[list[str | float]]
    cells_note: str
    checks: str
    program: str
    log: str
    versions: str
    difference: str
    choices: list[tuple[str, int]]
    number: int | None
    columns: list[list[str | int]] = field(default_factory=list)

    @property
    def quantities(self) -> list[str]:
        """What can be looked at one by one, what says most first."""
        return list(dict.fromkeys([*(view.title for view in self.views), *(grid.title for grid in self.grids)]))

    def view(self, title: str | None) -> View | None:
        """Return the picture of a quantity, if there is one."""
        return next((view for view in self.views if view.title == title), None)

    def grid(self, title: str | None) -> Grid | None:
        """Return the table of a quantity, if there is one."""
        return next((grid for grid in self.grids if grid.title == title), None)


def board(shown: Version | None, every: Sequence[Version], current: int | None, tables: Sequence[Table]) -> Board:
    """Work out the tabs for a version, or for none."""
    solution = shown.solution if shown else None
    formulation = solution.formulation if solution else None
    found, count = cells(formulation, tables) if formulation else ([], 0)
    more = f" The first {MOST} of {count} numbers are shown; the others come from tables." if count > MOST else ""
    return Board(
        headline=answer.headline(solution),
        limits=answer.limits(solution),
        views=views(solution, tables) if solution else [],
        grids=answer.grids(solution),
        model=model.elements(formulation),
        cells=[cell.row() for cell in found],
        cells_note=f"{CELLS}{more}" if found else "",
        checks=checks.checks(solution),
        program=program.source(solution),
        log=program.log(solution),
        versions=versions.listing(every, current),
        difference=versions.difference(shown),
        choices=versions.choices(every),
        number=shown.number if shown else None,
        columns=[column.row() for column in columns(tables, formulation)],
    )
