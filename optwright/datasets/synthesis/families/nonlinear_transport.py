"""Shipping on routes that get dearer the more is on them."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw supplies, demands and convex costs: a rate and a congestion that grows with the square."""
    draft = Draft("nonlinear_transport")
    sources = dice.names("works", dice.knob("sources"))
    cities = dice.names("city", dice.knob("cities"))
    goods = dice.pick(["tons", "truckloads", "containers", "barrels"])
    demand = [dice.whole(10, 60, 5) for _ in cities]
    share = -(-sum(demand) // len(sources))
    draft.set("SOURCES", sources, "sources")
    draft.set("CITIES", cities, "cities")
    supply = [share // 5 * 5 + dice.whole(5, 40, 5) for _ in sources]
    draft.parameter("supply", supply, f"{goods} at a source", index=["SOURCES"])
    draft.parameter("demand", demand, f"{goods} wanted", index=["CITIES"])
    rate = [[dice.whole(2, 20) for _ in cities] for _ in sources]
    draft.parameter("rate", rate, "dollars for one", index=["SOURCES", "CITIES"])
    draft.variable("ship", f"{goods} shipped", index=["SOURCES", "CITIES"])
    draft.constraint("leave", "sum(ship[s,c] for c in CITIES) <= supply[s]", "supply", "s in SOURCES")
    draft.constraint("meet", "sum(ship[s,c] for s in SOURCES) >= demand[c]", "demand", "c in CITIES")
    _tell(draft, goods)
    if dice.chance(0.4):
        _add_cap(draft, -(-max(demand) // len(sources)) + dice.whole(0, 10), goods)
    if dice.chance(0.5):
        jam = [[dice.real(0.1, 1.5) for _ in cities] for _ in sources]
        draft.parameter("jam", jam, "dollars for the square of the load", index=["SOURCES", "CITIES"])
        term, index, route = "jam[s,c]", "s in SOURCES, c in CITIES", "the route from {s} to {c}"
    else:
        draft.parameter("jam", [dice.real(0.1, 1.5) for _ in sources], "dollars for the square", index=["SOURCES"])
        term, index, route = "jam[s]", "s in SOURCES", "any route from {s}"
    draft.fact(
        *ways(
            f"congestion on {route} costs {{{term}}} dollars times the square of the number of {goods} on it",
            f"crowding makes {route} dearer by {{{term}}} dollars times the square of its load in {goods}",
        ),
        tells=["jam"],
        for_each=index,
    )
    cost = f"sum(rate[s,c]*ship[s,c] + {term}*ship[s,c]**2 for s in SOURCES for c in CITIES)"
    goal(draft, "minimize", cost, "total transport cost", f"how many {goods} to ship on each route")
    return draft


def _tell(draft: Draft, goods: str) -> None:
    draft.fact(
        *ways(
            "<a firm> ships from {SOURCES} to {CITIES}, where the roads are crowded",
            "goods go from {SOURCES} to {CITIES} on routes that get crowded",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"{{s}} [has|can supply] <most> {{supply[s]}} {goods}",
            f"<at most> {{supply[s]}} {goods} <can> [leave|be shipped from] {{s}}",
        ),
        tells=["supply", "leave"],
        for_each="s in SOURCES",
        heading=f"supply ({goods}, at most)",
        place="rule",
    )
    draft.fact(
        *ways(f"{{c}} needs <least> {{demand[c]}} {goods}", f"<at least> {{demand[c]}} {goods} <must> reach {{c}}"),
        tells=["demand", "meet"],
        for_each="c in CITIES",
        heading=f"demand ({goods})",
        place="rule",
    )
    one = goods.removesuffix("s")
    draft.fact(
        *ways(
            f"the plain rate from {{s}} to {{c}} is {{rate[s,c]}} dollars for a {one}",
            f"a {one} from {{s}} to {{c}} costs {{rate[s,c]}} dollars, congestion aside",
        ),
        tells=["rate"],
        for_each="s in SOURCES, c in CITIES",
        heading="rate to {c} ($)",
    )


def _add_cap(draft: Draft, cap: int, goods: str) -> None:
    draft.parameter("cap", cap, f"most {goods} on a route")
    draft.constraint("route_room", "ship[s,c] <= cap", "room on a route", "s in SOURCES, c in CITIES")
    draft.fact(
        *ways(
            f"<at most> {{cap}} {goods} <can> go on any one route",
            f"no route <can> take more than {{cap}} {goods}",
        ),
        tells=["cap", "route_room"],
        place="rule",
    )


FAMILY = Family(
    name="nonlinear_transport",
    title="transport with congestion",
    group="nonlinear",
    description="Goods are shipped from sources to cities on routes whose cost has a part that grows with the "
    "square of the load; the cheapest shipments are wanted: a convex quadratic program.",
    source="D. P. Bertsekas, Network Optimization: Continuous and Discrete Models, 1998, chapter 8",
    draw=draw,
    knobs={"sources": Range(2, 8), "cities": Range(2, 12)},
)
