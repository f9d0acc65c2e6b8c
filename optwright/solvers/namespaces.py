"""Namespaces: a file system with nothing in it but libraries, no network, no strangers (Linux, where allowed).

The zygote enters once (`enter`): its own mounts, network, IPC and host name, and a root directory made of the
library paths alone, read-only. Each program then gets a namespace of users, processes and mounts of its own
(`isolate`), and a scratch directory in memory that ends with it (`mount_scratch`). Sources: namespaces(7),
pivot_root(2), mount_setattr(2), user_namespaces(7).
"""

from __future__ import annotations

import os
import platform
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from optwright.solvers import libc

NEW_NS, NEW_UTS, NEW_IPC, NEW_USER, NEW_PID, NEW_NET = (
    0x00020000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC, _REMOUNT = 1, 2, 4, 8, 32
_DETACH = 2
_CURRENT_DIRECTORY, _RECURSIVE_ATTRIBUTES = -100, 0x8000

SCRATCH = "/scratch"
"""Where a program's own directory is, seen from inside."""


def enter(readable: Sequence[str], devices: Sequence[str], nobody: int | None) -> int:
    """Move the calling process into its own namespaces and a root of `readable` and `devices` only.

    `nobody` is the user to become on the way, None to stay who one is. Return a descriptor of /proc, which the new
    root lacks. Raises OSError where any of it is refused; the process must then end, since it may be half way.
    """
    processes = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    base = NEW_NS | NEW_NET | NEW_IPC | NEW_UTS
    if os.geteuid() == 0:
        libc.unshare(base)
    else:
        _own_users(base)
    libc.set_host_name("sandbox")
    libc.mount("", "/", flags=_RECURSIVE | _PRIVATE)
    _build_root(readable, devices)
    if os.geteuid() == 0 and nobody is not None:
        become(nobody)
        libc.prctl(libc.PR_SET_DUMPABLE, 1)
        _own_users(NEW_NS, processes)
    return processes


def isolate(processes: int) -> None:
    """Give the calling process mounts and users of its own, and its next child processes of its own.

    `processes` is what `enter` returned. Raises OSError.
    """
    libc.prctl(libc.PR_SET_DUMPABLE, 1)
    _own_users(NEW_NS | NEW_PID | NEW_IPC, processes)


def mount_scratch(*, disk: int, files: int) -> None:
    """Mount an empty directory in memory for that many bytes and files. Raises OSError."""
    options = f"size={disk},nr_inodes={files},mode=0700"
    libc.mount("scratch", SCRATCH, "tmpfs", _NO_SUID | _NO_DEVICES | _NO_EXEC, options)


def become(user: int) -> None:
    """Turn from root into that user and group, with no other group and no way back. Raises OSError."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _own_users(flags: int, processes: int | None = None) -> None:
    """Unshare with a user namespace in which only the present user and group exist."""
    user, group = os.geteuid(), os.getegid()
    libc.unshare(NEW_USER | flags)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        path = f"/proc/self/{name}" if processes is None else f"self/{name}"
        descriptor = os.open(path, os.O_WRONLY, dir_fd=processes)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _build_root(readable: Sequence[str], devices: Sequence[str]) -> None:
    stage = _stage(readable)
    sources = outermost({os.path.realpath(path) for path in readable if os.path.exists(path)})
    links = dict(link for path in (*readable, *devices) for link in _links(path))
    libc.mount("optwright", stage, "tmpfs", _NO_SUID | _NO_DEVICES, "size=1m,mode=0755")
    for path in sources:
        _bind(path, stage + path, _READ_ONLY | _NO_SUID | _NO_DEVICES)
    for path in devices:
        _bind(os.path.realpath(path), stage + path, _READ_ONLY | _NO_SUID | _NO_EXEC)
    for path, target in links.items():
        if not os.path.lexists(stage + path):
            os.makedirs(os.path.dirname(stage + path), mode=0o755, exist_ok=True)
            os.symlink(target, stage + path)
    for name in (SCRATCH, "/.old"):
        os.mkdir(stage + name, 0o755)
    os.chdir(stage)
    libc.call(libc.PIVOT_ROOT[platform.machine()], b".\0", b".old\0")
    os.chdir("/")
    libc.umount("/.old", _DETACH)
    os.rmdir("/.old")
    _set_attributes("/", _READ_ONLY | _NO_SUID | _NO_DEVICES, recursive=False)


def _bind(source: str, target: str, attributes: int) -> None:
    if os.path.isdir(source):
        os.makedirs(target, mode=0o755, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_RDONLY, 0o644))
    libc.mount(source, target, flags=_BIND | _RECURSIVE)
    _set_attributes(target, attributes, recursive=True)


def _set_attributes(path: str, attributes: int, *, recursive: bool) -> None:
    request = struct.pack("=4Q", attributes, 0, 0, 0)
    flags = _RECURSIVE_ATTRIBUTES if recursive else 0
    libc.call(libc.MOUNT_SETATTR, _CURRENT_DIRECTORY, path.encode() + b"\0", flags, request, len(request))


def _stage(readable: Sequence[str]) -> str:
    """Return a directory to cover while the new root is made: none that holds one of the paths."""
    for candidate in ("/mnt", "/media", "/srv", "/tmp", "/var/tmp", "/dev/shm", "/opt", "/home"):
        inside = any(Path(os.path.realpath(path)).is_relative_to(candidate) for path in readable)
        if os.path.isdir(candidate) and not os.path.islink(candidate) and not inside:
            return candidate
    raise OSError("no directory to build the new root on")


def outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that lie beneath none of the others, each once."""
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not Path(path).is_relative_to(kept[-1]):
            kept.append(path)
    return kept


def _links(path: str) -> list[tuple[str, str]]:
    """Return the symbolic links on the way to a path, each with what it says."""
    found: list[tuple[str, str]] = []
    for prefix in (*reversed(Path(path).parents), Path(path)):
        if prefix.is_symlink():
            target = os.readlink(prefix)
            rest = Path(path).relative_to(prefix)
            return [(str(prefix), target), *_links(os.path.normpath(prefix.parent / target / rest))]
    return found
