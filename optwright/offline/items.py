"""What is decided upon, and where a text mentions it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optwright.offline.lexicon import STOP, VERBS
from optwright.offline.tokens import Token

LIST_MARKS = frozenset({",", "and", "or", "&"})


@dataclass(frozen=True, slots=True)
class Item:
    """One decision item: its name, the stems any of which names it, and shared words that may go with them."""

    name: str
    keys: frozenset[str]
    heads: frozenset[str] = frozenset()

    @property
    def symbol(self) -> bool:
        """Whether it is a bare letter, which an article could be taken for."""
        return all(len(key) == 1 for key in self.keys)


Items = tuple[Item, ...]


def key(token: Token) -> str:
    """Return what identifies a token: its stem; a capital letter stays one; a hyphened word is its first part."""
    if len(token.text) == 1:
        return token.text
    return token.stem.split("-")[0] + "-" if "-" in token.stem else token.stem


def mentions(tokens: Sequence[Token], items: Items) -> list[int | None]:
    """Return for every token the item that it names, None where it names none. Linear in the tokens."""
    owner = {one: position for position, item in enumerate(items) for one in item.keys}
    heads = items[0].heads
    found: list[int | None] = [None] * len(tokens)
    for position, token in enumerate(tokens):
        if token.number is not None:
            continue
        item = owner.get(key(token))
        if item is None:
            item = owner.get(token.text.lower()) if len(token.text) > 1 else owner.get(token.text.upper())
        if item is None or (token.form == "label" and not _headed(tokens, position, heads)):
            continue
        if len(token.text) == 1 and token.form != "label" and not is_letter(tokens, position, heads):
            continue
        found[position] = item
    return found


def _headed(tokens: Sequence[Token], position: int, heads: frozenset[str]) -> bool:
    """Whether a label follows one of the nouns that it goes with, or an item of a list that does."""
    before = tokens[position - 1] if position else None
    if before is None:
        return False
    if before.text.lower() in LIST_MARKS and position > 1:
        return _headed(tokens, position - 2, heads) or tokens[position - 2].stem in heads
    return before.stem in heads


def is_letter(tokens: Sequence[Token], position: int, heads: frozenset[str]) -> bool:
    """Whether a single letter is a label and not the article."""
    text = tokens[position].text
    before = tokens[position - 1] if position else None
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if text == "a" or text == "I":
        return before is not None and before.stem in heads
    if (
        before is not None
        and heads
        and before.form == "word"
        and content(before)
        and before.stem not in heads
        and len(before.text) > 1
    ):
        return False
    if text != "A":
        return text.isupper() or text in "xyzw"
    if before is None or before.text in ".:;-":
        return after is None or not after.text[0].isalpha() or after.stem in VERBS or after.text in {"and", "or"}
    return True


def content(token: Token) -> bool:
    """Whether a word could belong to the name of an item."""
    return (
        token.form == "word"
        and token.number is None
        and token.text.lower() not in STOP
        and (len(token.text) > 1 or token.text.isupper())
    )
