"""The sides of a box or a tank: volume against the cost of its walls."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw prices of bottom, top and walls; either the volume is given, or the money."""
    draft = Draft("box_sides")
    what = dice.pick(["container", "water tank", "chest", "silo with a rectangular base", "aquarium", "crate"])
    bottom, side = dice.whole(4, 30), dice.whole(2, 20)
    lidded = dice.chance(0.5)
    lid = dice.whole(2, 20)
    planted = [dice.whole(2, 8) for _ in range(3)]
    length, width, height = planted
    inner = dice.knob("partitions")
    spent = inner * side * width * height
    spent += bottom * length * width + 2 * side * height * (length + width) + (lid * length * width if lidded else 0)
    draft.parameter("bottom_price", bottom, "dollars for a square metre of the bottom")
    draft.parameter("side_price", side, "dollars for a square metre of the sides")
    for name, part in (("length", "length"), ("width", "width"), ("height", "height")):
        draft.variable(name, f"{part} in metres", lower=0.5, upper=20)
    cost = "bottom_price*length*width + 2*side_price*height*(length + width)"
    draft.fact(
        *ways(
            f"a [rectangular |]{what} {'with a lid' if lidded else 'without a lid'} is to be built",
            f"<a firm> builds a {what}, {'closed by a lid' if lidded else 'open at the top'}",
        ),
        tells=[],
        place="setting",
    )
    _tell_prices(draft)
    if lidded:
        cost += " + lid_price*length*width"
        draft.parameter("lid_price", lid, "dollars for a square metre of the lid")
        draft.fact(
            *ways(
                "a square metre of the lid costs {lid_price} dollars",
                "the lid costs {lid_price} dollars a square metre",
            ),
            tells=["lid_price"],
        )
    if inner:
        cost += " + partitions*side_price*width*height"
        draft.parameter("partitions", inner, "walls inside")
        draft.fact(
            *ways(
                "{partitions} inner walls of the same material as the sides, as wide and high as it, divide its length",
                "inside, {partitions} partitions of full width and height are made of the material of the sides",
            ),
            tells=["partitions"],
        )
    draft.fact(
        *ways(
            "length, width and height [are each|must each be] between half a metre and 20 metres",
            "[each|every] edge is between 0.5 and 20 metres long",
        ),
        tells=["length", "width", "height"],
        place="rule",
    )
    task = "how long, wide and high to make it"
    _add_shape(draft, dice, length, width, height)
    if dice.chance(0.5):
        _add_volume(draft, length * width * height)
        goal(draft, "minimize", cost, "total cost of the material", task)
    else:
        _add_budget(draft, cost, spent + dice.whole(0, 30))
        goal(draft, "maximize", "length*width*height", "volume", task)
    return draft


def _tell_prices(draft: Draft) -> None:
    draft.fact(
        *ways(
            "a square metre of the bottom costs {bottom_price} dollars",
            "the bottom costs {bottom_price} dollars a square metre",
            "material for the bottom is {bottom_price} dollars a square metre",
        ),
        tells=["bottom_price"],
    )
    draft.fact(
        *ways(
            "a square metre of the four sides costs {side_price} dollars",
            "the four sides cost {side_price} dollars a square metre",
            "material for the four sides is {side_price} dollars a square metre",
        ),
        tells=["side_price"],
    )


def _add_shape(draft: Draft, dice: Dice, length: int, width: int, height: int) -> None:
    """Limits of shape that the planted box meets."""
    if dice.chance(0.5):
        draft.parameter("highest", height + dice.whole(0, 2), "greatest height in metres")
        draft.constraint("not_too_high", "height <= highest", "greatest height")
        draft.fact(
            *ways(
                "the height must not [exceed|be more than] {highest} metres", "it can be <most> {highest} metres high"
            ),
            tells=["highest", "not_too_high"],
            place="rule",
        )
    if dice.chance(0.4) and length >= width:
        draft.parameter("slim", length / width // 0.5 / 2, "least length for one of width")
        draft.constraint("long_enough", "length >= slim*width", "shape of the base")
        draft.fact(
            *ways(
                "the length must be <least> {slim} times the width",
                "it has to be <least> {slim} times as long as wide",
            ),
            tells=["slim", "long_enough"],
            place="rule",
        )
    elif dice.chance(0.4):
        draft.parameter("floor_most", length * width + dice.whole(0, 5), "square metres of floor")
        draft.constraint("ground", "length*width <= floor_most", "area of the floor")
        draft.fact(
            *ways(
                "the floor must not be larger than {floor_most} square metres",
                "it may cover <most> {floor_most} square metres of ground",
            ),
            tells=["floor_most", "ground"],
            place="rule",
        )


def _add_volume(draft: Draft, volume: int) -> None:
    draft.parameter("volume", volume, "cubic metres to hold")
    draft.constraint("holds", "length*width*height >= volume", "the volume")
    draft.fact(
        *ways("it <must_s> hold <least> {volume} cubic metres", "its volume must be <least> {volume} cubic metres"),
        tells=["volume", "holds"],
        place="rule",
    )


def _add_budget(draft: Draft, cost: str, budget: int) -> None:
    draft.parameter("budget", budget, "dollars for the material")
    draft.constraint("within_budget", f"{cost} <= budget", "the budget")
    draft.fact(
        *ways(
            "the material <can> cost <most> {budget} dollars", "<at most> {budget} dollars <can> be spent on material"
        ),
        tells=["budget", "within_budget"],
        place="rule",
    )


FAMILY = Family(
    name="box_sides",
    title="sides of a box",
    group="nonlinear",
    description="The length, width and height of a box are chosen so that its walls cost least for a volume, or "
    "its volume is largest for the money, a geometric program.",
    source="S. Boyd and L. Vandenberghe, Convex Optimization, 2004, section 4.5",
    draw=draw,
    knobs={"partitions": Range(0, 5)},
)
