"""The layout of the page, and which event calls which handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from optwright.experience.insight import MOST_SAID, Status
from optwright.web import answer, bookshelf, checks, model, samples, teacher, versions
from optwright.web.cells import Cell
from optwright.web.columns import Column
from optwright.web.desk import Desk
from optwright.web.events import Events
from optwright.web.files import FORMS, Files
from optwright.web.librarian import Librarian
from optwright.web.look import DARK, FETCH, LEAF, NAMED, OPEN
from optwright.web.parts import Controls, Parts
from optwright.web.rights import Rights
from optwright.web.teacher import Teacher

if TYPE_CHECKING:
    from optwright.experience.library import Library

STORAGE = "optwright-conversation"
"""Where the browser keeps the conversation's id. Not a secret: the id is, and only the browser has it."""

_FIRST = "**Describe a decision problem in your own words.**  \nAttach its tables, or click an example below."


def build(desk: Desk, files: Files, *, who: str, library: Library | None, rights: Rights) -> gr.Blocks:
    """Return the page. `who` says in one line which model answers and what leaves the machine."""
    page = gr.Blocks(title="Optwright", analytics_enabled=False, fill_width=True, delete_cache=(600, 7200))
    with page:
        teaches = library is not None and rights.learn
        parts, controls = _lay_out(who, teaches=teaches)
        shelf = bookshelf.lay_out(controls.leaf)
        teaching = Teacher(library, rights, desk, parts)
        _wire(page, parts, controls, Events(desk, parts, files, teaching))
        if teaches:
            _wire_teaching(parts, teaching)
        _wire_library(page, shelf, Librarian(library, rights, shelf))
    return page


def _lay_out(who: str, *, teaches: bool) -> tuple[Parts, Controls]:
    found: dict[str, Any] = {"browser": gr.BrowserState("", storage_key=STORAGE, secret=STORAGE)}
    with gr.Row(elem_id="head"):
        gr.Markdown("# Optwright", elem_id="title")
        gr.Markdown(who, elem_id="who", latex_delimiters=[])
        found["leaf"] = gr.Button("Library", size="sm", elem_id="leaf", scale=0, min_width=120)
        found["fresh"] = gr.Button("New conversation", size="sm", elem_id="fresh", scale=0, min_width=150)
        found["dark"] = gr.Button("Dark or light", size="sm", elem_id="dark", scale=0, min_width=120)
    with gr.Row(elem_id="body"):
        with gr.Column(scale=2, min_width=380):
            found |= _conversation(teaches=teaches)
            found |= _teaching()
        with gr.Column(scale=3, min_width=420, elem_id="board"):
            found["shown"] = gr.Dropdown([], label="Version shown", visible=False, elem_id="shown", filterable=False)
            found |= _tabs()
    return (
        Parts(**{name: found[name] for name in Parts.__dataclass_fields__}),
        Controls(**{name: found[name] for name in Controls.__dataclass_fields__}),
    )


def _teaching() -> dict[str, Any]:
    note = gr.Markdown(elem_id="teach-note", latex_delimiters=[])
    with gr.Accordion("Is something wrong with the answer?", open=False, visible=False, elem_id="teach") as teach:
        words = gr.Textbox(
            label="What is wrong, and how it should be",
            info=teacher.ASK,
            lines=3,
            max_lines=8,
            max_length=MOST_SAID,
            elem_id="teach-words",
        )
        changed = gr.Checkbox(label="What I changed belongs to the correction", visible=False, elem_id="teach-changed")
        changes = gr.Code(
            label="Changed since the model was written",
            interactive=False,
            max_lines=8,
            wrap_lines=True,
            buttons=[],
            visible=False,
            elem_id="teach-changes",
        )
        send = gr.Button("Keep the correction", variant="primary", size="sm", elem_id="teach-send")
    return {
        "teach": teach,
        "teach_words": words,
        "teach_changed": changed,
        "teach_changes": changes,
        "teach_send": send,
        "teach_note": note,
    }


def _conversation(*, teaches: bool) -> dict[str, Any]:
    chat = gr.Chatbot(
        label="Conversation",
        show_label=False,
        elem_id="chat",
        height=520,
        latex_delimiters=[],
        sanitize_html=True,
        allow_tags=False,
        buttons=[],
        feedback_options=[teacher.LIKE, teacher.DISLIKE] if teaches else None,
        layout="bubble",
        placeholder=_FIRST,
    )
    words = gr.Textbox(
        label="Your message",
        placeholder="A bakery makes ... How many of each maximise the profit? (Shift+Enter sends)",
        lines=3,
        max_lines=12,
        max_length=200_000,
        elem_id="words",
    )
    with gr.Row():
        send = gr.Button("Send", variant="primary", interactive=False, elem_id="send", min_width=90)
        stop = gr.Button("Stop", variant="stop", interactive=False, elem_id="stop", min_width=90)
        upload = gr.UploadButton(
            "Attach tables",
            file_types=[".csv", ".tsv", ".xlsx"],
            file_count="multiple",
            elem_id="upload",
            min_width=130,
        )
    with gr.Row(elem_id="samples", visible=False) as row:
        buttons = [gr.Button(f"Example: {one.title}", size="sm", min_width=120) for one in samples.samples()]
    return {
        "chat": chat,
        "words": words,
        "send": send,
        "stop": stop,
        "upload": upload,
        "samples": row,
        "clicks": buttons,
    }


def _tabs() -> dict[str, Any]:
    with gr.Tabs(elem_id="tabs") as tabs:
        with gr.Tab("Answer", id="answer"):
            found = _answer()
        with gr.Tab("Model", id="model"):
            found |= _model()
        with gr.Tab("Checks", id="checks"):
            found["checks"] = gr.Markdown(checks.NOTHING, elem_id="checks", latex_delimiters=[])
        with gr.Tab("Program", id="program"):
            found["program"] = gr.Code(
                label="Pyomo program",
                elem_id="source",
                language="python",
                interactive=False,
                max_lines=40,
                buttons=["copy"],
            )
            found["log"] = gr.Code(label="Solver log", elem_id="log", interactive=False, max_lines=30, buttons=["copy"])
        with gr.Tab("Versions", id="versions"):
            found |= _versions()
        with gr.Tab("Tables", id="tables"):
            found |= _tables()
        with gr.Tab("Export", id="export"):
            found |= _export()
    return {"tabs": tabs, **found}


def _answer() -> dict[str, Any]:
    return {
        "headline": gr.Markdown(answer.NOTHING, elem_id="headline", latex_delimiters=[]),
        "quantity": gr.Dropdown([], label="Quantity", visible=False, elem_id="quantity", filterable=False),
        "plot": gr.Plot(label="Plot of the quantity", show_label=False, visible=False, elem_id="plot"),
        "seen": gr.Markdown(elem_id="seen", latex_delimiters=[]),
        "grid": gr.Dataframe(
            label="Values; click a column's head to sort", visible=False, interactive=False, elem_id="grid", buttons=[]
        ),
        "limits": gr.Markdown(elem_id="limits", latex_delimiters=[]),
        "experience": gr.Markdown(elem_id="experience", latex_delimiters=[]),
    }


def _model() -> dict[str, Any]:
    shown = gr.Markdown(model.NOTHING, latex_delimiters=model.DELIMITERS, elem_id="elements")
    note = gr.Markdown(elem_id="cells-note", latex_delimiters=[])
    cells = gr.Dataframe(
        headers=list(Cell.HEADERS),
        datatype="str",
        type="array",
        label="Numbers of the model",
        interactive=True,
        visible=False,
        static_columns=[0, 1, 2, 4, 5],
        column_count=len(Cell.HEADERS),
        elem_id="cells",
        buttons=[],
        column_widths=["14%", "23%", "13%", "12%", "9%", "29%"],
        wrap=True,
        max_height=420,
    )
    return {"model": shown, "cells_note": note, "cells": cells}


def _versions() -> dict[str, Any]:
    listing = gr.Markdown(versions.NOTHING, elem_id="versions", latex_delimiters=[])
    difference = gr.Code(
        label="What the version shown changed",
        elem_id="difference",
        interactive=False,
        max_lines=20,
        wrap_lines=True,
        buttons=["copy"],
    )
    with gr.Row():
        undo = gr.Button("Undo the last change", size="sm", elem_id="undo")
        restore = gr.Button("Restore the version shown", size="sm", elem_id="restore")
    return {"versions": listing, "difference": difference, "undo": undo, "restore": restore}


def _tables() -> dict[str, Any]:
    return {
        "tables_note": gr.Markdown(elem_id="tables-note", latex_delimiters=[]),
        "tables": gr.Dropdown([], label="Table", visible=False, filterable=False, elem_id="table"),
        "preview": gr.Dataframe(label="First rows", visible=False, interactive=False, elem_id="preview", buttons=[]),
        "columns": gr.Dataframe(
            headers=list(Column.HEADERS),
            label="What was made of each column",
            visible=False,
            interactive=False,
            elem_id="columns",
            wrap=True,
            column_widths=["12%", "13%", "14%", "11%", "12%", "17%", "21%"],
            buttons=[],
        ),
    }


def _export() -> dict[str, Any]:
    gr.Markdown("The version shown, as a file that runs without this app.")
    with gr.Row():
        buttons = {form: gr.Button(f".{form}", size="sm", min_width=80, elem_id=f"export-{form}") for form in FORMS}
    note = gr.Markdown(elem_id="export-note", latex_delimiters=[])
    download = gr.DownloadButton("Fetch", visible=False, elem_id="download", size="sm")
    return {"exports": buttons, "export_note": note, "download": download}


def _wire(page: gr.Blocks, parts: Parts, controls: Controls, events: Events) -> None:
    free = _free([getattr(parts, name) for name in Parts.__dataclass_fields__])
    here = [parts.browser]
    page.load(events.arrive, here, **free)
    controls.fresh.click(events.fresh, None, **free)
    gr.on([parts.words.submit, parts.send.click], events.say, [parts.words, parts.browser], **free)
    for number, button in enumerate(controls.clicks):
        button.click(events.sample(number), here, **free)
    parts.stop.click(events.stop, here, **(free | {"outputs": None}))
    controls.upload.upload(events.upload, [controls.upload, parts.browser], **free)
    parts.cells.input(events.change, [parts.cells, parts.shown, parts.browser], **free)
    parts.shown.input(events.show, [parts.shown, parts.browser], **free)
    parts.quantity.input(events.look, [parts.quantity, parts.shown, parts.browser], **free)
    parts.tables.input(events.look_at_table, [parts.tables, parts.browser], **free)
    controls.undo.click(events.undo, here, **free)
    controls.restore.click(events.restore, [parts.shown, parts.browser], **free)
    for form, button in controls.exports.items():
        button.click(events.export(form), [parts.shown, parts.browser], **free).success(None, js=FETCH)
    controls.dark.click(None, js=DARK)


def _wire_teaching(parts: Parts, events: Teacher) -> None:
    form = [parts.teach, parts.teach_words, parts.teach_changed, parts.teach_changes, parts.teach_send]
    free = _free([*form, parts.teach_note])
    parts.chat.like(events.thumb, [parts.browser], **free)
    parts.teach_send.click(events.teach, [parts.teach_words, parts.teach_changed, parts.browser], **free)


def _wire_library(page: gr.Blocks, shelf: bookshelf.Shelf, events: Librarian) -> None:
    free = _free(shelf.every())
    asked = [shelf.text, shelf.status, shelf.stage, shelf.label]
    page.load(events.enter, [shelf.base, *asked, shelf.first], js=NAMED, **free)
    shelf.leaf.click(events.enter, [shelf.base, *asked, shelf.first], js=LEAF, **free)
    found = [shelf.text.submit, shelf.find.click, shelf.status.input, shelf.stage.input, shelf.label.input]
    gr.on(found, events.look, asked, **free)
    shelf.back.click(events.leaf(-1), [*asked, shelf.first], **free)
    shelf.on.click(events.leaf(1), [*asked, shelf.first], **free)
    shelf.listed.input(events.show, [shelf.listed], js=OPEN, **free)
    gr.on([shelf.earlier.input, shelf.later.input], events.compare, [shelf.base, shelf.earlier, shelf.later], **free)
    shelf.again.click(events.begin_again, [shelf.base], **free)
    acts = {shelf.approve: Status.ADMITTED, shelf.retire: Status.RETIRED, shelf.reconsider: Status.CANDIDATE}
    done = [button.click(events.settle(status), [shelf.base, shelf.why], **free) for button, status in acts.items()]
    done.append(shelf.save.click(events.save, [shelf.base, shelf.reason, *shelf.form], **free))
    for event in done:
        event.success(events.again, [shelf.base, *asked, shelf.first], **free)


def _free(outputs: list[Any]) -> dict[str, Any]:
    """Return what every event of the page shares: it is closed to programs, and as many go on as come."""
    return {
        "outputs": outputs,
        "api_visibility": "private",
        "show_progress": "hidden",
        "concurrency_limit": None,
    }
