"""Two texts side by side in one: lines that went are struck through, new ones underlined, with signs before them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from html import escape

STYLE = """
.diff { font: 12.5px/1.45 ui-monospace, monospace; white-space: pre-wrap; border-left: 3px solid #bbb;
  padding: .3rem .8rem; }
.diff ins { background: #e6e6e6; text-decoration: underline; } .diff del { color: #444; text-decoration: line-through; }
.diff .far { color: #555; font-style: italic; }
"""
_AROUND = 2
"""Unchanged lines shown on each side of a change."""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def differences(before: str, after: str) -> str:
    """Return what differs as HTML, words marked within lines that changed, far-off lines left out."""
    old, new = before.splitlines(), after.splitlines()
    parts = list(_lines(old, new))
    return f"<div class=diff>{chr(10).join(parts)}</div>" if parts else "<p>Nothing differs.</p>"


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    end = 0
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_AROUND):
        if (skipped := group[0][1] - end) > 0:
            yield f"<span class=far>... {skipped} lines as before ...</span>"
        for tag, low, high, first, last in group:
            if tag == "equal":
                yield from (f"  {escape(line)}" for line in old[low:high])
            else:
                yield _changed("\n".join(old[low:high]), "\n".join(new[first:last]))
        end = group[-1][2]
    if end and (skipped := len(old) - end) > 0:
        yield f"<span class=far>... {skipped} lines as before ...</span>"


def _changed(old: str, new: str) -> str:
    """Mark words where the two are alike; else the whole of both."""
    words: list[list[str]] = [_WORD.findall(text) for text in (old, new)]
    match = difflib.SequenceMatcher(None, words[0], words[1], autojunk=False)
    if not old or not new or match.ratio() < 0.5:
        return "\n".join(filter(None, (_marked("del", "- ", old), _marked("ins", "+ ", new))))
    pieces = []
    for tag, low, high, first, last in match.get_opcodes():
        gone, come = ("".join(words[0][low:high]), "".join(words[1][first:last]))
        pieces.append(escape(gone) if tag == "equal" else _marked("del", "", gone) + _marked("ins", "", come))
    return f"~ {''.join(pieces)}"


def _marked(tag: str, sign: str, text: str) -> str:
    return f"{sign}<{tag}>{escape(text)}</{tag}>" if text else ""
