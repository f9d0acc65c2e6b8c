"""How varied the wording is: distinct n-grams of texts whose numbers and names are masked, and templates per family."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.saying import parse, variants
from optwright.formulation.data import Data
from optwright.formulation.numbers import numbers_in

_WORD = re.compile(r"[\w#@]+")
LONGEST = 4


@dataclass(frozen=True, slots=True)
class Variety:
    """Of some texts: tokens, and for n = 1..4 how many different n-grams there are."""

    texts: int
    tokens: int
    distinct: tuple[int, ...]
    masked: int
    """Different texts once numbers and names are masked: at least so many templates."""


def masked(text: str, data: Data) -> str:
    """Return a text with members as `@` and numbers as `#`: its wording alone."""
    names = {str(part) for members in data.sets.values() for item in members for part in item if isinstance(part, str)}
    for quantity in reversed(numbers_in(text)):
        text = f"{text[: quantity.start]}#{text[quantity.end :]}"
    if names:
        either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        text = re.sub(rf"(?<!\w)({either})(?!\w)", "@", text, flags=re.IGNORECASE)
    return re.sub(r"@(?:(?:, | and |, and )@)+", "@", text)


def variety(texts: Iterable[str]) -> Variety:
    """Measure texts that are masked already."""
    listed = list(texts)
    tokens = [_WORD.findall(text.lower()) for text in listed]
    distinct = tuple(len({run for words in tokens for run in _runs(words, width)}) for width in range(1, LONGEST + 1))
    return Variety(len(listed), sum(map(len, tokens)), distinct, len(set(listed)))


def _runs(words: Sequence[str], width: int) -> Iterable[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(width)), strict=False)


def templates(draft: Draft) -> int:
    """Return how many wordings the facts of a draft allow, order, joining, tables and styles not counted."""
    product = 1
    for fact in draft.facts:
        product *= sum(variants(parse(say)) for say in fact.says)
    return product
