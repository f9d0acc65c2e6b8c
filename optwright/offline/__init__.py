"""The offline reader: a grammar of short textbook problems that answers without a language model, or refuses."""

from optwright.offline.judge import Check, Judged, Reading, Refusal, Solve, read

__all__ = ["Check", "Judged", "Reading", "Refusal", "Solve", "read"]
