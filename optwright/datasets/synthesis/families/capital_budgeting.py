"""Which investments to make within the budget of every year."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw projects with outlays by year; a choice is planted, and the budgets pay for it."""
    draft = Draft("capital_budgeting")
    projects = dice.names("project", dice.knob("projects"))
    years = dice.knob("years")
    chosen = dice.some(projects, max(1, len(projects) // 2))
    outlay = [[dice.whole(2, 40) for _ in range(years)] for _ in projects]
    spent = [sum(row[t] for p, row in zip(projects, outlay, strict=True) if p in chosen) for t in range(years)]
    unit = dice.pick(["thousand dollars", "million dollars", "thousand euros", "million pounds"])
    draft.set("PROJECTS", projects, "projects")
    draft.add("sets", "YEARS", range=[1, years], description="years")
    draft.parameter("value", [dice.whole(10, 120) for _ in projects], f"net present value, {unit}", index=["PROJECTS"])
    draft.parameter("outlay", outlay, f"{unit} needed in a year", index=["PROJECTS", "YEARS"])
    draft.parameter("budget", [n + dice.whole(0, 12) for n in spent], f"{unit} to spend in a year", index=["YEARS"])
    parts = dice.chance(0.2)
    domain = "PercentFraction" if parts else "Binary"
    draft.variable("take", "share of a project" if parts else "whether it is done", index=["PROJECTS"], domain=domain)
    rule = "sum(outlay[p,t]*take[p] for p in PROJECTS) <= budget[t]"
    draft.constraint("within_budget", rule, "the budget of a year", "t in YEARS")
    _tell(draft, unit, parts)
    if not parts:
        choices = Choices(
            "take", "p in PROJECTS", projects, chosen, "carry out", "carrying out", "carried out", "projects"
        )
        add_choices(draft, dice, choices, dice.knob("sides"))
    goal(draft, "maximize", "sum(value[p]*take[p] for p in PROJECTS)", "total net present value", "what to invest in")
    return draft


def _tell(draft: Draft, unit: str, parts: bool) -> None:
    draft.fact(
        *ways(
            "[a council|a board|a firm|a management] [chooses among|considers] [some|a few] projects: {PROJECTS}",
            "the [projects|investments] [considered|on the table|proposed] are {PROJECTS}",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            f"the net present value of {{p}} is {{value[p]}} {unit}",
            f"{{p}} [has|brings] a net present value of {{value[p]}} {unit}",
        ),
        tells=["value"],
        for_each="p in PROJECTS",
        heading=f"net present value ({unit})",
    )
    draft.fact(
        *ways(
            f"{{p}} [needs|takes|calls for] {{outlay[p,t]}} {unit} in year {{t}}",
            f"in year {{t}}, {{p}} [costs|swallows] {{outlay[p,t]}} {unit}",
        ),
        tells=["outlay"],
        for_each="p in PROJECTS, t in YEARS",
        heading="outlay in year {t}",
    )
    draft.fact(
        *ways(
            f"in year {{t}} <at most> {{budget[t]}} {unit} <can> be spent",
            f"the budget of year {{t}} is {{budget[t]}} {unit}",
        ),
        tells=["budget", "within_budget"],
        for_each="t in YEARS",
        heading=f"budget ({unit})",
        place="rule",
    )
    yes_or_no = ("<each of> project is [either carried out whole or not at all|taken whole or left]",)
    shares = ("<each of> project can also be [taken|bought] in part, with the same part of its outlays and its value",)
    draft.fact(*ways(*(shares if parts else yes_or_no)), tells=["take"], place="rule")


FAMILY = Family(
    name="capital_budgeting",
    title="capital budgeting",
    group="finance",
    description="Projects need outlays in several years and have a net present value. Those are wanted that fit the "
    "yearly budgets and are worth most; some exclude or need each other.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, sections 3.6 and 9.2",
    draw=draw,
    knobs={"projects": Range(3, 30), "years": Range(1, 8), "sides": Range(0, 4)},
)
