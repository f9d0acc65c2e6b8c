"""How much to make in which period when starting a lot costs money."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole

SKINS = (
    ("week", "boxes", "[a candle maker|a bakery|a soap works]"),
    ("month", "tons", "[a paper mill|a sugar mill|a paint maker]"),
    ("day", "pallets", "[a brewery|a dairy|a bottler]"),
)


def draw(dice: Dice) -> Draft:
    """Draw demands and costs; making each period's demand in it is feasible."""
    draft = Draft("lot_sizing")
    period, unit, who = dice.pick(SKINS)
    n = dice.knob("periods")
    draft.add("sets", "T", range=[1, n], description=f"{period}s")
    demand = [dice.whole(10, 90) for _ in range(n)]
    hold = dice.real(0.5, 4)
    draft.parameter("demand", demand, f"{unit} wanted", index=["T"])
    draft.parameter("setup_cost", [dice.whole(60, 400, 10) for _ in range(n)], "cost of a lot", index=["T"])
    draft.parameter("unit_cost", [dice.whole(2, 12) for _ in range(n)], "cost of one", index=["T"])
    draft.parameter("hold", hold, f"cost of keeping one for a {period}")
    draft.expression("total", "sum(demand[t] for t in T)", "all that is ever wanted")
    integral = unit != "tons"
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("make", f"{unit} made", index=["T"], domain=domain)
    draft.variable("setup", "whether anything is made", index=["T"], domain="Binary")
    draft.variable("stock", f"{unit} kept", index=["T"])
    draft.constraint("start", "make[t] <= total*setup[t]", "a lot is begun", "t in T")
    owing = dice.chance(0.5)
    before = "(stock[t-1] if t > first(T) else 0)"
    costs = "setup_cost[t]*setup[t] + unit_cost[t]*make[t] + hold*stock[t]"
    if owing:
        draft.parameter("penalty", round(hold * dice.real(1.5, 5), 1), f"cost of being one short for a {period}")
        draft.variable("owed", f"{unit} owed", index=["T"])
        before = f"{before} - (owed[t-1] if t > first(T) else 0)"
        draft.constraint("balance", f"{before} + make[t] == demand[t] + stock[t] - owed[t]", "stock and debt", "t in T")
        draft.constraint("paid", "owed[last(T)] == 0", "nothing is owed in the end")
        costs += " + penalty*owed[t]"
    else:
        draft.constraint("balance", f"{before} + make[t] == demand[t] + stock[t]", "stock", "t in T")
    goal(draft, "minimize", f"sum({costs} for t in T)", "total cost", f"how much to make in each {period}")
    _tell(draft, (period, unit, who), n)
    _rules(draft, (period, unit), owing, integral)
    if dice.knob("sides"):
        _limits(draft, dice, (period, unit), demand)
    return draft


def _limits(draft: Draft, dice: Dice, words: tuple[str, str], demand: list[int]) -> None:
    period, unit = words
    if dice.chance(0.5):
        draft.parameter("room", dice.whole(max(demand) // 2, 2 * max(demand)), f"most {unit} in stock")
        draft.constraint("store", "stock[t] <= room", "room in the store", "t in T")
        draft.fact(
            *ways(
                f"<at most> {{room}} {unit} <can> be in stock at the end of a {period}",
                f"the store [holds|has room for] <at most> {{room}} {unit}",
            ),
            tells=["room", "store"],
            place="rule",
        )
    else:
        draft.parameter("capacity", max(demand) + dice.whole(0, 40), f"most {unit} made in a {period}")
        draft.constraint("limit", "make[t] <= capacity", "capacity", "t in T")
        draft.fact(
            *ways(
                f"<at most> {{capacity}} {unit} <can> be made in a {period}",
                f"the capacity is {{capacity}} {unit} [a|per] {period}",
            ),
            tells=["capacity", "limit"],
            place="rule",
        )


def _rules(draft: Draft, words: tuple[str, str], owing: bool, integral: bool) -> None:
    period, unit = words
    if owing:
        one = "ton" if unit == "tons" else unit[:-2] if unit == "boxes" else unit[:-1]
        draft.fact(
            f"demand [may|can] be met late, at {{penalty}} dollars for [each|every] {one} and {period} of delay, but "
            "in the end nothing may be owed",
            f"demand [may|can] be met late: [each|every] {one} owed costs {{penalty}} dollars a {period}, and in the "
            "end nothing may be owed",
            tells=["penalty", "balance", "paid"],
            place="rule",
        )
    else:
        draft.fact(
            "all demand must be met on time[, from production or stock|]",
            f"[each|every] {period}'s demand must be met from what is made in it or is in stock",
            "[no|not any] demand may be met late",
            tells=["balance"],
            place="rule",
        )
    if integral:
        whole(draft, "make", unit)


def _tell(draft: Draft, words: tuple[str, str, str], n: int) -> None:
    period, unit, who = words
    one = {"boxes": "box", "tons": "ton", "pallets": "pallet"}[unit]
    draft.fact(
        f"{who} [plans|schedules] [its|the] production for {n} {period}s, and begins without stock",
        f"{who} has no stock and plans what to make in the next {n} {period}s",
        f"for {n} {period}s {who} [must|has to] decide what to make; at first there is no stock",
        tells=["balance"],
        place="setting",
    )
    draft.fact(
        f"the demand in {period} {{t}} is {{demand[t]}} {unit}",
        f"in {period} {{t}} {{demand[t]}} {unit} are [wanted|needed|ordered]",
        f"{{demand[t]}} {unit} are [wanted|needed] in {period} {{t}}",
        tells=["demand"],
        for_each="t in T",
        heading=f"demand ({unit})",
    )
    draft.fact(
        *ways(
            f"[starting|setting up] production in {period} {{t}} <costs> {{setup_cost[t]}} dollars",
            f"if anything is made in {period} {{t}}, a setup for {{setup_cost[t]}} dollars is needed",
        ),
        tells=["setup_cost", "start", "setup"],
        for_each="t in T",
        heading="setup if anything is made ($)",
    )
    draft.fact(
        *ways(
            f"making [one|a] {one} in {period} {{t}} <costs> {{unit_cost[t]}} dollars",
            f"in {period} {{t}} [one|a] {one} costs {{unit_cost[t]}} dollars to make",
        ),
        tells=["unit_cost"],
        for_each="t in T",
        heading=f"cost per {one} ($)",
    )
    draft.fact(
        *ways(
            f"keeping [one|a] {one} [in stock |]from one {period} to the next <costs> {{hold}} dollars",
            f"[one|each] {one} in stock at the end of a {period} <costs> {{hold}} dollars",
        ),
        tells=["hold"],
    )


FAMILY = Family(
    name="lot_sizing",
    title="uncapacitated lot sizing with backlogging",
    group="lot sizing",
    description="Demand over several periods is met from production and stock, or late at a penalty; each period in "
    "which something is made has a setup cost. The total cost is lowest.",
    source="H. M. Wagner and T. M. Whitin, Dynamic Version of the Economic Lot Size Model, Management Science 5, "
    "1958; Y. Pochet and L. A. Wolsey, Production Planning by Mixed Integer Programming, 2006, chapters 7 and 10",
    draw=draw,
    knobs={"periods": Range(3, 52), "sides": Range(0, 1)},
)
