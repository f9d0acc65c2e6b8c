"""A mix that holds whatever the true coefficients are within their intervals."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, ways

TASK = "how many units of each product to make"


def draw(dice: Dice) -> Draft:
    """Draw products whose use of resources is known up to a deviation; the worst case must fit."""
    draft = Draft("robust_mix")
    products = dice.names("product", dice.knob("products"))
    resources = dice.names("resource", dice.knob("resources"))
    usual = [[dice.whole(4, 20) for _ in resources] for _ in products]
    off = [[dice.whole(1, max(1, n // 4)) for n in row] for row in usual]
    planted = [dice.whole(5, 40) for _ in products]
    worst = [sum((usual[p][r] + off[p][r]) * planted[p] for p in range(len(products))) for r in range(len(resources))]
    draft.set("PRODUCTS", products, "products")
    draft.set("RESOURCES", resources, "resources")
    over = ["PRODUCTS", "RESOURCES"]
    draft.parameter("usual", usual, "usual hours for one unit", index=over)
    draft.parameter("off", off, "greatest deviation of the hours", index=over)
    draft.parameter("limit", [n // 10 * 10 + 10 for n in worst], "hours at hand", index=["RESOURCES"])
    draft.parameter("profit", [dice.whole(10, 90) for _ in products], "usual profit of one unit", index=["PRODUCTS"])
    draft.variable("make", "units made", index=["PRODUCTS"])
    rule = "sum((usual[p,r] + off[p,r])*make[p] for p in PRODUCTS) <= limit[r]"
    draft.constraint("worst_case", rule, "hours at hand in the worst case", "r in RESOURCES")
    _tell(draft)
    amounts = Amounts("make", "PRODUCTS", products, planted, "units of {}", "all units made", "{}", "made", "units")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    if dice.chance(0.5):
        draft.parameter("loss", [dice.whole(1, 9) for _ in products], "greatest loss of profit", index=["PRODUCTS"])
        draft.fact(
            *ways(
                "[in the worst case|at worst] the profit of a unit of {p} is {loss[p]} dollars lower",
                "the profit on {p} may turn out lower by <most> {loss[p]} dollars a unit",
            ),
            tells=["loss"],
            for_each="p in PRODUCTS",
            heading="possible loss of profit per unit ($)",
        )
        total = "sum((profit[p] - loss[p])*make[p] for p in PRODUCTS)"
        goal(draft, "maximize", total, "total profit in the worst case", TASK)
    else:
        goal(draft, "maximize", "sum(profit[p]*make[p] for p in PRODUCTS)", "total profit", TASK)
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "<a firm> makes {PRODUCTS}, for which the working times are not known exactly",
            "{PRODUCTS} are made by <a firm> whose working times are uncertain",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each of> unit of {p} usually [takes|needs] {usual[p,r]} hours of {r}",
            "the hours of {r} for a unit of {p} are {usual[p,r]} on average",
        ),
        tells=["usual"],
        for_each="p in PRODUCTS, r in RESOURCES",
        heading="usual hours of {r}",
    )
    draft.fact(
        *ways(
            "for {r} a unit of {p} may take up to {off[p,r]} hours more or less than usual",
            "the time for {r} of a unit of {p} can be off by <most> {off[p,r]} hours [either way|in both directions]",
        ),
        tells=["off"],
        for_each="p in PRODUCTS, r in RESOURCES",
        heading="deviation (hours of {r})",
    )
    draft.fact(
        *ways(
            "<there are> {limit[r]} hours of {r}, which <must> suffice even in the worst case",
            "even if all times are at their longest, <most> {limit[r]} hours of {r} can be used",
        ),
        tells=["limit", "worst_case"],
        for_each="r in RESOURCES",
        heading="hours available (to suffice in the worst case)",
        place="rule",
    )
    draft.fact(
        *ways(
            "<each of> unit of {p} <earns> {profit[p]} dollars",
            "{profit[p]} dollars are earned with <each of> unit of {p}",
        ),
        tells=["profit"],
        for_each="p in PRODUCTS",
        heading="profit per unit ($)",
    )


FAMILY = Family(
    name="robust_mix",
    title="robust product mix with intervals",
    group="robust",
    description="A product mix must fit the hours at hand whatever the true working times are within their "
    "intervals. The plan with the largest profit, perhaps also in the worst case, is wanted.",
    source="A. L. Soyster, Convex programming with set-inclusive constraints, Operations Research 21, 1973;"
    " A. Ben-Tal, L. El Ghaoui and A. Nemirovski, Robust Optimization, 2009",
    draw=draw,
    knobs={"products": Range(2, 15), "resources": Range(1, 8), "sides": Range(0, 4)},
)
