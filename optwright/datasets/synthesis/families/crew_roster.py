"""Who works which shift in the coming days, with rest, wishes and limits."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

SHIFTS = ("early", "late", "night")


def draw(dice: Dice) -> Draft:
    """Draw a roster that is possible, then needs, limits and wishes around it."""
    draft = Draft("crew_roster")
    people = dice.names("worker", dice.knob("people"))
    days, shifts = dice.knob("days"), SHIFTS[: dice.whole(2, 3)]
    most = dice.whole(max(2, days // 2), max(2, days - 1))
    need = max(1, len(people) * most // (days * len(shifts) * 2))
    needs = [[max(1, need - (s > 0) * int(dice.chance(0.3))) for s in range(len(shifts))] for _ in range(days)]
    most = max(most, -(-sum(map(sum, needs)) // len(people)) + 1)
    draft.set("PEOPLE", people, "people")
    draft.set("SHIFTS", list(shifts), "shifts of a day")
    draft.add("sets", "DAYS", range=[1, days], description="days")
    draft.parameter("need", needs, "people needed", index=["DAYS", "SHIFTS"])
    draft.parameter("most", most, "most shifts of one person")
    wish = [[[dice.whole(1, 9) for _ in shifts] for _ in range(days)] for _ in people]
    by_day = dice.chance(0.6)
    wishes = [[max(row) for row in person] for person in wish]
    index = ["PEOPLE", "DAYS"] if by_day else ["PEOPLE", "SHIFTS"]
    likes = wishes if by_day else [[dice.whole(1, 9) for _ in shifts] for _ in people]
    draft.parameter("dislike", likes, "points of dislike", index=index)
    draft.variable("works", "whether the person works the shift", index=["PEOPLE", "DAYS", "SHIFTS"], domain="Binary")
    rule = "sum(works[p,d,s] for p in PEOPLE) >= need[d,s]"
    draft.constraint("enough", rule, "enough people", "d in DAYS, s in SHIFTS")
    rule = "sum(works[p,d,s] for s in SHIFTS) <= 1"
    draft.constraint("one_a_day", rule, "one shift a day", "p in PEOPLE, d in DAYS")
    rule = "sum(works[p,d,s] for d in DAYS for s in SHIFTS) <= most"
    draft.constraint("not_too_many", rule, "shifts of one person", "p in PEOPLE")
    _tell(draft, by_day)
    if dice.chance(0.6):
        _add_rest(draft, shifts)
    if dice.chance(0.4):
        _add_free_day(draft, dice, people, days)
    slot = "dislike[p,d]" if by_day else "dislike[p,s]"
    cost = f"sum({slot}*works[p,d,s] for p in PEOPLE for d in DAYS for s in SHIFTS)"
    goal(draft, "minimize", cost, "total number of points of dislike", "who works when")
    return draft


def _tell(draft: Draft, by_day: bool) -> None:
    draft.fact(
        *ways(
            "a roster for days {DAYS} is drawn up for {PEOPLE}; the shifts of a day are {SHIFTS}",
            "{PEOPLE} share the shifts ({SHIFTS}) of days {DAYS}",
        ),
        tells=["works"],
        place="setting",
    )
    draft.fact(
        *ways(
            "on day {d} <at least> {need[d,s]} people are needed for the {s} shift",
            "the {s} shift of day {d} needs <least> {need[d,s]} people",
        ),
        tells=["need", "enough"],
        for_each="d in DAYS, s in SHIFTS",
        heading="needed in the {s} shift",
    )
    slot, for_each = ("dislike[p,d]", "d in DAYS") if by_day else ("dislike[p,s]", "s in SHIFTS")
    what = "working on day {d}" if by_day else "working in the {s} shift"
    draft.fact(
        *ways(
            f"{{p}} gives {what} {{{slot}}} points of dislike",
            f"for {{p}}, {what} means {{{slot}}} points of dislike",
        ),
        tells=["dislike"],
        for_each=f"p in PEOPLE, {for_each}",
        heading="points of dislike for day {d}" if by_day else "points of dislike for the {s} shift",
    )
    draft.fact(
        *ways("nobody works more than one shift [a|in a] day", "<each of> person works at most one shift a day"),
        tells=["one_a_day"],
        place="rule",
    )
    draft.fact(
        *ways(
            "nobody works more than {most} shifts [in all|over the whole time]",
            "<at most> {most} shifts [in all|altogether] <can> go to any one person",
        ),
        tells=["most", "not_too_many"],
        place="rule",
    )


def _add_rest(draft: Draft, shifts: tuple[str, ...]) -> None:
    last = shifts[-1]
    rule = f"works[p,d,{last!r}] + works[p,d+1,'early'] <= 1"
    draft.constraint("rest", rule, f"rest after a {last} shift", "p in PEOPLE, d in DAYS if d < last(DAYS)")
    draft.fact(
        *ways(
            f"nobody works an early shift on the day after a {last} shift",
            f"a {last} shift cannot be followed by an early one on the next day for the same person",
        ),
        tells=["rest"],
        place="rule",
    )


def _add_free_day(draft: Draft, dice: Dice, people: list[str], days: int) -> None:
    person, day = dice.pick(people), dice.whole(1, days)
    rule = f"sum(works[{person!r},{day},s] for s in SHIFTS) == 0"
    draft.constraint("day_off", rule, f"{person} is away on day {day}")
    draft.fact(
        *ways(f"{person} is [away|on leave|not available] on day {day}", f"on day {day}, {person} cannot work"),
        tells=["day_off"],
        place="rule",
    )


FAMILY = Family(
    name="crew_roster",
    title="crew rostering",
    group="scheduling",
    description="People are rostered for the shifts of several days: enough in each shift, one shift a day, rest"
    " after a late one, with as little dislike as possible.",
    source="E. Burke, P. De Causmaecker, G. Vanden Berghe and H. Van Landeghem, The state of the art of "
    "nurse rostering, Journal of Scheduling 7, 2004",
    draw=draw,
    knobs={"people": Range(4, 14), "days": Range(2, 7)},
)
