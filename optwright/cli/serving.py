"""`serve`: what it does. Standard output gets the settings to use and nothing else."""

from __future__ import annotations

import contextlib
import shlex
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from optwright.cli.show import errors, servers_grid
from optwright.config import load
from optwright.errors import InputError, LLMError
from optwright.serving import address, backend, checkpoint, machine
from optwright.serving.backend import Backend, Choice
from optwright.serving.flags import Flags
from optwright.serving.launch import Launch, Wish, plan
from optwright.serving.server import Progress, Server, default_log


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be served and where, as it was typed."""

    model: str | None
    adapters: tuple[str, ...]
    host: str
    port: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Means:
    """How: the backend that was asked for, an environment, the log, and the patience in seconds."""

    backend: str | None
    python: Path | None
    log: Path | None
    patience: float


def choices(python: Path | None = None) -> list[Choice]:
    """Return what can serve here. The interpreter is that of the flag, the environment or the user's settings."""
    settings = load(flags={"serving.vllm_python": python}).config.serving
    return backend.survey(machine.look(), settings.vllm_python)


def check(python: Path | None) -> int:
    """Print what can serve here; return 0 when something can, else 2."""
    from optwright.cli.show import console

    found = choices(python)
    console.print(servers_grid([record(choice) for choice in found]))
    return 0 if any(choice.usable for choice in found) else 2


def record(choice: Choice) -> dict[str, object]:
    """Return one backend for `doctor`."""
    return {"backend": choice.backend.value, "usable": choice.usable, "detail": str(choice)}


def serve(order: Order, means: Means) -> int:
    """Serve until interrupted; return 0 when it was ready before that. Raises OptwrightError, one line, otherwise."""
    launch = _plan(order, means)
    server = Server(launch, means.log or default_log(launch))
    ready = False
    _take_signals()
    try:
        with server:
            seconds = _wait(server, means.patience)
            ready = True
            _tell(server, seconds)
            server.watch()
    except KeyboardInterrupt:
        if not ready:
            raise
        _say("stopped")
        return 0
    except LLMError:
        _say(server.tail())
        raise
    return 0


def _plan(order: Order, means: Means) -> Launch:
    """Find everything that cannot work before anything is started."""
    if order.model is None or order.model.startswith("-"):
        raise InputError("name the model first: optwright serve MODEL [flags]; --check says what can serve here")
    strays = [word for word in order.flags[:1] if not word.startswith("-")]
    if strays:
        raise InputError(f"{strays[0]}: one model is served at a time; --lora NAME=DIR adds adapters")
    model, adapters = checkpoint.read(order.model), checkpoint.read_adapters(order.adapters)
    asked = Backend(means.backend) if means.backend else None
    settings = load(flags={"serving.vllm_python": means.python}).config.serving
    here = machine.look()
    choice = backend.choose(backend.survey(here, settings.vllm_python), asked)
    place = address.claim(order.host, order.port)
    launch = plan(choice, Wish(model, adapters, place, Flags(order.flags)), here)
    _say(f"serving {model.model} by {choice.backend} {choice}")
    for note in launch.notes:
        _say(f"note: {note}")
    if not place.is_local and not launch.has_key:
        _say(f"note: whoever reaches port {place.port} may ask; --api-key KEY lets only those in who know it")
    return launch


def _take_signals() -> None:
    """Let SIGTERM, and the end of the terminal, do what Ctrl-C does."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def _wait(server: Server, patience: float) -> float:
    """Wait with a spinner on a terminal, and a line for each phase elsewhere."""
    _say(f"log: {server.log}")
    status = errors.status(Text("starting")) if errors.is_terminal else None
    phases: list[str] = []

    def tell(progress: Progress) -> None:
        if status is not None:
            status.update(Text(f"{progress.phase} ({progress.seconds:.0f} s)"))
        elif progress.phase not in phases:
            phases.append(progress.phase)
            _say(f"  {progress.seconds:4.0f} s  {progress.phase}")

    with status or contextlib.nullcontext():
        return server.wait_until_healthy(patience, tell)


def _say(line: str) -> None:
    errors.print(Text(line), soft_wrap=True)


def _tell(server: Server, seconds: float) -> None:
    """Print the settings, fit for `eval`."""
    launch = server.launch
    context = server.context()
    told = f", {context:,} tokens of context" if context else ""
    _say(f"ready after {seconds:.0f} s{told}; Ctrl-C ends it. To use it:")
    print(f"export OPTWRIGHT_BASE_URL={shlex.quote(launch.address.url)}")
    print(f"export OPTWRIGHT_MODEL={shlex.quote(launch.names[0])}")
    sys.stdout.flush()
    if launch.has_key:
        _say("export OPTWRIGHT_API_KEY= and the key that you gave")
    if len(launch.names) > 1:
        _say(f"it also serves: {', '.join(launch.names[1:])}")
