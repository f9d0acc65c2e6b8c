"""`doctor`: what is installed, what isolation is in force, which language model would answer, what can serve one."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from optwright.cli.commands import echo_json
from optwright.errors import InputError

PACKAGES = ("optwright", "pyomo", "highspy", "pyscipopt", "langgraph", "openai", "pydantic", "vllm", "torch", "gradio")


def doctor(*, as_json: bool) -> int:
    """Print the state of this machine; return 0."""
    from optwright.serving.machine import gpus
    from optwright.solvers.doctor import doctor as layers

    isolation = [layer._asdict() for layer in layers()]
    record = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
        "isolation": isolation,
        "model": _model(),
        "gpus": list(gpus()),
        "serving": _serving(),
    }
    if as_json:
        echo_json(record)
    else:
        from optwright.cli.show import show_doctor

        show_doctor(record)
    return 0


def _serving() -> list[dict[str, object]]:
    """Tell what can serve; an interpreter that was named and is none does not keep the rest from being told."""
    from optwright.cli import serving

    try:
        return [serving.record(choice) for choice in serving.choices()]
    except InputError as error:
        return [{"backend": "vllm", "usable": False, "detail": str(error)}]


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
