"""What the machine has to serve with: memory that is free now, GPUs, room on a disk."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

GIB = 2**30


@dataclass(frozen=True, slots=True)
class Machine:
    """What was seen when it was looked at."""

    free_memory: int | None
    """Bytes; None where it cannot be told."""
    gpus: tuple[str, ...]
    """A line for each, such as `NVIDIA H100 (81559 MiB)`."""
    cores: int = 1
    load: float = 0.0
    """Processes that wanted to run, on average over the last minute."""


def look() -> Machine:
    """Look at this machine; takes as long as `nvidia-smi` does, where there is one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return Machine(free_memory(), gpus(), cores, load)


def free_memory() -> int | None:
    """Return the bytes that new processes may use, the limit of a container included; None where that is unknown."""
    known = [value for value in (_available(), _left_in_group()) if value is not None]
    return min(known, default=None)


def _available() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _left_in_group(folder: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Return what the limit of this control group leaves (version 2), or None without a limit.

    File pages that can be dropped count as used there, so they are added back.
    """
    try:
        limit = int((folder / "memory.max").read_text())
        used = int((folder / "memory.current").read_text())
        statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return None
    return max(0, limit - used + int(statistics.get("inactive_file", 0)))


def gpus() -> tuple[str, ...]:
    """Return the GPUs that a CUDA program would see, by `nvidia-smi`; none where it is missing or fails."""
    if os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        return ()
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = [line.partition(",") for line in done.stdout.splitlines() if line.strip()]
    return tuple(f"{name.strip()} ({memory.strip()})" for name, _, memory in rows)


def size(count: float) -> str:
    """Write bytes as a person reads them."""
    return f"{count / GIB:.1f} GiB" if count >= GIB / 10 else f"{count / 2**20:.0f} MiB"
