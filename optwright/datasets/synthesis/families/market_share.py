"""How to divide customers between two divisions so that each gets its share of every market."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("customer", "retailers", "retailer", "[a company|a manufacturer|a trading house]", "D1", "D2"),
    ("district", "districts", "district", "[a wholesaler|a trading firm|a distributor]", "North", "South"),
)


def draw(dice: Dice) -> Draft:
    """Draw sales; the share is a goal, so that any division of the customers is feasible."""
    draft = Draft("market_share")
    kind, many, one, who, first, second = dice.pick(SKINS)
    customers = dice.names(kind, dice.knob("customers"))
    products = dice.names("product", dice.knob("products"))
    sales = [[dice.whole(5, 60) for _ in products] for _ in customers]
    planted = dice.some(range(len(customers)), max(1, round(0.4 * len(customers))))
    draft.set("CUSTOMERS", customers, many)
    draft.set("PRODUCTS", products, "products")
    draft.parameter("sales", sales, "yearly sales", index=["CUSTOMERS", "PRODUCTS"])
    share = dice.pick([0.3, 0.4, 0.45, 0.5, 0.6])
    draft.parameter("share", share, f"share that {first} is to have")
    draft.variable("get", f"whether it goes to {first}", index=["CUSTOMERS"], domain="Binary")
    draft.expression("has", "sum(sales[c,p]*get[c] for c in CUSTOMERS)", f"what {first} sells", "p in PRODUCTS")
    draft.expression("wanted", "share*sum(sales[c,p] for c in CUSTOMERS)", f"what {first} is to sell", "p in PRODUCTS")
    noun = f"sum over the products of how far the sales of {first} are from its share"
    goal(draft, "minimize", "sum(abs(has[p] - wanted[p]) for p in PRODUCTS)", noun, f"which {many} go to {first}")
    _tell(draft, (many, one, who, first, second))
    if dice.knob("sides"):
        draft.parameter("fewest", dice.whole(1, len(planted)), f"fewest {many} of {first}")
        draft.constraint("enough", "sum(get[c] for c in CUSTOMERS) >= fewest", f"enough {many}")
        draft.fact(
            *ways(f"{first} must get <at least> {{fewest}} {many}", f"<at least> {{fewest}} {many} must go to {first}"),
            tells=["fewest", "enough"],
            place="rule",
        )
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str, str]) -> None:
    many, one, who, first, second = words
    draft.fact(
        f"{who} has two divisions, {first} and {second}, [among|between] which the {many} {{CUSTOMERS}} are to be "
        "divided",
        f"the {many} of {who}, {{CUSTOMERS}}, are to be [divided|split] between its [divisions|branches] {first} and "
        f"{second}",
        tells=["get"],
        place="setting",
    )
    draft.fact(
        "{c} buys {sales[c,p]} thousand dollars of {p} [a year|yearly]",
        "[yearly|each year] {sales[c,p]} thousand dollars of {p} are sold to {c}",
        "the yearly sales of {p} to {c} are {sales[c,p]} thousand dollars",
        tells=["sales"],
        for_each="c in CUSTOMERS, p in PRODUCTS",
        heading="sales of {p} (thousand $)",
    )
    draft.fact(
        f"{first} is to have [as nearly as possible|as close as can be to] {{share~}} of the [total |]sales of "
        "[each|every] product; too much is as bad as too little",
        f"of [each|every] product, {first} should sell {{share~}} of the total [as nearly as possible|or as near as "
        "can be], and dollars above or below count alike",
        tells=["share", "objective"],
        place="goal",
    )
    draft.fact(
        f"[each|every] {one} goes [entirely |]to one [division|of the two] [only|and no other]",
        f"no {one} can be [split|divided] between them",
        tells=["get"],
        place="rule",
    )


FAMILY = Family(
    name="market_share",
    title="market sharing",
    group="goal",
    description="Customers are divided between two divisions so that one of them comes as close as possible to a "
    "given share of the sales of every product.",
    source="H. P. Williams, Model Building in Mathematical Programming, 5th edition, 2013, section 12.13 (Market "
    "sharing)",
    draw=draw,
    knobs={"customers": Range(4, 20), "products": Range(1, 3), "sides": Range(0, 1)},
)
