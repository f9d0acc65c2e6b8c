"""Save a small randomly initialised Llama with a byte-level BPE and a chat template: something for vLLM to serve.

It knows nothing; servers, batching, prefix caches and structured outputs treat it like any other model.
Run it where transformers and torch are installed: `python scripts/make_random_model.py DIR [TEXT_FILE...]`; the
tokeniser is trained on the text files (default: this package's own sources).
"""

from __future__ import annotations

import sys
from pathlib import Path

from tokenizers import ByteLevelBPETokenizer
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed

TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
CONTEXT = 16384


def main(folder: Path, texts: list[Path]) -> None:
    """Train the tokeniser, initialise the model, and save both into `folder`."""
    sources = texts or sorted(Path(__file__).parents[1].glob("optwright/**/*.[mp][dy]"))
    bpe = ByteLevelBPETokenizer()
    bpe.train([str(path) for path in sources], vocab_size=4096, special_tokens=SPECIAL)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe._tokenizer,
        eos_token="<|end|>",
        pad_token="<|pad|>",
        additional_special_tokens=SPECIAL[2:],
        chat_template=TEMPLATE,
    )
    set_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        max_position_embeddings=CONTEXT,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f}M parameters, {len(tokenizer)} tokens, in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
