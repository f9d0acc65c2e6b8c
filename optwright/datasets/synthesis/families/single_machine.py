"""In which order one machine should do its jobs."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

GOALS = ("completion", "tardiness", "lateness")


def draw(dice: Dice) -> Draft:
    """Draw jobs with weights, due dates and release dates; any order is feasible."""
    draft = Draft("single_machine")
    jobs = [f"job {number + 1}" for number in range(dice.knob("jobs"))]
    hours = [dice.whole(1, 12) for _ in jobs]
    kind = dice.pick(GOALS)
    draft.set("JOBS", jobs, "jobs")
    draft.parameter("hours", hours, "hours of work", index=["JOBS"])
    released = dice.chance(0.4)
    ready = [dice.whole(0, sum(hours) // 2) for _ in jobs]
    if released:
        draft.parameter("ready", ready, "earliest start", index=["JOBS"])
    latest = "sum(hours[j] for j in JOBS)" + (" + max(ready[j] for j in JOBS)" if released else "")
    draft.variable("start", "when the job starts", index=["JOBS"], lower="ready" if released else 0, upper="latest")
    draft.expression("latest", latest, "no later start is ever useful")
    either = "start[i] + hours[i] <= start[j] or start[j] + hours[j] <= start[i]"
    draft.constraint("one_at_a_time", either, "one job at a time", "i in JOBS, j in JOBS if ord(JOBS,i) < ord(JOBS,j)")
    _tell(draft, released)
    _goal(draft, dice, kind, hours)
    if dice.knob("sides") and len(jobs) > 2:
        one, other = dice.some(range(len(jobs)), 2)
        draft.constraint(
            "before", f"start[{jobs[one]!r}] + hours[{jobs[one]!r}] <= start[{jobs[other]!r}]", "one before another"
        )
        draft.fact(
            "{a} must be [finished|complete] before {b} [starts|can start]",
            "{b} [cannot|must not] start before {a} is [done|finished]",
            tells=["before"],
            for_each=f"a in [{jobs[one]!r}], b in [{jobs[other]!r}]",
            place="rule",
        )
    return draft


def _goal(draft: Draft, dice: Dice, kind: str, hours: list[int]) -> None:
    if kind != "lateness":
        draft.parameter("weight", [dice.whole(1, 9) for _ in hours], "importance", index=["JOBS"])
        draft.fact(
            "the weight of {j} is {weight[j]}",
            "{j} has weight {weight[j]}",
            tells=["weight"],
            for_each="j in JOBS",
            heading="weight",
        )
    task = "when to start each job"
    if kind == "completion":
        noun = "weighted sum of the times at which the jobs are finished"
        goal(draft, "minimize", "sum(weight[j]*(start[j] + hours[j]) for j in JOBS)", noun, task)
        return
    draft.parameter("due", [dice.whole(h, max(h, 2 * sum(hours) // 3)) for h in hours], "due date", index=["JOBS"])
    draft.fact(
        "{j} is due [at|by] hour {due[j]}",
        "the due date of {j} is hour {due[j]}",
        tells=["due"],
        for_each="j in JOBS",
        heading="due (hour)",
    )
    if kind == "tardiness":
        draft.variable("tardy", "hours late", index=["JOBS"])
        draft.constraint("late", "tardy[j] >= start[j] + hours[j] - due[j]", "hours late", "j in JOBS")
        goal(draft, "minimize", "sum(weight[j]*tardy[j] for j in JOBS)", "weighted sum of the delays", task)
        draft.fact(
            "the delay of a job is the time by which it is finished after its due date; [being early counts "
            "nothing|an early job has none]",
            "a job finished after its due date is delayed by the difference, [an early one not at all|others are not]",
            tells=["late"],
            place="rule",
        )
    else:
        draft.variable("worst", "greatest lateness", lower="-latest")
        draft.constraint("late", "worst >= start[j] + hours[j] - due[j]", "lateness", "j in JOBS")
        goal(draft, "minimize", "worst", "greatest lateness of any job", task)
        draft.fact(
            "the lateness of a job is its finishing time less its due date, [and so negative for an early job|which "
            "can be negative]",
            "a job is late by its finishing time minus its due date, a negative [number|amount] if it is early",
            tells=["late"],
            place="rule",
        )


def _tell(draft: Draft, released: bool) -> None:
    draft.fact(
        "[a single|one] machine has to [do|process] {JOBS}",
        "{JOBS} are [waiting|to be done] on [a single|one] machine",
        "[a printer|a repair man|a laboratory] with [a single|one] machine has {JOBS} to do",
        tells=["one_at_a_time"],
        place="setting",
    )
    draft.fact(
        *ways("{j} <needs> {hours[j]} hours", "{hours[j]} hours are needed for {j}"),
        tells=["hours"],
        for_each="j in JOBS",
        heading="hours",
    )
    if released:
        draft.fact(
            "{j} cannot start before hour {ready[j]}",
            "{j} is [ready|released] [only |]at hour {ready[j]}",
            tells=["ready"],
            for_each="j in JOBS",
            heading="ready (hour)",
        )
    draft.fact(
        "the machine [works on|does] one job at a time and [finishes|completes] what it has begun; work begins at "
        "hour 0",
        "from hour 0 on jobs are done one after the other, [without interruption|none being interrupted]",
        tells=["one_at_a_time"],
        place="rule",
    )


FAMILY = Family(
    name="single_machine",
    title="single-machine scheduling",
    group="scheduling",
    description="One machine does jobs one after the other; the weighted completion times, the weighted delays or the "
    "greatest lateness is to be least, with release dates and precedence where they exist.",
    source="M. L. Pinedo, Scheduling: Theory, Algorithms, and Systems, 5th edition, 2016, chapters 3 and 4",
    draw=draw,
    knobs={"jobs": Range(3, 9), "sides": Range(0, 1)},
)
