"""The shortest way through a network."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.networks import draw_arcs, draw_path
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("city", "road", "minutes", "time", "[a driver|a courier|a lorry|an ambulance]", "travel time"),
    ("city", "rail line", "kilometres", "distance", "[a train|a tourist|an engineer's train]", "distance"),
    ("site", "path", "metres", "distance", "[a porter|a guard|a hiker|a robot]", "distance"),
)


def draw(dice: Dice) -> Draft:
    """Draw a network; some way from its first node to its last one exists, and keeps to a limit on tolls."""
    draft = Draft("shortest_path")
    skin = dice.pick(SKINS)
    kind, road, unit, length, _, called = skin
    nodes = dice.names(kind, dice.knob("nodes"))
    arcs = draw_arcs(dice, nodes, dice.knob("arcs"))
    start, end = nodes[0], nodes[-1]
    draft.set("NODES", nodes, "places")
    draft.set("ARCS", arcs, f"{road}s")
    draft.parameter(length, [dice.whole(3, 60) for _ in arcs], f"{length} of each {road}", index=["ARCS"], unit=unit)
    draft.variable("go", f"whether the {road} is taken", index=["ARCS"], domain="Binary")
    goal(draft, "minimize", f"sum({length}[i,j]*go[i,j] for (i,j) in ARCS)", f"total {called}", "which way to take")
    out, into = "sum(go[i,j] for (i,j) in ARCS if i == {})", "sum(go[i,j] for (i,j) in ARCS if j == {})"
    draft.constraint("leave", f"{out.format(repr(start))} == 1", f"the way leaves {start}")
    draft.constraint("arrive", f"{into.format(repr(end))} == 1", f"the way arrives at {end}")
    through = f"{into.format('n')} == {out.format('n')}"
    draft.constraint("through", through, "what comes in goes out", f"n in NODES if n != {start!r} and n != {end!r}")
    _tell(draft, skin, start, end)
    if dice.knob("sides"):
        _tolls(draft, dice, arcs, nodes, road)
    return draft


def _tell(draft: Draft, skin: tuple[str, str, str, str, str, str], start: str, end: str) -> None:
    _, road, unit, length, who, _ = skin
    draft.fact(
        *ways(
            f"{who} [must|has to|wants to] [get|go|travel] from {{a}} to {{b}}",
            f"{who} is to [get|go|travel] from {{a}} to {{b}}",
            f"the [way|journey|trip] of {who} [begins|starts] at {{a}} and ends at {{b}}",
        ),
        tells=["leave", "arrive"],
        for_each=f"a in [{start!r}], b in [{end!r}]",
        place="setting",
    )
    draft.fact(
        *ways(
            f"the {road} from {{i}} to {{j}} takes {{{length}[i,j]}} {unit}"
            if length == "time"
            else f"the {road} from {{i}} to {{j}} is {{{length}[i,j]}} {unit} long",
            f"from {{i}} to {{j}} [there is a {road} of|it is] {{{length}[i,j]}} {unit}",
            f"{{{length}[i,j]}} {unit} are needed from {{i}} to {{j}}"
            if length == "time"
            else f"a {road} of {{{length}[i,j]}} {unit} leads from {{i}} to {{j}}",
        ),
        tells=[length],
        for_each="(i,j) in ARCS",
        heading=f"{length} ({unit})",
    )
    draft.fact(
        f"[there is no other {road}|there are no other {road}s], and [each|every one] can be used only [this way|in "
        "this direction]; whatever place the way comes to in between, it must leave again",
        f"[these|only these] {road}s exist, all of them one-way; [each|every] place reached on the way must be left "
        "again",
        f"the {road}s are one-way, and no others [exist|can be used]; every place that is entered in between is left "
        "again",
        tells=["go", "through"],
        place="rule",
    )


def _tolls(draft: Draft, dice: Dice, arcs: list[tuple[str, str]], nodes: list[str], road: str) -> None:
    toll = {arc: dice.whole(1, 9) for arc in arcs}
    planted = draw_path(dice, arcs, nodes, (nodes[0], nodes[-1]))
    draft.parameter("toll", list(toll.values()), f"toll of each {road}", index=["ARCS"])
    draft.parameter("purse", sum(toll[arc] for arc in planted), "most that may be paid")
    draft.constraint("pay", "sum(toll[i,j]*go[i,j] for (i,j) in ARCS) <= purse", "the tolls can be paid")
    draft.fact(
        *ways(
            f"the toll on the {road} from {{i}} to {{j}} is {{toll[i,j]}} dollars",
            "{toll[i,j]} dollars must be paid from {i} to {j}",
        ),
        tells=["toll"],
        for_each="(i,j) in ARCS",
        heading="toll ($)",
    )
    draft.fact(
        *ways(
            "[in all|altogether], <at most> {purse} dollars [may|can] be [paid|spent] on tolls",
            "the tolls must not [come to|add up to] more than {purse} dollars",
        ),
        tells=["purse", "pay"],
        place="rule",
    )


FAMILY = Family(
    name="shortest_path",
    title="shortest path",
    group="network",
    description="A way of least length is sought from one node of a network of one-way arcs to another one; the tolls "
    "on the way may be limited.",
    source="R. K. Ahuja, T. L. Magnanti and J. B. Orlin, Network Flows, 1993, chapters 4 and 16 (constrained shortest "
    "paths)",
    draw=draw,
    knobs={"nodes": Range(4, 120), "arcs": Range(2, 300), "sides": Range(0, 1)},
)
