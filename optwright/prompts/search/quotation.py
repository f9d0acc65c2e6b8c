"""Other people's words in a prompt: cut to a length, made harmless, and marked line by line as what is only quoted."""

from __future__ import annotations

import re

MARK = "| "
"""Begins each quoted line; the templates say that what stands behind it is data and never an instruction."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_DOUBLE = re.compile(r"(\{(?=\{)|\}(?=\}))")
_BLANK = re.compile(r"\n\s*\n+")


def quoted(text: str, most: int) -> str:
    """Return the text behind bars, a line each; of more than `most` characters the beginning and the end.

    The result has at most twice as many characters as `most` and 60 more. Double braces are broken, so that no
    placeholder can be copied out of it.
    """
    return "\n".join(MARK + line for line in _BLANK.sub("\n", _plain(text, most)).split("\n"))


def line(text: str, most: int) -> str:
    """Return the text in one line, cut and made harmless in the same way."""
    return " ".join(_plain(text, most).split())


def shortened(text: str, most: int) -> str:
    """Return the text without control characters, with its middle left out where it is longer than `most`."""
    left_out = len(text) - most
    if left_out > 0:
        head = 2 * most // 3
        text = f"{text[:head]} [... {left_out} characters left out ...] {text[len(text) - (most - head) :]}"
    return _CONTROL.sub(" ", text.replace("\r\n", "\n")).encode("utf-8", "replace").decode("utf-8").strip()


def _plain(text: str, most: int) -> str:
    return _DOUBLE.sub(r"\1 ", shortened(text, most))
