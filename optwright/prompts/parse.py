"""From a reply to its parts: the analysis, and the one block of JSON or Python that counts.

Tolerant of what models add around the block; inside it only repairs that leave no choice are made, each reported.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from optwright.errors import ParseError

T = TypeVar("T")
MAX_REPLY = 4_000_000
_TAG = re.compile(r"<(/?)(?:think|thinking|reasoning|thought)>", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([\w+.-]*)[^\n`]*$", re.MULTILINE)
_SPECIAL = re.compile(r'"|//|#')
_STRING_REST = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_LITERAL = re.compile(r"\b(True|False|None)\b")
_PYTHON = {"python", "py", "python3", "pyomo"}


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was read from a reply."""

    value: T
    analysis: str
    """The words before the block, without the model's private thoughts."""
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block."""

    language: str
    body: str
    start: int
    """Where in the text it begins."""
    closed: bool = True


def strip_thoughts(text: str) -> str:
    """Return the reply without `<think>` blocks; one that never closes leaves nothing of what follows it.

    Some servers keep the opening tag to themselves: a closing one without it ends thoughts that began the reply.
    """
    text = text[:MAX_REPLY]
    kept: list[str] = []
    thinking, start = False, 0
    for tag in _TAG.finditer(text):
        if not tag[1] and not thinking:
            kept.append(text[start : tag.start()])
            thinking = True
        elif tag[1]:
            kept = kept if thinking else []
            thinking, start = False, tag.end()
    if not thinking:
        kept.append(text[start:])
    return "".join(kept).strip()


def fences(text: str) -> list[Fence]:
    """Return the fenced blocks in order."""
    found: list[Fence] = []
    opened: re.Match[str] | None = None
    for mark in _FENCE.finditer(text):
        if opened is None:
            opened = mark
        elif mark[1].startswith(opened[1]) and not mark[2]:
            found.append(_fence(opened, text[opened.end() + 1 : mark.start()]))
            opened = None
    if opened is not None:
        found.append(_fence(opened, text[opened.end() + 1 :], closed=False))
    return found


def _fence(opened: re.Match[str], body: str, *, closed: bool = True) -> Fence:
    return Fence(opened[2].lower(), body, opened.start(), closed)


def find_json(reply: str, accept: Callable[[dict[str, Any]], bool] = bool) -> Found[dict[str, Any]]:
    """Return the JSON object of a reply: the last one that `accept` takes, fenced ones first.

    Raises ParseError that says what is wrong and where: no JSON at all, malformed, or cut off.
    """
    text = strip_thoughts(reply)
    if not text:
        raise ParseError("the reply holds nothing but the model's thoughts" if reply.strip() else "the reply is empty")
    blocks = fences(text)
    first: ParseError | None = None
    for block in _by_preference(blocks, {"json", "json5", "jsonc", ""}):
        try:
            found = read_json(block.body, cut=not block.closed)
        except ParseError as error:
            if block.language or block.body.lstrip().startswith(("{", "[")):
                first = first or error
            continue
        if accept(found.value):
            return Found(found.value, text[: block.start].strip(), found.repairs)
    if first is not None:  # a block meant as the answer: what lies inside of it is not taken for the whole
        raise first
    for start, body in _objects(text):
        try:
            found = read_json(body)
        except ParseError as error:
            first = first or error
            continue
        if accept(found.value):
            return Found(found.value, text[:start].strip(), (*found.repairs, "the JSON was not fenced"))
    raise first or ParseError(f"the reply has no JSON object of the kind asked for; it begins {_quote(text)}")


def _by_preference(blocks: list[Fence], languages: set[str]) -> Iterator[Fence]:
    """Yield the blocks that may hold the answer: those named so before the rest, the last first."""
    fitting = [block for block in reversed(blocks) if block.language in languages]
    yield from sorted(fitting, key=lambda block: not block.language)


def _objects(text: str, most: int = 20) -> Iterator[tuple[int, str]]:
    """Yield the outermost `{...}` of a text, the longest first; the last may be cut off."""
    spans: list[tuple[int, int]] = []
    depth, start, quoted, position = 0, 0, False, 0
    while position < len(text):
        letter = text[position]
        if depth and letter == "\\" and quoted:
            position += 1
        elif depth and letter == '"':
            quoted = not quoted
        elif letter == "{" and not quoted:
            start = position if depth == 0 else start
            depth += 1
        elif letter == "}" and depth and not quoted:
            depth -= 1
            if depth == 0:
                spans.append((start, position + 1))
        position += 1
    if depth:
        spans.append((start, len(text)))
    for begin, end in sorted(spans, key=lambda span: span[0] - span[1])[:most]:
        if '"' in text[begin:end]:
            yield begin, text[begin:end]


_WORDS = {"True": "true", "False": "false", "None": "null"}


def _pieces(text: str) -> tuple[list[str], bool]:
    """Split JSON text into what is outside of strings and strings in turn, comments left out; say if one was.

    Linear in the text, whatever is in it.
    """
    pieces, commented, position = [""], False, 0
    while (mark := _SPECIAL.search(text, position)) is not None:
        pieces[-1] += text[position : mark.start()]
        if mark[0] != '"':
            commented = True
            end = text.find("\n", mark.end())
            position = len(text) if end < 0 else end
            continue
        closing = _STRING_REST.match(text, mark.end())
        position = closing.end() if closing else len(text)
        pieces += [text[mark.start() : position], ""]
    pieces[-1] += text[position:]
    return pieces, commented


def _repair(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with what leaves no choice repaired, and what was done."""
    pieces, commented = _pieces(text)
    made = ["comments removed"] if commented else []
    bare = pieces[::2]
    for pattern, replacement, what in (
        (_LITERAL, lambda match: _WORDS[match[0]], "Python's True, False or None written as JSON"),
        (_TRAILING_COMMA, lambda match: "", "trailing commas removed"),
    ):
        changed = [pattern.sub(replacement, piece) for piece in bare]
        if changed != bare:
            made.append(what)
        bare = changed
    pieces[::2] = bare
    return "".join(pieces), tuple(made)


def read_json(text: str, *, cut: bool = False) -> Found[dict[str, Any]]:
    """Read one JSON object. Trailing commas, comments, `True`, `None` and raw line breaks in strings are repaired.

    Raises ParseError with line and column.
    """
    try:
        return Found(_loads(text, strict=True), "")
    except ParseError as error:
        reason = error
    repaired, made = _repair(text)
    try:
        value = _loads(repaired, strict=False)
    except ParseError:
        if cut or _cut_off(text):
            raise ParseError(f"the JSON is cut off after {_quote(text[-60:], end=True)}") from None
        raise reason from None
    return Found(value, "", made or ("line breaks inside strings accepted",))


def _loads(text: str, *, strict: bool) -> dict[str, Any]:
    try:
        value = json.loads(text, strict=strict, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        near = _quote(text[max(0, error.pos - 20) : error.pos + 20])
        raise ParseError(f"malformed JSON at {place}: {error.msg.lower()}, near {near}") from None
    except RecursionError:
        raise ParseError("malformed JSON: nested too deeply") from None
    except ValueError as error:
        raise ParseError(f"malformed JSON: {error}") from None
    if not isinstance(value, dict):
        raise ParseError(f"expected a JSON object, found {type(value).__name__}")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ParseError(f"malformed JSON: the key {twice!r} appears twice in one object")
    return made


def _refuse_constant(name: str) -> float:
    raise ParseError(f"malformed JSON: {name} is no number of JSON")


def _cut_off(text: str) -> bool:
    """Whether the brackets that were opened are still open at the end."""
    bare = "".join(_pieces(text)[0][::2])
    return bare.count("{") > bare.count("}") or bare.count("[") > bare.count("]")


def find_program(reply: str, *, complete: bool = True) -> Found[str]:
    """Return the Python program of a reply: the last fenced block that builds a model, or the last one.

    With `complete` False the reply is known to be cut off: then only a block that was closed counts, since half a
    program may well run, with half of its constraints. Raises ParseError when there is no program, it is cut off, or
    it is not Python (line and reason named).
    """
    text = strip_thoughts(reply)
    if not text:
        raise ParseError("the reply holds nothing but the model's thoughts" if reply.strip() else "the reply is empty")
    blocks = [block for block in fences(text) if block.language in _PYTHON or not block.language]
    chosen = next((block for block in reversed(blocks) if _builds_model(block.body)), blocks[-1] if blocks else None)
    if chosen is not None:
        if not chosen.closed and (not complete or _syntax_error(chosen.body)):
            raise ParseError(f"the program is cut off after {_quote(chosen.body[-60:], end=True)}")
        _require_python(chosen.body)
        return Found(chosen.body, text[: chosen.start].strip())
    if complete and _builds_model(text) and not _syntax_error(text):
        return Found(text, "", ("the program was not fenced",))
    raise ParseError(f"the reply has no Python program; it begins {_quote(text)}")


def _builds_model(source: str) -> bool:
    return "build_model" in source or "ConcreteModel" in source


def _syntax_error(source: str) -> SyntaxError | ValueError | None:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError) as error:
        return error
    except (RecursionError, MemoryError):
        return ValueError("nested too deeply")
    return None


def _require_python(source: str) -> None:
    error = _syntax_error(source)
    if isinstance(error, SyntaxError):
        near = _quote((error.text or "").strip())
        raise ParseError(f"the program is not Python: line {error.lineno}: {error.msg}, near {near}")
    if error is not None:
        raise ParseError(f"the program is not Python: {error}")


def _quote(text: str, *, end: bool = False) -> str:
    line = " ".join(text.split())
    if len(line) > 60:
        line = "..." + line[-57:] if end else line[:57] + "..."
    return f"`{line}`"
