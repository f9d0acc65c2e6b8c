"""What a number measures: its unit and the words around it; and how alike two such quantities are."""

from __future__ import annotations

from dataclasses import dataclass, field

from optwright.offline.clauses import COMPARE, Clause, Symbol
from optwright.offline.lexicon import CONCEPTS, FUNCTION, SUFFIXES, UNITS, VAGUE
from optwright.offline.tokens import stem


@dataclass(slots=True)
class Quantity:
    """`strong` words stand behind the number, `weak` ones elsewhere in its clause; `unit` is a key of UNITS."""

    strong: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    unit: str = ""
    money: bool = False
    label: str = ""
    """Words fit for a name."""

    def factor(self, other: Quantity) -> float:
        """Return by how much a number of the other unit is multiplied to be in this one's."""
        if not self.unit or not other.unit or UNITS[self.unit][0] != UNITS[other.unit][0]:
            return 1.0
        return UNITS[other.unit][1] / UNITS[self.unit][1]


def root(word: str) -> str:
    """Return the word without its derivational ending: baking, bake -> bak."""
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def meanings(word: str) -> set[str]:
    """Return the root of a word and its concept."""
    if word in FUNCTION or word in VAGUE or (len(word) < 2 and not word.isalnum()):
        return set()
    found = {root(word)}
    if concept := CONCEPTS.get(word) or _CONCEPTS.get(stem(word)):
        found.add(concept)
    return found


_CONCEPTS = {stem(word): concept for word, concept in CONCEPTS.items()}


def measure(clause: Clause, number: Symbol) -> Quantity:
    """Return what the number in this clause measures."""
    line = clause.symbols
    at = next(position for position, symbol in enumerate(line) if symbol is number)
    result = Quantity(money=bool(number.token and number.token.money))
    end = _after(line, at)
    start = _before(line, at)
    label: list[str] = []
    strong = True
    for position in range(at + 1, end):
        strong = strong and line[position].kind not in "Vn"
        if line[position - 1].text not in {"per", "a", "an", "each", "every"} or position == at + 1:
            _add(result, line[position], strong=strong, label=label, near=position == at + 1)
    for position in range(start, at):
        _add(result, line[position], strong=False, label=label, near=False)
    if result.money:
        result.strong.add("$")
        result.unit = result.unit or ""
    result.label = " ".join(label[:3])
    return result


def _add(result: Quantity, symbol: Symbol, *, strong: bool, label: list[str], near: bool) -> None:
    if symbol.kind in "NPMIE" or symbol.kind in COMPARE:
        return
    if near and symbol.words and symbol.words[0] in UNITS and not result.unit:
        result.unit = symbol.words[0]
    for word in symbol.words:
        meaning = meanings(word)
        (result.strong if strong else result.weak).update(meaning)
        if meaning and symbol.kind in "WV.":
            label.append(word)


def _after(line: list[Symbol], at: int) -> int:
    """Return where the words behind a number end: at the next number, comparison, list mark or item."""
    for position in range(at + 1, len(line)):
        if (
            line[position].kind in "NPM&+-"
            or line[position].kind in COMPARE
            or (line[position].kind == "I" and position > at + 1 and line[position - 1].kind != ".")
        ):
            return position
    return len(line)


def _before(line: list[Symbol], at: int) -> int:
    """Return where the words in front of a number begin: behind the last number before it."""
    for position in range(at - 1, -1, -1):
        if line[position].kind in "NPM":
            return next((k + 1 for k in range(position, at) if line[k].kind == "&"), position + 1)
    return 0


def similar(one: Quantity, two: Quantity) -> float:
    """Return how alike two quantities are: 0 unrelated, 1 and more alike, below 0 incompatible."""
    score = (
        2.0 * len(one.strong & two.strong)
        + 1.0 * len((one.strong & two.weak) | (one.weak & two.strong))
        + 0.4 * len(one.weak & two.weak)
    )
    score -= 1.6 * min(len(one.strong - two.strong), len(two.strong - one.strong))
    if one.unit and two.unit:
        score += 1.0 if UNITS[one.unit][0] == UNITS[two.unit][0] else -3.0
    if one.money != two.money:
        score -= 2.5 if one.strong & two.strong or "$gain" in one.strong | one.weak else 9.0
    return score
