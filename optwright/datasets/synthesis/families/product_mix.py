"""How much of each product to make from limited resources."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw products that share resources; a plan is planted, and capacities lie a little above what it takes."""
    draft = Draft("product_mix")
    products = dice.names("product", dice.knob("products"))
    resources = dice.names("resource", dice.knob("resources"))
    hours = [[dice.whole(1, 9) for _ in resources] for _ in products]
    planted = [dice.whole(5, 40) for _ in products]
    used = [sum(row[r] * n for row, n in zip(hours, planted, strict=True)) for r in range(len(resources))]
    integral = dice.chance(0.6)
    draft.set("PRODUCTS", products, "products")
    draft.set("RESOURCES", resources, "resources")
    draft.parameter("profit", [dice.whole(10, 90) for _ in products], "profit of one unit", index=["PRODUCTS"])
    draft.parameter("hours", hours, "hours that one unit takes", index=["PRODUCTS", "RESOURCES"])
    draft.parameter("available", [u + dice.whole(0, 30) for u in used], "hours available", index=["RESOURCES"])
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("make", "units made", index=["PRODUCTS"], domain=domain)
    draft.constraint(
        "capacity", "sum(hours[p,r]*make[p] for p in PRODUCTS) <= available[r]", "hours at hand", "r in RESOURCES"
    )
    task = "how many units of each product to make"
    goal(draft, "maximize", "sum(profit[p]*make[p] for p in PRODUCTS)", "total profit", task)
    _tell(draft, integral)
    amounts = Amounts("make", "PRODUCTS", products, planted, "units of {}", "all units made", "{}", "made", "units")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    return draft


def _tell(draft: Draft, integral: bool) -> None:
    draft.fact(
        *ways(
            "<a firm> [makes|produces|manufactures] {PRODUCTS}",
            "<a firm> [plans|has to plan|schedules] the production of {PRODUCTS}",
            "the [products|goods] of <a firm> are {PRODUCTS}",
        ),
        tells=["make"],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each> unit of {p} <earns> [a profit of |]{profit[p]} dollars",
            "the profit on [a|one|each] unit of {p} is {profit[p]} dollars",
            "{profit[p]} dollars are [earned|made] with [a|one|each] unit of {p}",
        ),
        tells=["profit"],
        for_each="p in PRODUCTS",
        heading="profit ($)",
    )
    draft.fact(
        *ways(
            "[a|one|each] unit of {p} <needs> {hours[p,r]} hours of {r}",
            "{hours[p,r]} hours of {r} [go into|are needed for|are spent on] [a|one|each] unit of {p}",
        ),
        tells=["hours"],
        for_each="p in PRODUCTS, r in RESOURCES",
        heading="hours of {r}",
    )
    draft.fact(
        *ways(
            "there are {available[r]} hours of {r} [available|at hand|to be had]",
            "<at most> {available[r]} hours of {r} can be [used|spent]",
            "{r} is limited to {available[r]} hours",
        ),
        tells=["available", "capacity"],
        for_each="r in RESOURCES",
        heading="hours available",
        place="rule",
    )
    if integral:
        whole(draft, "make", "units")
    else:
        draft.fact(
            "[parts|fractions] of units [can be made|are possible|are allowed]",
            "units need not be [whole|complete]",
            tells=["make"],
            place="rule",
        )


FAMILY = Family(
    name="product_mix",
    title="product mix",
    group="mix",
    description="Products are made from shared resources with limited hours so that the total profit is largest; "
    "shares, ratios and orders may be asked for.",
    source="G. B. Dantzig, Linear Programming and Extensions, 1963, chapter 3",
    draw=draw,
    knobs={"products": Range(2, 80), "resources": Range(1, 10), "sides": Range(0, 3)},
)
