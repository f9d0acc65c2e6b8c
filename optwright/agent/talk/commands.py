"""Messages that need no look at the model: undo, restore, keep, relax, export, help, and a whole new problem."""

from __future__ import annotations

import re

from optwright.agent.talk.phrases import phrase
from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.version import Version

FORMATS = {
    "py": r"pyomo|python|py|\.py|program|source|code|script",
    "ipynb": r"jupyter|ipynb|\.ipynb|notebook",
    "lp": r"\.?lp(?:[- ](?:file|format))?",
    "mps": r"\.?mps(?:[- ](?:file|format))?",
    "json": r"\.?json(?:[- ](?:file|format))?|formulation",
}
_BARE_EXPORT = re.compile(r"\W*(?:export|download)\W*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LEAST_WORDS, LEAST_NUMBERS = 20, 3


def read(said: str, version: Version | None) -> Plan | None:
    """Return the plan of a command; None where the message is none."""
    if phrase("commands", "help").fullmatch(said):
        return Plan(Intent.HELP)
    if version is None:
        return None
    if (match := phrase("commands", "restore").fullmatch(said)) is not None:
        return Plan(Intent.RESTORE, number=int(match["number"]) if match["number"] else 1)
    for intent in (Intent.UNDO, Intent.RELAX, Intent.KEEP, Intent.ANSWER):
        if phrase("commands", intent).fullmatch(said):
            return Plan(intent)
    return _export(said)


def _export(said: str) -> Plan | None:
    """Read `export it as lp`, `give me the program`, `save the model as a notebook`."""
    if _BARE_EXPORT.fullmatch(said):
        return Plan(Intent.EXPORT, export="py")
    match = phrase("commands", "export").fullmatch(said)
    if match is None or len(said.split()) > 12:
        return None
    found = [name for name, words in FORMATS.items() if re.search(rf"(?<![\w.])(?:{words})(?!\w)", match["rest"], re.I)]
    return Plan(Intent.EXPORT, export=found[0]) if found else None


def tells_problem(said: str) -> bool:
    """Whether a message tells a whole problem rather than something about the one that is there."""
    if phrase("problems", "new").match(said):
        return True
    long = len(said.split()) >= LEAST_WORDS and len(_NUMBER.findall(said)) >= LEAST_NUMBERS
    return (
        long
        and phrase("problems", "goal").search(said) is not None
        and phrase("problems", "follows").match(said) is None
    )


def story(said: str) -> str:
    """Return a problem's words without what announces it as new."""
    return phrase("problems", "new").sub("", said, count=1).strip() or said.strip()
