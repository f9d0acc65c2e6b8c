"""What happens when somebody does something on the page. Every handler returns what changes, by component."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from optwright.agent.dialogue import Dialogue
from optwright.agent.talk.turn import Turn
from optwright.agent.talk.version import Version
from optwright.errors import InputError, OptwrightError
from optwright.problem import Table
from optwright.web import chat, columns, samples
from optwright.web.board import Board, board
from optwright.web.cells import cells, changes
from optwright.web.desk import Action, Desk, Job, Tell
from optwright.web.files import Files
from optwright.web.parts import Parts
from optwright.web.plots import description, figure
from optwright.web.teacher import Teacher
from optwright.web.upload import read_uploads

Changes = dict[Any, Any]
_HERE = ("", "127.0.0.1", "::1")
"""Addresses that say nothing: a proxy on this machine has them too."""
_POLL = 0.15
"""Seconds between two looks at a job that is at work."""
_PATIENT = 1.0
"""Seconds between two looks at one that waits: with many users most do."""


class Events:
    """The handlers of one page."""

    def __init__(self, desk: Desk, parts: Parts, files: Files, teacher: Teacher) -> None:
        self.desk, self.parts, self.files, self.teacher = desk, parts, files, teacher

    # Coming and going ------------------------------------------------------------------------------------------

    async def arrive(self, kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
        """Show the conversation that the browser knows, and go on with what it is busy with or was cut off in."""
        conversation = kept if Desk.is_id(kept) else Desk.new()
        user = request.username or ""
        yield {self.parts.browser: conversation, **await self._everything(conversation, user)}
        if (job := self.desk.job(conversation, user)) is not None:
            async for shown in self._follow(job, user):
                yield shown
        elif (said := await asyncio.to_thread(self._unfinished, conversation, user)) is not None:
            async for shown in self._work(_resume, said, conversation, request, tab="answer"):
                yield shown

    async def fresh(self, request: gr.Request) -> Changes:
        """Begin a new conversation."""
        conversation = Desk.new()
        return {self.parts.browser: conversation, **await self._everything(conversation, request.username or "")}

    def _unfinished(self, conversation: str, user: str) -> str | None:
        with self.desk.reading(conversation, user) as dialogue:
            return dialogue.unfinished

    # Saying something ------------------------------------------------------------------------------------------

    async def say(self, words: str, kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
        """Send the words and the tables that wait."""
        async for shown in self._say(str(words or ""), (), kept, request):
            yield shown

    def sample(self, number: int) -> Callable[..., AsyncIterator[Changes]]:
        """Return the handler that sends an example."""

        async def send(kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
            one = samples.samples()[number]
            async for shown in self._say(one.text, read_uploads(one.tables), kept, request):
                yield shown

        return send

    async def _say(self, words: str, tables: Sequence[Table], kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
        conversation, user = _conversation(kept), request.username or ""
        waiting = (*self.desk.attached(conversation, user), *tables)

        def send(dialogue: Dialogue, tell: Tell) -> Turn:
            turn = dialogue.send(words, tables=waiting, on_step=tell)
            self.desk.detach(conversation, user)
            return turn

        attached = f"\nwith {', '.join(table.source or table.name for table in waiting)}" if waiting else ""
        async for shown in self._work(send, f"{words}{attached}", kept, request, tab="answer"):
            yield shown
        if (job := self.desk.last(conversation, user)) is not None and job.refused:
            yield {self.parts.words: words}

    async def change(self, rows: Any, shown: int | None, kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
        """Make the edits that lead from the model as it is to the numbers in the table."""
        conversation, user = _conversation(kept), request.username or ""
        try:
            act = await asyncio.to_thread(self._editing, conversation, user, rows, shown)
        except InputError as error:
            yield {**await self._everything(conversation, user, shown), self.parts.cells_note: chat.line(str(error))}
            return
        if act is not None:
            async for part in self._work(act, "change of numbers", kept, request):
                yield part

    def _editing(self, conversation: str, user: str, rows: Any, shown: int | None) -> Action | None:
        with self.desk.reading(conversation, user) as dialogue:
            version = dialogue.current
            if version is None or version.formulation is None:
                raise InputError("there is no model to edit yet")
            if shown is not None and shown != version.number:
                raise InputError(f"this is version {shown}; restore it in the Versions tab before you edit it")
            before, _ = cells(version.formulation, dialogue.tables)
            edits = changes(before, rows, version.formulation)
        return (lambda dialogue, tell: dialogue.edit(edits, on_step=tell)) if edits else None

    async def undo(self, kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
        """Go back to the version before."""
        async for shown in self._work(lambda dialogue, _: dialogue.undo(), "undo", kept, request):
            yield shown

    async def restore(self, number: int | None, kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
        """Make the version that is shown the current one."""
        if number is not None:
            act: Action = lambda dialogue, _: dialogue.restore(int(number))  # noqa: E731
            async for shown in self._work(act, f"restore version {number}", kept, request):
                yield shown

    async def stop(self, kept: Any, request: gr.Request) -> None:
        """Stop the model call and the solver."""
        await asyncio.to_thread(self.desk.stop, _conversation(kept), request.username or "")

    async def _work(
        self, act: Action, said: str, kept: Any, request: gr.Request, *, tab: str | None = None
    ) -> AsyncIterator[Changes]:
        """Put something to work and show how it goes on, then all that came of it, in a tab."""
        conversation, user = _conversation(kept), request.username or ""
        try:
            job = self.desk.begin(conversation, user, _owner(request, conversation), said, act)
        except InputError as error:
            yield {self.parts.chat: [*await self._history(conversation, user), chat.notice(str(error))]}
            return
        yield {self.parts.words: ""}
        async for shown in self._follow(job, user):
            yield shown
        if job.trouble():
            return
        turn = job.future.result()
        if turn.export is not None:
            ready = await self._written(conversation, user, turn.export, turn.version)
            yield {**ready, self.parts.tabs: gr.Tabs(selected="export")}
        elif tab is not None and turn.solution is not None:
            yield {self.parts.tabs: gr.Tabs(selected=tab)}

    async def _follow(self, job: Job, user: str) -> AsyncIterator[Changes]:
        history = await self._history(job.conversation, user)
        if job.said:
            history.append(chat.user(job.said))
        busy: Changes = {self.parts.send: gr.Button(interactive=False), self.parts.stop: gr.Button(interactive=True)}
        seen: Any = None
        while not job.future.done():
            ahead = self.desk.ahead(job) if job.waits else None
            if seen != (len(job.steps), ahead):
                seen = (len(job.steps), ahead)
                yield {self.parts.chat: [*history, chat.working(list(job.steps), ahead)], **busy}
                busy = {}  # told once: Gradio builds a component anew for each change of a property
            await asyncio.sleep(_POLL if ahead is None else _PATIENT)
        result = await self._everything(job.conversation, user)
        if trouble := job.trouble():
            result[self.parts.chat] = [*await self._history(job.conversation, user), chat.notice(trouble)]
        yield result

    # Looking at something --------------------------------------------------------------------------------------

    async def show(self, number: int | None, kept: Any, request: gr.Request) -> Changes:
        """Show a version in the tabs."""
        shown = await self._everything(_conversation(kept), request.username or "", number)
        for part in (self.parts.chat, self.parts.teach, self.parts.teach_note):
            del shown[part]
        return shown

    async def look(self, title: str | None, number: int | None, kept: Any, request: gr.Request) -> Changes:
        """Show one quantity of the version that is shown."""
        view = partial(self._board, _conversation(kept), request.username or "", number)
        return self._quantity(await asyncio.to_thread(view), title)

    async def upload(self, paths: list[str] | None, kept: Any, request: gr.Request) -> Changes:
        """Read tables for the next message, and show what was made of them."""
        conversation, user = _conversation(kept), request.username or ""
        try:
            found = await asyncio.to_thread(read_uploads, [Path(path) for path in paths or ()])
            waiting = self.desk.attach(conversation, user, found)
        except OptwrightError as error:
            return {self.parts.tables_note: chat.line(str(error)), self.parts.tabs: gr.Tabs(selected="tables")}
        note = chat.line(f"{len(waiting)} attached; they go along with your next message.")
        return {**self._tables(waiting, ()), self.parts.tables_note: note, self.parts.tabs: gr.Tabs(selected="tables")}

    async def look_at_table(self, name: str | None, kept: Any, request: gr.Request) -> Changes:
        """Show the first rows of a table."""
        conversation, user = _conversation(kept), request.username or ""
        bound = await asyncio.to_thread(self._bound, conversation, user)
        every = {table.name: table for table in (*bound, *self.desk.attached(conversation, user))}
        return {self.parts.preview: _preview(every.get(str(name)))}

    def export(self, form: str) -> Callable[..., Awaitable[Changes]]:
        """Return the handler that writes the version shown to a file, which the browser then fetches."""

        async def write(number: int | None, kept: Any, request: gr.Request) -> Changes:
            return await self._written(_conversation(kept), request.username or "", form, number)

        return write

    async def _written(self, conversation: str, user: str, form: str, number: int | None) -> Changes:
        try:
            path = await asyncio.to_thread(self._export, conversation, user, form, number)
        except OptwrightError as error:
            return {
                self.parts.export_note: chat.line(str(error)),
                self.parts.download: gr.DownloadButton(visible=False),
            }
        ready = gr.DownloadButton(f"Fetch {path.name}", value=str(path), visible=True)
        return {self.parts.export_note: chat.line(f"{path.name} is ready."), self.parts.download: ready}

    def _export(self, conversation: str, user: str, form: str, number: int | None) -> Path:
        with self.desk.reading(conversation, user) as dialogue:
            version = _version(dialogue, number)
            if version is None:
                raise InputError("there is nothing to export yet; describe a problem first")
            return self.files.write(version, dialogue.tables, form)

    # The whole page --------------------------------------------------------------------------------------------

    async def _history(self, conversation: str, user: str) -> list[chat.Message]:
        return await asyncio.to_thread(self._messages, conversation, user)

    def _messages(self, conversation: str, user: str) -> list[chat.Message]:
        with self.desk.reading(conversation, user) as dialogue:
            return chat.messages(dialogue.turns)

    def _bound(self, conversation: str, user: str) -> tuple[Table, ...]:
        with self.desk.reading(conversation, user) as dialogue:
            return dialogue.tables

    def _board(self, conversation: str, user: str, number: int | None = None) -> Board:
        with self.desk.reading(conversation, user) as dialogue:
            return _shown(dialogue, number)

    def _page(self, conversation: str, user: str, number: int | None) -> tuple[Board, tuple[Table, ...], Changes]:
        """Return what the tabs show, the tables, and what else the page shows of a conversation."""
        with self.desk.reading(conversation, user) as dialogue:
            version = _version(dialogue, number)
            told: Changes = {
                self.parts.chat: gr.Chatbot(chat.messages(dialogue.turns), **self.teacher.thumbs(dialogue)),
                self.parts.samples: gr.Row(visible=not dialogue.turns),
                self.parts.experience: self.teacher.used(version.solution if version else None),
                **self.teacher.panel(dialogue),
            }
            return _shown(dialogue, number), dialogue.tables, told

    async def _everything(self, conversation: str, user: str, number: int | None = None) -> Changes:
        content, tables, told = await asyncio.to_thread(self._page, conversation, user, number)
        parts, first = self.parts, next(iter(content.quantities), None)
        waiting = self.desk.attached(conversation, user)
        return {
            **told,
            parts.send: gr.Button(interactive=True),
            parts.stop: gr.Button(interactive=False),
            parts.shown: gr.Dropdown(choices=content.choices, value=content.number, visible=bool(content.choices)),
            parts.headline: content.headline,
            parts.quantity: gr.Dropdown(choices=content.quantities, value=first, visible=len(content.quantities) > 1),
            **self._quantity(content, first),
            parts.limits: content.limits,
            parts.model: content.model,
            parts.cells: gr.Dataframe(value=content.cells or None, visible=bool(content.cells)),
            parts.cells_note: content.cells_note,
            parts.checks: content.checks,
            parts.program: content.program,
            parts.log: content.log,
            parts.versions: content.versions,
            parts.difference: content.difference,
            **self._tables(waiting or tables, () if waiting else content.columns),
            parts.tables_note: "",
            parts.export_note: "",
            parts.download: gr.DownloadButton(visible=False),
        }

    def _quantity(self, content: Board, title: str | None) -> Changes:
        view, grid = content.view(title), content.grid(title)
        kinds: Any = ["number" if isinstance(cell, int | float) else "str" for cell in grid.rows[0]] if grid else []
        filled = {"headers": grid.headers, "data": grid.rows} if grid else None
        return {
            self.parts.plot: gr.Plot(figure(view) if view else None, visible=view is not None),
            self.parts.seen: chat.line(description(view)) if view else "",
            self.parts.grid: gr.Dataframe(value=filled, datatype=kinds or "str", visible=grid is not None),
        }

    def _tables(self, tables: Sequence[Table], known: Sequence[Sequence[str | int]]) -> Changes:
        rows = known or [column.row() for column in columns.columns(tables)]
        names = [table.name for table in tables]
        first = names[0] if names else None
        return {
            self.parts.tables: gr.Dropdown(choices=names, value=first, visible=len(names) > 1),
            self.parts.preview: _preview(tables[0] if tables else None),
            self.parts.columns: gr.Dataframe(value=rows or None, visible=bool(rows)),
        }


def _preview(table: Table | None) -> Any:
    if table is None:
        return gr.Dataframe(value=None, visible=False)
    more = len(table.rows) - columns.PREVIEW
    label = f"{table.source or table.name}: {len(table.rows)} rows" + (f", {more} not shown" if more > 0 else "")
    filled = {"headers": list(table.columns), "data": columns.preview(table)}
    return gr.Dataframe(value=filled, label=label, visible=True)


def _conversation(kept: Any) -> str:
    """Return the conversation's id. Anything else that a client may have sent ends the request with one line."""
    if not Desk.is_id(kept):
        raise gr.Error("This page has no conversation yet; reload it.", print_exception=False)
    return str(kept)


def _owner(request: gr.Request, conversation: str) -> str:
    """Return whom a request counts for: the user who logged in, else the other machine, else the conversation."""
    machine = request.client.host if request.client else ""
    return request.username or (machine if machine not in _HERE else conversation)


def _resume(dialogue: Dialogue, tell: Tell) -> Turn:
    dialogue.resume(on_step=tell)
    return dialogue.turns[-1]


def _shown(dialogue: Dialogue, number: int | None) -> Board:
    """Return what the tabs show of a version."""
    current = dialogue.current
    shown = _version(dialogue, number)
    return board(shown, dialogue.versions, current.number if current else None, dialogue.tables)


def _version(dialogue: Dialogue, number: int | None) -> Version | None:
    """Return a version by its number; without one the last that a turn made or is about."""
    if number is not None and 1 <= int(number) <= len(dialogue.versions):
        return dialogue.versions[int(number) - 1]
    if dialogue.turns and (last := dialogue.turns[-1].version) is not None:
        return dialogue.versions[last - 1]
    return dialogue.current
