"""Which plants and warehouses to run, and how goods reach the customers through them."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw plants, warehouses and customers; a plan with some of them open is planted."""
    draft = Draft("supply_chain")
    plants = dice.names("factory", dice.knob("plants"))
    stores = [f"the {city} warehouse" for city in dice.names("city", dice.knob("stores"))]
    customers = dice.names("customer", dice.knob("customers"))
    demand = [dice.whole(5, 40) for _ in customers]
    total = sum(demand)
    draft.set("PLANTS", plants, "plants")
    draft.set("STORES", stores, "warehouses")
    draft.set("CUSTOMERS", customers, "customers")
    draft.parameter("supply", [dice.whole(total // 2, total) for _ in plants], "tons", index=["PLANTS"])
    draft.parameter("room", [dice.whole(2 * total // 3, total) for _ in stores], "tons", index=["STORES"])
    draft.parameter("demand", demand, "tons", index=["CUSTOMERS"])
    draft.parameter("rent", [dice.whole(100, 700, 10) for _ in stores], "dollars", index=["STORES"])
    inbound = [[dice.whole(2, 15) for _ in stores] for _ in plants]
    outbound = [[dice.whole(2, 25) for _ in customers] for _ in stores]
    draft.parameter("inbound", inbound, "dollars a ton", index=["PLANTS", "STORES"])
    draft.parameter("outbound", outbound, "dollars a ton", index=["STORES", "CUSTOMERS"])
    draft.variable("bring", "tons", index=["PLANTS", "STORES"])
    draft.variable("deliver", "tons", index=["STORES", "CUSTOMERS"])
    draft.variable("open", "whether the warehouse is used", index=["STORES"], domain="Binary")
    draft.constraint("made", "sum(bring[p,s] for s in STORES) <= supply[p]", "supply", "p in PLANTS")
    passing = "sum(bring[p,s] for p in PLANTS) == sum(deliver[s,c] for c in CUSTOMERS)"
    draft.constraint("through", passing, "what comes in goes out", "s in STORES")
    draft.constraint("fits", "sum(deliver[s,c] for c in CUSTOMERS) <= room[s]*open[s]", "room if used", "s in STORES")
    draft.constraint("meet", "sum(deliver[s,c] for s in STORES) >= demand[c]", "demand", "c in CUSTOMERS")
    costs = "sum(inbound[p,s]*bring[p,s] for p in PLANTS for s in STORES)"
    costs += (
        " + sum(outbound[s,c]*deliver[s,c] for s in STORES for c in CUSTOMERS) + sum(rent[s]*open[s] for s in STORES)"
    )
    _tell(draft)
    if making := dice.knob("sides") > 0:
        draft.parameter("upkeep", [dice.whole(300, 2000, 50) for _ in plants], "dollars", index=["PLANTS"])
        draft.variable("run", "whether the plant runs", index=["PLANTS"], domain="Binary")
        draft.constraint(
            "if_run", "sum(bring[p,s] for s in STORES) <= supply[p]*run[p]", "plants that run", "p in PLANTS"
        )
        costs += " + sum(upkeep[p]*run[p] for p in PLANTS)"
        draft.fact(
            *ways(
                "keeping {p} running <costs> {upkeep[p]} dollars", "{p} <costs> {upkeep[p]} dollars if it runs at all"
            ),
            tells=["upkeep", "if_run", "run"],
            for_each="p in PLANTS",
            heading="cost of running ($)",
        )
    choices = Choices("open", "s in STORES", stores, dice.some(stores, 2), "use", "using", "used", "warehouses")
    add_choices(draft, dice, choices, dice.knob("rules"))
    task = "which warehouses to use and how much to send from where to where"
    goal(draft, "minimize", costs, "total cost", f"which plants to run, {task}" if making else task)
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        "[a firm|a company|a producer] [supplies|delivers to] {CUSTOMERS} from {PLANTS} through {STORES}",
        "goods go from {PLANTS} through {STORES} to {CUSTOMERS}, [and by no other way|never directly]",
        "{CUSTOMERS} get goods from {PLANTS} by way of {STORES}",
        tells=["through"],
        place="setting",
    )
    draft.fact(
        *ways("{p} can make <at most> {supply[p]} tons", "the capacity of {p} is {supply[p]} tons"),
        tells=["supply", "made"],
        for_each="p in PLANTS",
        heading="capacity (t)",
    )
    draft.fact(
        *ways(
            "{s} can handle <at most> {room[s]} tons [if it is used|once it is in use]",
            "the throughput of {s}, if it is used, is {room[s]} tons at most",
        ),
        tells=["room", "fits"],
        for_each="s in STORES",
        heading="throughput if used (t)",
    )
    draft.fact(
        *ways("using {s} <costs> {rent[s]} dollars", "the fixed cost of {s} is {rent[s]} dollars if it is used"),
        tells=["rent", "open"],
        for_each="s in STORES",
        heading="fixed cost ($)",
    )
    draft.fact(
        *ways("{c} <needs> <at least> {demand[c]} tons", "<at least> {demand[c]} tons must be delivered to {c}"),
        tells=["demand", "meet"],
        for_each="c in CUSTOMERS",
        heading="demand (t)",
    )
    draft.fact(
        *ways(
            "[bringing|shipping] a ton from {p} to {s} <costs> {inbound[p,s]} dollars",
            "it costs {inbound[p,s]} dollars to [bring|ship] a ton from {p} to {s}",
        ),
        tells=["inbound"],
        for_each="p in PLANTS, s in STORES",
        heading="to {s} ($/t)",
    )
    draft.fact(
        *ways(
            "[delivering|sending] a ton from {s} to {c} <costs> {outbound[s,c]} dollars",
            "it costs {outbound[s,c]} dollars to [deliver|send] a ton from {s} to {c}",
        ),
        tells=["outbound"],
        for_each="s in STORES, c in CUSTOMERS",
        heading="to {c} ($/t)",
    )
    draft.fact(
        "all that [comes into|reaches] a warehouse is sent on[, and a warehouse that is not used handles nothing|]",
        "[nothing stays|no goods stay] in a warehouse, and those not used handle nothing",
        tells=["through", "fits"],
        place="rule",
    )


FAMILY = Family(
    name="supply_chain",
    title="supply chain design",
    group="network",
    description="Goods go from plants through warehouses to customers; warehouses, and sometimes plants, cost money "
    "if they are used. The total cost is lowest.",
    source="A. M. Geoffrion and G. W. Graves, Multicommodity Distribution System Design by Benders Decomposition, "
    "Management Science 20, 1974",
    draw=draw,
    knobs={
        "plants": Range(2, 5),
        "stores": Range(2, 14),
        "customers": Range(2, 60),
        "sides": Range(0, 1),
        "rules": Range(0, 2),
    },
)
