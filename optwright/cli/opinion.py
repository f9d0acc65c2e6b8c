"""What a user of the chat says of an answer, and which insights it was written with."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from optwright.errors import InputError

if TYPE_CHECKING:
    from optwright.agent.dialogue import Dialogue


def shown(dialogue: Dialogue, insights: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Say which insights an answer was written with, one line each."""
    from optwright.experience.insight import number_of

    used = set(insights.get("used", ()))
    shelf = dialogue.settings.shelf
    known = shelf.library.find(map(number_of, insights["shown"])) if shelf is not None else []
    conditions = {one.id: one.content.condition for one in known}
    for name in insights["shown"]:
        yield f"{name} {'followed' if name in used else 'shown'}: {conditions.get(name, 'is not in this library')}"


def judge(dialogue: Dialogue, verdict: str, words: str) -> None:
    """Keep a verdict on the current answer (`good`, `bad`, `lesson`) and say what became of it.

    Raises InputError where there is no answer, it is rated already, or the library cannot be written.
    """
    from optwright.cli.feedback import keep, thumb
    from optwright.eval.lessons.feedback import answer_of, correction_of, rated

    shelf, now = dialogue.settings.shelf, dialogue.current
    if shelf is None or now is None:
        raise InputError("there is no answer to judge yet; tell a problem first")
    library = shelf.library.by(f"{getpass.getuser()} in the chat")
    answer = answer_of(dialogue, now)
    if verdict == "good" or (verdict == "bad" and not (words and answer.task in rated(library, answer.talk))):
        thumb(library, answer, up=verdict == "good", more=bool(words))
    if verdict == "lesson" or (verdict == "bad" and words):
        keep(library, correction_of(dialogue, words, changed=verdict == "lesson"), dialogue.model)
