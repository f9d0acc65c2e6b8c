"""How much land to give to each crop."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways


def draw(dice: Dice) -> Draft:
    """Draw crops with yields, prices and needs; features: labour and water, own needs to buy in, side rules."""
    draft = Draft("farm_planning")
    crops = dice.names("crop", dice.knob("crops"))
    area = dice.pick(["acres", "hectares"])
    planted = [dice.whole(5, 80, 5) for _ in crops]
    draft.set("CROPS", crops, "crops")
    draft.variable("plant", f"{area} of a crop", index=["CROPS"])
    draft.parameter("land", sum(planted) + dice.whole(0, 20, 5), f"{area} of land", unit=area)
    draft.constraint("all_land", "sum(plant[c] for c in CROPS) <= land", "the land at hand")
    _tell_land(draft, area)
    resources = dice.some(["labour", "water", "fertiliser", "tractor time"], dice.knob("resources"))
    if resources:
        _add_resources(draft, dice, resources, planted, area)
    income = _income(draft, dice, crops, planted, area)
    amounts = Amounts("plant", "CROPS", crops, planted, area + " of {}", "the land planted", "under {}", "planted", "")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    goal(draft, "maximize", income, "total profit", f"how many {area} of each crop to plant")
    if len(crops) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell_land(draft: Draft, area: str) -> None:
    draft.fact(
        *ways(
            "[a farmer|a farm|an estate] [grows|can grow|plants] {CROPS}",
            "{CROPS} are grown on [a farm|an estate|the fields of a village]",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"<there are> {{land}} {area} of land [<available>|to plant]",
            f"the farm has {{land}} {area} of land",
            f"<at most> {{land}} {area} <can> be planted [in all|altogether|]",
        ),
        tells=["land", "all_land"],
        place="rule",
    )


def _add_resources(draft: Draft, dice: Dice, resources: list[str], planted: list[int], area: str) -> None:
    needs = [[dice.whole(1, 20) for _ in resources] for _ in planted]
    used = [sum(row[r] * n for row, n in zip(needs, planted, strict=True)) for r in range(len(resources))]
    one = area.removesuffix("s")
    draft.set("RESOURCES", resources, "resources")
    draft.parameter("need", needs, f"units for one {one}", index=["CROPS", "RESOURCES"])
    draft.parameter("stock", [amount // 10 * 10 + 10 for amount in used], "units at hand", index=["RESOURCES"])
    rule = "sum(need[c,r]*plant[c] for c in CROPS) <= stock[r]"
    draft.constraint("enough", rule, "resources at hand", "r in RESOURCES")
    draft.fact(
        *ways(
            f"<each of> {one} of {{c}} <needs> {{need[c,r]}} units of {{r}}",
            f"{{need[c,r]}} units of {{r}} are needed for <each of> {one} of {{c}}",
        ),
        tells=["need"],
        for_each="c in CROPS, r in RESOURCES",
        heading=f"units of {{r}} per {one}",
    )
    draft.fact(
        *ways(
            "<there are> {stock[r]} units of {r} [<available>|for the season]",
            "<at most> {stock[r]} units of {r} <can> be used",
        ),
        tells=["stock", "enough"],
        for_each="r in RESOURCES",
        heading="units available",
        place="rule",
    )


def _income(draft: Draft, dice: Dice, crops: list[str], planted: list[int], area: str) -> str:
    """Either a profit for an area, or yields that first feed the herd and are then sold, with crop bought in."""
    one = area.removesuffix("s")
    if dice.chance(0.6):
        draft.parameter("profit", [dice.whole(40, 900, 5) for _ in crops], f"dollars per {one}", index=["CROPS"])
        draft.fact(
            *ways(
                f"<each of> {one} of {{c}} <earns> [a profit of |]{{profit[c]}} dollars",
                f"the profit from {{c}} is {{profit[c]}} dollars [an|per] {one}".replace("[an|per]", "per"),
            ),
            tells=["profit"],
            for_each="c in CROPS",
            heading=f"profit per {one} ($)",
        )
        return "sum(profit[c]*plant[c] for c in CROPS)"
    yields = [dice.real(1.5, 9) for _ in crops]
    price = [dice.whole(60, 300, 5) for _ in crops]
    draft.parameter("yields", yields, f"tons from one {one}", index=["CROPS"])
    draft.parameter("price", price, "dollars a ton sold", index=["CROPS"])
    draft.parameter("dear", [p + dice.whole(10, 90, 5) for p in price], "dollars a ton bought", index=["CROPS"])
    feed = [int(y * n * dice.real(0.2, 1.2)) for y, n in zip(yields, planted, strict=True)]
    draft.parameter("feed", feed, "tons needed on the farm", index=["CROPS"])
    draft.parameter("outlay", [dice.whole(50, 250, 5) for _ in crops], f"dollars to plant one {one}", index=["CROPS"])
    draft.variable("sell", "tons sold", index=["CROPS"])
    draft.variable("buy", "tons bought", index=["CROPS"])
    rule = "yields[c]*plant[c] + buy[c] >= feed[c] + sell[c]"
    draft.constraint("herd_fed", rule, "harvest and purchases cover needs and sales", "c in CROPS")
    _tell_market(draft, one)
    return "sum(price[c]*sell[c] - dear[c]*buy[c] - outlay[c]*plant[c] for c in CROPS)"


def _tell_market(draft: Draft, one: str) -> None:
    draft.fact(
        *ways(
            f"<each of> {one} of {{c}} [yields|gives] {{yields[c]}} tons",
            f"the harvest of {{c}} is {{yields[c]}} tons per {one}",
        ),
        tells=["yields"],
        for_each="c in CROPS",
        heading=f"tons per {one}",
    )
    draft.fact(
        *ways(
            f"[planting|sowing] one {one} of {{c}} costs {{outlay[c]}} dollars",
            f"it costs {{outlay[c]}} dollars to [plant|sow] one {one} of {{c}}",
        ),
        tells=["outlay"],
        for_each="c in CROPS",
        heading=f"cost of planting one {one} ($)",
    )
    draft.fact(
        *ways(
            "{c} [can be sold|sells] at {price[c]} dollars a ton", "a ton of {c} [fetches|sells for] {price[c]} dollars"
        ),
        tells=["price"],
        for_each="c in CROPS",
        heading="selling price of a ton ($)",
    )
    draft.fact(
        *ways(
            "{c} can be bought [in |]at {dear[c]} dollars a ton", "to buy [in |]a ton of {c} costs {dear[c]} dollars"
        ),
        tells=["dear"],
        for_each="c in CROPS",
        heading="buying price of a ton ($)",
    )
    draft.fact(
        *ways(
            "the [animals|cattle|herd] need {feed[c]} tons of {c}, [own or bought|home-grown or bought in]",
            "{feed[c]} tons of {c}, [own or bought|home-grown or bought in], must stay on the farm as feed",
        ),
        tells=["feed", "herd_fed"],
        for_each="c in CROPS",
        heading="tons for feed (home-grown or bought)",
        place="rule",
    )


FAMILY = Family(
    name="farm_planning",
    title="farm planning",
    group="agriculture",
    description="Land is divided among crops that need labour and water; crops earn a profit, or are fed to "
    "animals, sold and bought in. The plan with the largest profit is wanted.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, section 12.8",
    draw=draw,
    knobs={"crops": Range(2, 14), "resources": Range(0, 4), "sides": Range(0, 5)},
)
