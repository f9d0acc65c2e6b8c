"""The curves of a run, as PNG and SVG: the loss, the rate, and the share of held-out problems solved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from optwright.finetune.progress import history

SMOOTH = 20
"""Logged points over which the loss is averaged."""


def draw(folder: Path) -> list[Path]:
    """Draw what metrics.jsonl holds; return the files, none when there is nothing to draw yet."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    entries = history(folder / "metrics.jsonl")
    trained = [entry for entry in entries if entry["kind"] == "train"]
    examined = [entry for entry in entries if entry["kind"] == "solving"]
    if not trained:
        return []
    figure, axes = pyplot.subplots(
        2 if examined else 1, 1, figsize=(8, 7 if examined else 4), sharex=True, squeeze=False
    )
    _loss(axes[0][0], trained)
    if examined:
        _solved(axes[1][0], examined)
    axes[-1][0].set_xlabel("step")
    figure.tight_layout()
    files = [folder / "curves.png", folder / "curves.svg"]
    for file in files:
        figure.savefig(file)
    pyplot.close(figure)
    return files


def _loss(axis: Any, trained: Sequence[dict[str, Any]]) -> None:
    steps = [entry["step"] for entry in trained]
    losses = [entry["loss"] for entry in trained]
    window = min(SMOOTH, max(1, len(losses) // 5))
    smooth = [
        sum(losses[max(0, i + 1 - window) : i + 1]) / len(losses[max(0, i + 1 - window) : i + 1])
        for i in range(len(losses))
    ]
    axis.plot(steps, losses, color="0.75", linewidth=0.8, label="loss of the completion")
    axis.plot(steps, smooth, color="black", linewidth=1.6, label=f"mean of {window}")
    axis.set_yscale("log")
    axis.set_ylabel("nats a token")
    axis.legend()


def _solved(axis: Any, examined: Sequence[dict[str, Any]]) -> None:
    steps = [entry["step"] for entry in examined]
    for name, style in (("read", ":"), ("sound", "--"), ("right", "-")):
        shares = [100 * entry[name] / entry["asked"] for entry in examined]
        axis.plot(steps, shares, style, color="black", marker="o", markersize=3, label=name)
    axis.set_ylim(0, 100)
    axis.set_ylabel(f"% of {examined[-1]['asked']} held-out problems")
    axis.legend()
