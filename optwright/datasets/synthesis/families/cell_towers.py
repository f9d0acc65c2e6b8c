"""Where to build radio masts so that people are covered."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, Pair, excludes, one_of, requires
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw which sites cover which districts; the budget pays a planted choice, or everybody is covered."""
    draft = Draft("cell_towers")
    sites = dice.names("site", dice.knob("sites"))
    districts = dice.names("district", dice.knob("districts"))
    chosen = dice.some(sites, max(1, len(sites) // 3))
    sure = {district: dice.pick(sites) for district in districts}
    covers = {d: [s for s in sites if s == sure[d] or dice.chance(0.25)] for d in districts}
    for site in sites:
        if not any(site in who for who in covers.values()):
            covers[dice.pick(districts)].append(site)
    if all(set(who) & set(chosen) for who in covers.values()):
        covers[dice.pick(districts)] = [dice.pick([site for site in sites if site not in chosen])]
    cost = [dice.whole(2, 15) for _ in sites]
    draft.set("SITES", sites, "sites")
    draft.set("DISTRICTS", districts, "districts")
    draft.add("sets", "COVERS", index=["DISTRICTS"], members=covers, description="sites that cover a district")
    people = [dice.whole(2, 60) for _ in districts]
    draft.parameter("people", people, "thousand people", index=["DISTRICTS"])
    draft.parameter("cost", cost, "million dollars for a mast", index=["SITES"])
    draft.variable("build", "whether a mast is built", index=["SITES"], domain="Binary")
    draft.variable("served", "whether the district is covered", index=["DISTRICTS"], domain="Binary")
    rule = "served[d] <= sum(build[s] for s in COVERS[d])"
    draft.constraint("needs_mast", rule, "only districts near a mast are covered", "d in DISTRICTS")
    _tell(draft, dice)
    choices = Choices("build", "s in SITES", sites, chosen, "use", "using", "used", "sites")
    pairs: list[Pair | None] = []
    for add in dice.shuffled([excludes, requires, one_of])[: dice.knob("sides")]:
        pairs.append(add(draft, dice, choices, pairs))
    budget = sum(c for s, c in zip(sites, cost, strict=True) if s in chosen)
    if dice.chance(0.7):
        _add_budget(draft, budget)
        total = "sum(people[d]*served[d] for d in DISTRICTS)"
        goal(draft, "maximize", total, "number of people who are covered", "where to build masts")
    else:
        reached = [n for n, who in zip(people, covers.values(), strict=True) if set(who) & set(chosen)]
        _add_least(draft, max(1, sum(reached) * 9 // 10))
        goal(draft, "minimize", "sum(cost[s]*build[s] for s in SITES)", "total cost", "where to build masts")
    return draft


def _tell(draft: Draft, dice: Dice) -> None:
    who = dice.pick(["a telephone company", "a radio station", "a mobile operator", "a rescue service"])
    draft.fact(
        *ways(
            f"{who} can build masts at {{SITES}} to cover {{DISTRICTS}}",
            f"{{DISTRICTS}} are to be covered by masts of {who}, which can stand at {{SITES}}",
        ),
        tells=["build"],
        place="setting",
    )
    draft.fact(
        *ways("the population of {d} is {people[d]} thousand", "{d} has {people[d]} thousand inhabitants"),
        tells=["people"],
        for_each="d in DISTRICTS",
        heading="thousand inhabitants",
    )
    draft.fact(
        *ways("a mast at {s} costs {cost[s]} million dollars", "to build at {s} costs {cost[s]} million dollars"),
        tells=["cost"],
        for_each="s in SITES",
        heading="million dollars",
    )
    draft.fact(
        *ways(
            "masts that cover {d} can stand at {COVERS[d]}",
            "a mast at any of these covers {d}: {COVERS[d]}",
            "{d} is in reach of {COVERS[d]}",
        ),
        tells=["needs_mast"],
        for_each="d in DISTRICTS",
    )
    draft.fact(
        *ways(
            "one mast in reach is enough for a district, and a district is covered as a whole or not at all",
            "a district counts as covered when it is in reach of one mast [at least|or more]",
        ),
        tells=["served", "needs_mast"],
        place="rule",
    )


def _add_budget(draft: Draft, budget: int) -> None:
    draft.parameter("budget", budget, "million dollars to spend")
    draft.constraint("within_budget", "sum(cost[s]*build[s] for s in SITES) <= budget", "the budget")
    draft.fact(
        *ways(
            "the budget is {budget} million dollars",
            "<at most> {budget} million dollars <can> be spent",
        ),
        tells=["budget", "within_budget"],
        place="rule",
    )


def _add_least(draft: Draft, least: int) -> None:
    draft.parameter("least", least, "fewest thousand people covered")
    draft.constraint("enough", "sum(people[d]*served[d] for d in DISTRICTS) >= least", "enough are covered")
    draft.fact(
        *ways(
            "<at least> {least} thousand people <must> be covered",
            "the masts must cover <least> {least} thousand people [in all|altogether]",
        ),
        tells=["least", "enough"],
        place="rule",
    )


FAMILY = Family(
    name="cell_towers",
    title="covering by masts within a budget",
    group="covering",
    description="Masts are built at some of the possible sites so that most people are covered within a budget, "
    "or enough of them at the least cost.",
    source="R. Church and C. ReVelle, The maximal covering location problem, Papers of the Regional Science"
    " Association 32, 1974",
    draw=draw,
    knobs={"sites": Range(3, 20), "districts": Range(3, 30), "sides": Range(0, 3)},
)
