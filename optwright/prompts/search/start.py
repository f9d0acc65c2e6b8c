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
_GAP = "\n\n"


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
    return [
        Candidate(
            {**parts, name: placed(parts[name], instruction, place)}, note=f"seed, {place}: {instruction or 'none'}"
        )
        for instruction in instructions
    ]


def placed(text: str, instruction: str, place: Place) -> str:
    """Return the text with an instruction at its place; with an empty one the text as it is."""
    if not instruction.strip():
        return text
    pieces = [instruction.strip(), text.strip()]
    return _GAP.join(pieces if place is Place.BEGIN else reversed(pieces))


def instruction_of(whole: str, text: str, place: Place) -> str | None:
    """Return the instruction that stands in a text, or None where that has changed otherwise too."""
    if whole == text:
        return ""
    rest = text.strip()
    if place is Place.BEGIN:
        return whole.removesuffix(_GAP + rest) if whole.endswith(_GAP + rest) else None
    return whole.removeprefix(rest + _GAP) if whole.startswith(rest + _GAP) else None
