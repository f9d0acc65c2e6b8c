"""`optwright library`: what each command takes. What each does is imported when it runs, so `--help` stays quick."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Place = Annotated[
    str | None,
    typer.Option(
        "--library", metavar="FILE|URL", help="SQLite file or postgresql:// URL; default: $OPTWRIGHT_LIBRARY."
    ),
]
Name = Annotated[str, typer.Argument(metavar="ID", help="An insight, such as I17.")]
Note = Annotated[str, typer.Option("--note", help="Why, for the journal.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Model = Annotated[str | None, typer.Option(help="Name of the language model.")]
Url = Annotated[str | None, typer.Option(help="Any OpenAI-compatible server, such as a local vLLM.")]


class StatusName(StrEnum):
    """Which insights."""

    CANDIDATE = "candidate"
    ADMITTED = "admitted"
    RETIRED = "retired"


class Thumb(StrEnum):
    """What an answer is worth."""

    UP = "up"
    DOWN = "down"


class FormName(StrEnum):
    """How a library is written."""

    JSON = "json"
    MARKDOWN = "markdown"


library = typer.Typer(name="library", help="The experience library: insights that earlier problems taught.")


def mount(app: typer.Typer) -> None:
    """Put the commands of this module on the application."""
    app.add_typer(library)


@library.command("list")
def list_insights(
    status: Annotated[StatusName | None, typer.Option(help="Only these.")] = None,
    changes: Annotated[bool, typer.Option("--changes", help="List the changes instead, for rollback.")] = False,
    labels: Annotated[bool, typer.Option("--labels", help="List the taxonomy instead.")] = False,
    place: Place = None,
    as_json: AsJson = False,
) -> None:
    """List the insights, the labels under which they stand, or the changes that were made."""
    from optwright.cli import shelf

    if changes:
        shelf.changes(place, as_json=as_json)
    elif labels:
        shelf.labels(place, as_json=as_json)
    else:
        shelf.insights(place, status, as_json=as_json)


@library.command()
def show(name: Name, place: Place = None, as_json: AsJson = False) -> None:
    """Show an insight whole: what it says, where it comes from, what came of it."""
    from optwright.cli import shelf

    shelf.show(place, name, as_json=as_json)


@library.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT|FILE|-", help="A problem in words.")],
    most: Annotated[int, typer.Option(min=1, max=200, help="Insights at most.")] = 12,
    status: Annotated[StatusName, typer.Option(help="Only these.")] = StatusName.ADMITTED,
    place: Place = None,
    as_json: AsJson = False,
) -> None:
    """Find the insights that may apply to a problem; no model is asked."""
    from optwright.cli import shelf

    shelf.search(place, text, most, status, as_json=as_json)


@library.command()
def edit(
    name: Name,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.json]", help="Changed fields as a JSON object; default: an editor.")
    ] = None,
    status: Annotated[StatusName | None, typer.Option(help="Admit, retire, or make it a candidate again.")] = None,
    note: Note = "",
    place: Place = None,
) -> None:
    """Change what an insight says, in $EDITOR or from a file, or its status."""
    from optwright.cli import shelf

    shelf.edit(place, name, file, status, note)


@library.command()
def diff(
    name: Name,
    versions: Annotated[str, typer.Option(metavar="A..B", help="Versions; default: the last two.")] = "",
    place: Place = None,
) -> None:
    """Show what changed between two versions of an insight."""
    from optwright.cli import shelf

    shelf.diff(place, name, versions)


@library.command()
def rollback(
    change: Annotated[int, typer.Argument(metavar="CHANGE", help="The last change to keep; see list --changes.")],
    note: Note = "",
    place: Place = None,
) -> None:
    """Bring every insight back to what it was after a change. Nothing is erased; a rollback can be rolled back."""
    from optwright.cli import shelf

    shelf.rollback(place, change, note)


@library.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="FILE|-", help="Where to write; - is the terminal.")],
    form: Annotated[FormName | None, typer.Option("--format", help="Default: by the file's ending.")] = None,
    status: Annotated[StatusName | None, typer.Option(help="Only these.")] = None,
    place: Place = None,
) -> None:
    """Write the library as JSON for exchange, or as Markdown for reading."""
    from optwright.cli import shelf

    shelf.export(place, out, form, status)


@library.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="Of ours, or AlphaOPT's library or taxonomy.")],
    status: Annotated[
        StatusName | None, typer.Option(help="Default: the file's own; AlphaOPT's are candidates.")
    ] = None,
    place: Place = None,
) -> None:
    """Add the insights of a file; what the library says already is not doubled."""
    from optwright.cli import shelf

    shelf.import_file(place, file, status)


@library.command()
def stats(place: Place = None, as_json: AsJson = False) -> None:
    """Count insights by status and stage, and what came of them; check that the library is sound."""
    from optwright.cli import shelf

    raise typer.Exit(shelf.stats(place, as_json=as_json))


@library.command()
def embed(
    model: Annotated[str | None, typer.Option(help="Embedding model; default: library.embedding_model.")] = None,
    url: Annotated[
        str | None, typer.Option(help="Its OpenAI-compatible server; default: the language model's.")
    ] = None,
    place: Place = None,
) -> None:
    """Compute the vectors of new and changed conditions, for retrieval by meaning as well as by words."""
    from optwright.cli import shelf

    shelf.embed(place, model, url)


@library.command()
def feedback(
    saved: Annotated[Path, typer.Argument(metavar="DIR", help="A solve that was kept by solve --save DIR.")],
    verdict: Annotated[Thumb, typer.Argument(help="Whether its answer is right.")],
    correction: Annotated[str, typer.Option(metavar="TEXT", help="What is wrong with it, in words.")] = "",
    formulation: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="The formulation as it should have been.")
    ] = None,
    model: Model = None,
    base_url: Url = None,
    place: Place = None,
) -> None:
    """Tell what a saved answer is worth: uses of the insights shown for it; a correction becomes a candidate."""
    from optwright.cli import feedback as told

    flags = {"llm.model": model, "llm.base_url": base_url, "library.place": place}
    told.tell(saved, told.Verdict(verdict is Thumb.UP, correction, formulation), flags)


Benchmarks = Annotated[
    list[str], typer.Argument(metavar="BENCHMARK|FILE.jsonl...", help="Names (see `datasets list`) or files.")
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="The run's folder; called again with it, a killed run goes on.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Training tasks at most.")]
HeldOut = Annotated[int, typer.Option(min=1, help="Held-out tasks at most.")]
Workers = Annotated[int, typer.Option(min=1, help="Attempts at once.")]
References = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Gold programs or formulations, called like optibench_0006.py.")
]
DataDir = Annotated[Path | None, typer.Option(metavar="DIR", help="Benchmark files; default: $OPTWRIGHT_BENCHMARKS.")]
Calls = Annotated[int | None, typer.Option(min=1, help="Language-model calls at most, for the whole run.")]
Tokens = Annotated[int | None, typer.Option(min=1, help="Tokens at most.")]
Seconds = Annotated[float | None, typer.Option(min=1, help="Seconds at most.")]


@library.command()
def learn(
    benchmarks: Benchmarks,
    out: Out = Path("runs/learn"),
    split: Annotated[
        str, typer.Option(help="Which part to learn from; the other judges, test is never used.")
    ] = "train",
    model: Model = None,
    base_url: Url = None,
    limit: Limit = None,
    held_out: HeldOut = 60,
    batch: Annotated[int, typer.Option(min=1, help="Training tasks between two looks at the held-out ones.")] = 12,
    workers: Workers = 8,
    references: References = None,
    data_dir: DataDir = None,
    calls: Calls = None,
    tokens: Tokens = None,
    seconds: Seconds = None,
    place: Place = None,
) -> None:
    """Learn insights from failures: diagnosed, verified on their sources, merged, admitted only through the gate."""
    from optwright.cli import learning

    given = learning.request(benchmarks, out, (model, base_url, place), limit, held_out, workers, split=split)
    given = replace(given, batch=batch)
    learning.learn(learning.bounded(given, references, data_dir, (calls, tokens, seconds)))


@library.command()
def gate(
    benchmarks: Benchmarks,
    insight: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A candidate; again for others. Default: all.")
    ] = None,
    out: Out = Path("runs/gate"),
    model: Model = None,
    base_url: Url = None,
    limit: Limit = None,
    held_out: HeldOut = 60,
    workers: Workers = 8,
    data_dir: DataDir = None,
    calls: Calls = None,
    tokens: Tokens = None,
    seconds: Seconds = None,
    place: Place = None,
) -> None:
    """Let candidates through the gate, such as imported ones and users' corrections; those refused are retired."""
    from optwright.cli import learning

    given = learning.request(benchmarks, out, (model, base_url, place), limit, held_out, workers)
    learning.gate(learning.bounded(given, None, data_dir, (calls, tokens, seconds)), tuple(insight or ()))


@library.command()
def evolve(
    benchmarks: Benchmarks,
    out: Out = Path("runs/evolve"),
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; one that is undone is the last.")] = 1,
    model: Model = None,
    base_url: Url = None,
    limit: Limit = None,
    held_out: HeldOut = 60,
    workers: Workers = 8,
    data_dir: DataDir = None,
    calls: Calls = None,
    tokens: Tokens = None,
    seconds: Seconds = None,
    place: Place = None,
) -> None:
    """Care for the library: diagnose retrievals, refine conditions, retire harm, merge duplicates; or undo it."""
    from optwright.cli import learning

    given = learning.request(benchmarks, out, (model, base_url, place), limit, held_out, workers)
    learning.evolve(learning.bounded(given, None, data_dir, (calls, tokens, seconds)), rounds)
