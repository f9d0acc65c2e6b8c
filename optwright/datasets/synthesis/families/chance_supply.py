"""Supply that suffices in most scenarios: a share of them may fail."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw sources whose yield differs by scenario; the demand must be met in enough of the scenarios."""
    draft = Draft("chance_supply")
    kind, unit = dice.pick([("wind farms", "megawatt-hours"), ("wells", "cubic metres"), ("fields", "tons")])
    sources = [f"{kind.removesuffix('s')} {number + 1}" for number in range(dice.knob("sources"))]
    count = dice.knob("scenarios")
    yields = [[dice.whole(2, 30) for _ in sources] for _ in range(count)]
    planted = [dice.whole(2, 12) for _ in sources]
    got = sorted(sum(y * n for y, n in zip(row, planted, strict=True)) for row in yields)
    fail = max(1, count // 5)
    draft.set("SOURCES", sources, kind)
    draft.add("sets", "YEARS", range=[1, count], description="years on record")
    draft.parameter("gain", yields, f"{unit} from one unit of size", index=["YEARS", "SOURCES"])
    draft.parameter("cost", [dice.whole(10, 99) for _ in sources], "dollars for one unit of size", index=["SOURCES"])
    draft.parameter("most", [n + dice.whole(0, 8) for n in planted], "largest size", index=["SOURCES"])
    draft.parameter("demand", got[fail] // 10 * 10, f"{unit} wanted")
    draft.parameter("failures", fail, "years in which the demand may be missed")
    whole_sizes = dice.chance(0.4)
    domain = "NonNegativeIntegers" if whole_sizes else "NonNegativeReals"
    draft.variable("size", "size of a source", index=["SOURCES"], domain=domain)
    draft.variable("fails", "whether the demand is missed", index=["YEARS"], domain="Binary")
    rule = "sum(gain[y,s]*size[s] for s in SOURCES) >= demand*(1 - fails[y])"
    draft.constraint("meet", rule, "the demand is met or the year fails", "y in YEARS")
    draft.constraint("few_failures", "sum(fails[y] for y in YEARS) <= failures", "few years fail")
    draft.constraint("room", "size[s] <= most[s]", "largest sizes", "s in SOURCES")
    _tell(draft, kind, unit)
    if dice.chance(0.4):
        _add_share(draft, max(planted) / sum(planted), kind)
    if whole_sizes:
        draft.fact(*ways("sizes are <whole> numbers", "only <whole> sizes are possible"), tells=["size"], place="rule")
    goal(draft, "minimize", "sum(cost[s]*size[s] for s in SOURCES)", "total cost", "how large each of them should be")
    return draft


def _tell(draft: Draft, kind: str, unit: str) -> None:
    draft.fact(
        *ways(
            f"[a region|a council|a utility] plans the sizes of its {kind}: {{SOURCES}}",
            f"the sizes of some {kind} are to be decided: {{SOURCES}}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"under the weather of year {{y}}, {{s}} gives {{gain[y,s]}} {unit} for each unit of its size",
            f"in year {{y}} <each of> unit of size of {{s}} gave {{gain[y,s]}} {unit}, [as the records show|on record]",
        ),
        tells=["gain"],
        for_each="y in YEARS, s in SOURCES",
        heading=f"{unit} per unit of {{s}}",
    )
    draft.fact(
        *ways("a unit of size costs {cost[s]} dollars at {s}", "at {s} one pays {cost[s]} dollars a unit of size"),
        tells=["cost"],
        for_each="s in SOURCES",
        heading="cost per unit of size ($)",
    )
    draft.fact(
        *ways("{s} <can> have a size of <most> {most[s]}", "the size of {s} is limited to {most[s]}"),
        tells=["most", "room"],
        for_each="s in SOURCES",
        heading="largest size",
        place="rule",
    )
    draft.fact(
        *ways(
            f"the demand is {{demand}} {unit} a year, which must be reached except in <most> {{failures}} "
            f"of the years on record",
            f"<at least> {{demand}} {unit} are needed; this may fail in <most> {{failures}} of the years on record",
        ),
        tells=["demand", "failures", "meet", "few_failures", "fails"],
        place="rule",
    )


def _add_share(draft: Draft, share: float, kind: str) -> None:
    draft.parameter("share", min(0.95, int(share * 20 + 1.5) / 20), "largest share of all sizes")
    draft.constraint(
        "balanced", "size[s] <= share*sum(size[k] for k in SOURCES)", "no source dominates", "s in SOURCES"
    )
    draft.fact(
        *ways(
            f"none of the {kind} <can> have more than {{share~}} of the total size",
            f"<at most> {{share~}} of the total size [of the {kind} |]<can> fall to any single one",
        ),
        tells=["share", "balanced"],
        place="rule",
    )


FAMILY = Family(
    name="chance_supply",
    title="supply that suffices in most scenarios",
    group="stochastic",
    description="The sizes of sources are chosen whose yield differs from year to year, such that the demand "
    "would have been met in all but a few of the years on record, at the least cost.",
    source="A. Charnes and W. W. Cooper, Chance-constrained programming, Management Science 6, 1959; J. R. "
    "Birge and F. Louveaux, Introduction to Stochastic Programming, 1997",
    draw=draw,
    knobs={"sources": Range(2, 8), "scenarios": Range(5, 30)},
)
