"""How to spread wealth over assets when their returns vary."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

WHO = "[an investor|a fund manager|a foundation|a pension fund]"


def draw(dice: Dice) -> Draft:
    """Draw returns and a positive definite covariance; equal shares reach the return that is asked for."""
    draft = Draft("markowitz")
    assets = dice.names("asset", dice.knob("assets"))
    n = range(len(assets))
    lean = [dice.whole(1, 9) for _ in n]
    own = [dice.whole(5, 60) for _ in n]
    rate = [dice.whole(20, 150) / 10 for _ in n]
    planted = [1 / len(assets) for _ in n]
    draft.set("ASSETS", assets, "assets")
    draft.parameter("rate", rate, "expected return in percent", index=["ASSETS"])
    bound = dice.chance(0.5)
    if bound:
        draft.parameter("most", round(1 / len(assets) + dice.whole(5, 40) / 100, 2), "largest share of one asset")
    upper = {"upper": "most"} if bound else {"upper": 1}
    draft.variable("share", "share of the wealth in each asset", index=["ASSETS"], **upper)
    draft.constraint("whole", "sum(share[a] for a in ASSETS) == 1", "all of the wealth is invested")
    if dice.chance(0.5):
        cov = [[lean[i] * lean[j] + (own[i] if i == j else 0) for j in n] for i in n]
        draft.parameter("cov", cov, "covariance of returns", index=["ASSETS", "ASSETS"])
        variance = "sum(cov[a,b]*share[a]*share[b] for a in ASSETS for b in ASSETS)"
    else:
        draft.parameter("variance", [own[i] + lean[i] ** 2 for i in n], "variance of return", index=["ASSETS"])
        variance = "sum(variance[a]*share[a]**2 for a in ASSETS)"
    _tell(draft, bound, "cov[" in variance)
    mean = sum(p * r for p, r in zip(planted, rate, strict=True))
    _goal(draft, dice, variance, mean)
    return draft


def _goal(draft: Draft, dice: Dice, variance: str, mean: float) -> None:
    returns = "sum(rate[a]*share[a] for a in ASSETS)"
    if dice.chance(0.6):
        draft.parameter("target", round(mean - dice.real(0, 1.5), 1), "least expected return in percent")
        draft.constraint("earn", f"{returns} >= target", "expected return")
        goal(draft, "minimize", variance, "variance of the portfolio's return", "which share each asset gets")
        draft.fact(
            *ways(
                "the expected return of the portfolio must be <at least> {target} percent",
                "an expected return of <at least> {target} percent is [wanted|required|asked for]",
            ),
            tells=["target", "earn"],
            place="rule",
        )
    else:
        draft.parameter("aversion", dice.whole(2, 12) / 100, "weight of the variance")
        noun = "expected return less the weighted variance"
        goal(draft, "maximize", f"{returns} - aversion*({variance})", noun, "which share each asset gets")
        draft.fact(
            "the variance of the portfolio's return [counts against|is weighed against] its expected return (in "
            "percent) with a weight of {aversion}",
            "[each|every] unit of variance of the portfolio's return is [held to offset|as bad as losing] {aversion} "
            "percent of expected return",
            tells=["aversion"],
            place="goal",
        )


def _tell(draft: Draft, bound: bool, pairs: bool) -> None:
    draft.fact(
        f"{WHO} [spreads|divides] [all of its|its whole] wealth [over|among] {{ASSETS}}",
        f"[all of the|the whole] wealth of {WHO} is to be [spread over|divided among] {{ASSETS}}",
        f"{WHO} invests [all of its|its whole] wealth in {{ASSETS}}",
        tells=["whole"],
        place="setting",
    )
    draft.fact(
        "the expected return on {a} is {rate[a]} percent",
        "{a} [can|may] be expected to bring {rate[a]} percent",
        "an expected return of {rate[a]} percent goes with {a}",
        tells=["rate"],
        for_each="a in ASSETS",
        heading="expected return (%)",
    )
    if pairs:
        draft.fact(
            "the covariance of the returns on {a} and {b} is {cov[a,b]}",
            "between {a} and {b} the covariance of returns is {cov[a,b]}",
            tells=["cov"],
            for_each="a in ASSETS, b in ASSETS",
            heading="covariance with {b}",
        )
    else:
        draft.fact(
            "the variance of the return on {a} is {variance[a]}",
            "the return on {a} has a variance of {variance[a]}",
            tells=["variance"],
            for_each="a in ASSETS",
            heading="variance of the return",
        )
        draft.fact(
            "the returns [vary independently|are independent of each other|are uncorrelated]",
            "[there is|one can assume] no correlation between the returns",
            tells=["objective"],
            place="rule",
        )
    if bound:
        draft.fact(
            *ways(
                "<at most> {most~} of the wealth may [go into|be in] any one asset",
                "no [single |]asset may [take|have] more than {most~} of the wealth",
            ),
            tells=["most"],
            place="rule",
        )


FAMILY = Family(
    name="markowitz",
    title="mean-variance portfolio",
    group="finance",
    description="Wealth is spread over assets so that the variance of the return is least for an expected return, or "
    "the expected return less a multiple of the variance is greatest.",
    source="H. Markowitz, Portfolio Selection, Journal of Finance 7, 1952",
    draw=draw,
    knobs={"assets": Range(3, 30)},
)
