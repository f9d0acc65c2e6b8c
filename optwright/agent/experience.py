"""The experience library that the configuration names, opened for reading."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from optwright.config import Config
from optwright.errors import ConfigError
from optwright.llm.embedding import OpenAIEmbedder
from optwright.llm.server import OPENAI_URL

if TYPE_CHECKING:
    from optwright.experience.library import Library
    from optwright.experience.shelf import Shelf


def attached(config: Config) -> Shelf | None:
    """Return the configured library as the agent draws from it, None where none is configured.

    Raises ConfigError where the extra `library` is not installed, InputError for a database that cannot be used.
    """
    settings = config.library
    if settings.place is None:
        return None
    library = _opened(settings.place)
    from optwright.experience.shelf import Bounds, Shelf
    from optwright.experience.vectors import Vectors

    embedder = embedder_of(config)
    vectors = Vectors(library.database, embedder) if embedder is not None else None
    return Shelf(library, Bounds(most=settings.most, tokens=settings.tokens), vectors)


@cache
def _opened(place: str) -> Library:
    """Open a library once for the process: a solve is too short to open one each time."""
    try:
        from optwright.experience.library import Library
    except ModuleNotFoundError:
        raise ConfigError("the experience library needs SQLAlchemy: pip install 'optwright[library]'") from None
    return Library(place)


def embedder_of(config: Config) -> OpenAIEmbedder | None:
    """Return the embedding model that the library's settings name, None where they name none."""
    settings = config.library
    if settings.embedding_model is None:
        return None
    key = config.llm.api_key.get_secret_value() if config.llm.api_key and settings.embedding_url is None else None
    url = settings.embedding_url or config.llm.base_url or OPENAI_URL
    return OpenAIEmbedder(settings.embedding_model, base_url=url, api_key=key)
