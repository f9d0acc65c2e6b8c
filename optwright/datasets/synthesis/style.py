"""The five ways a problem is written down: what stands around its statements and tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any

from optwright.datasets.synthesis.saying import Chooser

_QUESTION = re.compile(r"(how|which|could you|can you) |what (?!is (wanted|sought|asked|needed) is)", re.IGNORECASE)


class Style(StrEnum):
    """How a problem is written down."""

    TEXTBOOK = "textbook"
    EMAIL = "email"
    REPORT = "report"
    BULLETS = "bullets"
    DIALOGUE = "dialogue"


@dataclass(slots=True)
class Parts:
    """What there is to say, in order; tables are blocks of several lines that begin with `|`."""

    setting: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    goal: list[str] = field(default_factory=list)
    goal_first: bool = False
    field_names: Sequence[str] = ()
    """How the field of business is called, where the text may say it."""

    def sections(self) -> list[tuple[str, list[str]]]:
        """Return the parts that are not empty, by name, in their order."""
        named = [("setting", self.setting), ("data", self.data), ("rules", self.rules)]
        named.insert(1 if self.goal_first else 3, ("goal", self.goal))
        return [(name, blocks) for name, blocks in named if blocks]


@cache
def frames() -> Mapping[str, Mapping[str, Any]]:
    """Return the words around the statements, by style and place."""
    text = (files("optwright.datasets.synthesis") / "frames.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def write(parts: Parts, style: Style, chooser: Chooser) -> str:
    """Write everything down in one style."""
    return _WRITERS[style](parts, chooser)


def sentence(text: str) -> str:
    """Return a statement as a sentence: capital letter, full stop."""
    text = text.strip()
    if not text or "\n" in text or text.startswith("|"):
        return text
    end = "" if text.endswith((".", "?", "!", ":")) else "?" if _QUESTION.match(text) else "."
    return text[0].upper() + text[1:] + end


def _frame(chooser: Chooser, style: str, place: str, **slots: str) -> str:
    return sentence(chooser.text(frames()[style][place], **slots))


def _scene(parts: Parts, chooser: Chooser) -> str:
    if not parts.field_names:
        return ""
    return chooser.text(frames()["scene"]["says"], field=chooser.dice.choice(list(parts.field_names)))


def _paragraph(blocks: Sequence[str]) -> str:
    """Join sentences with blanks, tables with empty lines around them."""
    text = ""
    for block in blocks:
        if not block:
            continue
        table = block.startswith("|")
        joint = "" if not text else "\n\n" if table or text.rsplit("\n", 1)[-1].startswith("|") else " "
        text += joint + sentence(block)
    return text


def _joined(blocks: Sequence[str], place: str, chooser: Chooser) -> list[str]:
    """Put a joining word before some statements that begin with a small letter."""
    joined = []
    for at, block in enumerate(blocks):
        free = at > 0 and block[:1].islower() and not block.startswith("|") and not block.endswith(":")
        joined.append(
            chooser.text([f"{one}{{block}}" for one in frames()["join"][place]], block=block) if free else block
        )
    return joined


def _textbook(parts: Parts, chooser: Chooser) -> str:
    scene = _scene(parts, chooser)
    opening = [_frame(chooser, "textbook", "opening", scene=scene)]
    pieces = []
    for name, blocks in parts.sections():
        words = (
            _joined(blocks, {"rules": "rule", "goal": "goal"}.get(name, "data"), chooser)
            if name != "setting"
            else blocks
        )
        pieces.append(_paragraph([*opening, *words] if name == "setting" else words))
    closing = _frame(chooser, "textbook", "closing")
    joint = chooser.dice.choice([" ", "\n\n", " "])
    text = pieces[0]
    for piece in [*pieces[1:], closing]:
        table = text.rsplit("\n", 1)[-1].startswith("|") or piece.startswith("|")
        text += ("\n\n" if table else joint) + piece if piece else ""
    return text


def _email(parts: Parts, chooser: Chooser) -> str:
    names = frames()["names"]
    you, me, role, day = (chooser.dice.choice(names[key]) for key in ("you", "me", "role", "day"))
    paragraphs = [chooser.text(frames()["email"]["greeting"], you=you).capitalize().replace(you.lower(), you)]
    opening = chooser.text(frames()["email"]["opening"])
    for name, blocks in parts.sections():
        if name == "setting":
            blocks = [opening, *blocks]
        if name == "rules":
            blocks = [chooser.text(frames()["email"]["rules"]), *_joined(blocks, "rule", chooser)]
        paragraphs.append(_paragraph(blocks))
    paragraphs.append(_frame(chooser, "email", "closing", day=day))
    farewell = chooser.text(frames()["email"]["farewell"], me=me, role=role)
    paragraphs.append(farewell[0].upper() + farewell[1:])
    return "\n\n".join(paragraphs)


def _report(parts: Parts, chooser: Chooser) -> str:
    lines = [_heading(_frame(chooser, "report", "title"))]
    numbered = chooser.dice.random() < 0.4
    for name, blocks in parts.sections():
        lines.append(_heading(_frame(chooser, "report", name)))
        if name == "rules" and numbered:
            lines.append("\n".join(f"{at}. {sentence(block)}" for at, block in enumerate(blocks, 1)))
        else:
            lines.append(_paragraph(blocks))
    return "\n\n".join(lines)


def _heading(text: str) -> str:
    marks, _, words = text.rstrip(".").partition(" ")
    return f"{marks} {words[:1].upper()}{words[1:]}"


def _bullets(parts: Parts, chooser: Chooser) -> str:
    mark = chooser.dice.choice(frames()["bullets"]["mark"])
    groups = [_frame(chooser, "bullets", "opening")]
    for name, blocks in parts.sections():
        if name == "setting":
            groups.append(_paragraph(blocks))
            continue
        lines = [_frame(chooser, "bullets", name)]
        marks = count()
        for block in blocks:
            table = block.startswith("|")
            lines.append(f"\n{block}\n" if table else f"{_mark(mark, next(marks))} {sentence(block)}")
        groups.append("\n".join(line for line in lines if line).strip("\n"))
    return "\n\n".join(group for group in groups if group)


def _mark(mark: str, at: int) -> str:
    if mark == "1.":
        return f"{at + 1}."
    return f"({chr(97 + at)})" if mark == "(a)" and at < 26 else "-" if mark == "(a)" else mark


def _dialogue(parts: Parts, chooser: Chooser) -> str:
    names = frames()["names"]
    me, you = chooser.dice.choice(names["me"]), chooser.dice.choice(names["you"])
    asks, tells = chooser.text(frames()["dialogue"]["speakers"], you=you, me=me).split(":")
    turns, asked = [], ""
    for name, blocks in parts.sections():
        size = max(1, len(blocks)) if name in ("setting", "goal") else chooser.dice.choice([3, 4, 6])
        for start in range(0, len(blocks), size):
            place = "start" if name == "setting" else name
            asked = next((one for one in (_frame(chooser, "dialogue", place) for _ in range(4)) if one != asked), asked)
            turns.append(f"{asks}: {asked}")
            turns.append(f"{tells}: {_paragraph(blocks[start : start + size])}")
    if closing := _frame(chooser, "dialogue", "closing"):
        turns.append(f"{asks}: {closing}")
    return "\n\n".join(turns)


_WRITERS: dict[Style, Callable[[Parts, Chooser], str]] = {
    Style.TEXTBOOK: _textbook,
    Style.EMAIL: _email,
    Style.REPORT: _report,
    Style.BULLETS: _bullets,
    Style.DIALOGUE: _dialogue,
}
