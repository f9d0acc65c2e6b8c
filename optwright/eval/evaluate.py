"""One evaluation from start to report: what `optwright eval` and `optwright rescore` do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from optwright.datasets.sample import Labels, Sample
from optwright.errors import InputError
from optwright.eval.batch import Observer, Progress, run, tasks_of
from optwright.eval.folder import RunFolder
from optwright.eval.gate import Turnstile
from optwright.eval.items import items_of
from optwright.eval.judged import Judged, judge
from optwright.eval.processes import Processes, processes_for
from optwright.eval.report import report
from optwright.eval.settings import Settings, digest_of, pipeline
from optwright.eval.summary import summarise, timing
from optwright.eval.threads import Threads, workers_for
from optwright.eval.work import Engine

LIBRARY = "library.json"
"""What a run with a library could draw from, as it was when the run began."""


def evaluate(
    settings: Settings,
    samples: Sequence[Sample],
    out: Path,
    *,
    resume: bool = False,
    key: str | None = None,
    observe: Observer = lambda *_: None,
) -> Progress:
    """Run what is not yet done, then write summary and report. Returns how it went.

    Raises InputError when `out` holds a run and `resume` is not given, ConfigError when that run had other settings,
    LLMError when the server keeps failing (the run can be resumed).
    """
    folder = RunFolder(out)
    items = items_of(samples, settings.labels)
    resolved = replace(settings, items=digest_of(items))
    engine = engine_of(resolved, key)
    with folder.lock():
        if not folder.exists:
            if (out / "results.jsonl").exists():
                raise InputError(f"{out} has results but no config.json: not a run folder; use another --out")
            if resolved.library is not None:
                folder.write(LIBRARY, resolved.library.text())
            folder.begin(resolved.to_json(), items)
        elif not resume:
            done = len(folder.records())
            total = len(samples) * settings.samples
            raise InputError(f"{out} holds a run ({done} of {total} attempts done); --resume goes on, or another --out")
        else:
            folder.check_same(resolved.to_json())
        tasks = tasks_of(samples, settings.labels, repeats=settings.samples)
        progress = run(folder, tasks, engine, observe=observe)
        rescore(out)
    return progress


def engine_of(settings: Settings, key: str | None) -> Engine:
    """Return the engine that the settings name. Raises InputError for an unknown one."""
    count = processes_for(settings.concurrency) if settings.processes is None else settings.processes
    if settings.engine == "threads" and count > 1:
        return Processes(settings, key, count)
    if settings.engine == "threads":
        worker = pipeline(settings.pipeline)(settings, turnstile=Turnstile(settings.concurrency), key=key)
        return Threads(worker, workers_for(settings.concurrency))
    if settings.engine == "ray":
        from optwright.eval.cluster import Cluster

        return Cluster(settings, key)
    raise InputError(f"unknown engine {settings.engine!r}; known: threads, ray")


def rescore(
    out: Path,
    *,
    labels: Labels | None = None,
    prices: Mapping[str, float] | None = None,
    references: Path | None = None,
) -> dict[str, Any]:
    """Compute every figure again from the stored predictions, calling nothing; write summary, timing and report.

    Corrections of labels that were found since the run are applied. With a folder of `references` the models are
    compared as structures too, which builds them in the sandbox. Returns the summary. Raises InputError when `out` is
    no run folder.
    """
    folder = RunFolder(out)
    settings = Settings.from_json(folder.config())
    items, records = folder.items(), folder.records()
    version = labels or settings.labels
    money = prices or settings.prices or None
    judged = judge(items, records, version)
    summary = summarise(items, records, version, repeats=settings.samples, prices=money)
    times = timing(records)
    structures = _structures(folder, judged, references)
    conditions = _conditions(folder.path / LIBRARY)
    folder.write_json("summary.json", summary)
    folder.write_json("timing.json", times)
    page = report(settings.to_json(), summary, times, judged, structures=structures, conditions=conditions)
    folder.write("report.html", page)
    return summary


def _conditions(path: Path) -> dict[str, str]:
    """Return the conditions of the insights that the run could draw from, by id."""
    if not path.exists():
        return {}
    insights = json.loads(path.read_text(encoding="utf-8"))["insights"]
    return {f"I{one['number']}": one["condition"] for one in insights}


def _structures(folder: RunFolder, judged: Sequence[Judged], references: Path | None) -> dict[str, int] | None:
    """Compare structures anew, or take the comparisons that were stored; None where there are none."""
    path = folder.path / "contrast.json"
    if references is None and not path.exists():
        return None
    from optwright.eval.contrast import Contrast, contrast, counts

    if references is not None:
        found = contrast(judged, references)
    else:
        found = [Contrast.from_json({name: item[name] for name in Contrast.__slots__}) for item in _items(path)]
    data = counts(found, judged)
    folder.write_json("contrast.json", data)
    categories: dict[str, int] = data["categories"]
    return categories


def _items(path: Path) -> list[dict[str, str]]:
    items: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))["items"]
    return items
