"""How many crews to take of each kind so that every task is covered often enough."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, ways, whole

SKINS = (
    ("aircraft", "aircraft", "[an airline|an air force|a cargo carrier]", "city", "cities"),
    ("vehicle", "vehicles", "[a rescue service|a city|an airport]", "district", "districts"),
    ("machines", "machines", "[a workshop|a contractor|a builder]", "resource", "kinds of work"),
)


def draw(dice: Dice) -> Draft:
    """Draw which sources cover which demands and how often each demand needs cover; a plan is planted."""
    draft = Draft("set_multicover")
    kind, many, who, other, things = dice.pick(SKINS)
    sources = dice.names(kind, dice.knob("sources"))
    needs = dice.names(other, dice.knob("needs"))
    cover = {n: dice.some(sources, dice.whole(1, max(1, min(6, len(sources) // 2)))) for n in needs}
    planted = {s: dice.whole(1, 5) for s in sources}
    for source in sources:
        if not any(source in group for group in cover.values()):
            cover[dice.pick(needs)].append(source)
    draft.set("SOURCES", sources, many)
    draft.set("NEEDS", needs, things)
    draft.add("sets", "COVER", index=["NEEDS"], members=cover, description="what covers each need")
    draft.parameter("cost", [dice.whole(20, 300) for _ in sources], "cost of one", index=["SOURCES"])
    draft.parameter(
        "times", [max(1, sum(planted[s] for s in cover[n]) - dice.whole(0, 3)) for n in needs], "cover", index=["NEEDS"]
    )
    draft.variable("use", "how many are used", index=["SOURCES"], domain="NonNegativeIntegers")
    draft.constraint("enough", "sum(use[s] for s in COVER[n]) >= times[n]", "needs are covered", "n in NEEDS")
    goal(draft, "minimize", "sum(cost[s]*use[s] for s in SOURCES)", "total cost", f"how many of the {many} to use")
    _tell(draft, many, who, things)
    whole(draft, "use", many)
    amounts = Amounts("use", "SOURCES", sources, list(planted.values()), "{}", f"all {many} used", "{}", "used", many)
    add_sides(draft, dice, amounts, dice.knob("sides"))
    if dice.chance(0.5):
        draft.parameter("most", max(planted.values()) + dice.whole(0, 2), "most of one kind")
        draft.constraint("limit", "use[s] <= most", "not too many of one kind", "s in SOURCES")
        draft.fact(
            *ways("<at most> {most} of each kind are <available>", "no kind <can> be used more than {most} times"),
            tells=["most", "limit"],
            place="rule",
        )
    return draft


def _tell(draft: Draft, many: str, who: str, things: str) -> None:
    draft.fact(
        f"{who} [can use|may use|has at its disposal] {{SOURCES}} for {{NEEDS}}",
        f"{who} [plans|decides] how many of its {many}, {{SOURCES}}, to use for {{NEEDS}}",
        tells=["use"],
        place="setting",
    )
    draft.fact(
        *ways("[one|each] of the {s} <costs> {cost[s]} dollars", "using one of the {s} <costs> {cost[s]} dollars"),
        tells=["cost"],
        for_each="s in SOURCES",
        heading="cost ($)",
    )
    draft.fact(
        "{n} can be covered by {COVER[n]}",
        "only {COVER[n]} can [cover|handle] {n}",
        "for {n}[,|] {COVER[n]} will do",
        tells=["enough"],
        for_each="n in NEEDS",
    )
    draft.fact(
        *ways(
            "{n} [needs|requires|calls for] <at least> {times[n]} of them",
            "<at least> {times[n]} of them are [needed|required] for {n}",
        ),
        tells=["times", "enough"],
        for_each="n in NEEDS",
        heading="needed",
        place="rule",
    )


FAMILY = Family(
    name="set_multicover",
    title="set multi-cover",
    group="covering",
    description="Crews, vehicles or machines of several kinds are taken in whole numbers so that every need is "
    "covered as often as it must be, at the lowest cost.",
    source="V. V. Vazirani, Approximation Algorithms, 2001, chapters 13 and 14",
    draw=draw,
    knobs={"sources": Range(3, 60), "needs": Range(3, 80), "sides": Range(0, 2)},
)
