"""When aircraft should land so that little time is lost and a safe distance is kept."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw flights in a planted order; target times and windows lie around a plan that keeps every separation."""
    draft = Draft("aircraft_landing")
    flights = [f"flight {number}" for number in dice.some(range(101, 160), dice.knob("flights"))]
    gap = {(i, j): dice.whole(5, 9) for i in range(len(flights)) for j in range(len(flights)) if i != j}
    steps = [dice.whole(0, 4) for _ in flights]
    at, lands = 0, []
    for position in range(len(flights)):
        at += 9 + dice.whole(0, 6) if position else 10
        lands.append(at)
    draft.set("FLIGHTS", flights, "flights")
    target = [10 + sum(steps[1 : position + 1]) for position in range(len(flights))]
    draft.parameter("earliest", [max(0, t - dice.whole(2, 10)) for t in target], "earliest minute", index=["FLIGHTS"])
    draft.parameter("target", target, "minute of arrival aimed at", index=["FLIGHTS"])
    draft.parameter(
        "latest",
        [max(x, t) + dice.whole(2, 20) for x, t in zip(lands, target, strict=True)],
        "latest minute",
        index=["FLIGHTS"],
    )
    draft.parameter("early_cost", [dice.whole(5, 40) for _ in flights], "cost of a minute early", index=["FLIGHTS"])
    draft.parameter("late_cost", [dice.whole(10, 60) for _ in flights], "cost of a minute late", index=["FLIGHTS"])
    draft.variable("land", "minute of landing", index=["FLIGHTS"], lower="earliest", upper="latest")
    draft.variable("early", "minutes before the target", index=["FLIGHTS"])
    draft.variable("late", "minutes after the target", index=["FLIGHTS"])
    draft.constraint("deviation", "land[f] == target[f] - early[f] + late[f]", "earliness and lateness", "f in FLIGHTS")
    same = dice.chance(0.5)
    if same:
        draft.parameter("gap", dice.whole(5, 9), "least minutes between landings")
        rule = "land[f] + gap <= land[g] or land[g] + gap <= land[f]"
    else:
        value = [[gap.get((i, j), 0) for j in range(len(flights))] for i in range(len(flights))]
        draft.parameter("gap", value, "least minutes from one to the next", index=["FLIGHTS", "FLIGHTS"])
        rule = "land[f] + gap[f,g] <= land[g] or land[g] + gap[g,f] <= land[f]"
    draft.constraint("apart", rule, "separation", "f in FLIGHTS, g in FLIGHTS if ord(FLIGHTS,f) < ord(FLIGHTS,g)")
    total = "sum(early_cost[f]*early[f] + late_cost[f]*late[f] for f in FLIGHTS)"
    goal(draft, "minimize", total, "total cost of deviations", "when each flight should land")
    _tell(draft)
    _separation(draft, same)
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        "{FLIGHTS} are [about to land|to land|approaching] on one runway",
        "[a controller|an airport] [schedules|plans] the landings of {FLIGHTS} on one runway",
        tells=["apart"],
        place="setting",
    )
    draft.fact(
        "{f} can land between minute {earliest[f]} and minute {latest[f]}",
        "the landing of {f} is possible from minute {earliest[f]} to minute {latest[f]}",
        "{f} must land no earlier than minute {earliest[f]} and no later than minute {latest[f]}",
        tells=["earliest", "latest"],
        for_each="f in FLIGHTS",
    )
    draft.fact(
        "{f} should land at minute {target[f]}",
        "the [target|planned] time of {f} is minute {target[f]}",
        "minute {target[f]} is the [target|planned time] of {f}",
        tells=["target", "deviation"],
        for_each="f in FLIGHTS",
        heading="",
    )
    draft.fact(
        "[each|every] minute that {f} lands early costs {early_cost[f]} dollars",
        "a minute too early costs {early_cost[f]} dollars for {f}",
        tells=["early_cost"],
        for_each="f in FLIGHTS",
        heading="cost of a minute early ($)",
    )
    draft.fact(
        "[each|every] minute that {f} lands late costs {late_cost[f]} dollars",
        "a minute too late costs {late_cost[f]} dollars for {f}",
        tells=["late_cost"],
        for_each="f in FLIGHTS",
        heading="cost of a minute late ($)",
    )


def _separation(draft: Draft, same: bool) -> None:
    if same:
        draft.fact(
            *ways(
                "any two landings must be <at least> {gap} minutes apart",
                "between any two landings <at least> {gap} minutes must pass",
            ),
            tells=["gap", "apart"],
            place="rule",
        )
        return
    draft.fact(
        *ways(
            "if {f} lands before {g}, <at least> {gap[f,g]} minutes must pass between them",
            "after the landing of {f}, {g} must wait for <at least> {gap[f,g]} minutes",
        ),
        tells=["gap", "apart"],
        for_each="f in FLIGHTS, g in FLIGHTS if f != g",
        heading="least gap if {g} lands later (min)",
        place="rule",
    )


FAMILY = Family(
    name="aircraft_landing",
    title="aircraft landing",
    group="scheduling",
    description="Flights land on one runway within their time windows and with a safe separation; the cost of landing "
    "before or after the target times is lowest.",
    source="J. E. Beasley, M. Krishnamoorthy, Y. M. Sharaiha and D. Abramson, Scheduling Aircraft Landings: The "
    "Static Case, Transportation Science 34, 2000",
    draw=draw,
    knobs={"flights": Range(3, 8)},
)
