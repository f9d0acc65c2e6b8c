"""The most that a network can carry from one place to another."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.networks import draw_arcs
from optwright.datasets.synthesis.wording import goal, ways, whole

SKINS = (
    ("litres", "litres a second", "pipe", "[a water board|a waterworks|a brewery]", "water"),
    ("cars", "cars an hour", "road", "[a city|a road authority|a traffic planner]", "traffic"),
    ("megabits", "megabits a second", "line", "[a network operator|an exchange|a data centre]", "data"),
)


def draw(dice: Dice) -> Draft:
    """Draw a network; anything from nothing to the optimum is feasible."""
    draft = Draft("max_flow")
    skin = dice.pick(SKINS)
    _, unit, pipe, _, stuff = skin
    nodes = dice.names("site" if stuff == "water" else "city", dice.knob("nodes"))
    start, end = nodes[0], nodes[-1]
    arcs = draw_arcs(dice, nodes, dice.knob("arcs"))
    draft.set("NODES", nodes, "places")
    draft.set("ARCS", arcs, f"{pipe}s")
    draft.parameter(
        "capacity",
        [dice.whole(5, 95) + (60 if j == end else 0) for _, j in arcs],
        f"capacity of each {pipe}",
        index=["ARCS"],
    )
    domain = "NonNegativeIntegers" if stuff == "traffic" else "NonNegativeReals"
    draft.variable("flow", f"{unit} through each {pipe}", index=["ARCS"], upper="capacity", domain=domain)
    out, into = "sum(flow[i,j] for (i,j) in ARCS if i == {})", "sum(flow[i,j] for (i,j) in ARCS if j == {})"
    task = f"how much to send through each {pipe}"
    goal(draft, "maximize", into.format(repr(end)), f"amount of {stuff} from {start} to {end}", task)
    if stuff == "traffic":
        whole(draft, "flow", "cars")
    draft.constraint(
        "through",
        f"{into.format('n')} == {out.format('n')}",
        "what comes in goes out",
        f"n in NODES if n != {start!r} and n != {end!r}",
    )
    _tell(draft, skin, start, end)
    middle = nodes[1:-1]
    if dice.knob("sides") and middle:
        narrow = dice.some(middle, max(1, len(middle) // 3))
        draft.set("NARROW", narrow, "places with a limit of their own")
        draft.parameter("limit", [dice.whole(10, 60) for _ in narrow], "most through the place", index=["NARROW"])
        draft.constraint("squeeze", f"{into.format('n')} <= limit[n]", "limits of the places", "n in NARROW")
        draft.fact(
            *ways(
                f"<at most> {{limit[n]}} {unit} <can> pass through {{n}}",
                f"{{n}} itself can [handle|cope with|take] <at most> {{limit[n]}} {unit}",
            ),
            tells=["limit", "squeeze"],
            for_each="n in NARROW",
            heading=f"limit ({unit})",
            place="rule",
        )
    return draft


def _tell(draft: Draft, skin: tuple[str, str, str, str, str], start: str, end: str) -> None:
    _, unit, pipe, who, stuff = skin
    draft.fact(
        f"{who} [sends|leads|brings] {stuff} from {{a}} to {{b}} [over|through] a network of {pipe}s",
        f"{who} wants to know how much {stuff} its {pipe}s can bring from {{a}} to {{b}}",
        f"a network of {pipe}s [leads|carries] {stuff} from {{a}} to {{b}}",
        tells=["objective"],
        for_each=f"a in [{start!r}], b in [{end!r}]",
        place="setting",
    )
    draft.fact(
        *ways(
            f"the {pipe} from {{i}} to {{j}} [carries|can carry|can take] <at most> {{capacity[i,j]}} {unit}",
            f"from {{i}} to {{j}} <at most> {{capacity[i,j]}} {unit} are possible",
            f"the capacity of the {pipe} from {{i}} to {{j}} is {{capacity[i,j]}} {unit}",
        ),
        tells=["capacity"],
        for_each="(i,j) in ARCS",
        heading=f"capacity ({unit})",
    )
    draft.fact(
        f"[each|every] {pipe} works in the direction given only, and at all other places [as much must leave as "
        "arrives|what comes in must go out]",
        f"the {pipe}s are one-way; [nothing is lost or stored on the way|at every place in between inflow equals "
        "outflow]",
        tells=["through"],
        place="rule",
    )


FAMILY = Family(
    name="max_flow",
    title="maximum flow",
    group="network",
    description="As much as possible is sent from one node to another over arcs with capacities; some nodes may have "
    "capacities of their own.",
    source="L. R. Ford and D. R. Fulkerson, Flows in Networks, 1962, chapter I",
    draw=draw,
    knobs={"nodes": Range(4, 120), "arcs": Range(2, 300), "sides": Range(0, 1)},
)
