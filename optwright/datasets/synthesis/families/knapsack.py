"""Which items to take when only so much can be carried."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole

SKINS = {
    "item": (
        ("weight", "kilograms", "usefulness", "points"),
        ("pack", "packing", "packed", "items", "{}"),
        "[a hiker|an explorer|a scout] packs [a rucksack|a backpack]",
    ),
    "project": (
        ("cost", "thousand dollars", "benefit", "points"),
        ("carry out", "carrying out", "carried out", "projects", "{}"),
        "[a council|a foundation|a board] [chooses|selects] projects",
    ),
    "customer": (
        ("workload", "hours", "profit", "dollars"),
        ("accept", "accepting", "accepted", "orders", "the order of {}"),
        "[a workshop|a small firm|a printer] decides which orders to accept",
    ),
    "cargo": (
        ("weight", "tons", "freight", "hundred dollars"),
        ("load", "loading", "loaded", "consignments", "[a|one] consignment of {}"),
        "[a ship owner|a carrier|a forwarder] [fills|loads] [a ship|a barge] with whole consignments",
    ),
}


def draw(dice: Dice) -> Draft:
    """Draw items; some are planted, and the capacity lies between them and all of them."""
    draft = Draft("knapsack")
    kind = dice.pick(list(SKINS))
    (burden, _, value, _), (verb, doing, done, noun, called), _ = SKINS[kind]
    items = dice.names(kind, dice.knob("items"))
    loads = [dice.whole(2, 60) for _ in items]
    planted = dice.some(items, max(1, len(items) // 2))
    taken = sum(load for item, load in zip(items, loads, strict=True) if item in planted)
    draft.set("ITEMS", items, noun)
    draft.parameter(value, [dice.whole(5, 99) for _ in items], f"{value} of one", index=["ITEMS"])
    draft.parameter(burden, loads, f"{burden} of one", index=["ITEMS"])
    draft.parameter("capacity", taken + dice.whole(0, 9), f"largest total {burden}")
    if kind == "cargo":
        _copies(draft, dice, items)
    else:
        draft.variable("take", f"whether it is {done}", index=["ITEMS"], domain="Binary")
        draft.fact(
            *ways(
                f"[each|every] one of them is [either |]{done} [completely|as a whole|in full] or not at all",
                f"[they cannot be split|splitting is impossible]: each is {done} or left",
            ),
            tells=["take"],
            place="rule",
        )
        choices = Choices("take", "i in ITEMS", items, planted, verb, doing, done, noun, called)
        add_choices(draft, dice, choices, dice.knob("sides"))
    draft.constraint("limit", f"sum({burden}[i]*take[i] for i in ITEMS) <= capacity", f"total {burden}")
    _tell(draft, kind)
    return draft


def _copies(draft: Draft, dice: Dice, items: list[str]) -> None:
    draft.parameter("copies", [dice.whole(1, 6) for _ in items], "how many there are", index=["ITEMS"])
    draft.variable("take", "how many are loaded", index=["ITEMS"], domain="NonNegativeIntegers", upper="copies")
    draft.fact(
        *ways(
            "{copies[i]} [equal|like] consignments of {i} are <available>",
            "<at most> {copies[i]} consignments of {i} <can> be loaded",
        ),
        tells=["copies"],
        for_each="i in ITEMS",
        heading="consignments",
    )
    whole(draft, "take", "consignments")


def _tell(draft: Draft, kind: str) -> None:
    (burden, unit, value, gain), (_, _, done, noun, called), setting = SKINS[kind]
    one = called.format("{i}")
    what = f"how many {noun} of each kind to load" if kind == "cargo" else f"which {noun} should be {done}"
    goal(draft, "maximize", f"sum({value}[i]*take[i] for i in ITEMS)", f"total {value}", what)
    draft.fact(
        f"{setting}[, and can choose among|. to choose from are|. on offer are] {{ITEMS}}".replace(". ", ": "),
        f"{setting}. the choice is among {{ITEMS}}".replace(". ", ": "),
        f"{setting}, [the candidates being|namely some of] {{ITEMS}}",
        tells=["take"],
        place="setting",
    )
    draft.fact(
        f"the {value} of {one} is {{{value}[i]}} {gain}",
        f"{one} [has|comes with] a {value} of {{{value}[i]}} {gain}",
        f"for {one} the {value} is {{{value}[i]}} {gain}",
        tells=[value],
        for_each="i in ITEMS",
        heading=f"{value} ({gain})",
    )
    draft.fact(
        f"the {burden} of {one} is {{{burden}[i]}} {unit}",
        f"{one} [has|comes with] a {burden} of {{{burden}[i]}} {unit}",
        f"{{{burden}[i]}} {unit} is the {burden} of {one}",
        tells=[burden],
        for_each="i in ITEMS",
        heading=f"{burden} ({unit})",
    )
    draft.fact(
        f"the total {burden} [must not exceed|may not exceed|is limited to|can be at most] {{capacity}} {unit}",
        f"[in all|altogether|in total], the {burden} [must|may] not [be more than|exceed] {{capacity}} {unit}",
        f"the capacity is {{capacity}} {unit}[, which the total {burden} must not exceed|]",
        tells=["capacity", "limit"],
        place="rule",
    )


FAMILY = Family(
    name="knapsack",
    title="knapsack",
    group="packing",
    description="Items with a value and a burden are taken, once or in several copies, so that the capacity is kept "
    "and the value is largest; some items may exclude or require others.",
    source="S. Martello and P. Toth, Knapsack Problems: Algorithms and Computer Implementations, 1990, chapters 2-3",
    draw=draw,
    knobs={"items": Range(3, 150), "sides": Range(0, 3)},
)
