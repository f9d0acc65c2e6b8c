"""The two choices that a user has about how a problem is solved: the route, and how far to climb."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """The routes from words to a model; every one runs in the same harness."""

    COMPILED = "compiled"
    """The formulation is rendered: the model writes no code."""
    CODED = "coded"
    """The model writes the formulation, then a program from it (LLMOPT's q2f, f2c)."""
    DIRECT = "direct"
    """The model writes the program at once (LLMOPT's q2c)."""
    COT = "cot"
    """Understanding and mathematics first, then the program (ORThought's stages)."""
    LLMOPT = "llmopt"
    """That model's own five-element text, then the program."""
    PLAIN = "plain"
    """The question alone, answered by the bare JSON of a formulation, asked once: for models tuned to do just that."""


class Effort(StrEnum):
    """How many repairs, and whether doubts go back to the model."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
