"""Profit that is to be safe: the mean less a multiple of the standard deviation."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw uncertain profits that are independent; the norm of the deviations is limited or subtracted."""
    draft = Draft("safe_returns")
    crops = dice.names("crop", dice.knob("crops"))
    planted = [dice.whole(5, 40, 5) for _ in crops]
    mean = [dice.whole(100, 600, 10) for _ in crops]
    spread = [int(m * dice.real(0.05, 0.5, 2)) // 5 * 5 + 5 for m in mean]
    draft.set("CROPS", crops, "crops")
    draft.parameter("mean", mean, "expected profit of a hectare", index=["CROPS"])
    draft.parameter("spread", spread, "standard deviation of the profit of a hectare", index=["CROPS"])
    draft.parameter("land", sum(planted), "hectares of land")
    draft.variable("plant", "hectares of a crop", index=["CROPS"])
    draft.constraint("all_land", "sum(plant[c] for c in CROPS) <= land", "the land at hand")
    _tell(draft)
    amounts = Amounts("plant", "CROPS", crops, planted, "hectares of {}", "the land planted", "under {}", "planted", "")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    total, norm = "sum(mean[c]*plant[c] for c in CROPS)", "sqrt(sum((spread[c]*plant[c])**2 for c in CROPS))"
    task = "how many hectares of each crop to plant"
    if dice.chance(0.5):
        risk = sum((s * n) ** 2 for s, n in zip(spread, planted, strict=True)) ** 0.5
        draft.parameter("most_risk", int(risk) // 10 * 10 + 10, "greatest standard deviation in dollars")
        draft.constraint("risk", f"{norm} <= most_risk", "standard deviation of the total profit")
        draft.fact(
            *ways(
                "the standard deviation of the total profit must not exceed {most_risk} dollars",
                "<at most> {most_risk} dollars are accepted as standard deviation of the total profit",
            ),
            tells=["most_risk", "risk"],
            place="rule",
        )
        goal(draft, "maximize", total, "expected total profit", task)
    else:
        draft.parameter("caution", dice.real(0.5, 2), "standard deviations subtracted")
        noun = "expected total profit less {caution} times its standard deviation"
        draft.objective("maximize", f"{total} - caution*{norm}", "profit that is safe")
        draft.fact(
            *ways(
                f"[decide|determine] {task} so that the {noun} is [largest|as large as possible]",
                f"the {noun} [is to|should] be [maximised|maximized|as large as possible]",
                f"[the aim|the goal] is to [maximise|maximize] the {noun}",
            ),
            tells=["objective", "caution"],
            place="goal",
        )
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways("[a farmer|an estate|a farm] plants {CROPS}", "{CROPS} are grown on [a farm|an estate]"),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "the expected profit on a hectare of {c} is {mean[c]} dollars",
            "a hectare of {c} [earns|brings] {mean[c]} dollars on average",
        ),
        tells=["mean"],
        for_each="c in CROPS",
        heading="expected profit per hectare",
    )
    draft.fact(
        *ways(
            "with {c}, the standard deviation of the profit is {spread[c]} dollars a hectare",
            "the profit on a hectare of {c} has a standard deviation of {spread[c]} dollars",
        ),
        tells=["spread"],
        for_each="c in CROPS",
        heading="standard deviation per hectare",
    )
    draft.fact(
        *ways(
            "the profits of different crops are independent of each other, while all land under one crop fares alike",
            "crops vary independently of each other; the deviation of a crop grows in proportion to its area",
        ),
        tells=[],
    )
    draft.fact(
        *ways("<there are> {land} hectares of land", "<at most> {land} hectares <can> be planted"),
        tells=["land", "all_land"],
        place="rule",
    )


FAMILY = Family(
    name="safe_returns",
    title="safe profits with independent risks",
    group="conic",
    description="Land is divided among crops with uncertain, independent profits. The plan is wanted with the "
    "largest expected profit under a limit on the standard deviation, or less a multiple of it: a "
    "second-order cone program.",
    source="A. Ben-Tal, L. El Ghaoui and A. Nemirovski, Robust Optimization, 2009, chapter 2; S. Boyd and "
    "L. Vandenberghe, Convex Optimization, 2004, section 4.4",
    draw=draw,
    knobs={"crops": Range(2, 15), "sides": Range(0, 4)},
)
