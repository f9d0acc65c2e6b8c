"""The cheapest diet that meets nutritional needs."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family


def draw(dice: Dice) -> Draft:
    """Draw foods and needs; servings are planted, and every limit is set around what they contain."""
    draft = Draft("diet")
    foods = dice.names("food", dice.knob("foods"))
    nutrients = dice.names("nutrient", dice.knob("nutrients"))
    content = [[dice.whole(1, 30) for _ in nutrients] for _ in foods]
    planted = [dice.whole(1, 6) for _ in foods]
    total = [sum(row[n] * x for row, x in zip(content, planted, strict=True)) for n in range(len(nutrients))]
    draft.set("FOODS", foods, "foods")
    draft.set("NUTRIENTS", nutrients, "nutrients")
    draft.parameter("cost", [dice.real(0.2, 4) for _ in foods], "cost of a serving", index=["FOODS"])
    draft.parameter("content", content, "content of a serving", index=["FOODS", "NUTRIENTS"])
    draft.parameter("least", [int(t * dice.real(0.5, 0.9, 2)) for t in total], "smallest amount", index=["NUTRIENTS"])
    draft.variable(
        "servings",
        "servings of each food",
        index=["FOODS"],
        domain="NonNegativeIntegers" if (whole := dice.chance(0.4)) else "NonNegativeReals",
    )
    draft.objective("minimize", "sum(cost[f]*servings[f] for f in FOODS)", "cost of the diet")
    intake = "sum(content[f,n]*servings[f] for f in FOODS)"
    draft.constraint("need", f"{intake} >= least[n]", "enough of each nutrient", "n in NUTRIENTS")
    _tell(draft, whole)
    for feature in dice.some([_ceiling, _variety, _ratio, _portion], dice.knob("sides")):
        feature(draft, dice, foods, planted, total)
    return draft


def _tell(draft: Draft, whole: bool) -> None:
    draft.fact(
        "[a dietician|a canteen|a hospital kitchen|a school cook|a camp cook] [plans|puts together|composes] a [daily "
        "menu|diet|meal plan] from {FOODS}",
        "a [daily menu|diet|meal plan] is to be [made|put together|composed] from {FOODS}",
        tells=["servings"],
        place="setting",
    )
    draft.fact(
        "[a|one|each] serving of {f} costs {cost[f]} dollars",
        "{cost[f]} dollars buy one serving of {f}",
        "the [price|cost] of [a|one] serving of {f} is {cost[f]} dollars",
        tells=["cost"],
        for_each="f in FOODS",
        heading="cost ($)",
    )
    draft.fact(
        "[a|one|each] serving of {f} [contains|has|provides|supplies] {content[f,n]} units of {n}",
        "there are {content[f,n]} units of {n} in [a|one|each] serving of {f}",
        tells=["content"],
        for_each="f in FOODS, n in NUTRIENTS",
        heading="{n} (units)",
    )
    draft.fact(
        "[the diet|the menu|the plan|it] [must|has to|needs to|should] [contain|provide|supply] [at least|no less "
        "than|a minimum of] {least[n]} units of {n}",
        "{least[n]} units of {n} are [needed|required|the minimum]",
        "[at least|no less than] {least[n]} units of {n} are [needed|required]",
        tells=["least", "need"],
        for_each="n in NUTRIENTS",
        heading="minimum (units)",
        place="rule",
    )
    if whole:
        draft.fact(
            "only whole servings are [possible|allowed|served]",
            "servings [cannot|can not] be [split|divided]",
            "the number of servings of each food [must be|is] a whole number",
            tells=["servings"],
            place="rule",
        )
    else:
        draft.fact(
            "[parts of servings|fractions of a serving] are [fine|possible|allowed]",
            "servings [may be|can be] [split|divided]",
            tells=["servings"],
            place="rule",
        )
    draft.fact(
        "[the aim is|find|what is] the [cheapest|least expensive] [diet|menu] that [meets|satisfies] these needs",
        "the [total |]cost [should|is to] be [as low as possible|minimal|minimised]",
        "how many servings of each food [keep the cost lowest|make the menu cheapest]",
        tells=["objective"],
        place="goal",
    )


def _ceiling(draft: Draft, dice: Dice, foods: list[str], planted: list[int], total: list[int]) -> None:
    draft.parameter("most", [int(t * dice.real(1.05, 1.6, 2)) for t in total], "largest amount", index=["NUTRIENTS"])
    intake = "sum(content[f,n]*servings[f] for f in FOODS)"
    draft.constraint("ceiling", f"{intake} <= most[n]", "not too much of a nutrient", "n in NUTRIENTS")
    draft.fact(
        "[it|the diet|the menu] [must not|may not|should not] [contain|have] more than {most[n]} units of {n}",
        "[no more than|at most] {most[n]} units of {n} are [allowed|permitted]",
        tells=["most", "ceiling"],
        for_each="n in NUTRIENTS",
        heading="maximum (units)",
        place="rule",
    )


def _variety(draft: Draft, dice: Dice, foods: list[str], planted: list[int], total: list[int]) -> None:
    draft.parameter("most_servings", max(planted) + dice.whole(0, 3), "most servings of one food")
    draft.constraint("variety", "servings[f] <= most_servings", "not too much of one food", "f in FOODS")
    draft.fact(
        "[for variety, |]no food [may|can] be served more than {most_servings} times",
        "[at most|no more than] {most_servings} servings of [any one|each|the same] food [may|can] be used",
        tells=["most_servings", "variety"],
        place="rule",
    )


def _ratio(draft: Draft, dice: Dice, foods: list[str], planted: list[int], total: list[int]) -> None:
    one, other = dice.some(range(len(foods)), 2)
    more, less = (one, other) if planted[one] >= planted[other] else (other, one)
    draft.constraint("ratio", f"servings[{foods[more]!r}] >= servings[{foods[less]!r}]", "one food at least as often")
    draft.fact(
        f"there [must|should|have to] be at least as many servings of {foods[more]} as of {foods[less]}",
        f"the servings of {foods[less]} [must not|may not|cannot] [exceed|outnumber] those of {foods[more]}",
        tells=["ratio"],
        place="rule",
    )


def _portion(draft: Draft, dice: Dice, foods: list[str], planted: list[int], total: list[int]) -> None:
    food = dice.whole(0, len(foods) - 1)
    share = (100 * planted[food]) // sum(planted)
    draft.parameter("share", max(1, share - dice.whole(0, 4)) / 100, f"smallest share of {foods[food]}")
    draft.constraint("portion", f"servings[{foods[food]!r}] >= share*sum(servings[f] for f in FOODS)", "smallest share")
    draft.fact(
        f"[at least|no less than] {{share~}} of [all|the] servings [must|have to|should] be {foods[food]}",
        f"{foods[food]} [must|should] make up at least {{share~}} of [all|the] servings",
        tells=["share", "portion"],
        place="rule",
    )


FAMILY = Family(
    name="diet",
    title="diet",
    group="mix",
    description="Servings of foods are chosen so that every nutrient reaches its requirement, at the lowest cost; "
    "ceilings, variety and proportions may be asked for.",
    source="G. J. Stigler, The Cost of Subsistence, Journal of Farm Economics 27, 1945; G. B. Dantzig, Linear "
    "Programming and Extensions, 1963, chapter 27",
    draw=draw,
    knobs={"foods": Range(3, 60), "nutrients": Range(2, 10), "sides": Range(0, 3)},
)
