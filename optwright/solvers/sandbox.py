"""Where programs and models of unknown origin run, and what that promises.

Promises, each kept by two layers or more where the machine offers them, with a hostile program for each in the tests:

- *Files.* No file is read but the interpreter's, the libraries', the attached data's and those in the program's own
  directory; none outside that directory is written, created, removed or changed in mode, owner or time. Attached data
  cannot be written.
- *Network.* No socket of any family, abstract ones included, and no name look-up.
- *Other processes.* No signal, ptrace, /proc, priority or limit of any other process; no new process, no new program.
- *Kernel surface.* No call outside a short list: no keyrings, BPF, io_uring, userfaultfd, memfd, namespaces, mounts.
- *Environment.* Nothing but HOME, TMPDIR, PATH, LANG and thread counts; no open descriptor but its own pipes.
- *Resources.* Memory, processor time, threads, open files, file size, disk, number of files, output and result are
  bounded (`options.Limits`); what was printed is kept up to its bound whatever happens.
- *Deadline.* Nothing of a program survives it, nor the product's own end, however sudden.
- *Results.* They travel over a pipe as JSON and bytes and are never unpickled or evaluated. A program can hand over any
  model, but the value vouched for is that of a second process without foreign code which solves that model.
- *Neighbours.* One program sees neither files nor processes of another.

Not covered: side channels (time, load), faults of the kernel, and what a model itself says: that a program hands over
the model one has in mind. Where namespaces are refused, `stat` may
find out whether a path exists, and disk and threads are counted twenty times a second instead of by the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from optwright.solvers import wire
from optwright.solvers.options import Limits, SolveOptions

ENOUGH = frozenset({"landlock", "seccomp"})
"""The layers without which code of unknown origin is not run."""


@dataclass(frozen=True, slots=True)
class Job:
    """One task for one child."""

    kind: str
    """`program`, `rendered`, `formulation` or `export`: see `child`."""
    task: bytes
    options: SolveOptions
    limits: Limits
    wall: float
    """Seconds that are left for it."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Attached files by plain name, read-only for the program."""

    def header(self) -> dict[str, Any]:
        """Return what the keeper is told."""
        return {
            "kind": self.kind,
            "options": self.options.to_json(),
            "limits": self.limits.to_json(),
            "wall": self.wall,
            "files": [[name, len(content)] for name, content in self.files.items()],
        }

    def body(self) -> bytes:
        """Return the files and the task, one after the other."""
        return b"".join((*self.files.values(), self.task))


@dataclass(frozen=True, slots=True)
class Report:
    """How a child ended and what it left."""

    exit: int
    """Exit status, or minus the number of the signal that ended it."""
    reason: str | None
    """Why it was ended from outside: `deadline`, `stdout`, `stderr`, `result`, `processes`, `disk`, `files`."""
    stdout: str
    stderr: str
    result: bytes
    """What it handed over, without the mark that it had locked itself in."""
    cpu: float = 0.0
    """Seconds of processor time."""
    rss: int = 0
    """Bytes of memory at its largest."""
    wall: float = 0.0
    """Seconds from request to answer."""

    def record(self) -> tuple[dict[str, Any], bytes]:
        """Return header and body of what it handed over. Raises WireError."""
        return wire.unpack(self.result)


class Sandbox(Protocol):
    """A place to run jobs in. Implementations are safe to use from many threads at once."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers in force, of `lockdown.LAYERS`; starts what must be started to know. Raises SandboxError."""

    @property
    def details(self) -> Mapping[str, str]:
        """What is known of each layer, or why it is not in force."""

    def run(self, job: Job) -> Report:
        """Run one job to its end. Raises SandboxError where the sandbox fails, never for what the program does."""

    def close(self) -> None:
        """End everything that was started and remove what it left. Later use starts afresh."""
