"""Messages that need no look at the model: undo, restore, keep, relax, export, help, and a whole new problem."""

from __future__ import annotations

import re

from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.version import Version

FORMATS = {
    "py": r"pyomo|python|py|\.py|program|source|code|script",
    "ipynb": r"jupyter|ipynb|\.ipynb|notebook",
    "lp": r"\.?lp(?:[- ](?:file|format))?",
    "mps": r"\.?mps(?:[- ](?:file|format))?",
    "json": r"\.?json(?:[- ](?:file|format))?|formulation",
}
_POLITE = (
    r"(?:(?:please|ok|okay|yes|now|and|then|so|well|can you|could you|would you|i want to|i'd like to|let'?s)\W+)*"
)
_END = r"(?:\W+(?:please|now|again|thanks|thank you|for me))*\W*"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\W*{_POLITE}(?:{pattern}){_END}", re.IGNORECASE)


_UNDO = _whole(
    r"undo(?: (?:it|that|this|the last (?:change|step|edit)|my last (?:change|edit)))?|"
    r"(?:go|step|take (?:it|that)) back(?: (?:one|a) (?:step|version))?|revert(?: (?:it|that|this))?|"
    r"take (?:it|that) back|back to (?:the )?(?:previous|last)(?: (?:one|version|model))?"
)
_RESTORE = _whole(
    r"(?:(?:go |return |switch |change )?back to|restore|return to|revert to|use|load) (?:the )?"
    r"(?:version|model|number|no\.?)? ?#?(?P<number>\d+)(?: again)?|"
    r"(?:(?:go |return )?back to|restore|return to|revert to) (?:the )?"
    r"(?P<first>first|original|initial|start|beginning)"
    r"(?: (?:version|model|one))?"
)
_KEEP = _whole(
    r"keep (?:it|that|this|them|the change|the what-?if|the scenario|those changes|this version)|"
    r"(?:make|let) (?:it|that) (?:permanent|stay)|adopt (?:it|that)|(?:use|take|accept|apply) (?:it|that)|"
    r"go (?:on )?with (?:it|that)|keep"
)
_RELAX = _whole(
    r"relax(?: (?:it|that|them|this|the (?:limits?|constraints?|requirements?|model|problem)))?"
    r"(?: as (?:offered|said|proposed|suggested))?|"
    r"(?:accept|apply|use|take|do|make) (?:the|that|this|your) (?:smallest )?(?:relaxation|change|proposal|suggestion)|"
    r"(?:make|get) (?:it|the (?:problem|model)) feasible|fix (?:it|that|the (?:problem|conflict|model))|"
    r"(?:accept|apply|do) (?:it|that)|resolve (?:it|the conflict)|loosen (?:it|them)"
)
_HELP = _whole(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?|help(?: me)?|\?+|"
    r"what (?:can|could) (?:you|i) (?:do|ask|say)(?: here| now)?|how does (?:this|it) work|what now|"
    r"what (?:are )?(?:my|the) options"
)
_ANSWER = _whole(
    r"(?:(?:show|give|tell|repeat)(?: me)? )?(?:the |that )?(?:answer|solution|result|results|plan|optimum)|"
    r"what (?:is|was|are|were) the (?:answer|solution|result|results|optimum|optimal solution|best plan)|solve(?: it)?"
)
_EXPORT = re.compile(
    rf"\W*{_POLITE}(?:export|save|download|write|give|show|get|send|hand|convert|dump)\b(?P<rest>.*)", re.IGNORECASE
)
_BARE_EXPORT = re.compile(r"\W*(?:export|download)\W*", re.IGNORECASE)
_NEW = re.compile(
    r"\W*(?:(?:a |here is a |here's a )?(?:new|another|different|next) problem|start over|new)\s*[:.\-]\s*",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"\b(maximi[sz]\w*|minimi[sz]\w*|how (?:many|much)|optimal\w*|optimi[sz]\w*|cheapest|"
    r"as (?:much|little|many|few) .{0,40}as possible|"
    r"best (?:plan|way|mix)|least cost|lowest cost|highest profit|what should|determine|formulate)\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\W*(?:what (?:if|happens|would|about)|and (?:if|what)|if |suppose|why|how about|change|set|make|increase|reduce|"
    r"raise|lower|instead|now |assume|let'?s say|also |actually|sorry)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
LEAST_WORDS, LEAST_NUMBERS = 20, 3


def read(said: str, version: Version | None) -> Plan | None:
    """Return the plan of a command; None where the message is none."""
    if _HELP.fullmatch(said):
        return Plan(Intent.HELP)
    if version is None:
        return None
    if _UNDO.fullmatch(said):
        return Plan(Intent.UNDO)
    if (match := _RESTORE.fullmatch(said)) is not None:
        return Plan(Intent.RESTORE, number=int(match["number"]) if match["number"] else 1)
    for pattern, intent in ((_RELAX, Intent.RELAX), (_KEEP, Intent.KEEP), (_ANSWER, Intent.ANSWER)):
        if pattern.fullmatch(said):
            return Plan(intent)
    return _export(said)


def _export(said: str) -> Plan | None:
    """Read `export it as lp`, `give me the program`, `save the model as a notebook`."""
    if _BARE_EXPORT.fullmatch(said):
        return Plan(Intent.EXPORT, export="py")
    match = _EXPORT.fullmatch(said)
    if match is None or len(said.split()) > 12:
        return None
    found = [name for name, words in FORMATS.items() if re.search(rf"(?<![\w.])(?:{words})(?!\w)", match["rest"], re.I)]
    return Plan(Intent.EXPORT, export=found[0]) if found else None


def tells_problem(said: str) -> bool:
    """Whether a message tells a whole problem rather than something about the one that is there."""
    if _NEW.match(said):
        return True
    long = len(said.split()) >= LEAST_WORDS and len(_NUMBER.findall(said)) >= LEAST_NUMBERS
    return long and _GOAL.search(said) is not None and _FOLLOWS.match(said) is None


def story(said: str) -> str:
    """Return a problem's words without what announces it as new."""
    return _NEW.sub("", said, count=1).strip() or said.strip()
