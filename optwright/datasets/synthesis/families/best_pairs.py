"""Which pairs to match so that the matches are worth most."""

from __future__ import annotations

from itertools import pairwise

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw possible pairs with their values: rooms shared, exchanges, teams of two; nobody is in two pairs."""
    draft = Draft("best_pairs")
    people = dice.names("worker", dice.knob("people"))
    pairs = [(a, b) for i, a in enumerate(people) for b in people[i + 1 :] if dice.chance(dice.knob("density") / 100)]
    paired = {name for pair in pairs for name in pair}
    pairs += [(a, b) for a, b in pairwise(people) if a not in paired or b not in paired]
    pairs = list(dict.fromkeys(pairs))
    what, unit = dice.pick(
        [("points of harmony", "share a room"), ("points", "play as a pair"), ("years of benefit", "exchange kidneys")]
    )
    draft.set("PEOPLE", people, "people")
    draft.add("sets", "PAIRS", keys_of="value", description="possible pairs")
    draft.add(
        "parameters",
        "value",
        rows=[[a, b, dice.whole(2, 40)] for a, b in pairs],
        index=["PAIRS"],
        description=f"{what} of a pair",
    )
    draft.variable("pair", "whether they become a pair", index=["PAIRS"], domain="Binary")
    rule = "sum(pair[a,b] for (a,b) in PAIRS if a == p or b == p) <= 1"
    draft.constraint("one_partner", rule, "nobody is in two pairs", "p in PEOPLE")
    draft.fact(
        *ways(
            f"{{PEOPLE}} are to be put together in pairs who {unit}",
            f"from {{PEOPLE}}, pairs are to be formed who {unit}",
        ),
        tells=["pair"],
        place="setting",
    )
    draft.fact(
        *ways(
            f"{{a}} and {{b}} would be a pair of {{value[a,b]}} {what}",
            f"a pair of {{a}} and {{b}} is worth {{value[a,b]}} {what}",
        ),
        tells=["value"],
        for_each="(a,b) in PAIRS",
    )
    draft.fact(
        *ways("other pairs are not possible", "only the pairs listed are possible", "no other two can be put together"),
        tells=[],
        place="rule",
    )
    draft.fact(
        *ways("nobody <can> be in more than one pair", "<each of> person is in at most one pair"),
        tells=["one_partner"],
        place="rule",
    )
    if dice.chance(0.35):
        most = max(1, len(people) // 3)
        draft.parameter("most_pairs", most, "most pairs")
        draft.constraint("few_pairs", "sum(pair[a,b] for (a,b) in PAIRS) <= most_pairs", "number of pairs")
        draft.fact(
            *ways("there is room for <most> {most_pairs} pairs", "<at most> {most_pairs} pairs <can> be formed"),
            tells=["most_pairs", "few_pairs"],
            place="rule",
        )
    total = "sum(value[a,b]*pair[a,b] for (a,b) in PAIRS)"
    goal(draft, "maximize", total, f"total number of {what}", "which pairs to form")
    return draft


FAMILY = Family(
    name="best_pairs",
    title="maximum weight matching",
    group="assignment",
    description="People are put together in pairs of known value, each in one pair at most, so that the pairs "
    "are worth most in total.",
    source="J. Edmonds, Maximum matching and a polyhedron with 0,1-vertices, 1965; A. Roth, T. Sönmez and "
    "U. Ünver, Kidney exchange, 2004",
    draw=draw,
    knobs={"people": Range(4, 20), "density": Range(40, 90)},
)
