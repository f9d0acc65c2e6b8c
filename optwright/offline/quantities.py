"""What a number measures, how alike two quantities are, and the columns of what is said of each item."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from optwright.offline.clauses import COMPARE, Clause, Symbol
from optwright.offline.lexicon import CONCEPTS, FUNCTION, SUFFIX, UNITS, VAGUE
from optwright.offline.tokens import stem

_BEHIND = re.compile(r"I?(?:(?<=[.da])I|[^NPMI&,+GLQglX-])*")
_BEFORE = re.compile(r"(?:.*[NPM](?:[^&,]*[&,])?)?")


@dataclass(slots=True)
class Quantity:
    """`strong` words stand behind the number, `weak` ones elsewhere in its clause; `unit` is a key of UNITS."""

    strong: set[str] = field(default_factory=set)
    weak: set[str] = field(default_factory=set)
    unit: str = ""
    money: bool = False
    label: str = ""
    """Words fit for a name."""
    per: str = ""
    """The noun that a rate is for: ton in `$3 per ton`."""
    once: bool = False
    """Whether it is a charge that does not grow with the amount."""

    @property
    def words(self) -> set[str]:
        """All its words."""
        return self.strong | self.weak

    def commensurable(self, other: Quantity) -> bool:
        """Whether both have a unit, and of the same family: hours and minutes."""
        return bool(self.unit and other.unit) and UNITS[self.unit][0] == UNITS[other.unit][0]

    def factor(self, other: Quantity) -> float:
        """Return by how much a number of the other unit is multiplied to be in this one's."""
        return UNITS[other.unit][1] / UNITS[self.unit][1] if self.commensurable(other) else 1.0


@dataclass(slots=True)
class Column:
    """One quantity for every item; an item without a number has 0."""

    quantity: Quantity
    values: dict[int, float]
    clauses: list[Clause] = field(default_factory=list)
    numbers: list[Symbol] = field(default_factory=list)


def root(word: str) -> str:
    """Return the word without its derivational ending: baking, bake -> bak."""
    return SUFFIX.sub("", word)


def meanings(word: str) -> set[str]:
    """Return the root of a word and its concept."""
    if word in FUNCTION or word in VAGUE or (len(word) < 2 and not word.isalnum()):
        return set()
    return {root(word), _CONCEPTS.get(stem(word), root(word))}


_CONCEPTS = {stem(word): concept for word, concept in CONCEPTS.items()}


def measure(clause: Clause, number: Symbol) -> Quantity:
    """Return what the number in this clause measures."""
    line, kinds = clause.symbols, clause.kinds
    at = next(position for position, symbol in enumerate(line) if symbol is number)
    start = at - len(_BEFORE.sub("", kinds[:at], count=1))
    end = len(kinds) - len(_BEHIND.sub("", kinds[at + 1 :], count=1))
    result = Quantity({"$"} if number.money else set(), money=number.money, once="k" in kinds)
    label: list[str] = []
    for position in [*range(at + 1, end), *range(start, at)]:
        symbol = line[position]
        if line[position - 1].text == "per" and symbol.words and position > at:
            result.per = symbol.words[0]
        if symbol.kind in "NPMIEqae" or symbol.kind in COMPARE or (position > at + 1 and kinds[position - 1] in "aEqe"):
            continue
        if position == at + 1 and symbol.words and symbol.words[0] in UNITS:
            result.unit = symbol.words[0]
        found = set().union(*(meanings(word) for word in symbol.words))
        strong = position > at and not set(kinds[at + 1 : position + 1]) & set("VnH")
        (result.strong if strong else result.weak).update(found)
        label.extend(word for word in symbol.words if meanings(word) and symbol.kind in "WV.H")
    result.label = " ".join(label[:3])
    return result


def similar(one: Quantity, two: Quantity) -> float:
    """Return how alike two quantities are: 0 unrelated, 1 and more alike, below 0 incompatible."""
    shared = one.strong & two.strong
    score = 2.0 * len(shared) + len((one.strong & two.weak) | (one.weak & two.strong)) + 0.4 * len(one.weak & two.weak)
    score -= 9.0 * (one.once != two.once)
    score -= 1.6 * min(len(one.strong - two.strong), len(two.strong - one.strong))
    if one.unit and two.unit:
        score += 1.0 if one.commensurable(two) else -3.0
    if one.money != two.money:
        score -= 2.5 if shared or "$gain" in one.words else 9.0
    return score


def columns(clauses: list[Clause], count: int) -> list[Column]:
    """Gather what clauses say of the items: each number joins the most alike column that lacks its item."""
    made: list[Column] = []
    for clause in clauses:
        for item, number in pairs(clause, count):
            new = Column(measure(clause, number), {item: number.value}, [clause], [number])
            fits = [_fit(column, new) for column in made]
            if max(fits, default=0.0) > 0.6:
                _extend(made[fits.index(max(fits))], new)
            else:
                made.append(new)
    return _joined(made, count)


def _fit(column: Column, new: Column) -> float:
    near = 0.3 * (new.clauses[0].sentence == column.clauses[-1].sentence)
    return -9.0 if new.values.keys() & column.values.keys() else similar(column.quantity, new.quantity) + near


def _extend(column: Column, other: Column) -> None:
    """Add the numbers of another column, in the smaller one of the two units."""
    one, two = column.quantity, other.quantity
    small = two if one.factor(two) < 1 else one
    values = {item: value * small.factor(one) for item, value in column.values.items()}
    column.values = values | {item: value * small.factor(two) for item, value in other.values.items()}
    column.clauses += other.clauses
    column.numbers += other.numbers
    strong = one.strong & two.strong or one.strong | two.strong
    weak = (one.words | two.words) - strong
    column.quantity = replace(one, strong=strong, weak=weak, unit=small.unit or two.unit, money=one.money or two.money)


def _joined(made: list[Column], count: int) -> list[Column]:
    """Join what is left over: incomplete columns with disjoint items, the same unit and no words against it."""
    result: list[Column] = []
    for column in made:
        other = next((other for other in result if len(other.values) < count and _may_join(other, column)), None)
        if other is None:
            result.append(column)
        else:
            _extend(other, column)
    return result


def _may_join(column: Column, other: Column) -> bool:
    one, two = column.quantity, other.quantity
    worded = one.strong - {"$"} and two.strong - {"$"}
    return (one.money, one.unit) == (two.money, two.unit) and not (worded or column.values.keys() & other.values.keys())


def pairs(clause: Clause, count: int) -> list[tuple[int, Symbol]]:
    """Return which number is said of which item."""
    line = [symbol for symbol in clause.symbols if symbol.kind in "INP"]
    numbers = [symbol for symbol in line if symbol.kind != "I"]
    order = "".join("I" if symbol.kind == "I" else "N" for symbol in line)
    names = clause.items() or list(clause.subject)
    listed = "R" in clause.kinds
    spread = any(symbol.text in {"both", "each"} for symbol in clause.symbols)
    if "I" not in order and not (len(names) == 1 or len(names) == len(numbers)):
        names = list(range(count)) if spread or listed else []
    even = len(names) == len(numbers) > 1 and re.fullmatch("I*N+I*", order)
    if even or (listed and names and len(numbers) % len(names) == 0):
        return [(names[position % len(names)], number) for position, number in enumerate(numbers)]
    if "I" not in order or (spread and re.fullmatch("II+N", order)):
        return [(item, number) for item in names for number in numbers]
    line = line if order[0] == "I" else line[::-1]
    item, found = next(symbol.item for symbol in line if symbol.kind == "I"), []
    for symbol in line:
        item = symbol.item if symbol.kind == "I" else item
        found += [(item, symbol)] * (symbol.kind != "I")
    return found
