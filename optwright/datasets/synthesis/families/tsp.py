"""The shortest round trip through all places."""

from __future__ import annotations

import math

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal

SKINS = (
    ("city", "[a salesman|a travelling theatre|an inspector|a circus]", "kilometres", "distance", "cities"),
    ("site", "[a postman|a guard|a refuse lorry|a courier]", "minutes", "time", "places"),
    ("machine", "[a robot|a service engineer|a crane]", "seconds", "time", "machines"),
)


def draw(dice: Dice) -> Draft:
    """Draw places on a plane, with the same distance both ways or not; any round trip is feasible."""
    draft = Draft("tsp")
    kind, who, unit, measure, many = dice.pick(SKINS)
    places = dice.names(kind, dice.knob("places"))
    places = [f"the {name}" for name in places] if kind == "machine" else places
    at = [(dice.whole(0, 60), dice.whole(0, 60)) for _ in places]
    skew = dice.pick([0, 6])
    away = [[0 if i == j else 2 + round(math.dist(i, j)) + dice.whole(0, skew) for j in at] for i in at]
    home = places[0]
    draft.set("PLACES", places, many)
    draft.set("STOPS", places[1:], f"{many} after the start")
    draft.add("sets", "ARCS", for_each="i in PLACES, j in PLACES if i != j", description="ways between them")
    draft.parameter(measure, away, f"{measure} between {many}", index=["PLACES", "PLACES"], unit=unit)
    draft.variable("go", "whether the way is taken", index=["ARCS"], domain="Binary")
    draft.variable("order", "position on the tour", index=["STOPS"], lower=1, upper="len(STOPS)")
    draft.constraint("leave", "sum(go[i,j] for j in PLACES if j != i) == 1", "left once", "i in PLACES")
    draft.constraint("enter", "sum(go[i,j] for i in PLACES if i != j) == 1", "entered once", "j in PLACES")
    onward = "i in STOPS, j in STOPS if i != j"
    draft.constraint("one_tour", "implies(go[i,j], order[j] >= order[i] + 1)", "one tour, not several", onward)
    total = f"sum({measure}[i,j]*go[i,j] for (i,j) in ARCS)"
    goal(draft, "minimize", total, f"total {measure}", f"in which order to visit the {many}")
    _tell(draft, (who, unit, measure, many, home))
    if dice.knob("sides") and len(places) > 3:
        one, other = dice.some(places[1:], 2)
        draft.constraint("before", f"order[{one!r}] + 1 <= order[{other!r}]", f"{one} before {other}")

        draft.fact(
            "{a} must be visited before {b}",
            "{b} [cannot|must not] be visited before {a}",
            "{a} [must come|comes] [some time |]before {b} on the trip",
            tells=["before"],
            for_each=f"a in [{one!r}], b in [{other!r}]",
            place="rule",
        )
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str, str]) -> None:
    who, unit, measure, many, home = words
    draft.fact(
        f"{who} [starts|sets out] from {{a}} and [visits|calls at] {{PLACES}}",
        f"{who} is to [visit|call at] {{PLACES}}, starting [from|at] {{a}}",
        f"from {{a}} {who} makes a round trip through {{PLACES}}",
        tells=["one_tour"],
        for_each=f"a in [{home!r}]",
        place="setting",
    )
    verb = "takes" if measure == "time" else "is"
    draft.fact(
        f"from {{i}} to {{j}} it {verb} {{{measure}[i,j]}} {unit}",
        f"the way from {{i}} to {{j}} {verb} {{{measure}[i,j]}} {unit}",
        f"{{i}} to {{j}}: {{{measure}[i,j]}} {unit}",
        tells=[measure],
        for_each="i in PLACES, j in PLACES if i != j",
        heading=f"to {{j}} ({unit})",
    )
    draft.fact(
        f"[each|every] one of the {many} is visited exactly once, and the trip ends where it began",
        "[the trip|it] [returns|must return] to its start after visiting every other place [exactly once|just once]",
        f"no {_one(many)} may be [left out|forgotten] or visited more than once, and the trip [closes|ends] at the "
        "start",
        tells=["leave", "enter", "one_tour", "go"],
        place="rule",
    )


def _one(many: str) -> str:
    return {"cities": "city", "places": "place", "machines": "machine"}[many]


FAMILY = Family(
    name="tsp",
    title="travelling salesman",
    group="routing",
    description="A round trip visits every place exactly once and is as short as possible; one place may have to come "
    "before another. Written with an order of the places (Miller, Tucker, Zemlin).",
    source="C. E. Miller, A. W. Tucker and R. A. Zemlin, Integer Programming Formulation of Traveling Salesman "
    "Problems, Journal of the ACM 7, 1960",
    draw=draw,
    knobs={"places": Range(4, 11), "sides": Range(0, 1)},
)
