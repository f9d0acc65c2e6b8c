"""Follow-ups read by rules, without a language model: what is not understood whole is not understood."""

from __future__ import annotations

from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.version import Version


def read(said: str, version: Version) -> Plan:
    """Return the plan of a follow-up; UNCLEAR where the words do not say what is to be done."""
    return Plan(Intent.UNCLEAR)
