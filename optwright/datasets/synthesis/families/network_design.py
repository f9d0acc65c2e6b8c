"""Which links to build so that several goods find their way."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.networks import draw_arcs, draw_path
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw a network and route every good through it; the capacities are what that takes, or more."""
    draft = Draft("network_design")
    who, link, unit, verb = dice.pick(
        (
            ("a telephone company", "cable", "megabits", "carry"),
            ("a railway", "track", "wagonloads", "take"),
            ("a haulier", "lane", "tons", "carry"),
        )
    )
    nodes = dice.names("city", dice.knob("nodes"))
    arcs = draw_arcs(dice, nodes, dice.knob("arcs"))
    goods = dice.names("product", dice.knob("goods")) if unit != "megabits" else []
    goods = goods or [f"service {number + 1}" for number in range(dice.knob("goods"))]
    load, amount, first_at, last_at = dict.fromkeys(arcs, 0), [], [], []
    for _ in goods:
        start = dice.whole(0, len(nodes) - 3)
        path = draw_path(dice, arcs, nodes, (nodes[start], nodes[-1]))
        path = path or draw_path(dice, arcs, nodes, (nodes[0], nodes[-1]))
        path = path[: max(1, len(path) - dice.whole(0, 1))]
        amount.append(dice.whole(3, 20))
        first_at.append(path[0][0])
        last_at.append(path[-1][1])
        for arc in path:
            load[arc] += amount[-1]
    draft.set("NODES", nodes, "places")
    draft.set("GOODS", goods, "goods")
    draft.set("ARCS", arcs, f"possible {link}s")
    ends = [[k, a, b] for k, a, b in zip(goods, first_at, last_at, strict=True)]
    draft.set("ORDERS", ends, "orders")
    draft.parameter("amount", amount, unit, index=["ORDERS"])
    draft.parameter("build_cost", [dice.whole(40, 300, 5) for _ in arcs], "thousand dollars", index=["ARCS"])
    draft.parameter("capacity", [x + dice.whole(4, 20) for x in load.values()], unit, index=["ARCS"])
    draft.parameter("cost", [dice.whole(1, 9) for _ in arcs], "thousand dollars", index=["ARCS"])
    draft.variable("build", f"whether the {link} is built", index=["ARCS"], domain="Binary")
    draft.variable("flow", unit, index=["GOODS", "ARCS"])
    out, into = "sum(flow[k,i,j] for (i,j) in ARCS if i == n)", "sum(flow[k,i,j] for (i,j) in ARCS if j == n)"
    due = "(amount[k,a,b] if n == a else (-amount[k,a,b] if n == b else 0))"
    draft.constraint("balance", f"{out} - {into} == {due}", "goods find their way", "(k,a,b) in ORDERS, n in NODES")
    rule = "sum(flow[k,i,j] for k in GOODS) <= capacity[i,j]*build[i,j]"
    draft.constraint("room", rule, "only what is built can be used", "(i,j) in ARCS")
    total = "sum(build_cost[i,j]*build[i,j] for (i,j) in ARCS)"
    total += " + sum(cost[i,j]*flow[k,i,j] for k in GOODS for (i,j) in ARCS)"
    goal(draft, "minimize", total, "total cost", f"which {link}s to build and how to use them")
    _tell(draft, (who, link, unit, verb))
    if dice.knob("sides"):
        _few(draft, dice, sum(1 for x in load.values() if x), link)
    return draft


def _few(draft: Draft, dice: Dice, planted: int, link: str) -> None:
    draft.parameter("most", planted + dice.whole(0, 1), f"most {link}s built")
    draft.constraint("few", "sum(build[i,j] for (i,j) in ARCS) <= most", f"not too many {link}s")
    draft.fact(
        *ways(
            f"<at most> {{most}} {link}s <can> be built",
            f"the number of {link}s built [must not exceed|is limited to] {{most}}",
        ),
        tells=["most", "few"],
        place="rule",
    )


def _tell(draft: Draft, words: tuple[str, str, str, str]) -> None:
    who, link, unit, verb = words
    draft.fact(
        f"{who} [plans|designs] a network between {{NODES}} for {{GOODS}}",
        f"{who} can build {link}s between {{NODES}} for {{GOODS}}",
        tells=["build"],
        place="setting",
    )
    draft.fact(
        f"{{amount[k,a,b]}} {unit} of {{k}} [must|have to] go from {{a}} to {{b}}",
        f"{{k}}: {{amount[k,a,b]}} {unit} from {{a}} to {{b}}",
        f"from {{a}} to {{b}}, {{amount[k,a,b]}} {unit} of {{k}} must be sent",
        tells=["amount", "balance"],
        for_each="(k,a,b) in ORDERS",
        heading=f"{unit} to send",
    )
    draft.fact(
        *ways(
            f"[building|laying] the {link} from {{i}} to {{j}} <costs> {{build_cost[i,j]}} thousand dollars",
            f"a {link} from {{i}} to {{j}} can be built for {{build_cost[i,j]}} thousand dollars",
        ),
        tells=["build_cost"],
        for_each="(i,j) in ARCS",
        heading="cost of building (thousand $)",
    )
    draft.fact(
        *ways(
            f"once built, the {link} from {{i}} to {{j}} can {verb} <at most> {{capacity[i,j]}} {unit}",
            f"if it is built, the {link} from {{i}} to {{j}} has a capacity of {{capacity[i,j]}} {unit}",
        ),
        tells=["capacity", "room"],
        for_each="(i,j) in ARCS",
        heading=f"capacity if built ({unit})",
    )
    one = {"megabits": "megabit", "wagonloads": "wagonload", "tons": "ton"}[unit]
    draft.fact(
        *ways(
            f"[each|every|one] {one} sent from {{i}} to {{j}} [over it |]costs {{cost[i,j]}} thousand dollars",
            f"the cost of sending [one|a] {one} from {{i}} to {{j}} is {{cost[i,j]}} thousand dollars",
        ),
        tells=["cost"],
        for_each="(i,j) in ARCS",
        heading=f"cost per {one} (thousand $)",
    )
    draft.fact(
        f"the {link}s are one-way, [there can be no others|no others are possible], all goods share their capacity, "
        "and amounts may be split",
        f"[only|just] these one-way {link}s are possible; all goods together must fit, and an amount may take several "
        "ways",
        tells=["room", "balance"],
        place="rule",
    )


FAMILY = Family(
    name="network_design",
    title="multicommodity network design",
    group="network",
    description="Links of a network are built so that amounts of several goods can be sent from their sources to "
    "their destinations within the capacities, at the lowest cost of building and sending.",
    source="T. L. Magnanti and R. T. Wong, Network Design and Transportation Planning: Models and Algorithms, "
    "Transportation Science 18, 1984",
    draw=draw,
    knobs={"nodes": Range(4, 16), "arcs": Range(2, 24), "goods": Range(2, 10), "sides": Range(0, 1)},
)
