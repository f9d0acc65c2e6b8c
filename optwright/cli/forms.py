"""`check`, `render`, `latex` and `export`: what can be done with a formulation file alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from optwright.agent.export import Format, program
from optwright.agent.export import export as make
from optwright.cli.commands import echo_json
from optwright.cli.solving import read_file, read_input
from optwright.errors import FormulationError, InputError
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import Code, Finding, errors
from optwright.tables import load_all

MAX_FORMULATION = 256 * 2**20
"""Bytes of a formulation file; inline data of a large model takes room."""


def read_formulation(source: str) -> tuple[Formulation | None, list[Finding]]:
    """Read a formulation file, or standard input for `-`. Raises InputError when there is no such file."""
    from optwright.formulation.read import read

    text = read_input() if source == "-" else read_file(Path(source), MAX_FORMULATION)
    reading = read(text)
    return reading.formulation, reading.findings


def load(source: str) -> Formulation:
    """Read a formulation that must be well shaped. Raises FormulationError with what is wrong, one line each."""
    formulation, findings = read_formulation(source)
    if formulation is None:
        raise FormulationError(_lines(source, errors(findings)), findings)
    for note in findings:
        if note.code is Code.NORMALISED:
            print(note, file=sys.stderr)
    return formulation


def _lines(source: str, findings: Sequence[Finding]) -> str:
    lines = [str(finding) for finding in findings]
    return f"{source}: {lines[0]}" if len(lines) == 1 else "\n  ".join([f"{source}:", *lines])


def check(source: str, data: Sequence[Path], text: Path | None, *, as_json: bool) -> int:
    """Print every finding, errors first; return 0 when none is an error, else 2."""
    from optwright.formulation.check import check as find

    formulation, findings = read_formulation(source)
    if formulation is not None:
        words = read_file(text, 2_000_000) if text else None
        findings = [*findings, *find(formulation, tables=load_all(data), text=words)]
    wrong = errors(findings)
    if as_json:
        echo_json({"ok": not wrong, "findings": [finding.to_json() for finding in findings]})
    else:
        for finding in sorted(findings, key=lambda finding: finding.severity):
            print(f"{finding.severity}: {finding}")
        counts = f"errors: {len(wrong)}, other findings: {len(findings) - len(wrong)}"
        print(counts if findings else "nothing found")
    return 2 if wrong else 0


def render(source: str, data: Sequence[Path]) -> None:
    """Print the Pyomo program of a formulation."""
    sys.stdout.write(program(load(source), load_all(data)))


def latex(source: str) -> None:
    """Print a formulation in LaTeX."""
    from optwright.formulation.latex import latex as typeset

    sys.stdout.write(typeset(load(source)))


def export(source: str, data: Sequence[Path], to: Path, form: str | None) -> None:
    """Write a formulation in another format. Raises InputError for an ending that names none."""
    kind = form or to.suffix.removeprefix(".").lower()
    if kind not in set(Format):
        raise InputError(
            f"{to}: the ending names no format; use {', '.join(f'.{name}' for name in Format)} or --format"
        )
    formulation = load(source)
    try:
        to.write_text(make(formulation, load_all(data), Format(kind)), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{to}: cannot be written ({error.strerror})") from None
    print(f"wrote {to} ({to.stat().st_size:,} bytes)", file=sys.stderr)
