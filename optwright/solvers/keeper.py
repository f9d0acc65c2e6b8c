"""The trusted process beside each program: it feeds, watches, ends and reports on one child."""

from __future__ import annotations

import errno
import os
import select
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from optwright.solvers import child, lockdown, namespaces, wire
from optwright.solvers.lockdown import Plan
from optwright.solvers.options import Limits

_CHUNK = 1 << 16
_ROUNDING = 1 << 18
"""Bytes by which whole pages exceed what is in them, for a few attached files."""
_QUIET = 0.02
"""Seconds in which what a child prints may wait in its pipe."""
_TICK = 0.05
"""Seconds between looks at threads and disk, where no namespace counts them."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where keepers work: what the zygote found out and prepared."""

    plan: Plan
    base: str
    """Directory for scratch directories, where there are no mounts of our own."""
    processes: int
    """Descriptor of /proc, or -1."""


@dataclass(slots=True)
class _Stream:
    """What has come so far through one pipe, and how much may come."""

    cap: int
    name: str
    data: bytearray = field(default_factory=bytearray)

    def take(self, descriptor: int) -> int:
        """Read once; return the bytes read, 0 at the end, -1 when there is nothing now."""
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return -1
        self.data += chunk[: self.cap + 1 - len(self.data)]
        return len(chunk)

    @property
    def full(self) -> bool:
        return len(self.data) > self.cap

    @property
    def complete(self) -> bool:
        """Whether this is the result and all of it is here: the mark of a locked-in child and a whole record."""
        return self.name == "result" and self.data.startswith(b"R") and wire.is_whole(self.data, 1)


def prepare(grounds: Grounds) -> str:
    """Do what can be done before there is a job; return why it cannot, empty if it can."""
    try:
        if grounds.plan.namespaces:
            namespaces.isolate(grounds.processes)
    except OSError as problem:
        return f"no namespaces: {problem}"
    return ""


def keep(job: socket.socket, grounds: Grounds, refused: str) -> None:
    """Serve one job from its socket to its answer. Never raises for what a program does."""
    header, body = wire.receive(job)
    limits = Limits.from_json(header["limits"])
    end = time.monotonic() + header["wall"]
    if refused:
        wire.send(job, {"refused": refused})
        return
    attached = sum(size for _, size in header["files"])
    try:
        scratch = _scratch(grounds, limits.disk + attached, limits.files + 2 * len(header["files"]))
    except OSError as problem:
        wire.send(job, {"refused": f"no scratch directory: {problem}"})
        return
    try:
        _run(job, header, body, (grounds, limits, end, scratch))
    finally:
        if not grounds.plan.namespaces:
            shutil.rmtree(scratch, ignore_errors=True)


def _answer(job: socket.socket, report: dict[str, Any], streams: Iterable[_Stream]) -> None:
    parts = [bytes(stream.data[: stream.cap]) for stream in streams]
    wire.send(job, {**report, "sizes": [len(part) for part in parts]}, b"".join(parts))


def _scratch(grounds: Grounds, disk: int, files: int) -> str:
    """Make the program's directories `work` and `data`; return the one above them."""
    if grounds.plan.namespaces:
        namespaces.mount_scratch(disk=disk + _ROUNDING, files=files + 4)
        scratch = namespaces.SCRATCH
    else:
        scratch = tempfile.mkdtemp(dir=grounds.base)
    for name in ("work", "data"):
        os.mkdir(f"{scratch}/{name}", 0o700)
    return scratch


def _place_files(scratch: str, files: list[list[Any]], body: bytes, owner: int | None) -> bytes:
    """Write the attached files to `data`, link them into `work`; return the rest of the body."""
    at = 0
    for name, size in files:
        with open(f"{scratch}/data/{name}", "wb") as stream:
            stream.write(body[at : at + size])
        os.chmod(f"{scratch}/data/{name}", 0o444)
        os.symlink(f"../data/{name}", f"{scratch}/work/{name}")
        at += size
    os.chmod(f"{scratch}/data", 0o555)
    if owner is not None and os.geteuid() == 0:
        for path in (scratch, f"{scratch}/work"):
            os.chown(path, owner, owner)
        os.chmod(f"{scratch}/data", 0o755)
    return body[at:]


def _run(job: socket.socket, header: dict[str, Any], body: bytes, place: tuple[Grounds, Limits, float, str]) -> None:
    """Fork the child, watch it, answer and end it; a child that has handed over is answered for before it has ended."""
    grounds, limits, end, scratch = place
    pipes = [os.pipe() for _ in range(3)]
    task = _place_files(scratch, header["files"], body, grounds.plan.user)
    body = b""
    pid = os.fork()
    if pid == 0:
        try:
            child.enter(grounds.plan, limits, scratch, [write for _, write in pipes], (header, task))
        finally:
            os._exit(1)
    for _, write in pipes:
        os.close(write)
    streams = [
        _Stream(limits.output, "stdout"),
        _Stream(limits.output, "stderr"),
        _Stream(limits.result + 1, "result"),
    ]
    reads = {read: stream for (read, _), stream in zip(pipes, streams, strict=True)}
    for read in reads:
        os.set_blocking(read, False)
    watch = _Watched(pid, limits, grounds, scratch) if _must_count(grounds.plan) else None
    reason = _watch(job, pid, reads, end, watch)
    early = reason == "complete" and grounds.plan.namespaces  # Else its files must go first.
    status, usage = (0, None) if early else _end(pid)
    for read, stream in reads.items():
        while not stream.full and stream.take(read) > 0:
            pass
        os.close(read)
    whole = reason == "complete"
    if whole:
        reason = next((stream.name for stream in streams if stream.full), None)
    if usage is None:
        _answer(job, {"exit": 0, "reason": reason, "cpu": 0.0, "rss": 0}, streams)
        _end(pid)
    elif reason != "gone":
        if not grounds.plan.namespaces:
            shutil.rmtree(scratch, ignore_errors=True)
        ended = {"exit": 0 if whole else os.waitstatus_to_exitcode(status), "reason": reason}
        used = {"cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss * 1024}
        _answer(job, {**ended, **used}, streams)


def _watch(job: socket.socket, pid: int, reads: dict[int, _Stream], end: float, watch: _Watched | None) -> str | None:
    """Wait until the child has handed over, ended or must be ended.

    Return why it must, `complete` when it has handed over, `gone` when nobody waits any more, None if it ended by
    itself. What it prints is not looked at for the first moments, so that a short program is not interrupted for it.
    """
    ended = os.pidfd_open(pid)
    late = [read for read, stream in reads.items() if stream.name != "result"]
    poll = select.poll()
    for descriptor in (*(reads.keys() - set(late)), ended, job.fileno()):
        poll.register(descriptor, select.POLLIN)
    look = time.monotonic() + _QUIET
    try:
        while True:
            now = time.monotonic()
            if now >= end:
                return "deadline"
            if late and now >= look:
                for descriptor in late:
                    poll.register(descriptor, select.POLLIN)
                late = []
            pause = min(end - now, look - now if late else _TICK if watch else end - now)
            ready = [descriptor for descriptor, _ in poll.poll(1000 * pause + 1)]
            if job.fileno() in ready:
                return "gone"
            for descriptor in reads.keys() & set(ready):
                stream = reads[descriptor]
                if stream.take(descriptor) == 0:
                    poll.unregister(descriptor)
                if stream.full or stream.complete:
                    return stream.name if stream.full else "complete"
            if ended in ready:
                return None
            if watch and (excess := watch.excess()):
                return excess
    finally:
        os.close(ended)


def _must_count(plan: Plan) -> bool:
    """Whether the kernel leaves something uncounted: the disk without own mounts, the threads of root."""
    return not plan.namespaces or (plan.user is None and os.geteuid() == 0)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A child whose threads and files are counted from here."""

    pid: int
    limits: Limits
    grounds: Grounds
    scratch: str

    def excess(self) -> str | None:
        """Return which limit is passed: `processes`, `disk` or `files`."""
        if self._threads() > self.limits.processes:
            return "processes"
        if self.grounds.plan.namespaces:
            return None
        size = count = 0
        for directory, names, files in os.walk(f"{self.scratch}/work"):
            count += len(names) + len(files)
            for name in files:
                try:
                    size += os.lstat(f"{directory}/{name}").st_blocks * 512
                except OSError:
                    continue
            if count > self.limits.files + 4:
                return "files"
        return "disk" if size > self.limits.disk else None

    def _threads(self) -> int:
        apart = self.grounds.processes >= 0
        path = f"{self.pid}/status" if apart else f"/proc/{self.pid}/status"
        try:
            with open(os.open(path, os.O_RDONLY, dir_fd=self.grounds.processes if apart else None), "rb") as stream:
                return next((int(line.split()[1]) for line in stream if line.startswith(b"Threads:")), 0)
        except (OSError, ValueError):
            return 0


def _end(pid: int) -> tuple[int, Any]:
    """End the child and all it started; return its status and what it used."""
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    _, status, usage = os.wait4(pid, 0)
    until = time.monotonic() + 2
    while time.monotonic() < until:  # Strangers here are its daemons: this process is their reaper.
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                _kill_children()
                time.sleep(0.001)
        except OSError as problem:
            if problem.errno == errno.ECHILD:
                break
            raise
    return status, usage


def _kill_children() -> None:
    own = os.getpid()
    try:
        with open(f"/proc/{own}/task/{own}/children") as stream:
            children = [int(word) for word in stream.read().split()]
    except OSError:
        return
    for process in children:
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            continue


def become_reaper(zygote: int) -> None:
    """Take in whatever loses its parent below here, and end with the zygote."""
    lockdown.die_with_parent(zygote)
    lockdown.adopt_orphans()
