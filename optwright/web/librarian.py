"""What happens on the library page. Every handler returns what changes, by component, and refuses in one line."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from optwright.errors import InputError, OptwrightError
from optwright.experience.insight import Content, Insight, Label, Stage, Status, number_of
from optwright.web import insights
from optwright.web.bookshelf import Shelf
from optwright.web.chat import line
from optwright.web.insights import content_words
from optwright.web.rights import Rights, Visitor, visitor_of

if TYPE_CHECKING:
    from optwright.experience.catalogue import Filter
    from optwright.experience.library import Library

Changes = dict[Any, Any]
Act = Callable[["Library", int, int], Insight]
"""What is done to the insight of a number and version that is shown."""
MOST = 25
"""Insights in the list at once."""
MOST_LABELS = 400
_BASE = re.compile(r"(I\d{1,9}), version (\d{1,9})")


class Librarian:
    """The handlers of the library page. `library` None: none is configured."""

    def __init__(self, library: Library | None, rights: Rights, shelf: Shelf) -> None:
        self.library, self.rights, self.shelf = library, rights, shelf

    # Looking ---------------------------------------------------------------------------------------------------

    async def enter(
        self, name: Any, text: Any, status: Any, stage: Any, label: Any, first: Any, request: gr.Request
    ) -> Changes:
        """Turn to the page, with the insight of that name (`-` leaves what is shown), or away from it (no name)."""
        if not name:
            return {self.shelf.leaf: gr.Button("Library")}
        there = self.library is not None
        shown: Changes = {
            self.shelf.leaf: gr.Button("Conversation"),
            self.shelf.none: gr.Markdown(visible=not there),
            self.shelf.body: gr.Row(visible=there),
        }
        if not there:
            return shown
        visitor = visitor_of(request)
        shown[self.shelf.rights] = self._may(visitor)
        shown[self.shelf.status] = gr.Dropdown(visible=self.rights.reads_all(visitor))
        asked = (text, status, stage, label)
        shown |= await self._told(self._list, visitor, asked, first, name)
        return shown if name == "-" else shown | await self._told(self._one, visitor, str(name))

    async def look(self, text: Any, status: Any, stage: Any, label: Any, request: gr.Request) -> Changes:
        """Show the beginning of what is found."""
        return await self._told(self._list, visitor_of(request), (text, status, stage, label), 0)

    def leaf(self, by: int) -> Callable[..., Awaitable[Changes]]:
        """Return the handler that goes on or back in the list."""

        async def go(text: Any, status: Any, stage: Any, label: Any, first: Any, request: gr.Request) -> Changes:
            at = (first if isinstance(first, int) else 0) + by * MOST
            return await self._told(self._list, visitor_of(request), (text, status, stage, label), at)

        return go

    async def again(
        self, base: Any, text: Any, status: Any, stage: Any, label: Any, first: Any, request: gr.Request
    ) -> Changes:
        """Show the same part of the list as it is by now."""
        asked = (text, status, stage, label)
        found = await self._told(self._list, visitor_of(request), asked, first, str(base).partition(",")[0])
        found.pop(self.shelf.note)
        return found

    async def begin_again(self, base: Any, request: gr.Request) -> Changes:
        """Fill the form from the latest version."""
        return await self._told(self._one, visitor_of(request), str(base).partition(",")[0])

    async def show(self, number: Any, request: gr.Request) -> Changes:
        """Show an insight."""
        shown = await self._told(self._one, visitor_of(request), str(number or ""))
        return {**shown, self.shelf.tabs: gr.Tabs(selected="insight")}

    async def compare(self, base: Any, earlier: Any, later: Any, request: gr.Request) -> Changes:
        """Show what differs between two versions."""
        return await self._told(self._compared, visitor_of(request), base, earlier, later)

    # Changing --------------------------------------------------------------------------------------------------

    def settle(self, status: Status) -> Callable[..., Awaitable[Changes]]:
        """Return the handler that approves, retires or puts back."""

        async def act(base: Any, why: Any, request: gr.Request) -> Changes:
            def work(library: Library, number: int, version: int) -> Insight:
                self._fit(library.get(number), status)
                note = str(why or "")[:2_000]
                return library.settle([number], status, note=note, expected={number: version})[0]

            return await self._told(self._changed, visitor_of(request), base, work)

        return act

    async def save(self, request: gr.Request, base: Any, reason: Any, *fields: Any) -> Changes:
        """Save the form as a new version; what somebody else has saved meanwhile stays, and is put under it."""
        return await self._told(self._saved, visitor_of(request), base, str(reason or "")[:2_000], fields)

    async def _told(self, work: Callable[..., Changes], visitor: Visitor, *given: Any) -> Changes:
        """Do the work in a thread; a refusal is one line on the page."""
        try:
            return {self.shelf.note: "", **await asyncio.to_thread(work, visitor, *given)}
        except OptwrightError as error:
            return {self.shelf.note: line(str(error))}

    # The work --------------------------------------------------------------------------------------------------

    def _list(self, visitor: Visitor, asked: tuple[Any, ...], first: Any, chosen: Any = None) -> Changes:
        """Return a part of what is found; what is `chosen` stays so where it is among it."""
        from optwright.experience.catalogue import labels_in_use, page

        library = self._library()
        taxonomy = labels_in_use(library, None if self.rights.reads_all(visitor) else Status.ADMITTED)
        wanted = self._filter(visitor, taxonomy, *asked)
        found = page(library, wanted, first=max(0, first) if isinstance(first, int) else 0, most=MOST)
        names = [one.id for one in found.insights]
        last = found.first + len(found.insights)
        told = (
            f"{found.first + 1} to {last} of {found.count} insights" if found.insights else "No insight is like that."
        )
        labels = _choices(taxonomy, wanted.stage, wanted.label)
        return {
            self.shelf.label: gr.Dropdown(choices=labels, value=wanted.label.path if wanted.label else ""),
            self.shelf.first: found.first,
            self.shelf.count: line(told),
            self.shelf.listed: gr.Radio(
                choices=[(insights.choice(one), one.id) for one in found.insights],
                value=chosen if chosen in names else None,
            ),
            self.shelf.back: gr.Button(interactive=found.first > 0),
            self.shelf.on: gr.Button(interactive=last < found.count),
        }

    def _filter(
        self, visitor: Visitor, taxonomy: list[Label], text: Any, status: Any, stage: Any, label: Any
    ) -> Filter:
        from optwright.experience.catalogue import Filter

        chosen = Stage(stage) if stage in list(Stage) else None
        known = {one.path: one for one in _places(taxonomy) if chosen in (None, one.stage)}
        allowed = Status(status) if status in list(Status) else None
        if not self.rights.reads_all(visitor):
            allowed = Status.ADMITTED
        return Filter(str(text or "")[:4_000], allowed, chosen, known.get(str(label)))

    def _one(self, visitor: Visitor, name: str) -> Changes:
        one = self._readable(visitor, number_of(name))
        return {**self._board(visitor, one), **self._form(one.content)}

    def _board(self, visitor: Visitor, one: Insight) -> Changes:
        """Return an insight's page, the form left as it is."""
        shelf, everything, may = self.shelf, self.rights.reads_all(visitor), self.rights.edits(visitor)
        past = self._library().history(one.number) if everything else []
        numbers = [(str(version.version), version.version) for _, version in past]
        earlier = max(1, one.version - 1)
        return {
            shelf.base: f"{one.id}, version {one.version}",
            shelf.headline: insights.headline(one),
            shelf.example: gr.Code(value=one.content.example, visible=bool(one.content.example)),
            shelf.origin: insights.origin(one),
            shelf.decide: gr.Row(visible=may),
            shelf.why: "",
            shelf.approve: gr.Button(interactive=one.status is not Status.ADMITTED),
            shelf.retire: gr.Button(interactive=one.status is not Status.RETIRED),
            shelf.reconsider: gr.Button(interactive=one.status is not Status.CANDIDATE),
            shelf.versions: gr.Tab(visible=everything),
            shelf.history: insights.history(past),
            shelf.earlier: gr.Dropdown(choices=numbers, value=earlier),
            shelf.later: gr.Dropdown(choices=numbers, value=one.version),
            shelf.difference: _difference(past, earlier, one.version),
            shelf.editing: gr.Tab(visible=may),
        }

    def _form(self, content: Content) -> Changes:
        filled = dict(zip(self.shelf.form, insights.values(content), strict=True))
        return {**filled, self.shelf.reason: ""}

    def _compared(self, visitor: Visitor, base: Any, earlier: Any, later: Any) -> Changes:
        number, _ = _shown(base)
        if not self.rights.reads_all(visitor):
            raise InputError("earlier versions are shown to editors")
        past = self._library().history(number)
        if not all(isinstance(one, int) and 1 <= one <= len(past) for one in (earlier, later)):
            raise InputError("choose two of the versions")
        return {self.shelf.difference: _difference(past, earlier, later)}

    def _changed(self, visitor: Visitor, base: Any, act: Act) -> Changes:
        """Do something to the insight that is shown; where somebody else was faster, show what is there now."""
        self._editor(visitor)
        number, version = _shown(base)
        library = self._library().by(visitor.actor)
        try:
            one = act(library, number, version)
        except InputError as error:
            now = library.get(number)
            if now.version == version:
                raise
            return {**self._board(visitor, now), **self._form(now.content), self.shelf.note: line(str(error))}
        told = f"{one.id} is {one.status.value}, version {one.version}."
        return {**self._board(visitor, one), **self._form(one.content), self.shelf.note: line(told)}

    def _saved(self, visitor: Visitor, base: Any, reason: str, fields: tuple[Any, ...]) -> Changes:
        self._editor(visitor)
        number, version = _shown(base)
        mine, library = _content(fields), self._library().by(visitor.actor)
        before = library.get(number)
        if before.version == version and before.content == mine.checked():
            raise InputError(f"nothing differs from version {version} of {before.id}")
        try:
            one = library.edit(number, mine, expected=version, note=reason)
        except InputError:
            if library.get(number).version == version:
                raise
            return self._overtaken(visitor, number, version, mine)
        told = f"{one.id} is saved as version {one.version} and is {one.status.value}."
        return {**self._board(visitor, one), **self._form(one.content), self.shelf.note: line(told)}

    def _overtaken(self, visitor: Visitor, number: int, version: int, mine: Content) -> Changes:
        """Put the form on top of what somebody else has saved meanwhile; nothing is written."""
        from optwright.experience.difference import changed, rebased

        past = self._library().history(number)
        if not 1 <= version <= len(past):
            raise InputError(f"I{number} has no version {version}; look at it again")
        base, (change, now) = past[version - 1][1], past[-1]
        whole = rebased(base.content, now.content, mine)
        theirs = content_words(changed(base.content, now.content)) or "its status"
        told = [f"Not saved: {change.actor or 'somebody'} has changed {theirs} meanwhile (version {now.version})"]
        if whole.clashes:
            told.append(f"; you both changed {content_words(whole.clashes)}, see History")
        told.append(". Your changes are in the form, on top of it: save again to keep them.")
        return {
            **self._board(visitor, now),
            **self._form(whole.content),
            self.shelf.note: line("".join(told)),
        }

    # Who may, and what -----------------------------------------------------------------------------------------

    def _library(self) -> Library:
        if self.library is None:
            raise InputError("no library is configured; start the app with --library FILE")
        return self.library

    def _readable(self, visitor: Visitor, number: int) -> Insight:
        one = self._library().get(number)
        if one.status is not Status.ADMITTED and not self.rights.reads_all(visitor):
            raise InputError(f"{one.id} is not admitted; others than editors see what is admitted")
        return one

    def _editor(self, visitor: Visitor) -> None:
        if not self.rights.edits(visitor):
            raise InputError(f"{self._why_not(visitor)}; nothing was changed")

    def _why_not(self, visitor: Visitor) -> str:
        if not self.rights.learn:
            return "this app only reads the library: it was started without --learn"
        if self.rights.named:
            return f"{visitor.user} is no editor; the app was started without --editor {visitor.user}"
        return "only visitors at the server's own machine may change the library; for others start the app with --auth"

    def _may(self, visitor: Visitor) -> str:
        if self.rights.edits(visitor):
            return line(f"You may edit, approve and retire, as {visitor.actor}.")
        return line(f"You may read: {self._why_not(visitor)}.")

    @staticmethod
    def _fit(one: Insight, status: Status) -> None:
        """Refuse to admit what still has its user's own words."""
        from optwright.eval.lessons.feedback import UNEDITED

        if status is Status.ADMITTED and one.content.first == UNEDITED:
            raise InputError(f"{one.id} has its user's own words; edit it first: a condition, advice and a label")


def _shown(base: Any) -> tuple[int, int]:
    """Return the number and version that the page shows."""
    match = _BASE.fullmatch(base) if isinstance(base, str) else None
    if match is None:
        raise InputError("choose an insight first")
    return number_of(match[1]), int(match[2])


def _content(fields: tuple[Any, ...]) -> Content:
    given = dict(zip(insights.FIELDS, map(str, fields), strict=True))
    stage = given.pop("stage")
    if stage not in list(Stage):
        raise InputError(f"{stage[:50]!r} is no stage; there are {', '.join(Stage)}")
    return Content(Stage(stage), **given)


def _difference(past: list[Any], earlier: int, later: int) -> str:
    from optwright.experience.difference import difference

    if earlier == later or not past:
        return ""
    return difference(past[earlier - 1][1], past[later - 1][1])


def _places(taxonomy: list[Label]) -> list[Label]:
    """Return every label, and above each of a second level the first."""
    above = [replace(label, second="", definition="", condition="") for label in taxonomy]
    return sorted({one.path: one for one in (*above, *taxonomy)}.values(), key=lambda label: label.path)


def _choices(taxonomy: list[Label], stage: Stage | None, chosen: Label | None) -> list[tuple[str, str]]:
    """Return the labels to choose from: those of the first level where all would be too many."""
    places = [one for one in _places(taxonomy) if stage in (None, one.stage)]
    if len(places) > MOST_LABELS:
        places = [one for one in places if not one.second or one.folded == (chosen.folded if chosen else None)]
    return [("any", ""), *((one.path, one.path) for one in places[:MOST_LABELS])]
