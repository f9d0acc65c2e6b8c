"""Cutting pieces from stock one by one: which piece comes from which bar."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw bars and orders that a planted cutting can meet; the number of bars used, or their cost, is to be small."""
    draft = Draft("bar_cutting")
    what, unit = dice.pick([("bars", "centimetres"), ("planks", "centimetres"), ("reels of cable", "metres")])
    count = dice.knob("bars")
    sizes = dice.some(range(15, 70, 5), dice.knob("lengths"))
    labels = [f"{size} {unit}" for size in sizes]
    length = dice.pick([100, 120, 150])
    demand, most = [0] * len(sizes), 0
    for _ in range(max(1, count * 2 // 3)):
        left, total = length, 0
        for number in dice.shuffled(range(len(sizes))):
            pieces = dice.whole(0, left // sizes[number])
            left -= pieces * sizes[number]
            demand[number] += pieces
            total += pieces
        most = max(most, total)
    count += demand.count(0)
    draft.add("sets", "BARS", range=[1, count], description=what)
    draft.set("LENGTHS", labels, "lengths")
    draft.parameter("size", sizes, f"{unit} of a piece", index=["LENGTHS"])
    draft.parameter("demand", [max(1, n) for n in demand], "pieces ordered", index=["LENGTHS"])
    draft.parameter("bar", length, f"{unit} of a bar")
    draft.variable("cut", "pieces cut from a bar", index=["BARS", "LENGTHS"], domain="NonNegativeIntegers")
    draft.variable("used", "whether a bar is used", index=["BARS"], domain="Binary")
    rule = "sum(size[k]*cut[b,k] for k in LENGTHS) <= bar*used[b]"
    draft.constraint("fits", rule, "the pieces fit into the bar", "b in BARS")
    draft.constraint("enough", "sum(cut[b,k] for b in BARS) >= demand[k]", "orders", "k in LENGTHS")
    _tell(draft, what, unit)
    whole(draft, "cut", "pieces")
    if dice.chance(0.3):
        draft.parameter("knives", most, "most pieces from a bar")
        draft.constraint("few_cuts", "sum(cut[b,k] for k in LENGTHS) <= knives", "pieces from a bar", "b in BARS")
        draft.fact(
            *ways(
                "<at most> {knives} pieces <can> be cut from one of them",
                "none of them gives more than {knives} pieces",
            ),
            tells=["knives", "few_cuts"],
            place="rule",
        )
    if dice.chance(0.5):
        goal(
            draft, "minimize", "sum(used[b] for b in BARS)", f"number of {what} that are used", "what to cut from what"
        )
    else:
        _add_prices(draft, dice, count, what)
    return draft


def _tell(draft: Draft, what: str, unit: str) -> None:
    draft.fact(
        *ways(
            f"pieces of {{LENGTHS}} are cut from {what} numbered {{BARS}}",
            f"{what} numbered {{BARS}} are in stock, to be cut into pieces of {{LENGTHS}}",
        ),
        tells=["used"],
        place="setting",
    )
    draft.fact(
        *ways(
            f"all of them are {{bar}} {unit} long",
            f"<each of> one of them has a length of {{bar}} {unit}",
        ),
        tells=["bar", "fits"],
    )
    draft.fact(
        *ways(
            "<at least> {demand[k]} pieces of {size[k]} " + unit + " are [ordered|needed]",
            "customers [want|have ordered] <least> {demand[k]} pieces of {size[k]} " + unit,
        ),
        tells=["demand", "size", "enough"],
        for_each="k in LENGTHS",
        place="rule",
    )


def _add_prices(draft: Draft, dice: Dice, count: int, what: str) -> None:
    draft.parameter("price", [dice.whole(20, 60) for _ in range(count)], "dollars for a bar", index=["BARS"])
    one = "number {b}"
    draft.fact(
        *ways(f"using {one} costs {{price[b]}} dollars", f"{{price[b]}} dollars are lost when {one} is used"),
        tells=["price"],
        for_each="b in BARS",
        heading="dollars if used",
    )
    goal(
        draft,
        "minimize",
        "sum(price[b]*used[b] for b in BARS)",
        f"total cost of the {what} used",
        "what to cut from what",
    )


FAMILY = Family(
    name="bar_cutting",
    title="cutting stock, bar by bar",
    group="packing",
    description="Pieces that have been ordered are cut from bars of one length; it is decided which bar is used "
    "and how many pieces of each length it gives, with as few or as cheap bars as possible.",
    source="L. V. Kantorovich, Mathematical methods of organizing and planning production, Management Science 6, 1960",
    draw=draw,
    knobs={"bars": Range(3, 10), "lengths": Range(2, 5)},
)
