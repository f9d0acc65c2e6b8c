"""Capacity built for scenarios: plants are opened now, goods are shipped when the demand is known."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw sites with building costs, and demands by scenario; what is not delivered is penalised."""
    draft = Draft("two_stage_capacity")
    sites = dice.names("estate", dice.knob("sites"))
    cities = dice.names("city", dice.knob("cities"))
    scenarios = ["low demand", "medium demand", "high demand", "extreme demand"][: dice.knob("scenarios")]
    weights = [dice.whole(1, 4) for _ in scenarios]
    shares = [weight * 20 // sum(weights) for weight in weights]
    shares[0] += 20 - sum(shares)
    demand = [[dice.whole(20, 60, 5) * (k + 1) // 2 * 2 for _ in cities] for k in range(len(scenarios))]
    size = int(sum(demand[-1]) / len(sites) * dice.real(0.9, 1.6)) // 10 * 10
    draft.set("SITES", sites, "sites")
    draft.set("CITIES", cities, "cities")
    draft.set("SCENARIOS", scenarios, "scenarios")
    draft.parameter("probability", [n / 20 for n in shares], "probability", index=["SCENARIOS"])
    draft.parameter("build_cost", [dice.whole(300, 2500, 50) for _ in sites], "dollars to build", index=["SITES"])
    draft.parameter("size", [size + dice.whole(0, 40, 10) for _ in sites], "units a plant can ship", index=["SITES"])
    draft.parameter("demand", demand, "units wanted", index=["SCENARIOS", "CITIES"])
    haul = [[dice.whole(2, 25) for _ in cities] for _ in sites]
    draft.parameter("haul", haul, "dollars to ship a unit", index=["SITES", "CITIES"])
    draft.parameter("penalty", dice.whole(40, 120, 5), "dollars for a unit not delivered")
    draft.variable("build", "whether a plant is built", index=["SITES"], domain="Binary")
    draft.variable("ship", "units shipped", index=["SCENARIOS", "SITES", "CITIES"])
    draft.variable("short", "units not delivered", index=["SCENARIOS", "CITIES"])
    rule = "sum(ship[k,s,c] for c in CITIES) <= size[s]*build[s]"
    draft.constraint("capacity", rule, "only plants that are built ship", "k in SCENARIOS, s in SITES")
    rule = "sum(ship[k,s,c] for s in SITES) + short[k,c] >= demand[k,c]"
    draft.constraint("meet", rule, "demand is met or short", "k in SCENARIOS, c in CITIES")
    _tell(draft)
    if dice.chance(0.4) and len(sites) > 2:
        _add_count(draft, dice.whole(1, max(1, len(sites) // 2)))
    later = "haul[s,c]*ship[k,s,c] for s in SITES for c in CITIES"
    cost = f"sum({later}) + sum(penalty*short[k,c] for c in CITIES)"
    cost = f"sum(build_cost[s]*build[s] for s in SITES) + sum(probability[k]*({cost}) for k in SCENARIOS)"
    goal(draft, "minimize", cost, "expected total cost", "where to build")
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "<a firm> decides now where to build plants, at {SITES}; it will supply {CITIES} when the demand is known",
            "plants can be built at {SITES} before the demand of {CITIES} is known; shipments are decided afterwards",
        ),
        tells=["build"],
        place="setting",
    )
    draft.fact(
        *ways(
            "with a probability of {probability[k]~} there will be {k}",
            "the scenario of {k} has a probability of {probability[k]~}",
        ),
        tells=["probability"],
        for_each="k in SCENARIOS",
        heading="probability",
    )
    draft.fact(
        *ways("a plant at {s} costs {build_cost[s]} dollars", "to build at {s} costs {build_cost[s]} dollars"),
        tells=["build_cost"],
        for_each="s in SITES",
        heading="building cost ($)",
    )
    draft.fact(
        *ways(
            "a plant at {s}, if built, can ship <most> {size[s]} units [in any scenario|whatever the demand]",
            "a plant built at {s} has a capacity of {size[s]} units; without one nothing is shipped from there",
        ),
        tells=["size", "capacity"],
        for_each="s in SITES",
        heading="capacity if built",
    )
    draft.fact(
        *ways(
            "under the scenario of {k}, {c} wants {demand[k,c]} units",
            "{c} needs {demand[k,c]} units in the case of {k}",
        ),
        tells=["demand", "meet"],
        for_each="k in SCENARIOS, c in CITIES",
        heading="demand of {c}",
    )
    draft.fact(
        *ways(
            "[shipping|sending] a unit from {s} to {c} costs {haul[s,c]} dollars",
            "from {s} to {c} a unit travels for {haul[s,c]} dollars",
        ),
        tells=["haul"],
        for_each="s in SITES, c in CITIES",
        heading="shipping to {c} ($)",
    )
    draft.fact(
        *ways(
            "<each of> unit that is not delivered costs a penalty of {penalty} dollars",
            "demand may remain unmet at a penalty of {penalty} dollars a unit",
        ),
        tells=["penalty", "meet"],
        place="rule",
    )


def _add_count(draft: Draft, most: int) -> None:
    draft.parameter("most_plants", most, "most plants")
    draft.constraint("few_plants", "sum(build[s] for s in SITES) <= most_plants", "few plants")
    draft.fact(
        *ways(
            "<at most> {most_plants} plants <can> be built",
            "the number of plants must not exceed {most_plants}",
        ),
        tells=["most_plants", "few_plants"],
        place="rule",
    )


FAMILY = Family(
    name="two_stage_capacity",
    title="building plants under uncertain demand",
    group="stochastic",
    description="Plants are built before the demand is known; in every scenario the cities are then supplied at "
    "the least cost, with a penalty for what is not delivered. The least expected total cost is "
    "wanted.",
    source="J. R. Birge and F. Louveaux, Introduction to Stochastic Programming, 1997, chapter 2",
    draw=draw,
    knobs={"sites": Range(2, 10), "cities": Range(2, 12), "scenarios": Range(2, 4)},
)
