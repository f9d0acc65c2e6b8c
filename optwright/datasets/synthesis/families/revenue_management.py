"""How many seats to sell to which kind of passenger when trips share legs."""

from __future__ import annotations

from itertools import pairwise

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw legs on a line and fares; selling nothing is feasible."""
    draft = Draft("revenue_management")
    carrier, legs_are = dice.pick((("an airline", "flights"), ("a railway", "trains"), ("a coach company", "coaches")))
    stops = dice.names("city", dice.knob("legs") + 1)
    legs = [f"{a}-{b}" for a, b in pairwise(stops)]
    spans = [(a, b) for a in range(len(legs)) for b in range(a, len(legs))]
    spans = dice.some(spans, min(len(spans), dice.knob("trips")))
    classes = ["full fare", "reduced fare", "saver fare"][: dice.knob("classes")]
    trips = [f"{stops[a]} to {stops[b + 1]}" for a, b in spans]
    uses = {trip: legs[a : b + 1] for trip, (a, b) in zip(trips, spans, strict=True)}
    for leg in legs:
        if not any(leg in used for used in uses.values()):
            a, b = leg.split("-")
            trips.append(f"{a} to {b}")
            uses[trips[-1]] = [leg]
    fare = [
        [round(len(uses[trip]) * dice.whole(40, 90) * (1 - 0.3 * c)) for c in range(len(classes))] for trip in trips
    ]
    draft.set("LEGS", legs, "legs")
    draft.set("TRIPS", trips, "trips")
    draft.set("CLASSES", classes, "kinds of fare")
    draft.add("sets", "USES", index=["TRIPS"], members=uses, description="legs of a trip")
    draft.parameter("fare", fare, "dollars", index=["TRIPS", "CLASSES"])
    demand = [[dice.whole(5, 60) for _ in classes] for _ in trips]
    draft.parameter("demand", demand, "seats", index=["TRIPS", "CLASSES"])
    wanted = [sum(sum(row) for row, trip in zip(demand, trips, strict=True) if leg in uses[trip]) for leg in legs]
    draft.parameter("seats", [max(5, round(w * dice.real(0.5, 0.95, 2))) for w in wanted], "seats", index=["LEGS"])
    draft.variable("sell", "seats sold", index=["TRIPS", "CLASSES"], domain="NonNegativeIntegers", upper="demand")
    on_leg = "sum(sell[t,c] for t in TRIPS for c in CLASSES if l in USES[t]) <= seats[l]"
    draft.constraint("room", on_leg, "seats on a leg", "l in LEGS")
    total = "sum(fare[t,c]*sell[t,c] for t in TRIPS for c in CLASSES)"
    goal(draft, "maximize", total, "total revenue", "how many seats to sell for each trip at each fare")
    _tell(draft, carrier, legs_are)
    whole(draft, "sell", "seats")
    if dice.knob("sides"):
        draft.parameter("share", dice.whole(10, 40) / 100, f"least share of {classes[-1]} seats")
        all_seats = "sum(sell[t,c] for t in TRIPS for c in CLASSES)"
        rule = f"sum(sell[t,{classes[-1]!r}] for t in TRIPS) >= share*{all_seats}"
        draft.constraint("fair", rule, f"enough seats at {classes[-1]}")
        draft.fact(
            *ways(
                "<at least> {share~} of all seats sold must be at {c}",
                "of all seats sold, {c} must have [a share of |]<at least> {share~}",
            ),
            tells=["share", "fair"],
            for_each=f"c in [{classes[-1]!r}]",
            place="rule",
        )
    return draft


def _tell(draft: Draft, carrier: str, legs_are: str) -> None:
    draft.fact(
        f"{carrier} runs {legs_are} on the legs {{LEGS}} and sells {{CLASSES}} [tickets|seats] for the trips {{TRIPS}}",
        f"{carrier} with {legs_are} on {{LEGS}} [offers|sells] trips {{TRIPS}} at {{CLASSES}}",
        tells=["sell"],
        place="setting",
    )
    draft.fact(
        "[there are|one has] {seats[l]} seats on {l}",
        "the leg {l} has {seats[l]} seats",
        tells=["seats", "room"],
        for_each="l in LEGS",
        heading="seats",
    )
    draft.fact(
        "a passenger from {t} takes a seat on {USES[t]}",
        "the trip {t} [uses|needs] a seat on {USES[t]}",
        tells=["room"],
        for_each="t in TRIPS",
    )
    draft.fact(
        "a {c} seat from {t} [brings|sells for|costs] {fare[t,c]} dollars",
        "from {t} the {c} is {fare[t,c]} dollars",
        tells=["fare"],
        for_each="t in TRIPS, c in CLASSES",
        heading="{c} ($)",
    )
    draft.fact(
        *ways(
            "<at most> {demand[t,c]} passengers want to go from {t} at {c}",
            "from {t} there is demand for {demand[t,c]} seats at {c}",
        ),
        tells=["demand"],
        for_each="t in TRIPS, c in CLASSES",
        heading="demand at {c}",
    )


FAMILY = Family(
    name="revenue_management",
    title="network revenue management",
    group="network",
    description="Seats on the legs of a network are sold for trips of one leg or several, at several fares with "
    "limited demand, so that the revenue is largest.",
    source="K. T. Talluri and G. J. van Ryzin, The Theory and Practice of Revenue Management, 2004, chapter 3",
    draw=draw,
    knobs={"legs": Range(2, 12), "trips": Range(2, 60), "classes": Range(1, 3), "sides": Range(0, 1)},
)
