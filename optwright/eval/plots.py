"""Plots as inline SVG, drawn to be read in black and white: what differs, differs in hatching, shape or words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

_INK, _FAINT = "#111", "#bbb"
_ROW, _LEFT, _PLOT, _RIGHT = 26, 190, 420, 190
FILLS = ("solid", "slant", "dots", "cross", "back", "grid", "blank")
"""Hatchings by name; `PATTERNS` defines them once a page."""
PATTERNS = f"""<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
<pattern id="solid" width="4" height="4" patternUnits="userSpaceOnUse">
<rect width="4" height="4" fill="#555"/></pattern>
<pattern id="slant" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>
<path d="M0,6 L6,0" stroke="{_INK}" stroke-width="1.6"/></pattern>
<pattern id="back" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>
<path d="M0,0 L6,6" stroke="{_INK}" stroke-width="0.8"/></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>
<circle cx="3" cy="3" r="1.5" fill="{_INK}"/></pattern>
<pattern id="cross" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>
<path d="M0,6 L6,0 M0,0 L6,6" stroke="{_INK}" stroke-width="1"/></pattern>
<pattern id="grid" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#ddd"/>
<path d="M0,0 H5 M0,0 V5" stroke="{_INK}" stroke-width="0.8"/></pattern>
<pattern id="blank" width="4" height="4" patternUnits="userSpaceOnUse">
<rect width="4" height="4" fill="#fff"/></pattern>
</defs></svg>"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart; `low` and `high` are the ends of its interval."""

    label: str
    value: float
    note: str = ""
    low: float | None = None
    high: float | None = None
    fill: str = "solid"


def bars(rows: Sequence[Bar], *, top: float | None = None, percent: bool = False, title: str = "") -> str:
    """Draw horizontal bars with whiskers; `top` is the right end of the axis (default: the largest value)."""
    if not rows:
        return "<p>Nothing to show.</p>"
    largest = top or max((row.high if row.high is not None else row.value) for row in rows) or 1.0
    ticks = _ticks(0.0, largest)
    end = max(ticks[-1], largest)
    height = _ROW * len(rows) + 30
    parts = [_axis(ticks, end, _ROW * len(rows), percent)]
    for number, row in enumerate(rows):
        parts.append(_bar(row, number * _ROW, end))
    return _svg(_LEFT + _PLOT + _RIGHT, height, parts, title)


def _bar(row: Bar, y: float, end: float) -> str:
    width = max(_PLOT * min(row.value, end) / end, 0.5)
    middle = y + _ROW / 2
    parts = [
        _text(_LEFT - 8, middle + 4, row.label, anchor="end"),
        f'<rect x="{_LEFT}" y="{y + 5}" width="{width:.1f}" height="{_ROW - 10}" fill="url(#{row.fill})" '
        f'stroke="{_INK}"/>',
    ]
    edge = _LEFT + width
    if row.low is not None and row.high is not None:
        low, high = (_LEFT + _PLOT * min(value, end) / end for value in (row.low, row.high))
        parts += [_whisker(low, high, middle, "#fff", 5), _whisker(low, high, middle, _INK, 2)]
        edge = max(edge, high)
    parts.append(_text(max(edge, _LEFT) + 8, middle + 4, row.note))
    return "".join(parts)


def _whisker(low: float, high: float, y: float, colour: str, width: float) -> str:
    path = f"M{low:.1f},{y} H{high:.1f} M{low:.1f},{y - 4} v8 M{high:.1f},{y - 4} v8"
    return f'<path d="{path}" stroke="{colour}" stroke-width="{width}" fill="none"/>'


def _axis(ticks: Sequence[float], end: float, height: float, percent: bool) -> str:
    parts = []
    for value in ticks:
        x = _LEFT + _PLOT * value / end
        words = f"{100 * value:.0f}%" if percent else f"{value:g}"
        parts.append(f'<path d="M{x:.1f},0 V{height}" stroke="{_FAINT}" stroke-dasharray="2,3"/>')
        parts.append(_text(x, height + 18, words, anchor="middle"))
    return "".join(parts)


def _ticks(low: float, high: float) -> list[float]:
    """Return four to eight round numbers from at most `low` to at least `high`."""
    rough = (high - low) / 4 or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    count = max(1, math.ceil((high - first * step) / step - 1e-9))
    return [round((first + i) * step, 12) for i in range(count + 1)]


@dataclass(frozen=True, slots=True)
class Mark:
    """One point of a plot over the unit square or a log axis, with its vertical interval."""

    x: float
    y: float
    low: float
    high: float
    note: str = ""


def unit_plot(marks: Sequence[Mark], *, xlabel: str, ylabel: str, diagonal: bool = False, title: str = "") -> str:
    """Draw marks over [0, 1] x [0, 1], with the diagonal of perfect calibration on request."""
    return _plot(marks, (0.0, 1.0), [(v / 4, f"{v / 4:.2f}") for v in range(5)], (xlabel, ylabel), diagonal, title)


def share_plot(marks: Sequence[Mark], *, xlabel: str, ylabel: str, title: str = "") -> str:
    """Draw shares against a quantity."""
    reach = [mark.x for mark in marks] or [0.0, 1.0]
    ticks = _ticks(min(reach), max(reach) * 1.02)
    words = [(value, f"{value:g}") for value in ticks]
    return _plot(marks, (ticks[0], ticks[-1]), words, (xlabel, ylabel), False, title)


def _plot(
    marks: Sequence[Mark],
    span: tuple[float, float],
    ticks: Sequence[tuple[float, str]],
    labels: tuple[str, str],
    diagonal: bool,
    title: str,
) -> str:
    if not marks:
        return "<p>Nothing to show.</p>"
    left, top, width, height = 60.0, 10.0, 420.0, 260.0

    def at(x: float, y: float) -> tuple[float, float]:
        return left + width * (x - span[0]) / (span[1] - span[0]), top + height * (1 - y)

    parts = [f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="none" stroke="{_INK}"/>']
    for value, words in ticks:
        x, y = at(value, 0)
        parts += [f'<path d="M{x:.1f},{y} v5" stroke="{_INK}"/>', _text(x, y + 18, words, anchor="middle")]
    for step in range(5):
        x, y = at(span[0], step / 4)
        parts.append(f'<path d="M{x},{y:.1f} h{width}" stroke="{_FAINT}" stroke-dasharray="2,3"/>')
        parts.append(_text(x - 8, y + 4, f"{25 * step}%", anchor="end"))
    if diagonal:
        (x0, y0), (x1, y1) = at(span[0], 0), at(span[1], 1)
        parts.append(f'<path d="M{x0},{y0} L{x1},{y1}" stroke="{_INK}" stroke-dasharray="6,4"/>')
    points = [at(mark.x, mark.y) for mark in marks]
    parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{_INK}"/>')
    parts += [_mark(mark, at, above=number % 2 == 0) for number, mark in enumerate(marks)]
    parts.append(_text(left + width / 2, top + height + 40, labels[0], anchor="middle"))
    side = f'<text transform="translate(14,{top + height / 2}) rotate(-90)" text-anchor="middle">'
    parts.append(f"{side}{escape(labels[1])}</text>")
    return _svg(left + width + 120, height + 62, parts, title)


def _mark(mark: Mark, at: Callable[[float, float], tuple[float, float]], *, above: bool) -> str:
    x, y = at(mark.x, mark.y)
    low, high = at(mark.x, mark.low)[1], at(mark.x, mark.high)[1]
    line = f'<path d="M{x:.1f},{low:.1f} V{high:.1f} M{x - 4:.1f},{low:.1f} h8 M{x - 4:.1f},{high:.1f} h8" '
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#fff" stroke="{_INK}" stroke-width="2"/>'
    room = y > at(mark.x, 1)[1] + 12  # above the highest marks a note would be cut off
    return f'{line}stroke="{_INK}" fill="none"/>{dot}{_text(x + 8, y + (-7 if above and room else 17), mark.note)}'


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>' if words else ""


def _svg(width: float, height: float, parts: Sequence[str], title: str) -> str:
    head = f'<svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" aria-label="{escape(title)}">'
    return f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>"
