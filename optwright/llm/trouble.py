"""What can go wrong with a server, each kind named in one line that says what to do about it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from openai import APIConnectionError, APIStatusError, OpenAIError


class Kind(StrEnum):
    """The troubles told apart; `TRANSIENT` of them are worth another attempt."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    KEY = "key"
    MODEL = "model"
    RATE = "rate"
    QUOTA = "quota"
    SERVER = "server"
    REFUSED = "refused"
    BROKEN = "broken"
    """The connection broke, or the body is cut short or is no completion."""
    EMPTY = "empty"


TRANSIENT = frozenset({Kind.UNREACHABLE, Kind.TIMEOUT, Kind.RATE, Kind.SERVER, Kind.BROKEN, Kind.EMPTY})


@dataclass
class Trouble(Exception):
    """One failed attempt. `line` holds no key; `wait` is what the server asked for, in seconds."""

    kind: Kind
    line: str
    wait: float | None = None
    detail: str = ""
    """The server's own words, without the key."""
    attempts: int | None = None
    """At most so many attempts, however patient the caller is."""

    def __str__(self) -> str:
        """Return the line."""
        return self.line


@dataclass(frozen=True)
class Speaker:
    """Who is spoken to, for wording: what may be shown of it, and the key that may not."""

    url: str
    model: str
    key: str

    @property
    def place(self) -> str:
        """The base URL without user name, password or query."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.port:
            host = f"{host}:{parts.port}"
        return urlunsplit((parts.scheme, host, parts.path, "", ""))

    def scrub(self, text: str) -> str:
        """Return the text with every spelling of the key, and of a password in the URL, taken out."""
        secrets = [self.key if len(self.key) >= 8 else "", urlsplit(self.url).password or ""]
        for secret in filter(None, secrets):
            spellings = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
            spellings.add(base64.b64encode(secret.encode()).decode())
            for spelling in sorted(spellings, key=len, reverse=True):
                text = text.replace(spelling, "[key]")
        return text

    def short(self, text: str, limit: int = 200) -> str:
        """Return the text on one line, without the key, at most `limit` characters."""
        line = " ".join(self.scrub(text).split())
        return line if len(line) <= limit else line[: limit - 3] + "..."


def from_error(error: OpenAIError, speaker: Speaker) -> Trouble:
    """Name what the SDK raised."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(error, APITimeoutError):
        return Trouble(Kind.TIMEOUT, f"the server at {speaker.place} did not answer in time")
    if isinstance(error, APIConnectionError):
        return _connection(error, speaker)
    if isinstance(error, APIStatusError):
        return _status(error, speaker)
    return Trouble(Kind.BROKEN, f"the server at {speaker.place} gave an unusable answer ({type(error).__name__})")


def _connection(error: APIConnectionError, speaker: Speaker) -> Trouble:
    cause = type(error.__cause__).__name__ if error.__cause__ else "no connection"
    if cause in {"ConnectError", "UnsupportedProtocol", "InvalidURL", "LocalProtocolError"}:
        words = speaker.short(str(error.__cause__), 100)
        line = f"no server can be reached at {speaker.place} ({words}); is it running, and is the base URL right?"
        return Trouble(Kind.UNREACHABLE, line)
    return Trouble(Kind.BROKEN, f"the connection to {speaker.place} broke off ({cause})")


def _status(error: APIStatusError, speaker: Speaker) -> Trouble:
    status, detail, place = error.status_code, speaker.short(_message(error)), speaker.place
    if status in (401, 403):
        line = f"the key was refused by {place} ({status}); check OPTWRIGHT_API_KEY or llm.api_key"
        return Trouble(Kind.KEY, line)
    if status == 404:
        return Trouble(Kind.MODEL, f"{place} knows no model {speaker.model!r} (404)", detail=detail)
    if status == 429 and "quota" in detail.lower():
        return Trouble(Kind.QUOTA, f"the quota of this key at {place} is used up (429): {detail}")
    wait = retry_after(error.response.headers.get("retry-after"))
    if status == 429:
        return Trouble(Kind.RATE, f"{place} refuses more requests for now (429: rate limit)", wait)
    if status >= 500 or status in (408, 409, 425):
        return Trouble(Kind.SERVER, f"the server at {place} failed ({status}): {detail or 'no reason given'}", wait)
    return Trouble(Kind.REFUSED, f"{place} refused the request ({status}): {detail or 'no reason given'}", None, detail)


def _message(error: APIStatusError) -> str:
    """Return the server's own words from whatever body it sent."""
    body: Any = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        body = inner.get("message", inner) if isinstance(inner, dict) else inner
    return str(body if body is not None else "")


def retry_after(header: str | None) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from now; None when absent or unreadable."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
