"""How large to make the lots of several goods that share a store or a budget."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw goods with yearly demands, order and holding costs; the common limit binds or nearly does."""
    draft = Draft("order_quantities")
    goods = dice.names("product", dice.knob("goods"))
    demand = [dice.whole(200, 5000, 100) for _ in goods]
    order = [dice.whole(20, 150, 5) for _ in goods]
    hold = [dice.whole(1, 12) for _ in goods]
    best = [(2 * k * d / h) ** 0.5 for k, d, h in zip(order, demand, hold, strict=True)]
    draft.set("GOODS", goods, "goods")
    draft.parameter("demand", demand, "units a year", index=["GOODS"])
    draft.parameter("order_cost", order, "dollars for an order", index=["GOODS"])
    draft.parameter("holding", hold, "dollars to hold a unit for a year", index=["GOODS"])
    draft.variable("lot", "units in an order", index=["GOODS"], lower=1, upper="demand")
    draft.fact(*ways("<each of> order is for <least> one unit and <most> a year's demand"), tells=[], place="rule")
    _tell(draft)
    if dice.chance(0.6):
        space = [dice.whole(1, 6) for _ in goods]
        need = sum(s * q for s, q in zip(space, best, strict=True))
        _add_store(draft, space, int(need * dice.real(0.5, 0.95)) // 10 * 10)
    else:
        price = [dice.whole(2, 40) for _ in goods]
        tied = sum(p * q / 2 for p, q in zip(price, best, strict=True))
        _add_budget(draft, price, int(tied * dice.real(0.5, 0.95)) // 10 * 10)
    if dice.chance(0.4):
        orders = sum(d / q for d, q in zip(demand, best, strict=True))
        _add_orders(draft, int(orders * dice.real(2.2, 3)) + 1)
    cost = "sum(order_cost[g]*demand[g]/lot[g] + holding[g]*lot[g]/2 for g in GOODS)"
    goal(draft, "minimize", cost, "total yearly cost of ordering and holding", "how many units to order at a time")
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways("<a firm> keeps {GOODS} in stock", "{GOODS} are kept in stock by <a firm>, and ordered again and again"),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways("{demand[g]} units of {g} are used in a year", "the yearly demand for {g} is {demand[g]} units"),
        tells=["demand"],
        for_each="g in GOODS",
        heading="yearly demand",
    )
    draft.fact(
        *ways(
            "an order of {g} costs {order_cost[g]} dollars, whatever its size",
            "to order {g} costs {order_cost[g]} dollars each time",
        ),
        tells=["order_cost"],
        for_each="g in GOODS",
        heading="cost of an order ($)",
    )
    draft.fact(
        *ways(
            "holding a unit of {g} for a year costs {holding[g]} dollars",
            "a unit of {g} costs {holding[g]} dollars a year in storage",
        ),
        tells=["holding"],
        for_each="g in GOODS",
        heading="holding cost of a unit for a year ($)",
    )
    draft.fact(
        *ways(
            "orders of a good all have one size and arrive when the stock is used up, so that half a lot "
            "is in stock on average",
            "stock falls evenly from a full lot to nothing before the next order comes; the average stock "
            "is half a lot",
        ),
        tells=["objective"],
    )


def _add_store(draft: Draft, space: list[int], room: int) -> None:
    draft.parameter("space", space, "square metres for a unit", index=["GOODS"])
    draft.parameter("room", room, "square metres of the store")
    draft.constraint("fits", "sum(space[g]*lot[g] for g in GOODS) <= room", "the store holds all lots at once")
    draft.fact(
        *ways(
            "a unit of {g} takes up {space[g]} square metres", "{space[g]} square metres are needed for a unit of {g}"
        ),
        tells=["space"],
        for_each="g in GOODS",
        heading="square metres per unit",
    )
    draft.fact(
        *ways(
            "the store has {room} square metres, enough for full lots of all goods at once",
            "full lots of all goods together must fit into {room} square metres",
        ),
        tells=["room", "fits"],
        place="rule",
    )


def _add_budget(draft: Draft, price: list[int], budget: int) -> None:
    draft.parameter("price", price, "dollars for a unit", index=["GOODS"])
    draft.parameter("budget", budget, "dollars tied up on average")
    draft.constraint("tied_up", "sum(price[g]*lot[g]/2 for g in GOODS) <= budget", "money in the average stock")
    draft.fact(
        *ways("a unit of {g} is bought for {price[g]} dollars", "the price of a unit of {g} is {price[g]} dollars"),
        tells=["price"],
        for_each="g in GOODS",
        heading="price of a unit ($)",
    )
    draft.fact(
        *ways(
            "the average stock of all goods together must not be worth more than {budget} dollars",
            "<at most> {budget} dollars <can> be tied up in the average stock",
        ),
        tells=["budget", "tied_up"],
        place="rule",
    )


def _add_orders(draft: Draft, most: int) -> None:
    draft.parameter("most_orders", most, "most orders a year")
    draft.constraint("few_orders", "sum(demand[g]/lot[g] for g in GOODS) <= most_orders", "number of orders")
    draft.fact(
        *ways(
            "<at most> {most_orders} orders a year <can> be placed on average, all goods together",
            "the number of orders a year, for all goods together, must not exceed {most_orders} on average",
        ),
        tells=["most_orders", "few_orders"],
        place="rule",
    )


FAMILY = Family(
    name="order_quantities",
    title="economic order quantities with a common limit",
    group="nonlinear",
    description="Lots of several goods are ordered again and again; small lots mean many orders, large ones much"
    " stock. The lots that fit a common store or budget and cost least in a year are wanted.",
    source="S. Nahmias, Production and Operations Analysis, 6th edition, 2009, section 4.8",
    draw=draw,
    knobs={"goods": Range(1, 8)},
)
