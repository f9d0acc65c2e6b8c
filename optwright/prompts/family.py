"""The family of a model by the name that it is served under: `Qwen/Qwen2.5-7B-Instruct-AWQ` is of `qwen2.5`.

A family is what a pack is made for: sizes, tunings, quantisations and dates are left away, since a prompt that helps
one of them is worth trying with the others, which `auto` then does. What sets families apart stays: `qwen2.5-coder`.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_SIZE = re.compile(r"^(?:\d+x)?\d+(?:\.\d+)?[bm]$|^a\d+(?:\.\d+)?b$")
_DATE = re.compile(r"^(?:20\d{6}|20\d\d|\d{4}|[01]\d|[0-3]\d)$")
_LAYERED = re.compile(r"[-_:.]i?q\d_[a-z0-9_]+")
_NUMBER = re.compile(r"^\d(?:\.\d+)*$")
_QUANTISED = re.compile(r"^(?:i?q\d\w*|int\d+|fp\d+|bf16|w\d+a\d+|\d+bit)$")
_TUNING = frozenset(
    {
        *("instruct", "chat", "it", "base", "hf", "pt", "sft", "dpo", "kto", "grpo", "lora", "merged", "tuned"),
        *("awq", "gptq", "gguf", "ggml", "exl2", "mlx", "bnb", "quantized", "dynamic", "latest", "preview"),
    }
)
_MAKERS = frozenset({"meta", "openai", "google", "microsoft", "mistralai", "anthropic"})


def family_of(model: str) -> str:
    """Return the family of a model's name or path, in small letters; the name itself where nothing can be left away."""
    name = PurePosixPath(model.strip().replace("\\", "/")).name.lower().removesuffix(".gguf")
    name = _LAYERED.sub("", name)
    kept: list[str] = []
    for word in filter(None, re.split(r"[-_:\s@]+", name)):
        if kept and _NUMBER.match(word) and kept[-1].isalpha():
            kept[-1] += word  # llama-3.1 and llama3.1 are one
        elif not (word in _TUNING or _SIZE.match(word) or _QUANTISED.match(word) or (kept and _DATE.match(word))):
            kept.append(word)
    if len(kept) > 1 and kept[0] in _MAKERS:
        kept = kept[1:]
    return "-".join(kept) or name or "unnamed"
