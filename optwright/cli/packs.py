"""What the commands of `optwright prompts` do with packs and templates."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.table import Table as Grid
from rich.text import Text

from optwright.agent import models, packs
from optwright.cli.show import console, errors, show_pack
from optwright.config import Config
from optwright.errors import ConfigError, InputError
from optwright.prompts import shelf
from optwright.prompts.family import family_of
from optwright.prompts.library import PIPELINE, Template, names, template
from optwright.prompts.pack import ANY, Measured, Pack, load_pack

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def announce(config: Config, *, named: bool) -> None:
    """Print which pack is used, before anything begins. Raises InputError for one that cannot be used.

    `named`: whether the command line names one, which without a language model is a mistake.
    """
    chat = models.resolve(config)
    if chat is None and named:
        raise ConfigError(packs.NO_USE)
    if record := packs.told(packs.chosen(config.prompts.pack, chat), chat):
        show_pack(record)


def overview(*, as_json: bool) -> None:
    """List the packs; one that cannot be used is named with what is wrong."""
    active = shelf.active()
    listed = [*shelf.files(), *(path for path in map(Path, active.values()) if path not in shelf.files())]
    found, faults = _read(listed)
    rows = [{**_summary(pack), "in_use": _families(path, active), "file": str(path)} for path, pack in found]
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    elif rows:
        _print_rows(rows)
    else:
        console.print(f"no packs yet; they are kept in {shelf.folder()}")
    for line in faults:
        errors.print(line, soft_wrap=True)


def _read(paths: list[Path]) -> tuple[list[tuple[Path, Pack]], list[str]]:
    found, faults = [], []
    for path in dict.fromkeys(paths):
        try:
            found.append((path, load_pack(path)))
        except InputError as error:
            faults.append(str(error))
    return found, faults


def _families(path: Path, active: Mapping[str, str]) -> list[str]:
    return sorted(family for family, file in active.items() if Path(file) == path)


def _summary(pack: Pack) -> dict[str, Any]:
    origin = pack.provenance
    split, measured = next(
        ((name, one) for name in ("test", "validation", "train") if (one := getattr(origin, name)) is not None),
        ("", None),
    )
    return {
        "name": pack.name,
        "family": pack.family,
        "parts": list(pack.parts),
        "digest": pack.digest,
        "gain": _gain(measured),
        "split": split,
        "date": origin.date.isoformat() if origin.date else None,
        "warnings": pack.warnings,
    }


def _gain(measured: Measured | None) -> float | None:
    return None if measured is None or measured.seed is None else round(measured.score - measured.seed, 6)


def _print_rows(rows: list[dict[str, Any]]) -> None:
    grid = Grid(box=None, padding=(0, 2, 0, 0))
    for heading in ("name", "family", "parts", "gain", "date", "in use for"):
        grid.add_column(heading, no_wrap=heading in ("name", "gain", "date"))
    for row in rows:
        gain = f"{row['gain']:+.3f} ({row['split']})" if row["gain"] is not None else "-"
        cells = [
            row["name"],
            row["family"],
            ", ".join(row["parts"]),
            gain,
            row["date"] or "-",
            ", ".join(row["in_use"]),
        ]
        grid.add_row(*map(Text, cells))
    console.print(grid)
    for row in rows:
        _warn(row["warnings"])


def show(name: str, *, as_json: bool) -> None:
    """Print a pack, or a shipped template, which into a file is written as a pack to begin with."""
    chosen = template(name) if name in names() else None
    pack = _beginning(chosen) if chosen is not None else shelf.find(name)
    if as_json:
        data = pack.to_json() if pack is not None else _plain(chosen)
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    elif pack is not None and not sys.stdout.isatty():
        sys.stdout.write(pack.text())
    else:
        _print_texts(chosen, pack)
    if pack is not None:
        _warn(pack.warnings)


def _beginning(chosen: Template) -> Pack | None:
    """Return a template as a pack that changes nothing yet; None for one that no pack can change."""
    if chosen.name not in PIPELINE:
        return None
    return Pack.of({f"{chosen.name}.{part}": text for part, text in chosen.parts.items()}, name=f"my-{chosen.name}")


def _plain(chosen: Template | None) -> dict[str, Any]:
    assert chosen is not None, "a name is a template's or a pack's"
    parts = {f"{chosen.name}.{part}": text for part, text in chosen.parts.items()}
    return {"name": chosen.name, "hash": chosen.hash, "parts": parts}


def _print_texts(chosen: Template | None, pack: Pack | None) -> None:
    if chosen is not None:
        used = "" if chosen.name in PIPELINE else "; no pack can change it"
        console.print(f"shipped template {chosen.name} ({chosen.hash}){used}")
        parts: Mapping[str, str] = {f"{chosen.name}.{part}": text for part, text in chosen.parts.items()}
    else:
        assert pack is not None, "a name is a template's or a pack's"
        console.print(Text(pack.text().partition("\n--- ")[0].strip("-\n")))
        parts = pack.parts
    for address, text in parts.items():
        console.print()
        console.print(Text(address, style="bold cyan"))
        console.print(Text(text))


def diff(first: str, second: str | None) -> None:
    """Print a unified diff, part by part; of one pack against the shipped templates."""
    one = shelf.find(first)
    other = shelf.find(second) if second is not None else None
    _warn([*one.warnings, *(other.warnings if other is not None else [])])
    lines = list(_difference(one, other) if other is not None else _difference(None, one))
    for line in lines:
        console.print(Text(line, style=_STYLES.get(line[:1], "")))
    if not lines:
        beside = other.name if other is not None else "the shipped templates"
        console.print(f"no difference between {one.name} and {beside}")


def _difference(before: Pack | None, after: Pack) -> Iterator[str]:
    """Yield the lines; where a pack leaves a part alone, it says what the shipped template says."""
    for address in sorted({*(before.parts if before else ()), *after.parts}):
        name, _, part = address.partition(".")
        shipped = template(name).parts[part]
        old, new = (pack.parts.get(address, shipped) if pack else shipped for pack in (before, after))
        first, second = (f"{address} ({pack.name if pack else 'shipped'})" for pack in (before, after))
        yield from difflib.unified_diff(old.splitlines(), new.splitlines(), first, second, lineterm="")


def use(reference: str, model: str | None) -> None:
    """Make a pack the one that is used for a family."""
    path = shelf.locate(reference)
    pack = load_pack(path)
    if model is None and pack.family == ANY:
        raise InputError(f"{path}: the pack names no family of models; say for which it is used: --model FAMILY")
    family = family_of(model) if model is not None else pack.family
    shelf.use(family, path)
    if pack.family not in (family, ANY):
        _warn([f"pack {pack.name} was made for {pack.family}"])
    _warn(pack.warnings)
    console.print(f"models of the family {family} are asked with the pack {pack.name} from now on")
    console.print(f"(undo: optwright prompts use --none --model {family})")


def use_none(model: str | None) -> None:
    """Go back to the shipped prompts."""
    active = shelf.active()
    if model is None and len(active) != 1:
        families = ", ".join(sorted(active))
        raise InputError(f"packs are in use for {families}; say which: --model" if active else "no pack is in use")
    family = family_of(model) if model is not None else next(iter(active))
    if family not in active:
        raise InputError(f"no pack is in use for {family}; packs are in use for {', '.join(sorted(active)) or 'none'}")
    shelf.use(family, None)
    console.print(f"models of the family {family} are asked with the shipped prompts from now on")


def _warn(lines: list[str]) -> None:
    for line in lines:
        errors.print(f"warning: {line}", soft_wrap=True)
