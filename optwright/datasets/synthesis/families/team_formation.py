"""Which people form a team that has every skill."""

from __future__ import annotations

from optwright.datasets.synthesis.choices import Choices, Pair, excludes, one_of, requires
from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw who has which skill and what a day of each costs; a team is planted."""
    draft = Draft("team_formation")
    people = dice.names("worker", dice.knob("people"))
    skills = dice.some(
        ["cooking", "driving", "welding", "wiring", "first aid", "diving", "mapping", "radio", "law"],
        dice.knob("skills"),
    )
    team = dice.some(people, max(1, len(people) // 2))
    sure = {p: dice.pick(skills) for p in people}
    trained = {k: [p for p in people if sure[p] == k or dice.chance(0.3)] for k in skills}
    trained = {k: who if set(who) & set(team) else [*who, dice.pick(team)] for k, who in trained.items()}
    covered = [len(set(who) & set(team)) for who in trained.values()]
    draft.set("PEOPLE", people, "people")
    draft.set("SKILLS", skills, "skills")
    draft.add("sets", "TRAINED", index=["SKILLS"], members=trained, description="people trained in a skill")
    draft.parameter("need", [dice.whole(1, min(n, 2)) for n in covered], "how many with a skill", index=["SKILLS"])
    draft.variable("join", "whether a person is in the team", index=["PEOPLE"], domain="Binary")
    rule = "sum(join[p] for p in TRAINED[k]) >= need[k]"
    draft.constraint("every_skill", rule, "every skill is there", "k in SKILLS")
    _tell(draft)
    choices = Choices("join", "p in PEOPLE", people, team, "take", "taking", "taken", "people")
    pairs: list[Pair | None] = []
    for add in dice.shuffled([excludes, requires, one_of])[: dice.knob("sides")]:
        pairs.append(add(draft, dice, choices, pairs))
    if dice.chance(0.5):
        draft.parameter("pay", [dice.whole(80, 400, 10) for _ in people], "dollars a day", index=["PEOPLE"])
        draft.fact(
            *ways("{p} asks {pay[p]} dollars a day", "a day of {p} costs {pay[p]} dollars"),
            tells=["pay"],
            for_each="p in PEOPLE",
            heading="dollars a day",
        )
        goal(draft, "minimize", "sum(pay[p]*join[p] for p in PEOPLE)", "total pay for a day", "who joins the team")
    else:
        _add_value(draft, dice, len(people), len(team))
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "[an expedition|a rescue service|a contractor] <wants> to form a team from {PEOPLE}",
            "a team [for a rescue|for an expedition|] is to be formed from {PEOPLE}",
            "{PEOPLE} [apply|can be taken] for a team",
        ),
        tells=["join"],
        place="setting",
    )
    draft.fact(
        *ways(
            "a training in {k} was given to {TRAINED[k]}",
            "{k} [is known|can be done] by {TRAINED[k]}",
            "{k} has been learned by {TRAINED[k]}",
        ),
        tells=["every_skill"],
        for_each="k in SKILLS",
    )
    draft.fact(
        *ways(
            "the team needs <least> {need[k]} with a training in {k}",
            "<at least> {need[k]} of the team must be trained in {k}",
        ),
        tells=["need", "every_skill"],
        for_each="k in SKILLS",
        heading="how many are needed",
        place="rule",
    )


def _add_value(draft: Draft, dice: Dice, people: int, size: int) -> None:
    """Maximise experience with a fixed size of the team."""
    draft.parameter("years", [dice.whole(1, 20) for _ in range(people)], "years of experience", index=["PEOPLE"])
    draft.parameter("size", size, "size of the team")
    draft.constraint("exact_size", "sum(join[p] for p in PEOPLE) == size", "size of the team")
    draft.fact(
        *ways("{p} has {years[p]} years of experience", "the experience of {p} is {years[p]} years"),
        tells=["years"],
        for_each="p in PEOPLE",
        heading="years of experience",
    )
    draft.fact(
        *ways("the team has <exactly> {size} members", "<exactly> {size} people <must> be in the team"),
        tells=["size", "exact_size"],
        place="rule",
    )
    goal(
        draft, "maximize", "sum(years[p]*join[p] for p in PEOPLE)", "total experience of the team", "who joins the team"
    )


FAMILY = Family(
    name="team_formation",
    title="team formation",
    group="covering",
    description="People with different skills are chosen for a team in which every skill is there often enough, "
    "at the least pay or with the most experience.",
    source="T. Lappas, K. Liu and E. Terzi, Finding a team of experts in social networks, KDD 2009",
    draw=draw,
    knobs={"people": Range(4, 20), "skills": Range(2, 9), "sides": Range(0, 3)},
)
