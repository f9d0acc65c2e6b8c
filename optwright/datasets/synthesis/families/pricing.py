"""What to charge when fewer buy at a higher price."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw products whose sales fall with the price in a straight line; features: capacity, ties between prices."""
    draft = Draft("pricing")
    products = dice.names("product", dice.knob("products"))
    slope = [dice.whole(2, 9) for _ in products]
    dearest = [dice.whole(40, 120, 5) for _ in products]
    cost = [dice.whole(5, 25) for _ in products]
    draft.set("PRODUCTS", products, "products")
    base = [b * top for b, top in zip(slope, dearest, strict=True)]
    draft.parameter("base", base, "units sold if they were free", index=["PRODUCTS"])
    draft.parameter("slope", slope, "units lost for every dollar of price", index=["PRODUCTS"])
    draft.parameter("cost", cost, "dollars to make a unit", index=["PRODUCTS"])
    draft.variable("price", "dollars for a unit", index=["PRODUCTS"])
    draft.expression("sales", "base[p] - slope[p]*price[p]", "units sold", "p in PRODUCTS")
    draft.constraint("not_negative", "sales[p] >= 0", "sales are not negative", "p in PRODUCTS")
    _tell(draft)
    if capped := dice.chance(0.5):
        best = sum(b * (top - c) / 2 for b, top, c in zip(slope, dearest, cost, strict=True))
        _add_capacity(draft, max(10, int(best * dice.real(0.5, 1.1)) // 10 * 10))
    if len(products) > 1 and dice.chance(0.6):
        _add_order(draft, dice, products, dearest)
    if not capped and dice.chance(0.6):
        _add_ceiling(draft, min(dearest) + dice.whole(-10, 10))
    profit = "sum((price[p] - cost[p])*sales[p] for p in PRODUCTS)"
    goal(draft, "maximize", profit, "total profit", "what price to charge for each product")
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "<a firm> sets the prices of {PRODUCTS}",
            "<a firm> sells {PRODUCTS} and <wants> to set their prices",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "at a price of x dollars, {base[p]} - {slope[p]}x units of {p} are sold",
            "{p} would sell {base[p]} units if they cost nothing, and {slope[p]} units fewer for every dollar of price",
            "the demand for {p} is {base[p]} units less {slope[p]} units for <each of> dollar of the price",
        ),
        tells=["base", "slope"],
        for_each="p in PRODUCTS",
    )
    draft.fact(
        *ways("making a unit of {p} costs {cost[p]} dollars", "the cost of a unit of {p} is {cost[p]} dollars"),
        tells=["cost"],
        for_each="p in PRODUCTS",
        heading="cost of a unit ($)",
    )
    draft.fact(
        *ways("a price must not be so high that demand would be negative", "the demand cannot fall below zero"),
        tells=["not_negative"],
        place="rule",
    )


def _add_capacity(draft: Draft, capacity: int) -> None:
    draft.parameter("capacity", capacity, "most units in all")
    draft.constraint("can_be_made", "sum(sales[p] for p in PRODUCTS) <= capacity", "what can be made")
    draft.fact(
        *ways(
            "<at most> {capacity} units <can> be made [in all|altogether], and all demand must be served",
            "the demand for all products together must not exceed the capacity of {capacity} units",
        ),
        tells=["capacity", "can_be_made"],
        place="rule",
    )


def _add_order(draft: Draft, dice: Dice, products: list[str], dearest: list[int]) -> None:
    a, b = dice.some(range(len(products)), 2)
    a, b = (a, b) if dearest[a] >= dearest[b] else (b, a)
    draft.parameter("margin", dice.whole(2, 10), "dollars between two prices")
    rule = f"price[{products[a]!r}] >= price[{products[b]!r}] + margin"
    draft.constraint("dearer", rule, f"{products[a]} cost more than {products[b]}")
    draft.fact(
        *ways(
            f"the price of {products[a]} must be <least> {{margin}} dollars above that of {products[b]}",
            f"{products[a]} must cost <least> {{margin}} dollars more than {products[b]}",
        ),
        tells=["margin", "dearer"],
        place="rule",
    )


def _add_ceiling(draft: Draft, ceiling: int) -> None:
    draft.parameter("ceiling", ceiling, "highest price in dollars")
    draft.constraint("not_too_dear", "price[p] <= ceiling", "highest price", "p in PRODUCTS")
    draft.fact(
        *ways(
            "no price <can> be above {ceiling} dollars", "<at most> {ceiling} dollars <can> be charged for any product"
        ),
        tells=["ceiling", "not_too_dear"],
        place="rule",
    )


FAMILY = Family(
    name="pricing",
    title="pricing with falling demand",
    group="nonlinear",
    description="The prices of products are set whose sales fall with the price, under a common capacity and "
    "ties between prices. The prices with the largest profit are wanted.",
    source="F. S. Hillier and G. J. Lieberman, Introduction to Operations Research, 9th edition, 2010, section 12.1",
    draw=draw,
    knobs={"products": Range(1, 15)},
)
