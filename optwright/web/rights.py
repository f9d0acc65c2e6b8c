"""Who may read what of the experience library, and who may change it."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers of a proxy: behind one, the address says nothing about who asks."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks."""

    user: str
    """The name that was signed in with; empty where none is asked for."""
    home: bool
    """Whether the request comes from this machine, and was addressed to it by a name that only it has."""

    @property
    def actor(self) -> str:
        """The name for the library's journal."""
        return self.user or f"{_account()} in the app"


@dataclass(frozen=True, slots=True)
class Rights:
    """What visitors may do. By default nobody changes anything.

    Without names, whoever sits at this machine may do everything, and nobody else more than read what is admitted.
    With names (`--auth`) every user may teach, and editors alone see candidates and decide about them: a candidate
    may hold another user's words, and what is admitted stands in every user's prompts.
    """

    learn: bool = False
    """Whether anything is written at all."""
    named: bool = False
    """Whether users sign in."""
    editors: frozenset[str] = frozenset()

    def reads_all(self, visitor: Visitor) -> bool:
        """Whether candidates, retired insights and earlier versions are shown."""
        return visitor.user in self.editors if self.named else visitor.home

    def teaches(self, visitor: Visitor) -> bool:
        """Whether thumbs and corrections are kept."""
        return self.learn and (bool(visitor.user) if self.named else visitor.home)

    def edits(self, visitor: Visitor) -> bool:
        """Whether insights may be edited, approved and retired."""
        return self.learn and self.reads_all(visitor)


def visitor_of(request: Any) -> Visitor:
    """Return who makes a request of Gradio's."""
    machine = request.client.host if request.client else ""
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname
    proxied = any(request.headers.get(header) for header in _FORWARDED)
    return Visitor(request.username or "", machine in LOOPBACK and name in LOOPBACK and not proxied)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
