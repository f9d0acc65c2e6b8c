"""Which p places to choose so that nobody is far from one."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.families.p_median import build
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal


def draw(dice: Dice) -> Draft:
    """Draw a centre problem: the longest distance counts."""
    what = dice.pick(["fire stations", "ambulance posts", "flood shelters", "police posts", "charging stations"])
    draft = build("p_centre", what, dice)
    noun = dice.pick(
        ["distance of the farthest district from its site", "way of the district that has farthest to its site"]
    )
    longest = "max(way[s,d]*goes[s,d] for s in SITES for d in DISTRICTS)"
    goal(draft, "minimize", longest, noun, "which sites to use and which district goes where")
    return draft


FAMILY = Family(
    name="p_centre",
    title="p-centre",
    group="location",
    description="A given number of sites is chosen and every district assigned to one, so that the longest "
    "distance of any district from its site is as short as possible.",
    source="S. L. Hakimi, Optimum locations of switching centers and the absolute centers and medians of a "
    "graph, Operations Research 12, 1964",
    draw=draw,
    knobs={"sites": Range(4, 8), "districts": Range(4, 12), "sides": Range(0, 3)},
)
