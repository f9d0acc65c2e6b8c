"""What is to be best, and which column measures it."""

from __future__ import annotations

import re
from itertools import pairwise

from optwright.offline import lexicon
from optwright.offline.attributes import Column
from optwright.offline.candidate import Candidate
from optwright.offline.quantities import Quantity, meanings, root
from optwright.offline.tokens import Sentence, stem


def find_objective(candidate: Candidate, lines: list[Sentence]) -> None:
    """Find what is to be best and which column measures it."""
    found = []
    for line in lines:
        text = " ".join(token.text for token in line.tokens)
        for match in lexicon.SENSE.finditer(text):
            behind = match["low"] or match["high"]
            about = (
                re.split(r"\b(?:that|so|keep|make|while|and)\b|,", text[: match.start()])[-1]
                if behind
                else match[0] + text[match.end() :]
            )
            found.append(("minimize" if match["min"] or match["low"] else "maximize", about, line.text, match[0]))
    if not found:
        _presume(candidate, lines)
        return
    first = next((entry for entry in found if entry[0] and "imi" in entry[3].lower()), found[0])
    candidate.sense, candidate.goal_quote = first[0], first[2]
    if lexicon.RATIO_GOAL.match(first[1].split(" ", 1)[-1]):
        candidate.trouble.append("the objective is a quotient, which this grammar does not read")
    wanted = Quantity()
    for word in _after(first[1]):
        (wanted.strong).update(meanings(word))
    if "$cost" in wanted.strong or "$gain" in wanted.strong:
        wanted.money = True
    _choose(candidate, wanted, first[1])
    _profit(candidate, wanted)
    words = candidate.goal.quantity.strong | candidate.goal.quantity.weak if candidate.goal else set()
    candidate.worth = wanted.money and "number" not in _after(first[1])[:6]
    lone = sum(column.quantity.money for column in candidate.columns) == 1 and "$gain" in wanted.strong
    if candidate.sense == "maximize" and lone and "$cost" in words:
        candidate.doubt += 0.3
    elif (
        candidate.sense == "maximize"
        and "$cost" in words - wanted.strong
        and "$gain" not in words
        and not words & wanted.strong & {"$"}
    ):
        candidate.trouble.append("what is to be maximized looks like a cost")


def _presume(candidate: Candidate, lines: list[Sentence]) -> None:
    """Take a given profit for what is to be largest where the text asks for a plan and names no other aim."""
    asked = next((line.text for line in lines if lexicon.PLAN.search(line.text)), "")
    gains = [
        column
        for column in candidate.columns
        if column.quantity.money and _words(column) & {"profit", "revenu", "incom"}
    ]
    if not asked or len(gains) != 1 or any(_is_cost(column) for column in candidate.columns):
        candidate.trouble.append("no word says what is to be as large or as small as possible")
        return
    candidate.sense, candidate.goal, candidate.goal_quote = "maximize", gains[0], asked
    candidate.worth = True
    candidate.doubt += 0.4


def _words(column: Column) -> set[str]:
    return column.quantity.strong | column.quantity.weak


def _after(tail: str) -> list[str]:
    head = tail.replace(",", " , ").replace(".", " . ").replace("?", " ").split()
    words: list[str] = []
    for before, word in pairwise(["", *head[:15]]):
        if before.lower() in {"per", "every", "each", "a", "an"} and before.lower() != "a":
            continue
        if word in {",", ".", "while", "given", "subject", "to", "by", "if", "such", "and"} and words:
            break
        if len(word) == 1 and (word.isupper() or word.isdigit()) and words:
            words[-1] += word
        else:
            words.append(stem(word.strip("()'\"")))
    return words


def _choose(candidate: Candidate, wanted: Quantity, tail: str) -> None:
    words = {word for item in candidate.items for word in (*item.heads, *item.keys)}
    heads = {meaning for word in words for meaning in meanings(word) if meaning[0] not in "$~"}
    number = "number" in " ".join(_after(tail)[:4])
    ranked = [(_value(column, wanted, number=number), position) for position, column in enumerate(candidate.columns)]
    scores = sorted(ranked, key=lambda entry: (-entry[0], entry[1]))
    total = 1.7 * len(heads & wanted.strong) * (0.5 if "amount" in _after(tail)[:4] else 1.0) + 0.8 * number
    single = _single(candidate, tail) if number else None
    if single is not None:
        counts = {item: float(item == single) for item in range(len(candidate.items))}
        candidate.goal = Column(Quantity(label=f"counts {candidate.items[single].name}"), counts, [])
        candidate.columns.append(candidate.goal)
    elif scores and scores[0][0] > total:
        candidate.goal = candidate.columns[scores[0][1]]
        if len(scores) > 1 and scores[1][0] == scores[0][0]:
            candidate.doubt += 0.4
    elif total <= 0:
        _fall_back(candidate, wanted)


def _value(column: Column, wanted: Quantity, *, number: bool) -> float:
    """How well a column fits the words of the objective; `number`: it counts something."""
    quantity = column.quantity
    worth = {"$gain"} if quantity.strong else {"$gain", "$cost"}
    alien = wanted.money and not quantity.money and not quantity.weak & worth
    value = 2.0 * len(wanted.strong & quantity.strong)
    if not number and not alien:
        value += 1.5 * len(wanted.strong & quantity.weak)
    if wanted.money and quantity.money:
        value += 0.3
    if "$gain" in wanted.strong and "$cost" in _words(column) - wanted.strong and "$gain" not in _words(column):
        value -= 1.0
    if number and quantity.label and root(quantity.label.split()[0]) in wanted.strong:
        value += 1.0
    return value


def _fall_back(candidate: Candidate, wanted: Quantity) -> None:
    """Take the only column there is, or the only one in money; count the items where they are money or time."""
    money = [column for column in candidate.columns if column.quantity.money]
    dollars = wanted.money and any("dollar" in column.quantity.weak for column in candidate.columns)
    timeless = "~time" in wanted.strong and not any(column.quantity.unit for column in candidate.columns)
    if len(money) == 1 and wanted.money:
        candidate.goal = money[0]
    elif len(candidate.columns) == 1:
        candidate.goal = candidate.columns[0]
    elif not dollars and not timeless:
        candidate.trouble.append(f"nothing measures what is to be {candidate.sense}d")
        return
    candidate.doubt += 0.3


def _single(candidate: Candidate, tail: str) -> int | None:
    """The one item whose number the objective counts: `minimize the number of scooters used`."""
    words = {stem(word) for word in re.findall(r"[A-Za-z]+", re.split(r"[.?!]\s", tail)[0])}
    named = [position for position, item in enumerate(candidate.items) if item.keys & words]
    return named[0] if len(named) == 1 and not candidate.items[named[0]].symbol else None


def _profit(candidate: Candidate, wanted: Quantity) -> None:
    """Profit where only a price and a cost are given is their difference."""
    goal = candidate.goal
    if goal is None or "profit" not in wanted.strong:
        return
    words = goal.quantity.strong | goal.quantity.weak
    if words & {"profit", "earn", "gain", "margin"} or not words & {"sell", "sold", "pric", "revenu", "sal"}:
        return
    costs = [column for column in candidate.columns if column is not goal and _is_cost(column)]
    if len(costs) == 1:
        candidate.minus = costs[0]
    elif costs:
        candidate.doubt += 0.8


def _is_cost(column: Column) -> bool:
    words = _words(column)
    return column.quantity.money and "$cost" in words and not words & {"sell", "sold", "pric"}


def last_resort(candidate: Candidate) -> None:
    """The one quantity of all items that no limit is about must be what the objective means."""
    vague = f"nothing measures what is to be {candidate.sense}d"
    used = {id(limit.column) for limit in candidate.limits}
    unused = [
        column for column in candidate.columns if id(column) not in used and column.complete(len(candidate.items))
    ]
    if vague in candidate.trouble and len(unused) == 1:
        candidate.trouble.remove(vague)
        candidate.goal = unused[0]
        candidate.doubt += 0.3
