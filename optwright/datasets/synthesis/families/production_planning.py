"""How much to make in each month, with stocks in between."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw monthly demands and costs; features: overtime, level output, least final stock, changing costs."""
    draft = Draft("production_planning")
    months = dice.knob("months")
    goods = dice.names("product", 1)[0]
    period = dice.pick(["month", "week", "quarter"])
    demand = [dice.whole(20, 200, 10) for _ in range(months)]
    capacity = max(-(-sum(demand[: t + 1]) // (t + 1)) for t in range(months)) // 10 * 10 + dice.whole(10, 60, 10)
    first = dice.whole(0, 40, 10)
    draft.add("sets", "T", range=[1, months], description=f"{period}s")
    draft.parameter("demand", demand, "units wanted", index=["T"])
    draft.parameter("unit_cost", [dice.whole(5, 40) for _ in demand], "dollars to make a unit", index=["T"])
    draft.parameter("capacity", capacity, f"most units made in a {period}")
    draft.parameter("holding", dice.real(0.5, 4), f"dollars to keep a unit for a {period}")
    draft.parameter("initial", first, "units in stock at the start")
    integral = dice.chance(0.4)
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("make", "units made", index=["T"], domain=domain)
    draft.variable("stock", f"units in stock at the end of a {period}", index=["T"])
    overtime = dice.chance(0.4)
    more = " + extra[t]" if overtime else ""
    rule = f"(stock[t-1] if t > first(T) else initial) + make[t]{more} == demand[t] + stock[t]"
    draft.constraint("balance", rule, "stock, production and demand", "t in T")
    draft.constraint("room", "make[t] <= capacity", "capacity for making", "t in T")
    _tell(draft, goods, period)
    cost = "unit_cost[t]*make[t] + holding*stock[t]"
    if overtime:
        cost += " + dear*extra[t]"
        _add_overtime(draft, dice, goods, period)
    if dice.chance(0.6):
        _add_sides(draft, dice, period, months, capacity)
    if integral:
        whole(draft, "make", "units made in regular time" if overtime else "units")
    goal(
        draft,
        "minimize",
        f"sum({cost} for t in T)",
        "total cost of production and storage",
        f"how much to make in each {period}",
    )
    return draft


def _tell(draft: Draft, goods: str, period: str) -> None:
    draft.fact(
        *ways(
            f"<a firm> [plans|schedules] its [production|output] of {goods} over {period}s {{T}}",
            f"[the|a] factory makes {goods}, and {period}s {{T}} are to be planned",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"in {period} {{t}} {{demand[t]}} units must be delivered",
            f"the demand in {period} {{t}} is {{demand[t]}} units, [which must be met|to be met in time]",
            f"customers [want|need|will take] {{demand[t]}} units in {period} {{t}}, and get them",
        ),
        tells=["demand", "balance"],
        for_each="t in T",
        heading="demand (to be met)",
    )
    draft.fact(
        *ways(
            f"making [a|one] unit in {period} {{t}} costs {{unit_cost[t]}} dollars",
            f"a unit made in {period} {{t}} costs {{unit_cost[t]}} dollars",
        ),
        tells=["unit_cost"],
        for_each="t in T",
        heading="cost of making a unit ($)",
    )
    draft.fact(
        *ways(
            f"<at most> {{capacity}} units <can> be made in [a|any] {period} [in regular time|]".replace(
                " [in", "[ in"
            ),
            f"the capacity is {{capacity}} units [a|per] {period}",
        ),
        tells=["capacity", "room"],
        place="rule",
    )
    draft.fact(
        *ways(
            f"[keeping|storing|holding] [a|one] unit in stock from one {period} to the next costs {{holding}} dollars",
            f"for <each of> unit in stock at the end of a {period}, {{holding}} dollars are [paid|due]",
        ),
        tells=["holding"],
    )
    draft.fact(
        *ways(
            f"at the [start|beginning] of {period} 1 the stock is {{initial}} units",
            "{initial} units are in stock [at the start|at the beginning|to begin with]",
        ),
        tells=["initial", "balance"],
    )


def _add_overtime(draft: Draft, dice: Dice, goods: str, period: str) -> None:
    draft.parameter("dear", dice.whole(30, 60), "dollars for a unit made in overtime")
    draft.parameter("most_extra", dice.whole(10, 50, 5), "most units made in overtime")
    draft.variable("extra", "units made in overtime", index=["T"])
    draft.constraint("overtime", "extra[t] <= most_extra", "room for overtime", "t in T")
    draft.fact(
        *ways(
            "a unit made in overtime costs {dear} dollars",
            "in overtime, [each|a|one] unit costs {dear} dollars to make",
        ),
        tells=["dear"],
    )
    draft.fact(
        *ways(
            f"<at most> {{most_extra}} units <can> be made in overtime in any {period}, on top of the regular output",
            f"overtime adds <most> {{most_extra}} units [a|per|in any] {period}",
        ),
        tells=["most_extra", "overtime"],
        place="rule",
    )


def _add_sides(draft: Draft, dice: Dice, period: str, months: int, capacity: int) -> None:
    """A least stock at the end, room in the store, or output that changes little."""
    side = dice.pick(["last", "store", "level"])
    if side == "last":
        draft.parameter("last_stock", dice.whole(5, 10), "units in stock at the end")
        draft.constraint("end", f"stock[{months}] >= last_stock", "stock at the end")
        end = f"at the end of {period} {months}"
        draft.fact(
            *ways(
                f"{end} <at least> {{last_stock}} units <must> be [left |]in stock",
                f"the stock {end} must be <least> {{last_stock}} units",
            ),
            tells=["last_stock", "end"],
            place="rule",
        )
    if side == "store":
        draft.parameter("store", capacity * months // 3, "units that fit into the store")
        draft.constraint("store_room", "stock[t] <= store", "room in the store", "t in T")
        draft.fact(
            *ways(
                f"the store [holds|takes|has room for] <at most> {{store}} units at the end of [a|any] {period}",
                f"at the end of a {period} <at most> {{store}} units <can> be in stock",
            ),
            tells=["store", "store_room"],
            place="rule",
        )
    if side == "level":
        draft.parameter("change", capacity * 9 // 100 * 10, f"most that output changes between {period}s")
        draft.constraint("steady", "abs(make[t] - make[t-1]) <= change", "steady output", "t in T if t > first(T)")
        draft.fact(
            *ways(
                f"from one {period} to the next regular output may [rise or fall|change] by <at most> {{change}} units",
                f"regular output in two successive {period}s must not differ by more than {{change}} units",
            ),
            tells=["change", "steady"],
            place="rule",
        )


FAMILY = Family(
    name="production_planning",
    title="production planning with inventory",
    group="lot sizing",
    description="A product is made over several periods with changing demand and cost; what is not sold is "
    "stored. The plan with the least cost of production and storage is wanted.",
    source="S. Nahmias, Production and Operations Analysis, 6th edition, 2009, chapter 3",
    draw=draw,
    knobs={"months": Range(3, 52)},
)
