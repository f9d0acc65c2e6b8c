"""Water from a reservoir through canals to fields, month by month."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw inflows, canal sizes and needs; benefits of water differ, and the reservoir carries over."""
    draft = Draft("irrigation")
    fields = dice.names("crop", dice.knob("fields"))
    months = dice.knob("months")
    inflow = [dice.whole(20, 120, 5) for _ in range(months)]
    draft.set("FIELDS", fields, "fields")
    draft.add("sets", "T", range=[1, months], description="months")
    draft.parameter("inflow", inflow, "thousand cubic metres that flow in", index=["T"])
    need = [[dice.whole(10, 60, 5) for _ in range(months)] for _ in fields]
    draft.parameter("need", need, "most water that is of use", index=["FIELDS", "T"])
    draft.parameter(
        "worth", [dice.whole(20, 90) for _ in fields], "dollars for a thousand cubic metres", index=["FIELDS"]
    )
    draft.parameter("size", dice.whole(80, 250, 10), "most water in the reservoir")
    draft.parameter("initial", dice.whole(10, 60, 10), "water in the reservoir at first")
    draft.variable("give", "water given to a field", index=["FIELDS", "T"])
    draft.variable("spill", "water let go", index=["T"])
    draft.variable("level", "water in the reservoir at the end of a month", index=["T"])
    before = "(level[t-1] if t > first(T) else initial)"
    rule = f"{before} + inflow[t] == sum(give[f,t] for f in FIELDS) + spill[t] + level[t]"
    draft.constraint("reservoir", rule, "water of a month", "t in T")
    draft.constraint("of_use", "give[f,t] <= need[f,t]", "no more than is of use", "f in FIELDS, t in T")
    draft.constraint("dam", "level[t] <= size", "size of the reservoir", "t in T")
    _tell(draft)
    if dice.chance(0.5):
        draft.parameter("canal", dice.whole(40, 90, 5), "most water through the canal in a month")
        draft.constraint("canal_size", "sum(give[f,t] for f in FIELDS) <= canal", "size of the canal", "t in T")
        draft.fact(
            *ways(
                "all water goes through one canal that takes <most> {canal} thousand cubic metres a month",
                "the canal to the fields carries <most> {canal} thousand cubic metres in any month",
            ),
            tells=["canal", "canal_size"],
            place="rule",
        )
    if dice.chance(0.5):
        draft.parameter("river", min(inflow) // 10 * 5, "least water let go in a month")
        draft.constraint("for_river", "spill[t] >= river", "water for the river", "t in T")
        draft.fact(
            *ways(
                "<at least> {river} thousand cubic metres <must> be let go into the river every month",
                "for the sake of the fish, <least> {river} thousand cubic metres are released to the river each month",
            ),
            tells=["river", "for_river"],
            place="rule",
        )
    if dice.chance(0.5):
        goal(
            draft,
            "maximize",
            "sum(worth[f]*give[f,t] for f in FIELDS for t in T)",
            "total benefit",
            "how to share the water",
        )
    else:
        short = "sum(worth[f]*(need[f,t] - give[f,t]) for f in FIELDS for t in T)"
        goal(draft, "minimize", short, "total loss from water that is of use but not given", "how to share the water")
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "a reservoir waters fields of {FIELDS} in months {T}",
            "fields of {FIELDS} get their water from a reservoir in months {T}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "{inflow[t]} thousand cubic metres flow into the reservoir in month {t}",
            "the inflow of month {t} is {inflow[t]} thousand cubic metres",
        ),
        tells=["inflow", "reservoir"],
        for_each="t in T",
        heading="inflow (thousand m3)",
    )
    draft.fact(
        *ways(
            "in month {t} the {f} can use <most> {need[f,t]} thousand cubic metres",
            "more than {need[f,t]} thousand cubic metres for the {f} are not allowed in month {t}",
        ),
        tells=["need", "of_use"],
        for_each="f in FIELDS, t in T",
        heading="most in month {t} (thousand m3)",
    )
    draft.fact(
        *ways(
            "a thousand cubic metres are worth {worth[f]} dollars on the {f}",
            "for the {f}, water is worth {worth[f]} dollars a thousand cubic metres",
        ),
        tells=["worth"],
        for_each="f in FIELDS",
        heading="worth of a thousand m3 (dollars)",
    )
    draft.fact(
        *ways(
            "the reservoir holds <most> {size} thousand cubic metres; water can be let go at any time",
            "<at most> {size} thousand cubic metres fit into the reservoir, from which water can always be let go",
        ),
        tells=["size", "dam"],
        place="rule",
    )
    draft.fact(
        *ways(
            "at first there are {initial} thousand cubic metres in the reservoir",
            "the reservoir starts with {initial} thousand cubic metres",
        ),
        tells=["initial", "reservoir"],
        place="rule",
    )


FAMILY = Family(
    name="irrigation",
    title="water from a reservoir",
    group="agriculture",
    description="A reservoir with known inflows waters several fields over some months; canal, dam and river set"
    " limits. The sharing of the water with the largest benefit is wanted.",
    source="D. P. Loucks and E. van Beek, Water Resource Systems Planning and Management, 2005, chapter 4",
    draw=draw,
    knobs={"fields": Range(2, 10), "months": Range(2, 12)},
)
