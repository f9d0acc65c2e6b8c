"""Follow-ups read by rules, without a language model: what is not understood whole is not understood."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.agent.talk import changes, queries
from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.version import Version
from optwright.problem import Table


def read(said: str, version: Version, tables: Sequence[Table] = ()) -> Plan:
    """Return the plan of a follow-up; UNCLEAR where the words do not say what is to be done."""
    scene = changes.scene(version, tables)
    if scene is None:
        return Plan(Intent.UNCLEAR)
    return queries.read(said, scene) or changes.read(said, scene) or Plan(Intent.UNCLEAR)
