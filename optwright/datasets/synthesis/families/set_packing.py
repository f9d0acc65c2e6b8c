"""Which bids to accept when no item can be sold twice."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal

SKINS = (
    ("site", "plots", "plot", "[a city|a port authority|a land agency]", "sells", "bidder"),
    ("region", "licences", "licence", "[a regulator|a ministry|a government]", "auctions", "operator"),
    ("machine", "machines", "machine", "[a receiver|a liquidator|an auctioneer]", "sells", "buyer"),
)


def draw(dice: Dice) -> Draft:
    """Draw bundles; accepting no bid is feasible, and every item is in some bundle."""
    draft = Draft("set_packing")
    kind, many, one, who, sells, bidder = dice.pick(SKINS)
    items = [f"the {name}" if kind == "machine" else name for name in dice.names(kind, dice.knob("items"))]
    bids = [f"bid {number + 1}" for number in range(dice.knob("bids"))]
    bundle = {bid: dice.some(items, dice.whole(1, min(4, len(items)))) for bid in bids}
    for item in items:
        if not any(item in wanted for wanted in bundle.values()):
            bundle[dice.pick(bids)].append(item)
    draft.set("ITEMS", items, many)
    draft.set("BIDS", bids, "bids")
    draft.add("sets", "BUNDLE", index=["BIDS"], members=bundle, description=f"{many} that a bid is for")
    price = [len(wanted) * dice.whole(10, 30) + dice.whole(0, 9) for wanted in bundle.values()]
    draft.parameter("price", price, "price offered", index=["BIDS"])
    draft.variable("accept", "whether the bid is accepted", index=["BIDS"], domain="Binary")
    draft.constraint(
        "once", "sum(accept[b] for b in BIDS if i in BUNDLE[b]) <= 1", "nothing is sold twice", "i in ITEMS"
    )
    goal(draft, "maximize", "sum(price[b]*accept[b] for b in BIDS)", "total revenue", "which bids to accept")
    _tell(draft, (many, one, who, sells, bidder))
    choices = Choices("accept", "b in BIDS", bids, [], "accept", "accepting", "accepted", "bids")
    add_choices(draft, dice, choices, dice.knob("sides"))
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str, str]) -> None:
    many, one, who, sells, bidder = words
    draft.fact(
        f"{who} {sells} the {many} {{ITEMS}}",
        f"{who} {sells} {{ITEMS}} [by tender|in one round of bidding]",
        tells=["accept"],
        place="setting",
    )
    draft.fact(
        "{b} offers {price[b]} thousand dollars for {BUNDLE[b]}",
        "{b} is for {BUNDLE[b]}, at {price[b]} thousand dollars",
        "for {BUNDLE[b]}, {b} would bring {price[b]} thousand dollars",
        tells=["price"],
        for_each="b in BIDS",
    )
    draft.fact(
        "a bid is accepted [as a whole|for all that it names] or [rejected|not at all]",
        "[part of a bid cannot be accepted|bids cannot be accepted in part]",
        tells=["accept"],
        place="rule",
    )
    draft.fact(
        f"[no|not one] {one} can be sold [more than once|to more than one {bidder}]",
        f"[each|every] {one} [can|may] go to at most one {bidder}, and need not be sold",
        tells=["once"],
        place="rule",
    )


FAMILY = Family(
    name="set_packing",
    title="set packing (combinatorial auction)",
    group="packing",
    description="Bids for bundles of items are accepted as a whole so that no item is sold twice and the revenue is "
    "largest.",
    source="P. Cramton, Y. Shoham and R. Steinberg (editors), Combinatorial Auctions, 2006, chapter 12 (winner "
    "determination)",
    draw=draw,
    knobs={"items": Range(3, 50), "bids": Range(4, 120), "sides": Range(0, 2)},
)
