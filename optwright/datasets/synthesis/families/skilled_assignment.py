"""Who does what when skills are needed, some pairs are excluded and some people stay together."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw jobs that need a skill and several hands, people with skills; a planted assignment fits."""
    draft = Draft("skilled_assignment")
    jobs = dice.names(dice.pick(["job", "task"]), dice.knob("jobs"))
    hands = [dice.whole(1, 2) for _ in jobs]
    people = dice.names("worker", sum(hands) + dice.whole(0, 2))
    skills = dice.some(["welding", "wiring", "plumbing", "painting", "masonry"], dice.knob("skills"))
    planted = [number for number, count in enumerate(hands) for _ in range(count)]
    wanted = [dice.pick(skills) for _ in jobs]
    owners: dict[str, set[int]] = {skill: set() for skill in skills}
    for person, number in enumerate(planted):
        owners[wanted[number]].add(person)
    for skill in skills:
        owners[skill] |= {person for person in range(len(people)) if dice.chance(0.4)}
    draft.set("PEOPLE", people, "people")
    draft.set("JOBS", jobs, "jobs")
    able = {job: [people[p] for p in sorted(owners[wanted[n]])] for n, job in enumerate(jobs)}
    draft.add("sets", "ABLE", index=["JOBS"], members=able, description="people who can do a job")
    draft.add("sets", "PAIRS", for_each="j in JOBS, p in ABLE[j]", description="jobs and people who can do them")
    draft.parameter("hands", hands, "people needed", index=["JOBS"])
    pay = [dice.whole(80, 300, 5) for _ in people]
    draft.parameter("pay", pay, "dollars a day", index=["PEOPLE"])
    draft.variable("works", "whether the person works on the job", index=["PAIRS"], domain="Binary")
    draft.constraint("hands_on", "sum(works[j,p] for p in ABLE[j]) == hands[j]", "people on a job", "j in JOBS")
    rule = "sum(works[j,p] for j in JOBS if (j,p) in PAIRS) <= 1"
    draft.constraint(
        "one_job", rule, "one job for a person", "p in PEOPLE if sum(1 for j in JOBS if (j,p) in PAIRS) > 0"
    )
    _tell(draft)
    if dice.chance(0.6) and len(jobs) > 1:
        _add_pair(draft, dice, people, planted, able)
    goal(
        draft,
        "minimize",
        "sum(pay[p]*works[j,p] for (j,p) in PAIRS)",
        "total pay for the day",
        "who works on which job",
    )
    return draft


def _tell(draft: Draft) -> None:
    draft.fact(
        *ways(
            "[a contractor|a foreman|a yard] has {JOBS} to do and can call {PEOPLE}",
            "{PEOPLE} can be called for {JOBS}",
        ),
        tells=["works"],
        place="setting",
    )
    draft.fact(
        *ways(
            "{j} can be done by {ABLE[j]}",
            "one can put {ABLE[j]} on {j}",
            "for {j} one can take {ABLE[j]}",
        ),
        tells=["hands_on"],
        for_each="j in JOBS",
    )
    draft.fact(
        *ways("{j} takes <exactly> {hands[j]} people", "<exactly> {hands[j]} people <must> work on {j}"),
        tells=["hands", "hands_on"],
        for_each="j in JOBS",
        heading="people needed",
    )
    draft.fact(
        *ways("{p} gets {pay[p]} dollars for the day if called", "{p} costs {pay[p]} dollars for the day, if called"),
        tells=["pay"],
        for_each="p in PEOPLE",
        heading="dollars a day",
    )
    draft.fact(
        *ways("nobody can work on more than one job", "<each of> person <can> be put on one job at most"),
        tells=["one_job"],
        place="rule",
    )


def _add_pair(draft: Draft, dice: Dice, people: list[str], planted: list[int], able: dict[str, list[str]]) -> None:
    """Two people who do not get on are kept apart: not on one job."""
    jobs = list(able)
    apart = [
        (a, b, job)
        for a in range(len(planted))
        for b in range(a + 1, len(planted))
        for number, job in enumerate(jobs)
        if people[a] in able[job] and people[b] in able[job] and not planted[a] == planted[b] == number
    ]
    if not apart:
        return
    a, b, job = dice.pick(apart)
    rule = f"works[{job!r},{people[a]!r}] + works[{job!r},{people[b]!r}] <= 1"
    draft.constraint("kept_apart", rule, f"{people[a]} and {people[b]} not both on {job}")
    draft.fact(
        *ways(
            f"{people[a]} and {people[b]} do not get on and must not both work on {job}",
            f"{job} cannot be given to both {people[a]} and {people[b]}",
        ),
        tells=["kept_apart"],
        place="rule",
    )


FAMILY = Family(
    name="skilled_assignment",
    title="assignment with skills and exclusions",
    group="assignment",
    description="Jobs that take one or two hands are given to people who have the skill, each on one job at "
    "most, with some pairs kept apart, at the least pay.",
    source="D. W. Pentico, Assignment problems: a golden anniversary survey, European Journal of "
    "Operational Research 176, 2007",
    draw=draw,
    knobs={"jobs": Range(2, 9), "skills": Range(1, 4)},
)
