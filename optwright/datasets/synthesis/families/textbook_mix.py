"""The textbook mix: a few products, a few limits, and rules on shares and ratios."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw products, the resources that each takes, and side constraints around a planted plan."""
    draft = Draft("textbook_mix")
    products = dice.names("product", dice.knob("products"))
    resources = dice.names("resource", dice.knob("resources"))
    unit = dice.pick(["hours", "minutes"])
    money = dice.pick(["dollars", "euros", "pounds"])
    per_unit = [[dice.whole(1, 12) * (5 if unit == "minutes" else 1) for _ in resources] for _ in products]
    planted = [dice.whole(4, 60) for _ in products]
    used = [sum(row[r] * n for row, n in zip(per_unit, planted, strict=True)) for r in range(len(resources))]
    integral = dice.chance(0.8)
    draft.set("PRODUCTS", products, "products")
    draft.set("RESOURCES", resources, "resources")
    draft.parameter("profit", [dice.whole(3, 80) for _ in products], "profit of one unit", index=["PRODUCTS"])
    draft.parameter("takes", per_unit, f"{unit} for one unit", index=["PRODUCTS", "RESOURCES"], unit=unit)
    limits = [-(-amount // 10) * 10 + 10 * dice.whole(0, 5) for amount in used]
    draft.parameter("limit", limits, f"{unit} at hand", index=["RESOURCES"], unit=unit)
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("make", "units made", index=["PRODUCTS"], domain=domain)
    rule = "sum(takes[p,r]*make[p] for p in PRODUCTS) <= limit[r]"
    draft.constraint("within_limit", rule, f"{unit} at hand", "r in RESOURCES")
    _tell(draft, unit, money)
    whole_units = Amounts("make", "PRODUCTS", products, planted, "units of {}", "all units made", "{}", "made", "units")
    add_sides(draft, dice, whole_units, dice.knob("sides"))
    if integral:
        whole(draft, "make", "units")
    profit = dice.pick(["total profit", "profit", "overall profit"])
    goal(
        draft, "maximize", "sum(profit[p]*make[p] for p in PRODUCTS)", profit, "how many units of each product to make"
    )
    if len(products) * len(resources) <= 9 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell(draft: Draft, unit: str, money: str) -> None:
    draft.fact(
        *ways(
            "<a firm> [makes|produces|manufactures|turns out] {PRODUCTS}",
            "{PRODUCTS} are [made|produced|manufactured] by <a firm>",
            "<a firm> <wants> to [make|produce] {PRODUCTS}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"<each> unit of {{p}} <earns> [a profit of |]{{profit[p]}} {money}",
            f"the profit [on|from] [one|a|each] unit of {{p}} is {{profit[p]}} {money}",
            f"{{profit[p]}} {money} are [earned|gained] with <each of> unit of {{p}}",
        ),
        tells=["profit"],
        for_each="p in PRODUCTS",
        heading=f"profit per unit ({money})",
    )
    draft.fact(
        *ways(
            f"<each> unit of {{p}} <needs> {{takes[p,r]}} {unit} of {{r}}",
            f"making [one|a] unit of {{p}} takes {{takes[p,r]}} {unit} of {{r}}",
            f"{{takes[p,r]}} {unit} of {{r}} [are|will be] [needed|spent] on <each of> unit of {{p}}",
        ),
        tells=["takes"],
        for_each="p in PRODUCTS, r in RESOURCES",
        heading=f"{unit} of {{r}}",
    )
    draft.fact(
        *ways(
            f"<there are> {{limit[r]}} {unit} of {{r}} [<available>|in all]",
            f"<at most> {{limit[r]}} {unit} of {{r}} <can> be [used|spent]",
            f"{{r}} is [limited|restricted] to {{limit[r]}} {unit}",
        ),
        tells=["limit", "within_limit"],
        for_each="r in RESOURCES",
        heading=f"{unit} available",
        place="rule",
    )


FAMILY = Family(
    name="textbook_mix",
    title="textbook product mix with side rules",
    group="mix",
    description="A few products share limited working time; some must reach a minimum, keep a share of the whole"
    " or a ratio to another. The number of units of each is wanted that earns most.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, chapter 3",
    draw=draw,
    knobs={"products": Range(2, 12), "resources": Range(1, 6), "sides": Range(0, 6)},
)
