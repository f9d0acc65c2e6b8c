"""Who came from whom: candidates by step from left to right, a line from each parent; inline SVG."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from optwright.prompts.search.ledger import Entry, Ledger

_INK, _FAINT = "#111", "#999"
_COLUMN, _ROW, _MARGIN = 92.0, 22.0, 46.0
MOST = 240
"""Candidates drawn; of more, those that were tried on all items and the ancestors of these."""


def lineage(ledger: Ledger) -> str:
    """Return the drawing; the best and its ancestors in bold, what was dropped hollow, what failed crossed."""
    if len(ledger.entries) < 2:
        return ""
    shown = _shown(ledger)
    line = _ancestors(ledger, ledger.best)
    at = _places(shown)
    width = _MARGIN * 2 + _COLUMN * max((x for x, _ in at.values()), default=0) + 60
    height = _MARGIN + _ROW * (1 + max((y for _, y in at.values()), default=0))
    parts = [_edge(at[parent], at[name], bold=name in line) for name in shown for parent in _known(shown[name], at)]
    parts += [_node(entry, at[name], bold=name in line) for name, entry in shown.items()]
    steps = {at[name][0]: entry.candidate.step for name, entry in shown.items()}
    parts += [
        f'<text x="{_x(column):.0f}" y="14" text-anchor="middle">{f"step {step}" if step else "seeds"}</text>'
        for column, step in steps.items()
    ]
    head = f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" aria-label="lineage">'
    note = "Numbers are scores in percent. Bold: the best and what it came from. Hollow: dropped before the last items."
    hidden = len(ledger.entries) - len(shown)
    more = f" {hidden} others are not drawn." if hidden else ""
    return f"{head}<title>lineage</title>{''.join(parts)}</svg><p class=note>{note} Crossed: no score.{more}</p>"


def _shown(ledger: Ledger) -> dict[str, Entry]:
    if len(ledger.entries) <= MOST:
        return dict(ledger.entries)
    kept = {name for entry in ledger.scored[:MOST] for name in _ancestors(ledger, entry)}
    return {name: entry for name, entry in ledger.entries.items() if name in kept}


def _ancestors(ledger: Ledger, entry: Entry | None) -> set[str]:
    """Return a candidate's id and those that it came from, as far as the ledger knows them."""
    found: set[str] = set()
    waiting = [entry.candidate.id] if entry else []
    while waiting:
        name = waiting.pop()
        if name in ledger.entries and name not in found:
            found.add(name)
            waiting += ledger.entries[name].candidate.parents
    return found


def _places(shown: dict[str, Entry]) -> dict[str, tuple[float, float]]:
    """Return the column (the step) and row of each candidate: the better higher up, near to its parents."""
    columns: dict[int, list[Entry]] = defaultdict(list)
    for entry in shown.values():
        columns[entry.candidate.step].append(entry)
    found: dict[str, tuple[float, float]] = {}
    for place, step in enumerate(sorted(columns)):
        ordered = sorted(
            columns[step], key=lambda entry: (not entry.complete, -(entry.score.mean if entry.score else -1))
        )
        found |= {entry.candidate.id: (float(place), float(row)) for row, entry in enumerate(ordered)}
    return found


def _known(entry: Entry, at: dict[str, tuple[float, float]]) -> list[str]:
    return [parent for parent in entry.candidate.parents if parent in at]


def _x(column: float) -> float:
    return _MARGIN + _COLUMN * column


def _y(row: float) -> float:
    return _MARGIN - 10 + _ROW * row


def _edge(start: tuple[float, float], end: tuple[float, float], *, bold: bool) -> str:
    x0, y0, x1, y1 = _x(start[0]), _y(start[1]), _x(end[0]), _y(end[1])
    ink, width = (_INK, 2) if bold else (_FAINT, 0.8)
    middle = (x0 + x1) / 2
    path = f"M{x0:.1f},{y0:.1f} C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    return f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="{width}"/>'


def _node(entry: Entry, place: tuple[float, float], *, bold: bool) -> str:
    x, y = _x(place[0]), _y(place[1])
    told = f"{entry.candidate.id}: {entry.candidate.note or 'no note'}"
    title = f"<title>{escape(told[:200])}</title>"
    if entry.score is None:
        return f'<g>{title}<path d="M{x - 4},{y - 4} l8,8 m0,-8 l-8,8" stroke="{_INK}"/></g>'
    fill = "#fff" if entry.score.dropped else _INK
    words = f'<text x="{x + 6:.1f}" y="{y - 5:.1f}"{" font-weight=" + chr(34) + "bold" + chr(34) if bold else ""}>'
    circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="{_INK}" stroke-width="1.5"/>'
    return f"<g>{title}{circle}{words}{100 * entry.score.mean:.0f}</text></g>"
