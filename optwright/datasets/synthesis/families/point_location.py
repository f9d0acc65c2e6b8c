"""Where to put one point among many so that the weighted distances are small."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw places on a map; the sum of distances or the longest one counts, within limits of the site."""
    draft = Draft("point_location")
    places = dice.names("city", dice.knob("places"))
    what = dice.pick(["depot", "hospital", "mast", "fire station", "pumping station", "warehouse"])
    xs, ys = [[dice.whole(0, 60) for _ in places] for _ in range(2)]
    draft.set("PLACES", places, "places")
    draft.parameter("east", xs, "kilometres to the east", index=["PLACES"])
    draft.parameter("north", ys, "kilometres to the north", index=["PLACES"])
    draft.variable("x", "kilometres to the east", lower=0, upper=60)
    draft.variable("y", "kilometres to the north", lower=0, upper=60)
    distance = "sqrt((x - east[p])**2 + (y - north[p])**2)"
    draft.fact(
        *ways(
            f"a {what} is to serve {{PLACES}}",
            f"[a county|a firm|a council] looks for the best place for a {what} that serves {{PLACES}}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "{p} lies {east[p]} kilometres east and {north[p]} kilometres north of the corner of the map",
            "{p} has the coordinates ({east[p]}, {north[p]}) in kilometres",
        ),
        tells=["east", "north"],
        for_each="p in PLACES",
    )
    draft.fact(
        *ways(
            f"the {what} can be anywhere on the map, with both coordinates between 0 and 60; distances are "
            f"straight lines",
            f"distances are measured in a straight line, and both coordinates of the {what} lie between 0 and 60",
        ),
        tells=["x", "y"],
        place="rule",
    )
    if dice.chance(0.5):
        _add_site(draft, dice, what)
    if dice.chance(0.6):
        draft.parameter("trips", [dice.whole(1, 20) for _ in places], "trips a week", index=["PLACES"])
        draft.fact(
            *ways("{trips[p]} trips a week go to {p}", "{p} is visited {trips[p]} times a week"),
            tells=["trips"],
            for_each="p in PLACES",
            heading="trips a week",
        )
        noun = "sum of the distances, weighted by the number of trips"
        goal(draft, "minimize", f"sum(trips[p]*{distance} for p in PLACES)", noun, f"where to put the {what}")
    else:
        goal(draft, "minimize", f"max({distance} for p in PLACES)", "distance to the farthest place", "where to put it")
    return draft


def _add_site(draft: Draft, dice: Dice, what: str) -> None:
    """A railway that it must lie south of, or a strip that it must lie in."""
    if dice.chance(0.5):
        draft.parameter("line", dice.whole(25, 60), "where the railway crosses")
        draft.constraint("south_of_line", "x + y <= line", "south-west of the railway")
        draft.fact(
            *ways(
                f"the {what} must lie south-west of the railway, where the two coordinates add up to <most> {{line}}",
                f"the two coordinates of the {what} must not add up to more than {{line}}",
            ),
            tells=["line", "south_of_line"],
            place="rule",
        )
    else:
        draft.parameter("road", dice.whole(10, 50), "kilometres to the north of the road")
        draft.parameter("off_road", dice.whole(1, 4), "most kilometres from the road")
        draft.constraint("near_road", "abs(y - road) <= off_road", "near the road")
        draft.fact(
            *ways(
                f"the {what} must be within {{off_road}} kilometres of the road that runs east-west at "
                f"{{road}} kilometres north",
                f"a road runs due east at {{road}} kilometres north, and the {what} can be <most> "
                f"{{off_road}} kilometres from it",
            ),
            tells=["road", "off_road", "near_road"],
            place="rule",
        )


FAMILY = Family(
    name="point_location",
    title="placing one facility in the plane",
    group="conic",
    description="One facility is placed on a map so that the weighted sum of its distances to given places, or "
    "the longest of them, is smallest: a second-order cone program.",
    source="A. Weber, Über den Standort der Industrien, 1909; S. Boyd and L. Vandenberghe, Convex "
    "Optimization, 2004, section 8.7",
    draw=draw,
    knobs={"places": Range(3, 30)},
)
