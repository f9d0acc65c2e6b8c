"""Shipping from sources to destinations at the least cost."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole

ROUTES = "sum(cost[s,d]*ship[s,d] for s in SOURCES for d in DESTINATIONS)"


def draw(dice: Dice) -> Draft:
    """Draw supplies and demands from a planted shipment; perhaps closed routes, caps or a surplus."""
    draft = Draft("transport")
    sources = dice.names("plant", dice.knob("sources"))
    destinations = dice.names("city", dice.knob("destinations"))
    goods = dice.pick(["tons", "pallets", "crates", "containers", "units"])
    planted = [[dice.whole(5, 60, 5) if dice.chance(0.8) else 0 for _ in destinations] for _ in sources]
    planted[0] = [amount or 10 for amount in planted[0]]
    planted = [row if any(row) else [10] * len(row) for row in planted]
    demand = [sum(column) for column in zip(*planted, strict=True)]
    balanced = dice.chance(0.25)
    supply = [sum(row) + (0 if balanced else dice.whole(0, 40, 5)) for row in planted]
    draft.set("SOURCES", sources, "sources")
    draft.set("DESTINATIONS", destinations, "destinations")
    draft.parameter("supply", supply, f"{goods} to be had", index=["SOURCES"])
    draft.parameter("demand", demand, f"{goods} wanted", index=["DESTINATIONS"])
    cost = [[dice.whole(2, 30) for _ in destinations] for _ in sources]
    draft.parameter("cost", cost, "dollars for one", index=["SOURCES", "DESTINATIONS"])
    integral = dice.chance(0.5) and goods != "tons"
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("ship", f"{goods} shipped", index=["SOURCES", "DESTINATIONS"], domain=domain)
    _tell(draft, goods)
    _add_supply(draft, goods, balanced)
    if dice.knob("caps") and dice.chance(0.7):
        _add_caps(draft, dice, planted, goods)
    if dice.chance(0.4):
        _add_special(draft, dice, (sources, destinations), planted, goods)
    if integral:
        whole(draft, "ship", goods)
    goal(draft, "minimize", ROUTES, "total transport cost", f"how many {goods} to ship on each route")
    return draft


def _tell(draft: Draft, goods: str) -> None:
    draft.fact(
        *ways(
            "<a firm> ships its goods from {SOURCES} to {DESTINATIONS}",
            "goods [are shipped|go|have to be sent] from {SOURCES} to {DESTINATIONS}",
            "{DESTINATIONS} are supplied from {SOURCES}",
        ),
        tells=[],
        place="setting",
    )
    one = goods.removesuffix("s")
    draft.fact(
        *ways(
            f"[shipping|sending] [one|a] {one} from {{s}} to {{d}} costs {{cost[s,d]}} dollars",
            f"<each of> {one} [shipped|sent|taken] from {{s}} to {{d}} costs {{cost[s,d]}} dollars",
            f"it costs {{cost[s,d]}} dollars to [ship|send|move] [one|a] {one} from {{s}} to {{d}}",
        ),
        tells=["cost"],
        for_each="s in SOURCES, d in DESTINATIONS",
        heading="cost to {d} ($)",
    )
    draft.fact(
        *ways(
            f"{{d}} [needs|requires|wants|orders] <at least> {{demand[d]}} {goods}",
            f"<at least> {{demand[d]}} {goods} <must> [reach|arrive at|be delivered to] {{d}}",
            f"the demand [of|at] {{d}} is {{demand[d]}} {goods}, which must be met",
        ),
        tells=["demand", "meet"],
        for_each="d in DESTINATIONS",
        heading=f"demand ({goods})",
    )
    draft.constraint("meet", "sum(ship[s,d] for s in SOURCES) >= demand[d]", "demand is met", "d in DESTINATIONS")


def _add_supply(draft: Draft, goods: str, balanced: bool) -> None:
    """A supply is a limit, or must leave altogether where supply equals demand."""
    relation = "==" if balanced else "<="
    rule = f"sum(ship[s,d] for d in DESTINATIONS) {relation} supply[s]"
    draft.constraint("leave", rule, "what a source has", "s in SOURCES")
    limit = (
        f"{{s}} [has|holds|can supply] <at most> {{supply[s]}} {goods}",
        f"<at most> {{supply[s]}} {goods} <can> [leave|be shipped from|come from] {{s}}",
        f"the supply [of|at] {{s}} is limited to {{supply[s]}} {goods}",
    )
    exact = (
        f"{{s}} [has|holds] {{supply[s]}} {goods}, all of which must be shipped",
        f"<exactly> {{supply[s]}} {goods} <must> [leave|be shipped from] {{s}}",
    )
    draft.fact(
        *ways(*(exact if balanced else limit)),
        tells=["supply", "leave"],
        for_each="s in SOURCES",
        heading=f"supply ({goods}, all to be shipped)" if balanced else f"supply ({goods}, at most)",
    )


def _add_caps(draft: Draft, dice: Dice, planted: list[list[int]], goods: str) -> None:
    cap = max(max(row) for row in planted) + dice.whole(0, 10, 5)
    draft.parameter("cap", cap, f"most {goods} on one route")
    draft.constraint("route_cap", "ship[s,d] <= cap", "room on a route", "s in SOURCES, d in DESTINATIONS")
    draft.fact(
        *ways(
            f"<at most> {{cap}} {goods} <can> be [shipped|sent] on any [one|single] route",
            f"no route [takes|can take|carries] more than {{cap}} {goods}",
        ),
        tells=["cap", "route_cap"],
        place="rule",
    )


def _add_special(
    draft: Draft, dice: Dice, ends: tuple[list[str], list[str]], planted: list[list[int]], goods: str
) -> None:
    """A route that is closed, or one on which so much has been promised, as in the planted shipment."""
    routes = [(s, d) for s, row in enumerate(planted) for d, _ in enumerate(row)]
    s, d = dice.pick(routes)
    source, destination = ends[0][s], ends[1][d]
    route = f"ship[{source!r},{destination!r}]"
    if not planted[s][d]:
        draft.constraint("closed", f"{route} == 0", f"no way from {source} to {destination}")
        draft.fact(
            *ways(
                f"the road from {source} to {destination} is closed",
                f"nothing <can> be [shipped|sent] from {source} to {destination}",
            ),
            tells=["closed"],
            place="rule",
        )
        return
    draft.parameter("promised", planted[s][d], f"{goods} from {source} to {destination}")
    draft.constraint("contract", f"{route} >= promised", f"a promise of {source} to {destination}")
    draft.fact(
        *ways(
            f"<at least> {{promised}} {goods} <must> go from {source} to {destination}[, by contract|]",
            f"{source} has promised {destination} <least> {{promised}} {goods}",
        ),
        tells=["promised", "contract"],
        place="rule",
    )


FAMILY = Family(
    name="transport",
    title="transport problem",
    group="transport",
    description="Goods are shipped from sources with limited supplies to destinations with demands; every route "
    "has its cost. The shipments with the least total cost are wanted.",
    source="F. L. Hitchcock, The distribution of a product from several sources to numerous localities, 1941",
    draw=draw,
    knobs={"sources": Range(2, 20), "destinations": Range(2, 30), "caps": Range(0, 1)},
)
