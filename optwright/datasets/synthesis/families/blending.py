"""The cheapest blend of materials whose quality lies within limits."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("a feed [mill|producer]", "feedstuff", ("protein", "fibre", "fat"), "feed"),
    ("a refinery", "crude", ("sulphur", "aromatics", "wax"), "petrol"),
    ("a coffee roaster", "bean", ("acidity", "body", "sweetness"), "coffee"),
    ("a fertiliser [works|maker]", "salt", ("nitrogen", "potash", "phosphate"), "fertiliser"),
)


def draw(dice: Dice) -> Draft:
    """Draw materials and qualities; a blend is planted, and the limits lie around its qualities."""
    draft = Draft("blending")
    firm, kind, known, blend = dice.pick(SKINS)
    materials = dice.names(kind, dice.knob("materials"))
    qualities = dice.some(known, min(dice.knob("qualities"), len(known)))
    content = [[dice.real(1, 60) for _ in qualities] for _ in materials]
    planted = [dice.whole(10, 90) for _ in materials]
    amount = sum(planted)
    reached = [sum(row[q] * x for row, x in zip(content, planted, strict=True)) / amount for q in range(len(qualities))]
    draft.set("MATERIALS", materials, "materials")
    draft.set("QUALITIES", qualities, "qualities")
    draft.parameter("price", [dice.whole(40, 400) for _ in materials], "price of a ton", index=["MATERIALS"])
    draft.parameter("content", content, "content in percent", index=["MATERIALS", "QUALITIES"])
    draft.parameter("stock", [x + dice.whole(0, 60) for x in planted], "tons at hand", index=["MATERIALS"])
    draft.parameter("amount", amount, "tons of blend to make")
    draft.variable("use", "tons of each material", index=["MATERIALS"], upper="stock")
    draft.constraint("fill", "sum(use[m] for m in MATERIALS) == amount", "the blend is made of the materials")
    _tell(draft, firm, blend)
    _limits(draft, dice, reached, blend)
    if dice.knob("sides"):
        draft.parameter("share", round(max(planted) / amount + 0.06, 2), "largest share of one material")
        draft.constraint("share_most", "use[m] <= share*amount", "no material dominates", "m in MATERIALS")
        draft.fact(
            *ways(
                "no [single |]material may make up more than {share~} of the blend",
                "<at most> {share~} of the blend <can> be [one and the same|any one] material",
            ),
            tells=["share", "share_most"],
            place="rule",
        )
    return draft


def _tell(draft: Draft, firm: str, blend: str) -> None:
    goal(
        draft,
        "minimize",
        "sum(price[m]*use[m] for m in MATERIALS)",
        "total cost",
        "how many tons of each material to use",
    )
    draft.fact(
        *ways(
            f"{firm} [blends|mixes] {{amount}} tons of {blend} from {{MATERIALS}}",
            f"{firm} [has to|must|wants to] [make|produce] {{amount}} tons of {blend} out of {{MATERIALS}}",
            f"exactly {{amount}} tons of {blend} are to be [mixed|blended] from {{MATERIALS}}",
        ),
        tells=["amount", "fill"],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each> ton of {m} <costs> {price[m]} dollars",
            "the price of [a|one] ton of {m} is {price[m]} dollars",
            "{m} can be bought for {price[m]} dollars a ton",
        ),
        tells=["price"],
        for_each="m in MATERIALS",
        heading="price ($/t)",
    )
    draft.fact(
        *ways("the {q} content of {m} is {content[m,q]} percent", "{content[m,q]} percent of {m} is {q}"),
        tells=["content"],
        for_each="m in MATERIALS, q in QUALITIES",
        heading="{q} (%)",
    )
    draft.fact(
        *ways(
            "<at most> {stock[m]} tons of {m} are <available>",
            "there are only {stock[m]} tons of {m}",
            "the [stock|supply] of {m} is {stock[m]} tons",
        ),
        tells=["stock"],
        for_each="m in MATERIALS",
        heading="stock (t)",
    )


def _limits(draft: Draft, dice: Dice, reached: list[float], blend: str) -> None:
    content = "sum(content[m,q]*use[m] for m in MATERIALS)"
    both = dice.chance(0.4)
    if both or dice.chance(0.5):
        draft.parameter("least", [round(r * 0.9, 1) for r in reached], "least content", index=["QUALITIES"])
        draft.constraint("rich", f"{content} >= least[q]*amount", "enough of each quality", "q in QUALITIES")
        draft.fact(
            *ways(
                "the {q} content of the [blend|mix] must be <at least> {least[q]} percent",
                f"the {blend} <must_s> contain <at least> {{least[q]}} percent {{q}}",
            ),
            tells=["least", "rich"],
            for_each="q in QUALITIES",
            heading="least content (%)",
            place="rule",
        )
        if not both:
            return
    draft.parameter("most", [round(r * 1.1 + 0.1, 1) for r in reached], "most content", index=["QUALITIES"])
    draft.constraint("lean", f"{content} <= most[q]*amount", "not too much of a quality", "q in QUALITIES")
    draft.fact(
        *ways(
            "the {q} content of the [blend|mix] must not [exceed|be above] {most[q]} percent",
            f"the {blend} may contain <at most> {{most[q]}} percent {{q}}",
        ),
        tells=["most", "lean"],
        for_each="q in QUALITIES",
        heading="most content (%)",
        place="rule",
    )


FAMILY = Family(
    name="blending",
    title="blending",
    group="blending",
    description="A given amount of blend is mixed from materials in limited supply so that the content of each "
    "quality stays within its limits and the cost is lowest.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, section 12.1 (Food "
    "manufacture)",
    draw=draw,
    knobs={"materials": Range(3, 60), "qualities": Range(1, 3), "sides": Range(0, 1)},
)
