"""The cheapest charge for a melt of a given composition."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw scraps and elements; a charge is planted, and the limits lie around its composition."""
    draft = Draft("alloy_blending")
    scraps = dice.names("scrap", dice.knob("scraps"))
    elements = dice.names("element", min(6, dice.knob("elements")))
    content = [[dice.real(0.1, 9, 1) for _ in elements] for _ in scraps]
    planted = [dice.whole(1, 20) for _ in scraps]
    amount = sum(planted)
    reached = [sum(row[e] * x for row, x in zip(content, planted, strict=True)) / amount for e in range(len(elements))]
    draft.set("SCRAPS", scraps, "materials")
    draft.set("ELEMENTS", elements, "elements")
    draft.parameter("price", [dice.whole(80, 600, 5) for _ in scraps], "price of a ton", index=["SCRAPS"])
    draft.parameter("content", content, "percent", index=["SCRAPS", "ELEMENTS"])
    draft.parameter("least", [round(0.85 * r, 1) for r in reached], "least percent", index=["ELEMENTS"])
    draft.parameter("most", [round(1.15 * r + 0.1, 1) for r in reached], "most percent", index=["ELEMENTS"])
    draft.parameter("amount", amount, "tons to melt")
    draft.variable("charge", "tons of each material", index=["SCRAPS"])
    draft.constraint("melt", "sum(charge[s] for s in SCRAPS) == amount", "size of the melt")
    draft.constraint(
        "grade",
        "least[e]*amount <= sum(content[s,e]*charge[s] for s in SCRAPS) <= most[e]*amount",
        "composition",
        "e in ELEMENTS",
    )
    goal(
        draft, "minimize", "sum(price[s]*charge[s] for s in SCRAPS)", "cost of the charge", "how much of each to charge"
    )
    _tell(draft)
    for feature in dice.some([_stock, _lots, _loss], dice.knob("sides")):
        feature(draft, dice, scraps, planted)
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        "a [steelworks|foundry|mill] [melts|casts] exactly {amount} tons of [steel|an alloy] from {SCRAPS}",
        "{amount} tons of [steel|an alloy], no more and no less, are to be [melted|made] from {SCRAPS}",
        "for a melt of [exactly|just] {amount} tons [a foundry|a steelworks] can [use|charge] {SCRAPS}",
        tells=["amount", "melt"],
        place="setting",
    )
    draft.fact(
        *ways("<each> ton of {s} <costs> {price[s]} dollars", "{s} can be had at {price[s]} dollars [a|per] ton"),
        tells=["price"],
        for_each="s in SCRAPS",
        heading="price ($/t)",
    )
    draft.fact(
        "{s} [contains|has] {content[s,e]} percent {e}",
        "the {e} content of {s} is {content[s,e]} percent",
        "{content[s,e]} percent of {s} is {e}",
        tells=["content"],
        for_each="s in SCRAPS, e in ELEMENTS",
        heading="{e} (%)",
    )
    draft.fact(
        "the {e} content [of the melt|] must [be|lie] between {least[e]} and {most[e]} percent",
        "[the melt|it] must [have|contain] [at least|no less than] {least[e]} and at most {most[e]} percent {e}",
        tells=["least", "most", "grade"],
        for_each="e in ELEMENTS",
        place="rule",
    )


def _stock(draft: Draft, dice: Dice, scraps: list[str], planted: list[int]) -> None:
    draft.parameter("stock", [x + dice.whole(0, 10) for x in planted], "tons at hand", index=["SCRAPS"])
    draft.constraint("supply", "charge[s] <= stock[s]", "stock", "s in SCRAPS")
    draft.fact(
        *ways("<at most> {stock[s]} tons of {s} are <available>", "the stock of {s} is {stock[s]} tons"),
        tells=["stock", "supply"],
        for_each="s in SCRAPS",
        heading="stock (t)",
    )


def _lots(draft: Draft, dice: Dice, scraps: list[str], planted: list[int]) -> None:
    number = dice.whole(0, len(scraps) - 1)
    draft.parameter("lot", max(1, planted[number] - dice.whole(0, 2)), f"least amount of {scraps[number]} if any")
    charge = f"charge[{scraps[number]!r}]"
    draft.constraint("lots", f"{charge} == 0 or {charge} >= lot", f"none or enough {scraps[number]}")
    draft.fact(
        *ways(
            "if any {s} is [used|charged] at all, it must be <at least> {lot} tons",
            "of {s} [one|the furnace] must use either none or <at least> {lot} tons",
        ),
        tells=["lot", "lots"],
        for_each=f"s in [{scraps[number]!r}]",
        place="rule",
    )


def _loss(draft: Draft, dice: Dice, scraps: list[str], planted: list[int]) -> None:
    few = dice.some(range(len(scraps)), max(1, len(scraps) // 2))
    share = sum(planted[s] for s in few) / sum(planted)
    draft.set("CLEAN", [scraps[s] for s in few], "clean materials")
    draft.parameter("clean_share", max(1, int(100 * share) - dice.whole(0, 5)) / 100, "least share of clean materials")
    draft.constraint("clean", "sum(charge[s] for s in CLEAN) >= clean_share*amount", "enough clean material")
    draft.fact(
        *ways(
            "<at least> {clean_share~} of the melt must [come from|be] {CLEAN}",
            "<at least> {clean_share~} of what is melted must be {CLEAN}",
        ),
        tells=["clean_share", "clean"],
        place="rule",
    )


FAMILY = Family(
    name="alloy_blending",
    title="steel and alloy blending",
    group="blending",
    description="Scraps and alloys of known composition and price are charged so that the melt has the right size and "
    "every element is within its limits, at the lowest cost.",
    source="A. Charnes and W. W. Cooper, Management Models and Industrial Applications of Linear Programming, 1961, "
    "volume I; R. Fourer, D. Gay and B. Kernighan, AMPL, 2nd edition, 2003, chapter 2",
    draw=draw,
    knobs={"scraps": Range(3, 30), "elements": Range(2, 6), "sides": Range(0, 3)},
)
