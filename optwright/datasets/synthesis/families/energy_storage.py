"""When to buy and when to store energy: a battery between a meter and a market."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw prices and demands by hour; features: losses, selling back, solar power, a limit on the line."""
    draft = Draft("energy_storage")
    hours = dice.knob("hours")
    who = dice.pick(["a factory", "a hotel", "a farm", "a hospital", "a cold store", "a village"])
    demand = [dice.whole(20, 90, 5) for _ in range(hours)]
    draft.add("sets", "T", range=[1, hours], description="hours")
    draft.parameter("demand", demand, "kilowatt-hours needed", index=["T"], unit="kWh")
    draft.parameter("price", [dice.whole(5, 45) for _ in demand], "cents for a kilowatt-hour bought", index=["T"])
    draft.parameter("room", dice.whole(40, 200, 10), "kilowatt-hours that the battery holds", unit="kWh")
    draft.parameter("speed", dice.whole(15, 60, 5), "most kilowatt-hours in or out in an hour", unit="kWh")
    draft.parameter("initial", dice.whole(0, 30, 10), "kilowatt-hours at the start", unit="kWh")
    for name, what in (("buy", "bought"), ("charge", "put into the battery"), ("discharge", "taken from the battery")):
        draft.variable(name, f"kilowatt-hours {what}", index=["T"])
    draft.variable("level", "kilowatt-hours in the battery at the end of an hour", index=["T"])
    _tell(draft, who)
    income, supply, use = "", "buy[t] + discharge[t]", "demand[t] + charge[t]"
    if dice.chance(0.4):
        supply += " + solar[t] - spilled[t]"
        _add_solar(draft, dice, hours)
    if dice.chance(0.4):
        income, use = " - reward[t]*sell[t]", use + " + sell[t]"
        _add_sales(draft, [dice.whole(2, 4) for _ in demand])
    kept = "efficiency*" if dice.chance(0.6) else ""
    if kept:
        _add_losses(draft, dice)
    before = "(level[t-1] if t > first(T) else initial)"
    rule = f"level[t] == {before} + {kept}charge[t] - discharge[t]"
    draft.constraint("battery", rule, "what is in the battery", "t in T")
    draft.constraint("balance", f"{supply} == {use}", "supply and use of an hour", "t in T")
    draft.constraint("holds", "level[t] <= room", "size of the battery", "t in T")
    draft.constraint("in_speed", "charge[t] <= speed", "speed of charging", "t in T")
    draft.constraint("out_speed", "discharge[t] <= speed", "speed of discharging", "t in T")
    noun = "total cost in cents" if not income else "total cost in cents, less what is earned"
    goal(draft, "minimize", f"sum(price[t]*buy[t]{income} for t in T)", noun, "when to buy, charge and discharge")
    return draft


def _tell(draft: Draft, who: str) -> None:
    draft.fact(
        *ways(
            f"{who} buys electricity over hours {{T}} and has a battery",
            f"a battery helps {who} through hours {{T}}, in which electricity is bought",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "in hour {t} {demand[t]} kilowatt-hours are needed", "the need in hour {t} is {demand[t]} kilowatt-hours"
        ),
        tells=["demand", "balance"],
        for_each="t in T",
        heading="need (kWh)",
    )
    draft.fact(
        *ways(
            "a kilowatt-hour bought in hour {t} costs {price[t]} cents",
            "in hour {t} electricity costs {price[t]} cents a kilowatt-hour",
        ),
        tells=["price"],
        for_each="t in T",
        heading="price (cents per kWh)",
    )
    draft.fact(
        *ways("the battery holds <most> {room} kilowatt-hours", "<at most> {room} kilowatt-hours fit into the battery"),
        tells=["room", "holds"],
        place="rule",
    )
    draft.fact(
        *ways(
            "in an hour <at most> {speed} kilowatt-hours <can> be put into the battery, and <most> as many taken out",
            "the battery can be charged with <most> {speed} kilowatt-hours an hour, and discharged by no "
            "more than that",
        ),
        tells=["speed", "in_speed", "out_speed"],
        place="rule",
    )
    draft.fact(
        *ways(
            "{initial} kilowatt-hours are in the battery at the start",
            "the battery starts with {initial} kilowatt-hours",
        ),
        tells=["initial", "battery"],
        place="rule",
    )


def _add_losses(draft: Draft, dice: Dice) -> None:
    draft.parameter("efficiency", dice.whole(16, 19) / 20, "share that is kept in charging")
    draft.fact(
        *ways(
            "only {efficiency~} of what is put into the battery arrives there; the rest is lost",
            "of the energy put in, {efficiency~} is kept and the rest is lost",
        ),
        tells=["efficiency", "battery"],
        place="rule",
    )


def _add_solar(draft: Draft, dice: Dice, hours: int) -> None:
    draft.parameter(
        "solar", [dice.whole(0, 60, 5) for _ in range(hours)], "kilowatt-hours of sun", index=["T"], unit="kWh"
    )
    draft.variable("spilled", "kilowatt-hours of sun not used", index=["T"], upper="solar")
    draft.fact(
        *ways(
            "solar panels give up to {solar[t]} kilowatt-hours in hour {t}, free of charge",
            "in hour {t} up to {solar[t]} kilowatt-hours come from the sun at no cost",
        ),
        tells=["solar"],
        for_each="t in T",
        heading="sun (kWh, free, need not be used)",
    )


def _add_sales(draft: Draft, reward: list[int]) -> None:
    draft.parameter("reward", reward, "cents for a kilowatt-hour sold", index=["T"])
    draft.variable("sell", "kilowatt-hours sold", index=["T"])
    draft.fact(
        *ways(
            "a kilowatt-hour sold back in hour {t} earns {reward[t]} cents",
            "in hour {t} one gets {reward[t]} cents for a kilowatt-hour sold back",
        ),
        tells=["reward"],
        for_each="t in T",
        heading="earned by selling (cents per kWh)",
    )


FAMILY = Family(
    name="energy_storage",
    title="battery scheduling",
    group="energy",
    description="Electricity is bought over some hours at changing prices, with a battery that can be charged "
    "and discharged, perhaps with losses, sunshine and sales. The cheapest plan is wanted.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, sections 12.15 "
    "and 12.16 (tariff rates, hydro power)",
    draw=draw,
    knobs={"hours": Range(3, 48)},
)
