"""As few bins as possible for items of given sizes."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("[a mover|a forwarder|a post office]", "containers", "container", "parcels", "parcel", "kilograms", "weight"),
    (
        "[a data centre|a cloud provider|a university]",
        "servers",
        "server",
        "programs",
        "program",
        "gigabytes",
        "memory",
    ),
    ("[a television station|a broadcaster]", "blocks", "block", "commercials", "commercial", "seconds", "length"),
    ("[a ferry line|a haulier|a removal firm]", "lorries", "lorry", "crates", "crate", "kilograms", "weight"),
)


def draw(dice: Dice) -> Draft:
    """Draw items and a capacity; there are as many bins as a first-fit packing needs, and one more."""
    draft = Draft("bin_packing")
    skin = dice.pick(SKINS)
    _, many, one, things, thing, unit, size = skin
    items = [f"{thing} {number + 1}" for number in range(dice.knob("items"))]
    sizes = [dice.whole(8, 60) for _ in items]
    capacity = dice.whole(70, 110, 5)
    bins: list[list[int]] = []
    for number, s in enumerate(sizes):
        room = next((bin_ for bin_ in bins if sum(sizes[i] for i in bin_) + s <= capacity), None)
        if room is None:
            bins.append(room := [])
        room.append(number)
    draft.set("ITEMS", items, things)
    draft.set("BINS", list(range(1, len(bins) + 2)), many)
    draft.parameter(size, sizes, f"{size} in {unit}", index=["ITEMS"])
    draft.parameter("capacity", capacity, f"capacity of a {one}")
    draft.variable("put", f"whether the {thing} goes there", index=["ITEMS", "BINS"], domain="Binary")
    draft.variable("use", f"whether the {one} is used", index=["BINS"], domain="Binary")
    draft.constraint("packed", "sum(put[i,b] for b in BINS) == 1", "everything has a place", "i in ITEMS")
    load = f"sum({size}[i]*put[i,b] for i in ITEMS) <= capacity*use[b]"
    draft.constraint("fits", load, "capacity of what is used", "b in BINS")
    goal(draft, "minimize", "sum(use[b] for b in BINS)", f"number of {many} used", f"which {thing} goes where")
    _tell(draft, skin, len(bins) + 1)
    _sides(draft, dice, skin, items, bins)
    return draft


def _tell(draft: Draft, skin: tuple[str, ...], number: int) -> None:
    who, many, one, things, thing, unit, size = skin
    draft.fact(
        f"{who} [has|must find room for] {{ITEMS}} and has {number} [equal |like |]{many}",
        f"{who} [puts|distributes] {things}, namely {{ITEMS}}, among up to {number} [equal |like |]{many}",
        tells=["put", "use"],
        place="setting",
    )
    draft.fact(
        f"{{i}} comes to {{{size}[i]}} {unit}",
        f"the {size} of {{i}} is {{{size}[i]}} {unit}",
        f"{{i}}: {{{size}[i]}} {unit}",
        tells=[size],
        for_each="i in ITEMS",
        heading=f"{size} ({unit})",
    )
    draft.fact(
        *ways(
            f"[each|every] {one} [holds|can take|has room for] <at most> {{capacity}} {unit}",
            f"the capacity of [a|each|every] {one} is {{capacity}} {unit}",
        ),
        tells=["capacity", "fits"],
        place="rule",
    )
    draft.fact(
        f"[each|every] {thing} goes into exactly one {one}",
        f"[no|not one] {thing} may be left out or [split|divided]",
        f"[every|each] {thing} must find its place in just one of the {many}",
        tells=["packed"],
        place="rule",
    )


def _sides(draft: Draft, dice: Dice, skin: tuple[str, ...], items: list[str], bins: list[list[int]]) -> None:
    one = skin[2]
    if dice.knob("sides") and len(bins) > 1:
        pairs = {(dice.pick(bins[b]), dice.pick(bins[b + 1])) for b in range(len(bins) - 1)}
        apart = [[items[i], items[j]] for i, j in sorted(pairs)][:3]
        draft.set("APART", apart, "pairs that must be kept apart")
        draft.constraint("apart", "put[i,b] + put[j,b] <= 1", "kept apart", "(i,j) in APART, b in BINS")
        draft.fact(
            f"{{i}} and {{j}} must not [be|go|end up] in the same {one}",
            f"{{i}} and {{j}} [must not|cannot|may not] share a {one}",
            tells=["apart"],
            for_each="(i,j) in APART",
            place="rule",
        )


FAMILY = Family(
    name="bin_packing",
    title="bin packing",
    group="packing",
    description="Items of given sizes are packed into as few equal bins as possible; some pairs may have to be kept "
    "apart.",
    source="S. Martello and P. Toth, Knapsack Problems: Algorithms and Computer Implementations, 1990, chapter 8",
    draw=draw,
    knobs={"items": Range(4, 24), "sides": Range(0, 1)},
)
