"""How many containers of each size to use for what has to be carried or kept."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways

SKINS = (
    (
        "a water company fills",
        ["small bottles", "large bottles", "jugs", "canisters", "barrels"],
        "litres of water",
        "bottled",
    ),
    ("a mill fills", ["small bags", "large bags", "sacks", "drums", "tins"], "kilograms of flour", "packed"),
    ("a museum stores", ["flat boxes", "deep boxes", "crates", "cabinets", "chests"], "exhibits", "stored"),
    ("a town lays out", ["small gardens", "large gardens", "roof gardens", "courtyards"], "trees", "planted"),
    ("a camp puts up", ["small tents", "family tents", "huts", "caravans", "cabins"], "guests", "housed"),
    ("a school orders", ["round tables", "square tables", "long tables", "benches"], "pupils", "seated"),
    ("a farm uses", ["crates", "baskets", "bins", "trays"], "kilograms of apples", "picked into them"),
)


def draw(dice: Dice) -> Draft:
    """Draw sizes and what each container takes of a limited thing; a planted number of each carries enough."""
    draft = Draft("container_fill")
    doing, known, load, done = dice.pick(SKINS)
    kinds = dice.shuffled(known)[: dice.knob("kinds")]
    planted = [dice.whole(3, 40) for _ in kinds]
    holds = [dice.whole(2, 60) for _ in kinds]
    draft.set("KINDS", kinds, "kinds")
    draft.parameter("holds", holds, f"{load} in one", index=["KINDS"])
    draft.variable("use", "number used", index=["KINDS"], domain="NonNegativeIntegers")
    draft.fact(*ways(f"{doing} {{KINDS}}", f"{doing} several kinds: {{KINDS}}"), tells=[], place="setting")
    draft.fact(
        *ways(
            f"<each of> one of the {{k}} [holds|takes|has room for] {{holds[k]}} {load}",
            f"{{k}} [hold|take|have room for] {{holds[k]}} {load} each",
        ),
        tells=["holds"],
        for_each="k in KINDS",
        heading=f"{load} each",
    )
    carried = sum(h * n for h, n in zip(holds, planted, strict=True))
    need, unit = dice.pick([("square feet", "room"), ("minutes", "work"), ("hours", "work"), ("kilograms", "material")])
    uses = [dice.whole(1, 20) for _ in kinds]
    task = "how many of each kind to use"
    most = dice.chance(0.45)
    if not most:
        _add_load(draft, carried, load, done)
    if most or dice.chance(0.5):
        _add_use(draft, uses, (need, unit))
        used = sum(u * n for u, n in zip(uses, planted, strict=True))
        if most:
            _add_limit(draft, used + dice.whole(0, 9), (need, unit))
            goal(draft, "maximize", "sum(holds[k]*use[k] for k in KINDS)", f"number of {load} {done}", task)
        else:
            goal(draft, "minimize", "sum(uses[k]*use[k] for k in KINDS)", f"total number of {need} of {unit}", task)
    else:
        goal(draft, "minimize", "sum(use[k] for k in KINDS)", "total number of them, all kinds together", task)
    amounts = Amounts("use", "KINDS", kinds, planted, "{}", "all that are used", "{}", "used", "")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    draft.fact(
        *ways(
            "only <whole> numbers of each kind [are possible|make sense|can be used]",
            "the [number|numbers] of each kind must be [whole|integer|integral]",
        ),
        tells=["use"],
        place="rule",
    )
    if len(kinds) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _add_load(draft: Draft, carried: int, load: str, done: str) -> None:
    draft.parameter("load", carried, f"{load} to take")
    draft.constraint("enough", "sum(holds[k]*use[k] for k in KINDS) >= load", f"room for all {load}")
    draft.fact(
        *ways(
            f"<at least> {{load}} {load} <must> be {done}",
            f"there are {{load}} {load} to be {done}",
            f"room is needed for <least> {{load}} {load}",
        ),
        tells=["load", "enough"],
        place="rule",
    )


def _add_use(draft: Draft, uses: list[int], words: tuple[str, str]) -> None:
    need, unit = words
    draft.parameter("uses", uses, f"{need} of {unit} for one", index=["KINDS"])
    draft.fact(
        *ways(
            f"<each of> one of the {{k}} <needs> {{uses[k]}} {need} of {unit}",
            f"{{uses[k]}} {need} of {unit} go into <each of> one of the {{k}}",
        ),
        tells=["uses"],
        for_each="k in KINDS",
        heading=f"{need} of {unit}",
    )


def _add_limit(draft: Draft, limit: int, words: tuple[str, str]) -> None:
    need, unit = words
    draft.parameter("limit", limit, f"{need} of {unit} at hand")
    draft.constraint("within_limit", "sum(uses[k]*use[k] for k in KINDS) <= limit", f"{unit} at hand")
    draft.fact(
        *ways(
            f"<at most> {{limit}} {need} of {unit} <can> be used",
            f"<there are> {{limit}} {need} of {unit} [<available>|]",
        ),
        tells=["limit", "within_limit"],
        place="rule",
    )


FAMILY = Family(
    name="container_fill",
    title="containers of several sizes",
    group="covering",
    description="Containers of several sizes are chosen that take enough with as few of them or as little "
    "material as possible, or as much as possible within a limit, with rules on the numbers of each.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, chapter 3",
    draw=draw,
    knobs={"kinds": Range(2, 4), "sides": Range(0, 6)},
)
