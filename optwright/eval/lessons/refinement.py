"""Better conditions for an insight that appears in the wrong places: several proposed, the best kept only if better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from optwright.eval.lessons.laboratory import Laboratory, Task
from optwright.eval.lessons.trial import verified
from optwright.experience.insight import Insight
from optwright.experience.search import told

VARIANTS = 5
"""Conditions proposed for an insight that is retrieved wrongly (AlphaOPT's number)."""
MOST_SEEN = 6
"""Problems of each kind that a refinement sees."""


def refined(
    laboratory: Laboratory, name: str, one: Insight, seen: tuple[list[str], list[str]], known: Mapping[str, Task]
) -> bool:
    """Give an insight the best of several conditions, if it retrieves better and still solves the sources."""
    helps, misleads = ([known[task] for task in tasks[:MOST_SEEN]] for tasks in seen)
    variables = {
        "count": str(VARIANTS),
        "insight": told(one),
        "helps": _listed(helps),
        "misleads": _listed(misleads),
    }
    reply = laboratory.ask(f"{name}: {one.id} v{one.version}", "lesson_refine", variables)
    proposed = reply.get("conditions")
    texts = [str(text).strip() for text in proposed if str(text).strip()] if isinstance(proposed, list) else []
    conditions = [one.content.condition, *texts[:VARIANTS]]
    scores = _scores(laboratory, f"{name}: {one.id} v{one.version}", conditions, helps, misleads)
    best = max(range(len(conditions)), key=lambda at: (scores[at], -at))
    if scores[best] <= scores[0]:
        return False
    content = replace(one.content, condition=conditions[best])
    better = laboratory.library.edit(one.number, content, note=f"{name}: {scores[0]:.2f} to {scores[best]:.2f}")
    sources = [known[task] for task in one.provenance.tasks if task in known]
    if verified(laboratory, name, better, sources):
        return True
    laboratory.library.restore([one], note=f"{name}: the new condition loses a source")
    return False


def _scores(
    laboratory: Laboratory, key: str, conditions: Sequence[str], helps: Sequence[Task], misleads: Sequence[Task]
) -> list[float]:
    """Replay the retrieval with every condition at once; return the balanced share of right decisions of each."""
    listed = "\n".join(f"[I{at}] {text}" for at, text in enumerate(conditions))

    def applying(task: Task) -> set[str]:
        variables = {"problem": task.problem.text, "conditions": listed}
        reply = laboratory.ask(f"{key}: {task.id}", "applicable", variables)
        named = reply.get("applies")
        return set(map(str, named)) if isinstance(named, list) else set()

    wanted, unwanted = laboratory.map(applying, helps), laboratory.map(applying, misleads)
    scores = []
    for at in range(len(conditions)):
        right = [sum(f"I{at}" in found for found in wanted) / len(wanted)] if wanted else []
        right += [sum(f"I{at}" not in found for found in unwanted) / len(unwanted)] if unwanted else []
        scores.append(sum(right) / len(right) if right else 0.0)
    return scores


def _listed(tasks: Sequence[Task]) -> str:
    return "\n\n".join(f"- {task.problem.text[:1500]}" for task in tasks) or "- none known"
