"""Records as token ids, the prompt masked: the loss is the completion's alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from optwright.errors import InputError
from optwright.finetune.records import Record

IGNORED = -100
"""The label of a token that is not learned."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One record for training: `labels[i]` is `ids[i]` in the completion and IGNORED before it."""

    ids: list[int]
    labels: list[int]
    stage: int = 0

    @property
    def length(self) -> int:
        """How many tokens."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is trained on, and what was left out."""

    entries: list[Encoded]
    too_long: int = 0


def encode(tokenizer: Any, record: Record) -> Encoded:
    """Write a record in the tokenizer's chat template."""
    prompt = _ids(tokenizer, record.prompt, ask=True)
    whole = _ids(tokenizer, (*record.prompt, *record.completion), ask=False)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(prompt, whole, strict=False)))
    return Encoded(whole, [IGNORED] * shared + whole[shared:], record.stage)


def encode_all(tokenizer: Any, records: Iterable[Record], *, longest: int) -> Corpus:
    """Encode every record that fits. Raises InputError when none does: there would be nothing to train on."""
    entries, left_out = [], 0
    for record in records:
        encoded = encode(tokenizer, record)
        if encoded.length > longest:
            left_out += 1
        else:
            entries.append(encoded)
    if not entries:
        what = f"all {left_out} are longer than data.max_length = {longest} tokens" if left_out else "there are none"
        raise InputError(f"no record to train on: {what}; see data.records, data.instructions and data.max_length")
    return Corpus(entries, left_out)


def _ids(tokenizer: Any, messages: Sequence[Any], *, ask: bool) -> list[int]:
    found = tokenizer.apply_chat_template(list(messages), add_generation_prompt=ask, tokenize=True, return_dict=True)
    return [int(token) for token in found["input_ids"]]
