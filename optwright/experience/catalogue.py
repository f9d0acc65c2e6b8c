"""The library as a reader leafs through it: filtered, searched, a page at a time, whatever its size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from optwright.experience import labels, rows
from optwright.experience.insight import Insight, Label, Stage, Status
from optwright.experience.library import Library
from optwright.experience.schema import insight, label
from optwright.experience.search import Wanted, search

MOST_FOUND = 60
"""Insights that a search by words returns at most."""
_ID = re.compile(r"[iI]?(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which insights are leafed through; None and "" leave that open."""

    text: str = ""
    """Words of a condition or a label, or an id such as I17."""
    status: Status | None = None
    stage: Stage | None = None
    label: Label | None = None
    """This label and what is below it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what was found."""

    insights: tuple[Insight, ...]
    first: int
    """The place of its first insight, from 0."""
    count: int
    """Of all that were found."""


def page(library: Library, wanted: Filter, *, first: int = 0, most: int = 25) -> Page:
    """Return at most `most` insights from place `first` on: by words the best first, otherwise the newest first."""
    numbers = _found(library, wanted)
    conditions = _conditions(wanted)
    chosen = sa.select(insight.c.number).join(label, label.c.number == insight.c.label).where(*conditions)
    with library.database.reading() as connection:
        if numbers is None:
            count = int(connection.execute(sa.select(sa.func.count()).select_from(chosen.subquery())).scalar_one())
            query = chosen.order_by(insight.c.number.desc()).offset(first).limit(most)
            shown = list(connection.execute(query).scalars())
        else:
            kept = set(connection.execute(chosen.where(insight.c.number.in_(numbers))).scalars())
            fitting = [number for number in numbers if number in kept]
            count, shown = len(fitting), fitting[first : first + most]
        found = {one.number: one for one in rows.load(connection, rows.chosen(shown, None, None))}
    return Page(tuple(found[number] for number in shown), first, count)


def labels_in_use(library: Library, status: Status | None = None) -> list[Label]:
    """Return the labels that insights of a status stand under, sorted."""
    (fixed,) = rows.chosen(None, status, None)
    used = sa.select(insight.c.label).where(*fixed).distinct()
    with library.database.reading() as connection:
        found = connection.execute(sa.select(label).where(label.c.number.in_(used))).all()
    return sorted((labels.label_of(row._asdict()) for row in found), key=lambda one: one.folded)


def _conditions(wanted: Filter) -> Sequence[sa.ColumnElement[bool]]:
    (fixed,) = rows.chosen(None, wanted.status, wanted.label)
    return (*fixed, insight.c.stage == wanted.stage.value) if wanted.stage is not None else fixed


def _found(library: Library, wanted: Filter) -> list[int] | None:
    """Return the numbers that the words find, the best first; None where there are no words."""
    text = wanted.text.strip()
    if not text:
        return None
    if match := _ID.fullmatch(text):
        return [int(match[1])]
    statuses = tuple(Status) if wanted.status is None else (wanted.status,)
    stages = tuple(Stage) if wanted.stage is None else (wanted.stage,)
    return [hit.insight.number for hit in search(library, Wanted(text, stages, statuses, most=MOST_FOUND))]
