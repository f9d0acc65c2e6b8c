"""Which p places to choose so that everybody is near one: the median, or the centre."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, Pair, excludes, one_of, requires
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def build(name: str, what: str, dice: Dice) -> Draft:
    """Draw sites, districts, distances and the assignment of every district to one open site.

    The draft has no objective yet. A plan that opens the first sites and shares the districts out evenly fits.
    """
    draft = Draft(name)
    sites = dice.names("site", dice.knob("sites"))
    districts = dice.names("district", dice.knob("districts"))
    count = dice.whole(2, max(2, len(sites) // 2))
    here = [(dice.whole(0, 40), dice.whole(0, 40)) for _ in sites]
    there = [(dice.whole(0, 40), dice.whole(0, 40)) for _ in districts]
    way = [[abs(a - c) + abs(b - d) + 1 for c, d in there] for a, b in here]
    draft.set("SITES", sites, "sites")
    draft.set("DISTRICTS", districts, "districts")
    draft.parameter("way", way, "kilometres", index=["SITES", "DISTRICTS"])
    draft.parameter("count", count, f"number of {what}")
    draft.variable("open", "whether the site is used", index=["SITES"], domain="Binary")
    draft.variable("goes", "whether the district goes there", index=["SITES", "DISTRICTS"], domain="Binary")
    draft.constraint("one_site", "sum(goes[s,d] for s in SITES) == 1", "one site for a district", "d in DISTRICTS")
    draft.constraint("only_open", "goes[s,d] <= open[s]", "only sites in use", "s in SITES, d in DISTRICTS")
    draft.constraint("how_many", "sum(open[s] for s in SITES) == count", f"number of {what}")
    _tell(draft, what)
    choices = Choices("open", "s in SITES", sites, sites[:count], "use", "using", "used", "sites")
    pairs: list[Pair | None] = []
    for add in dice.shuffled([excludes, requires, one_of])[: dice.knob("sides")]:
        pairs.append(add(draft, dice, choices, pairs))
    if dice.chance(0.4):
        most = -(-len(districts) // count) + dice.whole(0, 1)
        draft.parameter("most_districts", most, "most districts for one site")
        draft.constraint(
            "not_too_many", "sum(goes[s,d] for d in DISTRICTS) <= most_districts", "districts", "s in SITES"
        )
        draft.fact(
            *ways(
                "<at most> {most_districts} districts <can> be served from any one site",
                "no site <can> serve more than {most_districts} districts",
            ),
            tells=["most_districts", "not_too_many"],
            place="rule",
        )
    return draft


def _tell(draft: Draft, what: str) -> None:
    draft.fact(
        *ways(
            f"{{count}} {what} are to be [built|opened|set up]; the possible sites are {{SITES}}, and they "
            f"serve {{DISTRICTS}}",
            f"{what} for {{DISTRICTS}} can be [built|opened] at {{SITES}}, and <exactly> {{count}} of "
            f"these sites are used",
        ),
        tells=["count", "how_many", "open"],
        place="setting",
    )
    draft.fact(
        *ways(
            "from {s} to {d} it is {way[s,d]} kilometres",
            "{d} is {way[s,d]} kilometres from {s}",
            "the distance between {s} and {d} is {way[s,d]} kilometres",
        ),
        tells=["way"],
        for_each="s in SITES, d in DISTRICTS",
        heading="kilometres to {d}",
    )
    draft.fact(
        *ways(
            "<each of> district is served from <exactly> one of the sites that are used",
            "<each of> district belongs to <exactly> one site, which must be one of those used",
        ),
        tells=["one_site", "only_open", "goes"],
        place="rule",
    )


def draw(dice: Dice) -> Draft:
    """Draw a median problem: the weighted sum of distances counts."""
    what = dice.pick(["libraries", "clinics", "post offices", "schools", "recycling yards"])
    draft = build("p_median", what, dice)
    people = [dice.whole(1, 40) for _ in range(dice.knob("districts"))]
    draft.parameter("people", people, "thousand inhabitants", index=["DISTRICTS"])
    draft.fact(
        *ways("{d} has {people[d]} thousand inhabitants", "the population of {d} is {people[d]} thousand"),
        tells=["people"],
        for_each="d in DISTRICTS",
        heading="thousand inhabitants",
    )
    noun = "sum of the distances, weighted by thousand inhabitants"
    total = "sum(people[d]*way[s,d]*goes[s,d] for s in SITES for d in DISTRICTS)"
    goal(draft, "minimize", total, noun, "which sites to use and which district goes where")
    return draft


FAMILY = Family(
    name="p_median",
    title="p-median",
    group="location",
    description="A given number of sites is chosen and every district assigned to one, so that the distances, "
    "weighted by inhabitants, are smallest in total.",
    source="S. L. Hakimi, Optimum locations of switching centers and the absolute centers and medians of a "
    "graph, Operations Research 12, 1964",
    draw=draw,
    knobs={"sites": Range(4, 12), "districts": Range(4, 20), "sides": Range(0, 3)},
)
