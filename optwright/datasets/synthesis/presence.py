"""Whether the words hold every decisive number, and whether one that is taken out of them would be missed.

Numbers are counted: a value that three parameters have must stand in the text three times. What is counted is what the
statements were made to say, and what the text, read by itself, says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optwright.datasets.synthesis.realise import Told
from optwright.datasets.synthesis.resampling import Model
from optwright.datasets.synthesis.telling import Statement
from optwright.formulation.checking.account import account
from optwright.formulation.data import Data, resolve
from optwright.formulation.findings import Code
from optwright.formulation.numbers import Kind, Quantity, numbers_in

# Words for small counts say what everybody sees ("the two divisions"), "one hundred hours cost" names a unit.
PLAIN = (0.0, 1.0)
"""Also articles and "nothing": their deletion is not asked to be noticed."""
_NUMBERED = re.compile(r"(?=.*[^\d.]).*\d.*")
_COUNTED = re.compile(
    r"(?<![\w-])(two|three|four|(one|a) (hundred|thousand))(?![\w-]| hundred| thousand| million| percent)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deletions:
    """Every decisive number of a text taken out in turn: how often the check noticed."""

    tried: int
    noticed: int
    unnoticed: tuple[str, ...] = ()


def absent(told: Told) -> list[str]:
    """Say what numbers of the formulation the words do not tell, and what they tell that it does not have."""
    missing = untold(Model(told.formulation, told.tables), told.question)
    needed = _needed(told.statements)
    counted = needed - Counter(_reading(one, needed) for one in numbers_in(told.question))
    return missing + [f"{value:g} is told less often than the formulation has it" for value in counted]


def untold(model: Model, text: str) -> list[str]:
    """Say what numbers a text does not share with a formulation, whoever wrote either."""
    data = resolve(model.formulation, model.tables)
    unknown = [one for one in account(data, text) if one.code is Code.NUMBER_UNKNOWN]
    bare = _COUNTED.sub("some", without_names(text, data))
    return [str(one) for one in (*unknown, *(f for f in account(data, bare) if f.code is Code.NUMBER_UNUSED))]


def deletions(told: Told) -> Deletions:
    """Take every decisive number out of the words, one at a time, and see whether counting notices."""
    data = resolve(told.formulation, told.tables)
    needed = _needed(told.statements)
    everywhere = _spare(told.question, told.statements, data)
    nearby = {
        value
        for statement in told.statements
        for value, spare in _spare(statement.text, [statement], data).items()
        if spare > 0 and value in _needed([statement])
    }
    tried = [
        one
        for one in numbers_in(without_names(told.question, data))
        if one.kind.amount and one.value not in PLAIN and needed[_reading(one, needed)]
    ]
    values = [_reading(one, needed) for one in tried]
    unnoticed = [
        one.text for one, value in zip(tried, values, strict=True) if everywhere[value] > 0 and value in nearby
    ]
    return Deletions(len(tried), len(tried) - len(unnoticed), tuple(unnoticed))


def _spare(text: str, statements: Sequence[Statement], data: Data) -> Counter[float]:
    """Return how much more often each number stands in a text than its statements need it."""
    needed = _needed(statements)
    quantities = [one for one in numbers_in(without_names(text, data)) if one.kind.amount]
    stated = Counter(_reading(one, needed) for one in quantities)
    stated.subtract(needed)
    stated.subtract(_rounded(value) for statement in statements for value in statement.labels)
    return stated


def without_names(text: str, data: Data) -> str:
    """Return the text without the names of members that have digits in them: "aircraft 7" is no number."""
    names = {str(part) for members in data.sets.values() for item in members for part in item}
    for name in sorted((one for one in names if _NUMBERED.fullmatch(one)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "it", text, flags=re.IGNORECASE)
    return text


def _needed(statements: Iterable[Statement]) -> Counter[float]:
    return Counter(_rounded(value) for statement in statements for value in statement.numbers if value)


def _reading(one: Quantity, needed: Counter[float]) -> float:
    """Return what a number stands for: 6% is 0.06, or 6 where data are in per cent."""
    readings = [_rounded(value) for value in (one.values[:2] if one.kind is Kind.PERCENT else one.values[:1])]
    return next((value for value in readings if needed[value]), readings[0])


def _rounded(value: float) -> float:
    return float(f"{abs(value):.9g}")
