"""How much to allot to each of a few departments, with limits on some of them together."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways, whole

SKINS = (
    ("[a school|a college] divides [places|seats] among its departments", "places", "{} places", "department"),
    ("[a hospital|a clinic] divides beds among its wards", "beds", "beds of {}", "ward"),
    ("[a city|a council] divides work crews among its districts", "crews", "crews in {}", "district"),
    ("[a broadcaster|a radio station] divides hours among programmes", "hours", "hours of {}", "programme"),
    ("[an army|a relief agency] divides units among its camps", "units", "units at {}", "camp"),
    ("[a firm|a company] divides its staff among teams", "people", "people in {}", "crew"),
)


def draw(dice: Dice) -> Draft:
    """Draw departments, costs or gains, and limits on sums of some of them that a planted division meets."""
    draft = Draft("allotment")
    setting, unit, amount, kind = dice.pick(SKINS)
    members = dice.names(kind, dice.knob("members"))
    planted = [dice.whole(5, 60) for _ in members]
    least = dice.chance(0.5)
    integral = unit != "hours" or dice.chance(0.5)
    draft.set("MEMBERS", members, f"{kind}s")
    domain = "NonNegativeIntegers" if integral else "NonNegativeReals"
    draft.variable("give", f"{unit} given", index=["MEMBERS"], domain=domain)
    draft.fact(*ways(f"{setting}: {{MEMBERS}}", f"{setting}, namely {{MEMBERS}}"), tells=[], place="setting")
    name, noun = ("cost", "total cost") if least else ("gain", dice.pick(["total benefit", "total effect"]))
    draft.parameter(name, [dice.whole(2, 90) for _ in members], f"{name} of one", index=["MEMBERS"])
    one, verb, money = amount.replace("{}", "{m}"), "costs" if least else "is worth", "dollars" if least else "points"
    draft.fact(
        *ways(
            f"<each of> one of the {one} {verb} {{{name}[m]}} {money}",
            f"the {name} of <each of> one of the {one} is {{{name}[m]}} {money}",
        ),
        tells=[name],
        for_each="m in MEMBERS",
        heading="dollars each" if least else "points each",
    )
    amounts = Amounts("give", "MEMBERS", members, planted, amount, f"all {unit}", amount, "provided", "")
    for number in range(dice.knob("limits")):
        _add_sum(draft, dice, amounts, number + 1, ">=" if least or number else "<=")
    if least:
        _add_bottom(draft, sum(planted) * dice.whole(6, 9) // 10, unit)
    else:
        _add_top(draft, sum(planted), unit)
    add_sides(draft, dice, amounts, dice.knob("sides"))
    if integral:
        whole(draft, "give", unit)
    total = f"sum({name}[m]*give[m] for m in MEMBERS)"
    goal(draft, "minimize" if least else "maximize", total, noun, f"how many {unit} to give to each")
    if len(members) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _add_sum(draft: Draft, dice: Dice, amounts: Amounts, number: int, sense: str) -> None:
    """Limit the sum of two or three, perhaps counted differently."""
    some = dice.some(range(len(amounts.members)), dice.whole(2, min(3, len(amounts.members))))
    factors = [dice.whole(1, 4) for _ in some] if dice.chance(0.5) else [1] * len(some)
    reached = sum(f * amounts.planted[m] for f, m in zip(factors, some, strict=True))
    limit = int(reached * (dice.real(0.6, 0.95, 2) if sense == ">=" else dice.real(1.05, 1.3, 2)))
    terms = [(f"{f}*" if f > 1 else "") + amounts.of(m) for f, m in zip(factors, some, strict=True)]
    times = {1: "", 2: "twice ", 3: "three times ", 4: "four times "}
    said = [f"{times[f]}the number of {amounts.called(m)}" for f, m in zip(factors, some, strict=True)]
    words = ", ".join(said[:-1]) + " [and|plus] " + said[-1]
    draft.parameter(f"limit_{number}", limit, "limit of the sum")
    rule = " + ".join(terms) + f" {sense} limit_{number}"
    draft.constraint(f"sum_{number}", rule, "some of them together")
    comparison = "<least>" if sense == ">=" else "<most>"
    beyond = "[fall below|be less than]" if sense == ">=" else "[exceed|be more than]"
    draft.fact(
        *ways(
            f"{words} must [together |]be {comparison} {{limit_{number}}}",
            f"the sum of {words} must not {beyond} {{limit_{number}}}".replace("[and|plus]", "and"),
            f"[added up|taken together], {words} must not {beyond} {{limit_{number}}}",
        ),
        tells=[f"limit_{number}", f"sum_{number}"],
        place="rule",
    )


def _add_top(draft: Draft, top: int, unit: str) -> None:
    draft.parameter("at_hand", top, f"{unit} at hand")
    draft.constraint("all_given", "sum(give[m] for m in MEMBERS) <= at_hand", f"{unit} at hand")
    draft.fact(
        *ways(
            f"<there are> {{at_hand}} {unit} [to divide|in all|<available>]",
            f"<at most> {{at_hand}} {unit} <can> be given out [in all|altogether]",
        ),
        tells=["at_hand", "all_given"],
        place="rule",
    )


def _add_bottom(draft: Draft, least: int, unit: str) -> None:
    draft.parameter("least_in_all", least, f"least {unit} in all")
    draft.constraint("enough", "sum(give[m] for m in MEMBERS) >= least_in_all", f"enough {unit} in all")
    draft.fact(
        *ways(
            f"<at least> {{least_in_all}} {unit} <must> be provided [in all|altogether|in total]",
            f"[in all|altogether] <at least> {{least_in_all}} {unit} are [needed|required]",
        ),
        tells=["least_in_all", "enough"],
        place="rule",
    )


FAMILY = Family(
    name="allotment",
    title="allotment with limits on sums",
    group="mix",
    description="Something countable is divided among a few departments, with limits on the numbers of some of "
    "them together, on differences and on shares, at the least cost or with the largest benefit.",
    source="H. A. Taha, Operations Research: An Introduction, 8th edition, 2007, chapter 2",
    draw=draw,
    knobs={"members": Range(2, 8), "limits": Range(1, 5), "sides": Range(0, 5)},
)
