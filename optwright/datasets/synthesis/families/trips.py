"""How many trips by which vehicle to move so many people or goods."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

LOADS = ("people", "crates", "parcels", "pallets", "bags of sand", "tonnes of gravel", "boxes of fish", "pupils")
TASK = "how many trips by each kind of vehicle to make"


def draw(dice: Dice) -> Draft:
    """Draw vehicles with loads and costs; the planted plan fixes what is to be moved, or the budget."""
    draft = Draft("trips")
    vehicles = dice.names("vehicle", dice.knob("vehicles"))
    load = dice.pick(LOADS)
    unit = dice.pick(["dollars", "pounds", "minutes", "litres of fuel"])
    planted = [dice.whole(3, 30) for _ in vehicles]
    carries = [dice.whole(4, 90, 2) for _ in vehicles]
    costs = [dice.whole(10, 150, 5) for _ in vehicles]
    draft.set("VEHICLES", vehicles, "vehicles")
    draft.parameter("carries", carries, f"{load} on one trip", index=["VEHICLES"])
    draft.variable("trips", "trips made", index=["VEHICLES"], domain="NonNegativeIntegers")
    _tell_trips(draft, load)
    aim = dice.pick(["cost", "trips", "load"])
    if aim != "trips" or dice.chance(0.5):
        spent = sum(n * cost for n, cost in zip(planted, costs, strict=True))
        _add_costs(draft, costs, unit, None if aim == "cost" else spent + dice.whole(0, 60))
    if aim == "load":
        goal(draft, "maximize", "sum(carries[v]*trips[v] for v in VEHICLES)", f"number of {load} moved", TASK)
    else:
        _add_task(draft, load, sum(n * size for n, size in zip(planted, carries, strict=True)))
    if aim == "cost":
        noun = "total cost" if unit in ("dollars", "pounds") else f"total number of {unit}"
        goal(draft, "minimize", "sum(cost[v]*trips[v] for v in VEHICLES)", noun, TASK)
    if aim == "trips":
        goal(draft, "minimize", "sum(trips[v] for v in VEHICLES)", "total number of trips", TASK)
    amounts = Amounts("trips", "VEHICLES", vehicles, planted, "trips by {}", "all trips", "by {}", "made", "trips")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "trips", "trips")
    if len(vehicles) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell_trips(draft: Draft, load: str) -> None:
    draft.fact(
        *ways(
            f"<a firm> [moves|transports|takes|carries] {load} by {{VEHICLES}}",
            f"{load} are to be [moved|carried|transported] by {{VEHICLES}}",
            f"[to move|for moving] {load}, <a firm> can use {{VEHICLES}}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"[a trip|each trip|one trip] by {{v}} [carries|moves|takes] {{carries[v]}} {load}",
            f"{{carries[v]}} {load} [fit on|can be moved on|are carried on] <each> trip by {{v}}",
        ),
        tells=["carries"],
        for_each="v in VEHICLES",
        heading=f"{load} per trip",
    )


def _add_costs(draft: Draft, costs: list[int], unit: str, budget: int | None) -> None:
    """Say what a trip costs, and what may be spent in all where that is limited."""
    draft.parameter("cost", costs, f"{unit} for one trip", index=["VEHICLES"])
    draft.fact(
        *ways(
            f"[a trip|each trip|one trip] by {{v}} <needs> {{cost[v]}} {unit}",
            f"{{cost[v]}} {unit} are needed for <each> trip by {{v}}",
        ),
        tells=["cost"],
        for_each="v in VEHICLES",
        heading=f"{unit} per trip",
    )
    if budget is None:
        return
    draft.parameter("budget", budget, f"{unit} at hand")
    draft.constraint("within_budget", "sum(cost[v]*trips[v] for v in VEHICLES) <= budget", f"{unit} at hand")
    draft.fact(
        *ways(
            f"<at most> {{budget}} {unit} <can> be spent [in all|in total|on all trips together|]",
            f"<there are> {{budget}} {unit} <available>",
        ),
        tells=["budget", "within_budget"],
        place="rule",
    )


def _add_task(draft: Draft, load: str, moved: int) -> None:
    draft.parameter("to_move", moved, f"{load} to move")
    draft.constraint("all_moved", "sum(carries[v]*trips[v] for v in VEHICLES) >= to_move", f"all {load} moved")
    draft.fact(
        *ways(
            f"<at least> {{to_move}} {load} <must> be [moved|carried|transported]",
            f"there are {{to_move}} {load} to [be moved|move|carry|transport]",
        ),
        tells=["to_move", "all_moved"],
        place="rule",
    )


FAMILY = Family(
    name="trips",
    title="trips by vehicles of several kinds",
    group="transport",
    description="People or goods are moved by vehicles that differ in load and cost. The trips by each kind are "
    "wanted that move enough at the least cost or number of trips, or most within a budget, with "
    "rules on the trips' shares.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, chapter 5",
    draw=draw,
    knobs={"vehicles": Range(2, 10), "sides": Range(0, 6)},
)
