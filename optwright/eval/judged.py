"""Attempts with their verdicts: the join of items and records on which all figures rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from optwright.datasets.label import Status
from optwright.datasets.sample import Labels
from optwright.eval.folder import Record
from optwright.eval.items import Item
from optwright.eval.metrics import vote
from optwright.eval.prediction import Prediction
from optwright.eval.score import RULES, STRICT_TOLERANCE, judge_all


@dataclass(frozen=True, slots=True)
class Judged:
    """One item with all its attempts. `verdicts` is empty when the item cannot be scored."""

    item: Item
    predictions: tuple[Prediction, ...]
    """In order of the sample's number."""
    verdicts: tuple[dict[str, bool | None], ...] = ()

    @property
    def scored(self) -> bool:
        """Whether there is a gold answer to score against."""
        return bool(self.verdicts)

    @property
    def first(self) -> Prediction:
        """The attempt that counts where one has to be chosen."""
        return self.predictions[0]

    @property
    def hits(self) -> int:
        """Attempts right under the strict rule."""
        return sum(verdict["strict"] is True for verdict in self.verdicts)

    def right(self, rule: str = "strict") -> bool:
        """Whether the first attempt is right under a rule."""
        return self.scored and self.verdicts[0][rule] is True

    @property
    def voted(self) -> bool:
        """Whether the answer that most attempts agree on is right; ties go to the earliest."""
        answers = [prediction if prediction.status else None for prediction in self.predictions]
        chosen = vote(answers, agree)
        return chosen is not None and self.scored and self.verdicts[chosen]["strict"] is True


def agree(one: Prediction, other: Prediction) -> bool:
    """Whether two predictions say the same: one status, and objectives equal at the strict tolerance."""
    if one.status is not other.status:
        return False
    if one.status is not Status.OPTIMAL or one.objective is None or other.objective is None:
        return one.objective == other.objective
    return abs(one.objective - other.objective) <= STRICT_TOLERANCE * (abs(one.objective) + 1)


def judge(items: Iterable[Item], records: Iterable[Record], labels: Labels) -> list[Judged]:
    """Join items with their records and score them, sorted by id; items without any record are left out."""
    attempts: dict[str, dict[int, Prediction]] = defaultdict(dict)
    for record in records:
        attempts[record.id].setdefault(record.sample, record.prediction)
    found = []
    for item in sorted(items, key=lambda item: item.id):
        if item.id not in attempts:
            continue
        predictions = tuple(attempts[item.id][number] for number in sorted(attempts[item.id]))
        gold = item.gold(labels)
        verdicts = tuple(judge_all(gold, prediction) for prediction in predictions) if gold else ()
        found.append(Judged(item, predictions, verdicts))
    return found


def split_by(judged: Sequence[Judged], key: Callable[[Item], str]) -> dict[str, list[Judged]]:
    """Divide by a property of the item, in alphabetical order of its values."""
    parts: dict[str, list[Judged]] = defaultdict(list)
    for entry in judged:
        parts[key(entry.item)].append(entry)
    return dict(sorted(parts.items()))


def rule_counts(judged: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    """Return for each rule how many first attempts are right, and of how many it applies to."""
    counts = {}
    for name in RULES:
        verdicts = [entry.verdicts[0][name] for entry in judged if entry.scored]
        applicable = [verdict for verdict in verdicts if verdict is not None]
        counts[name] = (sum(applicable), len(applicable))
    return counts
