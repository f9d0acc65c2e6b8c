"""Where to put facilities that should be far from each other."""

from __future__ import annotations

import math

from optwright.datasets.synthesis.choices import Choices, excludes
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal

SKINS = (
    ("site", "[a fuel company|a chemical firm]", "storage tanks", "tank", "hundred metres"),
    ("city", "[a franchise|a restaurant chain|a driving school]", "branches", "branch", "kilometres"),
    ("district", "[a city|an army]", "depots", "depot", "hundred metres"),
)


def draw(dice: Dice) -> Draft:
    """Draw sites on a plane and how many to choose; any choice of that many is feasible."""
    draft = Draft("dispersion")
    kind, who, many, one, unit = dice.pick(SKINS)
    sites = dice.names(kind, dice.knob("sites"))
    at = [(dice.whole(0, 99), dice.whole(0, 99)) for _ in sites]
    gap = [1 + round(math.dist(at[i], at[j])) for i in range(len(sites)) for j in range(i)]
    pairs = [[sites[j], sites[i]] for i in range(len(sites)) for j in range(i)]
    draft.set("SITES", sites, f"sites for {many}")
    draft.set("PAIRS", pairs, "pairs of sites")
    draft.parameter("distance", gap, unit, index=["PAIRS"])
    number = max(2, dice.whole(len(sites) // 3, len(sites) // 2))
    draft.parameter("number", number, f"{many} to place")
    draft.variable("place", f"whether a {one} is placed", index=["SITES"], domain="Binary")
    draft.constraint("count", "sum(place[s] for s in SITES) == number", f"number of {many}")
    if dice.chance(0.5):
        draft.variable("nearest", "least distance of two", upper="max(distance[i,j] for (i,j) in PAIRS)")
        rule = "implies(place[i] and place[j], nearest <= distance[i,j])"
        draft.constraint("least", rule, "no two are nearer", "(i,j) in PAIRS")
        noun = f"distance between the two {many} that are nearest to each other"
        goal(draft, "maximize", "nearest", noun, "where to place them")
        tells = ["least"]
    else:
        draft.variable("both", "whether both are chosen", index=["PAIRS"], domain="Binary")
        draft.constraint("both_one", "both[i,j] <= place[i]", "both are chosen", "(i,j) in PAIRS")
        draft.constraint("both_other", "both[i,j] <= place[j]", "both are chosen", "(i,j) in PAIRS")
        noun = f"sum of the distances between all pairs of {many}"
        goal(draft, "maximize", "sum(distance[i,j]*both[i,j] for (i,j) in PAIRS)", noun, "where to place them")
        tells = ["both", "both_one", "both_other"]
    _tell(draft, (who, many, one, unit), tells)
    if dice.knob("sides"):
        chosen = dice.some(sites, number)
        excludes(draft, dice, Choices("place", "s in SITES", sites, chosen, "use", "using", "used", "sites"))
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str], tells: list[str]) -> None:
    who, many, one, unit = words
    draft.fact(
        f"{who} [places|is to place|has to place] exactly {{number}} {many} among {{SITES}}",
        f"exactly {{number}} of {{SITES}} are to get one of the {many} of {who}",
        f"{who} chooses [exactly|just] {{number}} of {{SITES}} for its {many}",
        tells=["number", "count", "place"],
        place="setting",
    )
    draft.fact(
        f"{{i}} and {{j}} are {{distance[i,j]}} {unit} apart",
        f"the distance between {{i}} and {{j}} is {{distance[i,j]}} {unit}",
        f"it is {{distance[i,j]}} {unit} from {{i}} to {{j}}",
        tells=["distance"],
        for_each="(i,j) in PAIRS",
        heading=f"distance ({unit})",
    )
    draft.fact(
        f"no site takes more than one {one}, and the {many} should be as far from each other as possible",
        f"the {many} should not be close together, and a site [has room for|takes] [just|only] one {one}",
        tells=tells,
        place="rule",
    )


FAMILY = Family(
    name="dispersion",
    title="facility dispersion",
    group="location",
    description="A given number of facilities is placed so that the nearest two are as far apart as possible, or the "
    "sum of all distances between them is largest.",
    source="M. J. Kuby, Programming Models for Facility Dispersion: The p-Dispersion and Maxisum Dispersion Problems, "
    "Geographical Analysis 19, 1987",
    draw=draw,
    knobs={"sites": Range(4, 12), "sides": Range(0, 1)},
)
