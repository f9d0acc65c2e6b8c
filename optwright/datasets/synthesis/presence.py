"""Whether the words hold every decisive number: of the formulation in the text, and of the text in the formulation."""

from __future__ import annotations

import re

from optwright.datasets.synthesis.realise import Told
from optwright.formulation.checking.account import account
from optwright.formulation.data import Data, resolve

_NUMBERED = re.compile(r"(?=.*[^\d.]).*\d.*")


def absent(told: Told) -> list[str]:
    """Say what numbers of the formulation the words do not tell, and what they tell that it does not have."""
    data = resolve(told.formulation, told.tables)
    return [str(finding) for finding in account(data, without_names(told.question, data))]


def without_names(text: str, data: Data) -> str:
    """Return the text without the names of members that have digits in them: "aircraft 7" is no number."""
    names = {str(part) for members in data.sets.values() for item in members for part in item}
    for name in sorted((one for one in names if _NUMBERED.fullmatch(one)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "it", text, flags=re.IGNORECASE)
    return text
