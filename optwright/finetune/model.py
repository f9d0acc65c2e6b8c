"""The model and tokenizer that training begins with."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerBase,
)

from optwright.errors import ConfigError, InputError
from optwright.finetune.settings import Adapter, LoraSettings, ModelSettings, Scratch


@dataclass(frozen=True, slots=True)
class Start:
    """What training begins with."""

    model: Any
    tokenizer: PreTrainedTokenizerBase
    adapter: Any = None
    """PEFT's configuration, or None where all weights are trained."""


def begin(settings: ModelSettings, lora: LoraSettings, *, seed: int) -> Start:
    """Load or initialise the model. Raises ConfigError or InputError, one line, where that cannot be done."""
    if settings.adapter is Adapter.QLORA:
        require_quantisation()
    if settings.scratch is not None:
        tokenizer = load_tokenizer(str(settings.scratch.tokenizer))
        return Start(_initialise(settings.scratch, tokenizer, seed), tokenizer)
    assert settings.path is not None
    tokenizer = load_tokenizer(settings.path)
    model = load_model(settings.path, quantised=settings.adapter is Adapter.QLORA)
    return Start(model, tokenizer, None if settings.adapter is Adapter.FULL else adapter(lora))


def require_quantisation() -> None:
    """Raise ConfigError where weights cannot be held in 4 bits."""
    if not torch.cuda.is_available():
        raise ConfigError("adapter: qlora needs a GPU, and none is here; write adapter: lora")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise ConfigError("adapter: qlora needs bitsandbytes; pip install bitsandbytes")


def adapter(lora: LoraSettings) -> Any:
    """Return PEFT's configuration."""
    from peft import LoraConfig

    targets = lora.targets if isinstance(lora.targets, str) else list(lora.targets)
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=targets,
        task_type="CAUSAL_LM",
    )


def load_tokenizer(path: str) -> PreTrainedTokenizerBase:
    """Load a tokenizer that can write conversations. Raises InputError."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: no tokenizer can be loaded from there ({_line(error)})") from None
    if not tokenizer.chat_template:
        raise InputError(f"{path}: the tokenizer has no chat template; add chat_template.jinja to its folder")
    return tokenizer


def load_model(path: str, *, quantised: bool = False) -> Any:
    """Load a causal language model in its own precision, in 4 bits if asked. Raises InputError."""
    more: dict[str, Any] = {}
    if quantised:
        more["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    try:
        return AutoModelForCausalLM.from_pretrained(path, dtype="auto", attn_implementation=_attention(), **more)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: no model can be loaded from there ({_line(error)})") from None


def is_adapter(path: Path) -> bool:
    """Whether a folder holds a LoRA adapter and not a whole model."""
    return (path / "adapter_config.json").is_file()


def _initialise(scratch: Scratch, tokenizer: PreTrainedTokenizerBase, seed: int) -> LlamaForCausalLM:
    if scratch.heads % scratch.key_value_heads:
        raise ConfigError("model.scratch: 'heads' must be a multiple of 'key_value_heads'")
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=scratch.hidden,
        intermediate_size=scratch.feed_forward,
        num_hidden_layers=scratch.layers,
        num_attention_heads=scratch.heads,
        num_key_value_heads=scratch.key_value_heads,
        head_dim=scratch.head_size,
        max_position_embeddings=scratch.context,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        attn_implementation=_attention(),
    )
    return LlamaForCausalLM(config)


def _attention() -> str:
    """Written out on a CPU, whose fused attention spends most of a training step in its backward pass."""
    return "sdpa" if torch.cuda.is_available() else "eager"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:160]
