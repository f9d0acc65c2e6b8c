"""Scarce goods divided so that the worst served gets as much of its need as possible."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw depots with scarce stock, places with needs, links with limits; the least served share counts."""
    draft = Draft("relief_supply")
    depots = dice.names("depot", dice.knob("depots"))
    places = dice.names("city", dice.knob("places"))
    goods = dice.pick(["tons of rice", "tents", "litres of water", "blankets", "boxes of medicine", "vaccine doses"])
    need = [dice.whole(100, 900, 10) for _ in places]
    draft.set("DEPOTS", depots, "depots")
    draft.set("PLACES", places, "places")
    draft.parameter("need", need, f"{goods} needed", index=["PLACES"])
    share = dice.real(0.4, 0.9, 2)
    stock = [int(sum(need) * share * dice.real(0.7, 1.3) / len(depots)) // 10 * 10 for _ in depots]
    draft.parameter("stock", stock, f"{goods} in store", index=["DEPOTS"])
    draft.variable("send", f"{goods} sent", index=["DEPOTS", "PLACES"])
    draft.constraint("from_stock", "sum(send[d,p] for p in PLACES) <= stock[d]", "stock at hand", "d in DEPOTS")
    draft.constraint("no_more", "sum(send[d,p] for d in DEPOTS) <= need[p]", "no more than needed", "p in PLACES")
    draft.expression("served", "sum(send[d,p] for d in DEPOTS)/need[p]", "share of the need that is met", "p in PLACES")
    _tell(draft, goods)
    if dice.chance(0.6):
        _add_links(draft, dice, goods, len(depots), len(places))
    if dice.chance(0.4):
        _add_first(draft, dice, places, goods)
    noun = "share of its need that the place served worst gets"
    goal(draft, "maximize", "min(served[p] for p in PLACES)", noun, "what to send from where to where")
    return draft


def _tell(draft: Draft, goods: str) -> None:
    draft.fact(
        *ways(
            f"after a [flood|storm|drought|landslide], {goods} are sent from {{DEPOTS}} to {{PLACES}}",
            f"{{PLACES}} [call for|ask for|need] {goods}, which are stored at {{DEPOTS}}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"{{p}} needs {{need[p]}} {goods}, and gets no more than that",
            f"{{need[p]}} {goods} are needed [in|at] {{p}}; [more|a surplus] is not sent",
        ),
        tells=["need", "no_more"],
        for_each="p in PLACES",
        heading=f"{goods} needed (and sent at most)",
    )
    draft.fact(
        *ways(
            f"{{d}} [has|holds|stores] {{stock[d]}} {goods}",
            f"<at most> {{stock[d]}} {goods} <can> [leave|be sent from] {{d}}",
        ),
        tells=["stock", "from_stock"],
        for_each="d in DEPOTS",
        heading=f"{goods} in store",
        place="rule",
    )


def _add_links(draft: Draft, dice: Dice, goods: str, depots: int, places: int) -> None:
    links = [[dice.whole(50, 500, 10) for _ in range(places)] for _ in range(depots)]
    draft.parameter("link", links, f"most {goods} on a link", index=["DEPOTS", "PLACES"])
    draft.constraint("link_room", "send[d,p] <= link[d,p]", "what a link carries", "d in DEPOTS, p in PLACES")
    draft.fact(
        *ways(
            f"<at most> {{link[d,p]}} {goods} <can> [go|be moved|be carried] from {{d}} to {{p}}",
            f"the road from {{d}} to {{p}} [takes|carries] <at most> {{link[d,p]}} {goods}",
        ),
        tells=["link", "link_room"],
        for_each="d in DEPOTS, p in PLACES",
        heading="at most to {p}",
        place="rule",
    )


def _add_first(draft: Draft, dice: Dice, places: list[str], goods: str) -> None:
    first = dice.pick(places)
    draft.parameter("favour", dice.whole(1, 3) / 20, "how much better it is served")
    others = f"served[{first!r}] >= served[p] + favour"
    draft.constraint("hospital", others, f"{first} is served better", f"p in PLACES if p != {first!r}")
    draft.fact(
        *ways(
            f"{first} [has a hospital|is hit worst]: the share of its need that is met must be "
            "at least {favour~} of the need above that of any other place",
        ),
        tells=["favour", "hospital"],
        place="rule",
    )


FAMILY = Family(
    name="relief_supply",
    title="fair supply of scarce goods",
    group="goal",
    description="Stocks that do not suffice are divided among places in need so that the place that is served "
    "worst gets the largest possible share of its need.",
    source="H. Luss, On equitable resource allocation problems: a lexicographic minimax approach, 1999",
    draw=draw,
    knobs={"depots": Range(1, 10), "places": Range(2, 20)},
)
