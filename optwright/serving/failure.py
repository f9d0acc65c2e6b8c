"""Why a server ended: its log and its exit code, read into one line with the remedy."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path

from optwright.serving.machine import free_memory, size

_MEMORY = "there is not enough memory{free}; serve a smaller model, give --max-model-len, or end other programs"
_REASONS: tuple[tuple[str, str], ...] = (
    (r"unrecognized arguments: (.+)", "the server does not know {0}; its flags are in its own documentation"),
    (r"No such option:? ([^ ]+)", "the server does not know {0}; its flags are in its own documentation"),
    (r"error: (argument [^\n]+)", "{0}"),
    (r"(Invalid value for [^\n]+)", "{0}"),
    (r"No space left on device", "the disk is full{disk}; free some of it"),
    (r"(?i)address already in use", "the port was taken while the server started; give another by --port"),
    (r"(?:CUDA )?out of memory|OutOfMemoryError|can't allocate memory|Cannot allocate memory|\bMemoryError\b", _MEMORY),
    (r"No available memory for the cache blocks|not enough GPU memory available", _MEMORY),
    (r"less than requested memory for kv", _MEMORY + "; VLLM_CPU_KVCACHE_SPACE sets the GiB of the cache"),
    (r"Free memory on device [^\n]* is less than desired", _MEMORY + "; or give --gpu-memory-utilization"),
    (r"estimated maximum model length is (\d+)", "the context does not fit the cache; give --max-model-len {0}"),
    (
        r"max_model_len \(?(\d+)\)? is greater than the derived max_model_len[^\n]*?=\s*(\d+)",
        "the model was not made for {0} tokens; give --max-model-len {1} at most",
    ),
    (r"Model architectures \[([^\]]*)\] are not supported", "this vLLM does not know models of the kind {0}"),
    (
        r"(?:Repository Not Found|RepositoryNotFoundError|is not a valid model identifier|is not a local folder)",
        "there is no folder and no model on the hub of that name (a private one needs HF_TOKEN)",
    ),
    (
        r"(?i)(?:couldn't connect to|cannot reach|LocalEntryNotFoundError|outgoing traffic has been disabled)[^\n]*",
        "the model is not on this disk and the hub cannot be reached; give a folder",
    ),
    (r"Failed to infer device type", "this vLLM is a GPU build and sees no GPU; use --backend vllm-cpu"),
    (r"libcuda\S*: cannot open", "this vLLM is a GPU build and finds no CUDA driver; use --backend vllm-cpu"),
    (r"ModuleNotFoundError: No module named '?([\w.]+)", "its environment lacks {0}; install it again"),
    (r"lora_rank \(?(\d+)\)?[^\n]*max_lora_rank", "an adapter has rank {0}; give --max-lora-rank"),
)
_ERRORS = re.compile(r"^(?:\([^)]*\) )?(?:[A-Z]+ [\d: -]+\[[^\]]*\] )?([A-Za-z_.]*(?:Error|Exception): [^\n]+)", re.M)
_LINES = 300
"""Lines of the end of a log in which a reason is looked for: an old complaint is none."""
MOST_READ = 2**20
"""Bytes of the end of a log that are read."""


def reason(log: str, code: int | None, folder: Path) -> str:
    """Return one line: why a server with this log ended (`code` is its exit code, None when it still runs)."""
    log = "\n".join(log.splitlines()[-_LINES:])
    for pattern, line in _REASONS:
        found = re.search(pattern, log)
        if found:
            free, free_disk = free_memory(), shutil.disk_usage(folder).free
            facts = {"free": f" ({size(free)} are free now)" if free else "", "disk": f" ({size(free_disk)} are free)"}
            return line.format(*(group.strip() for group in found.groups()), **facts)
    if code == 128 + signal.SIGKILL:
        return "it was killed, most likely for lack of memory"
    if code == 128 + signal.SIGBUS:
        return "it was ended by SIGBUS, most likely because /dev/shm is full (in a container: --shm-size)"
    errors = _ERRORS.findall(log)
    if errors:
        return str(errors[0])[:300]
    if code is not None and code > 128:
        return f"it was ended by signal {code - 128}"
    return "it gave no reason" if code is None else f"it ended with exit code {code} and gave no reason"


def read_end(path: Path, most: int = MOST_READ) -> str:
    """Return the end of a log; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - most))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def tail(log: str, lines: int = 20) -> str:
    """Return the last lines that say something, each at most 300 characters."""
    told = [line.rstrip()[:300] for line in log.splitlines() if line.strip()]
    return "\n".join(told[-lines:])
