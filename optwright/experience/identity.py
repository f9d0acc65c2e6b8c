"""What a library is at one moment: where it lies, and a digest of all that it may show to a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from optwright.experience.insight import Insight, Label, Status
from optwright.experience.library import Library


@dataclass(frozen=True, slots=True)
class Identity:
    """By which a library is known again."""

    place: str
    """A file's whole path, or a URL without its password."""
    digest: str
    """SHA-256 over the admitted insights, their ids, and the labels that they stand under."""
    insights: int
    """How many are admitted."""


def identity(library: Library) -> Identity:
    """Return what the library is now. Uses, candidates and versions that say the same change nothing of it."""
    admitted = library.find(status=Status.ADMITTED)
    return Identity(library.database.place, digest(admitted, library.taxonomy()), len(admitted))


def digest(admitted: Sequence[Insight], taxonomy: Sequence[Label]) -> str:
    """Return the digest of insights by number, and of the definitions of their labels."""
    above = {place for one in admitted for place in (one.content.label.folded, (*one.content.label.folded[:2], ""))}
    lines = [json.dumps([one.id, asdict(one.content)]) for one in sorted(admitted, key=lambda one: one.number)]
    lines += [json.dumps(asdict(one)) for one in taxonomy if one.folded in above]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
