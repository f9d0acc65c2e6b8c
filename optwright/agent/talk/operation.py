"""What a sentence does to a number: sets it, limits it, scales it, adds to it; and the words that say to which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from optwright.agent.talk.numbers import NUMBER, SHARE, WORD_NUMBER, read_number
from optwright.agent.talk.slots import Side

_N = rf"(?:[$€£]\s?)?(?P<n>{NUMBER}|{WORD_NUMBER})"
_LIMIT = rf"(?:[$€£]\s?)?(?P<n>{NUMBER}|{SHARE}|{WORD_NUMBER})"
_UP = (
    r"more|higher|larger|greater|bigger|longer|dearer|costlier|extra|additional|"
    r"(?:goes|go|going|went|move[sd]?) up|up(?= by)|"
    r"increas\w*|rais\w*|ris\w*|rose|gr[eo]w\w*|add\w*|gain\w*|expand\w*|another"
)
_DOWN = (
    r"less|fewer|lower\w*|smaller|shorter|cheaper|(?:goes|go|going|went|move[sd]?|comes?) down|down(?= by)|off|"
    r"decreas\w*|reduc\w*|cut\w*|drop\w*|f[ae]ll\w*|los[et]\w*|"
    r"shrink\w*|sink\w*|declin\w*|remov\w*"
)
_PERCENT = r"(?:%|percent|per cent)"
HYPOTHETICAL = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay|now|hm+)\W+)*"
    r"(?:what (?:if|happens (?:if|when)|would happen (?:if|when)|would (?:it|that) be if|about if|about|"
    r"would change if|changes if)|"
    r"how (?:about|would \w+ change if|would (?:it|that|the \w+) (?:be|change|look) if)|"
    r"if|suppose(?: that)?|assume(?: that)?|imagine(?: that)?|would it help (?:if|to)|does it help (?:if|to)|"
    r"let'?s (?:say|assume|suppose)(?: that)?|try(?: it)? (?:with|if)?)\b\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing done to one number."""

    kind: str
    """`set`, `scale` or `add`."""
    value: float
    side: Side | None = None
    """The limit that it is to be, where the sentence says so."""
    old: float | None = None
    """The number that it replaces, where the sentence says so."""
    percent: bool = False
    """Whether the number was a percentage."""
    rest: str = ""
    """The sentence without the operation."""

    def on(self, before: float) -> float:
        """Return the number after the operation."""
        if self.kind == "scale":
            return before * self.value
        if self.kind == "add":
            return before + self.value
        return self.value * 100 if self.percent and before > 1 else self.value


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(
        pattern.replace("<N>", _N).replace("<L>", _LIMIT).replace("<UP>", _UP).replace("<DOWN>", _DOWN), re.IGNORECASE
    )


_OLD = re.compile(
    rf"\b(?:instead of|rather than|not|in place of)\s+(?:only\s+)?(?:[$€£]\s?)?(?P<old>{NUMBER}|{WORD_NUMBER})"
    r"(?!\s*(?:%|to\s))",
    re.IGNORECASE,
)
DIRECTION = re.compile(rf"\b(?:{_UP}|{_DOWN})\b", re.IGNORECASE)
"""Words that say which way a number goes, once it is known by how much."""
_FROM = re.compile(rf"\bfrom\s+(?:[$€£]\s?)?(?P<old>{NUMBER})(?=\s+to\b)", re.IGNORECASE)
_RULES: tuple[tuple[re.Pattern[str], str, float], ...] = (
    # percentages: by 10% more, 10% more, up by 10%, increases 10%
    (_rule(rf"\b(?:<DOWN>)\b(?P<mid>[^%\d]*?)\b(?:by\s+)?(?P<n>[\d.,]+)\s?{_PERCENT}"), "percent", -1),
    (_rule(rf"\b(?:<UP>)\b(?P<mid>[^%\d]*?)\b(?:by\s+)?(?P<n>[\d.,]+)\s?{_PERCENT}"), "percent", 1),
    (_rule(rf"\b(?:by\s+)?(?P<n>[\d.,]+)\s?{_PERCENT}\s*(?P<mid>(?:\w+\s+){{0,2}}?)(?:<DOWN>)\b"), "percent", -1),
    (_rule(rf"\b(?:by\s+)?(?P<n>[\d.,]+)\s?{_PERCENT}\s*(?P<mid>(?:\w+\s+){{0,2}}?)(?:<UP>)\b"), "percent", 1),
    (_rule(rf"\b(?:by\s+)?(?P<n>{SHARE})\s*(?P<mid>)(?:<DOWN>)\b"), "part", -1),
    (_rule(rf"\b(?:by\s+)?(?P<n>{SHARE})\s*(?P<mid>)(?:<UP>)\b"), "part", 1),
    # limits
    (
        _rule(
            r"\b(?:at (?:the )?most|no more than|not more than|a? ?max(?:imum)?(?: of)?|"
            r"(?<!goes )(?<!go )(?<!went )up to|limit(?:ed)? to|"
            r"cap(?:ped)? at|less than or equal to|not (?:exceed|above|over)|no(?:t)? (?:higher|greater|larger) than|"
            r"below|under)\s+<L>(?P<mid>)"
        ),
        "<=",
        0,
    ),
    (
        _rule(
            r"\b(?:at (?:the )?least|no (?:less|fewer) than|not (?:less|fewer) than|a? ?min(?:imum)?(?: of)?|"
            r"greater than or equal to|not below|not under|above|over|more than)\s+<L>(?P<mid>)"
        ),
        ">=",
        0,
    ),
    (_rule(r"(?:<=|≤)\s*<L>(?P<mid>)"), "<=", 0),
    (_rule(r"(?:>=|≥)\s*<L>(?P<mid>)"), ">=", 0),
    (_rule(r"<L>(?P<mid>\s+\w+)?\s+or (?:more|above)\b"), ">=", 0),
    (_rule(r"<L>(?P<mid>\s+\w+)?\s+or (?:less|fewer|below)\b"), "<=", 0),
    (_rule(r"\b(?:exactly|precisely)\s+<L>(?P<mid>)"), "==", 0),
    # factors in words
    (_rule(r"\b(?:doubl\w*|twice(?: as (?:much|many|high|large|long))?(?: the)?|two times)\b(?P<mid>)"), "factor", 2.0),
    (_rule(r"\b(?:tripl\w*|three times|thrice)\b(?P<mid>)"), "factor", 3.0),
    (_rule(r"\b(?:halv\w*|half(?: as (?:much|many|high|large|long))?(?: (?:of )?the)?)\b(?P<mid>)"), "factor", 0.5),
    # steps: 5 more hours, raise it by 5
    (_rule(r"\b(?:<DOWN>)\b(?P<mid>.*?)\bby\s+<N>"), "step", -1),
    (_rule(r"\b(?:<UP>)\b(?P<mid>.*?)\bby\s+<N>"), "step", 1),
    (_rule(r"(?<!than )<N>(?P<mid>(?:\s+\w+)?)\s+(?:more|additional|extra|further|higher|longer)\b"), "step", 1),
    (_rule(r"\b(?:an?|one)\s+(?:additional|extra|more|further)(?P<mid>)(?P<n>)"), "one", 1),
    (_rule(r"\b(?:additional|extra|another|add|plus)\s+<N>(?P<mid>)"), "step", 1),
    (_rule(r"\b(?:remove|minus|subtract|take away)\s+<N>(?P<mid>)"), "step", -1),
    (_rule(r"<N>(?P<mid>(?:\s+\w+)?)\s+(?:less|fewer|lower|shorter|cheaper)\b"), "step", -1),
    # everything else that has a number sets it
    (_rule(r"(?:(?:\b(?:to|at|is|are|was|were|be|only|just)\b|=)\s+)?<N>(?P<mid>)"), "set", 0),
)


def read(text: str) -> Operation | None:
    """Return the operation of a sentence, None where it has none or its numbers are too many."""
    old: float | None = None
    if (match := _FROM.search(text) or _OLD.search(text)) is not None:
        old = read_number(match["old"])
        text = f"{text[: match.start()]} {text[match.end() :]}"
    for pattern, kind, sign in _RULES:
        match = pattern.search(text)
        if match is not None and (operation := _made(match, kind, sign)) is not None:
            rest = f"{text[: match.start()]} {match['mid'] or ''} {text[match.end() :]}"
            if _numbers(rest):
                return None
            percent = re.search(rf"{_PERCENT}|{SHARE}", match[0], re.IGNORECASE) is not None
            return Operation(operation[0], operation[1], operation[2], old, percent, rest)
    return None


def _made(match: re.Match[str], kind: str, sign: float) -> tuple[str, float, Side | None] | None:
    if kind == "factor":
        return "scale", sign, None
    if kind == "one":
        return "add", sign, None
    number = read_number(match["n"])
    if number is None:
        return None
    if kind == "percent":
        return "scale", 1 + sign * number / 100, None
    if kind == "part":
        return "scale", 1 + sign * number, None
    if kind == "step":
        return "add", sign * number, None
    return "set", number, None if kind == "set" else Side(kind)


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)
