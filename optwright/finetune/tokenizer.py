"""A byte-level BPE for small models, with its chat template: digits and spaces stand alone.

Single digits let a model copy numbers it never saw; a space of its own makes a word the same token in the question
(after a space) and in the JSON (after a quotation mark), so that names can be copied too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from optwright.finetune.records import Record

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PAD, END = "<|pad|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_PIECES = r"\d| |\s|\p{L}+|[^\s\p{L}\d]+"


def train(records: Iterable[Record], *, size: int = 2048) -> PreTrainedTokenizerFast:
    """Train a tokenizer of at most `size` tokens on what the records say."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(_PIECES), behavior="isolated")
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[PAD, END, *ROLES],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(_texts(records), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=list(ROLES),
        chat_template=TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def save(records: Iterable[Record], folder: Path, *, size: int = 2048) -> int:
    """Train, write the tokenizer's files, and return how many tokens it has."""
    made = train(records, size=size)
    made.save_pretrained(str(folder))
    return len(made)


def _texts(records: Iterable[Record]) -> Iterable[str]:
    for record in records:
        for message in (*record.prompt, *record.completion):
            yield message["content"]
