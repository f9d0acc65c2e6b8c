"""Cutting long pieces into short ones with little waste, from given patterns."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways, whole

TASK = "how often to use each pattern"


def draw(dice: Dice) -> Draft:
    """Draw widths and patterns that fit the roll; demands follow from a planted plan."""
    draft = Draft("cutting_stock")
    what, unit = dice.pick(
        [("rolls of paper", "centimetres"), ("steel bars", "centimetres"), ("planks", "inches"), ("pipes", "feet")]
    )
    length = dice.pick([100, 120, 150, 200, 240])
    widths = sorted(dice.some(range(length // 8, length // 2, 2), dice.knob("widths")), reverse=True)
    labels = [f"{width} {unit}" for width in widths]
    patterns = _patterns(dice, widths, length, dice.knob("patterns"))
    names = [f"pattern {number + 1}" for number in range(len(patterns))]
    planted = [dice.whole(3, 30) for _ in patterns]
    demand = [sum(row[w] * n for row, n in zip(patterns, planted, strict=True)) for w in range(len(widths))]
    draft.set("WIDTHS", labels, "lengths")
    draft.set("PATTERNS", names, "cutting patterns")
    draft.parameter("gives", patterns, "pieces from one", index=["PATTERNS", "WIDTHS"])
    draft.parameter("demand", [max(1, n - dice.whole(0, 3)) for n in demand], "pieces wanted", index=["WIDTHS"])
    draft.variable("cut", f"{what} cut by a pattern", index=["PATTERNS"], domain="NonNegativeIntegers")
    draft.constraint("enough", "sum(gives[p,w]*cut[p] for p in PATTERNS) >= demand[w]", "demand", "w in WIDTHS")
    _tell(draft, what)
    whole(draft, "cut", what)
    total = "sum(cut[p] for p in PATTERNS)"
    if dice.chance(0.35):
        trim = [length - sum(n * w for n, w in zip(row, widths, strict=True)) for row in patterns]
        draft.parameter("trim", trim, f"{unit} of waste", index=["PATTERNS"])
        draft.parameter("change", dice.whole(5, 40), f"{unit} of waste for using a pattern")
        _tell_waste(draft, unit)
        draft.parameter("at_hand", sum(planted) + 5, f"{what} at hand")
        draft.constraint("supply", f"{total} <= at_hand", f"{what} at hand")
        draft.fact(
            *ways(f"<there are> {{at_hand}} {what}", f"<at most> {{at_hand}} {what} <can> be cut"),
            tells=["at_hand", "supply"],
            place="rule",
        )
        waste = "sum(trim[p]*cut[p] + change*(cut[p] > 0) for p in PATTERNS)"
        goal(draft, "minimize", waste, f"total waste in {unit}", TASK)
    else:
        goal(draft, "minimize", total, f"number of {what} that are cut", TASK)
    return draft


def _patterns(dice: Dice, widths: list[int], length: int, count: int) -> list[list[int]]:
    """Return different patterns that fit; the first ones make sure that every width occurs."""
    rows = [
        [length // width if number == own else 0 for number in range(len(widths))] for own, width in enumerate(widths)
    ]
    for _ in range(4 * count):
        row, left = [0] * len(widths), length
        for number in dice.shuffled(range(len(widths))):
            row[number] = dice.whole(0, left // widths[number])
            left -= row[number] * widths[number]
        if any(row) and row not in rows and len(rows) < count + len(widths):
            rows.append(row)
    return rows


def _tell(draft: Draft, what: str) -> None:
    draft.fact(
        *ways(
            f"{what} are cut into pieces of {{WIDTHS}}",
            f"<a firm> cuts pieces of {{WIDTHS}} from {what} of one length",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "{p} gives {gives[p,w]} pieces of {w}",
            "with {p}, {gives[p,w]} pieces of {w} are cut from each",
        ),
        tells=["gives"],
        for_each="p in PATTERNS, w in WIDTHS if gives[p,w] > 0",
        heading="pieces of {w}",
    )
    draft.fact(*ways("a pattern gives no [other pieces|pieces of any other length]"), tells=[], place="rule")
    draft.fact(
        *ways(
            "<at least> {demand[w]} pieces of {w} are [wanted|ordered|needed]",
            "the orders are for <least> {demand[w]} pieces of {w}",
        ),
        tells=["demand", "enough"],
        for_each="w in WIDTHS",
        heading="pieces ordered",
        place="rule",
    )


def _tell_waste(draft: Draft, unit: str) -> None:
    draft.fact(
        *ways(
            f"<each of> use of {{p}} wastes {{trim[p]}} {unit}", f"{{p}} leaves {{trim[p]}} {unit} of waste each time"
        ),
        tells=["trim"],
        for_each="p in PATTERNS",
        heading=f"waste ({unit})",
    )
    draft.fact(
        *ways(
            f"setting up a pattern that is used at all wastes another {{change}} {unit}, once",
            f"for <each of> pattern that is used, {{change}} {unit} are lost once in setting it up",
        ),
        tells=["change"],
    )


FAMILY = Family(
    name="cutting_stock",
    title="cutting stock with given patterns",
    group="packing",
    description="Long pieces are cut by given patterns into shorter ones that have been ordered, using as few "
    "long pieces or wasting as little as possible.",
    source="P. C. Gilmore and R. E. Gomory, A linear programming approach to the cutting-stock problem, "
    "Operations Research 9, 1961",
    draw=draw,
    knobs={"widths": Range(2, 8), "patterns": Range(1, 20)},
)
