"""Which projects to fund when several budgets or resources limit the choice."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, add_choices
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SKINS = (
    (
        "project",
        "projects",
        "[a city|a council|a foundation|a development fund]",
        "thousand dollars",
        "benefit",
        "budget",
    ),
    ("product", "product lines", "[a manufacturer|a firm|a family business]", "hundred hours", "profit", "resource"),
    ("venture", "investments", "[an investor|a bank|a fund]", "thousand dollars", "present value", "year"),
)
LIMITS = {
    "budget": ("the building budget", "the staff budget", "the energy budget", "the planning budget", "the land fund"),
    "resource": ("design", "tooling", "testing", "marketing", "assembly"),
    "year": ("year 1", "year 2", "year 3", "year 4", "year 5"),
}


def draw(dice: Dice) -> Draft:
    """Draw projects and budgets; some projects are planted, and every budget is a little more than they take."""
    draft = Draft("multidimensional_knapsack")
    kind, noun, who, unit, value, limit = dice.pick(SKINS)
    projects = dice.names(kind, dice.knob("projects"))
    limits = list(LIMITS[limit])[: dice.knob("limits")]
    takes = [[dice.whole(1, 40) for _ in limits] for _ in projects]
    planted = dice.some(range(len(projects)), max(1, len(projects) // 2))
    draft.set("PROJECTS", projects, noun)
    draft.set("LIMITS", limits, f"{limit}s")
    draft.parameter("gain", [dice.whole(10, 99) for _ in projects], f"{value} of each", index=["PROJECTS"])
    draft.parameter("takes", takes, unit, index=["PROJECTS", "LIMITS"])
    spent = [sum(takes[p][r] for p in planted) for r in range(len(limits))]
    draft.parameter("budget", [s + dice.whole(0, 12) for s in spent], unit, index=["LIMITS"])
    draft.variable("choose", "whether it is chosen", index=["PROJECTS"], domain="Binary")
    draft.constraint("within", "sum(takes[p,r]*choose[p] for p in PROJECTS) <= budget[r]", "budgets", "r in LIMITS")
    goal(draft, "maximize", "sum(gain[p]*choose[p] for p in PROJECTS)", f"total {value}", f"which {noun} to choose")
    _tell(draft, (noun, who, unit, value, limit))
    names = [projects[p] for p in planted]
    called = "the {} line" if kind == "product" else "{}"
    choices = Choices("choose", "p in PROJECTS", projects, names, "choose", "choosing", "chosen", noun, called)
    add_choices(draft, dice, choices, dice.knob("sides"))
    return draft


def _tell(draft: Draft, words: tuple[str, str, str, str, str]) -> None:
    noun, who, unit, value, limit = words
    draft.fact(
        *ways(
            f"{who} [chooses|selects|picks] among [the |]{noun} {{PROJECTS}}, [entirely|each as a whole] or not at all",
            f"{who} [considers|weighs] {{PROJECTS}}; [each|every] one is [taken|chosen] [as a whole|in full] or not",
            f"{{PROJECTS}} are the {noun} open to {who}; none [can|may] be [taken|chosen] in part",
        ),
        tells=["choose"],
        place="setting",
    )
    one = "the {p} line" if noun == "product lines" else "{p}"
    draft.fact(
        *ways(
            f"the {value} of {one} is {{gain[p]}} thousand dollars",
            f"{one} [would bring|promises|is expected to yield] {{gain[p]}} thousand dollars of {value}",
        ),
        tells=["gain"],
        for_each="p in PROJECTS",
        heading=f"{value} (thousand $)",
    )
    source = {"budget": "from {r}", "resource": "of {r}", "year": "in {r}"}[limit]
    draft.fact(
        *ways(
            f"{one} <needs> {{takes[p,r]}} {unit} {source}",
            f"{{takes[p,r]}} {unit} {source} [are needed for|go into|are taken up by] {one}",
        ),
        tells=["takes"],
        for_each="p in PROJECTS, r in LIMITS",
        heading=f"{unit} needed {source}",
    )
    draft.fact(
        *ways(
            f"<at most> {{budget[r]}} {unit} [can be taken|can come|are available] {source}"
            if limit == "budget"
            else f"<at most> {{budget[r]}} {unit} {source} [can be spent|are available]",
            f"{{r}} [has|holds|is worth] {{budget[r]}} {unit}"
            if limit == "budget"
            else f"there are {{budget[r]}} {unit} [available |to spend |]{source}",
        ),
        tells=["budget", "within"],
        for_each="r in LIMITS",
        heading=f"limit ({unit})",
        place="rule",
    )


FAMILY = Family(
    name="multidimensional_knapsack",
    title="multidimensional knapsack",
    group="packing",
    description="Projects are chosen as a whole or not at all so that each of several budgets is kept and the total "
    "benefit is largest; projects may exclude or require one another.",
    source="J. H. Lorie and L. J. Savage, Three Problems in Rationing Capital, Journal of Business 28, 1955; H. "
    "Kellerer, U. Pferschy and D. Pisinger, Knapsack Problems, 2004, chapter 9",
    draw=draw,
    knobs={"projects": Range(3, 80), "limits": Range(2, 5), "sides": Range(0, 3)},
)
