"""Follow-ups read by the language model."""

from __future__ import annotations

from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.state import Around, Talk
from optwright.agent.talk.version import Version


def read(said: str, version: Version, talk: Talk, around: Around) -> Plan:
    """Return the plan of a follow-up."""
    return Plan(Intent.UNCLEAR)
