"""Which duties to choose so that every trip is covered exactly once."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("flight", "flights", "pairings", "pairing", "[an airline|a carrier]", "crew"),
    ("trip", "trips", "duties", "duty", "[a bus operator|a tram company|a railway]", "driver"),
    ("order", "orders", "tours", "tour", "[a haulier|a courier|a bakery]", "lorry"),
)


def draw(dice: Dice) -> Draft:
    """Draw duties; some of them are a partition of the trips."""
    draft = Draft("set_partitioning")
    skin = dice.pick(SKINS)
    trips = [f"{skin[0]} {number + 1}" for number in range(dice.knob("trips"))]
    left, groups = dice.shuffled(trips), []
    while left:
        size = min(len(left), dice.whole(1, 3))
        groups.append(left[:size])
        left = left[size:]
    parts = len(groups)
    groups += [dice.some(trips, dice.whole(1, min(4, len(trips)))) for _ in range(dice.knob("more"))]
    order = dice.shuffled(range(len(groups)))
    names = [f"{skin[3]} {number + 1}" for number in range(len(groups))]
    covers = {name: sorted(groups[g], key=trips.index) for name, g in zip(names, order, strict=True)}
    draft.set("TRIPS", trips, skin[1])
    draft.set("DUTIES", names, skin[2])
    draft.add("sets", "COVERS", index=["DUTIES"], members=covers, description=f"{skin[1]} in it")
    cost = [dice.whole(40, 90) + 25 * len(group) for group in covers.values()]
    draft.parameter("cost", cost, f"cost of the {skin[3]}", index=["DUTIES"])
    draft.variable("choose", f"whether the {skin[3]} is worked", index=["DUTIES"], domain="Binary")
    draft.constraint("once", "sum(choose[d] for d in DUTIES if t in COVERS[d]) == 1", "exactly once", "t in TRIPS")
    goal(draft, "minimize", "sum(cost[d]*choose[d] for d in DUTIES)", "total cost", f"which {skin[2]} to choose")
    if dice.knob("sides"):
        draft.parameter("crews", parts + dice.whole(0, 1), f"most {skin[2]}")
        draft.constraint("people", "sum(choose[d] for d in DUTIES) <= crews", f"number of {skin[2]}")
        draft.fact(
            *ways(
                f"<at most> {{crews}} {skin[2]} [<can> be chosen|are possible]",
                f"there are {skin[5]}s for only {{crews}} {skin[2]}"
                if skin[5] != "lorry"
                else "there are {crews} lorries",
            ),
            tells=["crews", "people"],
            place="rule",
        )
    _tell(draft, skin)
    return draft


def _tell(draft: Draft, skin: tuple[str, ...]) -> None:
    trip, _, duties, duty, who, _ = skin
    draft.fact(
        f"{who} [chooses|picks|selects] among {{DUTIES}} to [cover|run] {{TRIPS}}",
        f"{who} must [cover|run] {{TRIPS}} by choosing among {{DUTIES}}",
        tells=["choose"],
        place="setting",
    )
    draft.fact(
        *ways(
            "{d} [covers|consists of|includes] {COVERS[d]} and <costs> {cost[d]} dollars",
            "{d} <costs> {cost[d]} dollars and [covers|consists of|includes] {COVERS[d]}",
            "at a cost of {cost[d]} dollars {d} [covers|includes] {COVERS[d]}",
        ),
        tells=["cost"],
        for_each="d in DUTIES",
    )
    draft.fact(
        *ways(
            f"[each|every] {trip} must be [covered|run] <exactly> once",
            f"<exactly> one of the {duties} chosen must [cover|include] [each|any given] {trip}",
            f"no {trip} may be [left out|missed], and none may be in two {duties} that are chosen",
        ),
        tells=["once"],
        place="rule",
    )
    draft.fact(
        f"a {duty} is [chosen|worked] as a whole or not at all",
        f"[part of a {duty} cannot be chosen|{duties} cannot be chosen in part]",
        tells=["choose"],
        place="rule",
    )


FAMILY = Family(
    name="set_partitioning",
    title="set partitioning (crew pairing)",
    group="covering",
    description="Duties that cover trips are chosen so that every trip is in exactly one of them, at the lowest cost.",
    source="E. Balas and M. W. Padberg, Set Partitioning: A Survey, SIAM Review 18, 1976",
    draw=draw,
    knobs={"trips": Range(4, 60), "more": Range(4, 120), "sides": Range(0, 1)},
)
