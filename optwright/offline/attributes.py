"""What the text says of each item (hours, cost, profit), gathered into columns: one number for every item."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from optwright.offline.clauses import Clause, Symbol
from optwright.offline.lexicon import COUNTED, UNITS
from optwright.offline.quantities import Quantity, measure, similar


@dataclass(slots=True)
class Attribute:
    """One number said of one item."""

    item: int
    number: Symbol
    quantity: Quantity
    clause: Clause


@dataclass(slots=True)
class Column:
    """One quantity for every item; an item without a number has 0."""

    quantity: Quantity
    values: dict[int, float]
    clauses: list[Clause]
    numbers: list[Symbol] = field(default_factory=list)
    name: str = ""

    def complete(self, count: int) -> bool:
        """Whether every item has a number."""
        return len(self.values) == count


def attributes(clause: Clause, count: int) -> list[Attribute]:
    """Return the attributes that a clause without comparison states, empty where it names no item."""
    numbers = [
        symbol for symbol in clause.symbols if symbol.kind in "NP" or (symbol.kind == "M" and symbol.text in {"half"})
    ]
    numbers = [symbol for symbol in numbers if not counting(clause, symbol, count)]
    if not numbers:
        return []
    pairs = _pairs(clause, numbers, count)
    made = [Attribute(item, number, measure(clause, number), clause) for item, number in pairs]
    if len(made) == len(clause.numbers()) == len({one.item for one in made}) and any(
        symbol.kind == "R" for symbol in clause.symbols
    ):
        whole = made[0].quantity
        for one in made[1:]:
            whole = Quantity(
                whole.strong | one.quantity.strong,
                whole.weak | one.quantity.weak,
                whole.unit or one.quantity.unit,
                whole.money or one.quantity.money,
                whole.label or one.quantity.label,
            )
        for one in made:
            one.quantity = whole
    return made


def counting(clause: Clause, number: Symbol, count: int) -> bool:
    """Whether a number only counts the items or is an article: `two types of`, `one pill`."""
    if number.token is None or number.value != int(number.value):
        return False
    at = next(position for position, symbol in enumerate(clause.symbols) if symbol is number)
    after = clause.symbols[at + 1].text if at + 1 < len(clause.symbols) else ""
    if after.rstrip("s") in UNITS or after in UNITS:
        return False
    if after in {"decimal", "decimals", "digits"}:
        return True
    if (
        number.value == count
        and number.token.text.isalpha()
        and (after in COUNTED or not any(symbol.kind == "I" for symbol in clause.symbols[:at]))
    ):
        return True
    return number.token.form == "soft" and number.value == 1 and not number.token.money


def _pairs(clause: Clause, numbers: list[Symbol], count: int) -> list[tuple[int, Symbol]]:
    line = [symbol for symbol in clause.symbols if symbol.kind == "I" or any(symbol is number for number in numbers)]
    order = "".join("I" if symbol.kind == "I" else "N" for symbol in line)
    names = [symbol.item for symbol in line if symbol.kind == "I"]
    distinct = list(dict.fromkeys(names))
    listed = any(symbol.kind == "R" for symbol in clause.symbols)
    if not names:
        return _inherited(clause, numbers, count)
    if len(distinct) == len(numbers) > 1 and (
        listed
        or (order.strip("N") in {"I" * len(distinct)} and not ("N" in order.strip("I") and "I" in order.strip("I")))
    ):
        return list(zip(distinct, numbers, strict=True))
    if listed and len(numbers) % len(distinct) == 0:
        groups = len(numbers) // len(distinct)
        return (
            [(distinct[position % len(distinct)], number) for position, number in enumerate(numbers)] if groups else []
        )
    if (
        len(distinct) > 1
        and order.startswith("I" * len(distinct))
        and len(numbers) == 1
        and any(s.text in {"both", "each"} for s in clause.symbols)
    ):
        return [(item, numbers[0]) for item in distinct]
    if order[0] == "N":
        return _forward(line, order)
    return _backward(line)


def _inherited(clause: Clause, numbers: list[Symbol], count: int) -> list[tuple[int, Symbol]]:
    if clause.subject:
        if len(clause.subject) == 1:
            return [(clause.subject[0], number) for number in numbers]
        if len(numbers) == len(clause.subject):
            return list(zip(clause.subject, numbers, strict=True))
    if len(numbers) == count and any(symbol.kind == "R" or symbol.text == "both" for symbol in clause.symbols):
        return list(zip(range(count), numbers, strict=True))
    if any(symbol.text in {"both", "each"} for symbol in clause.symbols):
        return [(item, number) for item in range(count) for number in numbers]
    return []


def _forward(line: list[Symbol], order: str) -> list[tuple[int, Symbol]]:
    """Numbers stand before their item: `$3 per A and $5 per B`; what comes after the last item belongs to it."""
    pairs: list[tuple[int, Symbol]] = []
    waiting: list[Symbol] = []
    item = -1
    for symbol in line:
        if symbol.kind == "I":
            item = symbol.item
            pairs.extend((item, number) for number in waiting)
            waiting = []
        else:
            waiting.append(symbol)
    pairs.extend((item, number) for number in waiting)
    return pairs


def _backward(line: list[Symbol]) -> list[tuple[int, Symbol]]:
    item = -1
    pairs: list[tuple[int, Symbol]] = []
    for symbol in line:
        if symbol.kind == "I":
            item = symbol.item
        else:
            pairs.append((item, symbol))
    return pairs


def columns(found: list[Attribute], count: int) -> list[Column]:
    """Gather attributes into columns: each joins the most alike column that lacks its item."""
    made: list[Column] = []
    for attribute in found:
        best, score = None, 0.6
        for column in made:
            if attribute.item in column.values:
                continue
            likeness = similar(column.quantity, attribute.quantity) + 0.3 * (
                len(column.values) > 0 and attribute.clause.sentence == column.clauses[-1].sentence
            )
            if likeness > score:
                best, score = column, likeness
        if best is None:
            made.append(
                Column(
                    attribute.quantity, {attribute.item: attribute.number.value}, [attribute.clause], [attribute.number]
                )
            )
            continue
        factor = best.quantity.factor(attribute.quantity)
        if factor < 1:
            best.values = {item: value / factor for item, value in best.values.items()}
            best.quantity = replace(best.quantity, unit=attribute.quantity.unit)
            factor = 1.0
        best.values[attribute.item] = attribute.number.value * factor
        best.clauses.append(attribute.clause)
        best.numbers.append(attribute.number)
        best.quantity = _merged(best.quantity, attribute.quantity)
    return _joined(made, count)


def _merged(one: Quantity, two: Quantity) -> Quantity:
    strong = one.strong & two.strong or one.strong | two.strong
    return Quantity(
        strong,
        (one.weak | two.weak | one.strong | two.strong) - strong,
        one.unit or two.unit,
        one.money or two.money,
        one.label,
    )


def _joined(made: list[Column], count: int) -> list[Column]:
    """Join what is left over: incomplete columns with disjoint items and no words against it."""
    result: list[Column] = []
    for column in made:
        partner = next((other for other in result if _completes(other, column, count)), None)
        if partner is None:
            result.append(column)
            continue
        partner.values.update(column.values)
        partner.clauses.extend(column.clauses)
        partner.numbers.extend(column.numbers)
    return result


def _completes(one: Column, two: Column, count: int) -> bool:
    """Whether two parts of columns could be one: disjoint items, same unit, no words against it."""
    a, b = one.quantity, two.quantity
    disjoint = not set(one.values) & set(two.values) and not one.complete(count)
    return disjoint and a.money == b.money and a.unit == b.unit and not (a.strong - {"$"} and b.strong - {"$"})
