"""`doctor`: what is installed, what isolation is in force, which language model would answer."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from optwright.cli.commands import echo_json

PACKAGES = ("optwright", "pyomo", "highspy", "pyscipopt", "langgraph", "openai", "pydantic", "vllm", "torch", "gradio")


def doctor(*, as_json: bool) -> int:
    """Print the state of this machine; return 0 when model-written programs may run here, else 6."""
    from optwright.solvers.doctor import doctor as layers

    isolation = [layer._asdict() for layer in layers()]
    record = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "isolation": isolation,
        "model": _model(),
    }
    if as_json:
        echo_json(record)
    else:
        from optwright.cli.show import show_doctor

        show_doctor(record)
    return 0


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _model() -> dict[str, str]:
    """Describe the configured model, where each setting comes from included; a key is never shown."""
    from optwright.agent.models import configured
    from optwright.config import load

    resolved = load()
    lines = [line.partition(": ") for line in resolved.describe().splitlines()]
    state = "configured; not asked" if configured(resolved.config) else "none configured"
    return {"state": state, **{name: value for name, _, value in lines if name.startswith("llm.")}}
