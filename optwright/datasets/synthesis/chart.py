"""Bar charts as SVG, for the data card."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, LABEL, BAR, GAP, TOP = 760, 230, 14, 5, 34
COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")


def bars(title: str, rows: Sequence[tuple[str, Sequence[float]]], parts: Sequence[str] = ("",)) -> str:
    """Draw horizontal bars, one a row, each of one or more parts laid end to end; `parts` names them."""
    most = max((sum(values) for _, values in rows), default=0) or 1
    scale = (WIDTH - LABEL - 70) / most
    height = TOP + len(rows) * (BAR + GAP) + 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
        f'font-size="11"><rect width="100%" height="100%" fill="white"/>',
        f'<text x="8" y="16" font-size="13" font-weight="bold">{escape(title)}</text>',
    ]
    at = WIDTH - 8
    for name, colour in reversed(list(zip(parts, COLOURS, strict=False))):
        if name:
            lines.append(f'<text x="{at}" y="16" text-anchor="end" fill="{colour}">{escape(name)}</text>')
            at -= 7 * len(name) + 14
    for place, (label, values) in enumerate(rows):
        lines += _row(label, values, TOP + place * (BAR + GAP), scale)
    return "\n".join([*lines, "</svg>\n"])


def _row(label: str, values: Sequence[float], top: float, scale: float) -> list[str]:
    middle, left = top + BAR - 3, float(LABEL)
    lines = [f'<text x="{LABEL - 6}" y="{middle}" text-anchor="end">{escape(label)}</text>']
    for value, colour in zip(values, COLOURS, strict=False):
        lines.append(
            f'<rect x="{left:.1f}" y="{top}" width="{value * scale:.1f}" height="{BAR}" fill="{colour}">'
            f"<title>{value:g}</title></rect>"
        )
        left += value * scale
    lines.append(f'<text x="{left + 5:.1f}" y="{middle}">{sum(values):g}</text>')
    return lines
