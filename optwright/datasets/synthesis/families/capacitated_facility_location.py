"""Which facilities of limited capacity to open, and what to send from where."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("[a retailer|a wholesaler|a grocer]", "warehouses", "warehouse", "customer", "tons", "shipping", "ship"),
    ("[a brewery|a dairy|a cement maker]", "plants", "plant", "city", "hundred tons", "delivering", "deliver"),
    ("[a water board|a waste firm|a recycling firm]", "stations", "station", "district", "loads", "carrying", "carry"),
)


def draw(dice: Dice) -> Draft:
    """Draw sites and demands; some sites are planted as open, and together they can serve everybody."""
    draft = Draft("capacitated_facility_location")
    skin = dice.pick(SKINS)
    sites = dice.names("site", dice.knob("sites"))
    customers = dice.names(skin[3], dice.knob("customers"))
    demand = [dice.whole(5, 40) for _ in customers]
    planted = dice.some(range(len(sites)), max(2, len(sites) // 2))
    room = [dice.whole(20, 60, 5) for _ in sites]
    single = dice.chance(0.3)
    for number in range(len(customers)):
        home = planted[number % len(planted)]
        room[home] = max(room[home], 5 * -(-sum(demand[number % len(planted) : number + 1 : len(planted)]) // 5))
    draft.set("SITES", sites, f"sites for {skin[1]}")
    draft.set("CUSTOMERS", customers, "customers")
    draft.parameter("fixed", [dice.whole(100, 600, 10) for _ in sites], f"cost of a {skin[2]}", index=["SITES"])
    draft.parameter("capacity", room, skin[4], index=["SITES"])
    draft.parameter("demand", demand, skin[4], index=["CUSTOMERS"])
    cost = [[dice.whole(2, 30) for _ in customers] for _ in sites]
    draft.parameter("cost", cost, f"cost of {skin[5]} one unit", index=["SITES", "CUSTOMERS"])
    draft.variable("open", f"whether a {skin[2]} is opened", index=["SITES"], domain="Binary")
    _model(draft, skin, single)
    _tell(draft, skin)
    names = [sites[s] for s in planted]
    choices = Choices(
        "open", "s in SITES", sites, names, "open", "opening", "opened", skin[1], f"the {skin[2]} at {{}}"
    )
    add_choices(draft, dice, choices, dice.knob("sides"))
    return draft


def _model(draft: Draft, skin: tuple[str, ...], single: bool) -> None:
    index = ["SITES", "CUSTOMERS"]
    task = f"which {skin[1]} to open and how much to {skin[6]} from where to whom"
    fixed = "sum(fixed[s]*open[s] for s in SITES)"
    if single:
        draft.variable("serve", f"whether the {skin[2]} serves the {skin[3]}", index=index, domain="Binary")
        draft.constraint("meet", "sum(serve[s,c] for s in SITES) == 1", "one source for each", "c in CUSTOMERS")
        used = "sum(demand[c]*serve[s,c] for c in CUSTOMERS)"
        total = f"{fixed} + sum(cost[s,c]*demand[c]*serve[s,c] for s in SITES for c in CUSTOMERS)"
        goal(draft, "minimize", total, "total cost", f"which {skin[1]} to open and which one serves whom")
        draft.fact(
            f"[each|every] {skin[3]} must be served from [exactly one|a single] {skin[2]}, which covers [all|the "
            "whole] of its demand",
            f"the demand of a {skin[3]} [cannot|must not] be split[ among several|]: one {skin[2]} must cover all of "
            "it",
            tells=["meet", "serve"],
            place="rule",
        )
    else:
        draft.variable("send", skin[4], index=index)
        draft.constraint("meet", "sum(send[s,c] for s in SITES) >= demand[c]", "demand", "c in CUSTOMERS")
        used = "sum(send[s,c] for c in CUSTOMERS)"
        total = f"{fixed} + sum(cost[s,c]*send[s,c] for s in SITES for c in CUSTOMERS)"
        goal(draft, "minimize", total, "total cost", task)
        draft.fact(
            f"[all demands must be met|every demand must be met], possibly from several {skin[1]}",
            f"[each|every] {skin[3]} must get all it needs, from one {skin[2]} or several",
            tells=["meet"],
            place="rule",
        )
    draft.constraint("room", f"{used} <= capacity[s]*open[s]", "only what is open sends, up to capacity", "s in SITES")


def _tell(draft: Draft, skin: tuple[str, ...]) -> None:
    who, many, one, _, unit, doing, _ = skin
    single = unit[:-1] if unit in ("tons", "loads") else "hundred tons"
    draft.fact(
        f"{who} [can open|may open|considers opening] {many} at {{SITES}} [to serve|for] {{CUSTOMERS}}",
        f"{who} [must|has to|wants to] serve {{CUSTOMERS}}; {many} [can|may] be opened at {{SITES}}",
        tells=["open"],
        place="setting",
    )
    draft.fact(
        *ways(
            f"opening [a|the] {one} at {{s}} <costs> {{fixed[s]}} dollars",
            f"the fixed cost of [a|the] {one} at {{s}} is {{fixed[s]}} dollars",
        ),
        tells=["fixed"],
        for_each="s in SITES",
        heading="fixed cost ($)",
    )
    draft.fact(
        *ways(
            f"[a|the] {one} at {{s}} can [handle|send out|cope with] <at most> {{capacity[s]}} {unit} [once it is "
            "open|if it is opened]",
            f"once [open|opened], the {one} at {{s}} has a capacity of {{capacity[s]}} {unit}",
        ),
        tells=["capacity", "room"],
        for_each="s in SITES",
        heading=f"capacity if open ({unit})",
    )
    draft.fact(
        *ways(
            f"{{c}} [needs|requires|must receive] {{demand[c]}} {unit}", f"the demand of {{c}} is {{demand[c]}} {unit}"
        ),
        tells=["demand"],
        for_each="c in CUSTOMERS",
        heading=f"demand ({unit})",
    )
    draft.fact(
        *ways(
            f"{doing} [one|a] {single} from {{s}} to {{c}} <costs> {{cost[s,c]}} dollars",
            f"the cost of {doing} [one|a] {single} from {{s}} to {{c}} is {{cost[s,c]}} dollars",
        ),
        tells=["cost"],
        for_each="s in SITES, c in CUSTOMERS",
        heading=f"to {{c}} ($ per {single})",
    )


FAMILY = Family(
    name="capacitated_facility_location",
    title="capacitated facility location",
    group="location",
    description="Facilities with limited capacity are opened at a fixed cost and demands are served from them, split "
    "or from a single source, at the lowest total cost.",
    source="G. L. Nemhauser and L. A. Wolsey, Integer and Combinatorial Optimization, 1988, chapter I.1 (facility "
    "location)",
    draw=draw,
    knobs={"sites": Range(3, 15), "customers": Range(3, 45), "sides": Range(0, 2)},
)
