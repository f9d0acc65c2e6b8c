"""A whole optimisation: the folder, the search on training items, the verdict on validation items, report and pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from optwright.budget import Budget, Prices, Usage, cost
from optwright.datasets.sample import Labels, Sample
from optwright.errors import InputError
from optwright.eval.folder import RunFolder
from optwright.eval.prompting import places
from optwright.eval.prompting.adoption import Paired, Verdict, rule
from optwright.eval.prompting.live import Live
from optwright.eval.prompting.page import page
from optwright.eval.prompting.request import Request
from optwright.eval.prompting.setting import Run, name_of, prepare
from optwright.eval.trial import Trial
from optwright.prompts.family import family_of
from optwright.prompts.pack import SUFFIX, Measured, Pack, Provenance
from optwright.prompts.search.ledger import Entry, Ledger
from optwright.prompts.search.optimize import optimize
from optwright.prompts.search.strategy import Exemplar, Task

DESCRIPTION = (
    "A program turns decision problems told in words into optimisation models. A language model reads the problem "
    "and writes what it is asked for; the program checks that, tells the model what is wrong, solves the result and "
    "answers. An item is one problem; its score is 1 if the best value found is the right one, else 0. The prompts "
    "must serve all problems of this kind, so they hold nothing that is only about one of them."
)


@dataclass(frozen=True, slots=True)
class Optimised:
    """What came of it."""

    verdict: Verdict
    ended: str
    """Why the search ended."""
    seed: Entry
    best: Entry
    pack: str | None
    """The file of the adopted pack."""


def optimise(request: Request, live: Live) -> Optimised:
    """Search, judge, write everything into the folder. Called again with `resume`, a killed run goes on.

    Raises InputError or ConfigError, one line, for what cannot be done; LLMError when a server fails. The report is
    written also when the search is cut off.
    """
    folder = RunFolder(request.out)
    with folder.lock():
        run = prepare(request, folder)
        run.attempts.observe = live.made
        live.begin(run.strategy.name, run.settings.model or "", request.plan.steps)
        try:
            found = _searched(run, live)
        except BaseException:
            with suppress(OSError):  # what stopped the run is told, not that its report could not be written either
                report(run, None, None)
            raise
        report(run, found.verdict, found.pack)
    return found


def _searched(run: Run, live: Live) -> Optimised:
    """Search and judge; a run that has given its verdict is not searched any further: its items are used up."""
    ledger, budget = run.ledger, _budget(run)
    train, validation = ([one.id for one in part] for part in (run.splits.train, run.splits.validation))
    if ledger.recall("verdict") is None:
        trial = Trial(run.attempts, train, budget, prices=run.prices, incumbent=lambda: _id(ledger.best))
        held_out = Trial(run.attempts, validation, budget, prices=run.prices)
        plan, names = run.request.plan, sorted(run.seeds[0].parts)
        task = Task(DESCRIPTION, _exemplars(run.splits.train, run.settings.labels), places.roles(names))
        ledger = optimize(
            run.seeds,
            trial,
            run.optimizer,
            budget,
            run.strategy,
            task=task,
            plan=plan,
            ledger=ledger,
            held_out=held_out,
            observe=live.told,
        )
    seed = ledger.seeds[0]
    if ledger.best is None or seed.score is None:
        raise InputError(f"nothing was found: {ledger.ended}")
    live.told(ledger, "judging the best on the validation items")
    ended = ledger.ended
    verdict = _verdict(run, seed, ledger.best)
    if ledger.recall("verdict") is None:
        ledger.remember("verdict", {**verdict.to_json(), "ended": ended})
    pack = _write_pack(run, ledger.best, verdict) if verdict.adopted else None
    return Optimised(verdict, _ended(ledger), seed, ledger.best, pack)


def _ended(ledger: Ledger) -> str:
    """Return why the search ended; a budget that is spent is not to be raised any more once there is a verdict."""
    known = ledger.recall("verdict")
    return str(known["ended"] if known else ledger.ended or "cut off").partition("; raise budget.")[0]


def _budget(run: Run) -> Budget:
    prices = _asked_prices(run) or ({"prompt": 0.0} if run.prices else None)
    return run.ledger.budget(run.request.allowance, prices)


def _asked_prices(run: Run) -> Prices:
    """Return the prices of the optimiser's model; a model that proposes for itself costs what it costs."""
    if run.request.optimizer.prices is not None:
        return run.request.optimizer.prices
    return run.prices if run.optimizer.name == run.settings.model else {}


def _id(entry: Entry | None) -> str | None:
    return entry.candidate.id if entry else None


def _exemplars(samples: Sequence[Sample], labels: Labels) -> list[Exemplar]:
    """Return the training items as the optimiser's model may see them, with their answers, as OPRO shows them."""
    pairs = [(one.id, one.version(labels)) for one in samples]
    return [
        Exemplar(name, version.question, version.label.printed or version.label.status)
        for name, version in pairs
        if version.label is not None
    ]


def _verdict(run: Run, seed: Entry, best: Entry) -> Verdict:
    """Judge the best candidate: seed and winner on the validation items; if it is adopted, both on the test items."""
    confidence = run.request.confidence
    if best is seed:
        return Verdict(False, "no candidate did better than the seed on the training items", confidence)
    verdict = rule(_paired(run, seed, best, run.splits.validation), confidence)
    if not verdict.adopted:
        return verdict
    return replace(verdict, test=_paired(run, seed, best, run.splits.test))


def _paired(run: Run, seed: Entry, best: Entry, samples: Sequence[Sample]) -> Paired:
    items = [one.id for one in samples]
    run.attempts.make([seed.candidate, best.candidate], items)
    before, after = (
        {item: run.attempts.tried(entry.candidate.id, item).right for item in items} for entry in (seed, best)
    )
    return Paired.of(before, after)


def _write_pack(run: Run, best: Entry, verdict: Verdict) -> str:
    """Write the adopted candidate as a pack into the folder; return its file."""
    base = run.settings.prompts
    parts = {**(base.parts if base else {}), **best.candidate.parts}
    pack = Pack.of(
        {name: text for name, text in parts.items() if text.strip() != places.shipped(name)} or parts,
        name=name_of(run.request),
        family=family_of(run.settings.model or ""),
        provenance=Provenance(
            benchmarks=list(run.settings.benchmarks),
            split=", ".join(f"{len(getattr(run.splits, part))} {part}" for part in ("train", "validation", "test")),
            method=run.settings.method,
            strategy=run.strategy.name,
            scorer=run.settings.model,
            optimiser=run.optimizer.name,
            train=_on_train(run, best),
            validation=_measured(verdict.validation),
            test=_measured(verdict.test),
            run=run.folder.path.name,
            date=datetime.now(UTC).date(),
            parent=base.name if base else None,
        ),
    )
    run.folder.write(f"{pack.name}{SUFFIX}", pack.text())
    return str(run.folder.path / f"{pack.name}{SUFFIX}")


def _on_train(run: Run, best: Entry) -> Measured | None:
    seed = run.ledger.seeds[0].score
    if best.score is None or seed is None:
        return None
    return Measured(items=len(best.score.items), score=best.score.mean, seed=seed.mean)


def _measured(found: Paired | None) -> Measured | None:
    if found is None:
        return None
    rate, gain = found.rate, found.gain
    return Measured(
        items=found.items,
        score=found.winner / found.items,
        interval=(rate.low, rate.high) if rate else None,
        seed=found.seed / found.items,
        gain=(gain.low, gain.high) if gain else None,
        confidence=1 - found.p_value,
    )


def report(run: Run, verdict: Verdict | None, pack: str | None) -> None:
    """Write result.json and report.html: of a whole run, or of one that was cut off (no verdict)."""
    result = result_of(run, verdict, pack)
    run.folder.write_json("result.json", result)
    parts = {name: frozenset(one.id for one in getattr(run.splits, name)) for name in ("train", "validation", "test")}
    run.folder.write("report.html", page(run.ledger, run.attempts, result, run.folder.config(), parts))


def result_of(run: Run, verdict: Verdict | None, pack: str | None) -> dict[str, Any]:
    """Return the result as plain data: the best, the verdict, and everything that was spent, the verdict's part too."""
    ledger, best, seed = run.ledger, run.ledger.best, run.ledger.seeds[:1]
    tried = run.attempts.usage
    dollars = cost(tried, run.prices) + cost(ledger.asked, _asked_prices(run))
    return {
        "strategy": run.strategy.name,
        "ended": _ended(ledger),
        "seed": _told(seed[0]) if seed else None,
        "best": _told(best) if best else None,
        "verdict": verdict.to_json() if verdict else None,
        "pack": pack and run.folder.path.joinpath(pack).name,
        "attempts": len(run.attempts),
        "usage": {"model": tried.to_json(), "optimizer": ledger.asked.to_json()},
        "money": round(dollars, 6),
    }


def _told(entry: Entry) -> Mapping[str, Any]:
    score, held_out = entry.score, entry.held_out
    return {
        "id": entry.candidate.id,
        "parts": dict(entry.candidate.parts),
        "train": score.mean if score else None,
        "items": len(score.items) if score else 0,
        "held_out": held_out.mean if held_out else None,
        "usage": (score.usage if score else Usage()).to_json(),
    }
