"""When each job should be on each machine when every job has its own route."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal


def draw(dice: Dice) -> Draft:
    """Draw routes and times; any schedule that does one operation after the other is feasible."""
    draft = Draft("job_shop")
    jobs = [f"job {number + 1}" for number in range(dice.knob("jobs"))]
    machines = [f"the {name}" for name in dice.names("machine", dice.knob("machines"))]
    steps = [[job, machine] for job in jobs for machine in dice.shuffled(machines)]
    n = len(machines)
    follows = [
        [job, steps[at][1], steps[at + 1][1]] for row, job in enumerate(jobs) for at in range(row * n, row * n + n - 1)
    ]
    draft.set("JOBS", jobs, "jobs")
    draft.set("MACHINES", machines, "machines")
    draft.set("STEPS", steps, "operations")
    draft.set("NEXT", follows, "moves")
    draft.parameter("time", [dice.whole(1, 15) for _ in steps], "hours", index=["STEPS"])
    latest = "sum(time[j,m] for (j,m) in STEPS)"
    if dice.knob("sides"):
        _ready(draft, dice, jobs)
        latest += " + max(ready[j] for j in JOBS)"
    draft.expression("latest", latest, "no later start is ever useful")
    draft.variable("start", "when the job starts on the machine", index=["STEPS"], upper="latest")
    draft.constraint("route", "start[j,m] >= start[j,k] + time[j,k]", "one step after the other", "(j,k,m) in NEXT")
    either = "start[i,m] + time[i,m] <= start[j,m] or start[j,m] + time[j,m] <= start[i,m]"
    each = "m in MACHINES, i in JOBS, j in JOBS if ord(JOBS,i) < ord(JOBS,j)"
    draft.constraint("one_at_a_time", either, "one job at a time", each)
    _tell(draft)
    _goal(draft, dice, [steps[row * n + n - 1] for row in range(len(jobs))])
    return draft


def _goal(draft: Draft, dice: Dice, ends: list[list[str]]) -> None:
    task = "when to start each job on each machine"
    if dice.chance(0.6):
        draft.variable("makespan", "when all is done", upper="latest")
        draft.constraint("end", "makespan >= start[j,m] + time[j,m]", "when all is done", "(j,m) in STEPS")
        goal(draft, "minimize", "makespan", "time until all jobs are done", task)
        draft.fact(
            "all is done when the last job is [finished|complete]",
            "the time counts until the last of the jobs is [finished|complete]",
            "work is over [as soon as|when] the last of the jobs is [finished|complete]",
            tells=["end"],
            place="rule",
        )
        return
    draft.set("LAST", ends, "last steps of the jobs")
    total = "sum(start[j,m] + time[j,m] for (j,m) in LAST)"
    goal(draft, "minimize", total, "sum of the times at which the jobs are finished", task)


def _ready(draft: Draft, dice: Dice, jobs: list[str]) -> None:
    draft.parameter("ready", [dice.whole(0, 10) for _ in jobs], "earliest start", index=["JOBS"])
    draft.constraint("released", "start[j,m] >= ready[j]", "no job starts early", "(j,m) in STEPS")
    draft.fact(
        "{j} cannot [start|be begun] before hour {ready[j]}",
        "the material for {j} [comes|arrives] at hour {ready[j]}, and not before that can it be [started|begun]",
        "{j} is ready [only |]at hour {ready[j]}",
        tells=["ready", "released"],
        for_each="j in JOBS",
        heading="ready at hour",
        place="rule",
    )


def _tell(draft: Draft) -> None:
    draft.fact(
        "[a workshop|a garage|a job shop|a tool maker] [does|processes] {JOBS} on {MACHINES}",
        "{JOBS} are to be done on {MACHINES}, [each|every job] in an order of its own",
        tells=["one_at_a_time"],
        place="setting",
    )
    draft.fact(
        "{j} [takes|needs] {time[j,m]} hours on {m}",
        "on {m} {j} takes {time[j,m]} hours",
        "{m} needs {time[j,m]} hours for {j}",
        tells=["time"],
        for_each="(j,m) in STEPS",
        heading="time (hours)",
    )
    draft.fact(
        "{j} goes from {k} [straight |]to {m}",
        "after {k}, {j} [moves|goes] on to {m}",
        "for {j}, {m} comes [next |directly |]after {k}",
        tells=["route"],
        for_each="(j,k,m) in NEXT",
    )
    draft.fact(
        "[a|each|every] machine does one job at a time, [without interruption|and finishes it before the next]",
        "no machine can work on two jobs at once, and what is begun is finished",
        tells=["one_at_a_time"],
        place="rule",
    )


FAMILY = Family(
    name="job_shop",
    title="job shop",
    group="scheduling",
    description="Every job passes the machines in an order of its own; the start times are chosen so that the last "
    "job is done as early as possible.",
    source="A. S. Manne, On the Job-Shop Scheduling Problem, Operations Research 8, 1960; M. L. Pinedo, Scheduling, "
    "5th edition, 2016, chapter 7",
    draw=draw,
    knobs={"jobs": Range(2, 5), "machines": Range(2, 4), "sides": Range(0, 1)},
)
