"""Items on which a candidate fell short: what happened there, of which kinds it is, and how a model is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.quotation import MARK, line, quoted
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Exemplar, Round

QUESTION, EVIDENCE, ANSWER = 700, 1_600, 120
"""Characters shown of an item's question, of what happened on it, and of its answer."""
_LINES = 12
_VARYING = re.compile(r"""\d+(?:[.,]\d+)*|'[^'\n]{0,60}'|"[^"\n]{0,60}"|`[^`\n]{0,60}`""")


@dataclass(frozen=True, slots=True)
class Miss:
    """An item that a candidate did not get whole."""

    item: str
    score: float
    evidence: str = ""
    question: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A line of evidence, and on how many items it stands; dots stand for numbers and names that differ."""

    line: str
    count: int


def misses(score: Score, given: Round) -> list[Miss]:
    """Return where a candidate fell short, the worst first.

    Short of the upper bound of the scores; where nothing bounds them, of the highest known of each item.
    """
    known = {one.id: one for one in given.task.exemplars}
    top = dict.fromkeys(score.items, given.task.bounds[1]) if given.task.bounds else _highest(given.ledger)
    found = []
    for item, value in score.items.items():
        evidence = score.evidence.get(item, "")
        if value < top.get(item, value) or (evidence and not given.task.bounds):
            about = known.get(item, Exemplar(item, ""))
            found.append(Miss(item, value, evidence, about.question, about.answer))
    return sorted(found, key=lambda miss: (miss.score, miss.item))


def perfect(score: Score, given: Round) -> bool:
    """Whether no candidate can be better: every item has the upper bound of the scores."""
    return given.task.bounds is not None and score.mean >= given.task.bounds[1]


def _highest(ledger: Ledger) -> dict[str, float]:
    found: dict[str, float] = {}
    for entry in ledger.scored:
        for item, value in (entry.score.items if entry.score else {}).items():
            found[item] = max(value, found.get(item, value))
    return found


def kinds(found: Iterable[Miss]) -> list[Kind]:
    """Return what the evidence says by kind, the most frequent first; a kind counts once for an item."""
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for miss in found:
        named = {_VARYING.sub("...", one).casefold(): one for one in _lines(miss.evidence)}
        counts.update(named.keys())
        for key, one in named.items():
            shown[key] = one if shown.get(key, one) == one else _VARYING.sub("...", shown[key])
    return [Kind(shown[key], count) for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def _lines(evidence: str) -> Iterator[str]:
    parts = [part for part in evidence[: 4 * EVIDENCE].splitlines() if part.strip()]
    return (line(part, 160) for part in parts[:_LINES])


def tell_kinds(found: Sequence[Miss], tried: int, most: int = 8) -> str:
    """Say how many of the items tried fell short and of which kinds that is, with counts; bounded in length."""
    if not found:
        return f"None of the {tried} items fell short."
    told = kinds(found)
    head = f"{len(found)} of {tried} items fell short."
    if not told:
        return f"{head} The scorer does not say why."
    lines = [f"{MARK}on {kind.count} of them: {kind.line}" for kind in told[:most]]
    more = [f"(and {len(told) - most} rarer kinds)"] if len(told) > most else []
    return "\n".join([f"{head} What the scorer reports:", *lines, *more])


def tell(found: Sequence[Miss]) -> str:
    """Show some misses whole, each bounded in length; a few sentences when there are none."""
    return "\n\n".join(map(_tell, found)) or "None is known. Judge by the scores and by what the task asks for."


def _tell(miss: Miss) -> str:
    lines = [f"Item {line(miss.item, 60)}, score {miss.score:g}"]
    if miss.question:
        lines += ["The question:", quoted(miss.question, QUESTION)]
    if miss.answer:
        lines += ["The answer wanted:", quoted(miss.answer, ANSWER)]
    if miss.evidence:
        lines += ["What happened:", quoted(miss.evidence, EVIDENCE)]
    return "\n".join(lines)
