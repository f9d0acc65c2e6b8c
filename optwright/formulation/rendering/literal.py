"""Values and free text written as Python source from which nothing can break out.

The rendered program runs as trusted code, so that this module is a security boundary: what a formulation says in a
name, a member, a description or a quote becomes a literal or a comment here and nowhere else.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import groupby

WIDTH = 110
"""Columns of the longest line, where the content allows."""

Scalar = int | float | str


def literal(value: object) -> str:
    """Write a number, a text, None, or a tuple or list of them as a Python literal. Raises TypeError on others."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float.__repr__(value) if math.isfinite(value) else f'float("{float.__repr__(value)}")'
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    raise TypeError(f"{type(value).__name__} cannot be written as a literal")


def _text(value: str) -> str:
    """Write a text in double quotes; repr escapes backslashes, line ends and whatever is not printable."""
    written = str.__repr__(value)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in value and "\\'" not in written else written


def printable(text: str) -> list[str]:
    """Split free text into lines without any character that could end a line or that does not show."""
    lines = ("".join(char if char.isprintable() else " " for char in line) for line in text.splitlines())
    return [line.rstrip() for line in lines]


def wrapped(text: str, width: int) -> list[str]:
    """Return the printable lines of a text, wrapped; empty lines at both ends left out."""
    lines: list[str] = []
    for line in printable(text.strip()):
        lines.extend(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""])
    return lines


def comment(*texts: str) -> list[str]:
    """Write texts as comment lines, none for empty ones."""
    return [f"# {line}".rstrip() for text in texts if text.strip() for line in wrapped(text, WIDTH - 10)]


def docstring(text: str) -> list[str]:
    """Write a text as a docstring of one or more lines."""
    body = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in wrapped(text, WIDTH - 10)]
    if not body:
        return ['""""""']
    if len(body) == 1 and not body[0].endswith('"'):
        return [f'"""{body[0]}"""']
    return [f'"""{body[0]}', *body[1:], '"""']


def assignment(name: str, value: object) -> list[str]:
    """Write one entry of a dictionary, `"name": value,`, over several lines where it is long."""
    head = f"{literal(name)}: "
    lines = display(value, len(head))
    return [f"{head}{lines[0]}", *lines[1:-1], f"{lines[-1]},"] if len(lines) > 1 else [f"{head}{lines[0]},"]


def display(value: object, used: int = 0) -> list[str]:
    """Write a scalar, a list or a dictionary; continuation lines are indented by four columns."""
    if isinstance(value, Mapping):
        groups = [[f"{literal(key)}: {_nested(item)}" for key, item in group] for group in _rows(value)]
        return _bracketed("{", groups, "}", used)
    if isinstance(value, list):
        return _bracketed("[", [[literal(item) for item in value]], "]", used)
    return [literal(value)]


def _nested(value: object) -> str:
    return "".join(line.strip() for line in display(value)) if isinstance(value, Mapping) else literal(value)


def _rows(value: Mapping[Hashable, object]) -> Iterable[list[tuple[Hashable, object]]]:
    """Group the entries of a matrix by row, so that each row begins a line; other entries are one group."""
    rows = [list(group) for _, group in groupby(value.items(), key=lambda entry: _row_of(entry[0]))]
    return rows if len(value) > len(rows) else [list(value.items())]


def _row_of(key: Hashable) -> Hashable:
    return key[:-1] if isinstance(key, tuple) else None


def _bracketed(opening: str, groups: Sequence[Sequence[str]], closing: str, used: int) -> list[str]:
    flat = opening + ", ".join(text for group in groups for text in group) + closing
    if len(flat) + used + 8 <= WIDTH:
        return [flat]
    return [opening, *(f"    {line}" for group in groups for line in _filled(group)), closing]


def _filled(texts: Sequence[str]) -> list[str]:
    """Pack entries into lines."""
    lines: list[str] = []
    line = ""
    for text in texts:
        if line and len(line) + len(text) + 2 > WIDTH - 12:
            lines.append(line)
            line = ""
        line += f" {text}," if line else f"{text},"
    return [*lines, line] if line else lines
