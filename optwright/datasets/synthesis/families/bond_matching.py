"""Which bonds to buy so that their payments cover what must be paid out year by year."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole


def draw(dice: Dice) -> Draft:
    """Draw bonds with price, coupon and maturity, and liabilities; cash left over earns interest."""
    draft = Draft("bond_matching")
    bonds = [f"bond {letter}" for letter in "ABCDEFGHIJKLMNOP"[: dice.knob("bonds")]]
    years = dice.knob("years")
    last = [years if number == 0 else dice.whole(1, years) for number in range(len(bonds))]
    coupon = [dice.whole(2, 9) for _ in bonds]
    pays = [
        [c + (100 if t == m else 0) if t <= m else 0 for t in range(1, years + 1)]
        for c, m in zip(coupon, last, strict=True)
    ]
    draft.set("BONDS", bonds, "bonds")
    draft.add("sets", "T", range=[1, years], description="years")
    draft.parameter("price", [dice.whole(92, 112) for _ in bonds], "dollars for a bond", index=["BONDS"])
    draft.parameter("pays", pays, "dollars that a bond pays in a year", index=["BONDS", "T"])
    draft.parameter("due", [dice.whole(5, 60) * 1000 for _ in range(years)], "dollars to pay out", index=["T"])
    draft.parameter("interest", dice.whole(2, 8) / 200, "interest on cash")
    integral = dice.chance(0.5)
    draft.variable(
        "buy", "bonds bought", index=["BONDS"], domain="NonNegativeIntegers" if integral else "NonNegativeReals"
    )
    draft.variable("cash", "dollars kept at the end of a year", index=["T"])
    draft.variable("first_cash", "dollars kept at the start")
    before = "(cash[t-1] if t > first(T) else first_cash)"
    rule = f"(1 + interest)*{before} + sum(pays[b,t]*buy[b] for b in BONDS) == due[t] + cash[t]"
    draft.constraint("payments", rule, "payments of a year", "t in T")
    _tell(draft, dice)
    if len(bonds) > 2 and dice.chance(0.4):
        draft.parameter("share", dice.whole(8, 14) / 20, "largest share of the money in one bond")
        rule = "price[b]*buy[b] <= share*sum(price[k]*buy[k] for k in BONDS)"
        draft.constraint("spread_out", rule, "no bond dominates", "b in BONDS")
        draft.fact(
            *ways(
                "<at most> {share~} of the money spent on bonds <can> go into any one bond",
                "no bond <can> take more than {share~} of the money spent on bonds",
            ),
            tells=["share", "spread_out"],
            place="rule",
        )
    if integral:
        whole(draft, "buy", "bonds")
    cost = "first_cash + sum(price[b]*buy[b] for b in BONDS)"
    goal(draft, "minimize", cost, "amount of money needed at the start, for bonds and cash", "which bonds to buy")
    return draft


def _tell(draft: Draft, dice: Dice) -> None:
    who = dice.pick(["a pension fund", "a city", "an insurer", "a foundation", "a court-appointed trustee"])
    draft.fact(
        *ways(
            f"{who} has to make payments in years {{T}} and wants to cover them with {{BONDS}}",
            f"{{BONDS}} can be bought by {who} to cover its payments in years {{T}}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways("{due[t]} dollars are due in year {t}", "in year {t} {due[t]} dollars must be paid out"),
        tells=["due", "payments"],
        for_each="t in T",
        heading="dollars due",
    )
    draft.fact(
        *ways("{b} costs {price[b]} dollars now", "the price of {b} is {price[b]} dollars"),
        tells=["price"],
        for_each="b in BONDS",
        heading="price now ($)",
    )
    draft.fact(
        *ways("{b} pays {pays[b,t]} dollars in year {t}", "in year {t} one gets {pays[b,t]} dollars from each {b}"),
        tells=["pays"],
        for_each="b in BONDS, t in T",
        heading="paid in year {t}",
    )
    draft.fact(
        *ways(
            "cash can be kept from the start and from year to year, and earns {interest~} a year",
            "money that is not needed, also from the start, is kept as cash at {interest~} interest a year",
        ),
        tells=["interest", "payments"],
        place="rule",
    )


FAMILY = Family(
    name="bond_matching",
    title="cash-flow matching with bonds",
    group="finance",
    description="Bonds are bought now whose payments, with cash carried over at interest, cover the payments "
    "that are due in the coming years; the least money needed at the start is wanted.",
    source="G. Cornuéjols and R. Tütüncü, Optimization Methods in Finance, 2007, chapter 3",
    draw=draw,
    knobs={"bonds": Range(2, 15), "years": Range(2, 10)},
)
