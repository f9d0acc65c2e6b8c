"""Rolling coils and bars over several weeks: a mill with limited hours, stocks and market limits."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw products with rolling rates, prices and market limits by week; stocks carry over."""
    draft = Draft("steel_production")
    shapes = dice.some(["bands", "coils", "plates", "bars", "rails", "beams", "wire", "tubes"], dice.knob("products"))
    weeks = dice.knob("weeks")
    rate = [dice.whole(80, 300, 10) for _ in shapes]
    market = [[dice.whole(500, 6000, 100) for _ in range(weeks)] for _ in shapes]
    draft.set("SHAPES", shapes, "steel products")
    draft.add("sets", "T", range=[1, weeks], description="weeks")
    draft.parameter("rate", rate, "tons an hour", index=["SHAPES"])
    hours = [dice.whole(25, 60) for _ in range(weeks)]
    draft.parameter("hours", hours, "hours of the mill in a week", index=["T"])
    draft.parameter("market", market, "most tons that can be sold", index=["SHAPES", "T"])
    price = [[dice.whole(20, 40) for _ in range(weeks)] for _ in shapes]
    draft.parameter("price", price, "dollars for a ton sold", index=["SHAPES", "T"])
    draft.parameter("make_cost", [dice.whole(8, 15) for _ in shapes], "dollars to make a ton", index=["SHAPES"])
    draft.parameter("hold_cost", [dice.real(0.5, 4) for _ in shapes], "dollars to keep a ton", index=["SHAPES"])
    draft.parameter("opening", [dice.whole(0, 50, 10) for _ in shapes], "tons in stock at first", index=["SHAPES"])
    for name, what in (("make", "made"), ("sell", "sold"), ("stock", "in stock at the end of a week")):
        draft.variable(name, f"tons {what}", index=["SHAPES", "T"])
    before = "(stock[s,t-1] if t > first(T) else opening[s])"
    rule = f"{before} + make[s,t] == sell[s,t] + stock[s,t]"
    draft.constraint("balance", rule, "what is made is sold or kept", "s in SHAPES, t in T")
    draft.constraint("mill", "sum(make[s,t]/rate[s] for s in SHAPES) <= hours[t]", "hours of the mill", "t in T")
    draft.constraint("sales", "sell[s,t] <= market[s,t]", "the market", "s in SHAPES, t in T")
    _tell(draft)
    if dice.chance(0.5):
        least = min(market[0]) // 1000 * 100 + 100
        capacity = min(hours) * rate[0]
        _add_contract(draft, shapes[0], min(least, capacity // 2))
    if dice.chance(0.3):
        _add_yard(draft, dice.whole(200, 2000, 100))
    profit = "price[s,t]*sell[s,t] - make_cost[s]*make[s,t] - hold_cost[s]*stock[s,t]"
    goal(
        draft,
        "maximize",
        f"sum({profit} for s in SHAPES for t in T)",
        "total profit",
        "what to roll, keep and sell each week",
    )
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "a steel [mill|works] rolls {SHAPES} in weeks {T}",
            "{SHAPES} are rolled in a steel [mill|works] in weeks {T}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways("the mill rolls {rate[s]} tons of {s} an hour", "in an hour {rate[s]} tons of {s} can be rolled"),
        tells=["rate"],
        for_each="s in SHAPES",
        heading="tons an hour",
    )
    draft.fact(
        *ways(
            "in week {t} the mill is <available> for <most> {hours[t]} hours, one product at a time",
            "{hours[t]} hours of rolling are possible in week {t}, one product at a time",
        ),
        tells=["hours", "mill"],
        for_each="t in T",
        heading="hours of rolling",
    )
    draft.fact(
        *ways(
            "<at most> {market[s,t]} tons of {s} <can> be sold in week {t}",
            "in week {t} the market takes <most> {market[s,t]} tons of {s}",
        ),
        tells=["market", "sales"],
        for_each="s in SHAPES, t in T",
        heading="most sales in week {t}",
    )
    draft.fact(
        *ways(
            "a ton of {s} sells for {price[s,t]} dollars in week {t}",
            "in week {t}, {s} bring {price[s,t]} dollars a ton",
        ),
        tells=["price"],
        for_each="s in SHAPES, t in T",
        heading="price in week {t} ($)",
    )
    draft.fact(
        *ways("making a ton of {s} costs {make_cost[s]} dollars", "a ton of {s} costs {make_cost[s]} dollars to make"),
        tells=["make_cost"],
        for_each="s in SHAPES",
        heading="cost of making a ton ($)",
    )
    draft.fact(
        *ways(
            "keeping a ton of {s} from one week to the next costs {hold_cost[s]} dollars",
            "a ton of {s} in stock at the end of a week costs {hold_cost[s]} dollars",
        ),
        tells=["hold_cost", "balance"],
        for_each="s in SHAPES",
        heading="cost of keeping a ton for a week ($)",
    )
    draft.fact(
        *ways("at first {opening[s]} tons of {s} are in stock", "the opening stock of {s} is {opening[s]} tons"),
        tells=["opening", "balance"],
        for_each="s in SHAPES",
        heading="opening stock (tons)",
    )


def _add_contract(draft: Draft, shape: str, least: int) -> None:
    draft.parameter("contract", least, f"least tons of {shape} a week")
    draft.constraint("promised", f"sell[{shape!r},t] >= contract", "a contract", "t in T")
    draft.fact(
        *ways(
            f"by contract, <at least> {{contract}} tons of {shape} <must> be sold every week",
            f"a customer has been promised <least> {{contract}} tons of {shape} every week",
        ),
        tells=["contract", "promised"],
        place="rule",
    )


def _add_yard(draft: Draft, room: int) -> None:
    draft.parameter("yard", room, "most tons in stock")
    draft.constraint("yard_room", "sum(stock[s,t] for s in SHAPES) <= yard", "room in the yard", "t in T")
    draft.fact(
        *ways(
            "the yard holds <most> {yard} tons at the end of a week, all products together",
            "<at most> {yard} tons in all <can> be in stock at the end of a week",
        ),
        tells=["yard", "yard_room"],
        place="rule",
    )


FAMILY = Family(
    name="steel_production",
    title="steel production over weeks",
    group="lot sizing",
    description="A steel mill with limited hours rolls several products over some weeks, keeps stocks and sells "
    "within the limits of the market. The plan with the largest profit is wanted.",
    source="R. Fourer, D. M. Gay and B. W. Kernighan, AMPL: A Modeling Language for Mathematical "
    "Programming, 2nd edition, 2003, chapters 1, 4 and 6",
    draw=draw,
    knobs={"products": Range(2, 8), "weeks": Range(1, 16)},
)
