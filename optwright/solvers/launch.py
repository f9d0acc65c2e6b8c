"""How to start a fresh interpreter that finds this package and its libraries, and nothing of the user's directory."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

_NEEDED = ("pyomo", "highspy", "pyscipopt", "numpy", "scipy", "ply", "pydantic", "pydantic_core", "typing_extensions")
_NEEDED_TOO = ("annotated_types", "typing_inspection")


def package() -> Path:
    """Return the directory of this package."""
    return Path(__file__).resolve().parent.parent


def libraries() -> list[str]:
    """Return what a child must read besides the standard library: this package and where the others lie."""
    found = [str(package())]
    for name in (*_NEEDED, *_NEEDED_TOO):
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        origin = Path(spec.origin)
        found.append(str(origin.parent.parent if spec.submodule_search_locations else origin.parent))
    return list(dict.fromkeys(found))


def bootstrap(call: str) -> str:
    """Return code for `python -I -c` that does `call`.

    This package's parent is on the path only while it is imported, since it may be a working directory whose other
    files must not stand in for libraries.
    """
    home, more = str(package().parent), [path for path in libraries()[1:] if path != str(package().parent)]
    lines = [
        "import sys",
        f"sys.path.insert(0, {home!r})",
        "import optwright",
        f"sys.path.remove({home!r})",
        f"sys.path.extend(path for path in {more!r} if path not in sys.path)",
        call,
    ]
    return "\n".join(lines)


def fork_is_possible() -> bool:
    """Whether a zygote can work here at all."""
    return sys.platform == "linux"


def environment() -> dict[str, str]:
    """Return the environment of a zygote or a cold child: an allow-list, with nothing of the user's in it."""
    fixed = {"LANG": "C.UTF-8", "PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    needed = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    return fixed | needed
