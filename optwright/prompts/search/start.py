"""What a search begins with: short instructions, each at a place of a prompt, as several seeds.

OPRO (arXiv 2309.03409) compares instructions before the question, after it and at the beginning of the answer, and
starts from an empty one as well as from known ones. The third place needs a model that goes on with an answer which was
begun for it: a chat model's last message is the user's, so that only the first two are offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from optwright.errors import InputError
from optwright.prompts.search.candidate import Candidate

STARTS = ("", "Let's solve the problem.", "Let's think step by step.")
"""The published ones; the empty one leaves the prompt as it is."""


class Place(StrEnum):
    """Where an instruction stands in a part."""

    BEGIN = "begin"
    END = "end"


def seeds(
    parts: Mapping[str, str], name: str, place: Place = Place.BEGIN, *, instructions: Sequence[str] = STARTS
) -> list[Candidate]:
    """Return a candidate for each instruction, which stands in the part `name`, apart by an empty line.

    Raises InputError for a part that there is not.
    """
    if name not in parts:
        raise InputError(f"there is no part {name!r} to put an instruction into; there are {', '.join(parts)}")
    return [_seed(parts, name, place, instruction.strip()) for instruction in instructions]


def _seed(parts: Mapping[str, str], name: str, place: Place, instruction: str) -> Candidate:
    if not instruction:
        return Candidate(dict(parts), note="seed")
    pieces = [instruction, parts[name].strip()]
    text = "\n\n".join(pieces if place is Place.BEGIN else reversed(pieces))
    return Candidate({**parts, name: text}, note=f"seed, {place}: {instruction}")
