"""Shipping by way of intermediate stores."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw plants, stores and customers; a shipment is planted, and supplies, demands and rooms lie around it."""
    draft = Draft("transshipment")
    plants = dice.names("works", dice.knob("plants"))
    stores = dice.names("depot", dice.knob("stores"))
    cities = dice.names("city", dice.knob("cities"))
    goods = dice.pick(["tons", "pallets", "crates", "barrels"])
    demand = [dice.whole(10, 90, 5) for _ in cities]
    total = sum(demand)
    draft.set("PLANTS", plants, "plants")
    draft.set("STORES", stores, "stores")
    draft.set("CITIES", cities, "cities")
    supply = [-(-total // len(plants) // 5) * 5 + dice.whole(0, 40, 5) for _ in plants]
    draft.parameter("supply", [n + 5 for n in supply], f"{goods} at a plant", index=["PLANTS"])
    draft.parameter("demand", demand, f"{goods} wanted", index=["CITIES"])
    inward = [[dice.whole(1, 15) for _ in stores] for _ in plants]
    outward = [[dice.whole(1, 20) for _ in cities] for _ in stores]
    draft.parameter("inward", inward, "dollars to a store", index=["PLANTS", "STORES"])
    draft.parameter("outward", outward, "dollars from a store", index=["STORES", "CITIES"])
    draft.variable("bring", f"{goods} from plant to store", index=["PLANTS", "STORES"])
    draft.variable("send", f"{goods} from store to city", index=["STORES", "CITIES"])
    straight = dice.chance(0.35)
    more = " + sum(straight[p,c] for c in CITIES)" if straight else ""
    draft.constraint("leave", f"sum(bring[p,s] for s in STORES){more} <= supply[p]", "supply", "p in PLANTS")
    rule = "sum(bring[p,s] for p in PLANTS) == sum(send[s,c] for c in CITIES)"
    draft.constraint("through", rule, "what comes in goes out", "s in STORES")
    more = " + sum(straight[p,c] for p in PLANTS)" if straight else ""
    draft.constraint("meet", f"sum(send[s,c] for s in STORES){more} >= demand[c]", "demand", "c in CITIES")
    _tell(draft, goods)
    cost = "sum(inward[p,s]*bring[p,s] for p in PLANTS for s in STORES)"
    cost += " + sum(outward[s,c]*send[s,c] for s in STORES for c in CITIES)"
    if dice.chance(0.5):
        _add_room(draft, [-(-total // len(stores)) // 10 * 10 + dice.whole(10, 50, 10) for _ in stores], goods)
    if straight:
        _add_direct(draft, dice, len(plants), len(cities), goods)
        cost += " + sum(direct[p,c]*straight[p,c] for p in PLANTS for c in CITIES)"
    goal(draft, "minimize", cost, "total transport cost", f"how many {goods} to ship on each leg")
    return draft


def _tell(draft: Draft, goods: str) -> None:
    one = goods.removesuffix("s")
    draft.fact(
        *ways(
            "<a firm> ships from {PLANTS} to {CITIES} by way of {STORES}",
            "goods travel from {PLANTS} to {STORES}, and from there to {CITIES}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"{{p}} [has|can supply] <most> {{supply[p]}} {goods}",
            f"<at most> {{supply[p]}} {goods} <can> [leave|be shipped from] {{p}}",
        ),
        tells=["supply", "leave"],
        for_each="p in PLANTS",
        heading=f"supply ({goods}, at most)",
    )
    draft.fact(
        *ways(
            f"{{c}} needs <least> {{demand[c]}} {goods}",
            f"<at least> {{demand[c]}} {goods} <must> reach {{c}}",
        ),
        tells=["demand", "meet"],
        for_each="c in CITIES",
        heading=f"demand ({goods})",
    )
    draft.fact(
        *ways(
            f"[bringing|taking] [a|one] {one} from {{p}} to {{s}} costs {{inward[p,s]}} dollars",
            f"from {{p}} to {{s}}, a {one} costs {{inward[p,s]}} dollars",
        ),
        tells=["inward"],
        for_each="p in PLANTS, s in STORES",
        heading="cost to {s} ($)",
    )
    draft.fact(
        *ways(
            f"[sending|taking] [a|one] {one} on from {{s}} to {{c}} costs {{outward[s,c]}} dollars",
            f"from {{s}} to {{c}}, a {one} costs {{outward[s,c]}} dollars",
        ),
        tells=["outward"],
        for_each="s in STORES, c in CITIES",
        heading="cost to {c} ($)",
    )
    draft.fact(
        *ways("nothing stays [behind|in the stores]", "whatever comes into a store leaves it again"),
        tells=["through"],
        place="rule",
    )


def _add_room(draft: Draft, room: list[int], goods: str) -> None:
    draft.parameter("room", room, f"most {goods} through a store", index=["STORES"])
    draft.constraint(
        "store_room", "sum(bring[p,s] for p in PLANTS) <= room[s]", "what a store can handle", "s in STORES"
    )
    draft.fact(
        *ways(
            f"{{s}} <can> handle <most> {{room[s]}} {goods}",
            f"<at most> {{room[s]}} {goods} <can> pass through {{s}}",
        ),
        tells=["room", "store_room"],
        for_each="s in STORES",
        heading=f"most {goods}",
        place="rule",
    )


def _add_direct(draft: Draft, dice: Dice, plants: int, cities: int, goods: str) -> None:
    cost = [[dice.whole(10, 40) for _ in range(cities)] for _ in range(plants)]
    draft.parameter("direct", cost, "dollars straight to a city", index=["PLANTS", "CITIES"])
    draft.variable("straight", f"{goods} straight from plant to city", index=["PLANTS", "CITIES"])
    one = goods.removesuffix("s")
    draft.fact(
        *ways(
            f"a {one} [can also go|may also be sent] straight from {{p}} to {{c}} for {{direct[p,c]}} dollars",
            f"[sending|taking] a {one} straight from {{p}} to {{c}}, past the stores, costs {{direct[p,c]}} dollars",
        ),
        tells=["direct"],
        for_each="p in PLANTS, c in CITIES",
        heading="cost straight to {c} ($)",
    )


FAMILY = Family(
    name="transshipment",
    title="transshipment",
    group="transport",
    description="Goods go from plants to stores and on to cities, perhaps also straight, with limited supplies "
    "and rooms. The shipments that meet all demands at the least cost are wanted.",
    source="A. Orden, The transhipment problem, Management Science 2, 1956; W. L. Winston, Operations "
    "Research, 2004, section 7.6",
    draw=draw,
    knobs={"plants": Range(2, 10), "stores": Range(2, 8), "cities": Range(2, 15)},
)
