"""What a child gives up before it meets code or data that is not ours: one function for each layer, and their order."""

from __future__ import annotations

import os
import platform
import resource
import site
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from optwright.solvers import landlock, libc, namespaces, seccomp
from optwright.solvers.options import Limits

NOBODY = 65534
_SWITCH = (0, 5, 6, 7)
"""CAP_CHOWN, CAP_KILL, CAP_SETGID, CAP_SETUID: to hand a directory to another user, to become one and to end it."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
LAYERS = ("namespaces", "landlock", "seccomp", "user", "rlimits")


@dataclass(frozen=True, slots=True)
class Plan:
    """The layers that this machine offers and that a child will therefore enforce or end."""

    namespaces: bool
    landlock: int
    """Version of the interface, 0 for none."""
    seccomp: bool
    user: int | None
    """Become this user, None to stay who one is."""
    readable: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)
    """By layer: what is in force, or why it is not."""

    def layers(self) -> tuple[str, ...]:
        """Return the names of the layers in force."""
        return tuple(name for name in LAYERS if name == "rlimits" or getattr(self, name) not in (False, 0, None))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Plan:
        """Rebuild the plan."""
        return cls(**{**data, "readable": tuple(data["readable"])})


def survey(paths: Iterable[str], without: Sequence[str] = ()) -> Plan:
    """Find out, by trying in forked children, which layers hold here; those named in `without` are left out.

    `landlock 2` leaves out what version 2 and later ones of its interface brought: an older kernel.
    """
    readable = readable_paths(paths)
    details: dict[str, str] = {}
    newest = [int(name.split()[1]) - 1 for name in without if name.startswith("landlock ")]
    version = 0 if "landlock" in without else min([landlock.abi(), *newest])
    details["landlock"] = f"interface {version}" if version else _absent("landlock", without, "the kernel has none")
    filters = "seccomp" not in without and seccomp.available()
    if filters:
        seccomp.build(platform.machine(), 1)
    details["seccomp"] = platform.machine() if filters else _absent("seccomp", without, "the kernel takes no filter")
    nobody = NOBODY if os.geteuid() == 0 and "user" not in without and libc.capable(*_SWITCH) else None
    refused = "switched off" if "namespaces" in without else _trial(_enter_and_isolate, readable, nobody)
    if refused and nobody is not None and _trial(_read_as, readable, nobody):
        nobody = None
        refused = refused if "namespaces" in without else _trial(_enter_and_isolate, readable, None)
    details["namespaces"] = refused or "user, mount, pid, net, ipc, uts; scratch in memory"
    details["user"] = f"user {nobody}" if nobody is not None else _as_started()
    details["rlimits"] = "memory, processor time, file size, open files" + ("" if refused else ", processes")
    return Plan(not refused, version, filters, nobody, tuple(readable), details)


def readable_paths(more: Iterable[str] = ()) -> list[str]:
    """Return the directories and files that the interpreter and the libraries need."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    wanted = [sysconfig.get_paths()[name] for name in names]
    wanted += [f"{sys.base_prefix}/lib/{Path(wanted[0]).name}", *site.getsitepackages()]
    if sys.base_prefix not in ("/usr", "/", "/usr/local"):
        wanted.append(f"{sys.base_prefix}/lib")
    wanted += ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"]
    wanted += ["/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", *more]
    return namespaces.outermost(path for path in wanted if os.path.exists(path))


def limit(limits: Limits, *, processes: bool) -> None:
    """Set the resource limits, soft and hard alike. `processes` only counts right in a user namespace of one's own."""
    wanted = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: int(limits.cpu) + 1,
        resource.RLIMIT_FSIZE: limits.file_size,
        resource.RLIMIT_NOFILE: limits.descriptors,
        resource.RLIMIT_CORE: 0,
    }
    if hasattr(resource, "RLIMIT_MEMLOCK"):
        wanted[resource.RLIMIT_MEMLOCK] = 0
    if processes:
        wanted[resource.RLIMIT_NPROC] = limits.processes
    for name, value in wanted.items():
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))


def close_descriptors(keep: Sequence[int]) -> None:
    """Close every descriptor but those to keep."""
    at = 0
    for descriptor in sorted(keep):
        if at < descriptor:  # An empty range would close everything.
            os.closerange(at, descriptor)
        at = descriptor + 1
    os.closerange(at, 1 << 20)


def die_with_parent(pid: int | None = None) -> None:
    """Have the kernel end this process when its parent does; `pid` is the parent, if it can be seen from here."""
    libc.prctl(libc.PR_SET_PDEATHSIG, 9)
    if pid is not None and os.getppid() != pid:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of all that loses its own below this process."""
    libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)


def enforce(plan: Plan, limits: Limits, scratch: str, data: str | None) -> None:
    """Give up, for good, all that the plan says; `scratch` may be written and `data` read. Raises OSError.

    The order matters: a user change clears the parent-death signal, and nothing can be given up after the filter.
    """
    if plan.user is not None and os.geteuid() == 0:
        namespaces.become(plan.user)
    libc.drop_capabilities()
    libc.prctl(libc.PR_SET_DUMPABLE, 0)
    die_with_parent()
    limit(limits, processes=plan.namespaces)
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    if plan.landlock:
        rules = landlock.Ruleset(plan.landlock)
        rules.allow(plan.readable, landlock.READ)
        rules.allow(DEVICES, landlock.READ | landlock.WRITE_FILE)
        rules.allow([scratch], landlock.WRITE)
        if data is not None:
            rules.allow([data], landlock.READ)
        rules.enforce()
    if plan.seccomp:
        seccomp.enforce(seccomp.build(platform.machine(), os.getpid()))


def _as_started() -> str:
    if os.geteuid() != 0:
        return f"user {os.geteuid()}, as started"
    return "root without capabilities: another user cannot be taken on, or cannot read the libraries"


def _absent(layer: str, without: Sequence[str], reason: str) -> str:
    return "switched off" if layer in without else reason


def _trial(attempt: Any, *arguments: Any) -> str:
    """Run an attempt in a forked child; return its complaint, empty if it went well."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        complaint = ""
        try:
            attempt(*arguments)
        except OSError as problem:
            complaint = str(problem) or type(problem).__name__
        finally:
            os.write(write, complaint.encode()[:4000])
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        complaint = stream.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    return complaint or ("" if status == 0 else f"ended with status {status}")


def _enter_and_isolate(readable: Sequence[str], nobody: int | None) -> None:
    processes = namespaces.enter(readable, DEVICES, nobody)
    namespaces.isolate(processes)
    namespaces.mount_scratch(disk=1 << 20, files=64)
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _read_as(readable: Sequence[str], nobody: int) -> None:
    namespaces.become(nobody)
    for path in readable:
        os.listdir(path) if os.path.isdir(path) else os.close(os.open(path, os.O_RDONLY))
