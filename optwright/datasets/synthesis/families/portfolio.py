"""How to spread a sum over investments when return, risk and terms are given."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

WHO = "[an investor|a bank|a pension fund|an insurance company|a charity]"


def draw(dice: Dice) -> Draft:
    """Draw assets; amounts are planted, and all limits hold for them."""
    draft = Draft("portfolio")
    assets = dice.names("asset", dice.knob("assets"))
    planted = [dice.whole(5, 60) for _ in assets]
    budget = sum(planted)
    draft.set("ASSETS", assets, "investments")
    draft.parameter("rate", [dice.whole(15, 140) / 1000 for _ in assets], "yearly return", index=["ASSETS"])
    draft.parameter("budget", budget, "thousand dollars to invest")
    draft.variable("invest", "thousand dollars in each", index=["ASSETS"])
    spend_all = dice.chance(0.5)
    draft.constraint("spend", f"sum(invest[a] for a in ASSETS) {'==' if spend_all else '<='} budget", "the budget")
    total = "sum(rate[a]*invest[a] for a in ASSETS)"
    goal(draft, "maximize", total, "yearly return", "how much to invest in each of them")
    _tell(draft, spend_all)
    share = round(max(planted) / budget + dice.whole(1, 6) / 100, 2)
    draft.parameter("most_share", share, "largest share of the budget in one investment")
    draft.constraint("spread", "invest[a] <= most_share*budget", "the risk is spread", "a in ASSETS")
    draft.fact(
        *ways(
            "<at most> {most_share~} of the [sum|money] may [go into|be put into] any one [investment|of them]",
            "no [single |]investment may take more than {most_share~} of the [sum|money]",
        ),
        tells=["most_share", "spread"],
        place="rule",
    )
    for feature in dice.some([_risk, _term, _pair, _floor], dice.knob("sides")):
        feature(draft, dice, assets, planted)
    return draft


def _tell(draft: Draft, spend_all: bool) -> None:
    exactly = "all of it is to be invested" if spend_all else "not all of it need be invested"
    draft.fact(
        *ways(
            f"{WHO} [has|disposes of] {{budget}} thousand dollars for {{ASSETS}}, and {exactly}",
            f"{WHO} [puts|can put] {{budget}} thousand dollars into {{ASSETS}}; {exactly}",
            f"{{budget}} thousand dollars are to be [spread over|divided among] {{ASSETS}} by {WHO}, and {exactly}",
        ),
        tells=["budget", "spend"],
        place="setting",
    )
    draft.fact(
        *ways(
            "the [yearly|annual] return on {a} is {rate[a]~}",
            "[money|what is put] in {a} <earns> {rate[a]~} a year",
            "{a}: a return of {rate[a]~} [a year|per annum]",
        ),
        tells=["rate"],
        for_each="a in ASSETS",
        heading="return",
    )


def _risk(draft: Draft, dice: Dice, assets: list[str], planted: list[int]) -> None:
    grade = [dice.whole(1, 9) for _ in assets]
    mean = sum(g * x for g, x in zip(grade, planted, strict=True)) / sum(planted)
    draft.parameter("grade", grade, "risk grade", index=["ASSETS"])
    draft.parameter("worst", round(mean + 0.1, 1), "highest average risk grade")
    total = "sum(grade[a]*invest[a] for a in ASSETS) <= worst*sum(invest[a] for a in ASSETS)"
    draft.constraint("risk", total, "average risk")
    draft.fact(
        "the risk grade of {a} is {grade[a]}",
        "{a} [has|carries] a risk grade of {grade[a]}",
        tells=["grade"],
        for_each="a in ASSETS",
        heading="risk grade",
    )
    draft.fact(
        "the average risk grade of the money invested [must not exceed|may be at most|must not be above] {worst}",
        "on average, weighted by amount, the risk grade of what is invested [may|must] not be [above|more than] "
        "{worst}",
        tells=["worst", "risk"],
        place="rule",
    )


def _term(draft: Draft, dice: Dice, assets: list[str], planted: list[int]) -> None:
    years = [dice.whole(1, 15) for _ in assets]
    mean = sum(y * x for y, x in zip(years, planted, strict=True)) / sum(planted)
    draft.parameter("years", years, "years to maturity", index=["ASSETS"])
    draft.parameter("longest", round(mean + 0.1, 1), "longest average term")
    total = "sum(years[a]*invest[a] for a in ASSETS) <= longest*sum(invest[a] for a in ASSETS)"
    draft.constraint("term", total, "average term")
    draft.fact(
        "what goes into {a} [stays there|cannot be had back] for {years[a]} years",
        "money in {a} is tied up for {years[a]} years",
        tells=["years"],
        for_each="a in ASSETS",
        heading="years tied up",
    )
    draft.fact(
        "the average time for which the invested money is tied up [must not exceed|may be at most] {longest} years",
        "on average, [the money invested|each dollar invested] may be tied up for [no more than|at most] {longest} "
        "years",
        tells=["longest", "term"],
        place="rule",
    )


def _pair(draft: Draft, dice: Dice, assets: list[str], planted: list[int]) -> None:
    one, other = dice.some(range(len(assets)), 2)
    more, less = (one, other) if planted[one] >= planted[other] else (other, one)
    draft.constraint("pair", f"invest[{assets[more]!r}] >= invest[{assets[less]!r}]", "one at least as much as another")
    draft.fact(
        "at least as much [money |]must go into {a} as into {b}",
        "the amount in {b} must not [exceed|be more than] [that|the amount] in {a}",
        tells=["pair"],
        for_each=f"a in [{assets[more]!r}], b in [{assets[less]!r}]",
        place="rule",
    )


def _floor(draft: Draft, dice: Dice, assets: list[str], planted: list[int]) -> None:
    asset = dice.whole(0, len(assets) - 1)
    draft.parameter("least", max(1, planted[asset] - dice.whole(0, 5)), f"least amount in {assets[asset]}")
    draft.constraint("enough", f"invest[{assets[asset]!r}] >= least", f"enough in {assets[asset]}")
    draft.fact(
        *ways(
            "<at least> {least} thousand dollars must go into {a}",
            "the amount in {a} must not [fall|be] below {least} thousand dollars",
        ),
        tells=["least", "enough"],
        for_each=f"a in [{assets[asset]!r}]",
        place="rule",
    )


FAMILY = Family(
    name="portfolio",
    title="portfolio selection (linear)",
    group="finance",
    description="A sum is spread over investments with given returns so that limits on shares, risk grade and term "
    "are kept and the yearly return is highest.",
    source="W. L. Winston, Operations Research: Applications and Algorithms, 4th edition, 2004, chapter 3 (financial "
    "planning)",
    draw=draw,
    knobs={"assets": Range(3, 80), "sides": Range(0, 3)},
)
