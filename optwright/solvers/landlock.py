"""Landlock: a process gives up, for good, every file but those it names (Linux 5.13 and later).

Sources: the kernel's Documentation/userspace-api/landlock.rst; numbers and structures from linux/landlock.h.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterable

from optwright.solvers import libc

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG = (
    1 << bit for bit in range(9)
)
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15

_RIGHTS_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ = READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE

_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file system rights each version of the interface knows; later ones know 16."""


def abi() -> int:
    """Return the version of the kernel's interface, 0 where there is none."""
    try:
        return libc.call(_CREATE, None, 0, _ASK_VERSION)
    except OSError:
        return 0


class Ruleset:
    """What stays allowed: everything else that this version of Landlock knows is denied.

    From version 4 on TCP is denied as well, from version 6 abstract sockets and signals to processes outside.
    """

    def __init__(self, version: int) -> None:
        self._rights = (1 << _RIGHTS_BY_ABI.get(version, 16)) - 1
        attributes = struct.pack("=Q", self._rights)
        if version >= 4:
            attributes += struct.pack("=Q", 0b11)
        if version >= 6:
            attributes += struct.pack("=Q", 0b11)
        self._descriptor = libc.call(_CREATE, attributes, len(attributes), 0)

    def allow(self, paths: Iterable[str | int], rights: int) -> None:
        """Allow the rights beneath each path or descriptor; paths that do not exist are passed over."""
        for path in paths:
            try:
                own = isinstance(path, str)
                descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC) if isinstance(path, str) else path
            except OSError as problem:
                if problem.errno in (errno.ENOENT, errno.EACCES, errno.ENOTDIR):
                    continue
                raise
            self._allow(descriptor, rights & self._rights)
            if own:
                os.close(descriptor)

    def _allow(self, descriptor: int, rights: int) -> None:
        if not os.path.isdir(descriptor):
            rights &= _RIGHTS_OF_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        libc.call(_ADD_RULE, self._descriptor, _PATH_BENEATH, rule, 0)

    def enforce(self) -> None:
        """Restrict the calling thread and all it starts, irrevocably. PR_SET_NO_NEW_PRIVS must have been set."""
        libc.call(_RESTRICT, self._descriptor, 0)
        os.close(self._descriptor)
