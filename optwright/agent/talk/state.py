"""What a dialogue's checkpoint holds: plain JSON data, so that reading one can never run code."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

from optwright.agent.context import Progress
from optwright.agent.solve import Settings
from optwright.agent.talk.version import Version
from optwright.budget import Budget
from optwright.llm import ChatModel
from optwright.problem import Table
from optwright.prompts.library import SHIPPED, Prompts
from optwright.prompts.pack import Pack

Json = dict[str, Any]


class Talk(TypedDict, total=False):
    """The state of one dialogue. A node returns the entries that it changes."""

    turns: Annotated[list[Json], operator.add]
    """The transcript: `Turn`s."""
    versions: Annotated[list[Json], operator.add]
    """Every `Version` that was ever made, by number."""
    trail: list[int]
    """The versions that were current, the one that is at the end: undo goes back along it."""
    stories: list[Json]
    """The problem of each line: its `text`, the `answers` given since, its `tables`, whether it was `asked` about."""
    draft: Json | None
    """The story of a problem that is not solved yet."""
    request: Json
    """What the user wants this time: see `request`."""
    cost: Json
    """What this turn's own requests have cost; a solve counts for itself."""
    plan: Json
    """What was made of it: see `plan.Plan`."""
    solved: Json | None
    """What came of solving it: see `solving.Solved`."""
    waiting: Json | None
    """The plan whose questions wait for an answer."""
    offer: Json | None
    """What the user may accept by a word: a plan to relax or to keep."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a dialogue's nodes work with but may not change."""

    settings: Settings
    model: ChatModel | None
    """None: the offline reader and the grammar alone."""
    on_step: Callable[[Progress], None] | None = None
    spent: Json = field(default_factory=dict)
    """`usage` and `elapsed` of the solve that goes on after a kill."""
    budget: Budget = field(default_factory=Budget)
    """Of this turn's own requests; a solve has its own."""
    pack: Pack | None = None
    """The prompt pack of this turn."""

    @property
    def prompts(self) -> Prompts:
        """The templates of this turn."""
        return self.pack.prompts if self.pack else SHIPPED

    def tell(self, name: str) -> None:
        """Say that a step begins."""
        if self.on_step is not None:
            self.on_step(Progress(name, 0))


def request(said: str, **fields: Any) -> Json:
    """Return the record of what the user wants: words, with new `tables`; or `edits`; or a version to `restore`."""
    return {"said": said, **fields}


def current(talk: Talk) -> Version | None:
    """Return the version that follow-ups are about."""
    trail = talk.get("trail") or []
    return version(talk, trail[-1]) if trail else None


def version(talk: Talk, number: int) -> Version:
    """Return a version by its number."""
    return Version.from_json(talk["versions"][number - 1])


def pack_table(table: Table) -> Json:
    """Return a table as plain JSON data."""
    rows = [list(row) for row in table.rows]
    return {"name": table.name, "columns": list(table.columns), "rows": rows, "source": table.source}


def unpack_tables(records: list[Json]) -> tuple[Table, ...]:
    """Return the tables of `pack_table` records."""
    return tuple(
        Table(data["name"], tuple(data["columns"]), tuple(map(tuple, data["rows"])), data["source"]) for data in records
    )


def story(talk: Talk) -> Json:
    """Return the story of the current version, or an empty one."""
    now = current(talk)
    return talk["stories"][now.line - 1] if now is not None else {}


def tables(talk: Talk) -> tuple[Table, ...]:
    """Return the tables of the current version's problem."""
    return unpack_tables(story(talk).get("tables", []))
