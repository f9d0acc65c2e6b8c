"""From a trained adapter or checkpoint to weights that a server loads: one folder with everything in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import torch

from optwright.errors import InputError
from optwright.finetune.model import is_adapter, load_model, load_tokenizer

Precision = Literal["same", "bfloat16", "float16", "float32"]
_TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}


def merge(source: Path, out: Path, *, base: str | None = None, precision: Precision = "same") -> int:
    """Write a whole model into `out`: weights (safetensors), tokenizer, chat template. Returns its parameters.

    Args:
        source: a LoRA adapter, or a whole checkpoint, which is only converted.
        out: a folder that holds no model yet.
        base: what the adapter was trained on; by default what it says itself. An adapter of a quantised model is
            merged into the unquantised weights.
        precision: of the weights written; `same` keeps the base's.

    Raises:
        InputError: `out` holds a model, or nothing can be loaded from `source` or `base`.
    """
    if (out / "config.json").exists():
        raise InputError(f"{out} holds a model already; choose another --out")
    model = merged(source, base) if is_adapter(source) else load_model(str(source))
    if precision != "same":
        model = model.to(_TYPES[precision])
    model.config.use_cache = True  # training switches it off, and saves that
    tokenizer = load_tokenizer(str(source))
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(str(out), safe_serialization=True)
    tokenizer.save_pretrained(str(out))
    return sum(entry.numel() for entry in model.parameters())


def merged(adapter: Path, base: str | None = None) -> Any:
    """Return the base model with an adapter's changes added to its weights. Raises InputError."""
    from peft import PeftModel

    path = base or _base_of(adapter)
    return PeftModel.from_pretrained(load_model(path), str(adapter)).merge_and_unload()


def _base_of(adapter: Path) -> str:
    try:
        settings = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{adapter / 'adapter_config.json'}: cannot be read ({error})") from None
    if not settings.get("base_model_name_or_path"):
        raise InputError(f"{adapter} does not say what it was trained on; give --base")
    return str(settings["base_model_name_or_path"])
