"""Capacity now, orders when the demand is known: two stages with scenarios."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw products bought before the season and sold in scenarios; features: a second order, a budget."""
    draft = Draft("two_stage_stock")
    products = dice.names("product", dice.knob("products"))
    scenarios = dice.some(
        ["a poor season", "a weak season", "a fair season", "a good season", "a record season"], dice.knob("scenarios")
    )
    cuts = sorted(dice.some(range(2, 19), len(scenarios) - 1))
    shares = [round((b - a) / 20, 2) for a, b in zip([0, *cuts], [*cuts, 20], strict=True)]
    usual = [dice.whole(40, 300, 10) for _ in products]
    factors = sorted(dice.real(0.4, 1.8, 1) for _ in scenarios)
    demand = [[int(n * f * dice.real(0.8, 1.2)) // 5 * 5 for n in usual] for f in factors]
    cost = [dice.whole(10, 40) for _ in products]
    draft.set("PRODUCTS", products, "products")
    draft.set("SCENARIOS", scenarios, "seasons")
    draft.parameter("probability", shares, "probability", index=["SCENARIOS"])
    draft.parameter("demand", demand, "units asked for", index=["SCENARIOS", "PRODUCTS"])
    draft.parameter("cost", cost, "dollars for one, ordered early", index=["PRODUCTS"])
    price = [c + dice.whole(10, 60) for c in cost]
    draft.parameter("price", price, "dollars for one sold", index=["PRODUCTS"])
    draft.variable("order", "units ordered before the season", index=["PRODUCTS"])
    draft.variable("sell", "units sold", index=["SCENARIOS", "PRODUCTS"])
    each = "s in SCENARIOS, p in PRODUCTS"
    draft.constraint("not_above_demand", "sell[s,p] <= demand[s,p]", "sales are limited by demand", each)
    _tell(draft)
    gain = "price[p]*sell[s,p]"
    stock = "order[p]"
    if late := dice.chance(0.4):
        stock += " + late[s,p]"
        gain += " - late_cost[p]*late[s,p]"
        _add_late(draft, [c + dice.whole(3, 9) for c in cost], dice.whole(20, 100, 10))
    draft.constraint("not_above_stock", f"sell[s,p] <= {stock}", "only what is there is sold", each)
    if not late and dice.chance(0.5):
        gain += " + salvage[p]*(order[p] - sell[s,p])"
        _add_salvage(draft, [dice.whole(1, c - 4) for c in cost])
    if dice.chance(0.5):
        _add_budget(draft, sum(c * n for c, n in zip(cost, usual, strict=True)) // 100 * 80)
    later = f"sum(probability[s]*sum({gain} for p in PRODUCTS) for s in SCENARIOS)"
    profit = f"{later} - sum(cost[p]*order[p] for p in PRODUCTS)"
    goal(draft, "maximize", profit, "expected profit", "what to order before the season")
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "<a firm> orders {PRODUCTS} before the season, not knowing how it will turn out",
            "before the season <a firm> has to order {PRODUCTS}, while the demand is still uncertain",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "the probability of {s} is {probability[s]~}",
            "{s} [comes|is expected] with a probability of {probability[s]~}",
        ),
        tells=["probability"],
        for_each="s in SCENARIOS",
        heading="probability",
    )
    draft.fact(
        *ways(
            "in {s} <at most> {demand[s,p]} units of {p} [can be sold|are asked for]",
            "in {s} the demand for {p} is {demand[s,p]} units, beyond which nothing is sold",
        ),
        tells=["demand", "not_above_demand"],
        for_each="s in SCENARIOS, p in PRODUCTS",
        heading="demand for {p}",
    )
    draft.fact(
        *ways(
            "a unit of {p} ordered before the season costs {cost[p]} dollars",
            "before the season, {p} cost {cost[p]} dollars a unit",
        ),
        tells=["cost"],
        for_each="p in PRODUCTS",
        heading="cost before the season ($)",
    )
    draft.fact(
        *ways("a unit of {p} sells for {price[p]} dollars", "{p} are sold at {price[p]} dollars a unit"),
        tells=["price"],
        for_each="p in PRODUCTS",
        heading="selling price ($)",
    )
    draft.fact(
        *ways(
            "no more can be sold than has been ordered",
            "only what has been ordered can be sold",
            "sales cannot exceed what is in stock",
        ),
        tells=["not_above_stock"],
        place="rule",
    )


def _add_late(draft: Draft, cost: list[int], most: int) -> None:
    draft.parameter("late_cost", cost, "dollars for one, ordered late", index=["PRODUCTS"])
    draft.parameter("most_late", most, "most units of a product ordered late")
    draft.variable("late", "units ordered in the season", index=["SCENARIOS", "PRODUCTS"])
    draft.constraint("late_room", "late[s,p] <= most_late", "late orders", "s in SCENARIOS, p in PRODUCTS")
    draft.fact(
        *ways(
            "once the season is known, [more |further |]{p} can be ordered at {late_cost[p]} dollars a unit",
            "a unit of {p} ordered when the season is known costs {late_cost[p]} dollars",
        ),
        tells=["late_cost"],
        for_each="p in PRODUCTS",
        heading="cost of a late order ($)",
    )
    draft.fact(
        *ways(
            "a late order can be for <most> {most_late} units of each product",
            "of each product <at most> {most_late} units can be ordered late",
        ),
        tells=["most_late", "late_room"],
        place="rule",
    )


def _add_salvage(draft: Draft, value: list[int]) -> None:
    draft.parameter("salvage", value, "dollars for one left over", index=["PRODUCTS"])
    draft.fact(
        *ways(
            "a unit of {p} left over [fetches|is worth] {salvage[p]} dollars",
            "{p} that are left over bring {salvage[p]} dollars a unit",
        ),
        tells=["salvage"],
        for_each="p in PRODUCTS",
        heading="value of a unit left over ($)",
    )


def _add_budget(draft: Draft, budget: int) -> None:
    draft.parameter("budget", budget, "dollars to spend before the season")
    draft.constraint("within_budget", "sum(cost[p]*order[p] for p in PRODUCTS) <= budget", "budget for early orders")
    draft.fact(
        *ways(
            "<at most> {budget} dollars <can> be spent [before the season|on early orders]",
            "the budget for orders before the season is {budget} dollars",
        ),
        tells=["budget", "within_budget"],
        place="rule",
    )


FAMILY = Family(
    name="two_stage_stock",
    title="ordering before and after the demand is known",
    group="stochastic",
    description="Goods are ordered before a season whose demand has several scenarios with probabilities; then "
    "they are sold, perhaps with a dearer second order. The orders with the largest expected profit "
    "are wanted.",
    source="J. R. Birge and F. Louveaux, Introduction to Stochastic Programming, 1997, chapter 1",
    draw=draw,
    knobs={"products": Range(1, 12), "scenarios": Range(2, 5)},
)
