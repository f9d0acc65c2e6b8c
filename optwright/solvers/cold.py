"""A fresh interpreter for each job: where there is no zygote (macOS, Windows) or none can be started.

On Linux the child locks itself in with the same layers but namespaces; elsewhere with resource limits where the
platform has them. Slower by the time that importing Pyomo takes.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from optwright.errors import SandboxError
from optwright.solvers import wire
from optwright.solvers.launch import bootstrap, environment, libraries
from optwright.solvers.sandbox import Job, Report
from optwright.stop import current

_CHUNK = 1 << 16
_POSIX = os.name == "posix"


class ColdSandbox:
    """Runs each job in an interpreter of its own. See `sandbox.Sandbox`."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers in force."""
        if sys.platform == "linux":
            from optwright.solvers import lockdown

            return lockdown.survey(libraries(), ("namespaces", "user")).layers()
        return ("rlimits",) if _POSIX else ()

    @property
    def details(self) -> Mapping[str, str]:
        """What is known of each layer."""
        if sys.platform == "linux":
            from optwright.solvers import lockdown

            return lockdown.survey(libraries(), ("namespaces", "user")).details
        reason = f"not on {sys.platform}"
        kept = "processor time, file size, open files" if _POSIX else reason
        return {"namespaces": reason, "landlock": reason, "seccomp": reason, "user": reason, "rlimits": kept}

    def close(self) -> None:
        """Nothing lasts longer than its job."""

    def run(self, job: Job) -> Report:
        """Run one job to its end. Raises SandboxError."""
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="optwright-", ignore_cleanup_errors=True) as scratch:
            for name in ("work", "data"):
                (Path(scratch) / name).mkdir()
            for name, content in job.files.items():
                (Path(scratch) / "work" / name).write_bytes(content)
                (Path(scratch) / "work" / name).chmod(0o444)
            try:
                process = subprocess.Popen(
                    [sys.executable, "-I", "-c", bootstrap(_CALL), scratch],
                    env=environment(),
                    cwd=str(Path(scratch) / "work"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=_POSIX,
                )
            except OSError as problem:
                raise SandboxError(f"no interpreter could be started: {problem}") from None
            taken = _Taken(job, process)
            with process, current().calling(process.kill):
                taken.await_end(start + job.wall)
            current().check()
            return taken.report(Path(scratch), time.monotonic() - start)


_CALL = "from optwright.solvers.cold import main; main(sys.argv[1])"


@dataclass
class _Taken:
    """One running job and what has come from it so far."""

    job: Job
    process: subprocess.Popen[bytes]
    reason: str | None = None
    data: dict[str, bytearray] = field(default_factory=lambda: {"result": bytearray(), "stderr": bytearray()})

    def await_end(self, end: float) -> None:
        """Feed, read and wait; end the process when it has passed a limit."""
        limits = self.job.limits
        process = self.process
        assert process.stdout
        assert process.stderr
        workers = [
            threading.Thread(target=self._feed, daemon=True),
            threading.Thread(target=self._read, args=("result", process.stdout, limits.result), daemon=True),
            threading.Thread(target=self._read, args=("stderr", process.stderr, limits.output), daemon=True),
        ]
        for worker in workers:
            worker.start()
        try:
            process.wait(max(end - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            self.reason = self.reason or "deadline"
        finally:
            self._kill()
        for worker in workers:
            worker.join(5)

    def report(self, scratch: Path, wall: float) -> Report:
        """Return what came of it. Raises SandboxError when it did not start properly."""
        output = scratch / "stdout"
        with contextlib.suppress(OSError), output.open("rb") as stream:
            printed = stream.read(self.job.limits.output + 1)
        if not output.exists():
            printed = b""
        if len(printed) > self.job.limits.output:
            self.reason = self.reason or "stdout"
        result, stderr = bytes(self.data["result"]), bytes(self.data["stderr"])
        if not result.startswith(b"R") and self.reason is None:
            lines = (result[1:] or stderr).decode(errors="replace").strip().splitlines()
            raise SandboxError(f"a program could not be locked in: {lines[-1] if lines else 'no reason given'}")
        return Report(
            exit=self.process.returncode,
            reason=self.reason,
            stdout=printed[: self.job.limits.output].decode(errors="replace"),
            stderr=stderr[: self.job.limits.output].decode(errors="replace"),
            result=result[1:],
            wall=wall,
        )

    def _feed(self) -> None:
        assert self.process.stdin
        with contextlib.suppress(OSError), self.process.stdin as stream:
            stream.write(wire.pack(self.job.header(), self.job.task))

    def _read(self, name: str, stream: IO[bytes], cap: int) -> None:
        while chunk := stream.read1(_CHUNK):  # type: ignore[attr-defined]
            self.data[name] += chunk
            if len(self.data[name]) > cap + 1:
                self.reason = self.reason or name
                self._kill()
                return

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            if _POSIX:
                os.killpg(self.process.pid, 9)
        with contextlib.suppress(OSError):
            self.process.kill()


def main(scratch: str) -> None:
    """Be the child: read the job from stdin, keep stdout for the result, lock in and serve."""
    from optwright.solvers import child
    from optwright.solvers.options import Limits

    header, task = wire.unpack(sys.stdin.buffer.read())
    os.dup2(1, child.RESULT)
    printed = os.open(os.path.join(scratch, "stdout"), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(printed, 1)
    os.close(printed)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    work = os.path.join(scratch, "work")
    child.settle(work)
    try:
        _lock_in(scratch, Limits.from_json(header["limits"]))
    except OSError as problem:
        os.write(child.RESULT, f"E{problem}".encode())
        os._exit(1)
    child.serve(header, task)


def _lock_in(scratch: str, limits: object) -> None:
    from optwright.solvers.options import Limits

    assert isinstance(limits, Limits)
    if sys.platform == "linux":
        from optwright.solvers import lockdown

        import_all()
        lockdown.close_descriptors((0, 1, 2, 3))
        plan = lockdown.survey(libraries(), ("namespaces", "user"))
        lockdown.enforce(plan, limits, os.path.join(scratch, "work"), os.path.join(scratch, "data"))
    elif _POSIX:
        import resource

        wanted = {
            resource.RLIMIT_CPU: int(limits.cpu) + 1,
            resource.RLIMIT_FSIZE: limits.file_size,
            resource.RLIMIT_CORE: 0,
        }
        for name, value in wanted.items():
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(name, (value, value))


def import_all() -> None:
    """Import what a child needs while files can still be read freely."""
    import pyomo.environ  # noqa: F401
