"""Who gets which car so that as many as possible have one they like."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal

SKINS = (
    ("[a car club|a firm|a travel agency]", "car", "cars", "participants", "participant", "drive", "likes"),
    ("[a language school|a club|an office]", "machine", "machines", "members", "member", "use", "can handle"),
    (
        "[a college|a theatre|an orchestra]",
        "duty",
        "duties",
        "volunteers",
        "volunteer",
        "take on",
        "is interested in",
    ),
)


def draw(dice: Dice) -> Draft:
    """Draw who would take what; nobody need get anything, so that the plan without cars is feasible."""
    draft = Draft("car_selection")
    _, kind, many, _, one, *_ = skin = dice.pick(SKINS)
    people = dice.names("worker", dice.knob("people"))
    cars = [f"the {name}" if kind == "machine" else name for name in dice.names(kind, dice.knob("cars"))]
    likes = {person: dice.some(cars, dice.whole(1, max(1, min(4, len(cars) // 2)))) for person in people}
    pairs = [[person, car] for person, wanted in likes.items() for car in wanted]
    draft.set("PEOPLE", people, skin[3])
    draft.set("CARS", cars, many)
    draft.set("WISHES", pairs, "wishes")
    draft.variable("get", f"whether the {one} gets it", index=["WISHES"], domain="Binary")
    draft.constraint("one_each", "sum(get[p,c] for c in CARS if (p,c) in WISHES) <= 1", "one each", "p in PEOPLE")
    draft.constraint("once", "sum(get[p,c] for p in PEOPLE if (p,c) in WISHES) <= 1", "given once", "c in CARS")
    task = f"who gets which of the {many}"
    if dice.knob("sides"):
        draft.parameter("joy", [dice.whole(1, 10) for _ in pairs], "points given", index=["WISHES"])
        goal(draft, "maximize", "sum(joy[p,c]*get[p,c] for (p,c) in WISHES)", "sum of the points", task)
    else:
        goal(draft, "maximize", "sum(get[p,c] for (p,c) in WISHES)", f"number of {skin[3]} who get one", task)
    _tell(draft, skin, bool(dice.knob("sides")))
    return draft


def _tell(draft: Draft, skin: tuple[str, ...], points: bool) -> None:
    who, _, many, people, one, verb, likes = skin
    draft.fact(
        f"{who} [gives|hands] {{CARS}} to its {people} {{PEOPLE}}",
        f"the {people} of {who}, {{PEOPLE}}, [are to |can ]{verb} {{CARS}}",
        "{CARS} are to be [given|shared] out among {PEOPLE}",
        tells=["get"],
        place="setting",
    )
    if points:
        draft.fact(
            "{p} gives {joy[p,c]} points to {c}",
            "{c} is worth {joy[p,c]} points to {p}",
            tells=["joy"],
            for_each="(p,c) in WISHES",
            heading="points",
        )
    else:
        draft.fact(
            f"{{p}} {likes} {{c}}",
            f"{{p}} would [gladly |]{verb} {{c}}",
            tells=["get"],
            for_each="(p,c) in WISHES",
        )
    draft.fact(
        f"nobody gets [anything else|what is not named here], and nobody gets more than one of the {many}",
        f"[each|every] {one} gets at most one of the {many}, and only one of those named [for him or her|above]",
        tells=["one_each", "get"],
        place="rule",
    )
    draft.fact(
        f"[each|every] one of the {many} can be given to one {one} only",
        f"no two {people} can have the same one",
        tells=["once"],
        place="rule",
    )


FAMILY = Family(
    name="car_selection",
    title="car selection",
    group="assignment",
    description="Participants name the cars that they would take; each gets one at most and each car is given once, "
    "so that as many as possible, or their points, are served.",
    source="R. Ahuja, T. Magnanti and J. Orlin, Network Flows, 1993, chapter 12 (bipartite matching)",
    draw=draw,
    knobs={"people": Range(3, 80), "cars": Range(3, 80), "sides": Range(0, 1)},
)
