"""Which dishes to serve on which day of a canteen's plan."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw dishes of several kinds with cost and taste; one of each kind a day, and dishes are not repeated often."""
    draft = Draft("menu_planning")
    days = dice.knob("days")
    soups = dice.some(["leek soup", "tomato soup", "pea soup", "onion soup", "fish soup"], 2 + days // 3)
    mains = dice.some(
        ["lasagne", "goulash", "curry", "baked cod", "risotto", "meat loaf", "stir-fry", "quiche", "moussaka"],
        3 + days // 2,
    )
    dishes = soups + mains
    cost = [dice.real(1, 4, 2) if dish in soups else dice.real(3, 9, 2) for dish in dishes]
    draft.set("SOUPS", soups, "soups")
    draft.set("MAINS", mains, "main dishes")
    draft.set("DISHES", dishes, "dishes")
    draft.add("sets", "DAYS", range=[1, days], description="days")
    draft.parameter("cost", cost, "dollars a head", index=["DISHES"])
    energy = [dice.whole(8, 30) * 10 if dish in soups else dice.whole(40, 90) * 10 for dish in dishes]
    draft.parameter("energy", energy, "kilocalories", index=["DISHES"])
    draft.parameter("least", min(energy[: len(soups)]) + min(energy[len(soups) :]) + 50, "least kilocalories a day")
    times = max(-(-days // len(soups)), -(-days // len(mains))) + dice.whole(0, 1)
    draft.parameter("times", times, "most days for a dish")
    draft.variable("serve", "whether the dish is served", index=["DISHES", "DAYS"], domain="Binary")
    draft.constraint("one_soup", "sum(serve[i,d] for i in SOUPS) == 1", "one soup a day", "d in DAYS")
    draft.constraint("one_main", "sum(serve[i,d] for i in MAINS) == 1", "one main dish a day", "d in DAYS")
    draft.constraint("filling", "sum(energy[i]*serve[i,d] for i in DISHES) >= least", "enough to eat", "d in DAYS")
    draft.constraint("not_too_often", "sum(serve[i,d] for d in DAYS) <= times", "variety", "i in DISHES")
    _tell(draft)
    if dice.chance(0.5):
        draft.constraint(
            "not_next_day",
            "serve[i,d] + serve[i,d+1] <= 1",
            "no repetition",
            "i in DISHES, d in DAYS if d < last(DAYS)",
        )
        draft.fact(
            *ways("no dish is served on two days running", "a dish must not come again on the very next day"),
            tells=["not_next_day"],
            place="rule",
        )
    if dice.chance(0.5):
        goal(
            draft,
            "minimize",
            "sum(cost[i]*serve[i,d] for i in DISHES for d in DAYS)",
            "total cost a head",
            "what to serve when",
        )
    else:
        draft.parameter("liked", [dice.whole(1, 10) for _ in dishes], "points of liking", index=["DISHES"])
        draft.parameter("budget", round(sum(sorted(cost)[-2:]) * days * 0.8, 1), "dollars a head")
        draft.constraint(
            "within_budget", "sum(cost[i]*serve[i,d] for i in DISHES for d in DAYS) <= budget", "the budget"
        )
        draft.fact(
            *ways("the guests give {i} {liked[i]} points", "{i} gets {liked[i]} points [from the guests|in a survey]"),
            tells=["liked"],
            for_each="i in DISHES",
            heading="points",
        )
        draft.fact(
            *ways(
                "<at most> {budget} dollars a head <can> be spent [over all days|in all]",
                "the budget for all days together is {budget} dollars a head",
            ),
            tells=["budget", "within_budget"],
            place="rule",
        )
        total = "sum(liked[i]*serve[i,d] for i in DISHES for d in DAYS)"
        goal(draft, "maximize", total, "total number of points of what is served", "what to serve when")
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "a [canteen|school kitchen|caterer] plans days {DAYS}; soups are {SOUPS}, and main dishes are {MAINS}",
            "for days {DAYS} a [canteen|hospital kitchen|caterer] can serve {SOUPS} as soups and {MAINS} "
            "as main dishes",
        ),
        tells=[],
        place="setting",
    )
    draft.fact(
        *ways("{i} costs {cost[i]} dollars a head", "a helping of {i} costs {cost[i]} dollars"),
        tells=["cost"],
        for_each="i in DISHES",
        heading="dollars a head",
    )
    draft.fact(
        *ways("{i} has {energy[i]} kilocalories", "there are {energy[i]} kilocalories in {i}"),
        tells=["energy"],
        for_each="i in DISHES",
        heading="kilocalories",
    )
    draft.fact(
        *ways(
            "<each of> day has <exactly> one soup and one main dish", "one soup and one main dish are served every day"
        ),
        tells=["one_soup", "one_main", "serve"],
        place="rule",
    )
    draft.fact(
        *ways(
            "the dishes of a day must have <least> {least} kilocalories together",
            "soup and main dish of a day must come to <least> {least} kilocalories",
        ),
        tells=["least", "filling"],
        place="rule",
    )
    draft.fact(
        *ways("no dish is served on more than {times} days", "<each of> dish comes on <most> {times} days"),
        tells=["times", "not_too_often"],
        place="rule",
    )


FAMILY = Family(
    name="menu_planning",
    title="menu planning",
    group="scheduling",
    description="One soup and one main dish are chosen for each of several days, filling enough and with "
    "variety, as cheap as possible or as much liked as the budget allows.",
    source="J. L. Balintfy, Menu planning by computer, Communications of the ACM 7, 1964",
    draw=draw,
    knobs={"days": Range(2, 7)},
)
