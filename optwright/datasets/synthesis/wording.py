"""Turns of phrase that many families share: a short name in angle brackets stands for its alternatives."""

from __future__ import annotations

import re
from dataclasses import replace

from optwright.datasets.synthesis.draft import Draft

TURNS = {
    "a firm": "[a firm|a company|a small company|a business|a family firm|an enterprise]",
    "at least": "[at least|no fewer than|a minimum of|not less than|no less than]",
    "least": "[at least|no less than|not less than]",
    "most": "[at most|no more than|not more than]",
    "at most": "[at most|no more than|a maximum of|not more than|up to]",
    "must": "[must|have to|need to|should]",
    "must_s": "[must|has to|needs to|should]",
    "can": "[can|may]",
    "costs": "[costs|is priced at|comes to|requires an outlay of]",
    "each": "[each|every|a single|one]",
    "each of": "[each|every]",
    "earns": "[earns|brings in|yields|makes|generates|gives]",
    "needs": "[needs|requires|takes|uses|calls for]",
    "wants": "[wants|wishes|would like|intends|plans]",
    "available": "[available|at hand|to be had|on offer]",
    "there are": "[there are|one has]",
    "exactly": "[exactly|precisely|just]",
    "whole": "[whole|integral|complete]",
    "because": "[because|since|as]",
}


def ways(*texts: str) -> tuple[str, ...]:
    """Return the texts with every `<turn>` written out. Raises KeyError for an unknown turn."""
    return tuple(re.sub(r"<([^<>]+)>", lambda found: TURNS[found[1]], text) for text in texts)


_MOST = "[maximise|maximize]"
_LEAST = "[minimise|minimize]"
_WANTED = "[what is wanted|what is sought|the question] is {task} [for|to get|to reach] the"
_LARGE = "[as large as possible|as high as possible|largest|greatest]"
_SMALL = "[as small as possible|as low as possible|smallest|least]"
_POSSIBLE = "[that is possible|that can be reached|possible]"
_GOALS = {
    "maximize": (
        f"[the aim is to|the goal is to|the objective is to|it is desired to] {_MOST} {{noun}}",
        f"[decide|determine|find out|work out] {{task}} [in order to|so as to|to] {_MOST} {{noun}}",
        f"[decide|determine|find|choose] {{task}} so that {{noun}} is {_LARGE}",
        f"{_WANTED} [largest|highest|greatest] possible {{bare}}",
        "{noun} [should|is to|must|has to] be [as large as possible|as high as possible|maximised|maximized]",
        f"[find|give|determine] the [largest|highest|greatest|maximum] {{bare}} {_POSSIBLE}",
        "what is the [largest|highest|greatest|maximum] [possible |]{bare}",
    ),
    "minimize": (
        f"[the aim is to|the goal is to|the objective is to|it is desired to] {_LEAST} {{noun}}",
        f"[decide|determine|find out|work out] {{task}} [in order to|so as to|to] {_LEAST} {{noun}}",
        f"[decide|determine|find|choose] {{task}} so that {{noun}} is {_SMALL}",
        f"{_WANTED} [smallest|lowest|least] possible {{bare}}",
        "{noun} [should|is to|must|has to] be [as small as possible|as low as possible|minimised|minimized]",
        f"[find|give|determine] the [smallest|lowest|least|minimum] {{bare}} {_POSSIBLE}",
        "what is the [smallest|lowest|least|minimum] [possible |]{bare}",
    ),
}


def goal(draft: Draft, sense: str, expression: str, noun: str, task: str) -> None:
    """Add the objective with the fact that tells it.

    Args:
        draft: what it is added to.
        sense: `maximize` or `minimize`.
        expression: what is optimised.
        noun: what people call it, without article: "total profit".
        task: what is decided, as an indirect question: "how many units of each product to make".
    """
    noun = re.sub(r", ([^,()]+)$", r" (\1)", noun)
    draft.objective(sense, expression, noun)
    told = [way.format(noun=f"the {noun}", bare=noun, task=task) for way in _GOALS[sense]]
    if task.startswith("how ") and " to " in task:
        asked = task.replace(" to ", " [should one|must one|does one have to] ", 1)
        told.append(f"{asked} [in order to|so as to|to] {_MOST if sense == 'maximize' else _LEAST} the {noun}")
    draft.fact(*ways(*told), tells=["objective"], place="goal")


def whole(draft: Draft, variable: str, noun: str) -> None:
    """Add the fact that a variable takes whole numbers; `noun` is what is counted: "vans"."""
    draft.fact(
        *ways(
            f"only <whole> numbers of {noun} [are possible|make sense|are allowed|can be chosen]",
            f"the [number|numbers] of {noun} must be [whole|integer|integral]",
            f"{noun} [cannot be split|cannot be divided|are indivisible|come in whole numbers only]",
        ),
        tells=[variable],
        place="rule",
    )


def in_prose(draft: Draft) -> None:
    """Take the headings off all facts, so that sentences tell them and no table."""
    draft.facts[:] = [replace(fact, heading="") for fact in draft.facts]
