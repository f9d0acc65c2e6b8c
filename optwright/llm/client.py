"""The SDK's client for a server: without retries of its own, and never asking for a key that is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optwright.llm.trouble import Kind, Speaker, Trouble

if TYPE_CHECKING:
    from openai import OpenAI


def connect(speaker: Speaker) -> OpenAI:
    """Return a client for the speaker's base URL and key. Raises Trouble for a URL that no client can use."""
    from openai import OpenAI, OpenAIError

    try:
        return OpenAI(api_key=speaker.key or "none", base_url=speaker.url, max_retries=0)
    except (OpenAIError, ValueError, TypeError):
        line = f"{speaker.place!r} cannot be used as a base URL; write http://host:port/v1"
        raise Trouble(Kind.REFUSED, line) from None
