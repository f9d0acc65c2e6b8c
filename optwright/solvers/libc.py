"""Raw Linux system calls through ctypes; nothing here is imported on other platforms."""

from __future__ import annotations

import ctypes
import os
import platform

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_CAPABILITY_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long


def call(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Do the system call of that number. Integers go as 64 bit, bytes as pointers. Raises OSError as the call says."""
    converted = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    return _checked(_syscall(ctypes.c_long(number), *converted), f"system call {number}")


def prctl(option: int, value: int = 0, address: int = 0) -> int:
    """Set or ask one attribute of this process. Raises OSError."""
    zero = ctypes.c_ulong(0)
    done = _libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), ctypes.c_ulong(address), zero, zero)
    return _checked(done, f"prctl {option}")


def unshare(flags: int) -> None:
    """Leave the namespaces of `flags` for new ones. Raises OSError."""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Attach a file system, with flags and options of the system call. Raises OSError."""
    texts = [item.encode() or None for item in (source, target, kind)]
    done = _libc.mount(*texts, ctypes.c_ulong(flags), options.encode() or None)
    _checked(done, f"mount {target}")


def umount(target: str, flags: int = 0) -> None:
    """Unmount as umount2(2) does. Raises OSError."""
    _checked(_libc.umount2(target.encode(), ctypes.c_int(flags)), f"umount {target}")


def set_host_name(name: str) -> None:
    """Give this UTS namespace a name. Raises OSError."""
    _checked(_libc.sethostname(name.encode(), ctypes.c_size_t(len(name))), "sethostname")


def capable(*capabilities: int) -> bool:
    """Whether this process has all these capabilities, by their numbers in linux/capability.h."""
    header, data = _CAPABILITY_VERSION.to_bytes(4, "little") + bytes(4), ctypes.create_string_buffer(24)
    call(_CAPGET[platform.machine()], header, data)
    low = int.from_bytes(data.raw[:4], "little")
    return all(low >> number & 1 for number in capabilities)


def drop_capabilities() -> None:
    """Give up every capability of this process. Raises OSError."""
    header = _CAPABILITY_VERSION.to_bytes(4, "little") + bytes(4)
    call(_CAPSET[platform.machine()], header, bytes(24))


def supported_machine() -> bool:
    """Whether the system call numbers of this machine are known here."""
    return platform.machine() in _CAPSET


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SECCOMP = {"x86_64": 317, "aarch64": 277}
MOUNT_SETATTR = 442
_CAPGET = {"x86_64": 125, "aarch64": 90}
_CAPSET = {"x86_64": 126, "aarch64": 91}
