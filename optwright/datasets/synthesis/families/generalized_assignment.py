"""Jobs to machines or agents that each have only so much time."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

TASK = "which job goes to which contractor"


def draw(dice: Dice) -> Draft:
    """Draw hours and costs of every pair; capacities fit a planted assignment."""
    draft = Draft("generalized_assignment")
    jobs = dice.names(dice.pick(["job", "task"]), dice.knob("jobs"))
    agents = dice.names("customer", dice.knob("agents"))
    own_hours = dice.chance(0.6)
    hours = [[dice.whole(3, 25) for _ in jobs] for _ in agents]
    if not own_hours:
        hours = [hours[0] for _ in agents]
    planted = [dice.pick(range(len(agents))) for _ in jobs]
    used = [sum(hours[a][j] for j, who in enumerate(planted) if who == a) for a in range(len(agents))]
    draft.set("AGENTS", agents, "contractors")
    draft.set("JOBS", jobs, "jobs")
    index = ["AGENTS", "JOBS"] if own_hours else ["JOBS"]
    draft.parameter("hours", hours if own_hours else hours[0], "hours of a job", index=index)
    value = [[dice.whole(20, 300, 5) for _ in jobs] for _ in agents]
    draft.parameter("capacity", [n + dice.whole(2, 12) for n in used], "hours of a contractor", index=["AGENTS"])
    draft.variable("gets", "whether the contractor gets the job", index=["AGENTS", "JOBS"], domain="Binary")
    draft.constraint("each_job", "sum(gets[a,j] for a in AGENTS) == 1", "every job is given to one", "j in JOBS")
    term = "hours[a,j]" if own_hours else "hours[j]"
    rule = f"sum({term}*gets[a,j] for j in JOBS) <= capacity[a]"
    draft.constraint("time", rule, "hours of a contractor", "a in AGENTS")
    _tell(draft, own_hours)
    if dice.chance(0.4):
        _add_pair(draft, dice, jobs, planted)
    profits = dice.chance(0.3)
    name = "profit" if profits else "cost"
    verb = "[brings a profit of|earns]" if profits else "[costs|means a cost of]"
    draft.parameter(name, value, "dollars for a pair", index=["AGENTS", "JOBS"])
    draft.fact(
        *ways(
            f"[giving|handing] {{j}} to {{a}} {verb} {{{name}[a,j]}} dollars",
            f"with {{a}}, the {name} of {{j}} is {{{name}[a,j]}} dollars",
        ),
        tells=[name],
        for_each="a in AGENTS, j in JOBS",
        heading=f"{name} of {{j}}",
    )
    total = f"sum({name}[a,j]*gets[a,j] for a in AGENTS for j in JOBS)"
    goal(draft, "maximize" if profits else "minimize", total, f"total {name}", TASK)
    return draft


def _tell(draft: Draft, own_hours: bool) -> None:
    draft.fact(
        *ways(
            "{JOBS} are to be given to {AGENTS}",
            "[a council|a builder|a publisher] gives {JOBS} to [its contractors|contractors]: {AGENTS}",
            "{AGENTS} [bid for|compete for|are to share] {JOBS}",
        ),
        tells=[],
        place="setting",
    )
    if own_hours:
        draft.fact(
            *ways("{a} needs {hours[a,j]} hours for {j}", "{j} would take {a} {hours[a,j]} hours"),
            tells=["hours"],
            for_each="a in AGENTS, j in JOBS",
            heading="hours for {j}",
        )
    else:
        draft.fact(
            *ways("{j} takes {hours[j]} hours, whoever does it", "{hours[j]} hours of work are needed for {j}"),
            tells=["hours"],
            for_each="j in JOBS",
            heading="hours",
        )
    draft.fact(
        *ways(
            "{a} has <most> {capacity[a]} hours [<available>|to give]",
            "{a} <can> work <most> {capacity[a]} hours",
            "the time of {a} is limited to {capacity[a]} hours",
        ),
        tells=["capacity", "time"],
        for_each="a in AGENTS",
        heading="hours available",
        place="rule",
    )
    draft.fact(
        *ways(
            "<each of> job <must_s> go to <exactly> one of them, who may get several jobs",
            "no job can be split, and each one must be given to somebody; one may get more than one job",
        ),
        tells=["each_job", "gets"],
        place="rule",
    )


def _add_pair(draft: Draft, dice: Dice, jobs: list[str], planted: list[int]) -> None:
    """Two jobs that must go to the same contractor, or to different ones, as in the planted assignment."""
    i, j = dice.some(range(len(jobs)), 2)
    a, b = jobs[i], jobs[j]
    if planted[i] == planted[j]:
        draft.constraint("together", f"gets[a,{a!r}] == gets[a,{b!r}]", f"{a} and {b} together", "a in AGENTS")
        says = (
            f"{a} and {b} <must> go to the same contractor",
            f"whoever gets {a} <must_s> also get {b}, and vice versa",
        )
        draft.fact(*ways(*says), tells=["together"], place="rule")
    else:
        draft.constraint("apart", f"gets[a,{a!r}] + gets[a,{b!r}] <= 1", f"{a} and {b} apart", "a in AGENTS")
        says = (f"{a} and {b} <must> go to different contractors", f"nobody <can> get both {a} and {b}")
        draft.fact(*ways(*says), tells=["apart"], place="rule")


FAMILY = Family(
    name="generalized_assignment",
    title="generalised assignment",
    group="assignment",
    description="Jobs are given to contractors with limited time, several to one where they fit; hours and costs"
    " may differ by pair. The cheapest or most profitable assignment is wanted.",
    source="S. Martello and P. Toth, Knapsack Problems: Algorithms and Computer Implementations, 1990, chapter 7",
    draw=draw,
    knobs={"jobs": Range(3, 24), "agents": Range(2, 8)},
)
