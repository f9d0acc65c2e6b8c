"""Short pieces of whole pairs, learned first: the words that hold one element's data, and that element alone.

A model trained from scratch learns to copy names and numbers from short texts before it can from long ones. Where the
data stands is found by looking for it in the sentences; nothing has to be marked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optwright.finetune.example import Example
from optwright.finetune.records import Record, compact
from optwright.llm import Message
from optwright.prompts.library import render

MOST_SENTENCES = 4
"""A piece that needs more of the text is no short piece."""
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\d)[^.!?\n]*)*[.!?]?")
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with what can be looked up in it."""

    text: str
    numbers: frozenset[float]
    lower: str


def pieces(example: Example) -> list[Record]:
    """Return the pieces of one example: its sets, its parameters, and what each quoted sentence says."""
    sentences = split(example.question)
    data = json.loads(compact(example.formulation))
    found: dict[str, dict[str, list[Any]]] = {}
    for section, element, quote in _elements(example, data):
        atoms = list(_atoms(element))
        whole = quote if quote and all(_holds(_sentence(quote), atom) for atom in atoms) else None
        span = whole or _span(sentences, atoms)
        if span is not None:
            found.setdefault(span, {}).setdefault(section, []).append(element)
    return [_record(example, span, parts, number) for number, (span, parts) in enumerate(found.items(), 1)]


def _elements(example: Example, data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield section, compact element and quote of what can stand alone."""
    for section in ("sets", "parameters", "constraints"):
        written = getattr(example.formulation, section)
        for element, compacted in zip(written, data.get(section, ()), strict=True):
            if section != "constraints" or element.quote:
                yield section, compacted, element.quote


def split(text: str) -> list[Sentence]:
    """Return the sentences of a text; a decimal point ends none."""
    return [_sentence(words) for match in _SENTENCE.finditer(text) if (words := match[0].strip())]


def _sentence(words: str) -> Sentence:
    numbers = frozenset(float(number.replace(",", "")) for number in _NUMBER.findall(words))
    return Sentence(words, numbers, words.lower())


def _atoms(element: Mapping[str, Any]) -> Iterator[float | str]:
    """Yield the names and numbers that an element's data consists of."""
    stack = [element.get("members"), element.get("value")]
    while stack:
        value = stack.pop()
        if isinstance(value, Mapping):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, str):
            yield value.lower()
        elif value is not None:
            yield float(value)


def _span(sentences: Sequence[Sentence], atoms: Sequence[float | str]) -> str | None:
    """Return the shortest run of sentences that holds every atom, or None."""
    if not atoms:
        return None
    for length in range(1, MOST_SENTENCES + 1):
        for start in range(len(sentences) - length + 1):
            window = sentences[start : start + length]
            if all(any(_holds(sentence, atom) for sentence in window) for atom in atoms):
                return " ".join(sentence.text for sentence in window)
    return None


def _holds(sentence: Sentence, atom: float | str) -> bool:
    if isinstance(atom, str):
        return atom in sentence.lower
    return atom in sentence.numbers or (0 < atom < 1 and round(100 * atom, 6) in sentence.numbers)


def _record(example: Example, words: str, parts: Mapping[str, Any], number: int) -> Record:
    prompt = render("plain", {"problem": words}).messages
    completion = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    provenance = {"example": example.id, "family": example.family}
    reply: Message = {"role": "assistant", "content": completion}
    return Record(f"{example.id}#piece-{number}", "piece", prompt, (reply,), 0, provenance)
