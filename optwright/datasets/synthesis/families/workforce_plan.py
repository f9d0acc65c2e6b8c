"""How many people to hire, dismiss, train or borrow from month to month."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw needs by month and costs of hiring and dismissing; features: work sent out, overtime, people who leave."""
    draft = Draft("workforce_plan")
    months = dice.knob("months")
    need = [dice.whole(60, 300, 10) * 10 for _ in range(months)]
    each = dice.pick([120, 140, 150, 160])
    first = max(2, need[0] // each + dice.whole(-3, 3))
    who = dice.pick(
        ["a call centre", "a shipyard", "a software house", "a laboratory", "a repair shop", "an assembly plant"]
    )
    draft.add("sets", "T", range=[1, months], description="months")
    draft.parameter("need", need, "hours of work", index=["T"])
    draft.parameter("hours", each, "hours of one person in a month")
    draft.parameter("initial", first, "people at first")
    draft.parameter("wage", dice.whole(18, 40) * 100, "dollars a month for a person")
    draft.parameter("hire_cost", dice.whole(3, 30) * 100, "dollars to hire a person")
    draft.parameter("fire_cost", dice.whole(5, 50) * 100, "dollars to dismiss a person")
    draft.variable("staff", "people in a month", index=["T"], domain="NonNegativeIntegers")
    draft.variable("hire", "people hired", index=["T"], domain="NonNegativeIntegers")
    draft.variable("dismiss", "people dismissed", index=["T"], domain="NonNegativeIntegers")
    before = "(staff[t-1] if t > first(T) else initial)"
    draft.constraint("people", f"staff[t] == {before} + hire[t] - dismiss[t]", "people from month to month", "t in T")
    _tell(draft, who)
    work, cost = "hours*staff[t]", "wage*staff[t] + hire_cost*hire[t] + fire_cost*dismiss[t]"
    if dice.chance(0.5):
        work, cost = work + " + outside[t]", cost + " + outside_cost*outside[t]"
        _add_outside(draft, dice.whole(20, 60), dice.whole(2, 9) * 100)
    if dice.chance(0.5):
        work, cost = work + " + overtime[t]", cost + " + overtime_cost*overtime[t]"
        _add_overtime(draft, dice.whole(18, 45), dice.whole(1, 4) / 20)
    draft.constraint("work", f"{work} >= need[t]", "all work is done", "t in T")
    if dice.chance(0.4):
        _add_pace(draft, -(-(max(need) // each) // 2) + dice.whole(3, 5) + first // 2)
    whole(draft, "staff", "people")
    goal(
        draft, "minimize", f"sum({cost} for t in T)", "total cost", "how many people to hire and dismiss in each month"
    )
    return draft


def _tell(draft: Draft, who: str) -> None:
    draft.fact(
        *ways(f"{who} plans its staff for months {{T}}", f"the staff of {who} is to be planned for months {{T}}"),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "in month {t} <at least> {need[t]} hours of work <must> be done",
            "month {t} [calls for|requires] <least> {need[t]} hours of work",
        ),
        tells=["need", "work"],
        for_each="t in T",
        heading="hours of work",
    )
    draft.fact(
        *ways("one person works {hours} hours a month", "<each of> person gives {hours} hours of work in a month"),
        tells=["hours", "work"],
    )
    draft.fact(
        *ways("at first there are {initial} people", "{initial} people are employed to begin with"),
        tells=["initial", "people"],
    )
    draft.fact(
        *ways("a person is paid {wage} dollars a month", "the pay is {wage} dollars a month each"), tells=["wage"]
    )
    draft.fact(
        *ways(
            "hiring a person costs {hire_cost} dollars",
            "for <each of> person hired, {hire_cost} dollars are spent on the search",
        ),
        tells=["hire_cost", "hire"],
    )
    draft.fact(
        *ways(
            "dismissing a person costs {fire_cost} dollars",
            "<each of> dismissal costs {fire_cost} dollars",
        ),
        tells=["fire_cost", "dismiss"],
    )
    draft.fact(
        *ways(
            "people are hired or dismissed at the start of a month and stay until dismissed",
            "changes of staff take effect at once, at the start of a month; nobody leaves otherwise",
        ),
        tells=["people"],
        place="rule",
    )


def _add_outside(draft: Draft, cost: int, most: int) -> None:
    draft.parameter("outside_cost", cost, "dollars for an hour of work sent out")
    draft.parameter("outside_most", most, "most hours sent out in a month")
    draft.variable("outside", "hours of work sent out", index=["T"])
    draft.constraint("sent_out", "outside[t] <= outside_most", "work sent out", "t in T")
    draft.fact(
        *ways(
            "work can be sent out to a contractor at {outside_cost} dollars an hour",
            "a contractor takes over work for {outside_cost} dollars an hour",
        ),
        tells=["outside_cost"],
    )
    draft.fact(
        *ways(
            "the contractor <can> do <most> {outside_most} hours a month",
            "<at most> {outside_most} hours a month <can> be given to the contractor",
        ),
        tells=["outside_most", "sent_out"],
        place="rule",
    )


def _add_overtime(draft: Draft, cost: int, share: float) -> None:
    draft.parameter("overtime_cost", cost, "dollars for an hour of overtime")
    draft.parameter("overtime_share", share, "overtime as a share of the regular hours")
    draft.variable("overtime", "hours of overtime", index=["T"])
    rule = "overtime[t] <= overtime_share*hours*staff[t]"
    draft.constraint("overtime_limit", rule, "overtime is limited", "t in T")
    draft.fact(
        *ways(
            "an hour of overtime costs {overtime_cost} dollars", "overtime is paid at {overtime_cost} dollars an hour"
        ),
        tells=["overtime_cost"],
    )
    draft.fact(
        *ways(
            "overtime in a month must not exceed {overtime_share~} of the regular hours of the staff",
            "the staff can work overtime for <most> {overtime_share~} of its regular hours",
        ),
        tells=["overtime_share", "overtime_limit"],
        place="rule",
    )


def _add_pace(draft: Draft, most: int) -> None:
    draft.parameter("pace", most, "most people hired in a month")
    draft.constraint("hiring_pace", "hire[t] <= pace", "people hired in a month", "t in T")
    draft.fact(
        *ways(
            "<at most> {pace} people <can> be hired in a month",
            "the personnel office <can> hire <most> {pace} people a month",
        ),
        tells=["pace", "hiring_pace"],
        place="rule",
    )


FAMILY = Family(
    name="workforce_plan",
    title="hiring, dismissal and work sent out",
    group="lot sizing",
    description="The staff is planned from month to month: hiring, dismissing, overtime and work sent out, so "
    "that all work gets done at the least cost.",
    source="S. Nahmias, Production and Operations Analysis, 6th edition, 2009, chapter 3 (aggregate "
    "planning); H. P. Williams, 2013, section 12.5",
    draw=draw,
    knobs={"months": Range(2, 24)},
)
