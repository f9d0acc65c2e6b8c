"""The command line that serves a model: our settings for the machine, under the flags that the user gave."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from optwright.errors import InputError
from optwright.serving.address import Address
from optwright.serving.backend import Backend, Choice
from optwright.serving.checkpoint import Adapter, Checkpoint
from optwright.serving.flags import Flags
from optwright.serving.machine import GIB, Machine, size

PLAIN_TEMPLATE = Path(__file__).with_name("plain.jinja")
"""Joins the messages by blank lines: for a model whose tokeniser has no chat template."""
_RESERVE = 1.5 * GIB
"""What vLLM's three processes take beside weights and cache (measured: 1.3 GiB resident for a model of 13 MB)."""
_MOST_CONTEXTS = 16
"""Whole contexts for which the CPU's cache is made: more of it would lie idle, as it is allocated at once."""
_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)
_REFUSED = {
    "--model": "give MODEL before the flags",
    "--uds": "Optwright asks by host and port",
    "--ssl-keyfile": "put a proxy in front for https",
    "--ssl-certfile": "put a proxy in front for https",
    "--enable-lora": "give --lora NAME=DIR",
    "--lora-modules": "give --lora NAME=DIR",
}
_NOT_INHERITED = ("OPTWRIGHT_", "OPENAI_")
_CONFUSING = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for: the model, adapters, where, and flags for the server as they were typed."""

    checkpoint: Checkpoint
    adapters: tuple[Adapter, ...] = ()
    address: Address = field(default_factory=lambda: Address("127.0.0.1", 8000))
    flags: Flags = field(default_factory=Flags)


@dataclass(frozen=True, slots=True)
class Launch:
    """A server to be: what to run, with which environment, and what it will be called."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    address: Address
    names: tuple[str, ...]
    """Names by which requests may ask, the one to recommend first."""
    backend: Backend
    has_key: bool = False
    notes: tuple[str, ...] = ()


def plan(choice: Choice, wish: Wish, machine: Machine, environment: Mapping[str, str] = os.environ) -> Launch:
    """Return the launch of `wish` by `choice`. Raises InputError for what cannot work, before anything is started."""
    for flag, reason in _REFUSED.items():
        if flag in wish.flags:
            raise InputError(f"{flag} is not taken here: {reason}")
    if wish.checkpoint.model.count("/") == 1 and not wish.checkpoint.local:
        _check_hub(wish.checkpoint.model, environment)
    if choice.backend is Backend.TRANSFORMERS:
        return _transformers(choice, wish, machine, environment)
    return _vllm(choice, wish, machine, environment)


def _check_hub(name: str, environment: Mapping[str, str]) -> None:
    """Raise InputError for a name on the hub that is not here when the hub may not be asked."""
    if environment.get("HF_HUB_OFFLINE", "") in ("", "0"):
        return
    home = Path(environment.get("HF_HOME") or Path(environment.get("HOME") or Path.home()) / ".cache" / "huggingface")
    cache = Path(environment.get("HF_HUB_CACHE") or home / "hub")
    if not (cache / f"models--{name.replace('/', '--')}").is_dir():
        raise InputError(
            f"{name}: no folder of that name here, nothing of it in {cache}, and HF_HUB_OFFLINE forbids fetching it"
        )


def _vllm(choice: Choice, wish: Wish, machine: Machine, environment: Mapping[str, str]) -> Launch:
    checkpoint, given = wish.checkpoint, wish.flags
    notes: list[str] = []
    ours: list[tuple[str, ...]] = [("--served-model-name", checkpoint.name), ("--enable-prefix-caching",)]
    ours += [("--enable-prompt-tokens-details",), ("--max-model-len", "auto"), *_adapters(wish.adapters)]
    extra: dict[str, str] = {"VLLM_NO_USAGE_STATS": "1"}
    if choice.backend is Backend.VLLM_CPU:
        flags, more = _for_cpu(checkpoint, machine, given, environment)
        ours += flags
        threads, told = _threads(machine, environment)
        extra |= more | threads
        notes += told
    if not checkpoint.has_template and "--chat-template" not in given:
        ours.append(("--chat-template", str(PLAIN_TEMPLATE)))
        notes.append("the model has no chat template: messages are joined by blank lines (--chat-template FILE)")
    key = given.last("--api-key")
    if key is not None:  # by the environment, where `ps` does not show it
        extra["VLLM_API_KEY"] = key
    command = [str(choice.python), "-m", "vllm.entrypoints.openai.api_server", "--model", checkpoint.model]
    command += ["--host", wish.address.host, "--port", str(wish.address.port)]
    for flag in ours:
        if flag[0] not in given:
            command += flag
    names = (*(adapter.name for adapter in wish.adapters), *(given.values("--served-model-name") or (checkpoint.name,)))
    return Launch(
        (*command, *given.without("--api-key")),
        _environment(choice, checkpoint, environment, extra),
        wish.address,
        names,
        choice.backend,
        has_key=key is not None or bool(environment.get("VLLM_API_KEY")),
        notes=tuple(notes),
    )


def _adapters(adapters: Sequence[Adapter]) -> list[tuple[str, ...]]:
    if not adapters:
        return []
    most = max(adapter.rank for adapter in adapters)
    rank = next((rank for rank in _RANKS if rank >= most), None)
    if rank is None:
        raise InputError(f"an adapter has rank {most}; vLLM serves ranks up to {_RANKS[-1]}: merge it into the weights")
    modules = tuple(f"{adapter.name}={adapter.folder}" for adapter in adapters)
    return [
        ("--enable-lora",),
        ("--lora-modules", *modules),
        ("--max-lora-rank", str(rank)),
        ("--max-loras", str(len(adapters))),
    ]


def _for_cpu(
    checkpoint: Checkpoint, machine: Machine, given: Flags, environment: Mapping[str, str]
) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """Return flags and variables for a machine without a GPU: what is computed in, and room for the cache.

    Single precision where the weights at that size fit in half of the free memory: few CPUs compute in half precision
    as fast. Raises InputError when not even the weights fit.
    """
    flags: list[tuple[str, ...]] = [("--enforce-eager",)]
    free = machine.free_memory
    wide = free is None or checkpoint.float32_bytes <= free / 2
    if wide:
        flags.append(("--dtype", "float32"))
    if free is None or "VLLM_CPU_KVCACHE_SPACE" in environment or "--kv-cache-memory-bytes" in given:
        return flags, {}
    weights = checkpoint.float32_bytes if wide else checkpoint.weights
    room = free - weights - _RESERVE
    if room < GIB:
        needed = size(weights + _RESERVE + GIB)
        raise InputError(
            f"{checkpoint.name} needs about {needed} of memory and {size(free)} are free; end other programs"
        )
    useful = room / 2
    if checkpoint.token_bytes and checkpoint.context:
        useful = min(useful, _MOST_CONTEXTS * checkpoint.context * checkpoint.token_bytes)
    return flags, {"VLLM_CPU_KVCACHE_SPACE": str(max(1, math.floor(useful / GIB)))}


def _threads(machine: Machine, environment: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return variables and a note for a machine that does other work: as many threads as cores are idle, bound to none.

    By themselves vLLM binds a thread to each core but one and torch starts one for each; they wait for each other, so
    one core that is also used by others holds all of them up.
    """
    chosen = {"OMP_NUM_THREADS", "VLLM_CPU_OMP_THREADS_BIND"} & environment.keys()
    if chosen or machine.gpus or machine.load <= machine.cores / 2:
        return {}, []
    idle = max(1, math.floor(machine.cores - machine.load))
    note = f"the machine is busy: OMP_NUM_THREADS={idle}, bound to no core"
    return {"OMP_NUM_THREADS": str(idle), "VLLM_CPU_OMP_THREADS_BIND": "nobind"}, [note]


def _transformers(choice: Choice, wish: Wish, machine: Machine, environment: Mapping[str, str]) -> Launch:
    checkpoint = wish.checkpoint
    if wish.adapters:
        raise InputError("--lora needs vLLM; for --backend transformers merge the adapter into the weights first")
    if not checkpoint.has_template:
        raise InputError(
            f"{checkpoint.name} has no chat template, which --backend transformers needs; "
            "save one as chat_template.jinja beside the weights"
        )
    start = "import sys; from transformers.cli.transformers import main; sys.argv[0] = 'transformers'; main()"
    command = [str(choice.python), "-c", start, "serve", checkpoint.model]
    command += ["--host", wish.address.host, "--port", str(wish.address.port)]
    threads, told = _threads(machine, environment)
    notes = (
        *told,
        "structured outputs, n and log probabilities are ignored by transformers serve, and there is no batching "
        "unless --continuous-batching is given",
    )
    return Launch(
        (*command, *wish.flags.words),
        _environment(choice, checkpoint, environment, threads),
        wish.address,
        (checkpoint.model,),  # it answers to the very words it was started with
        choice.backend,
        notes=notes,
    )


def _environment(
    choice: Choice, checkpoint: Checkpoint, environment: Mapping[str, str], extra: Mapping[str, str]
) -> dict[str, str]:
    """Return the server's environment: the user's, without our keys and what would confuse another interpreter.

    What the user sets wins over what we would set.
    """
    assert choice.python is not None
    kept = {name: value for name, value in environment.items() if not name.startswith(_NOT_INHERITED)}
    if choice.python != Path(sys.executable):
        for name in _CONFUSING:
            kept.pop(name, None)
    kept["PATH"] = os.pathsep.join([str(choice.python.parent), environment.get("PATH", os.defpath)])
    kept["PYTHONSAFEPATH"] = "1"  # a folder called vllm or datasets in the working directory is not imported
    kept["PYTHONUNBUFFERED"] = "1"
    offline = {"HF_HUB_OFFLINE": "1"} if checkpoint.local else {}
    return {**offline, **extra, **kept} | {name: extra[name] for name in ("VLLM_API_KEY",) if name in extra}
