"""What a run writes down while it trains: its curve, and how many held-out problems it solves."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from optwright.finetune.settings import SolvingSettings
from optwright.finetune.solving import Figures, Held, measure
from optwright.runlog import RunLog

_KEPT = ("loss", "grad_norm", "learning_rate", "mean_token_accuracy", "epoch")


def history(path: Path) -> list[dict[str, Any]]:
    """Return what metrics.jsonl says, in order of steps: of a step that was trained twice, the later word counts."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for entry in RunLog(path).read():
        if "step" in entry and "kind" in entry:
            found[(entry["kind"], entry["step"])] = entry
    return sorted(found.values(), key=lambda entry: (entry["step"], entry["kind"]))


class Diary(TrainerCallback):  # type: ignore[misc]
    """Appends the trainer's figures to metrics.jsonl."""

    def __init__(self, log: RunLog) -> None:
        self._log = log
        self._start = time.monotonic()

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Keep what belongs to the curve."""
        if state.is_world_process_zero and logs and "loss" in logs:
            kept = {name: float(logs[name]) for name in _KEPT if name in logs}
            seconds = round(time.monotonic() - self._start, 1)
            self._log.append({"kind": "train", "step": state.global_step, **kept, "seconds": seconds})


class Examiner(TrainerCallback):  # type: ignore[misc]
    """Has held-out problems solved every so many steps, keeps the best weights, and may stop a run that gets no better.

    Nothing that goes wrong in an examination ends the training: it is written down and the next one is tried.
    """

    def __init__(self, problems: Sequence[Held], settings: SolvingSettings, tokenizer: Any, folder: Path) -> None:
        self._problems, self._settings, self._tokenizer = problems, settings, tokenizer
        self._folder = folder
        self._log = RunLog(folder / "metrics.jsonl")

    def on_step_end(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """Examine where one is due."""
        if state.global_step % self._settings.every == 0:
            self._examine(state, control, model)

    def on_train_end(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """Examine what training ended with."""
        if state.global_step % self._settings.every:
            self._examine(state, control, model)

    def _examine(self, state: Any, control: Any, model: Any) -> None:
        start = time.monotonic()
        try:
            figures = measure(model, self._tokenizer, self._problems, self._settings)
            best = self._best(state.global_step)
            if figures.right > best or best < 0:
                self._keep(model)
        except Exception as error:  # noqa: BLE001 - hours of training must not end with an examination
            trouble = f"{type(error).__name__}: {error}"[:500]
            self._log.append({"kind": "examination failed", "step": state.global_step, "trouble": trouble})
            return
        seconds = round(time.monotonic() - start, 1)
        self._log.append({"kind": "solving", "step": state.global_step, **figures.to_json(), "seconds": seconds})
        if self._stale(state.global_step, figures):
            self._log.append({"kind": "stopped early", "step": state.global_step})
            control.should_training_stop = True

    def _earlier(self, step: int) -> list[dict[str, Any]]:
        """Return the examinations before a step."""
        entries = history(self._folder / "metrics.jsonl")
        return [entry for entry in entries if entry["kind"] == "solving" and entry["step"] < step]

    def _best(self, step: int) -> int:
        return max((int(entry["right"]) for entry in self._earlier(step)), default=-1)

    def _stale(self, step: int, figures: Figures) -> bool:
        """Whether the last `patience` examinations, this one included, brought nothing better."""
        patience = self._settings.patience
        before = [int(entry["right"]) for entry in self._earlier(step)]
        if patience is None or len(before) < patience:
            return False
        recent = [*before, figures.right][-patience:]
        return max(recent) <= max(before[: len(before) + 1 - patience])

    def _keep(self, model: Any) -> None:
        model.save_pretrained(str(self._folder / "best"))
        self._tokenizer.save_pretrained(str(self._folder / "best"))
