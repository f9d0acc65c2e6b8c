"""What a fine-tuning run was asked to do, as its YAML file says it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from optwright.errors import ConfigError
from optwright.method import Method


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Adapter(StrEnum):
    """Which weights are trained."""

    FULL = "full"
    LORA = "lora"
    QLORA = "qlora"
    """LoRA over weights held in 4 bits; needs a GPU and bitsandbytes."""


class Scratch(_Section):
    """A decoder of the Llama architecture, initialised at random: for small reference models."""

    tokenizer: Path
    """Folder of a tokenizer with a chat template, as `optwright finetune tokenizer` writes it."""
    hidden: int = Field(default=256, gt=0)
    layers: int = Field(default=6, gt=0)
    feed_forward: int = Field(default=640, gt=0)
    heads: int = Field(default=4, gt=0)
    key_value_heads: int = Field(default=2, gt=0)
    head_size: int = Field(default=64, gt=0)
    context: int = Field(default=2048, gt=0)


class ModelSettings(_Section):
    """The model that training begins with: a folder or a name on the hub, or one from scratch."""

    path: str | None = None
    scratch: Scratch | None = None
    adapter: Adapter = Adapter.LORA

    @model_validator(mode="after")
    def _one(self) -> ModelSettings:
        if (self.path is None) == (self.scratch is None):
            raise ValueError("give either 'path' or 'scratch'")
        if self.scratch is not None and self.adapter is not Adapter.FULL:
            raise ValueError("a model from scratch has nothing to adapt; write adapter: full")
        return self


class LoraSettings(_Section):
    """Low-rank adaptation; LLMOPT's values by default."""

    rank: int = Field(default=64, gt=0)
    alpha: int = Field(default=16, gt=0)
    dropout: float = Field(default=0.05, ge=0, lt=1)
    targets: str | tuple[str, ...] = "all-linear"


class DataSettings(_Section):
    """What is trained on."""

    records: tuple[Path, ...] = Field(min_length=1)
    instructions: tuple[str, ...] = ()
    """Only records of these instructions; empty takes all."""
    limit: int | None = Field(default=None, gt=0)
    """At most so many records of each stage."""
    order: Literal["shuffled", "curriculum"] = "shuffled"
    """`curriculum`: stage after stage, each shuffled."""
    packing: bool = False
    """Several records in one sequence; keeps them apart with flash attention, needs a GPU to be worth it."""
    max_length: int = Field(default=4096, gt=0)
    """Tokens of one sequence; longer records are left out, and counted."""


class TrainSettings(_Section):
    """How it is trained."""

    epochs: int = Field(default=1, gt=0)
    batch: int = Field(default=8, gt=0)
    """Sequences of one step on one device."""
    accumulate: int = Field(default=1, gt=0)
    optimiser: Literal["adamw", "muon"] = "adamw"
    learning_rate: float = Field(default=3e-4, gt=0)
    schedule: Literal["cosine", "linear", "constant", "decay_at_end"] = "cosine"
    warmup: float = Field(default=0.03, ge=0, lt=1)
    """Share of the steps."""
    decay: float = Field(default=0.3, ge=0, lt=1)
    """Share of the steps at the end over which `decay_at_end` goes down to zero."""
    weight_decay: float = Field(default=0.0, ge=0)
    clip: float = Field(default=1.0, gt=0)
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    """`auto`: bfloat16 on a GPU, float32 on a CPU."""
    checkpointing: bool = False
    """Recompute activations in the backward pass: less memory, slower."""
    steps: int | None = Field(default=None, gt=0)
    """Stop after so many steps; the schedule fits them."""
    save_every: int = Field(default=200, gt=0)
    log_every: int = Field(default=10, gt=0)
    keep: int = Field(default=2, gt=0)
    """Checkpoints kept."""
    threads: int | None = Field(default=None, gt=0)
    """CPU threads; None leaves torch its default."""
    seed: int = 0


class SolvingSettings(_Section):
    """Evaluation during training: held-out problems are put to the model, its formulations solved and compared."""

    problems: Path
    """A file with `id`, `question` and `answer`, as `optwright eval` reads it."""
    every: int = Field(default=500, gt=0)
    """Steps."""
    limit: int = Field(default=64, gt=0)
    method: Method = Method.COMPILED
    max_tokens: int = Field(default=1500, gt=0)
    batch: int = Field(default=32, gt=0)
    time_limit: float = Field(default=5.0, gt=0)
    """Seconds of one solve."""
    patience: int | None = Field(default=None, gt=0)
    """Stop early after so many evaluations without a better one; None never does."""


class Settings(_Section):
    """One run."""

    out: Path
    model: ModelSettings
    data: DataSettings
    lora: LoraSettings = LoraSettings()
    train: TrainSettings = TrainSettings()
    solving: SolvingSettings | None = None


def load(path: Path) -> Settings:
    """Read a run's settings. Raises ConfigError, one line with the field and the remedy."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{place}: not valid YAML ({getattr(error, 'problem', error)})") from None
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected sections such as 'model:' and 'data:'; see configs/sft")
    return parse(data, str(path))


def parse(data: dict[str, Any], where: str) -> Settings:
    """Check settings given as plain data. Raises ConfigError."""
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(map(str, first["loc"])) or "settings"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "there is no such setting; docs/finetuning.md lists them"
    raise ConfigError(f"{where}: {name}: {message}")
