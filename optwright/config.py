"""The settings, layered left to right: defaults, user file, project file, environment, flags."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from optwright.errors import ConfigError
from optwright.llm.trouble import Speaker
from optwright.method import Effort, Method

PROJECT_FILE = "optwright.yaml"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LLMSettings(_Section):
    """The language model and how it is asked."""

    base_url: str | None = None
    api_key: SecretStr | None = None
    model: str | None = None
    temperature: float | None = Field(default=0.0, ge=0.0)
    max_tokens: int | None = Field(default=None, gt=0)
    structured: bool = True
    timeout: float = Field(default=120.0, gt=0)
    """Seconds for one attempt at a request."""
    deadline: float = Field(default=300.0, gt=0)
    """Seconds for one request, all attempts included."""
    attempts: int = Field(default=8, gt=0)
    cache: Path | None = None
    """Folder in which replies are kept; None keeps none."""

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, url: str | None) -> str | None:
        """Refuse what no server can be at, before anything is sent."""
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("is not the URL of a server; write it like http://127.0.0.1:8000/v1")
        return url


class SolverSettings(_Section):
    """The solver: None lets the problem class decide."""

    solver: Literal["highs", "scip"] | None = None
    time_limit: float = Field(default=60.0, gt=0)
    gap: float = Field(default=1e-6, ge=0)
    threads: int = Field(default=1, gt=0)
    allow_weak_isolation: bool = False


class BudgetSettings(_Section):
    """What one problem may cost; None is no limit."""

    calls: int | None = Field(default=20, gt=0)
    tokens: int | None = Field(default=None, gt=0)
    seconds: float | None = Field(default=600.0, gt=0)


class ServingSettings(_Section):
    """What serves a local model."""

    vllm_python: Path | None = None
    """The environment that has vLLM, or its interpreter; None looks in this one and in the default place."""


class PriceSettings(_Section):
    """Dollars per million tokens, for the cost of an evaluation; None leaves the cost out."""

    prompt: float | None = Field(default=None, ge=0)
    completion: float | None = Field(default=None, ge=0)
    cached: float | None = Field(default=None, ge=0)
    """For prompt tokens that the server's prefix cache served; None: as `prompt`."""


class LibrarySettings(_Section):
    """The experience library; none is used unless a place is named."""

    place: str | None = None
    """A file (SQLite) or a postgresql:// URL without password: that belongs into PGPASSWORD or ~/.pgpass."""
    most: int = Field(default=6, gt=0)
    """Insights shown at one step."""
    tokens: int = Field(default=1500, gt=0)
    """Tokens that they may take together."""
    embedding_model: str | None = None
    """A model for vectors at `embedding_url`, or else at the language model's server; None searches words only."""
    embedding_url: str | None = None


class PromptSettings(_Section):
    """The prompts that a language model is asked with."""

    pack: str = Field(default="auto", min_length=1)
    """A pack's name or file; `auto`: the one in use for the model's family, if any; `none`: the shipped prompts."""


class Config(_Section):
    """Everything that can be set."""

    llm: LLMSettings = LLMSettings()
    solver: SolverSettings = SolverSettings()
    budget: BudgetSettings = BudgetSettings()
    serving: ServingSettings = ServingSettings()
    prices: PriceSettings = PriceSettings()
    library: LibrarySettings = LibrarySettings()
    prompts: PromptSettings = PromptSettings()
    method: Method = Method.COMPILED
    effort: Effort = Effort.MEDIUM


ENVIRONMENT = {
    "OPTWRIGHT_BASE_URL": "llm.base_url",
    "OPTWRIGHT_API_KEY": "llm.api_key",
    "OPTWRIGHT_MODEL": "llm.model",
    "OPTWRIGHT_CACHE": "llm.cache",
    "OPTWRIGHT_SOLVER": "solver.solver",
    "OPTWRIGHT_TIME_LIMIT": "solver.time_limit",
    "OPTWRIGHT_LIBRARY": "library.place",
    "OPTWRIGHT_PROMPTS": "prompts.pack",
    "OPTWRIGHT_METHOD": "method",
    "OPTWRIGHT_EFFORT": "effort",
    "OPTWRIGHT_VLLM_PYTHON": "serving.vllm_python",
}
FALLBACK = {"OPENAI_BASE_URL": "llm.base_url", "OPENAI_API_KEY": "llm.api_key", "OPENAI_MODEL": "llm.model"}
"""Read where neither a file, OPTWRIGHT_* nor a flag gives the setting."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A configuration and, by dotted name, the layer that each setting other than a default came from."""

    config: Config
    sources: Mapping[str, str]

    def describe(self) -> str:
        """Return one line a setting, `llm.model: qwen (OPTWRIGHT_MODEL)`; a key is shown as set, never itself."""
        lines = []
        for name, value in _flatten(self.config.model_dump()):
            shown = "[set]" if isinstance(value, SecretStr) else "none" if value is None else value
            if name == "llm.base_url" and value is not None:
                shown = Speaker(value, "", "").place
            lines.append(f"{name}: {shown} ({self.sources.get(name, 'default')})")
        return "\n".join(lines)


def load(
    *,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    user_file: Path | None = None,
) -> Resolved:
    """Merge the layers. `flags` maps dotted names to values, None meaning not given.

    Raises ConfigError, one line with the layer, the setting and the remedy, for anything that cannot be used.
    """
    given = os.environ if environment is None else environment
    user = _file(user_file or user_config_file(given))
    project = _file((folder or Path.cwd()) / PROJECT_FILE)
    if "serving.vllm_python" in project:
        # A folder that somebody else made may not name a program to run.
        raise ConfigError(
            f"{PROJECT_FILE}: serving.vllm_python belongs in your own settings, {user_config_file(given)}, "
            "or in OPTWRIGHT_VLLM_PYTHON"
        )
    named = _environment(given, ENVIRONMENT)
    by_flag = {name: (value, "flag") for name, value in (flags or {}).items() if value is not None}
    if "llm.base_url" in project and "llm.api_key" not in project:
        # A folder that somebody else made may name any server: it gets no key that was not meant for it.
        user.pop("llm.api_key", None)
    merged = {**user, **project, **named, **by_flag}
    for name, entry in _environment(given, FALLBACK).items():
        if name not in merged and (name != "llm.api_key" or _may_get_openai_key(merged)):
            merged[name] = entry
    return Resolved(_validate(merged), {name: source for name, (_, source) in merged.items()})


def user_config_file(environment: Mapping[str, str]) -> Path:
    """Return where this platform keeps the user's settings: `.../optwright/config.yaml`."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or Path.home())
    if sys.platform == "win32":
        base = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "optwright" / "config.yaml"


def user_data_folder(environment: Mapping[str, str]) -> Path:
    """Return where this platform keeps what belongs to the user's programs: `.../optwright`."""
    if sys.platform in {"win32", "darwin"}:
        return user_config_file(environment).parent
    home = Path(environment.get("HOME") or Path.home())
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "optwright"


_Layer = dict[str, tuple[Any, str]]


def _may_get_openai_key(merged: _Layer) -> bool:
    """Whether OPENAI_API_KEY may go to the server in use: not to one that a file names."""
    source = merged.get("llm.base_url", (None, "OPENAI_BASE_URL"))[1]
    return source in {"flag", "OPTWRIGHT_BASE_URL", "OPENAI_BASE_URL"}


def _environment(given: Mapping[str, str], names: Mapping[str, str]) -> _Layer:
    return {setting: (given[name], name) for name, setting in names.items() if given.get(name)}


def _file(path: Path) -> _Layer:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{place}: not valid YAML ({getattr(error, 'problem', error)})") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected settings such as 'method: compiled', found {type(data).__name__}")
    return {name: (value, str(path)) for name, value in _flatten(data)}


def _flatten(data: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _validate(merged: _Layer) -> Config:
    tree: dict[str, Any] = {}
    for name, (value, source) in merged.items():
        if name not in _KNOWN:
            raise ConfigError(f"{source}: there is no setting {name!r}{_hint(name)}")
        *parents, leaf = name.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[leaf] = value
    try:
        return Config.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(map(str, first["loc"]))
    source = merged.get(name, (None, "configuration"))[1]
    raise ConfigError(f"{source}: {name}: {first['msg'].removeprefix('Value error, ')}")


_KNOWN = dict(_flatten(Config().model_dump()))


def _hint(name: str) -> str:
    close = difflib.get_close_matches(name, _KNOWN, n=1) or [
        known for known in _KNOWN if known.split(".")[-1] == name.split(".")[-1]
    ]
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(_KNOWN)}"
