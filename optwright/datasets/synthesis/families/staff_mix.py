"""How many workers of each kind to hire for a given amount of work."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

TASK = "how many workers of each kind to hire"


def draw(dice: Dice) -> Draft:
    """Draw kinds of staff with hours and wages; the planted staff does the work, and the budget pays it."""
    draft = Draft("staff_mix")
    kinds = dice.names("staff", dice.knob("kinds"))
    money = dice.pick(["dollars", "euros", "pounds"])
    planted = [dice.whole(3, 40) for _ in kinds]
    hours = [dice.whole(8, 48, 2) for _ in kinds]
    wages = [dice.whole(120, 950, 10) for _ in kinds]
    draft.set("KINDS", kinds, "kinds of staff")
    draft.parameter("hours", hours, "hours a week that one works", index=["KINDS"], unit="hours")
    draft.variable("hire", "workers hired", index=["KINDS"], domain="NonNegativeIntegers")
    _tell(draft, dice)
    aim = dice.pick(["wages", "people", "hours"])
    if aim != "people":
        _add_wages(draft, wages, money)
    if aim != "hours":
        _add_work(draft, sum(n * h for n, h in zip(planted, hours, strict=True)) // 10 * 10)
        if aim == "wages":
            goal(draft, "minimize", "sum(wage[k]*hire[k] for k in KINDS)", "total wage bill", TASK)
        else:
            goal(draft, "minimize", "sum(hire[k] for k in KINDS)", "total number of workers", TASK)
    else:
        _add_budget(draft, sum(n * w for n, w in zip(planted, wages, strict=True)) + dice.whole(0, 90, 10), money)
        goal(draft, "maximize", "sum(hours[k]*hire[k] for k in KINDS)", "total number of hours worked", TASK)
    crew = "all workers"
    add_sides(
        draft,
        dice,
        Amounts("hire", "KINDS", kinds, planted, "{}", crew, "{}", "hired", "workers"),
        dice.knob("sides"),
    )
    whole(draft, "hire", "workers")
    if len(kinds) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell(draft: Draft, dice: Dice) -> None:
    who = dice.pick(["a hotel", "a farm", "a call centre", "a hospital", "a theme park", "a bakery", "a shop"])
    draft.fact(
        *ways(
            f"{who} [hires|employs|can take on] {{KINDS}}",
            f"{{KINDS}} [work|are employed] [for|at] {who}",
            f"{who} <wants> to hire {{KINDS}}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each of> one of the {k} works {hours[k]} hours [a|per] week",
            "{k} work {hours[k]} hours [a|per] week each",
        ),
        tells=["hours"],
        for_each="k in KINDS",
        heading="hours a week",
    )


def _add_wages(draft: Draft, wages: list[int], money: str) -> None:
    draft.parameter("wage", wages, f"{money} a week for one", index=["KINDS"])
    draft.fact(
        *ways(
            f"<each of> one of the {{k}} [is paid|earns|gets] {{wage[k]}} {money} [a|per] week",
            f"{{k}} [are paid|earn|cost] {{wage[k]}} {money} [a|per] week each",
        ),
        tells=["wage"],
        for_each="k in KINDS",
        heading=f"{money} a week",
    )


def _add_work(draft: Draft, work: int) -> None:
    draft.parameter("work", work, "hours of work a week", unit="hours")
    draft.constraint("work_done", "sum(hours[k]*hire[k] for k in KINDS) >= work", "all work gets done")
    draft.fact(
        *ways(
            "<at least> {work} hours of work <must> be done [a|each|every] week",
            "the work [amounts to|takes|comes to] {work} hours [a|per] week",
        ),
        tells=["work", "work_done"],
        place="rule",
    )


def _add_budget(draft: Draft, budget: int, money: str) -> None:
    draft.parameter("budget", budget, f"{money} a week for wages")
    draft.constraint("within_budget", "sum(wage[k]*hire[k] for k in KINDS) <= budget", "the budget for wages")
    draft.fact(
        *ways(
            f"<at most> {{budget}} {money} [a|per] week <can> be [paid|spent] in wages",
            f"the wage bill must not [exceed|be above] {{budget}} {money} [a|per] week",
        ),
        tells=["budget", "within_budget"],
        place="rule",
    )


FAMILY = Family(
    name="staff_mix",
    title="staff of several kinds",
    group="mix",
    description="Workers of several kinds differ in hours and wages. The numbers to hire are wanted that do the "
    "work at the least cost or with fewest people, or work longest within a budget, with rules on "
    "the shares of each kind.",
    source="H. A. Taha, Operations Research: An Introduction, 8th edition, 2007, chapter 2",
    draw=draw,
    knobs={"kinds": Range(2, 8), "sides": Range(0, 6)},
)
