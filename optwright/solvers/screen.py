"""A first look at a program's text, before anything of it runs. It saves time; the sandbox is what protects."""

from __future__ import annotations

import re

LIMIT = 2 * 1024 * 1024
"""Bytes of source; generated models of that length carry data that belongs into a table."""

_MODEL = re.compile(r"\b(build_model|model|ConcreteModel)\b")


def screen(source: str) -> str | None:
    """Return why a text is not worth running, in one line, or None. The grammar is looked at later, inside."""
    if not source.strip():
        return "the program is empty"
    try:
        size = len(source.encode())
    except UnicodeEncodeError:
        return "the program is not text: it holds lone surrogates"
    if size > LIMIT:
        return f"the program is too long: {size:,} bytes of {LIMIT:,}; put its data into a table"
    if "\0" in source:
        return "the program is not text: it holds a NUL character"
    if not _MODEL.search(source):
        return "nothing in the program can be a model: define build_model(data), or a ConcreteModel called model"
    return None
