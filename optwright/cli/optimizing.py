"""`optwright prompts optimize`: what it takes, and what it prints at the end."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optwright.eval.commands import LabelVersion, prices_of
from optwright.method import Effort, Method
from optwright.prompts.search.start import Place

if TYPE_CHECKING:
    from optwright.eval.prompting.adoption import Paired
    from optwright.eval.prompting.run import Optimised


class StrategyName(StrEnum):
    """How better prompts are looked for."""

    OPRO = "opro"
    DIRECTIONAL = "directional"
    ZOPO = "zopo"
    REFLECT = "reflect"
    RANDOM = "random"


def mount(prompts: typer.Typer) -> None:
    """Put the command on the group `prompts`."""
    prompts.command()(optimize)


def optimize(
    strategy: Annotated[StrategyName, typer.Option(help="How better ones are looked for.")],
    benchmark: Annotated[
        list[str], typer.Option(metavar="NAME|FILE", help="Where problems come from; may be given several times.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The run's folder.")],
    model: Annotated[str | None, typer.Option(help="The model whose prompts are improved.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Its server.")] = None,
    optimizer_model: Annotated[str | None, typer.Option(help="The model that proposes; default: the same.")] = None,
    optimizer_base_url: Annotated[
        str | None, typer.Option(help="Its server; a key of its own: $OPTWRIGHT_OPTIMIZER_API_KEY.")
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(metavar="TEMPLATE.PART", help="What is improved, such as formulate.system; several are one set."),
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="Begin with OPRO's start instructions too.")] = False,
    prompts: Annotated[str | None, typer.Option(metavar="PACK|auto|none", help="What to begin with.")] = None,
    method: Annotated[Method | None, typer.Option(help="How a problem becomes a program.")] = None,
    effort: Annotated[Effort | None, typer.Option(help="How far to climb the ladder of checks.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the search.")] = 20,
    count: Annotated[int, typer.Option(min=1, help="Candidates a step.")] = 8,
    train: Annotated[int, typer.Option(min=1, help="Items to search on, at most.")] = 40,
    validation: Annotated[int, typer.Option(min=1, help="Items that decide about adoption, at most.")] = 100,
    test: Annotated[int, typer.Option(min=1, help="Items for the report of what is adopted, at most.")] = 200,
    every: Annotated[int, typer.Option(min=1, help="Steps between looks at the validation items.")] = 5,
    confidence: Annotated[
        float, typer.Option(min=0.5, max=0.9999, help="With which a winner must be better to be adopted.")
    ] = 0.95,
    longest: Annotated[int, typer.Option(min=1, help="Characters of one part, at most.")] = 12_000,
    seed: Annotated[int, typer.Option(help="Of the items taken, their order, and all draws.")] = 0,
    calls: Annotated[int | None, typer.Option(min=1, help="Budget of the search: requests.")] = None,
    tokens: Annotated[int | None, typer.Option(min=1, help="Budget of the search: tokens.")] = None,
    money: Annotated[float | None, typer.Option(min=0.0, help="Budget of the search: dollars; needs prices.")] = None,
    seconds: Annotated[float | None, typer.Option(min=1.0, help="Budget of the search: seconds.")] = None,
    price: Annotated[
        str | None, typer.Option(metavar="KIND=X,...", help="Of the model: dollars per million tokens, as in rescore.")
    ] = None,
    optimizer_price: Annotated[str | None, typer.Option(metavar="KIND=X,...", help="Of the optimiser's model.")] = None,
    pack: Annotated[str | None, typer.Option(metavar="NAME", help="Name of the winner's pack.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that DIR holds.")] = False,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests in flight.")] = 8,
    temperature: Annotated[float | None, typer.Option(min=0.0, help="Of the model; by default 0.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Tokens of one reply of the model at most.")] = None,
    wrong_items: Annotated[
        bool, typer.Option("--wrong-items", help="opro: show the items that were most often wrong.")
    ] = False,
    place: Annotated[
        Place | None,
        typer.Option(
            help="opro: look for a short instruction at this place of the text; default: for a whole new text."
        ),
    ] = None,
    embedding_model: Annotated[
        str | None, typer.Option(help="zopo: a model for vectors; default: word counts.")
    ] = None,
    embedding_base_url: Annotated[str | None, typer.Option(help="zopo: its server; default: the optimiser's.")] = None,
    library: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="The experience library to draw from.")
    ] = None,
    labels: Annotated[LabelVersion, typer.Option(help="Which texts and answers.")] = LabelVersion.CORRECTED,
    data_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of benchmark files; default: $OPTWRIGHT_BENCHMARKS.")
    ] = None,
    allow_weak_isolation: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Run model-written programs even where the sandbox is weak.")
    ] = False,
) -> None:
    """Look for better prompts for a model on training items; adopt the best only if validation items agree.

    One run is one folder with its report; a run that was killed goes on with --resume.
    """
    from optwright.budget import Allowance
    from optwright.eval.prompting.live import Live
    from optwright.eval.prompting.request import Optimizer, Request
    from optwright.eval.prompting.run import optimise
    from optwright.eval.prompting.splits import Sizes
    from optwright.prompts.search.optimize import Plan

    flags = {
        "llm.model": model,
        "llm.base_url": base_url,
        "llm.max_tokens": max_tokens,
        "library.place": library,
        "prompts.pack": prompts,
        "method": method and method.value,
        "effort": effort and effort.value,
        "solver.allow_weak_isolation": allow_weak_isolation or None,
    }
    proposing = Optimizer(
        optimizer_model,
        optimizer_base_url,
        prices_of(optimizer_price) or None,
        embedding_model=embedding_model,
        embedding_url=embedding_base_url,
    )
    request = Request(
        tuple(benchmark),
        out,
        strategy.value,
        flags=flags,
        optimizer=proposing,
        parts=tuple(part or ()),
        start=start,
        wrong_items=wrong_items,
        place=place,
        plan=Plan(steps=steps, count=count, every=every, seed=seed, longest=longest),
        sizes=Sizes(train, validation, test),
        allowance=Allowance(calls, tokens, seconds, money),
        prices=prices_of(price) or None,
        confidence=confidence,
        pack=pack,
        resume=resume,
        temperature=temperature,
        concurrency=concurrency,
        labels=labels.value,
        data_dir=data_dir,
    )
    try:
        with Live() as live:
            found = optimise(request, live)
    except KeyboardInterrupt:
        typer.echo("nothing that was done is lost; --resume goes on", err=True)
        raise
    show(found, out)


def show(found: Optimised, out: Path) -> None:
    """Print what came of it."""
    from optwright.cli.show import console

    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    verdict = found.verdict
    say(f"The search ended: {found.ended}.")
    if found.seed.score is not None and found.best.score is not None:
        items = len(found.seed.score.items)
        say(f"Training ({items} items): the seed {found.seed.score.mean:.1%}, the best {found.best.score.mean:.1%}")
    for name, paired in (("Validation", verdict.validation), ("Test", verdict.test)):
        if paired is not None:
            say(f"{name} ({paired.items} items): {_paired(paired)}")
    say(f"{'Adopted' if verdict.adopted else 'Not adopted'}: {verdict.reason}.")
    if found.pack is not None:
        say(f"The pack: {found.pack} (--prompts FILE tries it, `optwright prompts use FILE` keeps to it)")
    say(str(out / "report.html"))


def _paired(found: Paired) -> str:
    shares = f"the seed {found.seed / found.items:.1%}, the best {found.winner / found.items:.1%}"
    return f"{shares}; {len(found.mended)} mended, {len(found.broken)} broken"
