"""Which machine does which job so that all is done as early as possible."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal


def draw(dice: Dice) -> Draft:
    """Draw jobs and machines: alike, or of different speed for every job."""
    draft = Draft("parallel_machines")
    jobs = [f"job {number + 1}" for number in range(dice.knob("jobs"))]
    machines = [f"the {name}" for name in dice.names("machine", dice.knob("machines"))]
    alike = dice.chance(0.4)
    draft.set("JOBS", jobs, "jobs")
    draft.set("MACHINES", machines, "machines")
    if alike:
        draft.parameter("hours", [dice.whole(2, 30) for _ in jobs], "hours of work", index=["JOBS"])
        work = "sum(hours[j]*put[j,m] for j in JOBS)"
    else:
        hours = [[max(1, base + dice.whole(-4, 8)) for _ in machines] for base in (dice.whole(5, 30) for _ in jobs)]
        draft.parameter("hours", hours, "hours of work", index=["JOBS", "MACHINES"])
        work = "sum(hours[j,m]*put[j,m] for j in JOBS)"
    draft.variable("put", "whether the machine does the job", index=["JOBS", "MACHINES"], domain="Binary")
    draft.variable("makespan", "hours until all is done")
    draft.constraint("done", "sum(put[j,m] for m in MACHINES) == 1", "every job is done once", "j in JOBS")
    draft.constraint("until", f"{work} <= makespan", "no machine works longer", "m in MACHINES")
    goal(draft, "minimize", "makespan", "time until the last machine is done", "which machine does which job")
    _tell(draft, alike)
    planted = [dice.whole(0, len(machines) - 1) for _ in jobs]
    for feature in dice.some([_apart, _unfit], dice.knob("sides")):
        feature(draft, dice, jobs, machines, planted)
    return draft


def _tell(draft: Draft, alike: bool) -> None:
    draft.fact(
        "[a workshop|a print shop|a laboratory|a joinery] has {JOBS} to [do|finish] on {MACHINES}",
        "{JOBS} are to be [done|finished] on {MACHINES}",
        "[a workshop|a print shop|a laboratory|a joinery] [distributes|shares out] {JOBS} among {MACHINES}",
        tells=["put"],
        place="setting",
    )
    if alike:
        draft.fact(
            "{j} takes {hours[j]} hours, [whichever machine does it|on any machine]",
            "{hours[j]} hours of work are needed for {j} [on any machine|on every machine]",
            tells=["hours"],
            for_each="j in JOBS",
            heading="hours (any machine)",
        )
    else:
        draft.fact(
            "{j} takes {hours[j,m]} hours on {m}",
            "on {m} {j} takes {hours[j,m]} hours",
            "{m} needs {hours[j,m]} hours for {j}",
            tells=["hours"],
            for_each="j in JOBS, m in MACHINES",
            heading="hours on {m}",
        )
    draft.fact(
        "[each|every] job is done [on exactly one machine|by one machine alone], without a break",
        "[no job|not one job] may be left out or [shared by|split between] several machines",
        "every job must be done, [each|all of it] on a single machine",
        tells=["done", "put"],
        place="rule",
    )
    draft.fact(
        "a machine does [its jobs one after the other|one job at a time]; all [start|begin] at [the same time|time "
        "zero]",
        "the machines start together, and [each|every one] works through its jobs one by one",
        tells=["until"],
        place="rule",
    )


def _apart(draft: Draft, dice: Dice, jobs: list[str], machines: list[str], planted: list[int]) -> None:
    pairs = [(i, j) for i in range(len(jobs)) for j in range(i) if planted[i] != planted[j]]
    if not pairs:
        return
    i, j = dice.pick(pairs)
    draft.constraint("apart", f"put[{jobs[i]!r},m] + put[{jobs[j]!r},m] <= 1", "kept apart", "m in MACHINES")
    draft.fact(
        "{a} and {b} must [be done on different machines|not be done on the same machine]",
        "no machine may do both {a} and {b}",
        tells=["apart"],
        for_each=f"a in [{jobs[j]!r}], b in [{jobs[i]!r}]",
        place="rule",
    )


def _unfit(draft: Draft, dice: Dice, jobs: list[str], machines: list[str], planted: list[int]) -> None:
    job = dice.whole(0, len(jobs) - 1)
    machine = dice.pick([m for m in range(len(machines)) if m != planted[job]])
    draft.constraint("unfit", f"put[{jobs[job]!r},{machines[machine]!r}] == 0", "not on this machine")
    draft.fact(
        "{a} cannot be done on {b}",
        "{b} is not [fit|suited] for {a}",
        tells=["unfit"],
        for_each=f"a in [{jobs[job]!r}], b in [{machines[machine]!r}]",
        place="rule",
    )


FAMILY = Family(
    name="parallel_machines",
    title="parallel machine scheduling",
    group="scheduling",
    description="Jobs are assigned to machines, alike or not, so that the last machine is done as early as possible.",
    source="M. L. Pinedo, Scheduling: Theory, Algorithms, and Systems, 5th edition, 2016, chapter 5",
    draw=draw,
    knobs={"jobs": Range(4, 30), "machines": Range(2, 5), "sides": Range(0, 2)},
)
