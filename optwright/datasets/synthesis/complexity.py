"""How complex an instance is: a score from counts of its formulation and from what the solver had to do.

The weights of the counts are OptMATH's (Lu et al., 2025): variables 1.0 binary, 1.5 integer, 0.5 continuous;
constraints 0.5 linear, 2.0 logical, 2.5 quadratic, 3.0 general; 5.0 for the share that needs a big-M; 0.1 for the mean
length. The solver adds decades of nodes and of iterations, not seconds: an instance has one score on every machine.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from optwright.formulation.data import Data
from optwright.formulation.elements import Domain
from optwright.formulation.nodes import (
    Aggregate,
    Binary,
    Call,
    Compare,
    Item,
    Logic,
    Name,
    Node,
    Number,
    Piecewise,
    walk,
)
from optwright.formulation.rendering.degree import Degrees
from optwright.formulation.row import Row, tree_of
from optwright.outcome import Outcome
from optwright.solvers.standard import StandardForm

VARIABLES = {"binary": 1.0, "integer": 1.5, "continuous": 0.5}
CONSTRAINTS = {"linear": 0.5, "logical": 2.0, "quadratic": 2.5, "general": 3.0}
BIG_M, LENGTH, NODES, ITERATIONS = 5.0, 0.1, 10.0, 5.0


class Level(StrEnum):
    """How hard the instances shall be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    EXPERT = "expert"

    @property
    def band(self) -> tuple[float, float]:
        """From which score on, and below which."""
        return _BANDS[self]

    @property
    def seconds(self) -> float:
        """How long the solver may take."""
        return _SECONDS[self]


_BANDS = {
    Level.EASY: (0.0, 50.0),
    Level.MEDIUM: (50.0, 150.0),
    Level.HARD: (150.0, 500.0),
    Level.EXPERT: (500.0, 2000.0),
}
"""OptMATH's bands; easy begins at 0 so that problems of two variables are in it, expert is added."""
_SECONDS = {Level.EASY: 5.0, Level.MEDIUM: 10.0, Level.HARD: 20.0, Level.EXPERT: 60.0}


@dataclass(frozen=True, slots=True)
class Complexity:
    """The counts of an instance and what the solver had to do."""

    variables: dict[str, int]
    constraints: dict[str, int]
    length: float
    """Mean number of variables in a row of the model that was solved."""
    nodes: int = 0
    iterations: int = 0

    @property
    def score(self) -> float:
        """The score, to one decimal."""
        rows = sum(self.constraints.values())
        counted = sum(VARIABLES[kind] * count for kind, count in self.variables.items())
        counted += sum(CONSTRAINTS[kind] * count for kind, count in self.constraints.items())
        counted += BIG_M * self.constraints.get("logical", 0) / max(1, rows) + LENGTH * self.length
        # The first ten nodes and hundred iterations are presolve's noise.
        effort = NODES * math.log10(1 + self.nodes / 10) + ITERATIONS * math.log10(1 + self.iterations / 100)
        return round(counted + effort, 1)

    def fits(self, level: Level) -> bool:
        """Whether it lies in the band of a level."""
        least, most = level.band
        return least <= self.score < most


def complexity(data: Data, form: StandardForm, outcome: Outcome | None = None) -> Complexity:
    """Measure an instance: its formulation's data, the model built of it, and the outcome where it was solved."""
    variables: Counter[str] = Counter()
    for variable in data.formulation.variables:
        kind = "binary" if variable.domain is Domain.BINARY else "integer" if variable.domain.integral else "continuous"
        variables[kind] += len(data.keys(variable.name))
    names = {variable.name for variable in data.formulation.variables}
    trees = {one.name: tree_of(one.expression) for one in data.formulation.expressions}
    degrees = Degrees(names, trees)
    constraints: Counter[str] = Counter()
    for constraint in data.formulation.constraints:
        node = tree_of(constraint.expression)
        constraints[_kind(node, degrees)] += sum(1 for _ in Row(data, constraint.for_each).combinations())
    for objective in data.formulation.objectives:
        if (kind := _kind(tree_of(objective.expression), degrees)) != "linear":
            constraints[kind] += 1
    length = float(form.linear.start[form.height]) / max(1, form.height)
    nodes, iterations = (outcome.nodes, outcome.iterations) if outcome else (0, 0)
    return Complexity(dict(variables), dict(constraints), round(length, 2), nodes, iterations)


def _kind(root: Node, degrees: Degrees) -> str:
    """Return `linear`, `logical`, `quadratic` or `general`; named expressions count as what they say."""
    if degrees.degree(root) < 2:
        return "linear"
    kinds = {kind for node in _deep(root, degrees, set()) if (kind := _construct(node, root, degrees))}
    return "logical" if "logical" in kinds else "general" if "general" in kinds else "quadratic"


def _deep(root: Node, degrees: Degrees, seen: set[str]) -> list[Node]:
    """Return the nodes of a tree and of the named expressions that it uses."""
    found = []
    for node in walk(root):
        found.append(node)
        name = node.base if isinstance(node, Item) else node.id if isinstance(node, Name) else ""
        if name in degrees.expressions and name not in seen:
            seen.add(name)
            found += _deep(degrees.expressions[name], degrees, seen)
    return found


def _construct(node: Node, root: Node, degrees: Degrees) -> str:
    match node:
        case Logic():
            return "logical" if degrees.degree(node) else ""
        case Compare() if node is not root:
            return "logical" if degrees.degree(node) else ""
        case Call() | Piecewise() | Aggregate("min" | "max" | "prod"):
            return "general" if degrees.degree(node) else ""
        case Binary("/", _, right):
            return "general" if degrees.degree(right) else ""
        case Binary("**", left, right) if right != Number(2):
            return "general" if degrees.degree(left) or degrees.degree(right) else ""
    return ""
