"""What a shop buys in: limited money and limited room, profits by item."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw items with price, profit and size; budget and room suffice for a planted order."""
    draft = Draft("shop_stock")
    kind = dice.pick(["goods", "product", "crop"])
    items = dice.names(kind, dice.knob("items"))
    one, unit = ("sack", "sacks") if kind == "crop" else ("unit", "units")
    planted = [dice.whole(5, 60) for _ in items]
    money = dice.pick(["dollars", "euros", "pounds"])
    draft.set("ITEMS", items, "items")
    price = [dice.whole(5, 120) for _ in items]
    draft.parameter("price", price, f"{money} to buy one", index=["ITEMS"])
    domain = "NonNegativeIntegers"
    draft.variable("order", f"{unit} ordered", index=["ITEMS"], domain=domain)
    spent = sum(p * n for p, n in zip(price, planted, strict=True))
    budget = spent // 100 * 100 + 100 * dice.whole(1, 4)
    _tell(draft, one, money)
    if budgeted := dice.chance(0.75):
        _add_budget(draft, budget, money)
        if dice.chance(0.6):
            _add_room(draft, dice, planted, one)
    else:
        _add_room(draft, dice, planted, one)
    _add_aim(draft, dice, price, (one, unit, money), plain=budgeted and dice.chance(0.7))
    amounts = Amounts("order", "ITEMS", items, planted, unit + " of {}", f"all {unit} ordered", "{}", "ordered", unit)
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "order", unit)
    if len(items) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell(draft: Draft, one: str, money: str) -> None:
    draft.fact(
        *ways(
            "[a shop|a wholesaler|a market trader|an online store] [orders|buys in|sells] {ITEMS}",
            "{ITEMS} are [sold|stocked] by [a shop|a wholesaler|a department store]",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"[a|one] {one} of {{i}} costs {{price[i]}} {money} [in purchase|to buy in]",
            f"[a|each] {one} of {{i}} is bought for {{price[i]}} {money}",
            f"the purchase price of [a|one] {one} of {{i}} is {{price[i]}} {money}",
        ),
        tells=["price"],
        for_each="i in ITEMS",
        heading=f"purchase price ({money})",
    )


def _add_budget(draft: Draft, budget: int, money: str) -> None:
    draft.parameter("budget", budget, f"{money} to spend")
    draft.constraint("within_budget", "sum(price[i]*order[i] for i in ITEMS) <= budget", "the budget")
    draft.fact(
        *ways(
            f"<at most> {{budget}} {money} <can> be spent [on stock|in all|]",
            f"the budget is {{budget}} {money}",
            f"no more than {{budget}} {money} are <available> [for the order|to spend|]",
        ),
        tells=["budget", "within_budget"],
        place="rule",
    )


def _add_room(draft: Draft, dice: Dice, planted: list[int], one: str) -> None:
    what, measure = dice.pick([("shelf space", "square feet"), ("storage", "cubic feet"), ("storage", "square metres")])
    size = [dice.whole(1, 12) for _ in planted]
    draft.parameter("size", size, f"{measure} for one", index=["ITEMS"])
    used = sum(s * n for s, n in zip(size, planted, strict=True))
    draft.parameter("room", used // 10 * 10 + 10 * dice.whole(1, 3), f"{measure} of {what}")
    draft.constraint("fits", "sum(size[i]*order[i] for i in ITEMS) <= room", what)
    draft.fact(
        *ways(
            f"[a|each] {one} of {{i}} [takes up|needs|occupies] {{size[i]}} {measure} of {what}",
            f"{{size[i]}} {measure} of {what} are needed for [a|each] {one} of {{i}}",
        ),
        tells=["size"],
        for_each="i in ITEMS",
        heading=f"{measure} per {one}",
    )
    draft.fact(
        *ways(
            f"<there are> {{room}} {measure} of {what} [<available>|]",
            f"<at most> {{room}} {measure} of {what} <can> be filled",
            f"the seller has {{room}} {measure} of {what}",
        ),
        tells=["room", "fits"],
        place="rule",
    )


def _add_aim(draft: Draft, dice: Dice, price: list[int], words: tuple[str, str, str], *, plain: bool) -> None:
    one, unit, money = words
    task = f"how many {unit} of each item to order"
    if plain:
        draft.parameter("profit", [dice.whole(1, 1 + p // 2) for p in price], f"{money} of profit", index=["ITEMS"])
        says = (
            f"the profit on [a|each] {one} of {{i}} is {{profit[i]}} {money}",
            f"[a|each] {one} of {{i}} <earns> a profit of {{profit[i]}} {money}",
        )
        draft.fact(*ways(*says), tells=["profit"], for_each="i in ITEMS", heading=f"profit ({money})")
        goal(draft, "maximize", "sum(profit[i]*order[i] for i in ITEMS)", "total profit", task)
    else:
        draft.parameter("sale", [p + dice.whole(1, 1 + p // 2) for p in price], f"{money} of sales", index=["ITEMS"])
        says = (
            f"[a|each] {one} of {{i}} sells for {{sale[i]}} {money}",
            f"{{i}} can be sold at {{sale[i]}} {money} a {one}",
        )
        draft.fact(*ways(*says), tells=["sale"], for_each="i in ITEMS", heading=f"selling price ({money})")
        goal(
            draft,
            "maximize",
            "sum((sale[i] - price[i])*order[i] for i in ITEMS)",
            "total profit (sales less purchases)",
            task,
        )


FAMILY = Family(
    name="shop_stock",
    title="what a shop orders",
    group="mix",
    description="A shop orders items that differ in price, profit and size, within its budget and its room, with"
    " rules on numbers and shares. The order with the largest profit is wanted.",
    source="H. A. Taha, Operations Research: An Introduction, 8th edition, 2007, chapter 2",
    draw=draw,
    knobs={"items": Range(2, 8), "sides": Range(0, 6)},
)
