"""How many vehicles go from which depot over which line, and where they wait: a fleet over time."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw towns, demands for trips by period and travel costs; the fleet and its start are planted large enough."""
    draft = Draft("fleet_routing")
    towns = dice.names("city", dice.knob("towns"))
    periods = dice.knob("periods")
    what = dice.pick(["lorries", "buses", "aircraft", "ferries", "rental cars", "barges"])
    wanted = [[[0 if i == j else dice.whole(0, 6) for j in towns] for i in towns] for _ in range(periods)]
    start = [max(sum(rows[k]) for rows in wanted) + dice.whole(0, 3) for k in range(len(towns))]
    draft.set("TOWNS", towns, "towns")
    draft.add("sets", "T", range=[1, periods], description="days")
    draft.add("sets", "LINES", for_each="i in TOWNS, j in TOWNS if i != j", description="lines between towns")
    draft.parameter("start", start, f"{what} at the start", index=["TOWNS"])
    rows = [
        [t + 1, a, b, wanted[t][i][j]]
        for t in range(periods)
        for i, a in enumerate(towns)
        for j, b in enumerate(towns)
        if wanted[t][i][j]
    ]
    rows = rows or [[1, towns[0], towns[1], 1]]
    draft.add("parameters", "loads", rows=rows, index=["T", "TOWNS", "TOWNS"], default=0, description="loads to carry")
    full = [[0 if i == j else dice.whole(20, 60, 5) for j in range(len(towns))] for i in range(len(towns))]
    draft.parameter("fare", full, "dollars earned by a load", index=["TOWNS", "TOWNS"])
    cost = [[0 if i == j else dice.whole(2, 12) for j in range(len(towns))] for i in range(len(towns))]
    draft.parameter("cost", cost, "dollars for a trip", index=["TOWNS", "TOWNS"])
    draft.variable("full", f"{what} with a load", index=["T", "LINES"], domain="NonNegativeIntegers")
    draft.variable("empty", f"{what} without a load", index=["T", "LINES"], domain="NonNegativeIntegers")
    draft.variable("wait", f"{what} that wait", index=["T", "TOWNS"], domain="NonNegativeIntegers")
    out = "sum(full[t,i,j] + empty[t,i,j] for j in TOWNS if j != i) + wait[t,i]"
    into = "sum(full[t-1,j,i] + empty[t-1,j,i] for j in TOWNS if j != i) + wait[t-1,i]"
    draft.constraint("first_day", out.replace("t,", "1,") + " == start[i]", "where they are at the start", "i in TOWNS")
    draft.constraint("later", f"{out} == {into}", "what came in goes on or waits", "i in TOWNS, t in T if t > first(T)")
    draft.constraint("no_more", "full[t,i,j] <= loads[t,i,j]", "loads there are", "t in T, (i,j) in LINES")
    _tell(draft, what)
    whole(draft, "full", what)
    if dice.chance(0.4):
        _add_parking(draft, [max(n - 1, 1) for n in start], what)
    total = "sum((fare[i,j] - cost[i,j])*full[t,i,j] - cost[i,j]*empty[t,i,j] for t in T for (i,j) in LINES)"
    goal(draft, "maximize", total, "total profit", f"where to send the {what} each day, with or without a load")
    return draft


def _tell(draft: Draft, what: str) -> None:
    draft.fact(
        *ways(
            f"<a firm> sends its {what} between {{TOWNS}} on days {{T}}",
            f"{what} go between {{TOWNS}} on days {{T}}, [all |]run by <a firm>",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(f"{{start[i]}} {what} are in {{i}} at the start of day 1", f"at first {{i}} has {{start[i]}} {what}"),
        tells=["start", "first_day"],
        for_each="i in TOWNS",
        heading=f"{what} at the start",
    )
    draft.fact(
        *ways(
            "on day {t}, {loads[t,i,j]} loads are offered from {i} to {j}",
            "{loads[t,i,j]} loads wait in {i} for {j} on day {t}",
        ),
        tells=["loads", "no_more"],
        for_each="t in T, (i,j) in LINES if loads[t,i,j] > 0",
    )
    draft.fact(
        *ways("no other loads are offered, and a load that is not taken on its day is lost"),
        tells=["no_more"],
        place="rule",
    )
    draft.fact(
        *ways(
            "a load from {i} to {j} earns {fare[i,j]} dollars",
            "for a load from {i} to {j} one gets {fare[i,j]} dollars",
        ),
        tells=["fare"],
        for_each="(i,j) in LINES",
    )
    draft.fact(
        *ways(
            "a trip from {i} to {j} costs {cost[i,j]} dollars, full or empty",
            "with or without a load, going from {i} to {j} costs {cost[i,j]} dollars",
        ),
        tells=["cost"],
        for_each="(i,j) in LINES",
    )
    draft.fact(
        *ways(
            "[each|every one] of them carries one load and makes one trip a day, arriving for the next day, or "
            "waits free of charge",
            "a trip takes a day and moves one load or none; whatever arrives can leave again on the next "
            "day, and waiting is free",
        ),
        tells=["later", "full", "empty", "wait"],
        place="rule",
    )


def _add_parking(draft: Draft, room: list[int], what: str) -> None:
    draft.parameter("room", room, f"{what} that can wait", index=["TOWNS"])
    draft.constraint("parking", "wait[t,i] <= room[i]", "room to wait", "t in T, i in TOWNS")
    draft.fact(
        *ways(
            f"<at most> {{room[i]}} {what} <can> wait in {{i}} on any day",
            f"in {{i}} there is room for <most> {{room[i]}} {what} to wait",
        ),
        tells=["room", "parking"],
        for_each="i in TOWNS",
        heading="room to wait",
        place="rule",
    )


FAMILY = Family(
    name="fleet_routing",
    title="fleet routing over time",
    group="routing",
    description="Vehicles of one kind move between towns from day to day, loaded, empty or waiting; each day "
    "some loads are offered. The moves that earn most are wanted: a flow in a network of towns and "
    "days.",
    source="W. B. Powell, A stochastic model of the dynamic vehicle allocation problem, Transportation "
    "Science 20, 1986",
    draw=draw,
    knobs={"towns": Range(2, 6), "periods": Range(2, 7)},
)
