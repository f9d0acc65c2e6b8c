"""Which packages a training was made with."""

from __future__ import annotations

from importlib import metadata

PACKAGES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets", "tokenizers", "bitsandbytes", "deepspeed")


def versions() -> dict[str, str]:
    """Return the versions of what is installed of them."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
