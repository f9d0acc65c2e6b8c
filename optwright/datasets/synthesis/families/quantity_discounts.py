"""Buying where the price falls with the quantity: every supplier has price breaks."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

TASK = "how much to buy from which supplier"


def draw(dice: Dice) -> Draft:
    """Draw suppliers with brackets of quantity; the price of a bracket holds for the whole order."""
    draft = Draft("quantity_discounts")
    suppliers = dice.names("supplier", dice.knob("suppliers"))
    material = dice.names("material", 1)[0]
    brackets = dice.knob("brackets")
    sizes = [sorted(dice.some(range(50, 1000, 50), brackets)) for _ in suppliers]
    starts = [[10, *row[:-1]] for row in sizes]
    first = [dice.whole(20, 60) for _ in suppliers]
    prices = [[round(p * (1 - 0.07 * b) - dice.real(0, 0.9), 1) for b in range(brackets)] for p in first]
    draft.set("SUPPLIERS", suppliers, "suppliers")
    draft.add("sets", "BRACKETS", range=[1, brackets], description="brackets of quantity")
    over = ["SUPPLIERS", "BRACKETS"]
    draft.parameter("from_amount", starts, "least tons of a bracket", index=over)
    draft.parameter("to_amount", sizes, "most tons of a bracket", index=over)
    draft.parameter("price", prices, "dollars a ton", index=over)
    draft.parameter("demand", int(sum(row[-1] for row in sizes) * dice.real(0.3, 0.8)) // 10 * 10, "tons needed")
    draft.variable("buy", "tons bought at the price of a bracket", index=over)
    draft.variable("chosen", "whether the order falls into the bracket", index=over, domain="Binary")
    each = "s in SUPPLIERS, b in BRACKETS"
    draft.constraint("not_below", "buy[s,b] >= from_amount[s,b]*chosen[s,b]", "the least of a bracket", each)
    draft.constraint("not_above", "buy[s,b] <= to_amount[s,b]*chosen[s,b]", "the most of a bracket", each)
    draft.constraint("one_bracket", "sum(chosen[s,b] for b in BRACKETS) <= 1", "one bracket each", "s in SUPPLIERS")
    total = "sum(buy[s,b] for s in SUPPLIERS for b in BRACKETS)"
    draft.constraint("enough", f"{total} >= demand", "enough is bought")
    _tell(draft, material)
    cost = "sum(price[s,b]*buy[s,b] for s in SUPPLIERS for b in BRACKETS)"
    if dice.chance(0.4):
        cost += " + sum(order_cost[s]*chosen[s,b] for s in SUPPLIERS for b in BRACKETS)"
        _add_order_cost(draft, dice, len(suppliers))
    if dice.chance(0.4) and len(suppliers) > 2:
        _add_count(draft, len(suppliers))
    goal(draft, "minimize", cost, "total cost", TASK)
    return draft


def _tell(draft: Draft, material: str) -> None:
    draft.fact(
        *ways(
            f"<a firm> buys {material} from {{SUPPLIERS}}",
            f"{{SUPPLIERS}} [offer|sell] {material} to <a firm>",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"<at least> {{demand}} tons of {material} are [needed|to be bought]",
            f"{{demand}} tons of {material} or more are needed",
        ),
        tells=["demand", "enough"],
        place="rule",
    )
    draft.fact(
        *ways(
            "for an order of {from_amount[s,b]} to {to_amount[s,b]} tons, {s} charges {price[s,b]} dollars a ton",
            "{s} asks {price[s,b]} dollars a ton for {from_amount[s,b]} to {to_amount[s,b]} tons",
            "[buying|ordering] {from_amount[s,b]} to {to_amount[s,b]} tons from {s} costs {price[s,b]} dollars a ton",
        ),
        tells=["from_amount", "to_amount", "price", "not_below", "not_above"],
        for_each="s in SUPPLIERS, b in BRACKETS",
    )
    draft.fact(
        *ways(
            "the price of a bracket [holds for|applies to] [every ton of the order|the whole order], and "
            "each supplier "
            "gets at most one order, which falls into one bracket",
            "a supplier gets one order or none; it falls into one of the brackets, whose price is paid "
            "for all its tons",
        ),
        tells=["one_bracket", "chosen"],
        place="rule",
    )


def _add_order_cost(draft: Draft, dice: Dice, count: int) -> None:
    draft.parameter(
        "order_cost", [dice.whole(50, 900, 10) for _ in range(count)], "cost of an order", index=["SUPPLIERS"]
    )
    draft.fact(
        *ways(
            "an order from {s} costs {order_cost[s]} dollars [extra|in addition|besides], whatever its size",
            "[for the transport|for the paperwork] of an order, {s} adds {order_cost[s]} dollars",
        ),
        tells=["order_cost"],
        for_each="s in SUPPLIERS",
        heading="fixed cost of an order ($)",
    )


def _add_count(draft: Draft, count: int) -> None:
    draft.parameter("fewest", 2, "fewest suppliers with an order")
    total = "sum(chosen[s,b] for s in SUPPLIERS for b in BRACKETS)"
    draft.constraint("more_than_one", f"{total} >= fewest", "enough suppliers")
    draft.fact(
        *ways(
            "<at least> {fewest} suppliers <must> get an order",
            "the order <must_s> be [split over|shared by] <at least> {fewest} suppliers",
        ),
        tells=["fewest", "more_than_one"],
        place="rule",
    )


FAMILY = Family(
    name="quantity_discounts",
    title="buying with quantity discounts",
    group="logic",
    description="A material is bought from suppliers whose price for the whole order falls with its size. The "
    "cheapest way to buy enough is wanted.",
    source="S. Nahmias, Production and Operations Analysis, 6th edition, 2009, chapter 4",
    draw=draw,
    knobs={"suppliers": Range(2, 12), "brackets": Range(2, 5)},
)
