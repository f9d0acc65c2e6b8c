"""In which order jobs should pass the same machines."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal


def draw(dice: Dice) -> Draft:
    """Draw times; any order is feasible."""
    draft = Draft("flow_shop")
    jobs = [f"job {number + 1}" for number in range(dice.knob("jobs"))]
    machines = dice.names("resource", min(dice.knob("machines"), 4))
    draft.set("JOBS", jobs, "jobs")
    draft.set("MACHINES", machines, "kinds of work")
    times = [[dice.whole(1, 20) for _ in machines] for _ in jobs]
    draft.parameter("time", times, "minutes on each machine", index=["JOBS", "MACHINES"])
    draft.expression("latest", "sum(time[j,m] for j in JOBS for m in MACHINES)", "no later start is ever useful")
    draft.variable("start", "when it starts there", index=["JOBS", "MACHINES"], upper="latest")
    draft.variable("before", "whether the first precedes the second", index=["PAIRS"], domain="Binary")
    draft.add("sets", "PAIRS", for_each="i in JOBS, j in JOBS if ord(JOBS,i) < ord(JOBS,j)")
    last = machines[-1]
    pairs = "j in JOBS, k in MACHINES, m in MACHINES if ord(MACHINES,m) == ord(MACHINES,k) + 1"
    draft.constraint("route", "start[j,m] >= start[j,k] + time[j,k]", "one machine after the other", pairs)
    each = "(i,j) in PAIRS, m in MACHINES"
    draft.constraint("if_before", "implies(before[i,j], start[i,m] + time[i,m] <= start[j,m])", "i before j", each)
    draft.constraint("if_after", "before[i,j] or start[j,m] + time[j,m] <= start[i,m]", "j before i", each)
    task = "in which order to do the jobs"
    all_done = dice.chance(0.6)
    if all_done:
        draft.variable("makespan", "when all is done", upper="latest")
        draft.constraint("end", f"makespan >= start[j,{last!r}] + time[j,{last!r}]", "when all is done", "j in JOBS")
        goal(draft, "minimize", "makespan", "time until all jobs are done", task)
    else:
        total = f"sum(start[j,{last!r}] + time[j,{last!r}] for j in JOBS)"
        goal(draft, "minimize", total, "sum of the times at which the jobs are finished", task)
    _tell(draft, all_done)
    if dice.knob("sides"):
        one, other = dice.some(jobs, 2)
        draft.constraint("order", f"before[{one!r},{other!r}] == 1", f"{one} before {other}")
        draft.fact(
            "{a} must be done before {b}",
            "{a} must come before {b} [everywhere|in the sequence]",
            "{b} may come only after {a}",
            tells=["order"],
            for_each=f"a in [{one!r}], b in [{other!r}]",
            place="rule",
        )
    return draft


def _tell(draft: Draft, all_done: bool) -> None:
    draft.fact(
        "{JOBS} [pass|go] through {MACHINES}, in this order",
        "[a factory|a workshop|a bakery|a laundry] [does|processes] {JOBS}; [each|every] job goes through {MACHINES} "
        "in this order",
        "[each|every] one of {JOBS} [needs|must go through] {MACHINES}, one after the other [in this order|in that "
        "order]",
        tells=["route"],
        place="setting",
    )
    draft.fact(
        "{j} [takes|needs] {time[j,m]} minutes of {m}",
        "{m} of {j} takes {time[j,m]} minutes",
        "{j} spends {time[j,m]} minutes in {m}",
        tells=["time"],
        for_each="j in JOBS, m in MACHINES",
        heading="{m} (min)",
    )
    draft.fact(
        "[every|each] stage [handles|does] one job at a time, and the jobs pass all stages in the same order",
        "[no|not one] stage can [handle|do] two jobs at once, and no job may overtake another",
        tells=["if_before", "if_after", "before"],
        place="rule",
    )
    if all_done:
        draft.fact(
            "all is done when the last job [leaves|has left] the last stage",
            "the time counts until the last job [leaves|is through] the last stage",
            tells=["end"],
            place="rule",
        )


FAMILY = Family(
    name="flow_shop",
    title="permutation flow shop",
    group="scheduling",
    description="Jobs pass the same machines in the same order; their sequence is chosen so that the last one is done "
    "as early as possible.",
    source="S. M. Johnson, Optimal Two- and Three-Stage Production Schedules, Naval Research Logistics Quarterly 1, "
    "1954; M. L. Pinedo, Scheduling, 5th edition, 2016, chapter 6",
    draw=draw,
    knobs={"jobs": Range(3, 7), "machines": Range(2, 4), "sides": Range(0, 1)},
)
