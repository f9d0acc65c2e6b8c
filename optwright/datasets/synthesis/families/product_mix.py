"""How much of each product to make from limited resources."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family


def draw(dice: Dice) -> Draft:
    """Draw products that share resources; a plan is planted, and capacities lie a little above what it takes."""
    draft = Draft("product_mix")
    products = dice.names("product", dice.knob("products"))
    resources = dice.names("resource", dice.knob("resources"))
    hours = [[dice.whole(1, 9) for _ in resources] for _ in products]
    planted = [dice.whole(5, 40) for _ in products]
    used = [sum(row[r] * n for row, n in zip(hours, planted, strict=True)) for r in range(len(resources))]
    draft.set("PRODUCTS", products, "products")
    draft.set("RESOURCES", resources, "resources")
    draft.parameter("profit", [dice.whole(10, 90) for _ in products], "profit of one unit", index=["PRODUCTS"])
    draft.parameter("hours", hours, "hours that one unit takes", index=["PRODUCTS", "RESOURCES"])
    draft.parameter("available", [u + dice.whole(0, 30) for u in used], "hours available", index=["RESOURCES"])
    draft.variable("make", "units made", index=["PRODUCTS"], domain="NonNegativeIntegers")
    draft.objective("maximize", "sum(profit[p]*make[p] for p in PRODUCTS)", "total profit")
    draft.constraint(
        "capacity", "sum(hours[p,r]*make[p] for p in PRODUCTS) <= available[r]", "hours at hand", "r in RESOURCES"
    )
    draft.fact("[a|one] [firm|company|workshop] [makes|produces] {PRODUCTS}", tells=["make"], place="setting")
    draft.fact(
        "[each|one|every] unit of {p} [brings|earns|gives] [a profit of |]{profit[p]} dollars",
        tells=["profit"],
        for_each="p in PRODUCTS",
        heading="profit ($)",
    )
    draft.fact(
        "[a|one] unit of {p} [takes|needs|requires] {hours[p,r]} hours of {r}",
        tells=["hours"],
        for_each="p in PRODUCTS, r in RESOURCES",
        heading="hours of {r}",
    )
    draft.fact(
        "[there are |]{available[r]} hours of {r} [available|at hand|to be had]",
        "[at most|no more than] {available[r]} hours of {r} can be [used|spent]",
        tells=["available", "capacity"],
        for_each="r in RESOURCES",
        heading="hours available",
        place="rule",
    )
    draft.fact("only whole units can be [made|sold]", "units are indivisible", tells=["make"], place="rule")
    draft.fact("[the aim is|it wants] the largest [possible |]total profit", tells=["objective"], place="goal")
    return draft


FAMILY = Family(
    name="product_mix",
    title="product mix",
    group="mix",
    description="Products are made from shared resources with limited hours so that the total profit is largest.",
    source="G. B. Dantzig, Linear Programming and Extensions, 1963, chapter 3",
    draw=draw,
    knobs={"products": Range(2, 30), "resources": Range(1, 10)},
)
