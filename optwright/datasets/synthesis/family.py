"""What a family of problems is: how its instances are drawn, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from optwright.datasets.synthesis.dice import Dice, Range
from optwright.datasets.synthesis.draft import Draft


@dataclass(frozen=True, slots=True)
class Family:
    """A family: one structure with sampled sizes, features, data and names.

    `draw` uses the dice for everything random: a seed and the knobs' ranges give the same draft again. Its data have
    a feasible point (plant one and set right-hand sides around it), and an optimum that is bounded.
    """

    name: str
    """Snake case, the name of its module."""
    title: str
    """As people call it: "capacitated facility location"."""
    group: str
    """Its class of structures: mix, blending, transport, network, routing, scheduling, packing, covering, location,
    lot sizing, assignment, finance, energy, agriculture, goal, logic, stochastic, robust, nonlinear, conic."""
    description: str
    """One paragraph: what is decided, what limits it, what is best."""
    source: str
    """Where in the literature it comes from: author, title, year, chapter."""
    draw: Callable[[Dice], Draft]
    knobs: Mapping[str, Range]
    """Sizes and features that make it harder, with their widest ranges; `dice.knob` draws within those in force."""
