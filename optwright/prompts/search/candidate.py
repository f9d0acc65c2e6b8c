"""Prompt sets that may be tried: their parts, where they come from, and what they must keep."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optwright.errors import InputError

LONGEST = 12_000
"""Characters of one part; the pipeline's longest has 10,300."""
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prompt set: one text or several, by the names that the score function knows them by."""

    parts: Mapping[str, str]
    parents: tuple[str, ...] = ()
    """Ids of the candidates that it was made from; none for a seed."""
    step: int = 0
    """The step that it was proposed in; 0 for a seed."""
    note: str = ""
    """How it came about, in the strategy's own words."""

    @property
    def id(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the parts, layout and letter case aside."""
        plain = {name: " ".join(text.split()).casefold() for name, text in self.parts.items()}
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"parts": dict(self.parts), "parents": list(self.parents), "step": self.step, "note": self.note}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Candidate:
        """Rebuild from `to_json`."""
        return cls(dict(data["parts"]), tuple(data["parents"]), int(data["step"]), str(data["note"]))


@dataclass(frozen=True, slots=True)
class Form:
    """What every candidate must keep: the names of the parts, and the placeholders of each."""

    placeholders: Mapping[str, frozenset[str]]
    longest: int = LONGEST

    @classmethod
    def of(cls, seeds: Sequence[Candidate], longest: int = LONGEST) -> Form:
        """Return the form that the seeds declare. Raises InputError when there is none or they differ in it."""
        if not seeds:
            raise InputError("no seed prompt is given: at least one is needed")
        forms = [{name: placeholders(text) for name, text in seed.parts.items()} for seed in seeds]
        for form, seed in zip(forms, seeds, strict=True):
            if form != forms[0]:
                raise InputError(f"seed {seed.id} has other parts or placeholders than seed {seeds[0].id}")
        return cls(forms[0], longest)

    def fault(self, parts: Mapping[str, str]) -> str:
        """Say why these parts may not be tried; empty when they may."""
        if parts.keys() != self.placeholders.keys():
            wrong = sorted(parts.keys() ^ self.placeholders.keys())
            return f"other parts than the seed's: {', '.join(wrong)}"
        return next(filter(None, (self._fault(name, text) for name, text in parts.items())), "")

    def _fault(self, name: str, text: str) -> str:
        if not text.strip():
            return f"{name} is empty"
        if len(text) > self.longest:
            return f"{name} has {len(text)} characters, more than {self.longest}"
        wanted, found = self.placeholders[name], placeholders(text)
        dropped = [f"drops {{{{{one}}}}}" for one in sorted(wanted - found)]
        invented = [f"invents {{{{{one}}}}}" for one in sorted(found - wanted)]
        return f"{name} {' and '.join(dropped + invented)}" if dropped or invented else ""


def placeholders(text: str) -> frozenset[str]:
    """Return the names in double braces."""
    return frozenset(_PLACEHOLDER.findall(text))
