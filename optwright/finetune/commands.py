"""The commands of fine-tuning: what each takes. torch is imported when one of them runs, so `--help` stays quick."""

from __future__ import annotations

import importlib.util
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from optwright.errors import ConfigError
from optwright.method import Method

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for what is made.")]
Benchmarks = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Folder of benchmark files, whose questions are kept out; default: $OPTWRIGHT_BENCHMARKS.",
    ),
]


class Precision(StrEnum):
    """Of written weights."""

    SAME = "same"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"
    FLOAT32 = "float32"


finetune = typer.Typer(name="finetune", help="Make training records, fine-tune a local model, merge it for serving.")


def mount(app: typer.Typer) -> None:
    """Put the commands of this module on the application."""
    app.add_typer(finetune)
    app.command()(distill)


@finetune.command("records")
def make_records(
    problems: Annotated[list[Path], typer.Argument(metavar="SYNTH.jsonl...", help="What `optwright synth` wrote.")],
    out: Out,
    instructions: Annotated[str, typer.Option(metavar="q2f,f2c,...", help="q2f, f2c, qf2c, q2c.")] = "q2f",
    plain: Annotated[bool, typer.Option("--plain", help="Bare question, bare JSON (the method `plain`).")] = False,
    pieces: Annotated[bool, typer.Option("--pieces", help="Add short pieces as the first stage.")] = False,
    hold_out: Annotated[str, typer.Option(metavar="FAMILY,...", help="Families that training never sees.")] = "",
    held: Annotated[int, typer.Option(min=1, help="Problems in each held-out set, at most.")] = 100,
    seed: Annotated[int, typer.Option(help="Of the division.")] = 0,
    data_dir: Benchmarks = None,
) -> None:
    """Turn synthetic problems into training records and held-out sets; benchmark questions are left out."""
    from optwright.finetune import command

    command.records(
        problems,
        out,
        command.Wanted(instructions, plain=plain, pieces=pieces, hold_out=hold_out, held=held, seed=seed),
        data_dir,
    )


@finetune.command("tokenizer")
def make_tokenizer(
    records: Annotated[list[Path], typer.Argument(metavar="RECORDS.jsonl...", help="What it is trained on.")],
    out: Out,
    size: Annotated[int, typer.Option(min=300, help="Tokens, at most.")] = 2048,
) -> None:
    """Train a byte-level BPE with single digits, for a model from scratch."""
    _require()
    from optwright.finetune import command

    command.tokenizer(records, out, size)


@finetune.command("sft")
def sft(
    config: Annotated[Path, typer.Option("--config", metavar="FILE.yaml", help="The run; see configs/sft.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="In place of the file's `out`.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
) -> None:
    """Supervised fine-tuning: full, LoRA or QLoRA; held-out problems are solved along the way."""
    _require()
    from optwright.finetune import command

    command.sft(config, out, resume=resume)


@finetune.command("merge")
def merge(
    source: Annotated[Path, typer.Argument(metavar="ADAPTER|CHECKPOINT", help="What training left: RUN/final.")],
    out: Out,
    base: Annotated[str | None, typer.Option(help="The adapter's base; default: what it says itself.")] = None,
    precision: Annotated[Precision, typer.Option(help="Of the weights written.")] = Precision.SAME,
) -> None:
    """Merge an adapter into whole weights that a server loads, tokenizer and chat template beside them."""
    _require()
    from optwright.finetune import command

    command.merge(source, out, base, precision.value)


@finetune.command("agree")
def agree(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="The folder that is served.")],
    problems: Annotated[Path, typer.Argument(metavar="FILE.jsonl", help="Questions, as `optwright eval` reads them.")],
    base_url: Annotated[str, typer.Option(help="The server.")],
    name: Annotated[str | None, typer.Option(help="What the server calls it; default: its only model.")] = None,
    method: Annotated[Method, typer.Option(help="How the model is asked.")] = Method.PLAIN,
    limit: Annotated[int, typer.Option(min=1, help="Questions, at most.")] = 50,
) -> None:
    """Ask a server and the same weights here, greedily: are the answers the same to the letter?"""
    _require()
    from optwright.finetune import command

    raise typer.Exit(command.agree(model, problems, command.Served(base_url, name, method, limit)))


def distill(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN|SOLVE...", help="Folders of eval runs or saved solves.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.jsonl", help="The records.")],
    instructions: Annotated[str, typer.Option(metavar="q2f,f2c,...", help="q2f, f2c, qf2c, q2c.")] = "q2f",
    confidence: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Least confidence of a solve whose answer nobody knows.")
    ] = 0.75,
    benchmarks: Annotated[
        bool, typer.Option("--allow-benchmarks", help="Take public benchmark questions too: never to be tested on.")
    ] = False,
    data_dir: Benchmarks = None,
) -> None:
    """Turn verified solves into training records: right by the known answer, or checked and trusted enough."""
    from optwright.finetune import command

    command.distill(runs, out, command.Sieve(instructions, confidence, benchmarks), data_dir)


def _require() -> None:
    """Raise ConfigError where the training libraries are not installed."""
    missing = [name for name in ("torch", "transformers", "trl", "peft") if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(f"{', '.join(missing)} is not installed; pip install 'optwright[finetune]'")
