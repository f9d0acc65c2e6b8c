"""Objectives in order of priority: the first counts most, the next decides among its best plans."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import ways, whole

AIMS = {
    "profit": ("maximize", "profit", "dollars of profit"),
    "jobs": ("maximize", "number of hours of work", "hours of work"),
    "emissions": ("minimize", "amount of emissions", "kilograms of emissions"),
    "water": ("minimize", "use of water", "litres of water"),
    "transport": ("minimize", "number of lorry loads", "lorry loads"),
}


def draw(dice: Dice) -> Draft:
    """Draw activities with capacities and least outputs, and two or three aims in order."""
    draft = Draft("lexicographic_goals")
    products = dice.names("product", dice.knob("products"))
    resources = dice.names("resource", dice.knob("resources"))
    planted = [dice.whole(5, 40) for _ in products]
    hours = [[dice.whole(1, 9) for _ in resources] for _ in products]
    used = [sum(row[r] * n for row, n in zip(hours, planted, strict=True)) for r in range(len(resources))]
    draft.set("PRODUCTS", products, "products")
    draft.set("RESOURCES", resources, "resources")
    draft.parameter("hours", hours, "hours for one unit", index=["PRODUCTS", "RESOURCES"])
    draft.parameter("limit", [amount // 5 * 5 + 5 for amount in used], "hours at hand", index=["RESOURCES"])
    draft.parameter("least", sum(planted) * dice.whole(4, 9) // 10, "fewest units in all")
    draft.variable("make", "units made", index=["PRODUCTS"], domain="NonNegativeIntegers")
    rule = "sum(hours[p,r]*make[p] for p in PRODUCTS) <= limit[r]"
    draft.constraint("within_limit", rule, "hours at hand", "r in RESOURCES")
    draft.constraint("enough", "sum(make[p] for p in PRODUCTS) >= least", "enough units in all")
    _tell(draft)
    amounts = Amounts("make", "PRODUCTS", products, planted, "units of {}", "all units made", "{}", "made", "")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "make", "units")
    _add_aims(draft, dice, len(products))
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "<a firm> [makes|produces] {PRODUCTS}",
            "{PRODUCTS} are [made|produced] by <a firm>",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each of> unit of {p} <needs> {hours[p,r]} hours of {r}",
            "{hours[p,r]} hours of {r} [go into|are needed for] <each of> unit of {p}",
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
    draft.fact(
        *ways(
            "<at least> {least} units <must> be made [in all|in total|altogether]",
            "[in all|in total|altogether] <at least> {least} units are [wanted|needed]",
        ),
        tells=["least", "enough"],
        place="rule",
    )


def _add_aims(draft: Draft, dice: Dice, count: int) -> None:
    ranks = ("first", "second", "third")
    names = dice.shuffled(list(AIMS))[: dice.whole(2, 3)]
    if all(AIMS[name][0] == "minimize" for name in names):
        names[0] = dice.pick(["profit", "jobs"])
    for rank, name in zip(ranks, names, strict=False):
        sense, noun, unit = AIMS[name]
        draft.parameter(name, [dice.whole(2, 40) for _ in range(count)], f"{unit} of one unit", index=["PRODUCTS"])
        draft.fact(
            *ways(
                f"<each of> unit of {{p}} [means|comes with|brings] {{{name}[p]}} {unit}",
                f"{{{name}[p]}} {unit} [come with|are due to] <each of> unit of {{p}}",
            ),
            tells=[name],
            for_each="p in PRODUCTS",
            heading=f"{unit} per unit",
        )
        expression = f"sum({name}[p]*make[p] for p in PRODUCTS)"
        draft.objective(sense, expression, f"total {noun}", name=f"total_{name}")
        size = "[large|high|great]" if sense == "maximize" else "[small|low]"
        order = (
            "above all else" if rank == "first" else f"as the {rank} [priority|aim], without loss in what ranks higher"
        )
        draft.fact(
            *ways(
                f"{order}, the total {noun} [should|is to] be as {size} as possible",
                f"the total {noun}, as {size} as possible, is the {rank} [priority|concern|aim] in order of importance",
            ),
            tells=[f"total_{name}"],
            place="goal",
        )


FAMILY = Family(
    name="lexicographic_goals",
    title="goals in order of priority",
    group="goal",
    description="A production plan has two or three objectives in order of priority: the first is optimised, "
    "then the next among the plans that are best for the first.",
    source="J. P. Ignizio, Goal Programming and Extensions, 1976",
    draw=draw,
    knobs={"products": Range(2, 12), "resources": Range(1, 6), "sides": Range(0, 4)},
)
