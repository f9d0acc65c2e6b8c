"""The process between us and a server: it ends the server, and all that the server started, when we are gone.

Run by path with `python -I`, with only the standard library: `lifeline.py GRACE PROGRAM ARGUMENT...`. Its standard
input is a pipe whose other end the launching process holds. When that end closes (the launcher ended, however it was
killed) or SIGTERM comes, the server gets SIGTERM, and GRACE seconds later SIGKILL. When it has ended, by that or by
itself, the rest of its process group gets SIGTERM and soon after SIGKILL, and so does every descendant that had left
the group (on Linux, where orphans come to this process). A second SIGTERM skips the waiting. The exit code is the
server's, 128 + N when signal N ended it.

What it does not cover: if this process is itself killed with SIGKILL, the server gets SIGTERM (on Linux) and is left
to end its own children.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_TICK = 0.1
_REST = 3.0
"""Seconds that processes have whose server has ended."""


def main(grace: float, command: list[str]) -> int:
    """Run `command` until it ends or nobody is left who wants it; return its exit code."""
    awake, waker = os.pipe()
    for end in (awake, waker):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    prctl = _prctl()
    if prctl is not None:
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, process_group=0, preexec_fn=_in_child(prctl, os.getpid())
        )
    except OSError as error:
        print(f"lifeline: {command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    _watch(server, awake)
    _end(server, grace, awake)
    code = server.returncode
    return code if code >= 0 else 128 - code


def _prctl() -> Callable[[int, int], int] | None:
    """Return Linux's call that sets attributes of a process, looked up before any fork; None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    call = ctypes.CDLL(None).prctl

    def prctl(option: int, value: int) -> int:
        return int(call(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)))

    return prctl


def _in_child(prctl: Callable[[int, int], int] | None, parent: int) -> Callable[[], None]:
    def prepare() -> None:
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def _watch(server: subprocess.Popen[bytes], awake: int) -> None:
    """Return when the server has ended, SIGTERM has come, or the launcher is gone.

    The launcher is looked at too: a fork of it may hold the other end of the pipe.
    """
    launcher = os.getppid()
    while server.poll() is None and os.getppid() == launcher:
        ready, _, _ = select.select([0, awake], [], [], 1.0)
        if awake in ready and signal.SIGTERM in os.read(awake, 4096):
            return
        _reap(server.pid)
        if 0 in ready and not os.read(0, 4096):
            return


def _end(server: subprocess.Popen[bytes], grace: float, awake: int) -> None:
    """Ask the server to end, then what it left of its group, then insist."""
    patient = True
    if server.poll() is None:
        server.terminate()
        patient = _wait(lambda: server.poll() is not None, grace, awake)
    if patient and _signal(server.pid, signal.SIGTERM):
        _wait(lambda: _is_empty(server.pid), _REST, awake)
    _signal(server.pid, signal.SIGKILL)
    server.wait()
    while children := _children():
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        _reap(server.pid)
        time.sleep(0.01)


def _wait(over: Callable[[], bool], seconds: float, awake: int) -> bool:
    """Wait until `over`; return False when the seconds passed or another SIGTERM came first."""
    deadline = time.monotonic() + seconds
    while not over():
        if time.monotonic() > deadline:
            return False
        if select.select([awake], [], [], _TICK)[0] and signal.SIGTERM in os.read(awake, 4096):
            return False
    return True


def _is_empty(group: int) -> bool:
    _reap(group)  # an orphan that has ended belongs to the group until it is collected
    return not _signal(group, 0)


def _signal(group: int, number: int) -> bool:
    """Send to the group; return whether anything of it is left."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # only a process that has become somebody else's is left
        return False
    return True


def _reap(server: int) -> None:
    """Collect the orphans that have ended; the server itself is `subprocess`'s to collect."""
    for child in _children():
        if child != server:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)


def _children() -> list[int]:
    """Return the children of this process, orphans that came to it included; none where /proc does not tell."""
    try:
        return [int(word) for word in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except (OSError, ValueError):
        return []


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
