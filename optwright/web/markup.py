"""Text of users, tables and models made harmless for Markdown: it shows as it is, whatever it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_AS_IS = frozenset(" ,;'\"?!%(/")
"""Marks that mean nothing to Markdown where the others are references."""
_LONE = re.compile(r"(?<!www)[.)]|(?<=\w)-(?=\w)|(?<!\$)\$(?!\$)", re.IGNORECASE)
"""Marks that mean something elsewhere but not here: as they are, a screen reader reads them well."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(text: object, most: int = 20_000) -> str:
    """Return text as Markdown that shows exactly it, on one line.

    Every mark that could be Markdown, HTML, a link or a formula becomes a character reference; control characters and
    those that turn the direction of writing are left out. Longer text is cut at `most`.
    """
    words = str(text)
    shown = " ".join((words if len(words) <= most else f"{words[: most - 3]}...").split())
    marker = len(shown) - len(shown.lstrip("0123456789"))  # `1.` begins a list
    lone = {match.start() for match in _LONE.finditer(shown)} - {marker}
    return "".join(mark if place in lone else _harmless(mark) for place, mark in enumerate(shown))


def paragraphs(text: str, most: int = 20_000) -> str:
    """Return text of several lines as Markdown that shows exactly it, line breaks included."""
    shown = text if len(text) <= most else f"{text[: most - 3]}..."
    return "  \n".join(plain(line, most) or "&nbsp;" for line in shown.strip().splitlines())


def dashed(text: str, most: int = 20_000) -> str:
    """Return text of several lines as Markdown in which lines that begin with a dash are the points of a list."""
    shown = text if len(text) <= most else f"{text[: most - 3]}..."
    blocks: list[str] = []
    point = False
    for line in shown.strip().splitlines():
        if not line.strip():
            continue
        before, point = point, line.startswith("- ")
        if blocks and before != point:
            blocks.append("")
        blocks.append(f"- {plain(line[2:])}" if point else f"{plain(line)}  ")
    return "\n".join(blocks)


def table(headers: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table of plain cells."""
    return "\n".join([_row(headers), _row(["---"] * len(headers)), *(_row(map(plain, row)) for row in rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _harmless(character: str) -> str:
    if character.isalnum() or character in _AS_IS:
        return character
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    return f"&#{ord(character)};" if character.isascii() else character
