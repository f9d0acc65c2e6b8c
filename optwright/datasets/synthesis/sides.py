"""Side constraints that short problems have: bounds, shares, ratios and differences, all met by the planted plan."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.wording import ways


@dataclass(frozen=True, slots=True)
class Amounts:
    """Decisions that side constraints are about, and how they are spoken of.

    In `amount` and `part` the braces stand for the member: "units of {}", "at most 40% of all trips may be {part}".
    """

    variable: str
    index: str
    members: Sequence[str]
    planted: Sequence[int]
    """A plan that every side constraint leaves feasible."""
    amount: str
    """Countable: "units of {}"."""
    whole: str
    """All of them: "all units made"."""
    part: str
    """What a part of the whole is: "{}", "by {}"."""
    done: str
    """What is done with them: "made"."""
    unit: str
    """What all of them are: "units"; empty where a limit on all of them stands already."""

    def of(self, number: int) -> str:
        """Return the expression of one member's amount."""
        return f"{self.variable}['{self.members[number]}']"

    @property
    def total(self) -> str:
        """The expression of all amounts together."""
        return f"sum({self.variable}[i] for i in {self.index})"

    def called(self, number: int) -> str:
        """Return how one member's amount is spoken of."""
        return self.amount.format(self.members[number])


def add_sides(draft: Draft, dice: Dice, amounts: Amounts, count: int) -> None:
    """Add that many side constraints of different kinds (fewer where the planted plan allows no more)."""
    kinds: list[Callable[[Draft, Dice, Amounts], bool]] = [
        _least, _most, _least_share, _most_share, _ratio, _multiple, _difference, _all_most, _part_of_other, _order,
        _together,
    ]  # fmt: skip
    added = 0
    for kind in dice.shuffled(kinds):
        added += added < count and kind(draft, dice, amounts)


_WANTED = (
    "[||by contract, |to meet demand, |for the sake of variety, |because of a promise, |in order to please customers, ]"
)
_CAPPED = "[||by law, |for reasons of safety, |because of a shortage, |for want of space, |under a new rule, ]"


def _slug(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_").lower()


def _down(number: float) -> int:
    """Return the largest whole number below with two digits that count."""
    return int(number // _step(number)) * _step(number)


def _step(number: float) -> int:
    return int(10 ** max(0, len(str(int(number))) - 2))


def _one(dice: Dice, amounts: Amounts) -> int:
    return dice.pick(range(len(amounts.members)))


def _two(dice: Dice, amounts: Amounts) -> tuple[int, int]:
    """Return two members, of which the first has the greater planted amount."""
    a, b = dice.some(range(len(amounts.members)), 2)
    return (a, b) if amounts.planted[a] >= amounts.planted[b] else (b, a)


def _least(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    a = _one(dice, amounts)
    if amounts.planted[a] < 3:
        return False
    name, called = _slug(amounts.members[a]), amounts.called(a)
    draft.parameter(f"minimum_{name}", max(2, _down(amounts.planted[a] * dice.real(0.3, 0.9))), f"least {called}")
    draft.constraint(f"least_{name}", f"{amounts.of(a)} >= minimum_{name}", f"enough {called}")
    draft.fact(
        *ways(
            _WANTED + f"<at least> {{minimum_{name}}} {called} <must> be {amounts.done}",
            f"[one needs|there is a need for] <at least> {{minimum_{name}}} {called}",
            f"the number of {called} must not [be below|fall below|be less than] {{minimum_{name}}}",
        ),
        tells=[f"minimum_{name}", f"least_{name}"],
        place="rule",
    )
    return True


def _most(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    a = _one(dice, amounts)
    name, called = _slug(amounts.members[a]), amounts.called(a)
    draft.parameter(
        f"maximum_{name}", _down(amounts.planted[a] * dice.real(1.1, 1.4)) + _step(amounts.planted[a]), f"most {called}"
    )
    draft.constraint(f"most_{name}", f"{amounts.of(a)} <= maximum_{name}", f"not too many {called}")
    draft.fact(
        *ways(
            _CAPPED + f"<at most> {{maximum_{name}}} {called} <can> be {amounts.done}",
            f"[one cannot have|there cannot be] more than {{maximum_{name}}} {called}",
            f"the number of {called} must not [exceed|be above|be more than] {{maximum_{name}}}",
        ),
        tells=[f"maximum_{name}", f"most_{name}"],
        place="rule",
    )
    return True


def _share(draft: Draft, dice: Dice, amounts: Amounts, sense: str) -> bool:
    a = _one(dice, amounts)
    share = 20 * amounts.planted[a] / (sum(amounts.planted) or 1)
    step = math.ceil(share + dice.whole(0, 2)) if sense == "<=" else math.floor(share - dice.whole(0, 2))
    if not 1 <= step <= 18:
        return False
    name, part = _slug(amounts.members[a]), amounts.part.format(amounts.members[a])
    word, limit = ("most", "<most>") if sense == "<=" else ("least", "<least>")
    parameter = f"{word}_share_{name}"
    draft.parameter(parameter, step / 20, f"{word} share of {amounts.whole} that is {part}")
    rule = f"{amounts.of(a)} {sense} {parameter}*{amounts.total}"
    draft.constraint(f"share_{word}_{name}", rule, f"at {word} a share of {amounts.whole} {part}")
    draft.fact(
        *ways(
            _CAPPED + f"{limit} {{{parameter}~}} of {amounts.whole} [<can>|must] be {part}"
            if sense == "<="
            else _WANTED + f"{limit} {{{parameter}~}} of {amounts.whole} <must> be {part}",
            f"of {amounts.whole} {limit} {{{parameter}~}} must be {part}",
            f"the share of {amounts.whole} that is {part} must not [be above|exceed] {{{parameter}~}}"
            if sense == "<="
            else f"the share of {amounts.whole} that is {part} must not [be below|fall below] {{{parameter}~}}",
        ),
        tells=[parameter, f"share_{word}_{name}"],
        place="rule",
    )
    return True


def _least_share(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    return _share(draft, dice, amounts, ">=")


def _most_share(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    return _share(draft, dice, amounts, "<=")


def _ratio(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    """At least so many times as many of one as of another, the times being data."""
    a, b = _two(dice, amounts)
    times = amounts.planted[a] / (amounts.planted[b] or 1)
    times = math.floor(2 * times) / 2
    if not 1.5 <= times <= 8:
        return False
    many, few = amounts.called(a), amounts.called(b)
    name = f"{_slug(amounts.members[a])}_per_{_slug(amounts.members[b])}"
    draft.parameter(f"times_{name}", times, f"least {many} for one of {few}")
    draft.constraint(f"ratio_{name}", f"{amounts.of(a)} >= times_{name}*{amounts.of(b)}", f"many {many} for {few}")
    draft.fact(
        *ways(
            _WANTED + f"<at least> {{times_{name}}} times as many {many} as {few} <must> be {amounts.done}",
            f"the number of {many} must be <least> {{times_{name}}} times the number of {few}",
        ),
        tells=[f"times_{name}", f"ratio_{name}"],
        place="rule",
    )
    return True


def _multiple(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    """At most twice or three times as many of one as of another: the number is part of the structure."""
    a, b = _two(dice, amounts)
    times = math.ceil(amounts.planted[a] / (amounts.planted[b] or 1))
    if times not in (2, 3):
        return False
    word = {2: "[twice|two times|double]", 3: "[three times|thrice]"}[times]
    many, few = amounts.called(a), amounts.called(b)
    name = f"multiple_{_slug(amounts.members[a])}_{_slug(amounts.members[b])}"
    draft.constraint(name, f"{amounts.of(a)} <= {times}*{amounts.of(b)}", f"not too many {many} for {few}")
    number = word.replace("|double", "")
    draft.fact(
        *ways(
            f"[at most|no more than] {number} as many {many} as {few} <can> be {amounts.done}",
            f"the number of {many} must not [exceed|be more than] {word} the number of {few}",
        ),
        tells=[name],
        place="rule",
    )
    return True


def _difference(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    a, b = _two(dice, amounts)
    gap = _down((amounts.planted[a] - amounts.planted[b]) * dice.real(0.3, 1))
    if gap < 2:
        return False
    many, few = amounts.called(a), amounts.called(b)
    name = f"{_slug(amounts.members[a])}_{_slug(amounts.members[b])}"
    draft.parameter(f"gap_{name}", gap, f"how many more {many} than {few}")
    draft.constraint(f"more_{name}", f"{amounts.of(a)} >= {amounts.of(b)} + gap_{name}", f"more {many} than {few}")
    draft.fact(
        *ways(
            _WANTED + f"<at least> {{gap_{name}}} more {many} than {few} <must> be {amounts.done}",
            f"the number of {many} must [exceed|be above] the number of {few} by at least {{gap_{name}}}",
        ),
        tells=[f"gap_{name}", f"more_{name}"],
        place="rule",
    )
    return True


def _all_most(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    noun = amounts.unit
    if not noun:
        return False
    draft.parameter(
        "most_in_all",
        _down(sum(amounts.planted)) + dice.whole(1, 3) * _step(sum(amounts.planted)),
        f"most {noun} in all",
    )
    draft.constraint("all_together", f"{amounts.total} <= most_in_all", f"not too many {noun} in all")
    draft.fact(
        *ways(
            f"<at most> {{most_in_all}} {noun} <can> be {amounts.done} [in all|in total|altogether]",
            f"[in all|in total|altogether] <at most> {{most_in_all}} {noun} [are possible|<can> be {amounts.done}]",
            f"the [total|whole] number of {noun} must not [exceed|be more than] {{most_in_all}}",
        ),
        tells=["most_in_all", "all_together"],
        place="rule",
    )
    return True


def _part_of_other(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    """The smaller one is at least some percentage of the larger one."""
    a, b = _two(dice, amounts)
    step = math.floor(20 * amounts.planted[b] / (amounts.planted[a] or 1)) - dice.whole(0, 2)
    if not 1 <= step <= 18:
        return False
    many, few = amounts.called(a), amounts.called(b)
    name = f"{_slug(amounts.members[b])}_of_{_slug(amounts.members[a])}"
    draft.parameter(f"percent_{name}", step / 20, f"least {few} as a share of {many}")
    draft.constraint(f"part_{name}", f"{amounts.of(b)} >= percent_{name}*{amounts.of(a)}", f"enough {few} for {many}")
    draft.fact(
        *ways(
            f"the number of {few} must be <least> {{percent_{name}~}} of the number of {many}",
            f"the number of {few} must not [be below|fall below] {{percent_{name}~}} of the number of {many}",
        ),
        tells=[f"percent_{name}", f"part_{name}"],
        place="rule",
    )
    return True


def _order(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    a, b = _two(dice, amounts)
    many, few = amounts.called(a), amounts.called(b)
    name = f"order_{_slug(amounts.members[a])}_{_slug(amounts.members[b])}"
    draft.constraint(name, f"{amounts.of(a)} >= {amounts.of(b)}", f"as many {many} as {few}")
    draft.fact(
        *ways(
            _WANTED + f"at least as many {many} as {few} <must> be {amounts.done}",
            f"the number of {few} must not [exceed|be greater than] the number of {many}",
            f"there must not be [fewer|less] {many} than {few}",
        ),
        tells=[name],
        place="rule",
    )
    return True


def _together(draft: Draft, dice: Dice, amounts: Amounts) -> bool:
    """Two of several have a common limit, from above or from below."""
    if len(amounts.members) < 3:
        return False
    a, b = _two(dice, amounts)
    first, second = amounts.called(a), amounts.called(b)
    name = f"{_slug(amounts.members[a])}_and_{_slug(amounts.members[b])}"
    both = amounts.planted[a] + amounts.planted[b]
    above = dice.chance(0.5)
    limit = _down(both * 1.2) + _step(both) if above else _down(both * 0.8)
    if limit < 2:
        return False
    sense, word = ("<=", "<most>") if above else (">=", "<least>")
    draft.parameter(f"both_{name}", limit, f"limit for {first} and {second} together")
    draft.constraint(f"sum_{name}", f"{amounts.of(a)} + {amounts.of(b)} {sense} both_{name}", "two of them together")
    beyond = "[exceed|be above]" if above else "[fall below|be less than]"
    draft.fact(
        *ways(
            f"the number of {first} and the number of {second} together must be {word} {{both_{name}}}",
            f"[together|taken together], {first} and {second} must [number|come to] {word} {{both_{name}}}",
            f"the [total|sum] of {first} and {second} must not {beyond} {{both_{name}}}",
        ),
        tells=[f"both_{name}", f"sum_{name}"],
        place="rule",
    )
    return True
