"""What is to be served: a folder of weights (or a name on the Hugging Face hub), and adapters for it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optwright.errors import InputError

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_WEIGHTS = ("*.safetensors", "*.bin", "*.pt", "*.gguf")
_BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model as its files tell it. Of a name on the hub only the name is known."""

    model: str
    """An absolute path, or the name on the hub."""
    name: str
    """What requests call it."""
    local: bool
    weights: int = 0
    """Bytes of the weight files."""
    dtype: str = ""
    token_bytes: int | None = None
    """Bytes that one token takes in the key-value cache at float32."""
    context: int | None = None
    """Tokens that the model was made for."""
    has_template: bool = True
    """Whether its tokeniser says how a conversation becomes text."""

    @property
    def float32_bytes(self) -> int:
        """Bytes of the weights at float32."""
        return self.weights * 4 // _BYTES.get(self.dtype, 4)


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter: the name that requests use, its folder, its rank."""

    name: str
    folder: Path
    rank: int


def read(model: str) -> Checkpoint:
    """Read what `model` is: a folder, or `owner/name` on the hub. Raises InputError, one line, when it is neither."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _read_folder(folder.resolve())
    if folder.is_file():
        raise InputError(f"{model} is a file; give the folder that holds config.json and the weights")
    if _HUB_NAME.fullmatch(model):
        return Checkpoint(model, model, local=False)
    raise InputError(f"{model}: no such folder; give a folder with config.json and weights, or owner/name on the hub")


def _read_folder(folder: Path) -> Checkpoint:
    if (folder / "adapter_config.json").is_file() and not (folder / "config.json").is_file():
        base = _json(folder / "adapter_config.json").get("base_model_name_or_path") or "BASE"
        raise InputError(f"{folder} is an adapter: optwright serve {base} --lora {folder.name}={folder}")
    config = _json(folder / "config.json")
    found = [path for pattern in _WEIGHTS for path in folder.glob(pattern)]
    if not found:
        raise InputError(f"{folder} has a config.json but no weights (such as model.safetensors)")
    if not any(
        (folder / name).is_file() for name in ("tokenizer.json", "tokenizer.model", "vocab.json", "tekken.json")
    ):
        raise InputError(f"{folder} has no tokeniser (tokenizer.json); save it beside the weights")
    text = config.get("text_config") or config
    return Checkpoint(
        str(folder),
        folder.name,
        local=True,
        weights=sum(path.stat().st_size for path in found),
        dtype=str(text.get("dtype") or text.get("torch_dtype") or config.get("dtype") or ""),
        token_bytes=_token_bytes(text),
        context=_whole(text.get("max_position_embeddings")),
        has_template=_has_template(folder),
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path.parent} has no {path.name}; give a folder as transformers saves it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    if not isinstance(data, dict):
        raise InputError(f"{path}: expected an object, found {type(data).__name__}")
    return data


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None


def _token_bytes(config: dict[str, Any]) -> int | None:
    """Keys and values of every layer; None for a model that does not say how many heads it has."""
    layers, heads = _whole(config.get("num_hidden_layers")), _whole(config.get("num_attention_heads"))
    hidden = _whole(config.get("hidden_size"))
    if layers is None or heads is None or hidden is None:
        return None
    kept = _whole(config.get("num_key_value_heads")) or heads
    width = _whole(config.get("head_dim")) or hidden // heads
    return 2 * layers * kept * width * 4


def _has_template(folder: Path) -> bool:
    beside = ("chat_template.jinja", "chat_template.json", "tekken.json")
    if any((folder / name).is_file() for name in beside):
        return True
    path = folder / "tokenizer_config.json"
    return path.is_file() and bool(_json(path).get("chat_template"))


def read_adapters(given: Sequence[str]) -> tuple[Adapter, ...]:
    """Read `NAME=DIR` arguments. Raises InputError for one that is not so, or a folder that is no adapter."""
    adapters: list[Adapter] = []
    for item in given:
        name, equals, place = item.partition("=")
        folder = Path(place).expanduser()
        if not (name and equals and place):
            raise InputError(f"--lora {item}: write NAME=DIR, as in --lora tuned=runs/tuned")
        if any(adapter.name == name for adapter in adapters):
            raise InputError(f"--lora {item}: the name {name} is given twice")
        if not folder.is_dir():
            raise InputError(f"--lora {item}: there is no folder {place}")
        rank = _whole(_json(folder / "adapter_config.json").get("r"))
        if rank is None:
            raise InputError(f"--lora {item}: adapter_config.json gives no rank r; is it a LoRA adapter?")
        adapters.append(Adapter(name, folder.resolve(), rank))
    return tuple(adapters)
