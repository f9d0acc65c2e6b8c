"""A failure as the repair step reads it: where it belongs, in words for the model, and how to recognise it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from optwright.formulation.findings import Finding
from optwright.outcome import Failure, Outcome
from optwright.prompts.library import digest

MOST_FINDINGS = 20


class Kind(StrEnum):
    """What the model is to do about it."""

    REPLY = "reply"
    """Its reply could not be read: give it again."""
    WRONG = "wrong"
    """What it wrote must be corrected."""
    DOUBT = "doubt"
    """Nothing is wrong for certain: it is asked once, and may leave everything as it is."""
    FINAL = "final"
    """Wrong, but nothing that a language model can repair."""


class About(StrEnum):
    """What is to be written again."""

    FORMULATION = "formulation"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One failure."""

    kind: Kind
    about: About
    text: str
    """What is wrong, for the model and for a person."""
    signature: str
    """Equal for the same failure."""
    failure: str
    """One word for it, should it be the last: parse, check, exception, deadline, infeasible, ..."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Trouble:
        """Rebuild from `to_json`."""
        return cls(**{**data, "kind": Kind(data["kind"]), "about": About(data["about"])})


def unreadable(line: str, about: About) -> Trouble:
    """A reply from which nothing could be read."""
    text = f"The last reply cannot be used: {line}."
    return Trouble(Kind.REPLY, about, text, f"reply {about} {digest(line)}", "parse")


def ill_formed(findings: Sequence[Finding]) -> Trouble:
    """A formulation with errors."""
    text = f"The formulation has errors that stop it:\n{_listed(findings)}"
    return Trouble(Kind.WRONG, About.FORMULATION, text, _signature("check", findings), "check")


def questionable(findings: Sequence[Finding]) -> Trouble:
    """A formulation with warnings that the model should answer for."""
    text = f"The formulation can be solved, but a check asks:\n{_listed(findings)}"
    return Trouble(Kind.DOUBT, About.FORMULATION, text, _signature("doubt", findings), "check")


def failed_program(outcome: Outcome, explained: str, *, coded: bool) -> Trouble:
    """A program that gave no result."""
    failure = str(outcome.failure or Failure.SOLVER)
    last = (outcome.message or explained).strip().rsplit("\n", 1)[-1]
    signature = f"program {failure} {digest(last)}"
    if coded:
        return Trouble(Kind.WRONG, About.PROGRAM, f"The program failed: {explained}", signature, failure)
    if outcome.failure in (Failure.DEADLINE, Failure.MEMORY, Failure.SOLVER, Failure.CRASH):
        return Trouble(
            Kind.FINAL, About.FORMULATION, f"The compiled model could not be solved: {explained}", signature, failure
        )
    return Trouble(Kind.WRONG, About.FORMULATION, f"The compiled model failed: {explained}", signature, failure)


def no_optimum(outcome: Outcome, explained: str, *, typed: bool) -> Trouble:
    """A model that is infeasible or unbounded: often a mistake of the model, sometimes the truth."""
    about = About.FORMULATION if typed else About.PROGRAM
    text = (
        f"The model of the {about} has no optimum. {explained}\n"
        "Most problems have one, so that this is more often a mistake of the model than the truth."
    )
    return Trouble(Kind.DOUBT, about, text, f"result {outcome.termination}", str(outcome.termination))


def contradicted(lines: Sequence[str], *, coded: bool) -> Trouble:
    """A returned point that the formulation does not accept."""
    listed = "\n".join(f"- {line}" for line in lines[:MOST_FINDINGS])
    if coded:
        text = f"The program's solution does not fit the formulation, so that it models something else:\n{listed}"
        return Trouble(Kind.WRONG, About.PROGRAM, text, f"recheck {digest(listed)}", "recheck")
    text = f"The solver's point does not fit the formulation it was compiled from:\n{listed}"
    return Trouble(Kind.FINAL, About.FORMULATION, text, "recheck", "recheck")


def _listed(findings: Sequence[Finding]) -> str:
    lines = [f"- {finding}" for finding in findings[:MOST_FINDINGS]]
    if len(findings) > MOST_FINDINGS:
        lines.append(f"- and {len(findings) - MOST_FINDINGS} more of the kind")
    return "\n".join(lines)


def _signature(stage: str, findings: Sequence[Finding]) -> str:
    return f"{stage} {digest(repr(sorted((finding.code, finding.where, finding.message) for finding in findings)))}"
