"""The phrases of phrases.toml, compiled: how people say what the grammar of follow-ups understands."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def phrase(group: str, name: str) -> re.Pattern[str]:
    """Return a phrase, letters' case ignored; a command with what may stand around it."""
    everything = _everything()
    text = _joined(everything[group][name])
    if group == "commands":
        text = rf"\W*{_joined(everything['polite'])}(?:{text}){_joined(everything['end'])}"
    return re.compile(text, re.IGNORECASE)


@cache
def _everything() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("optwright.agent.talk") / "phrases.toml").read_text(encoding="utf-8"))


def _joined(lines: object) -> str:
    return "".join(str(lines).splitlines())
