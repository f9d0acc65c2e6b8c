"""What travels through the graph: plain JSON data, so that a checkpoint needs no pickle and no class of ours."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

Json = dict[str, Any]


class State(TypedDict, total=False):
    """The state of one solve. A node returns the entries that it changes."""

    formulation: Json | None
    """The formulation as JSON data, in typed methods."""
    draft: str
    """The last reply of the formulate step as text: what an unreadable reply said, or a model in words."""
    draft_program: str
    """The same of the program step, when no program could be read from it."""
    assumptions: list[str]
    findings: list[Json]
    program: str | None
    names: dict[str, str]
    """Pyomo component name to formulation name; empty for programs written by a language model."""
    outcome: Json | None
    """An `Outcome`, under the formulation's names."""
    evaluation: Json | None
    """The re-check of the returned point: see `nodes.verify`."""
    trouble: Json | None
    """What the repair step has to deal with: see `trouble.Trouble`."""
    seen: list[str]
    """Signatures of the failures so far."""
    asked: list[str]
    """Doubts that the model has been asked about."""
    kept: Json | None
    """The last formulation without errors, to fall back on when answering a doubt spoiled it."""
    rounds: int
    """Repairs made."""
    goto: str
    """Where the repair step sends the solve."""
    stopped: str
    """Why no further repair was made; empty while all is well."""
    insights: dict[str, list[dict[str, str]]]
    """Insights that apply, `{id, text}`, by the step that they are for: `formulate`, `program`."""
    cited: list[str]
    """Ids of the insights that the model says it followed."""
    readings: list[Json]
    """The formulations between which the offline reader could not choose, or the one that it objects to."""
    steps: Annotated[list[Json], operator.add]
    """The trace so far."""
    usage: Json
    """What the language model has cost, over interrupted runs too."""
    elapsed: float
    """Seconds spent, over interrupted runs too."""
