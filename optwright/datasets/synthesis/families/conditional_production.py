"""A product mix with conditions: set-ups, lots that pay only when large enough, one thing that needs another."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole

TASK = "how many units of each product to make"


def draw(dice: Dice) -> Draft:
    """Draw products, hours and a planted plan, then conditions that the plan meets."""
    draft = Draft("conditional_production")
    products = dice.names("product", dice.knob("products"))
    resources = dice.names("resource", dice.knob("resources"))
    planted = [dice.whole(15, 60) if dice.chance(0.7) else 0 for _ in products]
    planted[0] = planted[0] or 20
    hours = [[dice.whole(1, 9) for _ in resources] for _ in products]
    limits = [max(sum(row[r] * n for row, n in zip(hours, planted, strict=True)), 200) for r in range(len(resources))]
    draft.set("PRODUCTS", products, "products")
    draft.set("RESOURCES", resources, "resources")
    draft.parameter("profit", [dice.whole(10, 90) for _ in products], "dollars for one unit", index=["PRODUCTS"])
    draft.parameter("hours", hours, "hours for one unit", index=["PRODUCTS", "RESOURCES"])
    draft.parameter("limit", [n + dice.whole(0, 40) for n in limits], "hours at hand", index=["RESOURCES"])
    draft.variable("make", "units made", index=["PRODUCTS"], domain="NonNegativeIntegers")
    rule = "sum(hours[p,r]*make[p] for p in PRODUCTS) <= limit[r]"
    draft.constraint("within_limit", rule, "hours at hand", "r in RESOURCES")
    _tell(draft)
    total = "sum(profit[p]*make[p] for p in PRODUCTS)"
    if dice.chance(0.5):
        draft.parameter("set_up", [dice.whole(50, 400, 10) for _ in products], "dollars to set up", index=["PRODUCTS"])
        _tell_set_up(draft)
        total += " - sum(set_up[p]*(make[p] > 0) for p in PRODUCTS)"
    for add in dice.shuffled([_add_lot, _add_needs, _add_excludes, _add_kinds])[: dice.whole(1, 3)]:
        add(draft, dice, products, planted)
    whole(draft, "make", "units")
    goal(draft, "maximize", total, "total profit", TASK)
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways("<a firm> [makes|can make|produces] {PRODUCTS}", "{PRODUCTS} can be made by <a firm>"),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each of> unit of {p} <earns> {profit[p]} dollars",
            "{profit[p]} dollars are [earned|gained] with <each of> unit of {p}",
        ),
        tells=["profit"],
        for_each="p in PRODUCTS",
        heading="profit per unit ($)",
    )
    draft.fact(
        *ways(
            "<each of> unit of {p} <needs> {hours[p,r]} hours of {r}",
            "{hours[p,r]} hours of {r} go into <each of> unit of {p}",
        ),
        tells=["hours"],
        for_each="p in PRODUCTS, r in RESOURCES",
        heading="hours of {r}",
    )
    draft.fact(
        *ways("<there are> {limit[r]} hours of {r}", "<at most> {limit[r]} hours of {r} <can> be [used|spent]"),
        tells=["limit", "within_limit"],
        for_each="r in RESOURCES",
        heading="hours available",
        place="rule",
    )


def _tell_set_up(draft: Draft) -> None:
    draft.fact(
        *ways(
            "if any {p} are made at all, a set-up [costs|takes|means] {set_up[p]} dollars [once|]",
            "[making|to make] {p} at all means a set-up for {set_up[p]} dollars, to be subtracted from the profit",
        ),
        tells=["set_up"],
        for_each="p in PRODUCTS",
        heading="set-up cost if made at all ($)",
    )


def _add_lot(draft: Draft, dice: Dice, products: list[str], planted: list[int]) -> None:
    """Each product is left out, or made in a lot that is large enough."""
    draft.parameter("lot", dice.whole(5, 15), "fewest units of a product that is made")
    draft.constraint("large_enough", "make[p] == 0 or make[p] >= lot", "no small lots", "p in PRODUCTS")
    draft.fact(
        *ways(
            "a product is [left out|not made at all] or made in <at least> {lot} units",
            "of [any|every] product that is made, there must be <at least> {lot} units",
        ),
        tells=["lot", "large_enough"],
        place="rule",
    )


def _add_needs(draft: Draft, dice: Dice, products: list[str], planted: list[int]) -> None:
    """Making one product requires so many of another."""
    first = planted.index(max(planted))
    other = dice.pick([number for number in range(len(products)) if number != first])
    a, b = products[other], products[first]
    draft.parameter("company", dice.whole(5, 15), f"fewest {b} if {a} are made")
    draft.constraint("goes_with", f"implies(make[{a!r}] > 0, make[{b!r}] >= company)", f"{a} need {b}")
    draft.fact(
        *ways(
            f"if any {a} are made, <at least> {{company}} units of {b} <must> be made [too|as well]",
            f"{a} can be made only [if|when] <at least> {{company}} units of {b} are made",
        ),
        tells=["company", "goes_with"],
        place="rule",
    )


def _add_excludes(draft: Draft, dice: Dice, products: list[str], planted: list[int]) -> None:
    """Two products are not both made; one of them is absent from the planted plan."""
    absent = [number for number, amount in enumerate(planted) if not amount]
    if not absent:
        return
    one = dice.pick(absent)
    two = dice.pick([number for number in range(len(products)) if number != one])
    a, b = products[one], products[two]
    draft.constraint("not_both", f"not (make[{a!r}] > 0 and make[{b!r}] > 0)", f"not both {a} and {b}")
    draft.fact(
        *ways(
            f"{a} and {b} [cannot|must not] both be made",
            f"if [any |]{a} are made, no {b} can be made",
            f"either no {a} or no {b} are made",
        ),
        tells=["not_both"],
        place="rule",
    )


def _add_kinds(draft: Draft, dice: Dice, products: list[str], planted: list[int]) -> None:
    """Only so many kinds of product can be made."""
    kinds = sum(amount > 0 for amount in planted)
    if kinds == len(products):
        return
    draft.parameter("kinds", kinds, "most products that are made")
    draft.constraint("few_kinds", "sum(make[p] > 0 for p in PRODUCTS) <= kinds", "few different products")
    draft.fact(
        *ways(
            "<at most> {kinds} [different products|kinds of product] <can> be made",
            "the number of different products made must not [exceed|be above] {kinds}",
        ),
        tells=["kinds", "few_kinds"],
        place="rule",
    )


FAMILY = Family(
    name="conditional_production",
    title="production with conditions",
    group="logic",
    description="A product mix in which set-ups cost money, small lots are not worth while, one product needs or"
    " excludes another, or only few kinds can be made.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, chapter 9",
    draw=draw,
    knobs={"products": Range(2, 12), "resources": Range(1, 6)},
)
