"""Which aircraft to put on which routes so that passengers are carried at the lowest cost."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw fleets and routes; aircraft are planted on routes, and the demand is what they can carry, or less."""
    draft = Draft("aircraft_assignment")
    fleets = dice.names("aircraft", dice.knob("fleets"))
    routes = [f"the {city} route" for city in dice.names("city", dice.knob("routes"))]
    seats = [dice.whole(30, 300, 10) for _ in fleets]
    planted = [[dice.whole(0 if f else 1, 3) for _ in routes] for f in range(len(fleets))]
    able = [[s * dice.whole(1, 3) for _ in routes] for s in seats]
    draft.set("FLEETS", fleets, "types of aircraft")
    draft.set("ROUTES", routes, "routes")
    draft.parameter("has", [sum(row) + dice.whole(0, 2) or 1 for row in planted], "aircraft", index=["FLEETS"])
    draft.parameter("carries", able, "passengers a day", index=["FLEETS", "ROUTES"])
    cost = [[round(s * dice.real(0.5, 1.5)) for _ in routes] for s in seats]
    draft.parameter("cost", cost, "dollars a day", index=["FLEETS", "ROUTES"])
    carried = [sum(row[r] * a[r] for row, a in zip(planted, able, strict=True)) for r in range(len(routes))]
    draft.parameter("demand", [max(20, c - dice.whole(0, 40)) for c in carried], "passengers a day", index=["ROUTES"])
    draft.variable("put", "aircraft on the route", index=["FLEETS", "ROUTES"], domain="NonNegativeIntegers")
    draft.constraint("fleet", "sum(put[f,r] for r in ROUTES) <= has[f]", "aircraft at hand", "f in FLEETS")
    whole(draft, "put", "aircraft")
    flying = "sum(cost[f,r]*put[f,r] for f in FLEETS for r in ROUTES)"
    seats_on = "sum(carries[f,r]*put[f,r] for f in FLEETS)"
    task = "how many aircraft of each type to put on each route"
    if dice.chance(0.5) and all(carried):
        draft.constraint("meet", f"{seats_on} >= demand[r]", "everybody flies", "r in ROUTES")
        goal(draft, "minimize", flying, "total daily cost", task)
        draft.fact(
            "[everybody|all of them|all passengers] must be carried",
            "no passenger may be left behind",
            tells=["meet"],
            place="rule",
        )
    else:
        draft.variable("turned_away", "passengers without a seat", index=["ROUTES"])
        draft.parameter("loss", [dice.whole(2, 20) for _ in routes], "loss for each of them", index=["ROUTES"])
        draft.constraint("meet", f"{seats_on} + turned_away[r] >= demand[r]", "fly or not", "r in ROUTES")
        noun = "total daily cost, losses included"
        goal(draft, "minimize", f"{flying} + sum(loss[r]*turned_away[r] for r in ROUTES)", noun, task)
        draft.fact(
            "[each|every] passenger on {r} who [finds no seat|is turned away] means a loss of {loss[r]} dollars",
            "on {r} the loss is {loss[r]} dollars for [each|every] passenger [turned away|without a seat]",
            tells=["loss", "meet"],
            for_each="r in ROUTES",
            heading="loss per passenger turned away ($)",
        )
    _tell(draft)
    if dice.knob("sides"):
        _service(draft, planted)
    return draft


def _service(draft: Draft, planted: list[list[int]]) -> None:
    flown = [sum(column) for column in zip(*planted, strict=True)]
    draft.parameter("fewest", max(1, min(flown)), "fewest aircraft on a route")
    draft.constraint("served", "sum(put[f,r] for f in FLEETS) >= fewest", "every route is served", "r in ROUTES")
    draft.fact(
        *ways(
            "<at least> {fewest} aircraft, of whatever type, must [serve|be put on] [each|every] route",
            "[each|every] route must have <at least> {fewest} aircraft [in all|of any type]",
        ),
        tells=["fewest", "served"],
        place="rule",
    )


def _tell(draft: Draft) -> None:
    draft.fact(
        "[an airline|a carrier] [assigns|puts] {FLEETS} to {ROUTES}",
        "[an airline|a carrier] flies {ROUTES} with {FLEETS}",
        "{ROUTES} are [served|flown] with {FLEETS}",
        tells=["put"],
        place="setting",
    )
    draft.fact(
        *ways("it has {has[f]} {f}", "<at most> {has[f]} {f} are <available>"),
        tells=["has", "fleet"],
        for_each="f in FLEETS",
        heading="aircraft",
    )
    draft.fact(
        "on {r} {demand[r]} passengers [a day|daily] [wish|want] to fly",
        "the demand on {r} is {demand[r]} passengers a day",
        tells=["demand"],
        for_each="r in ROUTES",
        heading="demand (passengers a day)",
    )
    draft.fact(
        "one of the {f} can [carry|take] {carries[f,r]} passengers a day on {r}",
        "on {r} [each|every] one of the {f} [carries|takes] up to {carries[f,r]} passengers a day",
        tells=["carries"],
        for_each="f in FLEETS, r in ROUTES",
        heading="passengers a day on {r}",
    )
    draft.fact(
        *ways(
            "one of the {f} on {r} <costs> {cost[f,r]} dollars a day",
            "it costs {cost[f,r]} dollars a day to [fly|operate] one of the {f} on {r}",
        ),
        tells=["cost"],
        for_each="f in FLEETS, r in ROUTES",
        heading="daily cost on {r} ($)",
    )


FAMILY = Family(
    name="aircraft_assignment",
    title="aircraft assignment",
    group="assignment",
    description="Aircraft of several types are put on routes in whole numbers so that the demand is carried, or "
    "turned away at a loss, at the lowest cost.",
    source="G. B. Dantzig, Linear Programming and Extensions, 1963, chapter 28 (allocation of aircraft to routes)",
    draw=draw,
    knobs={"fleets": Range(2, 6), "routes": Range(2, 20), "sides": Range(0, 1)},
)
