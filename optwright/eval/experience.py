"""The experience library that a run draws from: said in its settings, opened where its attempts are made."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from optwright.agent.experience import attached
from optwright.config import Config, LibrarySettings, LLMSettings
from optwright.errors import ConfigError, InputError

if TYPE_CHECKING:
    from optwright.experience.library import Library
    from optwright.experience.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Experience:
    """Which library, in which state, and how much of it a prompt may hold. It holds no password."""

    place: str
    digest: str
    """Of what is admitted: a run goes on only with a library that says the same."""
    insights: int
    """How many are admitted."""
    most: int = 6
    tokens: int = 1500
    embedding_model: str | None = None
    embedding_url: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Experience:
        """Rebuild from `to_json`; what later versions add is ignored."""
        return cls(**{item.name: data[item.name] for item in fields(cls) if item.name in data})

    @classmethod
    def of(cls, settings: LibrarySettings) -> Experience | None:
        """Look at the configured library, if there is one.

        Raises ConfigError for a place that a run's settings may not keep or that needs what is not installed,
        InputError where there is no library.
        """
        if settings.place is None:
            return None
        from optwright.experience.identity import identity

        with closing(opened(settings.place)) as library:
            if library.database.secret:
                raise ConfigError(
                    "the library's URL holds a password, which a run's settings must not keep; "
                    "put it into PGPASSWORD or ~/.pgpass"
                )
            found = identity(library)
        more = {name: getattr(settings, name) for name in ("most", "tokens", "embedding_model", "embedding_url")}
        return cls(found.place, found.digest, found.insights, **more)

    def text(self) -> str:
        """Return what is admitted, in the form in which libraries are exchanged."""
        from optwright.experience.exchange import dump
        from optwright.experience.insight import Status

        with closing(opened(self.place)) as library:
            return dump(library, statuses=[Status.ADMITTED])

    def shelf(self, base_url: str | None, key: str | None) -> Shelf | None:
        """Return the library as the agent draws from it. Raises ConfigError where another lies there than was meant."""
        from optwright.experience.identity import identity

        with closing(opened(self.place)) as library:
            found = identity(library)
        if found.digest != self.digest:
            raise ConfigError(
                f"{self.place}: the library is not the one that the run began with "
                f"({found.insights} insights admitted, digest {found.digest[:12]}, not {self.digest[:12]})"
            )
        names = ("place", "most", "tokens", "embedding_model", "embedding_url")
        drawn = LibrarySettings(**{name: getattr(self, name) for name in names})
        secret = SecretStr(key) if key else None
        return attached(Config(llm=LLMSettings(base_url=base_url, api_key=secret), library=drawn))


def opened(place: str) -> Library:
    """Open a library that is there. Raises InputError where none is, ConfigError where the extra is not installed."""
    try:
        from optwright.experience.database import exists
        from optwright.experience.library import Library
    except ModuleNotFoundError:
        raise ConfigError("the experience library needs SQLAlchemy: pip install 'optwright[library]'") from None
    if not exists(place):
        raise InputError(f"{place}: there is no library; `optwright library learn` or `import` makes one")
    return Library(place)
