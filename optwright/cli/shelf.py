"""What the commands of `optwright library` do."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table as Grid

from optwright.cli.show import console
from optwright.config import load
from optwright.errors import ConfigError, InputError

if TYPE_CHECKING:
    from optwright.experience.insight import Content, Insight
    from optwright.experience.library import Library

MISSING = "the experience library needs SQLAlchemy: pip install 'optwright[library]'"
_FIELDS = ("stage", "first", "second", "condition", "explanation", "example")


@contextmanager
def opened(place: str | None, *, anew: bool = False) -> Iterator[Library]:
    """Open the library that is meant; where there is none it is made only `anew`.

    Raises ConfigError where none is named or the extra is not installed, InputError where none is.
    """
    named = load(flags={"library.place": place}).config.library.place
    if named is None:
        raise ConfigError("no library is named; give --library FILE or set OPTWRIGHT_LIBRARY")
    if not anew:
        must_exist(named)
    try:
        from optwright.experience.library import Library
    except ModuleNotFoundError:
        raise ConfigError(MISSING) from None
    library = Library(named, actor=os.environ.get("USER", "command line"))
    try:
        yield library
    finally:
        library.close()


def must_exist(place: str) -> None:
    """Raise InputError where a library is not there: one that is only read is not made."""
    try:
        from optwright.experience.database import exists
    except ModuleNotFoundError:
        raise ConfigError(MISSING) from None
    if not exists(place):
        raise InputError(f"{place}: there is no library; `optwright library learn` or `import` makes one")


def insights(place: str | None, status: str | None, *, as_json: bool) -> None:
    """List insights."""
    from optwright.experience.insight import Status, Use

    with opened(place) as library:
        found = library.find(status=Status(status) if status else None)
    if as_json:
        _print_json([_plain(one) for one in found])
        return
    grid = Grid(box=None, padding=(0, 2, 0, 0))
    for heading in ("id", "status", "label", "+", "-", "when"):
        grid.add_column(heading, no_wrap=True, overflow="ellipsis" if heading == "when" else "fold")
    for one in found:
        counts = str(one.count(Use.POSITIVE)), str(one.count(Use.NEGATIVE))
        grid.add_row(one.id, one.status.value, one.content.label.path, *counts, _short(one.content.condition))
    console.print(grid)
    console.print(_many(len(found), "insight"))


def changes(place: str | None, *, as_json: bool) -> None:
    """List changes, newest first."""
    with opened(place) as library:
        found = library.journal()
    if as_json:
        _print_json([asdict(one) for one in found])
        return
    grid = Grid(box=None, padding=(0, 2, 0, 0))
    for heading in ("change", "time", "action", "by", "note"):
        grid.add_column(heading)
    for one in found:
        grid.add_row(str(one.number), one.time, one.action, one.actor, one.note)
    console.print(grid)


def labels(place: str | None, *, as_json: bool) -> None:
    """List the taxonomy, both levels, with how many insights stand under each label and how many are admitted."""
    from optwright.experience.insight import Status

    with opened(place) as library:
        taxonomy, found = library.taxonomy(), library.find()
    under = Counter(place for one in found for place in _places(one))
    admitted = Counter(place for one in found if one.status is Status.ADMITTED for place in _places(one))
    rows = [{**asdict(one), "insights": under[one.folded], "admitted": admitted[one.folded]} for one in taxonomy]
    if as_json:
        _print_json(rows)
        return
    for one, row in zip(taxonomy, rows, strict=True):
        console.print(f"{one.path}  ({_many(row['insights'], 'insight')}, {row['admitted']} admitted)")
        for name in ("definition", "condition"):
            if row[name]:
                console.print(f"    {name}: {row[name]}")
    console.print(_many(len(taxonomy), "label"))


def _places(one: Insight) -> set[tuple[str, str, str]]:
    stage, first, second = one.content.label.folded
    return {(stage, first, second), (stage, first, "")}


def embed(place: str | None, model: str | None, url: str | None) -> None:
    """Compute the vectors that are missing."""
    from optwright.agent.experience import embedder_of
    from optwright.experience.vectors import Vectors

    flags = {"library.place": place, "library.embedding_model": model, "library.embedding_url": url}
    config = load(flags=flags).config
    embedder = embedder_of(config)
    if embedder is None:
        raise ConfigError("no embedding model is named; give --model, or library.embedding_model in optwright.yaml")
    with opened(place) as library:
        count = Vectors(library.database, embedder).refresh()
    console.print(f"{_many(count, 'condition')} embedded by {embedder.name}")


def show(place: str | None, name: str, *, as_json: bool) -> None:
    """Show one insight with what came of it and its history."""
    from optwright.experience.exchange import markdown
    from optwright.experience.insight import Use, number_of

    with opened(place) as library:
        one, history = library.get(number_of(name)), library.history(number_of(name))
    if as_json:
        _print_json(_plain(one))
        return
    console.print(markdown([one]).split("\n", 2)[2])
    console.print(f"tasks: {', '.join(f'{one.count(use)} {use.value}' for use in Use)}")
    if one.parents:
        console.print(f"merged from {', '.join(f'I{number}' for number in one.parents)}")
    for change, then in history:
        console.print(f"version {then.version}: {change.action} by {change.actor or '?'}, {change.time} {change.note}")


def search(place: str | None, text: str, most: int, status: str, *, as_json: bool) -> None:
    """Find insights for a problem."""
    from optwright.cli.solving import read_text
    from optwright.experience.insight import Status
    from optwright.experience.search import Wanted, search

    with opened(place) as library:
        hits = search(library, Wanted(read_text(text)[0], statuses=(Status(status),), most=most))
    if as_json:
        _print_json([{**_plain(hit.insight), "score": hit.score, "means": list(hit.means)} for hit in hits])
        return
    for hit in hits:
        console.print(f"{hit.insight.id}  {hit.insight.content.label.path}: {_short(hit.insight.content.condition)}")
    console.print(f"{_many(len(hits), 'insight')} found by words that the text shares")


def edit(place: str | None, name: str, file: Path | None, status: str | None, note: str) -> None:
    """Change an insight's words, its status, or both."""
    from optwright.experience.insight import Status, number_of

    with opened(place) as library:
        one = library.get(number_of(name))
        if file is not None or status is None:
            content = _changed(one, _fields(file) if file else _asked(one))
            one = library.edit(one.number, content, expected=one.version, note=note)
        if status is not None:
            one = library.settle([one.number], Status(status), note=note)[0]
    console.print(f"{one.id} is {one.status.value}, version {one.version}")


def diff(place: str | None, name: str, versions: str) -> None:
    """Show the difference of two versions."""
    from optwright.experience.difference import difference
    from optwright.experience.insight import number_of

    with opened(place) as library:
        history = {one.version: one for _, one in library.history(number_of(name))}
    first, second = _span(versions, max(history))
    for version in (first, second):
        if version not in history:
            raise InputError(f"{name} has versions 1 to {max(history)}, no {version}")
    console.print(difference(history[first], history[second]))


def rollback(place: str | None, change: int, note: str) -> None:
    """Go back to a change."""
    with opened(place) as library:
        changed = library.rollback(change, note=note)
    names = ", ".join(one.id for one in changed[:20])
    console.print(f"{_many(len(changed), 'insight')} changed back: {names or 'none'}")


def export(place: str | None, out: Path, form: str | None, status: str | None) -> None:
    """Write the library to a file or the terminal."""
    from optwright.experience.exchange import dump, markdown
    from optwright.experience.insight import Status

    kinds = [Status(status)] if status else list(Status)
    with opened(place) as library:
        if (form or ("markdown" if out.suffix in (".md", ".markdown") else "json")) == "json":
            text = dump(library, statuses=kinds)
        else:
            text = markdown(one for one in library.find() if one.status in kinds)
    if str(out) == "-":
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror})") from None


def import_file(place: str | None, file: Path, status: str | None) -> None:
    """Add what a file holds."""
    from optwright.experience.exchange import load, put
    from optwright.experience.insight import Status

    contents = load(file)
    with opened(place, anew=True) as library:
        done = put(library, contents, status=Status(status) if status else None)
    console.print(f"{_many(done.added, 'insight')} added, known: {done.known}; {_many(done.labels, 'label')}")


def stats(place: str | None, *, as_json: bool) -> int:
    """Count and check; return the exit code: 1 for a library that is not sound."""
    from optwright.experience.insight import Use
    from optwright.experience.integrity import faults

    with opened(place) as library:
        found, broken, labels = library.find(), faults(library), len(library.taxonomy())
    data = {
        "insights": len(found),
        "labels": labels,
        "status": Counter(one.status.value for one in found),
        "stage": Counter(one.content.stage.value for one in found),
        "uses": {use.value: sum(one.count(use) for one in found) for use in Use},
        "faults": broken,
    }
    if as_json:
        _print_json(data)
    else:
        for name, value in data.items():
            shown = ", ".join(f"{count} {kind}" for kind, count in value.items()) if isinstance(value, dict) else value
            console.print(f"{name}: {shown or 'none'}")
    return 1 if broken else 0


def _fields(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise InputError(f"{file}: is no JSON ({error})") from None
    if not isinstance(data, dict):
        raise InputError(f"{file}: holds no JSON object with {', '.join(_FIELDS)}")
    return data


def _asked(one: Insight) -> dict[str, Any]:
    """Let the user edit the fields in an editor."""
    given = {name: str(getattr(one.content, name)) for name in _FIELDS}
    text = _in_editor(json.dumps(given, indent=1, ensure_ascii=False) + "\n")
    try:
        data = json.loads(text)
    except ValueError as error:
        raise InputError(f"what came out of the editor is no JSON ({error}); nothing was changed") from None
    return data if isinstance(data, dict) else {}


def _in_editor(text: str) -> str:
    """Return what the user's editor leaves of a text."""
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "insight.json"
        path.write_text(text, encoding="utf-8")
        try:
            subprocess.run([*editor, str(path)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise InputError(f"the editor {editor[0]!r} failed ({error}); set EDITOR, or give a FILE.json") from None
        return path.read_text(encoding="utf-8")


def _changed(one: Insight, fields: dict[str, Any]) -> Content:
    from optwright.experience.insight import Stage

    if unknown := sorted(set(fields) - set(_FIELDS)):
        raise InputError(f"an insight has no field {unknown[0]!r}; it has {', '.join(_FIELDS)}")
    if not all(isinstance(value, str) for value in fields.values()):
        raise InputError("the fields of an insight are texts")
    if "stage" in fields:
        try:
            fields["stage"] = Stage(fields["stage"])
        except ValueError:
            raise InputError(f"{fields['stage']!r} is no stage; there are {', '.join(Stage)}") from None
    return replace(one.content, **fields)


def _span(text: str, last: int) -> tuple[int, int]:
    if not text:
        return max(1, last - 1), last
    first, _, second = text.partition("..")
    if not (first.isdigit() and second.isdigit()):
        raise InputError(f"--versions {text!r}: write two versions, such as 1..3")
    return int(first), int(second)


def _plain(one: Insight) -> dict[str, Any]:
    uses = {use.value: list(tasks) for use, tasks in one.uses.items()}
    return {"id": one.id, "version": one.version, **one.record(), "uses": uses}


def _print_json(data: Any) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _short(text: str, most: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
