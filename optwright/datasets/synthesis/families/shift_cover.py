"""How many start on each day (or hour) so that every day is covered: shifts run on over the end of the week."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw the staff needed in each period; shifts of a fixed length start in every period, cyclically."""
    draft = Draft("shift_cover")
    daily = dice.chance(0.6)
    periods = 7 if daily else dice.pick([6, 8, 12, 24][: 1 + dice.knob("periods")])
    length = dice.whole(4, 5) if daily else max(2, periods // 3)
    step = 1 if daily else 24 // periods
    draft.add("sets", "T", range=[1, periods], description="days of the week" if daily else "periods of the day")
    needs = [dice.whole(2, 40) for _ in range(periods)]
    draft.parameter("need", needs, "staff needed", index=["T"])
    draft.variable("start", "how many start", index=["T"], domain="NonNegativeIntegers")
    at_work = f"sum(start[(t - k - 1 + {periods}) % {periods} + 1] for k in range(0, {length}))"
    draft.constraint("covered", f"{at_work} >= need[t]", "enough at work", "t in T")
    _tell(draft, dice, periods, length, step)
    if dice.chance(0.4):
        _add_cap(draft, max(needs) + dice.whole(0, 5), "day" if daily else "period")
    whole(draft, "start", "people")
    if dice.chance(0.4):
        _add_wages(draft, dice, daily, periods)
    else:
        goal(draft, "minimize", "sum(start[t] for t in T)", "total number of people", "how many people start when")
    return draft


def _tell(draft: Draft, dice: Dice, periods: int, length: int, step: int) -> None:
    who = dice.pick(["nurses", "drivers", "guards", "cashiers", "operators", "police officers"])
    where = dice.pick(["a hospital", "a station", "an airport", "a call centre", "a museum", "a power station"])
    if step == 1:
        setting = f"{where} is staffed by {who} on days 1 to 7 of [the|every] week, all year round"
        runs = f"<each of> one of them works {length} days [running|in a row], then has {7 - length} days off"
        period = "day"
    else:
        setting = f"{where} is staffed by {who} round the clock, in {periods} periods of {step} hours numbered from 1"
        runs = f"<each of> one of them works {length} periods [running|in a row|in succession], also past midnight"
        period = "period"
    draft.fact(*ways(setting, f"{who} [are wanted|work] at {where}: {setting}"), tells=[], place="setting")
    draft.fact(
        *ways(runs, f"a shift lasts {length} {period}s without a break, and may start in any {period}; {runs}"),
        tells=["covered"],
        place="rule",
    )
    draft.fact(
        *ways(
            f"<at least> {{need[t]}} {who} are [needed|required] on {period} {{t}}",
            f"{period} {{t}} [needs|requires|calls for] <at least> {{need[t]}} {who}",
        ),
        tells=["need", "covered"],
        for_each="t in T",
        heading=f"{who} needed",
    )


def _add_cap(draft: Draft, most: int, period: str) -> None:
    draft.parameter("most", most, f"most who start in a {period}")
    draft.constraint("not_all_at_once", "start[t] <= most", f"those who start in a {period}", "t in T")
    draft.fact(
        *ways(f"<at most> {{most}} people <can> start [on|in] any one {period}"),
        tells=["most", "not_all_at_once"],
        place="rule",
    )


def _add_wages(draft: Draft, dice: Dice, daily: bool, periods: int) -> None:
    period = "day" if daily else "period"
    draft.parameter("wage", [dice.whole(300, 600, 10) for _ in range(periods)], "dollars for a shift", index=["T"])
    draft.fact(
        *ways(f"[somebody|a person] who starts on {period} {{t}} is paid {{wage[t]}} dollars"),
        tells=["wage"],
        for_each="t in T",
        heading="pay of those who start",
    )
    goal(draft, "minimize", "sum(wage[t]*start[t] for t in T)", "total pay", "how many people start when")


FAMILY = Family(
    name="shift_cover",
    title="cyclic staffing",
    group="covering",
    description="Every period of a cycle needs so many people; each person works a run of periods that may go on over "
    "the end of the cycle. The numbers that start in each period are wanted, fewest or cheapest in all.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, section 3.5",
    draw=draw,
    knobs={"periods": Range(0, 3)},
)
