"""What the commands of fine-tuning do with what was typed, and what they print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from optwright.datasets import registry
from optwright.errors import InputError
from optwright.finetune import example as examples
from optwright.finetune import records as stored
from optwright.finetune.contamination import Benchmarks
from optwright.finetune.prepare import Plan, prepare
from optwright.finetune.records import Instruction
from optwright.method import Method


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of `records`, as typed."""

    instructions: str
    plain: bool = False
    pieces: bool = False
    hold_out: str = ""
    held: int = 100
    seed: int = 0

    def plan(self) -> Plan:
        """Return what it means. Raises InputError for an unknown instruction."""
        return Plan(
            instructions_of(self.instructions),
            plain=self.plain,
            pieces=self.pieces,
            families=frozenset(_names(self.hold_out)),
            held=self.held,
            seed=self.seed,
        )


@dataclass(frozen=True, slots=True)
class Sieve:
    """What was asked of `distill`, as typed."""

    instructions: str = "q2f"
    confidence: float = 0.75
    benchmarks: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """What was asked of `agree`, as typed."""

    base_url: str
    name: str | None = None
    method: Method = Method.PLAIN
    limit: int = 50


def instructions_of(text: str) -> tuple[Instruction, ...]:
    """Read `q2f,f2c`. Raises InputError naming what there is."""
    try:
        made = tuple(Instruction(name) for name in _names(text))
    except ValueError:
        made = ()
    if not made:
        raise InputError(f"--instructions {text!r}: give some of {', '.join(Instruction)}, separated by commas")
    return made


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def records(problems: Sequence[Path], out: Path, wanted: Wanted, data_dir: Path | None) -> None:
    """Make records and held-out sets, and print the counts."""
    benchmarks = Benchmarks.load(data_dir or registry.folder())
    if not len(benchmarks):
        _say("no benchmark is at hand to compare with; set OPTWRIGHT_BENCHMARKS so that its questions are left out")
    card = prepare(examples.load(problems), wanted.plan(), benchmarks, out)
    for name in ("examples", "records", "held out", "left out"):
        _say(f"{name}: {_plain(card[name])}")


def tokenizer(paths: Sequence[Path], out: Path, size: int) -> None:
    """Train a tokenizer, and print its size."""
    from optwright.finetune import tokenizer as bpe

    _say(f"{bpe.save(stored.load(paths), out, size=size)} tokens, in {out}")


def sft(config: Path, out: Path | None, *, resume: bool) -> None:
    """Run a training and print what came of it."""
    from optwright.finetune import settings as given
    from optwright.finetune.sft import train

    settings = given.load(config)
    settings = settings.model_copy(update={"out": out}) if out is not None else settings
    made = train(settings, resume=resume)
    solved = f", {made.solved:.1%} of the held-out problems solved" if made.solved is not None else ""
    loss = f", loss {made.loss:.4f}" if made.loss is not None else ""
    _say(f"{made.steps} steps{loss}{solved}: {made.folder}")


def merge(source: Path, out: Path, base: str | None, precision: Any) -> None:
    """Merge, and print what was written."""
    from optwright.finetune.merge import merge as write

    count = write(source, out, base=base, precision=precision)
    _say(f"{count / 1e6:.1f}M parameters, in {out}; serve it: optwright serve {out}")


def agree(model: Path, problems: Path, served: Served) -> int:
    """Print how many answers are the same, and where the first one differs; return the exit code."""
    from optwright.finetune.agreement import compare, server
    from optwright.finetune.settings import SolvingSettings
    from optwright.finetune.solving import held

    asked = held(SolvingSettings(problems=problems, limit=served.limit, method=served.method))
    pairs = compare(model, asked, server(served.base_url, served.name))
    other = [pair for pair in pairs if not pair.equal]
    _say(f"{len(pairs) - len(other)} of {len(pairs)} greedy answers are the same to the letter")
    for pair in other[:3]:
        at = pair.parting
        _say(f"  {pair.id}: after {at} characters {pair.here[at : at + 40]!r} here, {pair.there[at : at + 40]!r} there")
    return 1 if other else 0


def distill(runs: Sequence[Path], out: Path, sieve: Sieve, data_dir: Path | None) -> None:
    """Turn verified solves into records, and print the counts by reason."""
    from optwright.finetune.distill import Filter, distil

    benchmarks = Benchmarks.load(data_dir or registry.folder())
    chosen = Filter(instructions_of(sieve.instructions), sieve.confidence, allow_benchmarks=sieve.benchmarks)
    card = distil(runs, out, replace(chosen, directory=data_dir), benchmarks)
    _say(f"taken: {_plain(card['taken'])}; left out: {_plain(card['left out'])}; in {out}")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
    return str(value)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
