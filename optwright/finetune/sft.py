"""Supervised fine-tuning from a settings file to a folder that explains itself and survives a kill."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from trl import SFTConfig

from optwright.errors import InputError
from optwright.eval.folder import RunFolder, environment
from optwright.finetune import records
from optwright.finetune.curves import draw
from optwright.finetune.model import Start, begin
from optwright.finetune.order import arrange
from optwright.finetune.progress import Diary, Examiner, history
from optwright.finetune.settings import DataSettings, Settings, TrainSettings
from optwright.finetune.solving import held
from optwright.finetune.tokens import Corpus, encode_all
from optwright.finetune.trainer import Trainer
from optwright.finetune.versions import versions
from optwright.runlog import RunLog

CHECKPOINTS = "checkpoints"
FINAL = "final"
WORLD = int(os.environ.get("WORLD_SIZE", "1"))
"""Processes that train together, as a launcher says."""
FIRST = os.environ.get("RANK", "0") == "0"
"""Whether this one writes the folder."""
_SCHEDULES = {
    "cosine": "cosine",
    "linear": "linear",
    "constant": "constant_with_warmup",
    "decay_at_end": "warmup_stable_decay",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run."""

    folder: Path
    """Of the final weights or adapter."""
    steps: int
    loss: float | None
    solved: float | None
    """Share of held-out problems solved at the last examination."""


def train(settings: Settings, *, resume: bool = False) -> Outcome:
    """Train, or go on with the run that the folder holds.

    Raises InputError or ConfigError, one line, for a folder in use, a run that is there already, or data and models
    that cannot be used.
    """
    folder = RunFolder(settings.out)
    with folder.lock() if FIRST else nullcontext():
        if FIRST:
            _claim(folder, settings, resume=resume)
        if settings.train.threads:
            torch.set_num_threads(settings.train.threads)
        start = begin(settings.model, settings.lora, seed=settings.train.seed)
        corpus = _corpus(settings.data, start)
        trainer = _trainer(settings, start, corpus)
        checkpoint = latest(settings.out / CHECKPOINTS) if resume else None
        if FIRST:
            _describe(settings, start, corpus)
        try:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        finally:
            if FIRST:
                draw(settings.out)
        return _finish(settings, start, trainer)


def latest(folder: Path) -> Path | None:
    """Return the newest checkpoint that was written to its end: trainer_state.json comes last."""
    whole = [path for path in folder.glob("checkpoint-*") if (path / "trainer_state.json").is_file()]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _claim(folder: RunFolder, settings: Settings, *, resume: bool) -> None:
    """Write what the run is, or make sure that it is the run that the folder holds."""
    config = settings.model_dump(mode="json", exclude={"out"})
    if not folder.exists:
        folder.write_json("environment.json", {**environment(), "training": versions()})
        folder.write_json("config.json", config)
    elif resume:
        folder.check_same(config)
    else:
        raise InputError(f"{folder.path} holds a run already; go on with --resume, or choose another 'out'")


def _corpus(data: DataSettings, start: Start) -> Corpus:
    wanted = set(data.instructions)
    taken: Counter[int] = Counter()
    chosen = []
    for record in records.load(data.records):
        if (wanted and record.instruction not in wanted) or taken[record.stage] == data.limit:
            continue
        taken[record.stage] += 1
        chosen.append(record)
    return encode_all(start.tokenizer, chosen, longest=data.max_length)


def _dataset(settings: Settings, corpus: Corpus) -> Dataset:
    """Return every epoch's records, in the order of training."""
    staged = settings.data.order == "curriculum"
    order = arrange(
        [entry.length for entry in corpus.entries],
        [entry.stage if staged else 0 for entry in corpus.entries],
        epochs=settings.train.epochs,
        batch=settings.train.batch * settings.train.accumulate,
        seed=settings.train.seed,
    )
    entries = [corpus.entries[position] for position in order]
    return Dataset.from_dict(
        {"input_ids": [entry.ids for entry in entries], "labels": [entry.labels for entry in entries]}
    )


def _trainer(settings: Settings, start: Start, corpus: Corpus) -> Trainer:
    dataset = _dataset(settings, corpus)
    callbacks: list[Any] = [Diary(RunLog(settings.out / "metrics.jsonl"))]
    if settings.solving is not None:
        if WORLD > 1:
            line = "optwright: no evaluation by solving in a distributed run: evaluate its checkpoints afterwards"
            print(line, file=sys.stderr)
        else:
            callbacks.append(Examiner(held(settings.solving), settings.solving, start.tokenizer, settings.out))
    return Trainer(
        model=start.model,
        args=_arguments(settings, len(dataset)),
        train_dataset=dataset,
        processing_class=start.tokenizer,
        peft_config=start.adapter,
        callbacks=callbacks,
        muon=settings.train.optimiser == "muon",
    )


def _arguments(settings: Settings, count: int) -> SFTConfig:
    """Return TRL's arguments. The data's order is made already: one pass, in sequence."""
    chosen, on_gpu = settings.train, torch.cuda.is_available()
    steps = chosen.steps or -(-count // (chosen.batch * chosen.accumulate * WORLD))
    return SFTConfig(
        output_dir=str(settings.out / CHECKPOINTS),
        num_train_epochs=1,
        max_steps=chosen.steps or -1,
        per_device_train_batch_size=chosen.batch,
        gradient_accumulation_steps=chosen.accumulate,
        learning_rate=chosen.learning_rate,
        weight_decay=chosen.weight_decay,
        max_grad_norm=chosen.clip,
        **_schedule(chosen, steps),
        bf16=chosen.precision == "bfloat16" or (chosen.precision == "auto" and on_gpu),
        gradient_checkpointing=chosen.checkpointing,
        packing=settings.data.packing,
        max_length=settings.data.max_length if settings.data.packing else None,
        completion_only_loss=True,
        train_sampling_strategy="sequential",
        logging_steps=chosen.log_every,
        save_strategy="steps",
        save_steps=chosen.save_every,
        save_total_limit=chosen.keep,
        seed=chosen.seed,
        data_seed=chosen.seed,
        use_cpu=not on_gpu,
        report_to=[],
        disable_tqdm=not sys.stderr.isatty(),
    )


def _schedule(chosen: TrainSettings, steps: int) -> dict[str, Any]:
    warm = round(chosen.warmup * steps)
    more: dict[str, Any] = {}
    if chosen.schedule == "decay_at_end":
        more["lr_scheduler_kwargs"] = {"num_decay_steps": max(1, round(chosen.decay * steps)), "decay_type": "linear"}
    return {"lr_scheduler_type": _SCHEDULES[chosen.schedule], "warmup_steps": warm, **more}


def _describe(settings: Settings, start: Start, corpus: Corpus) -> None:
    """Write down what is trained on what."""
    parameters = list(start.model.parameters())
    described = {
        "parameters": sum(entry.numel() for entry in parameters),
        "trained": sum(entry.numel() for entry in parameters if entry.requires_grad),
        "records": len(corpus.entries),
        "left out as too long": corpus.too_long,
        "tokens an epoch": sum(entry.length for entry in corpus.entries),
        "stages": dict(Counter(str(entry.stage) for entry in corpus.entries)),
    }
    RunFolder(settings.out).write_json("data.json", described)


def _finish(settings: Settings, start: Start, trainer: Trainer) -> Outcome:
    final = settings.out / FINAL
    trainer.save_model(str(final))  # every process takes part where the weights are sharded
    if FIRST:
        start.tokenizer.save_pretrained(str(final))
    entries = history(settings.out / "metrics.jsonl")
    losses = [entry["loss"] for entry in entries if entry["kind"] == "train"]
    solved = [entry["solved"] for entry in entries if entry["kind"] == "solving"]
    outcome = Outcome(final, trainer.state.global_step, losses[-1] if losses else None, solved[-1] if solved else None)
    written = {"steps": outcome.steps, "loss": outcome.loss, "solved": outcome.solved}
    if FIRST:
        RunFolder(settings.out).write_json("result.json", written)
    return outcome
