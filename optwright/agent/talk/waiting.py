"""Questions that wait for an answer, and what an answer in words decides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from optwright.agent.talk.phrases import phrase
from optwright.agent.talk.plan import Plan
from optwright.agent.talk.turn import Question

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_CHOICE = re.compile(
    r"\W*(?:(?:i (?:mean|meant|choose|want)|take|use|choose|option|reading|number|no\.?|the|version|it'?s|is)\W+)*"
    rf"(?:#?(?P<digit>[1-6])|(?P<word>{'|'.join(_ORDINALS)})|(?P<last>last|latter)|(?P<former>former))"
    r"(?:\W+(?:one|reading|option|of them|please))*\W*",
    re.IGNORECASE,
)


def chosen(said: str, count: int) -> int | None:
    """Return which of `count` options the words name, counted from 0; None where they name none."""
    if (match := _CHOICE.fullmatch(said)) is None:
        return None
    if match["digit"]:
        number = int(match["digit"]) - 1
    elif match["word"]:
        number = _ORDINALS.index(match["word"].lower())
    else:
        number = 0 if match["former"] else count - 1
    return number if number < count else None


def goes_on(said: str) -> bool:
    """Whether the words leave it to the assumptions."""
    return phrase("commands", "go_on").fullmatch(said) is not None


def assumed(questions: Sequence[Question]) -> tuple[str, ...]:
    """Return what is assumed where the questions are left open."""
    return tuple(question.assumption for question in questions if question.assumption)


def text(plan: Plan) -> str:
    """Put the questions of a plan to the user, options numbered."""
    lines = [plan.note] if plan.note else []
    numbered = len(plan.questions) > 1
    for number, question in enumerate(plan.questions, 1):
        lines.append(f"{f'{number}. ' if numbered else ''}{question.text}")
        if question.why:
            lines.append(f"   {question.why}" if numbered else question.why)
        if question.assumption:
            lines.append(f"{'   ' if numbered else ''}Otherwise I assume: {question.assumption}")
    if plan.options:
        lines.append('Say its number, or "go on" to have that assumed.')
    elif any(question.assumption for question in plan.questions):
        lines.append('Answer in your own words, or say "go on" to have it assumed.')
    return "\n".join(lines)
