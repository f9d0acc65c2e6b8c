"""What protects a run on this machine, layer by layer, and which solvers answer."""

from __future__ import annotations

import importlib.metadata
from typing import NamedTuple

from optwright.errors import SandboxError
from optwright.solvers.cold import ColdSandbox
from optwright.solvers.runner import default
from optwright.solvers.sandbox import ENOUGH

_LAYERS = {
    "landlock": "files and sockets",
    "seccomp": "system calls",
    "namespaces": "own file system, processes, network",
    "user": "unprivileged",
    "rlimits": "memory, time, files",
}


class Layer(NamedTuple):
    """One line of the report."""

    layer: str
    in_force: bool
    detail: str


def doctor() -> list[Layer]:
    """Return each layer of isolation, the solvers, and the verdict on code of unknown origin; starts the sandbox."""
    lines: list[Layer] = []
    try:
        sandbox = default().sandbox
        warm = not isinstance(sandbox, ColdSandbox)
        start = "each program in a fork of a warm process" if warm else "each program in a fresh interpreter, slower"
        lines.append(Layer("warm start", warm, start))
        layers, details = sandbox.layers, sandbox.details
        for name, meaning in _LAYERS.items():
            unneeded = name == "user" and details.get(name, "").endswith("as started")
            lines.append(Layer(name, name in layers or unneeded, f"{meaning}: {details.get(name, 'not known')}"))
        missing = sorted(ENOUGH - set(layers))
        verdict = (
            f"refused without {' and '.join(missing)}, unless weak isolation is allowed" if missing else "isolated"
        )
        lines.append(Layer("programs of unknown origin", not missing, verdict))
    except SandboxError as problem:
        lines.append(Layer("sandbox", False, str(problem)))
    for package, title in (("highspy", "HiGHS"), ("pyscipopt", "SCIP"), ("pyomo", "Pyomo")):
        try:
            lines.append(Layer(title, True, f"{package} {importlib.metadata.version(package)}"))
        except importlib.metadata.PackageNotFoundError:
            lines.append(Layer(title, False, f"{package} is not installed: pip install {package}"))
    return lines
