"""Every failure that Optwright names, each attributed to one boundary.

An infeasible model, a wrong program or a time limit of generated code is *not* an error: it is an `Outcome`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class OptwrightError(Exception):
    """A failure that the user sees as one line: what, where, and what to do about it."""

    exit_code = 1


class InputError(OptwrightError):
    """What the user handed over cannot be used: an empty text, an unreadable table, an unknown option."""

    exit_code = 2


class ConfigError(InputError):
    """The configuration is wrong or incomplete."""


class LibraryError(InputError):
    """The experience library's database cannot be reached, or cannot be used."""


class LLMError(OptwrightError):
    """A language model server failed, refused or could not be reached."""

    exit_code = 3


class RefusedError(LLMError):
    """The server is well, but refuses this request: it is too long, or asks for what the server does not offer."""


class ParseError(OptwrightError):
    """A text is not in the language that it should be in (a reply, an expression, a formulation)."""

    exit_code = 2


class FormulationError(OptwrightError):
    """A formulation is not well formed; the message lists its findings."""

    exit_code = 2

    def __init__(self, message: str, findings: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.findings = list(findings)
        """The findings (`optwright.formulation.findings.Finding`) behind the message, if there are any."""


class SandboxError(OptwrightError):
    """The sandbox itself failed or is too weak; never the fault of the program that ran in it."""

    exit_code = 6


class BudgetError(OptwrightError):
    """The budget of calls, tokens or seconds is spent."""

    exit_code = 5


class DatasetError(OptwrightError):
    """A data set cannot be found or read."""

    exit_code = 2


class StoppedError(OptwrightError):
    """The user stopped what was running."""

    exit_code = 130
