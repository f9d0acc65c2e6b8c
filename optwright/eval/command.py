"""What `eval`, `compare` and `rescore` do with what was typed: resolve, run with live progress, print the result."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from optwright.agent import models, packs
from optwright.agent.models import OFFLINE
from optwright.config import Config, load
from optwright.datasets.registry import load_all
from optwright.datasets.sample import Labels
from optwright.datasets.split import choose
from optwright.errors import ConfigError, InputError
from optwright.eval.compare import Comparison, Paired
from optwright.eval.compare import compare as compare_runs
from optwright.eval.evaluate import evaluate as run_evaluation
from optwright.eval.evaluate import rescore as rescore_run
from optwright.eval.experience import Experience
from optwright.eval.folder import RunFolder
from optwright.eval.live import Live
from optwright.eval.settings import Settings
from optwright.eval.summary import rule_table
from optwright.prompts.pack import Pack
from optwright.prompts.shelf import AUTO


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked of `eval`, as typed."""

    benchmarks: tuple[str, ...]
    out: Path | None
    flags: Mapping[str, Any]
    limit: int | None = None
    ids: tuple[str, ...] = ()
    samples: int = 1
    temperature: float | None = None
    concurrency: int = 8
    resume: bool = False
    labels: str = "corrected"
    engine: str = "threads"
    address: str | None = None
    data_dir: Path | None = None


def evaluate(request: Request) -> None:
    """Run the evaluation and print its summary. Raises OptwrightError, one line, for what cannot be done."""
    config = load(flags=request.flags).config
    if request.address and request.engine != "ray":
        raise InputError("--address is of a Ray cluster; add --engine ray")
    samples = choose(load_all(request.benchmarks, directory=request.data_dir), ids=request.ids, limit=request.limit)
    settings = settings_of(request, config)
    if settings.library is None and request.flags.get("library.place"):
        raise ConfigError("--library is for a language model, and none is configured; name its server with --base-url")
    if settings.model == OFFLINE and request.flags.get("prompts.pack"):
        raise ConfigError(packs.NO_USE)
    out = request.out or folder_for(settings)
    secret = config.llm.api_key
    if (library := settings.library) is not None:
        told = f"with the library {library.place}: {library.insights} insights admitted"
        Console(stderr=True).print(told, highlight=False, markup=False, soft_wrap=True)
    if (pack := settings.prompts) is not None and (chat := models.resolve(config)) is not None:
        lines = [f"with the prompt pack {pack.name} ({pack.digest})", *packs.warnings(pack, chat)]
        Console(stderr=True).print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
    with Live() as live:
        run_evaluation(
            settings,
            samples,
            out,
            resume=request.resume,
            key=secret.get_secret_value() if secret else None,
            observe=live.observe,
        )
    show_summary(json.loads((out / "summary.json").read_text(encoding="utf-8")))
    if library is not None and Experience.of(config.library) != library:
        told = "the library was changed while the run went on: its last attempts may have drawn from another"
        Console(stderr=True).print(told, highlight=False, soft_wrap=True)
    Console().print(str(out / "report.html"), style="dim", highlight=False, markup=False)


def folder_for(settings: Settings) -> Path:
    """Return the folder of a run that was given none: `runs/BENCHMARKS-MODEL-METHOD`, in plain characters."""
    names = "+".join(Path(name.partition(":")[0]).stem for name in settings.benchmarks)
    pack = f"-{settings.prompts.name}" if settings.prompts else ""
    words = f"{names}-{settings.model or 'default'}-{settings.method}{'-library' if settings.library else ''}{pack}"
    return Path("runs") / re.sub(r"[^\w.+-]+", "_", words)[:120]


def settings_of(request: Request, config: Config) -> Settings:
    """Return the run's settings from what was typed and the configuration beneath it."""
    temperature = request.temperature
    if temperature is None:
        temperature = config.llm.temperature if request.samples == 1 else 0.7
    prices = config.prices.model_dump(exclude_none=True)
    model = config.llm.model if config.llm.base_url or config.llm.api_key else OFFLINE
    return Settings(
        benchmarks=request.benchmarks,
        method=config.method.value,
        effort=config.effort.value,
        model=model,
        base_url=config.llm.base_url,
        temperature=temperature,
        max_tokens=config.llm.max_tokens,
        structured=config.llm.structured,
        timeout=config.llm.timeout,
        deadline=config.llm.deadline,
        attempts=config.llm.attempts,
        solver=config.solver.solver,
        time_limit=config.solver.time_limit,
        gap=config.solver.gap,
        calls=config.budget.calls,
        seconds=config.budget.seconds,
        allow_weak=config.solver.allow_weak_isolation,
        library=Experience.of(config.library) if model != OFFLINE else None,
        prompts=_pack(request, config) if model != OFFLINE else None,
        samples=request.samples,
        labels=Labels(request.labels),
        prices=prices,
        concurrency=request.concurrency,
        engine=request.engine,
        address=request.address,
    )


def _pack(request: Request, config: Config) -> Pack | None:
    """Return the prompt pack of a run; one that is gone on with keeps its own where none is named."""
    wanted = config.prompts.pack
    if wanted == AUTO and request.resume and request.out is not None and RunFolder(request.out).exists:
        return Settings.from_json(RunFolder(request.out).config()).prompts
    return packs.chosen(wanted, models.resolve(config))


def rescore(
    run: Path, labels: str | None, prices: Mapping[str, float], references: Path | None, *, as_json: bool
) -> None:
    """Score a run again and print the summary."""
    version = Labels(labels) if labels else None
    summary = rescore_run(run, labels=version, prices=prices or None, references=references)
    if as_json:
        sys.stdout.write(json.dumps(summary) + "\n")
    else:
        show_summary(summary)
        if references is not None:
            found = json.loads((run / "contrast.json").read_text(encoding="utf-8"))["categories"]
            for name, count in found.items():
                Console().print(f"{count:5d}  {name}", highlight=False, markup=False)


def compare(run_a: Path, run_b: Path, labels: str | None, *, as_json: bool) -> None:
    """Compare two runs and print the result."""
    found = compare_runs(RunFolder(run_a), RunFolder(run_b), Labels(labels) if labels else None)
    if as_json:
        sys.stdout.write(json.dumps(found.to_json()) + "\n")
    else:
        _show_comparison(found, (run_a.name, run_b.name))


def show_summary(summary: Mapping[str, Any]) -> None:
    """Print accuracy by benchmark, and the pooled figure under every rule."""
    console = Console()
    table = Table(title=f"Strict accuracy, {summary['labels']} labels (pooled: duplicates once)", title_justify="left")
    for name, side in (("benchmark", "left"), *((n, "right") for n in ("n", "excluded", "answered", "correct"))):
        table.add_column(name, justify="left" if side == "left" else "right", no_wrap=side == "left")
    table.add_column("accuracy [95%]", justify="right")
    for name, group in [*summary["benchmarks"].items(), ("pooled", summary["pooled"])]:
        counts = [str(group[key]) for key in ("n", "excluded", "answered", "correct")]
        table.add_row(name, *counts, _interval(group["accuracy"], percent=True))
    console.print(table)
    rules = Table(title="The same predictions under every rule (duplicates once)", title_justify="left")
    for name in ("rule", "correct", "of", "source"):
        rules.add_column(name, justify="right" if name in ("correct", "of") else "left")
    for name, correct, of, source in rule_table(summary["pooled"]):
        rules.add_row(name, str(correct), str(of), source)
    console.print(rules)
    if (usage := summary.get("library")) is not None:
        console.print(
            f"Library: {usage['shown']} insights shown in {usage['with_insights']} of {usage['attempts']} attempts, "
            f"{usage['cited']} cited; retrieval precision {100 * usage['precision']:.1f}%",
            highlight=False,
            soft_wrap=True,
        )


def _show_comparison(found: Comparison, names: tuple[str, str]) -> None:
    console = Console()
    table = Table(title=f"A = {names[0]}, B = {names[1]} (pooled: duplicates once)", title_justify="left")
    for name in ("benchmark", "n", "A right", "B right", "only A", "only B", "B - A [95%]", "McNemar p"):
        table.add_column(name, justify="left" if name == "benchmark" else "right", no_wrap=name == "benchmark")
    for name, part in [*found.benchmarks.items(), ("pooled", found.pooled)]:
        table.add_row(name, *_cells(part))
    console.print(table)
    for name, ids in (("only A has right", found.pooled.only_a), ("only B has right", found.pooled.only_b)):
        console.print(f"{name}: {', '.join(ids) or 'none'}", highlight=False)
    if found.only_in_a or found.only_in_b:
        console.print(f"left out: {found.only_in_a} scored only in A, {found.only_in_b} only in B", highlight=False)


def _cells(part: Paired) -> list[str]:
    counts = [part.n, part.correct_a, part.correct_b, len(part.only_a), len(part.only_b)]
    difference = part.difference.to_json() if part.difference else None
    return [*map(str, counts), _interval(difference, percent=True), f"{part.p_value:.3g}"]


def _interval(rate: Mapping[str, float] | None, *, percent: bool) -> str:
    if rate is None:
        return ""
    scale = 100 if percent else 1
    return f"{scale * rate['value']:.1f}% [{scale * rate['low']:.1f}, {scale * rate['high']:.1f}]"
