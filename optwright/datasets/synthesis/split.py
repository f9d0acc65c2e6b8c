"""Which part of a data set an instance belongs to: training, the same wording, unseen templates, unseen families."""

from __future__ import annotations

import hashlib
from enum import StrEnum

HELD_FAMILIES = 8
"""One family in so many is held out of training as a whole."""
_SHARES = ((0.07, "validation"), (0.14, "unseen_template"))


class Split(StrEnum):
    """The part of a data set."""

    TRAIN = "train"
    VALIDATION = "validation"
    """Seen families and seen wording, other numbers and names."""
    UNSEEN_TEMPLATE = "unseen_template"
    """Seen families, told with the alternatives that training never has."""
    UNSEEN_FAMILY = "unseen_family"


def split_of(family: str, seed: str) -> Split:
    """Return the part of an instance: by its family's name first, then by its seed; always the same."""
    if held_family(family):
        return Split.UNSEEN_FAMILY
    point = _hash(seed) / 2**32
    return Split(next((name for share, name in _SHARES if point < share), "train"))


def held_family(family: str) -> bool:
    """Whether training never sees a family."""
    return _hash(family) % HELD_FAMILIES == 0


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"split {text}".encode()).digest()[:4], "big")
