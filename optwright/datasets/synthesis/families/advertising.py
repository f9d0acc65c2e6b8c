"""Where to advertise so that most people are reached."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

TASK = "how many advertisements to place in each medium"


def draw(dice: Dice) -> Draft:
    """Draw media with prices, reach and caps; the budget buys the planted campaign."""
    draft = Draft("advertising")
    media = dice.names("medium", dice.knob("media"))
    audience = dice.pick(["viewers", "people", "customers", "readers"])
    money = dice.pick(["dollars", "euros", "pounds"])
    planted = [dice.whole(2, 25) for _ in media]
    prices = [dice.whole(100, 3000, 50) for _ in media]
    draft.set("MEDIA", media, "media")
    draft.parameter("price", prices, f"{money} for one advertisement", index=["MEDIA"])
    reach = [dice.whole(500, 60000, 500) for _ in media]
    draft.parameter("reach", reach, f"{audience} reached by one advertisement", index=["MEDIA"])
    draft.variable("place", "advertisements placed", index=["MEDIA"], domain="NonNegativeIntegers")
    spent = sum(n * price for n, price in zip(planted, prices, strict=True))
    _tell(draft, audience, money)
    reached = "sum(reach[m]*place[m] for m in MEDIA)"
    if dice.chance(0.65):
        _add_budget(draft, spent // 100 * 100 + 100 * dice.whole(1, 9), money)
        goal(draft, "maximize", reached, f"total number of {audience} reached", TASK)
    else:
        _add_least(draft, sum(n * r for n, r in zip(planted, reach, strict=True)) * 9 // 10000 * 1000, audience)
        goal(draft, "minimize", "sum(price[m]*place[m] for m in MEDIA)", "total cost of the campaign", TASK)
    if dice.chance(0.5):
        _add_cap(draft, [n + dice.whole(0, 9) for n in planted])
    in_all = "all advertisements"
    amounts = Amounts(
        "place", "MEDIA", media, planted, "advertisements in {}", in_all, "in {}", "placed", "advertisements"
    )
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "place", "advertisements")
    if len(media) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell(draft: Draft, audience: str, money: str) -> None:
    draft.fact(
        *ways(
            "<a firm> <wants> to advertise in {MEDIA}",
            "[a campaign|an advertising campaign] can use {MEDIA}",
            "<a firm> plans its advertising in {MEDIA}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"<each> advertisement in {{m}} costs {{price[m]}} {money}",
            f"the price of [one|an] advertisement in {{m}} is {{price[m]}} {money}",
        ),
        tells=["price"],
        for_each="m in MEDIA",
        heading=f"price ({money})",
    )
    draft.fact(
        *ways(
            f"<each> advertisement in {{m}} [reaches|is seen by|gets to] {{reach[m]}} {audience}",
            f"{{reach[m]}} {audience} are reached by <each> advertisement in {{m}}",
        ),
        tells=["reach"],
        for_each="m in MEDIA",
        heading=f"{audience} reached",
    )


def _add_budget(draft: Draft, budget: int, money: str) -> None:
    draft.parameter("budget", budget, f"{money} to spend")
    draft.constraint("within_budget", "sum(price[m]*place[m] for m in MEDIA) <= budget", "the budget")
    draft.fact(
        *ways(
            f"the [whole |total |]budget is {{budget}} {money}",
            f"<at most> {{budget}} {money} <can> be spent [in all|on the campaign|]",
        ),
        tells=["budget", "within_budget"],
        place="rule",
    )


def _add_least(draft: Draft, least: int, audience: str) -> None:
    draft.parameter("least_reach", least, f"{audience} to reach")
    draft.constraint("enough_reached", "sum(reach[m]*place[m] for m in MEDIA) >= least_reach", f"enough {audience}")
    draft.fact(
        *ways(
            f"<at least> {{least_reach}} {audience} <must> be reached",
            f"the campaign <must_s> reach <at least> {{least_reach}} {audience}",
        ),
        tells=["least_reach", "enough_reached"],
        place="rule",
    )


def _add_cap(draft: Draft, caps: list[int]) -> None:
    draft.parameter("cap", caps, "most advertisements", index=["MEDIA"])
    draft.constraint("not_too_many", "place[m] <= cap[m]", "room for advertisements", "m in MEDIA")
    draft.fact(
        *ways(
            "there is room for <at most> {cap[m]} advertisements in {m}",
            "{m} [takes|accepts] <at most> {cap[m]} advertisements",
        ),
        tells=["cap", "not_too_many"],
        for_each="m in MEDIA",
        heading="most advertisements",
        place="rule",
    )


FAMILY = Family(
    name="advertising",
    title="media selection",
    group="mix",
    description="Advertisements are bought in several media that differ in price and reach. The campaign is "
    "wanted that reaches most people within the budget, or enough of them at the least cost.",
    source="F. S. Hillier and G. J. Lieberman, Introduction to Operations Research, 9th edition, 2010, chapter 3",
    draw=draw,
    knobs={"media": Range(2, 12), "sides": Range(0, 6)},
)
