"""Work shared out so that the busiest has as little as possible (or goods so that the worst off has most)."""

from __future__ import annotations

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.family import Family
from optwright.datasets.synthesis.wording import goal, ways


def draw(dice: Dice) -> Draft:
    """Draw indivisible tasks for workers of different speed; the busiest or the least busy one counts."""
    draft = Draft("fair_shares")
    tasks = dice.names(dice.pick(["job", "task"]), dice.knob("tasks"))
    workers = dice.names("worker", dice.knob("workers"))
    same = dice.chance(0.5)
    draft.set("WORKERS", workers, "workers")
    draft.set("TASKS", tasks, "tasks")
    draft.variable("does", "whether the worker does the task", index=["WORKERS", "TASKS"], domain="Binary")
    draft.constraint("each_task", "sum(does[w,t] for w in WORKERS) == 1", "every task is done", "t in TASKS")
    if same:
        draft.parameter("hours", [dice.whole(1, 20) for _ in tasks], "hours that a task takes", index=["TASKS"])
        load = "sum(hours[t]*does[w,t] for t in TASKS)"
    else:
        hours = [[dice.whole(1, 20) for _ in tasks] for _ in workers]
        draft.parameter("hours", hours, "hours that a worker needs", index=["WORKERS", "TASKS"])
        load = "sum(hours[w,t]*does[w,t] for t in TASKS)"
    draft.expression("load", load, "hours of a worker", "w in WORKERS")
    _tell(draft, same)
    if dice.chance(0.5):
        _add_limit(draft, dice, len(tasks), len(workers))
    task = "who does which task"
    if not same or dice.chance(0.6):
        noun = "[number of hours|working time] of the busiest worker"
        goal(draft, "minimize", "max(load[w] for w in WORKERS)", noun, task)
    else:
        noun = "[number of hours|working time] of the worker with the least to do"
        goal(draft, "maximize", "min(load[w] for w in WORKERS)", noun, task)
    return draft


def _tell(draft: Draft, same: bool) -> None:
    draft.fact(
        *ways(
            "{TASKS} are to be shared out among {WORKERS}",
            "{WORKERS} share {TASKS} among themselves",
            "[a manager|a foreman|a head of department] divides {TASKS} among {WORKERS}",
        ),
        tells=[],
        place="setting",
    )
    if same:
        draft.fact(
            *ways("{t} takes {hours[t]} hours, whoever does it", "{t} means {hours[t]} hours of work"),
            tells=["hours"],
            for_each="t in TASKS",
            heading="hours of work",
        )
    else:
        draft.fact(
            *ways("{w} [needs|takes] {hours[w,t]} hours for {t}", "with {w}, {t} takes {hours[w,t]} hours"),
            tells=["hours"],
            for_each="w in WORKERS, t in TASKS",
            heading="hours for {t}",
        )
    draft.fact(
        *ways(
            "<each of> task is done [as a whole |]by <exactly> one of them",
            "no task can be split[, and none left out|; all must be done]",
        ),
        tells=["each_task", "does"],
        place="rule",
    )


def _add_limit(draft: Draft, dice: Dice, tasks: int, workers: int) -> None:
    draft.parameter("most", -(-tasks // workers) + dice.whole(1, 2), "most tasks for one worker")
    draft.constraint("not_too_many", "sum(does[w,t] for t in TASKS) <= most", "number of tasks", "w in WORKERS")
    draft.fact(
        *ways(
            "nobody <can> [get|be given|do] more than {most} tasks",
            "<at most> {most} tasks [go|can go|can be given] to any one of them",
        ),
        tells=["most", "not_too_many"],
        place="rule",
    )


FAMILY = Family(
    name="fair_shares",
    title="fair shares of work",
    group="goal",
    description="Indivisible tasks are shared out among workers so that the busiest one has as little to do as "
    "possible, or the least busy one as much.",
    source="R. L. Graham, Bounds on multiprocessing timing anomalies, SIAM Journal on Applied Mathematics 17, 1969",
    draw=draw,
    knobs={"tasks": Range(4, 24), "workers": Range(2, 6)},
)
