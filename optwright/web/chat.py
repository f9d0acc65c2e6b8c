"""The conversation as the page shows it: one message a side and turn, nothing of it read as HTML or mathematics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from optwright.agent.context import Progress
from optwright.agent.talk.turn import Turn
from optwright.web.markup import dashed, paragraphs, plain

Message = dict[str, Any]
_WORDS = {
    "retrieve": "looking for experience",
    "formulate": "the language model formulates",
    "read": "reading offline",
    "clarify": "looking for what is missing",
    "check": "checking the formulation",
    "program": "writing the program",
    "execute": "solving",
    "verify": "checking the answer",
    "repair": "repairing",
    "explain": "explaining",
}
_QUIET = frozenset({"retrieve", "explain"})


def messages(turns: Sequence[Turn]) -> list[Message]:
    """Return the whole conversation."""
    return [message for turn in turns for message in (user(turn.said), answer(turn))]


def user(said: str) -> Message:
    """Return what the user said as a message."""
    return {"role": "user", "content": paragraphs(said) or "(nothing)"}


def answer(turn: Turn) -> Message:
    """Return what came back as a message, with what it cost and what was asked where."""
    return {"role": "assistant", "content": f"{dashed(turn.text)}\n\n{_foot(turn)}"}


def notice(text: str) -> Message:
    """Return a line of the app itself: a refusal, a failure. It is not part of the conversation."""
    return {"role": "assistant", "content": paragraphs(text), "metadata": {"title": "Not done"}}


def line(text: str) -> str:
    """Return one line of the app itself, for a note beside a tab's content."""
    return f"*{plain(text)}*"


def working(steps: Sequence[Progress], ahead: int | None) -> Message:
    """Return the message that tells what is going on: the steps so far, or how many requests come first."""
    if ahead is not None:
        first = "the next free place" if ahead == 0 else f"{ahead} requests of others"
        return _busy("Waiting", f"Waiting for {first}.")
    done = [step for step in steps if step.step is not None and step.name not in _QUIET]
    current = next((step.name for step in reversed(steps) if step.step is None), "")
    lines = [f"- {_line(step)}" for step in done[-12:]]
    return _busy(f"Working: {_WORDS.get(current, current or 'starting')}", "\n".join(lines) or "Starting.")


def _busy(title: str, content: str) -> Message:
    return {"role": "assistant", "content": content, "metadata": {"title": title, "status": "pending"}}


def _line(progress: Progress) -> str:
    assert progress.step is not None, "only steps that are over are told"
    evidence = progress.step.evidence
    found = evidence.trouble or next(iter(evidence.notes), "")
    tail = f": {plain(found.splitlines()[0], 160)}" if found else ""
    return f"{_WORDS.get(progress.name, plain(progress.name))}, {progress.step.seconds:.2f} s{tail}"


def _foot(turn: Turn) -> str:
    parts = [f"version {turn.version}"] if turn.version is not None else []
    parts.append(f"{turn.seconds:.1f} s")
    if turn.model:
        parts.append(f"asked {turn.model}: {turn.usage.calls} calls, {turn.usage.tokens} tokens")
    else:
        parts.append("nothing left this machine")
    return f"*{plain(', '.join(parts))}*"
