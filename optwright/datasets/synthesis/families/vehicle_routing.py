"""Routes for vehicles of limited capacity, with times when customers may be served."""

from __future__ import annotations

import math

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw customers on a plane; one vehicle for each of them would do, and time windows leave room for that."""
    draft = Draft("vehicle_routing")
    home, *stops = dice.names("city", dice.knob("stops") + 1)
    places = [home, *stops]
    at = [(dice.whole(0, 40), dice.whole(0, 40)) for _ in places]
    away = [[0 if i == j else 1 + round(math.dist(i, j)) for j in at] for i in at]
    demand = [dice.whole(1, 9) for _ in stops]
    windows = dice.chance(0.6)
    opens = [away[0][s + 1] + dice.whole(0, 60) for s in range(len(stops))]
    draft.set("PLACES", places, "places")
    draft.set("STOPS", stops, "customers")
    draft.add("sets", "ARCS", for_each="i in PLACES, j in PLACES if i != j", description="ways between them")
    draft.parameter("minutes", away, "minutes of driving", index=["PLACES", "PLACES"])
    draft.parameter("demand", demand, "pallets", index=["STOPS"])
    draft.parameter("capacity", (sum(demand) + max(demand) + 1) // 2, "pallets that a vehicle takes")
    draft.parameter(
        "vehicles", dice.whole(max(2, len(stops) - 2), len(stops)) if not windows else len(stops), "vehicles"
    )
    draft.variable("go", "whether a vehicle goes this way", index=["ARCS"], domain="Binary")
    draft.variable("carried", "pallets delivered up to here", index=["s in STOPS"], lower="demand[s]", upper="capacity")
    draft.constraint("leave", "sum(go[s,j] for j in PLACES if j != s) == 1", "left once", "s in STOPS")
    draft.constraint("enter", "sum(go[i,s] for i in PLACES if i != s) == 1", "visited once", "s in STOPS")
    draft.constraint("fleet", f"sum(go[{home!r},s] for s in STOPS) <= vehicles", "vehicles")
    pairs = "i in STOPS, j in STOPS if i != j"
    draft.constraint("filling", "implies(go[i,j], carried[j] >= carried[i] + demand[j])", "loads add up", pairs)
    total = "sum(minutes[i,j]*go[i,j] for (i,j) in ARCS)"
    goal(draft, "minimize", total, "total driving time", "which vehicle visits whom in which order")
    _tell(draft, home)
    if windows:
        _windows(draft, dice, opens, home)
    return draft


def _windows(draft: Draft, dice: Dice, opens: list[int], home: str) -> None:
    draft.parameter("opens", opens, "minute from which it can be served", index=["STOPS"])
    draft.parameter("closes", [o + dice.whole(20, 120) for o in opens], "minute until it can be", index=["STOPS"])
    draft.parameter("service", dice.whole(5, 20), "minutes at a customer")
    draft.variable("arrive", "minute of service", index=["STOPS"], lower="opens", upper="closes")
    pairs = "i in STOPS, j in STOPS if i != j"
    onward = "implies(go[i,j], arrive[j] >= arrive[i] + service + minutes[i,j])"
    draft.constraint("timing", onward, "time for service and driving", pairs)
    draft.constraint("setting_out", f"arrive[s] >= minutes[{home!r},s]", "vehicles start at minute 0", "s in STOPS")
    draft.fact(
        "{s} [can be served|wants its goods] between minute {opens[s]} and minute {closes[s]}",
        "the service of {s} must [begin|start] between minute {opens[s]} and minute {closes[s]}",
        tells=["opens", "closes"],
        for_each="s in STOPS",
        place="rule",
    )
    draft.fact(
        "[each|every] stop [takes|lasts] {service} minutes, [waiting is allowed|vehicles may wait], and all leave at "
        "minute 0 [at the earliest|or later]",
        "unloading takes {service} minutes [everywhere|at every stop]; vehicles start at minute 0 [or later|at the "
        "earliest] and may wait",
        tells=["service", "timing", "setting_out"],
        place="rule",
    )


def _tell(draft: Draft, home: str) -> None:
    draft.fact(
        *ways(
            "a [depot|warehouse|bakery|brewery] in {h} has {vehicles} [equal |]vehicles to deliver to {STOPS}",
            "{vehicles} [equal |]vehicles in {h} [supply|deliver to] {STOPS}",
            "from {h}, {STOPS} are [supplied|served] with <at most> {vehicles} vehicles",
        ),
        tells=["vehicles", "fleet"],
        for_each=f"h in [{home!r}]",
        place="setting",
    )
    draft.fact(
        "{s} [needs|ordered|must get] {demand[s]} pallets",
        "the [order|demand] of {s} is {demand[s]} pallets",
        tells=["demand"],
        for_each="s in STOPS",
        heading="pallets",
    )
    draft.fact(
        "from {i} to {j} it takes {minutes[i,j]} minutes",
        "driving from {i} to {j} takes {minutes[i,j]} minutes",
        tells=["minutes"],
        for_each="i in PLACES, j in PLACES if i != j",
        heading="to {j} (min)",
    )
    draft.fact(
        *ways(
            "[a|each|every] vehicle [carries|takes|holds] <at most> {capacity} pallets",
            "the capacity of a vehicle is {capacity} pallets",
        ),
        tells=["capacity", "filling"],
        place="rule",
    )
    draft.fact(
        "[each|every] customer is visited exactly once, by one vehicle, and vehicles end their [tour|route] where "
        "they began",
        "[each|every] order is [delivered|brought] in a single visit, and all routes start and end at the depot",
        tells=["leave", "enter", "go"],
        place="rule",
    )


FAMILY = Family(
    name="vehicle_routing",
    title="vehicle routing with time windows",
    group="routing",
    description="Vehicles of equal capacity start from a depot and visit every customer exactly once, within its time "
    "window where it has one, so that the driving time is least.",
    source="P. Toth and D. Vigo (editors), Vehicle Routing: Problems, Methods, and Applications, 2nd edition, 2014, "
    "chapters 1 and 5; M. M. Solomon, Operations Research 35, 1987",
    draw=draw,
    knobs={"stops": Range(3, 7)},
)
