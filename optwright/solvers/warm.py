"""The zygote as the product sees it: started when first needed, restarted when dead, gone when the product is."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace

from optwright.errors import SandboxError
from optwright.solvers import wire
from optwright.solvers.launch import bootstrap, environment, libraries
from optwright.solvers.lockdown import Plan
from optwright.solvers.sandbox import Job, Report
from optwright.stop import current

_START = 120.0
"""Seconds for a zygote to come up on a slow, cold disk."""
_MARGIN = 15.0
"""Seconds that a keeper may take beyond the deadline of its child before it is given up."""


class WarmSandbox:
    """Runs each job in a fork of a zygote. See `sandbox.Sandbox`; `without` names layers to leave out, for tests.

    `formulations` has the zygote know how to build formulations as well, which costs every fork a little.
    """

    def __init__(self, without: Sequence[str] = (), *, formulations: bool = False) -> None:
        self._without, self._formulations = tuple(without), formulations
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._plan: Plan | None = None
        self._owner = os.getpid()
        _forked.add(self)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers in force."""
        return self._started().layers()

    @property
    def details(self) -> Mapping[str, str]:
        """What the zygote found out about each layer."""
        return self._started().details

    def run(self, job: Job) -> Report:
        """Run one job in a child of its own. Raises SandboxError."""
        start = time.monotonic()
        stop = current()
        for attempt in (1, 2):
            with self._submit() as channel, stop.calling(lambda: _hang_up(channel)):
                channel.settimeout(job.wall + _MARGIN)
                try:
                    wire.send(channel, job.header(), job.body())
                    header, body = wire.receive(channel)
                except TimeoutError:
                    raise SandboxError(
                        "the sandbox did not answer in time; try again or raise the time limit"
                    ) from None
                except (wire.WireError, OSError) as problem:
                    stop.check()
                    if attempt == 2:
                        raise SandboxError(
                            f"the sandbox lost a program twice ({problem}); see optwright doctor"
                        ) from None
                    continue
            if "refused" in header:
                raise SandboxError(f"the sandbox could not start a program: {header['refused']}")
            return replace(_report(header, body), wall=time.monotonic() - start)
        raise AssertionError

    def close(self) -> None:
        """End the zygote; keepers end their programs when they see it go."""
        with self._lock:
            self._stop()

    def forget(self) -> None:
        """In a fork of the product: leave the zygote to the process that owns it, and start anew when needed."""
        self._lock = threading.Lock()
        if self._control is not None:
            self._control.close()
        self._process = self._control = self._plan = None
        self._owner = os.getpid()

    def _started(self) -> Plan:
        with self._lock:
            return self._start()

    def _submit(self) -> socket.socket:
        """Hand one end of a new channel to the zygote; return the other."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            for attempt in (1, 2):
                with self._lock:
                    self._start()
                    assert self._control is not None
                    try:
                        socket.send_fds(self._control, [b"job"], [theirs.fileno()])
                        return ours
                    except OSError as problem:
                        self._stop()
                        if attempt == 2:
                            ours.close()
                            raise SandboxError(f"the sandbox does not take programs: {problem}") from None
        raise AssertionError

    def _start(self) -> Plan:
        if self._plan is not None and self._process is not None and self._process.poll() is None:
            return self._plan
        self._stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = {
            "parent": os.getpid(),
            "readable": libraries(),
            "without": self._without,
            "formulations": self._formulations,
            "temporary": tempfile.gettempdir(),
        }
        call = f"from optwright.solvers.zygote import main; main({theirs.fileno()}, {json.dumps(config)!r})"
        with tempfile.TemporaryFile() as complaints, theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", bootstrap(call)],
                env=environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            theirs.close()
            self._control = ours
            self._plan = self._greeting(ours, complaints)
        return self._plan

    def _greeting(self, control: socket.socket, complaints: object) -> Plan:
        control.settimeout(_START)
        try:
            text = control.recv(1 << 20)
        except TimeoutError:
            text = b""
        control.settimeout(None)
        if not text:
            self._stop()
            complaints.seek(0)  # type: ignore[attr-defined]
            lines = complaints.read().decode(errors="replace").strip().splitlines()  # type: ignore[attr-defined]
            raise SandboxError(f"the sandbox did not start: {lines[-1] if lines else 'no answer'}")
        return Plan.from_json(json.loads(text))

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None and self._owner == os.getpid():
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._process = self._control = self._plan = None


def _hang_up(channel: socket.socket) -> None:
    """Have the keeper see that nobody waits any more: it ends its program."""
    with contextlib.suppress(OSError):  # the answer may have come in this very moment
        channel.shutdown(socket.SHUT_RDWR)


def _report(header: Mapping[str, object], body: bytes) -> Report:
    parts, at = [], 0
    for size in header["sizes"]:  # type: ignore[attr-defined]
        parts.append(body[at : at + size])
        at += size
    stdout, stderr, result = parts
    if not result.startswith(b"R") and header["reason"] != "deadline":
        raise SandboxError(
            f"a program could not be locked in: {result[1:].decode(errors='replace') or 'no reason given'}"
        )
    return Report(
        exit=int(header["exit"]),  # type: ignore[call-overload]
        reason=header["reason"],  # type: ignore[arg-type]
        stdout=stdout.decode(errors="replace"),
        stderr=stderr.decode(errors="replace"),
        result=result[1:],
        cpu=float(header["cpu"]),  # type: ignore[arg-type]
        rss=int(header["rss"]),  # type: ignore[call-overload]
    )


_forked: weakref.WeakSet[WarmSandbox] = weakref.WeakSet()


def _forget_all() -> None:
    for sandbox in list(_forked):
        sandbox.forget()


os.register_at_fork(after_in_child=_forget_all)
