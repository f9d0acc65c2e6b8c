"""The repairs of section 11 on the text of an expression, quotation marks left alone."""

from __future__ import annotations

import re

_SIGNS = {
    "≤": "<=",
    "⩽": "<=",
    "≦": "<=",
    "≥": ">=",
    "⩾": ">=",
    "≧": ">=",
    "≠": "!=",
    "\u2212": "-",
    "\u2013": "-",
    "\u00d7": "*",
    "·": "*",
    "⋅": "*",
    "÷": "/",
    "∈": " in ",
    "∉": " not in ",
    "^": "**",
    "“": '"',
    "”": '"',
    "\u2018": "'",
    "\u2019": "'",
    "\u00a0": " ",
}
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_SINGLE = re.compile(r"(?<![<>=!])=(?![=<>])")


def plain_signs(text: str, *, relation: bool) -> str:
    """Replace Unicode signs and `^`; in a relation also `=` and `=<`, `=>` by the language's own."""

    def plain(part: str) -> str:
        for sign, written in _SIGNS.items():
            part = part.replace(sign, written)
        if relation:
            part = part.replace("=<", "<=").replace("=>", ">=")
            part = _SINGLE.sub("==", part)
        return part

    return _outside_quotes(text, plain)


def _outside_quotes(text: str, change: object) -> str:
    assert callable(change)
    parts, at = [], 0
    for match in _QUOTED.finditer(text):
        parts += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*parts, change(text[at:])])


def comma_generators(text: str) -> str:
    """Turn `sum(x[i,j] for i in I, j in J)` into `sum(x[i,j] for i in I for j in J)`.

    A comma counts when it stands in the brackets of a `for`, after it, at the same level, before `... in`.
    """
    commas = []
    stack: list[int | None] = []  # for each open bracket: where its first `for` stands
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "([":
            stack.append(None)
        elif word in ")]":
            if stack:
                stack.pop()
        elif word == "for" and stack:
            stack[-1] = token.start()
        elif word == "," and stack and stack[-1] is not None and _TARGET.match(text, token.end()):
            commas.append(token.start())
    for at in reversed(commas):
        skip = re.match(r"\s*(for\b)?\s*", text[at + 1 :])
        assert skip is not None
        text = f"{text[:at]} for {text[at + 1 + skip.end() :]}"
    return text


_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|\w+|[()\[\],]")
_TARGET = re.compile(r"\s*(for\s+)?(\w+|\(\s*\w+\s*(,\s*\w+\s*)*,?\))\s+in\b")
