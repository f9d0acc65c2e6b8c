"""A system call filter made by hand: what Python, Pyomo, HiGHS and SCIP need is allowed, all else denied.

A hand-made table needs no library, costs microseconds to enforce, and knows x86_64 and aarch64. A call that is denied
fails with EPERM, so that a program sees an ordinary PermissionError; a call by another architecture's entry (32 bit)
ends the process. Sources: linux/seccomp.h, linux/filter.h, asm/unistd_64.h and asm-generic/unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import platform
import struct
from collections.abc import Sequence

from optwright.solvers import libc

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _AND, _EQUAL, _GREATER_EQUAL, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000

_PLAIN = """
futex 202 98, write 1 64, read 0 63, mmap 9 222, mprotect 10 226, munmap 11 215, brk 12 214, madvise 28 233,
mremap 25 216, fstat 5 80, newfstatat 262 79, stat 4 -, lstat 6 -, statx 332 291, lseek 8 62, close 3 57,
rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, clock_gettime 228 113, clock_nanosleep 230 115,
sched_yield 24 124, poll 7 -, getpid 39 172, gettid 186 178, readv 19 65, writev 20 66, pread64 17 67,
pwrite64 18 68, preadv 295 69, pwritev 296 70, close_range 436 436, rt_sigpending 127 136, rt_sigtimedwait 128 137,
sigaltstack 131 132, pipe 22 -, pipe2 293 59, select 23 -, pselect6 270 72, ppoll 271 73, nanosleep 35 101,
eventfd2 290 19, getitimer 36 102, alarm 37 -, setitimer 38 103, access 21 -, faccessat 269 48, faccessat2 439 439,
dup 32 23, dup2 33 -, dup3 292 24, fsync 74 82, fdatasync 75 83, ftruncate 77 46, getcwd 79 17,
chdir 80 49, fchdir 81 50, rename 82 -, renameat 264 38, renameat2 316 276, mkdir 83 -, mkdirat 258 34, rmdir 84 -,
unlink 87 -, unlinkat 263 35, readlink 89 -, readlinkat 267 78, getdents64 217 61, fadvise64 221 223,
fallocate 285 47, sendfile 40 71, copy_file_range 326 285, umask 95 166, getppid 110 173, getuid 102 174,
geteuid 107 175, getgid 104 176, getegid 108 177, getpgrp 111 -, uname 63 160, gettimeofday 96 169,
clock_getres 229 114, time 201 -, times 100 153, getrusage 98 165, sysinfo 99 179, getrlimit 97 163, getcpu 309 168,
set_robust_list 273 99, rseq 334 293, set_tid_address 218 96, arch_prctl 158 -, exit 60 93, exit_group 231 94,
getrandom 318 278, membarrier 324 283, restart_syscall 219 128
"""
"""Calls without a condition: name, number on x86_64, number on aarch64; the frequent ones first.

Not among them, on purpose: sockets of any kind, fork, exec, set*id, chmod, chown, utime, xattr, truncate by name,
links, mounts, keyrings, BPF, io_uring, userfaultfd, memfd, ptrace.
"""

_GUARDED = """
clone 56 220, clone3 435 435, kill 62 129, tgkill 234 131, prlimit64 302 261, sched_getaffinity 204 123,
fcntl 72 25, ioctl 16 29, prctl 157 167, open 2 -, openat 257 56
"""
"""Calls whose arguments are looked at: see `_guard`."""

_CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020000
_FCNTL = (0, 1, 2, 3, 1030, 1032)
"""Descriptors and flags; not F_SETOWN and F_SETSIG, by which a program could signal strangers, and no locks."""
_F_SETFL, _O_ASYNC = 4, 0x2000
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""Is it a terminal, its size, bytes waiting, blocking, close on exec."""
_PRCTL = (15, 16, 0x53564D41)
"""Names of threads and of memory."""
_O_ACCESS, _O_TRUNC = 3, 0x200
"""Old versions of Landlock let a file opened for reading, or with the odd access mode 3, be cut to nothing."""

_ANY_PID = 0x7EADBEEF
"""Stands for the process's own number until that is known."""

Instruction = tuple[int, int, int, int]


def available() -> bool:
    """Whether this machine's calls are known here and the kernel takes filters."""
    if platform.machine() not in _ARCHITECTURES:
        return False
    try:
        libc.call(libc.SECCOMP[platform.machine()], 2, 0, struct.pack("=I", _KILL))
    except OSError:
        return False
    return True


@functools.cache
def _template(machine: str) -> bytes:
    """Return the filter for a process called `_ANY_PID`; made once, before anything is forked."""
    return _build(machine, _ANY_PID)


def build(machine: str, pid: int) -> bytes:
    """Return the filter for a process that will know itself as `pid`."""
    return _template(machine).replace(struct.pack("=I", _ANY_PID), struct.pack("=I", pid))


def _build(machine: str, pid: int) -> bytes:
    head: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        head += [(_GREATER_EQUAL, 0, 1, _X32_BIT), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    plain = list(_numbers(_PLAIN, machine).values())
    body: list[Instruction] = [(_EQUAL, len(plain) - at, 0, number) for at, number in enumerate(plain)]
    body += [(_EQUAL, 1, 1, 0), (_RETURN, 0, 0, _ALLOW)]
    for name, number in _numbers(_GUARDED, machine).items():
        guard = _guard(name, pid)
        body += [(_EQUAL, 0, len(guard), number), *guard]
    body.append((_RETURN, 0, 0, _ERRNO | errno.EPERM))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in head + body)


def enforce(program: bytes) -> None:
    """Filter the calling thread and all it starts, irrevocably. PR_SET_NO_NEW_PRIVS must have been set."""
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(code))
    libc.call(libc.SECCOMP[platform.machine()], 1, 0, header)


def _numbers(table: str, machine: str) -> dict[str, int]:
    """Return the calls of a table that the machine has."""
    rows = (row.split() for row in table.replace("\n", " ").split(","))
    found = {name: (x86_64, aarch64) for name, x86_64, aarch64 in rows}
    at = list(_ARCHITECTURES).index(machine)
    return {name: int(numbers[at]) for name, numbers in found.items() if numbers[at] != "-"}


def _guard(name: str, pid: int) -> list[Instruction]:
    """Return the instructions for one call: they end in ALLOW or EPERM, whatever came in."""
    if name == "clone":
        return [_argument(0), (_ANY_BIT, 2, 0, _CLONE_NEW), (_ANY_BIT, 0, 1, _CLONE_THREAD), *_VERDICT]
    if name == "clone3":
        return [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    if name in ("kill", "tgkill"):
        return _one_of(0, (pid,))
    if name == "sched_getaffinity":
        return _one_of(0, (0, pid))
    if name == "prlimit64":
        same = [(_EQUAL, 0, 5, 0), _argument(2), (_EQUAL, 0, 3, 0), _argument(2, high=True), (_EQUAL, 0, 1, 0)]
        return [_argument(0), *same, *_VERDICT]
    if name == "fcntl":
        flags = [(_EQUAL, 0, 3, _F_SETFL), _argument(2), (_ANY_BIT, 1, 0, _O_ASYNC), (_RETURN, 0, 0, _ALLOW)]
        return [_argument(1), *flags, *_one_of(1, _FCNTL)]
    if name == "ioctl":
        return _one_of(1, _IOCTL)
    if name == "prctl":
        return _one_of(0, _PRCTL)
    masked = (_AND, 0, 0, _O_ACCESS | _O_TRUNC)
    tests = [(_EQUAL, 3, 0, _O_ACCESS), (_EQUAL, 2, 0, _O_ACCESS | _O_TRUNC), (_EQUAL, 1, 0, _O_TRUNC)]
    return [_argument(1 if name == "open" else 2), masked, *tests, *_VERDICT]


def _argument(position: int, high: bool = False) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * position + 4 * high)


_VERDICT: list[Instruction] = [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]


def _one_of(position: int, values: Sequence[int]) -> list[Instruction]:
    tests = [(_EQUAL, len(values) - 1 - at, int(at == len(values) - 1), value) for at, value in enumerate(values)]
    return [_argument(position), *tests, *_VERDICT]
