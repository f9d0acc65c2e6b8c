"""How many hours to run each machine or site to meet orders."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, in_prose, ways


def draw(dice: Dice) -> Draft:
    """Draw hourly outputs, costs and common inputs; the planted hours meet the orders."""
    draft = Draft("running_hours")
    kind = dice.pick(["works", "mine", "machine line"])
    sites = dice.names(kind.replace("machine line", "machinery"), dice.knob("sites"))
    goods = dice.names("product" if kind != "mine" else "ore", dice.knob("goods"))
    unit = "tons" if kind == "mine" else "units"
    time = "days" if kind == "mine" else "hours"
    planted = [dice.whole(5, 40) for _ in sites]
    rate = [[dice.whole(1, 30) for _ in goods] for _ in sites]
    demand = [sum(row[g] * n for row, n in zip(rate, planted, strict=True)) * 9 // 10 for g in range(len(goods))]
    draft.set("SITES", sites, kind if kind == "works" else f"{kind}s")
    draft.set("GOODS", goods, "goods")
    draft.parameter("rate", rate, f"{unit} in one of the {time}", index=["SITES", "GOODS"])
    draft.parameter("demand", [max(1, n) for n in demand], f"{unit} ordered", index=["GOODS"])
    draft.variable("run", f"{time} of running", index=["SITES"])
    draft.constraint("enough", "sum(rate[s,g]*run[s] for s in SITES) >= demand[g]", "orders", "g in GOODS")
    _tell(draft, unit, time)
    if dice.chance(0.5):
        _add_input(draft, dice, planted, time)
    if dice.chance(0.4):
        draft.parameter("longest", max(planted) + dice.whole(0, 10), f"most {time} for each")
        draft.constraint("not_longer", "run[s] <= longest", f"most {time}", "s in SITES")
        draft.fact(
            *ways(
                f"none of them <can> run for more than {{longest}} {time}",
                f"<each of> one <can> run <most> {{longest}} {time}",
            ),
            tells=["longest", "not_longer"],
            place="rule",
        )
    task = f"how many {time} to run each"
    if dice.chance(0.6):
        draft.parameter(
            "cost", [dice.whole(50, 900, 10) for _ in sites], f"dollars for one of the {time}", index=["SITES"]
        )
        one = time.removesuffix("s")
        draft.fact(
            *ways(
                f"running {{s}} for one {one} costs {{cost[s]}} dollars", f"{{s}} costs {{cost[s]}} dollars per {one}"
            ),
            tells=["cost"],
            for_each="s in SITES",
            heading=f"dollars per {one}",
        )
        goal(draft, "minimize", "sum(cost[s]*run[s] for s in SITES)", "total cost", task)
    else:
        goal(draft, "minimize", "sum(run[s] for s in SITES)", f"total number of {time}", task)
    if len(sites) * len(goods) <= 9 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell(draft: Draft, unit: str, time: str) -> None:
    one = time.removesuffix("s")
    draft.fact(
        *ways("<a firm> runs {SITES} to [make|get] {GOODS}", "{GOODS} come from {SITES}, [all |]run by <a firm>"),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"in one {one}, {{s}} [gives|makes|puts out] {{rate[s,g]}} {unit} of {{g}}",
            f"{{s}} [gives|makes|turns out] {{rate[s,g]}} {unit} of {{g}} per {one}",
        ),
        tells=["rate"],
        for_each="s in SITES, g in GOODS",
        heading=f"{unit} of {{g}} per {one}",
    )
    draft.fact(
        *ways(
            f"<at least> {{demand[g]}} {unit} of {{g}} are [ordered|needed|required]",
            f"the orders for {{g}} come to {{demand[g]}} {unit}, which must be met",
        ),
        tells=["demand", "enough"],
        for_each="g in GOODS",
        heading=f"{unit} ordered",
        place="rule",
    )
    draft.fact(*ways(f"parts of {'an' if one == 'hour' else 'a'} {one} are possible"), tells=[])


def _add_input(draft: Draft, dice: Dice, planted: list[int], time: str) -> None:
    what, unit = dice.pick(
        [("water", "cubic metres"), ("power", "kilowatt-hours"), ("labour", "man-days"), ("fuel", "litres")]
    )
    uses = [dice.whole(2, 30) for _ in planted]
    one = time.removesuffix("s")
    draft.parameter("uses", uses, f"{unit} of {what}", index=["SITES"])
    used = sum(u * n for u, n in zip(uses, planted, strict=True))
    draft.parameter("supply", used + dice.whole(0, 30), f"{unit} of {what} at hand")
    draft.constraint("within_supply", "sum(uses[s]*run[s] for s in SITES) <= supply", f"{what} at hand")
    draft.fact(
        *ways(
            f"{{s}} uses {{uses[s]}} {unit} of {what} per {one}",
            f"in one {one}, {{s}} needs {{uses[s]}} {unit} of {what}",
        ),
        tells=["uses"],
        for_each="s in SITES",
        heading=f"{unit} of {what} per {one}",
    )
    draft.fact(
        *ways(f"<at most> {{supply}} {unit} of {what} <can> be used", f"<there are> {{supply}} {unit} of {what}"),
        tells=["supply", "within_supply"],
        place="rule",
    )


FAMILY = Family(
    name="running_hours",
    title="hours to run several sites",
    group="mix",
    description="Sites give several goods at known rates when they run. The time to run each is wanted that "
    "meets all orders at the least cost or in the least time, within a common input.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, chapter 1",
    draw=draw,
    knobs={"sites": Range(2, 8), "goods": Range(1, 6)},
)
