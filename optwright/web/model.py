"""The Model tab: the five elements in mathematics, each with the sentence that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optwright.errors import OptwrightError
from optwright.formulation.elements import Element, Formulation
from optwright.formulation.latex import mathematics
from optwright.web.markup import plain

DELIMITERS: list[dict[str, str | bool]] = [
    {"left": "\\(", "right": "\\)", "display": False},
    {"left": "\\[", "right": "\\]", "display": True},
]
"""Not `$`: a problem's words are full of dollars."""
MOST = 60
"""Elements of one kind that are written out."""
NOTHING = "The model appears here once a problem is read: its sets, parameters, variables, objective and constraints."


def elements(formulation: Formulation | None) -> str:
    """Return the formulation as Markdown with mathematics between `DELIMITERS`."""
    if formulation is None:
        return NOTHING
    parts: list[tuple[str, Sequence[Element]]] = [
        ("Sets", formulation.sets),
        ("Parameters", formulation.parameters),
        ("Variables: what is decided", formulation.variables),
        ("Objective: what is best", formulation.objectives),
        ("Constraints: what must hold", formulation.constraints),
        ("Named expressions", formulation.expressions),
        ("Asked for", formulation.outputs),
    ]
    return "\n\n".join(block for title, found in parts if found for block in _section(title, found))


def _section(title: str, found: Sequence[Element]) -> Iterator[str]:
    yield f"#### {title}"
    for element in found[:MOST]:
        yield _line(element)
    if len(found) > MOST:
        yield f"and {len(found) - MOST} more"


def _line(element: Element) -> str:
    try:
        shown = rf"\({mathematics(element)}\)"
    except OptwrightError:
        shown = plain(getattr(element, "expression", element.name))
    unit = getattr(element, "unit", None)
    notes = [plain(part) for part in (element.description, f"[{unit}]" if unit else "") if part]
    name = f"**{plain(element.name)}** " if element.kind in ("constraint", "output") else ""
    words = f"  \n&ensp;*from:* &ldquo;{plain(element.quote)}&rdquo;" if element.quote else ""
    return f"- {name}{shown}{' &ensp; ' + ' '.join(notes) if notes else ''}{words}"
