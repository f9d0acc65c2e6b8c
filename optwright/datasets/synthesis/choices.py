"""Side constraints on yes-or-no decisions that many families share, with the words for them.

Each is drawn so that it holds for the members that a planted plan chooses; none is drawn where the plan leaves no room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.draft import Draft

Pair = frozenset[str]
"""Two members that a side constraint is about."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A binary variable over a set of names, what a planted plan chooses, and how people speak of it."""

    variable: str
    over: str
    """Its index and set: `i in ITEMS`."""
    members: Sequence[str]
    planted: Sequence[str]
    verb: str
    """As in "to open Oslo": "open"."""
    doing: str
    """As in "opening Oslo": "opening"."""
    done: str
    """As in "must be opened": "opened"."""
    noun: str
    """The members together: "depots"."""
    called: str = "{}"
    """What one is called, the braces standing for its name: "the order of {}"."""

    def of(self, member: str) -> str:
        """Return the variable at a member, as an expression."""
        return f"{self.variable}[{member!r}]"

    @property
    def number(self) -> str:
        """How many are chosen, as an expression."""
        return f"sum({self.variable}[{self.over.split(' ')[0]}] for {self.over})"


def add_choices(draft: Draft, dice: Dice, choices: Choices, count: int) -> None:
    """Add that many different side constraints, no two on the same pair, or as many as the plan leaves room for."""
    pairs: list[Pair | None] = []
    for add in dice.shuffled(_KINDS)[:count]:
        pairs.append(add(draft, dice, choices, pairs))


def excludes(draft: Draft, dice: Dice, choices: Choices, avoid: Sequence[Pair | None] = ()) -> Pair | None:
    """Two members exclude each other; return the pair, which is none of those to avoid, or None."""
    out = [member for member in choices.members if member not in choices.planted]
    if not out or len(choices.members) < 3:
        return None
    a = dice.pick(out)
    b = dice.pick([member for member in choices.members if member != a])
    if (pair := frozenset((a, b))) in avoid:
        return None
    draft.constraint("not_both", f"{choices.of(a)} + {choices.of(b)} <= 1", f"{a} and {b} exclude each other")
    x, y = choices.called.format("{a}"), choices.called.format("{b}")
    draft.fact(
        f"[only one|at most one|no more than one] of {x} and {y} [can|may] be {choices.done}",
        f"{x} and {y} [cannot|must not|may not] both be {choices.done}",
        f"{choices.doing} {x} [rules out|excludes] {choices.doing} {y}",
        f"[it is not allowed|it is impossible|there is no way] to {choices.verb} both {x} and {y}",
        for_each=f"a in [{a!r}], b in [{b!r}]",
        tells=["not_both"],
        place="rule",
    )
    return pair


def requires(draft: Draft, dice: Dice, choices: Choices, avoid: Sequence[Pair | None] = ()) -> Pair | None:
    """One member takes another one; return the pair, which is none of those to avoid, or None."""
    out = [member for member in choices.members if member not in choices.planted]
    if len(choices.members) < 3 or not (out or len(choices.planted) > 1):
        return None
    a = dice.pick(out or choices.planted)
    pool = choices.members if a in out else choices.planted
    b = dice.pick([member for member in pool if member != a])
    if (pair := frozenset((a, b))) in avoid:
        return None
    draft.constraint("takes_too", f"{choices.of(a)} <= {choices.of(b)}", f"{a} takes {b} as well")
    x, y = choices.called.format("{a}"), choices.called.format("{b}")
    draft.fact(
        f"{choices.doing} {x} [requires|calls for|presupposes] {choices.doing} {y} [too|as well|also]",
        f"[in order to|to] {choices.verb} {x}, one [must|has to] {choices.verb} {y} [too|as well]",
        f"[it is not possible|it makes no sense|there is no way] to {choices.verb} {x} without {choices.doing} {y}",
        f"{x} [can|may] be {choices.done} only [together|along] with {y}",
        for_each=f"a in [{a!r}], b in [{b!r}]",
        tells=["takes_too"],
        place="rule",
    )
    return pair


def one_of(draft: Draft, dice: Dice, choices: Choices, avoid: Sequence[Pair | None] = ()) -> Pair | None:
    """At least one of two members is chosen; return the pair, which is none of those to avoid, or None."""
    if not choices.planted or len(choices.members) < 3:
        return None
    one = dice.pick(choices.planted)
    a, b = dice.shuffled([one, dice.pick([member for member in choices.members if member != one])])
    if (pair := frozenset((a, b))) in avoid:
        return None
    draft.constraint("either", f"{choices.of(a)} + {choices.of(b)} >= 1", f"{a} or {b}, or both")
    x, y = choices.called.format("{a}"), choices.called.format("{b}")
    draft.fact(
        f"at least one of {x} and {y} [must|has to|needs to] be {choices.done}",
        f"[it is necessary|one has] to {choices.verb} {x} or {y}[, or both|, possibly both]",
        f"{x} and {y} [cannot|must not] both be left out",
        for_each=f"a in [{a!r}], b in [{b!r}]",
        tells=["either"],
        place="rule",
    )
    return pair


def at_most(draft: Draft, dice: Dice, choices: Choices, _: Sequence[Pair | None] = ()) -> None:
    """No more than so many are chosen."""
    if len(choices.members) < 4:
        return
    draft.parameter(
        "most", max(2, len(choices.planted) + dice.whole(0, 1)), f"most {choices.noun} that can be {choices.done}"
    )
    draft.constraint("count_most", f"{choices.number} <= most", f"number of {choices.noun} {choices.done}")
    draft.fact(
        f"[at most|no more than|not more than] {{most}} {choices.noun} [can|may] be {choices.done}",
        f"the number of {choices.noun} {choices.done} [must not exceed|is limited to|is at most] {{most}}",
        tells=["most", "count_most"],
        place="rule",
    )


def at_least(draft: Draft, dice: Dice, choices: Choices, _: Sequence[Pair | None] = ()) -> None:
    """No fewer than so many are chosen."""
    if len(choices.planted) < 2:
        return
    draft.parameter("fewest", dice.whole(2, len(choices.planted)), f"fewest {choices.noun} that must be {choices.done}")
    draft.constraint("count_least", f"{choices.number} >= fewest", f"number of {choices.noun} {choices.done}")
    draft.fact(
        f"[at least|no fewer than|not fewer than] {{fewest}} {choices.noun} [must|have to|need to] be {choices.done}",
        f"the number of {choices.noun} {choices.done} [must|has to] be [at least {{fewest}}|{{fewest}} or more]",
        tells=["fewest", "count_least"],
        place="rule",
    )


_KINDS: tuple[Callable[[Draft, Dice, Choices, Sequence[Pair | None]], Pair | None], ...] = (
    excludes,
    requires,
    one_of,
    at_most,
    at_least,
)
