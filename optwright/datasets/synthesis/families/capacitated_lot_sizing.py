"""What to make on a machine of limited capacity when every start of a product takes time or money."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw products; a plan that makes one of them a period is planted, and demands and capacity lie around it."""
    draft = Draft("capacitated_lot_sizing")
    period = dice.pick(["week", "month", "quarter"])
    n = dice.knob("periods")
    products = dice.names("product", dice.knob("products"))
    draft.add("sets", "T", range=[1, n], description=f"{period}s")
    draft.set("PRODUCTS", products, "products")
    hours = [dice.whole(1, 4) for _ in products]
    clean = [dice.whole(2, 12) for _ in products]
    demand, load = _planted(dice, hours, clean, n)
    draft.parameter("demand", demand, "units wanted", index=["PRODUCTS", "T"])
    draft.parameter("hours", hours, "machine hours for a unit", index=["PRODUCTS"])
    draft.parameter("capacity", load + dice.whole(0, 20), f"machine hours in a {period}")
    draft.parameter("hold", [dice.real(0.2, 3) for _ in products], "cost of keeping a unit", index=["PRODUCTS"])
    draft.parameter("start_cost", [dice.whole(30, 300, 10) for _ in products], "cost of a start", index=["PRODUCTS"])
    draft.variable("make", "units made", index=["PRODUCTS", "T"])
    draft.variable("run", "whether the machine is set for it", index=["PRODUCTS", "T"], domain="Binary")
    draft.variable("start", "whether it is newly set for it", index=["PRODUCTS", "T"], domain="Binary")
    draft.variable("stock", "units kept", index=["PRODUCTS", "T"])
    each = "p in PRODUCTS, t in T"
    before = "(stock[p,t-1] if t > first(T) else 0)"
    draft.constraint("balance", f"{before} + make[p,t] == demand[p,t] + stock[p,t]", "stock", each)
    draft.constraint("link", "hours[p]*make[p,t] <= capacity*run[p,t]", "only what the machine is set for", each)
    draft.constraint("single", "sum(run[p,t] for p in PRODUCTS) <= 1", "one product at a time", "t in T")
    draft.constraint("begin", "start[p,t] >= run[p,t] - (run[p,t-1] if t > first(T) else 0)", "starts", each)
    used = "sum(hours[p]*make[p,t] for p in PRODUCTS)"
    timed = dice.knob("sides") > 0
    if timed:
        draft.parameter("start_hours", clean, "machine hours of a start", index=["PRODUCTS"])
        used = "sum(hours[p]*make[p,t] + start_hours[p]*start[p,t] for p in PRODUCTS)"
    draft.constraint("time", f"{used} <= capacity", "machine hours", "t in T")
    total = "sum(start_cost[p]*start[p,t] + hold[p]*stock[p,t] for p in PRODUCTS for t in T)"
    goal(draft, "minimize", total, "total cost of starts and stock", f"what to make in which {period}")
    _tell(draft, period, n)
    _starts(draft, period, timed)
    return draft


def _planted(dice: Dice, hours: list[int], clean: list[int], n: int) -> tuple[list[list[int]], int]:
    """Return demands that one product a period can meet, and the machine hours which that takes at most."""
    demand = [[0] * n for _ in hours]
    load = 0
    order = [p for _ in range(n) for p in dice.shuffled(range(len(hours)))]
    for t in range(n):
        product, units = order[t], dice.whole(10, 40)
        demand[product][min(n - 1, t + dice.whole(0, 1))] += units
        load = max(load, hours[product] * units + clean[product])
    return demand, load


def _starts(draft: Draft, period: str, timed: bool) -> None:
    draft.fact(
        *ways(
            "[each|every] start of {p} <costs> {start_cost[p]} dollars",
            "setting the machine for {p} anew <costs> {start_cost[p]} dollars",
        ),
        tells=["start_cost"],
        for_each="p in PRODUCTS",
        heading="cost of a start ($)",
    )
    if timed:
        draft.fact(
            "a start of {p} also takes {start_hours[p]} machine hours",
            "{start_hours[p]} machine hours are lost with [each|every] start of {p}",
            tells=["start_hours", "time"],
            for_each="p in PRODUCTS",
            heading="hours of a start",
        )
    draft.fact(
        f"in [any one|each|every] {period} the machine can be set for one product only, and make only that; a start "
        f"is needed whenever it was not set for it in the {period} before, as well as for the first product of all",
        f"the machine can make just one product in a {period}, the one for which it is set, and setting it for one "
        f"for which it was not set in the previous {period} is a start, as is the first setting of all",
        tells=["link", "begin", "single", "run", "start"],
        place="rule",
    )


def _tell(draft: Draft, period: str, n: int) -> None:
    draft.fact(
        f"[a firm|a workshop|a plant|a filling line] makes {{PRODUCTS}} on one machine and plans for {n} {period}s, "
        "with no stock at first",
        f"for {n} {period}s [a firm|a workshop|a plant] plans what to make of {{PRODUCTS}} on its only machine; it "
        "begins without stock",
        tells=["make"],
        place="setting",
    )
    draft.fact(
        f"the demand for {{p}} in {period} {{t}} is {{demand[p,t]}} units",
        f"in {period} {{t}} {{demand[p,t]}} units of {{p}} are [wanted|needed]",
        tells=["demand"],
        for_each="p in PRODUCTS, t in T",
        heading=f"demand in {period} {{t}}",
    )
    draft.fact(
        *ways("[a|one] unit of {p} takes {hours[p]} machine hours", "{hours[p]} machine hours go into a unit of {p}"),
        tells=["hours"],
        for_each="p in PRODUCTS",
        heading="machine hours per unit",
    )
    draft.fact(
        *ways(
            f"the machine [can run|is available] for <at most> {{capacity}} hours [a|per|in each] {period}",
            f"[each|every] {period} has {{capacity}} machine hours",
        ),
        tells=["capacity", "time"],
        place="rule",
    )
    draft.fact(
        f"keeping a unit of {{p}} for a {period} costs {{hold[p]}} dollars",
        f"[each|a] unit of {{p}} in stock at the end of a {period} costs {{hold[p]}} dollars",
        tells=["hold"],
        for_each="p in PRODUCTS",
        heading="stock cost ($)",
    )
    draft.fact(
        "[all demand|every demand] must be met on time; parts of units can be made",
        "[no|not any] demand may be met late, and units are divisible",
        tells=["balance"],
        place="rule",
    )


FAMILY = Family(
    name="capacitated_lot_sizing",
    title="capacitated lot sizing with start-ups",
    group="lot sizing",
    description="Products are made on one machine over several periods; setting it for a product that it was not set "
    "for before costs money and time. Demand is met on time and the cost of starts and stock is lowest.",
    source="Y. Pochet and L. A. Wolsey, Production Planning by Mixed Integer Programming, 2006, chapters 9, 10 and 12",
    draw=draw,
    knobs={"products": Range(2, 4), "periods": Range(4, 12), "sides": Range(0, 1)},
)
