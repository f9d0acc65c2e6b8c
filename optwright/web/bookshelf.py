"""The layout of the library page: what is looked for, what is found, and one insight with its versions and its form."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from optwright.experience.insight import MOST_TEXT, Stage, Status
from optwright.web.insights import WORDS

NOBODY = "Choose an insight on the left."
NONE = """### There is no experience library here

What earlier problems taught can be kept in a library: insights that the language model is shown when they apply to a
new problem. Name one when the app is started, or set `OPTWRIGHT_LIBRARY`:

    optwright app --library library.db
    optwright app --library postgresql://user@host/name

With `--learn` the app also keeps what users say of answers, as candidates for an editor, and a file that is not there
is made. It needs `pip install 'optwright[library]'`.
"""
_ANY = "any"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The components of the library page."""

    leaf: Any
    """The button that turns to this page and back."""
    none: Any
    """Says how to configure a library; visible where there is none."""
    body: Any
    rights: Any
    """What this visitor may do, in words."""
    text: Any
    find: Any
    status: Any
    stage: Any
    label: Any
    first: Any
    """The place of the first insight in the list, from 0."""
    count: Any
    listed: Any
    back: Any
    on: Any
    note: Any
    """What came of the last click, in one line."""
    base: Any
    """The insight and version that is shown, `I17, version 3`: a change says what it was made of."""
    tabs: Any
    headline: Any
    example: Any
    origin: Any
    decide: Any
    """The row of buttons for those who may decide."""
    why: Any
    approve: Any
    retire: Any
    reconsider: Any
    versions: Any
    history: Any
    earlier: Any
    later: Any
    difference: Any
    editing: Any
    form: tuple[Any, ...]
    """One component a field, in the order of `insights.FIELDS`."""
    reason: Any
    save: Any
    again: Any

    def every(self) -> list[Any]:
        """Return every component."""
        found = [getattr(self, one.name) for one in fields(self)]
        return [part for one in found for part in (one if isinstance(one, tuple) else (one,))]


def lay_out(leaf: Any) -> Shelf:
    """Build the page inside the block that is open; the button `leaf` turns to it."""
    with gr.Column(elem_id="library"):
        found: dict[str, Any] = {"none": gr.Markdown(NONE, elem_id="library-none")}
        with gr.Row(visible=False, elem_id="library-body") as body:
            with gr.Column(scale=2, min_width=380):
                found |= _list()
            with gr.Column(scale=3, min_width=420, elem_id="insight-board"):
                found |= _board()
    return Shelf(leaf=leaf, body=body, **found)


def _list() -> dict[str, Any]:
    with gr.Row(elem_id="library-search"):
        text = gr.Textbox(
            label="Look for",
            placeholder="words of a condition or label, or an id such as I17",
            max_length=4_000,
            max_lines=1,
            elem_id="library-text",
            scale=4,
        )
        find = gr.Button("Look", size="sm", elem_id="library-find", scale=0, min_width=90)
    with gr.Row(elem_id="library-filters"):
        status = gr.Dropdown(_any(Status), value="", label="Status", filterable=False, elem_id="library-status")
        stage = gr.Dropdown(_any(Stage), value="", label="Stage", filterable=False, elem_id="library-stage")
        label = gr.Dropdown([(_ANY, "")], value="", label="Label", elem_id="library-label")
    count = gr.Markdown(elem_id="library-count", latex_delimiters=[])
    listed = gr.Radio([], label="Insights", show_label=False, elem_id="insights", container=False)
    with gr.Row():
        back = gr.Button("Previous", size="sm", interactive=False, elem_id="library-back")
        on = gr.Button("Next", size="sm", interactive=False, elem_id="library-on")
    return {
        "text": text,
        "find": find,
        "status": status,
        "stage": stage,
        "label": label,
        "first": gr.State(0),
        "count": count,
        "listed": listed,
        "back": back,
        "on": on,
    }


def _any(kinds: Any) -> list[tuple[str, str]]:
    return [(_ANY, ""), *((kind.value, kind.value) for kind in kinds)]


def _board() -> dict[str, Any]:
    found: dict[str, Any] = {
        "rights": gr.Markdown(elem_id="library-rights", latex_delimiters=[]),
        "note": gr.Markdown(elem_id="library-note", latex_delimiters=[]),
        "base": gr.Textbox("", label="Shown", interactive=False, elem_id="insight-base", elem_classes="unseen"),
    }
    with gr.Tabs(elem_id="insight-tabs") as tabs:
        with gr.Tab("Insight", id="insight"):
            found |= _insight()
        with gr.Tab("History", id="history", visible=False) as versions:
            found |= _history()
        with gr.Tab("Edit", id="edit", visible=False) as editing:
            found |= _form()
    return {**found, "tabs": tabs, "versions": versions, "editing": editing}


def _insight() -> dict[str, Any]:
    headline = gr.Markdown(NOBODY, elem_id="insight", latex_delimiters=[])
    example = gr.Code(
        label="Example",
        elem_id="insight-example",
        interactive=False,
        lines=1,
        max_lines=24,
        wrap_lines=True,
        buttons=["copy"],
        visible=False,
    )
    with gr.Row(visible=False, elem_id="decide") as decide:
        why = gr.Textbox(label="Why (for the journal)", max_length=2_000, max_lines=1, elem_id="why", scale=3)
        approve = gr.Button("Approve", variant="primary", size="sm", elem_id="approve", min_width=90)
        retire = gr.Button("Retire", variant="stop", size="sm", elem_id="retire", min_width=90)
        reconsider = gr.Button("Back to candidates", size="sm", elem_id="reconsider", min_width=140)
    return {
        "headline": headline,
        "example": example,
        "origin": gr.Markdown(elem_id="insight-origin", latex_delimiters=[]),
        "decide": decide,
        "why": why,
        "approve": approve,
        "retire": retire,
        "reconsider": reconsider,
    }


def _history() -> dict[str, Any]:
    history = gr.Markdown(elem_id="insight-history", latex_delimiters=[])
    with gr.Row():
        earlier = gr.Dropdown([], label="From version", filterable=False, elem_id="insight-earlier")
        later = gr.Dropdown([], label="to version", filterable=False, elem_id="insight-later")
    difference = gr.Code(
        label="What changed", elem_id="insight-difference", interactive=False, max_lines=30, wrap_lines=True, buttons=[]
    )
    return {"history": history, "earlier": earlier, "later": later, "difference": difference}


def _form() -> dict[str, Any]:
    with gr.Row():
        stage = gr.Dropdown([one.value for one in Stage], label=WORDS["stage"], filterable=False, elem_id="edit-stage")
        first = gr.Textbox(label=WORDS["first"], max_length=200, max_lines=1, elem_id="edit-first")
        second = gr.Textbox(label=WORDS["second"], max_length=200, max_lines=1, elem_id="edit-second")
    long: dict[str, Any] = {"max_length": MOST_TEXT, "max_lines": 14}
    condition = gr.Textbox(label=WORDS["condition"], lines=2, elem_id="edit-condition", **long)
    explanation = gr.Textbox(label=WORDS["explanation"], lines=4, elem_id="edit-explanation", **long)
    example = gr.Textbox(label=WORDS["example"], lines=3, elem_id="edit-example", **long)
    reason = gr.Textbox(label="Why (for the journal)", max_length=2_000, max_lines=1, elem_id="edit-why")
    with gr.Row():
        save = gr.Button("Save as a new version", variant="primary", size="sm", elem_id="edit-save")
        again = gr.Button("Begin again from the latest version", size="sm", elem_id="edit-again")
    form = (stage, first, second, condition, explanation, example)
    return {"form": form, "reason": reason, "save": save, "again": again}
