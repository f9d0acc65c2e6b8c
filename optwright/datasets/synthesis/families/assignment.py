"""Who does what: one task a worker, one worker a task."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways

BOTH = "for w in WORKERS for t in TASKS"


def draw(dice: Dice) -> Draft:
    """Draw costs or scores of pairs; features: workers to spare, forbidden pairs, the longest time counts."""
    draft = Draft("assignment")
    tasks = dice.names(dice.pick(["job", "task"]), dice.knob("tasks"))
    spare = dice.whole(0, dice.knob("spare"))
    workers = dice.names("worker", len(tasks) + spare)
    what, unit, noun = dice.pick([("time", "hours", "total time"), ("cost", "dollars", "total cost")])
    if scored := dice.chance(0.25):
        what, unit, noun = "score", "points", "total score"
    draft.set("WORKERS", workers, "workers")
    draft.set("TASKS", tasks, "tasks")
    values = [[dice.whole(2, 60) for _ in tasks] for _ in workers]
    draft.parameter(what, values, f"{unit} of a pair", index=["WORKERS", "TASKS"], unit=unit)
    draft.variable("does", "whether the worker does the task", index=["WORKERS", "TASKS"], domain="Binary")
    draft.constraint("each_task", "sum(does[w,t] for w in WORKERS) == 1", "every task is done", "t in TASKS")
    relation = "<=" if spare else "=="
    draft.constraint("each_worker", f"sum(does[w,t] for t in TASKS) {relation} 1", "one task each", "w in WORKERS")
    _tell(draft, what, unit, spare)
    if dice.chance(0.4):
        _forbid(draft, dice, workers, tasks)
    task = "[who does which task|which worker gets which task]"
    goal(draft, "maximize" if scored else "minimize", f"sum({what}[w,t]*does[w,t] {BOTH})", noun, task)
    return draft


def _tell(draft: Draft, what: str, unit: str, spare: int) -> None:
    draft.fact(
        *ways(
            "{TASKS} are to be [done|handled|carried out] by {WORKERS}",
            "{WORKERS} are [there|available] to do {TASKS}",
            "[a foreman|a manager|a team leader] [assigns|gives|hands out] {TASKS} to {WORKERS}",
        ),
        tells=[],
        place="setting",
    )
    per_pair = {
        "time": (f"{{w}} [needs|takes|would need] {{time[w,t]}} {unit} for {{t}}",),
        "cost": (
            f"it costs {{cost[w,t]}} {unit} [when|if] {{w}} does {{t}}",
            "{w} [asks|charges] {cost[w,t]} dollars for {t}",
        ),
        "score": (f"{{w}} [is worth|reaches|gets] {{score[w,t]}} {unit} [on|for|at] {{t}}",),
    }
    draft.fact(*ways(*per_pair[what]), tells=[what], for_each="w in WORKERS, t in TASKS", heading=f"{unit} for {{t}}")
    draft.fact(
        *ways(
            "<each of> task <must_s> be [done|handled] by <exactly> one worker",
            "<exactly> one worker is [put on|given] <each of> task",
        ),
        tells=["each_task", "does"],
        place="rule",
    )
    limit = ("<each of> worker <can> [do|take on] at most one task", "no worker <can> do more than one task")
    exact = ("<each of> worker <must_s> [do|get] <exactly> one task", "<exactly> one task goes to <each of> worker")
    draft.fact(*ways(*(limit if spare else exact)), tells=["each_worker"], place="rule")


def _forbid(draft: Draft, dice: Dice, workers: list[str], tasks: list[str]) -> None:
    """Forbid a few pairs off the diagonal, so that the planted assignment stays."""
    for number in range(dice.whole(1, max(1, len(tasks) // 2))):
        w = dice.pick(range(len(tasks)))
        t = dice.pick([t for t in range(len(tasks)) if t != w] or [0])
        pair = f"{workers[w]!r},{tasks[t]!r}"
        if len(tasks) < 2 or any(f"[{pair}]" in fact.for_each for fact in draft.facts):
            continue
        draft.constraint(f"forbidden_{number + 1}", f"does[{pair}] == 0", f"{workers[w]} does not do {tasks[t]}")
        draft.fact(
            *ways(
                f"{workers[w]} [cannot|may not|is not trained to|is not allowed to] do {tasks[t]}",
                f"{tasks[t]} [cannot|must not|may not] be [given to|done by] {workers[w]}",
            ),
            tells=[f"forbidden_{number + 1}"],
            place="rule",
        )


FAMILY = Family(
    name="assignment",
    title="assignment problem",
    group="assignment",
    description="Tasks are given to workers, one to each, where every pair has its time, cost or score; some "
    "pairs are forbidden. The assignment with the least total, or the highest score, is wanted.",
    source="H. W. Kuhn, The Hungarian method for the assignment problem, Naval Research Logistics Quarterly 2, 1955",
    draw=draw,
    knobs={"tasks": Range(2, 20), "spare": Range(0, 4)},
)
