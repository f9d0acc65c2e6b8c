"""Which power stations run in which hour, and how much they give."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

TASK = "which stations run when, and with what output"


def draw(dice: Dice) -> Draft:
    """Draw stations and an hourly demand that all of them can meet; features: start-ups, ramps, reserve."""
    draft = Draft("unit_commitment")
    units = [f"station {letter}" for letter in "ABCDEFGHIJKL"[: dice.knob("units")]]
    hours = dice.knob("hours")
    most = [dice.whole(60, 250, 10) for _ in units]
    least = [n * dice.whole(1, 4) // 10 // 5 * 5 for n in most]
    demand = [int(sum(most) * dice.real(0.35, 0.75, 2)) // 10 * 10 for _ in range(hours)]
    draft.set("UNITS", units, "power stations")
    draft.add("sets", "T", range=[1, hours], description="hours")
    draft.parameter("demand", demand, "megawatts wanted", index=["T"])
    draft.parameter("least", least, "least megawatts when running", index=["UNITS"])
    draft.parameter("most", most, "most megawatts", index=["UNITS"])
    draft.parameter("fuel", [dice.whole(10, 60) for _ in units], "dollars a megawatt-hour", index=["UNITS"])
    draft.parameter("idle", [dice.whole(50, 500, 10) for _ in units], "dollars an hour for running", index=["UNITS"])
    draft.variable("runs", "whether the station runs", index=["UNITS", "T"], domain="Binary")
    draft.variable("gives", "megawatts", index=["UNITS", "T"])
    each = "u in UNITS, t in T"
    draft.constraint("meet", "sum(gives[u,t] for u in UNITS) == demand[t]", "demand", "t in T")
    draft.constraint("at_least", "gives[u,t] >= least[u]*runs[u,t]", "least output when running", each)
    draft.constraint("at_most", "gives[u,t] <= most[u]*runs[u,t]", "most output", each)
    _tell(draft)
    cost = "fuel[u]*gives[u,t] + idle[u]*runs[u,t]"
    if dice.chance(0.6):
        cost += " + start_cost[u]*starts[u,t]"
        _add_starts(draft, dice, len(units))
    if dice.chance(0.3):
        _add_reserve(draft, dice)
    if dice.chance(0.3):
        _add_ramps(draft, [n * dice.whole(6, 9) // 10 for n in most])
    goal(draft, "minimize", f"sum({cost} for u in UNITS for t in T)", "total cost", TASK)
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "[a utility|a grid operator] plans hours {T} for {UNITS}",
            "{UNITS} supply [a town|a region|an island] over hours {T}",
        ),
        tells=["runs"],
        place="setting",
    )
    draft.fact(
        *ways(
            "in hour {t} the demand is {demand[t]} megawatts, [to be met exactly|which must be met exactly]",
            "<exactly> {demand[t]} megawatts <must> be given in hour {t}",
        ),
        tells=["demand", "meet"],
        for_each="t in T",
        heading="demand (MW, to be met exactly)",
    )
    draft.fact(
        *ways(
            "when it runs, {u} gives <least> {least[u]} megawatts",
            "the least output of {u} is {least[u]} megawatts when it runs",
        ),
        tells=["least", "at_least"],
        for_each="u in UNITS",
        heading="least output when running (MW)",
    )
    draft.fact(
        *ways(
            "when it runs, {u} gives <most> {most[u]} megawatts, and nothing when it does not",
            "{u} gives up to {most[u]} megawatts if it runs and none otherwise",
        ),
        tells=["most", "at_most"],
        for_each="u in UNITS",
        heading="most output when running (MW)",
    )
    draft.fact(
        *ways("a megawatt-hour of {u} costs {fuel[u]} dollars", "{u} needs fuel for {fuel[u]} dollars a megawatt-hour"),
        tells=["fuel"],
        for_each="u in UNITS",
        heading="dollars per MWh",
    )
    draft.fact(
        *ways(
            "running {u} costs {idle[u]} dollars an hour, fuel aside",
            "for <each of> hour that it runs, {u} costs {idle[u]} dollars [apart from|besides] its fuel",
        ),
        tells=["idle"],
        for_each="u in UNITS",
        heading="dollars per hour of running",
    )


def _add_starts(draft: Draft, dice: Dice, count: int) -> None:
    draft.parameter(
        "start_cost", [dice.whole(100, 2000, 50) for _ in range(count)], "dollars for a start", index=["UNITS"]
    )
    draft.variable("starts", "whether the station starts", index=["UNITS", "T"], domain="Binary")
    rule = "starts[u,t] >= runs[u,t] - (runs[u,t-1] if t > first(T) else 0)"
    draft.constraint("started", rule, "a station that did not run before starts", "u in UNITS, t in T")
    draft.fact(
        *ways("starting {u} costs {start_cost[u]} dollars", "<each of> start of {u} costs {start_cost[u]} dollars"),
        tells=["start_cost"],
        for_each="u in UNITS",
        heading="dollars per start",
    )
    draft.fact(
        *ways("before hour 1 all stations stand still", "no station runs before the first hour"),
        tells=["started", "starts"],
        place="rule",
    )


def _add_reserve(draft: Draft, dice: Dice) -> None:
    draft.parameter("reserve", dice.whole(1, 4) / 20, "reserve as a share of the demand")
    rule = "sum(most[u]*runs[u,t] for u in UNITS) >= (1 + reserve)*demand[t]"
    draft.constraint("spinning", rule, "running stations could give more", "t in T")
    draft.fact(
        *ways(
            "the stations that run must be able to give <least> {reserve~} more than the demand of every hour",
            "in every hour the most that the running stations could give must exceed the demand by <least> {reserve~}",
        ),
        tells=["reserve", "spinning"],
        place="rule",
    )


def _add_ramps(draft: Draft, ramp: list[int]) -> None:
    draft.parameter("ramp", ramp, "most megawatts of change", index=["UNITS"])
    rule = "abs(gives[u,t] - gives[u,t-1]) <= ramp[u]"
    draft.constraint("steady", rule, "change from hour to hour", "u in UNITS, t in T if t > first(T)")
    draft.fact(
        *ways(
            "from one hour to the next the output of {u} changes by <most> {ramp[u]} megawatts",
            "{u} can rise or fall by <most> {ramp[u]} megawatts between hours",
        ),
        tells=["ramp", "steady"],
        for_each="u in UNITS",
        heading="most change per hour (MW)",
        place="rule",
    )


FAMILY = Family(
    name="unit_commitment",
    title="unit commitment",
    group="energy",
    description="Power stations are switched on and off over some hours and loaded between their least and most "
    "output, so that the demand is met at the least cost of fuel, running and starts.",
    source="A. J. Wood and B. F. Wollenberg, Power Generation, Operation, and Control, 2nd edition, 1996, chapter 5",
    draw=draw,
    knobs={"units": Range(2, 10), "hours": Range(2, 24)},
)
