"""What is to be best, and which column measures it."""

from __future__ import annotations

import re

from optwright.offline import lexicon
from optwright.offline.candidate import Candidate
from optwright.offline.quantities import Column, Quantity, meanings, root
from optwright.offline.tokens import Sentence, stem

PRICES = frozenset({"sell", "sold", "pric", "revenu", "sal"})
PROFITS = frozenset({"profit", "earn", "gain", "margin"})
_ENDS = re.compile(r"[,.?]| (?:while|given|subject|to|by|if|such|and) ")
_STARTS = re.compile(r"\b(?:that|so|keep|make|while|and)\b|,")


def find_objective(candidate: Candidate, lines: list[Sentence]) -> None:
    """Find what is to be best and which column measures it."""
    found = [
        (match, text, line.text)
        for line, text in ((line, " ".join(token.text for token in line.tokens)) for line in lines)
        for match in lexicon.SENSE.finditer(text)
    ]
    if not found:
        candidate.trouble.append("no word says what is to be as large or as small as possible")
        return
    match, text, candidate.goal_quote = next((one for one in found if "imi" in one[0][0].lower()), found[0])
    candidate.sense = "minimize" if match["min"] or match["low"] else "maximize"
    if lexicon.RATIO_GOAL.match(text[match.end() :]):
        candidate.trouble.append("the objective is a quotient, which this grammar does not read")
    behind = match["low"] or match["high"]
    about = _words(_STARTS.split(text[: match.start()])[-1] if behind else text[match.start() :])
    wanted = Quantity(set().union(*(meanings(word) for word in about)))
    wanted.money = bool(wanted.strong & {"$cost", "$gain"})
    candidate.worth = wanted.money and "number" not in about[:6]
    named = {stem(word) for word in re.split(r"[.?!] ", text[match.start() :])[0].split()}
    _choose(candidate, wanted, about, named if "number" in about[:4] else set())
    _profit(candidate, wanted)


def _words(text: str) -> list[str]:
    """Return the stems of what is to be best, up to the next clause; a letter belongs to the word before it."""
    words: list[str] = []
    before = ""
    for word in _ENDS.split(text.strip(), maxsplit=1)[0].split()[:15]:
        if len(word) == 1 and (word.isupper() or word.isdigit()) and words:
            words[-1] += word
        elif before not in {"per", "every", "each", "an"}:
            words.append(stem(word.strip("()'\"")))
        before = word.lower()
    return words


def _choose(candidate: Candidate, wanted: Quantity, about: list[str], named: set[str]) -> None:
    """Choose the column that fits the words best, one item that is counted, or the number of all items."""
    number = "number" in about[:4]
    heads = {meaning for item in candidate.items for word in item.heads | item.keys for meaning in meanings(word)}
    heads = {meaning for meaning in heads & wanted.strong if meaning[0] not in "$~"}
    total = 1.7 * len(heads) * (0.5 if "amount" in about[:4] else 1.0) + 0.8 * number
    counted = [at for at, item in enumerate(candidate.items) if item.keys & named]
    ranked = sorted(candidate.variable, key=lambda column: -_value(column, wanted, number=number))
    scores = [_value(column, wanted, number=number) for column in ranked]
    if len(counted) == 1 and not candidate.items[counted[0]].symbol:
        counts = {item: float(item == counted[0]) for item in range(len(candidate.items))}
        candidate.goal = Column(Quantity(label=f"counts {candidate.items[counted[0]].name}"), counts)
        candidate.columns.append(candidate.goal)
    elif scores and scores[0] > total:
        candidate.goal = ranked[0]
        candidate.doubt += 0.4 * (scores[1:2] == scores[:1])
    timeless = "~time" in wanted.strong and not any(column.quantity.unit for column in candidate.variable)
    candidate.vague = candidate.goal is None and total <= 0 and not timeless


def _value(column: Column, wanted: Quantity, *, number: bool) -> float:
    """How well a column fits the words of the objective; `number`: it counts something."""
    quantity = column.quantity
    worth = {"$gain"} if quantity.strong else {"$gain", "$cost"}
    alien = wanted.money and not quantity.money and not quantity.weak & worth
    value = 2.0 * len(wanted.strong & quantity.strong)
    value += 0.0 if number or alien else 1.5 * len(wanted.strong & quantity.weak)
    value += 0.3 * (wanted.money and quantity.money)
    value -= 1.0 * ("$gain" in wanted.strong and "$cost" in quantity.words and "$gain" not in quantity.words)
    return value + (number and bool(quantity.label) and root(quantity.label.split()[0]) in wanted.strong)


def _profit(candidate: Candidate, wanted: Quantity) -> None:
    """Profit where only a price and a cost are given is their difference; a cost alone is never to be maximised."""
    goal = candidate.goal
    if goal is None or candidate.sense == "minimize":
        return
    words = goal.quantity.words
    costs = [column for column in candidate.variable if column is not goal and _is_cost(column)]
    if "profit" in wanted.strong and words & PRICES and not words & PROFITS:
        candidate.minus = costs[0] if len(costs) == 1 else None
        candidate.doubt += 0.8 * (len(costs) > 1)
    lone = sum(column.quantity.money for column in candidate.variable) == 1 and "$gain" in wanted.strong
    if "$cost" in words - wanted.strong and not lone and "$gain" not in words and "$" not in words & wanted.strong:
        candidate.trouble.append("what is to be maximized looks like a cost")


def _is_cost(column: Column) -> bool:
    words = column.quantity.words
    return column.quantity.money and "$cost" in words and not words & {"sell", "sold", "pric"}


def last_resort(candidate: Candidate) -> None:
    """The one quantity of all items that no limit is about must be what the objective means."""
    if candidate.vague:
        unused = [column for column in candidate.unused() if len(column.values) == len(candidate.items)]
        if len(unused) == 1:
            candidate.goal = unused[0]
            candidate.doubt += 0.3
        else:
            candidate.trouble.append(f"nothing measures what is to be {candidate.sense}d")
