"""The commands of evaluation: what each takes. What each does is imported when it runs, so `--help` stays quick."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from optwright.errors import InputError
from optwright.method import Effort, Method

Folder = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="Folder of benchmark files; default: $OPTWRIGHT_BENCHMARKS."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Run = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


class LabelVersion(StrEnum):
    """Which version of texts and answers."""

    CORRECTED = "corrected"
    ORIGINAL = "original"


class EngineName(StrEnum):
    """Where attempts are made."""

    THREADS = "threads"
    RAY = "ray"


datasets = typer.Typer(
    name="datasets", help="The public benchmarks: what is known of them, and whether they are sound."
)


def mount(app: typer.Typer) -> None:
    """Put the commands of this module on the application."""
    app.add_typer(datasets)
    app.command("eval")(evaluate)
    app.command()(compare)
    app.command()(rescore)


@datasets.command("list")
def list_datasets(data_dir: Folder = None, as_json: AsJson = False) -> None:
    """List the known benchmarks: records, licence, the authors' rule, and where the data is."""
    from optwright.eval import show

    show.sources(data_dir, as_json=as_json)


@datasets.command("show")
def show_dataset(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE.jsonl|ID", help="A benchmark, a file, or one record's id.")],
    data_dir: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Show everything known of a benchmark, or one record in both label versions."""
    from optwright.eval import show

    show.dataset(name, data_dir, as_json=as_json)


@datasets.command("audit")
def audit_datasets(
    data_dir: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder of benchmark files; default: $OPTWRIGHT_BENCHMARKS.")
    ] = None,
    programs: Annotated[bool, typer.Option(help="Run the reference programs in the sandbox.")] = True,
    allow_weak_isolation: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Run them even where the sandbox is weak.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load every record, pass each answer through the grader, run each reference program, read the raw samples."""
    from optwright.eval import show

    raise typer.Exit(show.audit(data_dir, programs=programs, allow_weak=allow_weak_isolation, as_json=as_json))


def evaluate(
    benchmark: Annotated[
        list[str],
        typer.Argument(metavar="BENCHMARK|FILE.jsonl...", help="Names (see `datasets list`), files, or NAME:PATH."),
    ],
    method: Annotated[Method | None, typer.Option(help="How a problem becomes a program.")] = None,
    effort: Annotated[Effort | None, typer.Option(help="How far to climb the ladder of checks.")] = None,
    model: Annotated[str | None, typer.Option(help="Name of the language model.")] = None,
    base_url: Annotated[str | None, typer.Option(help="Any OpenAI-compatible server, such as a local vLLM.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Tokens of one reply at most.")] = None,
    library: Annotated[
        str | None, typer.Option(metavar="FILE|URL", help="The experience library to draw from; it is only read.")
    ] = None,
    prompts: Annotated[
        str | None,
        typer.Option(metavar="PACK", help="A prompt pack's name or file; none: the shipped prompts; default: auto."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The run's folder; default: runs/BENCHMARKS-MODEL-METHOD.")
    ] = None,
    limit: Annotated[int | None, typer.Option(help="At most so many records, spread over the benchmarks.")] = None,
    ids: Annotated[str | None, typer.Option(metavar="ID,ID...", help="Only these records.")] = None,
    samples: Annotated[int, typer.Option(min=1, help="Attempts per record, for pass@k and vote@k.")] = 1,
    temperature: Annotated[float | None, typer.Option(min=0.0, help="Default: 0, or 0.7 with several samples.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests in flight.")] = 8,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that DIR holds.")] = False,
    labels: Annotated[LabelVersion, typer.Option(help="Which texts and answers.")] = LabelVersion.CORRECTED,
    engine: Annotated[EngineName, typer.Option(help="threads: this machine. ray: a cluster.")] = EngineName.THREADS,
    address: Annotated[str | None, typer.Option(help="The Ray cluster's address; default: `auto`.")] = None,
    data_dir: Folder = None,
    allow_weak_isolation: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Run model-written programs even where the sandbox is weak.")
    ] = False,
) -> None:
    """Evaluate a model and method on benchmarks; one run is one folder, and a killed run can be resumed."""
    from optwright.eval import command

    weak = True if allow_weak_isolation else None
    flags = {"llm.model": model, "llm.base_url": base_url, "llm.max_tokens": max_tokens, "library.place": library}
    command.evaluate(
        command.Request(
            tuple(benchmark),
            out,
            flags={
                **flags,
                "method": method and method.value,
                "effort": effort and effort.value,
                "prompts.pack": prompts,
                "solver.allow_weak_isolation": weak,
            },
            limit=limit,
            ids=tuple(name.strip() for name in ids.split(",") if name.strip()) if ids else (),
            samples=samples,
            temperature=temperature,
            concurrency=concurrency,
            resume=resume,
            labels=labels.value,
            engine=engine.value,
            address=address,
            data_dir=data_dir,
        )
    )


def compare(run_a: Run, run_b: Run, as_json: AsJson = False, labels: LabelVersion | None = None) -> None:
    """Compare two runs item by item: exact McNemar, the difference with its interval, and what flipped."""
    from optwright.eval import command

    command.compare(run_a, run_b, labels.value if labels else None, as_json=as_json)


def rescore(
    run: Run,
    labels: Annotated[LabelVersion | None, typer.Option(help="Default: the run's own.")] = None,
    price: Annotated[
        str | None, typer.Option(metavar="KIND=X,...", help="Dollars per million tokens: prompt, completion, cached.")
    ] = None,
    references: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Programs or formulations like optibench_0006.py: compare structures too."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute every figure of a run again from its stored predictions, asking no model."""
    from optwright.eval import command

    command.rescore(run, labels.value if labels else None, prices_of(price), references, as_json=as_json)


def prices_of(text: str | None) -> dict[str, float]:
    """Read `prompt=0.5,completion=1.5`. Raises InputError, one line, for anything else."""
    prices: dict[str, float] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            prices[name] = float(value)
        except ValueError:
            prices[name] = -1.0
        if name not in ("prompt", "completion", "cached") or prices[name] < 0:
            raise InputError(f"--price {part.strip()!r}: give prompt=X, completion=X or cached=X, dollars per million")
    return prices
