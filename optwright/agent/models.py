"""Which language model answers: the one place where that is decided."""

from __future__ import annotations

import threading

from optwright.config import Config, LLMSettings
from optwright.errors import ConfigError
from optwright.llm import CachedChat, ChatModel, ChatOptions, OpenAIChat
from optwright.llm.retry import Patience
from optwright.method import Method

OFFLINE = "offline"
"""The name under which the offline reader is asked for: `--model offline`."""
WAYS = (
    "for any problem connect a language model: give a server's URL (--base-url, or llm.base_url in optwright.yaml), "
    "or a key in the environment (OPTWRIGHT_API_KEY or OPENAI_API_KEY, with OPTWRIGHT_MODEL), "
    "or run a local model (optwright serve MODEL prints the settings to use)"
)


NO_MODEL = f"this method needs a language model, and none is configured; {WAYS}"


def configured(config: Config) -> bool:
    """Whether the settings name a language model, the offline reader not being one."""
    named = config.llm.base_url is not None or config.llm.api_key is not None
    return named and config.llm.model != OFFLINE


def resolve(config: Config) -> ChatModel | None:
    """Return the configured model, one instance for equal settings; None stands for the offline reader.

    Raises ConfigError, one line, where the method needs a model that is not there.
    """
    if not configured(config):
        if config.method is not Method.COMPILED:
            raise ConfigError(NO_MODEL)
        return None
    settings = config.llm
    if settings.base_url is None and settings.model is None:
        raise ConfigError("a key is set but no model is named; give --model, OPTWRIGHT_MODEL or llm.model")
    deadline = min(settings.deadline, config.budget.seconds or settings.deadline)
    return _connect(settings, deadline)


_lock = threading.Lock()
_made: dict[str, ChatModel] = {}


def _connect(settings: LLMSettings, deadline: float) -> ChatModel:
    """Return the instance for these settings: connections and what was learned of the server are worth keeping."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    name = repr((settings.model_dump_json(exclude={"api_key"}), deadline, hash(key)))
    with _lock:
        if name not in _made:
            options = ChatOptions(
                temperature=settings.temperature,
                max_tokens=settings.max_tokens,
                structured=settings.structured,
                patience=Patience(settings.attempts, deadline, timeout=settings.timeout),
            )
            chat = OpenAIChat(settings.model, base_url=settings.base_url, api_key=key, options=options)
            _made[name] = CachedChat(chat, settings.cache) if settings.cache else chat
        return _made[name]
