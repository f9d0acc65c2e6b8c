"""How much of each remedy or feed to give: enough of one thing, not too much of another."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

SKINS = (
    ("a patient takes", "remedy", ("pain killer", "sleeping agent", "anti-inflammatory", "iron", "zinc"), "a day"),
    ("a gardener spreads", "mixture", ("nitrogen", "phosphate", "potash", "lime", "magnesium"), "a season"),
    ("a zoo feeds", "fodder", ("protein", "fat", "fibre", "sugar", "calcium"), "a day"),
    ("a cleaning firm mixes", "cleaner", ("bleach", "soap", "scent", "alcohol", "water softener"), "a week"),
)


def draw(dice: Dice) -> Draft:
    """Draw contents; a planted dose fixes which contents have a least and which a greatest amount."""
    draft = Draft("doses")
    setting, kind, known, when = dice.pick(SKINS)
    remedies = dice.names(kind, dice.knob("remedies"))
    contents = dice.shuffled(known)[: dice.knob("contents")]
    planted = [dice.whole(3, 25) for _ in remedies]
    holds = [[dice.whole(1, 12) for _ in contents] for _ in remedies]
    draft.set("REMEDIES", remedies, "products")
    draft.variable("dose", "units given", index=["REMEDIES"], domain="NonNegativeIntegers")
    draft.fact(*ways(f"{setting} {{REMEDIES}}", f"{setting} some of {{REMEDIES}}"), tells=[], place="setting")
    lower = contents[: max(1, len(contents) // 2)]
    upper = contents[len(lower) :]
    reached = {c: sum(row[k] * n for row, n in zip(holds, planted, strict=True)) for k, c in enumerate(contents)}
    draft.set("CONTENTS", contents, "contents")
    draft.parameter("holds", holds, "milligrams in one unit", index=["REMEDIES", "CONTENTS"])
    draft.fact(
        *ways(
            "<each of> unit of {r} [contains|holds|has] {holds[r,c]} milligrams of {c}",
            "there are {holds[r,c]} milligrams of {c} in <each of> unit of {r}",
        ),
        tells=["holds"],
        for_each="r in REMEDIES, c in CONTENTS",
        heading="milligrams of {c}",
    )
    _add_limits(draft, "NEEDED", lower, [reached[c] * 9 // 10 for c in lower], when)
    maximise = bool(upper) and dice.chance(0.35)
    if upper:
        _add_limits(draft, "LIMITED", upper, [reached[c] * 11 // 10 + 1 for c in upper], when)
    amounts = Amounts("dose", "REMEDIES", remedies, planted, "units of {}", "all units", "{}", "given", "units")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    whole(draft, "dose", "units")
    task = "how many units of each to give"
    if maximise:
        best = dice.pick(lower)
        goal(draft, "maximize", f"sum(holds[r,{best!r}]*dose[r] for r in REMEDIES)", f"total amount of {best}", task)
    elif upper and dice.chance(0.5):
        worst = dice.pick(upper)
        goal(draft, "minimize", f"sum(holds[r,{worst!r}]*dose[r] for r in REMEDIES)", f"total amount of {worst}", task)
    else:
        goal(draft, "minimize", "sum(dose[r] for r in REMEDIES)", "total number of units", task)
    if len(remedies) * len(contents) <= 9 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _add_limits(draft: Draft, name: str, contents: list[str], limits: list[int], when: str) -> None:
    least = name == "NEEDED"
    parameter, constraint = ("least", "enough") if least else ("most", "not_too_much")
    draft.set(name, contents, "needed contents" if least else "limited contents")
    draft.parameter(parameter, limits, f"milligrams {when}", index=[name])
    sense = ">=" if least else "<="
    rule = f"sum(holds[r,c]*dose[r] for r in REMEDIES) {sense} {parameter}[c]"
    draft.constraint(constraint, rule, f"{parameter} amounts", f"c in {name}")
    number = f"{{{parameter}[c]}} milligrams"
    says = (
        (f"<at least> {number} of {{c}} are needed {when}", f"there must be <least> {number} of {{c}} {when}")
        if least
        else (f"<at most> {number} of {{c}} are allowed {when}", f"more than {number} of {{c}} {when} would do harm")
    )
    draft.fact(
        *ways(*says),
        tells=[parameter, constraint],
        for_each=f"c in {name}",
        heading="at least (mg)" if least else "at most (mg)",
        place="rule",
    )


FAMILY = Family(
    name="doses",
    title="doses with needed and limited contents",
    group="blending",
    description="Remedies, feeds or mixtures with several contents are given in whole units: enough of some "
    "contents, not too much of others, with as few units or as little of one content as possible.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, section 3.4",
    draw=draw,
    knobs={"remedies": Range(2, 6), "contents": Range(2, 5), "sides": Range(0, 4)},
)
