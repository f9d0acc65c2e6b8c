"""How to split a sum of money over kinds of investment."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.sides import Amounts, add_sides
from optwright.datasets.synthesis.wording import goal, in_prose, ways


def draw(dice: Dice) -> Draft:
    """Draw investments with returns, perhaps risks; all limits hold for a planted split."""
    draft = Draft("money_split")
    assets = dice.names("asset", dice.knob("assets"))
    money = dice.pick(["dollars", "euros", "pounds"])
    planted = [dice.whole(1000, 40000, 500) for _ in assets]
    draft.set("ASSETS", assets, "investments")
    yields = [round(dice.whole(10, 140, 5) / 1000, 3) for _ in assets]
    draft.parameter("yield_of", yields, "yearly return as a share", index=["ASSETS"])
    draft.parameter("sum_to_invest", sum(planted), f"{money} to invest")
    draft.variable("invest", f"{money} invested", index=["ASSETS"])
    everything = dice.chance(0.4)
    relation = "==" if everything else "<="
    draft.constraint("all_money", f"sum(invest[a] for a in ASSETS) {relation} sum_to_invest", "the sum of money")
    _tell(draft, dice, money, everything)
    if dice.chance(0.4):
        _add_risk(draft, dice, planted)
    whole = "all the money invested"
    amounts = Amounts("invest", "ASSETS", assets, planted, money + " in {}", whole, "in {}", "invested", "")
    add_sides(draft, dice, amounts, dice.knob("sides"))
    noun = dice.pick(["total return", "yearly return", "return after one year"])
    goal(draft, "maximize", "sum(yield_of[a]*invest[a] for a in ASSETS)", noun, "how much to put into each investment")
    if len(assets) <= 4 and dice.chance(0.7):
        in_prose(draft)
    return draft


def _tell(draft: Draft, dice: Dice, money: str, everything: bool) -> None:
    who = dice.pick(["an investor", "a widow", "a pension fund", "a school trust", "a retired teacher", "a club"])
    draft.fact(
        *ways(
            f"{who} can [invest in|put money into|choose among] {{ASSETS}}",
            f"{{ASSETS}} are [open|offered] to {who} [for investment|who wants to invest|]",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways(
            "money [put into|invested in] {a} [earns|yields|returns] {yield_of[a]~} [a year|per year|yearly]",
            "the [yearly|annual] [return|yield] [on|of] {a} is {yield_of[a]~}",
        ),
        tells=["yield_of"],
        for_each="a in ASSETS",
        heading="yearly return",
    )
    all_of_it = (
        f"[exactly|all of the] {{sum_to_invest}} {money} must be invested",
        f"{{sum_to_invest}} {money} are to be invested, [all of it|to the last of them|completely]",
    )
    some_of_it = (
        f"<at most> {{sum_to_invest}} {money} <can> be invested",
        f"<there are> {{sum_to_invest}} {money} [to invest|available for investment], not all of which need be used",
    )
    says = all_of_it if everything else some_of_it
    draft.fact(*ways(*says), tells=["sum_to_invest", "all_money"], place="rule")


def _add_risk(draft: Draft, dice: Dice, planted: list[int]) -> None:
    risks = [dice.whole(1, 9) for _ in planted]
    average = sum(n * risk for n, risk in zip(planted, risks, strict=True)) / sum(planted)
    draft.parameter("risk", risks, "points of risk", index=["ASSETS"])
    draft.parameter("most_risk", int(average * 10 + 2) / 10, "greatest average risk")
    rule = "sum(risk[a]*invest[a] for a in ASSETS) <= most_risk*sum(invest[a] for a in ASSETS)"
    draft.constraint("average_risk", rule, "the average risk of the money invested")
    draft.fact(
        *ways(
            "the risk [of|with] {a} is [rated at|put at] {risk[a]} points",
            "one [reckons|has to reckon] with {risk[a]} points of risk for {a}",
        ),
        tells=["risk"],
        for_each="a in ASSETS",
        heading="points of risk",
    )
    draft.fact(
        *ways(
            "the average risk of the money invested, weighted by amount, must not [exceed|be above] {most_risk} points",
            "weighted by amount, the average risk of all money invested can be <most> {most_risk} points",
        ),
        tells=["most_risk", "average_risk"],
        place="rule",
    )


FAMILY = Family(
    name="money_split",
    title="splitting money over investments",
    group="finance",
    description="A sum of money is split over investments with known returns, with limits on shares, on amounts "
    "and perhaps on the average risk. The split that returns most is wanted.",
    source="F. S. Hillier and G. J. Lieberman, Introduction to Operations Research, 9th edition, 2010, chapter 3",
    draw=draw,
    knobs={"assets": Range(2, 12), "sides": Range(1, 6)},
)
