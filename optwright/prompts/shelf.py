"""Where packs are: with Optwright, in the user's folder, or at any path; and which one is in use for which family."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from optwright.config import user_data_folder
from optwright.errors import InputError
from optwright.prompts.pack import SUFFIX, Pack, load_pack

AUTO = "auto"
NONE = "none"
SHIPPED = Path(__file__).parent / "packs"


@dataclass(frozen=True, slots=True)
class Placed:
    """A pack and its file."""

    pack: Pack
    path: Path


def folder() -> Path:
    """Return the user's folder of packs; it may not be there yet."""
    return user_data_folder(os.environ) / "prompts"


def find(reference: str | Path) -> Pack:
    """Return a pack by its name or its file. Raises InputError, one line, for one that cannot be had or used."""
    return load_pack(locate(reference))


def locate(reference: str | Path) -> Path:
    """Return the file of a pack: what has a folder or the ending .md is a path, all else the name of a listed one.

    Raises InputError where there is none of that name.
    """
    path = Path(reference).expanduser()
    if path.suffix == SUFFIX or len(path.parts) > 1:
        return path
    for place in (folder(), SHIPPED):
        if (found := place / f"{reference}{SUFFIX}").is_file():
            return found
    known = ", ".join(path.stem for path in files()) or "none yet"
    raise InputError(f"no prompt pack {str(reference)!r}; give a file (.md) or one of those in {folder()}: {known}")


def files() -> list[Path]:
    """Return the files of all listed packs, the user's first."""
    return [path for place in (folder(), SHIPPED) for path in sorted(place.glob(f"*{SUFFIX}"))]


def store(pack: Pack, *, replace: bool = False) -> Path:
    """Put a pack into the user's folder under its name; return its file.

    Raises InputError where another pack has the name (unless `replace`), or nothing can be written.
    """
    path = folder() / f"{pack.name}{SUFFIX}"
    if path.exists() and not replace and load_pack(path) != pack:
        raise InputError(f"{path}: another pack has that name; give this one another, or remove that file")
    write(path, pack.text())
    return path


def active() -> dict[str, str]:
    """Return the files of the packs in use, by family. Raises InputError for a list that cannot be read."""
    path = _list()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}); {_REMEDY}") from None
    if not isinstance(data, dict) or not all(isinstance(one, str) for one in data.values()):
        raise InputError(f"{path}: is no list of packs by family; {_REMEDY}")
    return data


_REMEDY = "remove it, and choose again by `optwright prompts use`"


def in_use(family: str) -> Pack | None:
    """Return the pack in use for a family. Raises InputError where its file is gone or cannot be used any more."""
    if (file := active().get(family)) is None:
        return None
    try:
        return load_pack(Path(file))
    except InputError as error:
        undo = f"optwright prompts use --none --model {family}"
        raise InputError(f"{error} (it is in use for {family}; `{undo}` ends that)") from None


def use(family: str, path: Path | None) -> None:
    """Make a pack the one in use for a family from now on; None: none. Raises InputError."""
    chosen = {name: file for name, file in active().items() if name != family}
    if path is not None:
        chosen[family] = str(path.absolute())
    write(_list(), json.dumps(chosen, indent=1, sort_keys=True) + "\n")


def write(path: Path, text: str) -> None:
    """Write a file whole, by rename. Raises InputError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None


def _list() -> Path:
    return folder() / "active.json"
