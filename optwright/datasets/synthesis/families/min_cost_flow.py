"""The cheapest way to send supplies through a network with capacities."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.networks import draw_arcs, draw_path
from optwright.datasets.synthesis.wording import goal, ways, whole

SKINS = (
    ("tons", "[a mill|a quarry|a cement works|a grain trader]", "shipping", "ship"),
    ("barrels", "[an oil company|a refinery]", "pumping", "pump"),
    ("pallets", "[a haulier|a parcel service|a wholesaler]", "carrying", "carry"),
)


def draw(dice: Dice) -> Draft:
    """Draw a network and route every demand through it; capacities and supplies are what that takes, or more."""
    draft = Draft("min_cost_flow")
    skin = dice.pick(SKINS)
    nodes = dice.names("city", dice.knob("nodes"))
    sources, sinks = nodes[: (n := max(1, len(nodes) // 4))], nodes[-n:]
    arcs = draw_arcs(dice, nodes, dice.knob("arcs"))
    demand = {sink: dice.whole(10, 90, 5) for sink in sinks}
    supply, load = dict.fromkeys(sources, 0), dict.fromkeys(arcs, 0)
    for sink, amount in demand.items():
        paths = [path for source in dice.shuffled(sources) if (path := draw_path(dice, arcs, nodes, (source, sink)))]
        supply[paths[0][0][0]] += amount
        for arc in paths[0]:
            load[arc] += amount
    draft.set("NODES", nodes, "places")
    draft.set("SOURCES", sources, "places with a supply")
    draft.set("SINKS", sinks, "places with a demand")
    draft.set("ARCS", arcs, "links")
    draft.parameter("supply", [s + dice.whole(5, 30, 5) for s in supply.values()], "supply", index=["SOURCES"])
    draft.parameter("demand", list(demand.values()), "demand", index=["SINKS"])
    draft.parameter("cost", [dice.whole(1, 20) for _ in arcs], f"cost of one of the {skin[0]}", index=["ARCS"])
    draft.parameter("capacity", [x + dice.whole(10, 60, 5) for x in load.values()], "capacity", index=["ARCS"])
    integral = skin[0] != "tons"
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("flow", f"{skin[0]} on each link", index=["ARCS"], upper="capacity", domain=domain)
    goal(draft, "minimize", "sum(cost[i,j]*flow[i,j] for (i,j) in ARCS)", "total cost", f"how to {skin[3]} the goods")
    if integral:
        whole(draft, "flow", skin[0])
    out, into = "sum(flow[i,j] for (i,j) in ARCS if i == n)", "sum(flow[i,j] for (i,j) in ARCS if j == n)"
    draft.constraint("send", f"{out} - {into} <= supply[n]", "no more than the supply", "n in SOURCES")
    draft.constraint("meet", f"{into} - {out} >= demand[n]", "the demand is met", "n in SINKS")
    if 2 * len(sources) < len(nodes):
        middle = "n in NODES if n not in SOURCES and n not in SINKS"
        draft.constraint("through", f"{into} == {out}", "what comes in goes out", middle)
    _tell(draft, skin, 2 * len(sources) < len(nodes))
    if dice.knob("sides"):
        _obliged(draft, dice, [arc for arc in arcs if load[arc]], load, skin[0])
    return draft


def _obliged(
    draft: Draft, dice: Dice, used: list[tuple[str, str]], load: dict[tuple[str, str], int], unit: str
) -> None:
    i, j = dice.pick(used)
    draft.parameter("agreed", max(1, load[i, j] - dice.whole(0, 5)), "least on one link")
    draft.constraint("contract", f"flow[{i!r},{j!r}] >= agreed", "a contract for one link")
    draft.fact(
        *ways(
            f"[under a contract|as agreed], <at least> {{agreed}} {unit} must go from {{a}} to {{b}}",
            f"the link from {{a}} to {{b}} must be used for <at least> {{agreed}} {unit}",
        ),
        tells=["agreed", "contract"],
        for_each=f"a in [{i!r}], b in [{j!r}]",
        place="rule",
    )


def _tell(draft: Draft, skin: tuple[str, str, str, str], middle: bool) -> None:
    unit, who, doing, verb = skin
    draft.fact(
        f"{who} has goods to {verb} [between|among] {{NODES}}",
        f"{who} [has to|must|is to] {verb} goods through a network of {{NODES}}",
        f"the network of {who} [joins|connects|links] {{NODES}}",
        tells=["flow"],
        place="setting",
    )
    draft.fact(
        *ways(
            f"{{n}} [can supply|has a supply of|can send] <at most> {{supply[n]}} {unit}".replace(
                " of] <at most>", "] <at most>"
            ),
            f"<at most> {{supply[n]}} {unit} are <available> at {{n}}",
        ),
        tells=["supply", "send"],
        for_each="n in SOURCES",
        heading=f"supply ({unit})",
    )
    draft.fact(
        *ways(
            f"{{n}} [needs|requires|must receive] <at least> {{demand[n]}} {unit}",
            f"<at least> {{demand[n]}} {unit} must [arrive and stay|be delivered] at {{n}}",
            f"{{n}} has a demand of {{demand[n]}} {unit}, which must be met",
        ),
        tells=["demand", "meet"],
        for_each="n in SINKS",
        heading=f"demand ({unit})",
    )
    one = unit[:-1]
    draft.fact(
        *ways(
            f"{doing} [one|a] {one} from {{i}} to {{j}} <costs> {{cost[i,j]}} dollars",
            f"it costs {{cost[i,j]}} dollars to {verb} [one|a] {one} from {{i}} to {{j}}",
        ),
        tells=["cost"],
        for_each="(i,j) in ARCS",
        heading=f"cost per {one} ($)",
    )
    draft.fact(
        *ways(
            f"<at most> {{capacity[i,j]}} {unit} <can> [go|pass|be sent] from {{i}} to {{j}}",
            f"the link from {{i}} to {{j}} [has a capacity of|can take up to] {{capacity[i,j]}} {unit}",
        ),
        tells=["capacity"],
        for_each="(i,j) in ARCS",
        heading=f"capacity ({unit})",
    )
    draft.fact(
        "there are no other links[, and goods go only the way stated|, and none can be used backwards]",
        "goods can [move|travel] on these links only[, in the direction given|, and only in that direction]",
        tells=["flow"],
        place="rule",
    )
    if middle:
        draft.fact(
            "[all other|the remaining] places [keep nothing|only pass goods on]: [whatever|what] comes in must go out",
            "at [every|each] other place [what comes in goes out again|inflow and outflow are equal]",
            tells=["through"],
            place="rule",
        )


FAMILY = Family(
    name="min_cost_flow",
    title="minimum-cost flow",
    group="network",
    description="Goods are sent from places with a supply to places with a demand over links with costs and "
    "capacities, passing through other places, at the lowest cost.",
    source="R. K. Ahuja, T. L. Magnanti and J. B. Orlin, Network Flows, 1993, chapter 9",
    draw=draw,
    knobs={"nodes": Range(4, 120), "arcs": Range(2, 300), "sides": Range(0, 1)},
)
