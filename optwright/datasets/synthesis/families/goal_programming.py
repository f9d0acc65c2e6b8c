"""Goals that cannot all be met: the weighted deviations from them are made small."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, ways, whole

GAINS = ("dollars of profit", "dollars of sales", "points of goodwill", "hours of employment")
BURDENS = (
    "hours of labour",
    "kilowatt-hours of energy",
    "kilograms of waste",
    "hours of machine time",
    "litres of water",
)


def draw(dice: Dice) -> Draft:
    """Draw products with gains to reach and burdens to stay below; targets lie beyond what one plan reaches."""
    draft = Draft("goal_programming")
    products = dice.names("product", dice.knob("products"))
    planted = [dice.whole(5, 40) for _ in products]
    draft.set("PRODUCTS", products, "products")
    domain = dice.pick(["NonNegativeIntegers", "NonNegativeReals"])
    draft.variable("make", "units made", index=["PRODUCTS"], domain=domain)
    draft.fact(
        *ways("<a firm> [makes|produces] {PRODUCTS}", "{PRODUCTS} are [made|produced] by <a firm>"),
        tells=[],
        place="setting",
    )
    gains = dice.some(GAINS, dice.knob("gains"))
    burdens = dice.some(BURDENS, dice.knob("burdens"))
    _add_goals(draft, dice, "GAINS", gains, planted)
    _add_goals(draft, dice, "BURDENS", burdens, planted)
    amounts = Amounts("make", "PRODUCTS", products, planted, "units of {}", "all units made", "{}", "made", "units")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    if domain == "NonNegativeIntegers":
        whole(draft, "make", "units")
    cost = "sum(weight_short[g]*short[g] for g in GAINS) + sum(weight_over[b]*over[b] for b in BURDENS)"
    goal(draft, "minimize", cost, "total number of penalty points", "how many units of each product to make")
    return draft


def _add_goals(draft: Draft, dice: Dice, name: str, aims: list[str], planted: list[int]) -> None:
    """Gains are missed from below, burdens from above; the other direction costs nothing."""
    gain = name == "GAINS"
    i, word, rate, target = ("g", "short", "gain", "aim") if gain else ("b", "over", "load", "ceiling")
    rates = [[dice.whole(2, 30) for _ in planted] for _ in aims]
    reached = [sum(r * n for r, n in zip(row, planted, strict=True)) for row in rates]
    factor = dice.real(1.3, 1.6, 2) if gain else dice.real(0.4, 0.7, 2)
    draft.set(name, aims, "goals")
    draft.parameter(rate, rates, "what one unit adds", index=[name, "PRODUCTS"])
    draft.parameter(target, [int(n * factor) // 10 * 10 for n in reached], "what is aimed at", index=[name])
    draft.parameter(
        f"weight_{word}",
        [dice.whole(3, 9) if gain else dice.whole(1, 4) for _ in aims],
        "points per unit missed",
        index=[name],
    )
    draft.variable(word, "by how much the goal is missed", index=[name])
    total = f"sum({rate}[{i},p]*make[p] for p in PRODUCTS)"
    rule = f"{total} + short[g] >= aim[g]" if gain else f"{total} - over[b] <= ceiling[b]"
    draft.constraint(f"{word}_of", rule, "how far a goal is missed", f"{i} in {name}")
    draft.fact(
        *ways(
            f"<each of> unit of {{p}} [adds|means|brings] {{{rate}[{i},p]}} {{{i}}}",
            f"{{{rate}[{i},p]}} {{{i}}} [come with|are due to] <each of> unit of {{p}}",
        ),
        tells=[rate],
        for_each=f"{i} in {name}, p in PRODUCTS",
        heading="added by a unit of {p}",
    )
    sense = "<at least>" if gain else "<at most>"
    draft.fact(
        *ways(
            f"the [goal|target] is {sense} {{{target}[{i}]}} {{{i}}}",
            f"[management|the board] [aims at|would like] {sense} {{{target}[{i}]}} {{{i}}}",
            f"if possible, there [should|are to] be {sense} {{{target}[{i}]}} {{{i}}}",
        ),
        tells=[target, f"{word}_of"],
        for_each=f"{i} in {name}",
        heading="target (at least)" if gain else "target (at most)",
        place="rule",
    )
    missed = "[missing|that is missing|lacking]" if gain else "[too many|in excess|above the target]"
    miss = "[falling short|missing the target]" if gain else "[going over|exceeding the target]"
    other = "[having |]more [costs|is charged] nothing" if gain else "fewer [cost|count] nothing"
    draft.fact(
        *ways(
            f"as for {{{i}}}, {miss} [costs|counts] {{weight_{word}[{i}]}} points for <each of> one {missed}; {other}",
            f"{{weight_{word}[{i}]}} points are charged for <each of> one of the {{{i}}} {missed}, and {other}",
        ),
        tells=[f"weight_{word}"],
        for_each=f"{i} in {name}",
        heading="points for each one short" if gain else "points for each one above",
    )


FAMILY = Family(
    name="goal_programming",
    title="weighted goal programming",
    group="goal",
    description="Several goals have targets that cannot all be met. A plan is wanted whose deviations from the "
    "targets, weighted by penalties, are smallest in total.",
    source="A. Charnes and W. W. Cooper, Management Models and Industrial Applications of Linear Programming, 1961",
    draw=draw,
    knobs={"products": Range(2, 10), "gains": Range(1, 3), "burdens": Range(1, 4), "sides": Range(0, 4)},
)
