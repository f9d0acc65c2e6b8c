"""Where to open so that everything is within reach, at the lowest cost."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    ("site", "district", "fire stations", "station", "serve", "[a city|a county|a town council]"),
    ("city", "region", "radio masts", "mast", "cover", "[a broadcaster|a radio station|a network operator]"),
    ("site", "customer", "depots", "depot", "supply", "[a wholesaler|a delivery firm|a courier]"),
    ("worker", "skill", "experts", "expert", "cover", "[a project manager|an agency|a repair firm]"),
)


def draw(dice: Dice) -> Draft:
    """Draw what each site covers; every place is covered by one site at least."""
    draft = Draft("set_cover")
    kind, other, many, one, verb, who = dice.pick(SKINS)
    sites = dice.names(kind, dice.knob("sites"))
    places = dice.names(other, max(3, dice.knob("places")))
    cover = {p: dice.some(sites, min(len(sites), dice.whole(1, max(2, min(6, len(sites) // 3))))) for p in places}
    for site in sites:
        if not any(site in group for group in cover.values()):
            cover[dice.pick(places)].append(site)
    chosen = list(dict.fromkeys(dice.pick(cover[p]) for p in places))
    draft.set("SITES", sites, f"possible {many}")
    draft.set("PLACES", places, f"{other}s")
    draft.add("sets", "COVER", index=["PLACES"], members=cover, description=f"{many} that {verb} each")
    priced = dice.chance(0.7)
    draft.variable("open", "whether it is used", index=["SITES"], domain="Binary")
    draft.constraint("covered", "sum(open[s] for s in COVER[p]) >= 1", "everything is covered", "p in PLACES")
    task = f"which {many} to [choose|use]"
    if priced:
        draft.parameter("cost", [dice.whole(10, 90) for _ in sites], "cost of each", index=["SITES"])
        goal(draft, "minimize", "sum(cost[s]*open[s] for s in SITES)", "total cost", task)
    else:
        goal(draft, "minimize", "sum(open[s] for s in SITES)", f"number of {many}", task)
    _tell(draft, (many, one, verb, who, other), priced)
    called = "{}" if kind == "worker" else f"the {one} at {{}}"
    choices = Choices("open", "s in SITES", sites, chosen, "choose", "choosing", "chosen", many, called)
    add_choices(draft, dice, choices, dice.knob("sides"))
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str, str], priced: bool) -> None:
    many, one, verb, who, other = words
    setting = "can hire [as experts |]{SITES}" if many == "experts" else f"can [set up|build] {many} at {{SITES}}"
    at = "{s}" if many == "experts" else f"[a|the] {one} at {{s}}"
    draft.fact(
        f"{who} {setting}",
        f"{who} [must|has to] [cover|take care of|provide for] {{PLACES}} and {setting}",
        tells=["open"],
        place="setting",
    )
    if priced:
        draft.fact(
            *ways(f"{at} <costs> {{cost[s]}} thousand dollars", f"the cost of {at} is {{cost[s]}} thousand dollars"),
            tells=["cost"],
            for_each="s in SITES",
            heading="cost (thousand $)",
        )
    draft.fact(
        f"{{p}} [can be|is] {_done(verb)} [by|only by] {{COVER[p]}}",
        f"only {{COVER[p]}} [can|could|would] {verb} {{p}}",
        f"of the {many}, {{COVER[p]}} [can|could|would] {verb} {{p}}",
        tells=["covered"],
        for_each="p in PLACES",
    )
    draft.fact(
        f"[each|every] {other} must be {_done(verb)} [at least once|by at least one {one}]",
        f"[not one|no] {other} may be [left out|forgotten|passed over]",
        f"for [each|every] {other} there must be [a {one}|some {one}|at least one {one}]",
        tells=["covered"],
        place="rule",
    )


def _done(verb: str) -> str:
    return {"serve": "served", "cover": "covered", "supply": "supplied"}[verb]


FAMILY = Family(
    name="set_cover",
    title="set covering",
    group="covering",
    description="Sites are chosen so that every place is covered by one of them at least, at the lowest cost or with "
    "the fewest sites.",
    source="C. Toregas, R. Swain, C. ReVelle and L. Bergman, The Location of Emergency Service Facilities, Operations "
    "Research 19, 1971",
    draw=draw,
    knobs={"sites": Range(3, 90), "places": Range(3, 120), "sides": Range(0, 3)},
)
