"""How many seats, tickets or rooms of each class to sell from a limited number."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

SKINS = (
    ("a theatre", "seats", ["stalls seats", "balcony seats", "gallery seats", "box seats", "standing places"]),
    ("an airline", "seats", ["economy seats", "business seats", "premium seats", "first-class seats"]),
    ("a railway", "places", ["first-class places", "second-class places", "sleeping berths", "dining places"]),
    ("a hotel", "rooms", ["single rooms", "twin rooms", "suites", "family rooms"]),
    (
        "a festival",
        "tickets",
        ["day tickets", "weekend tickets", "camping tickets", "student tickets", "guest tickets"],
    ),
    ("a ferry", "places", ["deck places", "cabin places", "lounge places", "car places"]),
    ("a market hall", "stalls", ["food stalls", "flower stalls", "clothes stalls", "book stalls"]),
    ("a housing society", "flats", ["studio flats", "family flats", "garden flats", "penthouses"]),
)


def draw(dice: Dice) -> Draft:
    """Draw classes with profits and a total; space may differ by class, and side rules follow a planted split."""
    draft = Draft("seat_split")
    who, unit, known = dice.pick(SKINS)
    kinds = dice.shuffled(known)[: dice.knob("kinds")]
    planted = [dice.whole(10, 90) for _ in kinds]
    money = dice.pick(["dollars", "euros", "pounds"])
    draft.set("KINDS", kinds, f"kinds of {unit}")
    draft.parameter("profit", [dice.whole(5, 300, 5) for _ in kinds], f"{money} for one", index=["KINDS"])
    draft.variable("sell", f"{unit} of a kind", index=["KINDS"], domain="NonNegativeIntegers")
    draft.fact(
        *ways(f"{who} [offers|sells|has] {{KINDS}}", f"{{KINDS}} are [offered|sold] by {who}"),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"<each of> one of the {{k}} <earns> {{profit[k]}} {money}",
            f"the profit [on|from] {{k}} is {{profit[k]}} {money} each",
            f"{{k}} [earn|bring] {{profit[k]}} {money} each",
        ),
        tells=["profit"],
        for_each="k in KINDS",
        heading=f"{money} each",
    )
    if dice.chance(0.6):
        _add_number(draft, sum(planted), unit)
    else:
        _add_space(draft, dice, planted)
    amounts = Amounts("sell", "KINDS", kinds, planted, "{}", f"all {unit}", "{}", "sold", "")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "sell", unit)
    goal(
        draft,
        "maximize",
        "sum(profit[k]*sell[k] for k in KINDS)",
        "total profit",
        f"how many {unit} of each kind to sell",
    )
    if len(kinds) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _add_number(draft: Draft, number: int, unit: str) -> None:
    draft.parameter("number", number, f"{unit} in all")
    draft.constraint("all_sold", "sum(sell[k] for k in KINDS) <= number", f"{unit} in all")
    draft.fact(
        *ways(
            f"<at most> {{number}} {unit} <can> be sold [in all|altogether|in total]",
            f"<there are> {{number}} {unit} [in all|to sell|<available>]",
            f"the number of all {unit} together is limited to {{number}}",
        ),
        tells=["number", "all_sold"],
        place="rule",
    )


def _add_space(draft: Draft, dice: Dice, planted: list[int]) -> None:
    space = [dice.whole(1, 9) for _ in planted]
    draft.parameter("space", space, "square metres for one", index=["KINDS"])
    draft.parameter("area", sum(s * n for s, n in zip(space, planted, strict=True)) + dice.whole(0, 8), "square metres")
    draft.constraint("fits", "sum(space[k]*sell[k] for k in KINDS) <= area", "the area at hand")
    draft.fact(
        *ways("{k} take up {space[k]} square metres each", "<each of> one of the {k} needs {space[k]} square metres"),
        tells=["space"],
        for_each="k in KINDS",
        heading="square metres each",
    )
    draft.fact(
        *ways(
            "<there are> {area} square metres [<available>|in all]",
            "<at most> {area} square metres <can> be [used|occupied]",
        ),
        tells=["area", "fits"],
        place="rule",
    )


FAMILY = Family(
    name="seat_split",
    title="seats by class",
    group="mix",
    description="A limited number of seats, or an area, is divided among classes of different profit, with rules"
    " on minimum numbers, shares and ratios. The most profitable split is wanted.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, chapter 3",
    draw=draw,
    knobs={"kinds": Range(2, 4), "sides": Range(1, 6)},
)
