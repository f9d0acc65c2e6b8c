"""The flags that a user gives for the server itself: kept as typed, asked by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flags:
    """Words of a command line, such as `--max-num-seqs 8 --dtype=float16 --no_enable_prefix_caching`."""

    words: tuple[str, ...] = ()

    def __contains__(self, name: str) -> bool:
        """Whether the flag is given, or its opposite (`--no-...`), with dashes or underscores."""
        return any(flag in (name, name.replace("--", "--no-", 1)) for flag, _ in self._groups())

    def values(self, name: str) -> tuple[str, ...]:
        """Return the words that belong to a flag; empty where it is not given."""
        return next((tuple(values) for flag, values in reversed(list(self._groups())) if flag == name), ())

    def last(self, name: str) -> str | None:
        """Return the one value of a flag; None where it is not given or has none."""
        return next(iter(self.values(name)), None)

    def without(self, name: str) -> tuple[str, ...]:
        """Return the words but for a flag that takes one value, and that value."""
        kept: list[str] = []
        rest = list(self.words)
        while rest:
            word = rest.pop(0)
            if _dashed(word) != name:
                kept.append(word)
            elif "=" not in word and rest:
                rest.pop(0)
        return tuple(kept)

    def _groups(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each long flag by its dashed name, with the words after it up to the next flag."""
        words = list(self.words)
        while words:
            word = words.pop(0)
            if not word.startswith("--"):
                continue
            _, equals, value = word.partition("=")
            values = [value] if equals else []
            while words and not words[0].startswith("-"):
                values.append(words.pop(0))
            yield _dashed(word), values


def _dashed(word: str) -> str:
    return word.partition("=")[0].replace("_", "-")
