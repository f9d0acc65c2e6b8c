"""Who may use a server that asks for a name and a password."""

from __future__ import annotations

import asyncio
import hmac
from hashlib import sha256
from pathlib import Path

from optwright.errors import InputError

_WAIT = 0.5
"""Seconds before a wrong password is refused, so that guessing is slow."""


class Users:
    """Names with passwords, of which only digests are kept in memory."""

    def __init__(self, passwords: dict[str, str]) -> None:
        self._digests = {name: _digest(word) for name, word in passwords.items()}

    @classmethod
    def read(cls, path: Path) -> Users:
        """Read a file with one USER:PASSWORD a line; empty lines and those that begin with # are left out.

        Raises InputError, which never shows a password.
        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: the file of users cannot be read ({error})") from None
        found: dict[str, str] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            name, colon, word = line.strip().partition(":")
            if not colon or not name or not word:
                raise InputError(f"{path}, line {number}: write USER:PASSWORD")
            if name in found:
                raise InputError(f"{path}, line {number}: the user {name!r} is there twice")
            found[name] = word
        if not found:
            raise InputError(f"{path}: there is no user in it; write one USER:PASSWORD a line")
        return cls(found)

    @property
    def names(self) -> frozenset[str]:
        """Who there is."""
        return frozenset(self._digests)

    async def admit(self, name: str, word: str) -> bool:
        """Whether a name and a password belong together; a wrong one takes half a second."""
        digest = self._digests.get(name, b"")
        if hmac.compare_digest(digest, _digest(word)):
            return True
        await asyncio.sleep(_WAIT)
        return False


def _digest(word: str) -> bytes:
    return sha256(word.encode("utf-8", "surrogatepass")).digest()
