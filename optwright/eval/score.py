"""The strict metric and every published rule beside it, each a function of gold answer and prediction.

No rule runs anything again: OptMATH's and SIRL's runners swap integer and continuous variables until the label is
met, which lets the label choose the answer. Their tolerance is kept here, that retry is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from optwright.datasets.label import Label, Status
from optwright.datasets.sample import Labels, Sample
from optwright.eval.prediction import Prediction
from optwright.eval.quantities import every_quantity

STRICT_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Gold:
    """What an attempt is scored against."""

    label: Label
    quantities: dict[str, float] = field(default_factory=dict)
    """Upstream's named results where all of them count, by name; empty where there are none."""
    objective_key: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to compare. `judge` is called for every attempt, also for those without an answer."""

    name: str
    title: str
    source: str
    judge: Callable[[Gold, Prediction], bool | None]
    """True, False, or None where the rule does not apply to this gold answer."""


def _numeric(close: Callable[[float, float, Label], bool], *, strict_status: bool = True) -> Callable[..., bool]:
    """Make a rule of a comparison of two numbers (gold, predicted); statuses must agree."""

    def judge(gold: Gold, prediction: Prediction) -> bool:
        label, said = gold.label, prediction.status
        if label.value is None:
            return _status_agrees(label.status, said, strict_status)
        if said is not Status.OPTIMAL or prediction.objective is None or not math.isfinite(prediction.objective):
            return False
        return close(label.value, prediction.objective, label)

    return judge


_NONE = frozenset({Status.INFEASIBLE, Status.UNBOUNDED, Status.NO_SOLUTION})


def _status_agrees(gold: Status, said: Status | None, strict: bool) -> bool:
    """Whether two statuses without an optimum agree; strictly, `no_solution` as a gold answer covers both kinds."""
    if said is None or said not in _NONE:
        return False
    return said is gold or gold is Status.NO_SOLUTION or not strict


def _strict(gold: float, said: float, label: Label) -> bool:
    if abs(said - gold) <= STRICT_TOLERANCE * (abs(gold) + 1):
        return True
    places = label.decimals
    return places is not None and abs(said - gold) <= 0.5 * 10.0**-places * (1 + 1e-9)


def _rounded_5pct(gold: float, said: float, label: Label) -> bool:
    whole_gold, whole_said = round(gold), round(said)
    if whole_gold == 0:
        return abs(whole_said) <= 0.05
    return abs((whole_said - whole_gold) / whole_gold) <= 0.05


def _relative_1e_4(gold: float, said: float, label: Label) -> bool:
    return abs(said - gold) <= 1e-4 * max(abs(gold), 1.0)


def _mamo(gold: float, said: float, label: Label) -> bool:
    _, _, fraction = label.printed.partition(".")
    unit = 10.0 ** -max(len(fraction), 2)
    return abs(said - gold) < unit or (gold != 0 and abs((said - gold) / gold) <= 1e-4)


def _sirl(gold: float, said: float, label: Label) -> bool:
    return abs(said - gold) / (abs(gold) + 1) <= 1e-6


def _optimind(gold: float, said: float, label: Label) -> bool:
    return abs(round(said, 5) - round(gold, 5)) / (abs(round(gold, 5)) + 1) < 1e-6


def _absolute(tolerance: float, *, closed: bool) -> Callable[[float, float, Label], bool]:
    def close(gold: float, said: float, label: Label) -> bool:
        return abs(said - gold) <= tolerance if closed else abs(said - gold) < tolerance

    return close


def _exact(gold: float, said: float, label: Label) -> bool:
    return said == gold


def _every_quantity(gold: Gold, prediction: Prediction) -> bool | None:
    if not gold.quantities or gold.label.value is None:
        return None
    if prediction.status is not Status.OPTIMAL:
        return False
    found = dict(prediction.quantities)
    return every_quantity(gold.quantities, found, objective=prediction.objective, objective_key=gold.objective_key)


_ALL = (
    Rule(
        "strict",
        "within 1e-6 of |gold| + 1, or equal at the label's printed decimals",
        "this project (primary metric)",
        _numeric(_strict),
    ),
    Rule(
        "relative_1e-4",
        "within 1e-4, relative above 1 and absolute below",
        "a common default",
        _numeric(_relative_1e_4),
    ),
    Rule(
        "rounded_5pct",
        "both rounded to whole numbers, relative difference at most 5%; any 'no solution' matches any",
        "ORLM eval/execute.py (NL4OPT, MAMO, IndustryOR); OptMATH eval/executor.py, without its variable-type retries",
        _numeric(_rounded_5pct, strict_status=False),
    ),
    Rule(
        "mamo",
        "less than one unit of the last printed decimal (two at least), or relative difference at most 1e-4",
        "Mamo 3.run_code_comp_optimization.py",
        _numeric(_mamo),
    ),
    Rule(
        "sirl",
        "|difference| / (|gold| + 1) at most 1e-6",
        "SIRL reproduce_gurobi.ipynb, without its variable-type retries",
        _numeric(_sirl),
    ),
    Rule(
        "optimind",
        "|difference| / (|gold| + 1) below 1e-6 after rounding both to 5 decimals",
        "OptiMind rewards/utils.py",
        _numeric(_optimind),
    ),
    Rule(
        "absolute_0.01",
        "absolute difference below 0.01",
        "ORThought analyze.py (ComplexOR, NLP4LP, IndustryOR, LogiOR)",
        _numeric(_absolute(0.01, closed=False)),
    ),
    Rule(
        "absolute_0.1",
        "absolute difference at most 0.1",
        "AlphaOPT train_params.yaml",
        _numeric(_absolute(0.1, closed=True)),
    ),
    Rule("exact", "equal numbers", "Chain-of-Experts evaluator.py (ComplexOR)", _numeric(_exact)),
    Rule(
        "every_quantity",
        "every named result within 1e-4 after rounding to 5 decimals (OptiBench and NL4OPT-E records only)",
        "ReSocratic eval_sft_code.py, where a language model reads the numbers off the output",
        _every_quantity,
    ),
)
RULES: dict[str, Rule] = {rule.name: rule for rule in _ALL}
"""Every rule by name, the strict one first."""


def judge_all(gold: Gold, prediction: Prediction) -> dict[str, bool | None]:
    """Return the verdict of every rule."""
    return {name: rule.judge(gold, prediction) for name, rule in RULES.items()}


def own_answer_fails(sample: Sample, labels: Labels) -> list[str]:
    """Return the rules under which a sample's own gold answer would not count as right: for the audit."""
    label = sample.version(labels).label
    if label is None:
        return []
    gold = Gold(label, sample.quantities if sample.results_fit(labels) else {}, sample.objective_key)
    said = Prediction(label.status, label.value, quantities=dict(sample.quantities), executed=True)
    return [name for name, verdict in judge_all(gold, said).items() if verdict is False]
