"""Streams mixed in common tanks before they are blended: the quality of a tank is decided by what goes in."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw sources with sulphur contents, one or two tanks, and products with limits that one source meets."""
    draft = Draft("gas_pooling")
    sources = [f"stream {number + 1}" for number in range(dice.knob("sources"))]
    tanks = ["the left tank", "the right tank", "the third tank"][: dice.knob("tanks")]
    products = dice.some(["petrol", "diesel", "kerosene", "heating oil", "naphtha"], dice.knob("products"))
    sulphur = [dice.real(0.5, 1.4), *(dice.real(1, 3.5) for _ in sources[1:])]
    clean = min(sulphur)
    draft.set("SOURCES", sources, "streams")
    draft.set("TANKS", tanks, "tanks")
    draft.set("PRODUCTS", products, "products")
    draft.parameter("sulphur", sulphur, "sulphur in percent", index=["SOURCES"])
    cost = [dice.whole(4, 8) + round(6 * (3.5 - s)) for s in sulphur]
    draft.parameter("cost", cost, "dollars a barrel", index=["SOURCES"])
    draft.parameter("price", [dice.whole(20, 36) for _ in products], "dollars a barrel", index=["PRODUCTS"])
    draft.parameter(
        "limit", [round(clean + dice.real(0.2, 1.5), 1) for _ in products], "most sulphur", index=["PRODUCTS"]
    )
    draft.parameter("demand", [dice.whole(50, 300, 10) for _ in products], "most barrels sold", index=["PRODUCTS"])
    draft.variable("feed", "barrels from a stream to a tank", index=["SOURCES", "TANKS"], upper=1000)
    over = ["k in TANKS", "p in PRODUCTS"]
    draft.variable("draw", "barrels from a tank to a product", index=over, upper="demand[p]")
    draft.variable("content", "sulphur in a tank in percent", index=["TANKS"], lower=min(sulphur), upper=max(sulphur))
    rule = "sum(feed[s,k] for s in SOURCES) == sum(draw[k,p] for p in PRODUCTS)"
    draft.constraint("through", rule, "what goes into a tank comes out", "k in TANKS")
    rule = "sum(sulphur[s]*feed[s,k] for s in SOURCES) == content[k]*sum(draw[k,p] for p in PRODUCTS)"
    draft.constraint("mixing", rule, "the sulphur of a tank is that of its mixture", "k in TANKS")
    rule = "sum(content[k]*draw[k,p] for k in TANKS) <= limit[p]*sum(draw[k,p] for k in TANKS)"
    draft.constraint("quality", rule, "the sulphur of a product", "p in PRODUCTS")
    draft.constraint("sales", "sum(draw[k,p] for k in TANKS) <= demand[p]", "what can be sold", "p in PRODUCTS")
    _tell(draft)
    if dice.chance(0.4):
        _add_contract(draft, products[0], dice.whole(20, 50, 5))
    profit = "sum(price[p]*draw[k,p] for k in TANKS for p in PRODUCTS)"
    profit += " - sum(cost[s]*feed[s,k] for s in SOURCES for k in TANKS)"
    goal(draft, "maximize", profit, "total profit", "what to mix in the tanks and what to make of it")
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "a refinery mixes {SOURCES} in {TANKS}, from which {PRODUCTS} are drawn",
            "{SOURCES} go into {TANKS}; from there {PRODUCTS} are blended",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways("{s} has {sulphur[s]} percent of sulphur", "the sulphur content of {s} is {sulphur[s]} percent"),
        tells=["sulphur"],
        for_each="s in SOURCES",
        heading="sulphur (%)",
    )
    draft.fact(
        *ways("a barrel of {s} costs {cost[s]} dollars", "{s} costs {cost[s]} dollars a barrel"),
        tells=["cost"],
        for_each="s in SOURCES",
        heading="cost of a barrel ($)",
    )
    draft.fact(
        *ways("{p} sells for {price[p]} dollars a barrel", "a barrel of {p} brings {price[p]} dollars"),
        tells=["price"],
        for_each="p in PRODUCTS",
        heading="price of a barrel ($)",
    )
    draft.fact(
        *ways(
            "{p} must have <most> {limit[p]} percent of sulphur",
            "<at most> {limit[p]} percent of sulphur are allowed in {p}",
        ),
        tells=["limit", "quality"],
        for_each="p in PRODUCTS",
        heading="sulphur allowed (%)",
        place="rule",
    )
    draft.fact(
        *ways(
            "<at most> {demand[p]} barrels of {p} <can> be sold", "the market takes <most> {demand[p]} barrels of {p}"
        ),
        tells=["demand", "sales"],
        for_each="p in PRODUCTS",
        heading="barrels that can be sold",
        place="rule",
    )
    draft.fact(
        *ways(
            "what goes into a tank is mixed evenly and all drawn again; a product may come from several tanks",
            "in a tank everything mixes evenly, so that all that is drawn from it has the same sulphur "
            "content, and nothing "
            "stays in it",
        ),
        tells=["through", "mixing"],
        place="rule",
    )
    draft.fact(*ways("a tank takes <most> 1000 barrels from any one stream"), tells=["feed"], place="rule")


def _add_contract(draft: Draft, product: str, least: int) -> None:
    draft.parameter("contract", least, f"least barrels of {product}")
    rule = f"sum(draw[k,{product!r}] for k in TANKS) >= contract"
    draft.constraint("delivery", rule, f"a contract for {product}")
    draft.fact(
        *ways(
            f"by contract, <at least> {{contract}} barrels of {product} <must> be made",
            f"a customer has been promised <least> {{contract}} barrels of {product}",
        ),
        tells=["contract", "delivery"],
        place="rule",
    )


FAMILY = Family(
    name="gas_pooling",
    title="pooling",
    group="nonlinear",
    description="Streams of different sulphur content are mixed in tanks and the products blended from the "
    "tanks, within limits of sulphur and sales. The most profitable way is wanted: a bilinear "
    "program.",
    source="C. A. Haverly, Studies of the behavior of recursion for the pooling problem, ACM SIGMAP Bulletin 25, 1978",
    draw=draw,
    knobs={"sources": Range(2, 5), "tanks": Range(1, 2), "products": Range(1, 4)},
)
