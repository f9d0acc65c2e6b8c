"""What to make, store and sell over several months while machines are down for maintenance."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw products, machines and months; a final stock, where one is asked for, is small enough to be made."""
    draft = Draft("factory_planning")
    products = dice.names("product", dice.knob("products"))
    machines = dice.names("machines", dice.knob("machines"))
    n = dice.knob("months")
    count = [dice.whole(1, 4) for _ in machines]
    down = [[0] * n for _ in machines]
    for m, number in enumerate(count):
        down[m][dice.whole(0, n - 1)] = dice.whole(0, 1) if number == 1 else 1
    down[0][dice.whole(0, n - 1)] = 1
    count[0] = max(2, count[0])
    draft.set("PRODUCTS", products, "products")
    draft.set("MACHINES", machines, "machines")
    draft.add("sets", "T", range=[1, n], description="months")
    draft.parameter("profit", [dice.whole(5, 40) for _ in products], "profit of a unit sold", index=["PRODUCTS"])
    hours = [[dice.real(0.1, 1.5) for _ in machines] for _ in products]
    draft.parameter("hours", hours, "hours for a unit", index=["PRODUCTS", "MACHINES"])
    draft.parameter("count", count, "machines of a kind", index=["MACHINES"])
    rows = [[m, t + 1, down[i][t]] for i, m in enumerate(machines) for t in range(n) if down[i][t]]
    index = ["MACHINES", "T"]
    draft.add("parameters", "down", index=index, rows=rows, default=0, description="machines under maintenance")
    draft.parameter("shift", dice.whole(150, 400, 10), "hours that a machine works in a month")
    limit = [[dice.whole(50, 400, 10) for _ in range(n)] for _ in products]
    draft.parameter("limit", limit, "most that can be sold", index=["PRODUCTS", "T"])
    draft.parameter("hold", dice.real(0.2, 2), "cost of keeping a unit for a month")
    draft.parameter("room", dice.whole(40, 150, 10), "most units of a product in stock")
    for name, what in (("make", "units made"), ("sell", "units sold"), ("stock", "units in stock at the end")):
        draft.variable(name, what, index=["PRODUCTS", "T"])
    each = "p in PRODUCTS, t in T"
    used, there = "sum(hours[p,m]*make[p,t] for p in PRODUCTS)", "shift*(count[m] - down[m,t])"
    draft.constraint("time", f"{used} <= {there}", "machine hours", "m in MACHINES, t in T")
    before = "(stock[p,t-1] if t > first(T) else 0)"
    draft.constraint("balance", f"{before} + make[p,t] == sell[p,t] + stock[p,t]", "stock", each)
    draft.constraint("market", "sell[p,t] <= limit[p,t]", "what can be sold", each)
    draft.constraint("store", "stock[p,t] <= room", "room in the store", each)
    total = "sum(profit[p]*sell[p,t] - hold*stock[p,t] for p in PRODUCTS for t in T)"
    goal(draft, "maximize", total, "total profit", "how much to make, store and sell in each month")
    _tell(draft, n)
    _market(draft)
    if dice.knob("sides"):
        _target(draft, dice)
    return draft


def _target(draft: Draft, dice: Dice) -> None:
    draft.parameter("final", dice.whole(2, 8), "units of each in stock in the end")
    draft.constraint("close", "stock[p,last(T)] == final", "final stock", "p in PRODUCTS")
    draft.fact(
        "at the end [exactly |]{final} units of each product must be in stock",
        "the plan must leave {final} units of every product in stock[, no more and no fewer|]",
        tells=["final", "close"],
        place="rule",
    )


def _market(draft: Draft) -> None:
    draft.fact(
        *ways(
            "<at most> {limit[p,t]} units of {p} can be sold in month {t}",
            "the market takes {limit[p,t]} units of {p} in month {t} at most",
        ),
        tells=["limit", "market"],
        for_each="p in PRODUCTS, t in T",
        heading="most sold in month {t}",
    )
    draft.fact(
        *ways(
            "units can be kept [in stock |]at a cost of {hold} dollars each per month",
            "keeping a unit for a month costs {hold} dollars",
        ),
        tells=["hold"],
    )
    draft.fact(
        *ways(
            "<at most> {room} units of each product can be in stock at the end of a month",
            "the store holds {room} units of each product at most",
        ),
        tells=["room", "store"],
        place="rule",
    )


def _tell(draft: Draft, n: int) -> None:
    draft.fact(
        f"a factory makes {{PRODUCTS}} on {{MACHINES}} and plans for {n} months, beginning without stock",
        f"for the next {n} months a factory plans what to make of {{PRODUCTS}} on its {{MACHINES}}; nothing is in "
        "stock at first, and units can be kept from month to month",
        tells=["balance"],
        place="setting",
    )
    draft.fact(
        *ways(
            "<each> unit of {p} that is sold <earns> {profit[p]} dollars",
            "the profit on a unit of {p} is {profit[p]} dollars",
        ),
        tells=["profit"],
        for_each="p in PRODUCTS",
        heading="profit per unit sold ($)",
    )
    draft.fact(
        *ways(
            "[a|one] unit of {p} takes {hours[p,m]} hours on the {m}",
            "a unit of {p} needs {hours[p,m]} hours of the {m}",
        ),
        tells=["hours"],
        for_each="p in PRODUCTS, m in MACHINES",
        heading="hours on the {m}",
    )
    draft.fact(
        "there are {count[m]} {m}",
        "the factory has {count[m]} {m}",
        tells=["count"],
        for_each="m in MACHINES",
        heading="how many there are",
    )
    draft.fact(
        "in month {t} {down[m,t]} of the {m} are down for maintenance",
        "maintenance takes out {down[m,t]} of the {m} in month {t}",
        tells=["down"],
        for_each="m in MACHINES, t in T if down[m,t] > 0",
    )
    draft.fact(
        "apart from this maintenance [each|every] machine works {shift} hours a month",
        "[each|every] machine can work {shift} hours [a|per] month, unless it is down for all of it",
        tells=["shift", "time", "down"],
        place="rule",
    )


FAMILY = Family(
    name="factory_planning",
    title="factory planning",
    group="mix",
    description="Products are made on machines that are down for maintenance at times; over several months it is "
    "decided what to make, store and sell so that the profit is largest.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, section 12.3 (Factory "
    "planning)",
    draw=draw,
    knobs={"products": Range(2, 20), "machines": Range(2, 6), "months": Range(2, 12), "sides": Range(0, 1)},
)
