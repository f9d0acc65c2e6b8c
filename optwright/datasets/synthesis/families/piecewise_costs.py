"""Costs that change by the piece: the first units cost one rate, the next another."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

TASK = "how much each plant makes"


def draw(dice: Dice) -> Draft:
    """Draw plants whose cost grows by pieces, rising (dearer) or falling (cheaper), and a demand to meet."""
    draft = Draft("piecewise_costs")
    plants = dice.names("works", dice.knob("plants"))
    goods = dice.pick(["tons of cement", "litres of milk", "megawatt-hours", "tons of paper", "barrels"])
    rising = dice.chance(0.5)
    breaks = [dice.whole(40, 200, 10) for _ in plants]
    ends = [b + dice.whole(40, 200, 10) for b in breaks]
    low = [dice.whole(5, 20) for _ in plants]
    high = [n + dice.whole(2, 15) for n in low]
    draft.set("PLANTS", plants, "plants")
    draft.parameter("break_at", breaks, f"{goods} up to which the first rate holds", index=["PLANTS"])
    draft.parameter("capacity", ends, f"most {goods} of a plant", index=["PLANTS"])
    draft.parameter("first_rate", low if rising else high, "dollars for one, at first", index=["PLANTS"])
    draft.parameter("next_rate", high if rising else low, "dollars for one, beyond", index=["PLANTS"])
    draft.parameter("demand", int(sum(ends) * dice.real(0.4, 0.9)) // 10 * 10, f"{goods} wanted")
    draft.variable("make", f"{goods} made", index=["PLANTS"])
    draft.constraint("enough", "sum(make[p] for p in PLANTS) >= demand", "the demand")
    draft.constraint("within", "make[p] <= capacity[p]", "what a plant can make", "p in PLANTS")
    _tell(draft, goods)
    if dice.chance(0.4):
        _add_least(draft, dice, breaks, goods)
    beyond = "max(make[p] - break_at[p], 0)" if rising else "(make[p] - min(make[p], break_at[p]))"
    cost = f"sum(first_rate[p]*make[p] + (next_rate[p] - first_rate[p])*{beyond} for p in PLANTS)"
    goal(draft, "minimize", cost, "total cost", TASK)
    return draft


def _tell(draft: Draft, goods: str) -> None:
    draft.fact(
        *ways(
            f"<a firm> [makes|produces|turns out] {goods} at {{PLANTS}}",
            f"{{PLANTS}} [make|produce] {goods} for <a firm>",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "the first {break_at[p]} cost {first_rate[p]} dollars each at {p}, and any beyond that "
            "{next_rate[p]} dollars each",
            "at {p} one pays {first_rate[p]} dollars for each of the first {break_at[p]} and "
            "{next_rate[p]} dollars for "
            "each further one",
            "{p} [makes|produces] up to {break_at[p]} at {first_rate[p]} dollars each; more than that costs "
            "{next_rate[p]} dollars each",
        ),
        tells=["break_at", "first_rate", "next_rate"],
        for_each="p in PLANTS",
    )
    draft.fact(
        *ways(
            f"{{p}} <can> [make|produce] <at most> {{capacity[p]}} {goods}",
            f"the capacity of {{p}} is {{capacity[p]}} {goods}",
        ),
        tells=["capacity", "within"],
        for_each="p in PLANTS",
        heading="capacity",
        place="rule",
    )
    draft.fact(
        *ways(
            f"<at least> {{demand}} {goods} are [wanted|needed|required] [in all|altogether]",
            f"[in all|altogether] <at least> {{demand}} {goods} <must> be made",
        ),
        tells=["demand", "enough"],
        place="rule",
    )


def _add_least(draft: Draft, dice: Dice, breaks: list[int], goods: str) -> None:
    draft.parameter("least", min(breaks) // 20 * 10, f"fewest {goods} of a plant that runs")
    draft.constraint("runs_or_not", "make[p] == 0 or make[p] >= least", "closed, or running well", "p in PLANTS")
    draft.fact(
        *ways(
            f"a plant [is closed|stands still] or makes <at least> {{least}} {goods}",
            f"[any|every] plant that is not closed <must_s> make <at least> {{least}} {goods}",
        ),
        tells=["least", "runs_or_not"],
        place="rule",
    )


FAMILY = Family(
    name="piecewise_costs",
    title="costs by pieces",
    group="logic",
    description="Plants share a demand; beyond some output the next units of a plant cost more, or less. The "
    "cheapest division of the demand is wanted.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, sections 7.3 and 9.3",
    draw=draw,
    knobs={"plants": Range(2, 15)},
)
