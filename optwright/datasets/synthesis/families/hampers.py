"""Packs of several kinds made from limited stocks of what goes into them."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

SKINS = (
    (
        "a shop packs",
        "hampers",
        ["luxury", "family", "party", "picnic", "office"],
        ["bottles of wine", "cheeses", "jars of jam", "boxes of tea", "cakes"],
    ),
    (
        "a florist binds",
        "bouquets",
        ["wedding", "birthday", "table", "farewell", "spring"],
        ["roses", "tulips", "lilies", "ferns", "asters"],
    ),
    (
        "a stationer sells",
        "school kits",
        ["basic", "drawing", "travel", "deluxe", "writing"],
        ["pencils", "notebooks", "rulers", "erasers", "brushes"],
    ),
    (
        "a toy maker sells",
        "building sets",
        ["castle", "farm", "harbour", "city", "space"],
        ["bricks", "wheels", "figures", "windows", "trees"],
    ),
    (
        "a caterer serves",
        "platters",
        ["cold", "warm", "mixed", "sweet", "garden"],
        ["rolls", "olives", "skewers", "tartlets", "slices of melon"],
    ),
    (
        "a workshop builds",
        "bird tables",
        ["small", "large", "roofed", "hanging", "folding"],
        ["boards", "hooks", "hinges", "dowels", "screws"],
    ),
)


def draw(dice: Dice) -> Draft:
    """Draw kinds of packs with contents and profits; stocks suffice for a planted number of each."""
    draft = Draft("hampers")
    doing, unit, kinds, parts = dice.pick(SKINS)
    packs = [f"{name} {unit}" for name in dice.shuffled(kinds)[: dice.knob("packs")]]
    contents = dice.shuffled(parts)[: dice.knob("contents")]
    planted = [dice.whole(4, 50) for _ in packs]
    holds = [[dice.whole(0 if len(contents) > 2 else 1, 8) for _ in contents] for _ in packs]
    holds = [[n or 1 for n in row] if not any(row) else row for row in holds]
    used = [sum(row[k] * n for row, n in zip(holds, planted, strict=True)) for k in range(len(contents))]
    draft.set("PACKS", packs, unit)
    draft.set("CONTENTS", contents, "contents")
    draft.parameter("holds", holds, "pieces in one", index=["PACKS", "CONTENTS"])
    draft.parameter("stock", [max(n, 10) + dice.whole(0, 12) for n in used], "pieces in stock", index=["CONTENTS"])
    money = dice.pick(["dollars", "euros", "pounds"])
    draft.variable("make", f"{unit} made", index=["PACKS"], domain="NonNegativeIntegers")
    draft.constraint("enough", "sum(holds[p,c]*make[p] for p in PACKS) <= stock[c]", "stocks", "c in CONTENTS")
    if all(any(row[k] == 0 for row in holds) for k in range(len(contents))):
        _add_most(draft, max(planted) + dice.whole(0, 5), unit)
    _tell(draft, doing)
    _add_aim(draft, dice, unit, money)
    amounts = Amounts("make", "PACKS", packs, planted, "{}", f"all {unit}", "{}", "made", unit)
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "make", unit)
    if len(packs) * len(contents) <= 9 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell(draft: Draft, doing: str) -> None:
    draft.fact(
        *ways(f"{doing} {{PACKS}}, which contain {{CONTENTS}}", f"{doing} {{PACKS}}, using {{CONTENTS}}"),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each of> one of the {p} contains {holds[p,c]} {c}",
            "{holds[p,c]} {c} go into <each of> one of the {p}",
            "{p} [contain|take] {holds[p,c]} {c} each",
        ),
        tells=["holds"],
        for_each="p in PACKS, c in CONTENTS",
        heading="{c}",
    )
    draft.fact(
        *ways(
            "<there are> {stock[c]} {c} [in stock|<available>]",
            "<at most> {stock[c]} {c} <can> be used",
            "the stock of {c} is {stock[c]}",
        ),
        tells=["stock", "enough"],
        for_each="c in CONTENTS",
        heading="in stock",
        place="rule",
    )


def _add_most(draft: Draft, most: int, unit: str) -> None:
    draft.parameter("most", most, f"most {unit} of one kind")
    draft.constraint("can_be_sold", "make[p] <= most", "what can be sold", "p in PACKS")
    draft.fact(
        *ways(
            f"<at most> {{most}} {unit} of any one kind <can> be sold",
            f"of no kind can more than {{most}} {unit} be sold",
        ),
        tells=["most", "can_be_sold"],
        place="rule",
    )


def _add_aim(draft: Draft, dice: Dice, unit: str, money: str) -> None:
    task = f"how many {unit} of each kind to make"
    if dice.chance(0.2):
        goal(draft, "maximize", "sum(make[p] for p in PACKS)", f"total number of {unit}", task)
        return
    draft.parameter(
        "profit", [dice.whole(2, 40) for _ in range(dice.knob("packs"))], f"{money} for one", index=["PACKS"]
    )
    draft.fact(
        *ways(
            f"<each of> one of the {{p}} <earns> {{profit[p]}} {money}",
            f"the profit [on|from] <each of> one of the {{p}} is {{profit[p]}} {money}",
            f"{{p}} [sell at|bring|earn] a profit of {{profit[p]}} {money} each",
        ),
        tells=["profit"],
        for_each="p in PACKS",
        heading=f"profit ({money})",
    )
    goal(draft, "maximize", "sum(profit[p]*make[p] for p in PACKS)", "total profit", task)


FAMILY = Family(
    name="hampers",
    title="packs from limited contents",
    group="mix",
    description="Packs of several kinds are made from limited stocks of their contents, with rules on numbers "
    "and shares; as much profit or as many packs as possible are wanted.",
    source="F. S. Hillier and G. J. Lieberman, Introduction to Operations Research, 9th edition, 2010, chapter 3",
    draw=draw,
    knobs={"packs": Range(2, 5), "contents": Range(1, 5), "sides": Range(0, 5)},
)
