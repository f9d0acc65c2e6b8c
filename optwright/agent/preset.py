"""The methods and efforts as data: which prompts a route uses, and how far a solve goes."""

from __future__ import annotations

from dataclasses import dataclass

from optwright.formulation.findings import Code
from optwright.method import Effort, Method


@dataclass(frozen=True, slots=True)
class Preset:
    """One route from words to a model."""

    method: str
    formulate: str | None = None
    """Template of the first request; None goes straight to the program."""
    typed: bool = False
    """Whether what the first request gives is a formulation of ours, to be checked, rendered and evaluated."""
    program: str | None = None
    """Template of the request for a program; None renders the formulation."""
    once: bool = False
    """Whether the model is asked once, for the bare JSON: a small model tuned on single turns can do nothing else."""
    offline: bool = False
    """Whether the offline reader formulates, in place of a language model."""

    @property
    def coded(self) -> bool:
        """Whether the language model writes the program."""
        return self.program is not None


PRESETS = {
    Method.COMPILED: Preset("compiled", "formulate", typed=True),
    Method.CODED: Preset("coded", "formulate", typed=True, program="program"),
    Method.DIRECT: Preset("direct", program="direct"),
    Method.COT: Preset("cot", "cot_model", program="cot_program"),
    Method.LLMOPT: Preset("llmopt", "llmopt_formulate", program="llmopt_program"),
    Method.PLAIN: Preset("plain", "plain", typed=True, once=True),
}
GIVEN = Preset("given", typed=True)
"""A formulation that somebody else wrote: checked, rendered and solved without a language model."""

OFFLINE = Preset("offline", typed=True, offline=True)
"""The fallback when no language model is configured: short textbook problems, read by a grammar."""

_ASKED = frozenset({Code.NUMBER_UNUSED, Code.NUMBER_UNKNOWN, Code.UNBOUNDED, Code.BALANCE})


@dataclass(frozen=True, slots=True)
class Policy:
    """How far a solve goes."""

    repairs: int
    doubts: frozenset[Code] = frozenset()
    """Warnings about which the model is asked once."""
    question_result: bool = False
    """Whether an infeasible or unbounded model goes back to the language model once."""


POLICIES = {
    Effort.LOW: Policy(1),
    Effort.MEDIUM: Policy(3, _ASKED, question_result=True),
    Effort.HIGH: Policy(6, _ASKED | {Code.UNITS, Code.UNUSED, Code.LOOSE_VARIABLE, Code.EMPTY, Code.DOMAIN}, True),
}
SAME_FAILURE = 3
"""A failure that is seen this often has returned twice: no further repair is tried."""
