"""What the upstream readers share."""

from __future__ import annotations

import re
from typing import Any

from optwright.datasets.label import Label, label_of
from optwright.datasets.sample import Sample, Version
from optwright.datasets.source import Row


def plain(row: Row, *, benchmark: str, prefix: str, question: str, answer: Any, **known: Any) -> Sample:
    """Make a sample of one upstream record in which the only label is the original one.

    `known` fills further fields of `Sample`. Raises ValueError for an empty question.
    """
    text = _LITERAL_BREAK.sub("\n", str(question).strip())
    if not text:
        raise ValueError("the question is empty")
    gold = answer if isinstance(answer, Label) else label_of(answer)
    version = Version(text, gold, "" if gold else f"no usable upstream answer ({answer!r})")
    position = int(row["_position"])
    return Sample(
        id=f"{prefix}/{position:04d}",
        benchmark=benchmark,
        upstream_id=str(known.pop("upstream_id", position)),
        corrected=version,
        original=version,
        where=str(row["_where"]),
        **known,
    )


def first(row: Row, *names: str) -> Any:
    """Return the first of these fields that the record has. Raises KeyError naming them all."""
    for name in names:
        if row.get(name) is not None:
            return row[name]
    raise KeyError(" or ".join(repr(name) for name in names))


def numbers(results: Any) -> dict[str, float]:
    """Return the entries of a results dictionary that are numbers or numbers in text."""
    found = {}
    for name, raw in (results or {}).items():
        label = label_of(raw)
        if label is not None and label.value is not None:
            found[str(name)] = label.value
    return found


_LITERAL_BREAK = re.compile(r"\\n(?!(?:e|eq|u|abla|ot|ewline|oindent)\b)")
"""A backslash and an n that were escaped twice upstream, but not LaTeX's commands that begin so."""
_GOAL = re.compile(r"\b(maximi[sz]e|minimi[sz]e|maximum|minimum|most|least|lowest|highest|largest|smallest)\b", re.I)
_TOTAL = re.compile(r"\b(total|maximi[sz]ed|minimi[sz]ed|maximum|minimum|overall|optimal|objective|average)\b", re.I)
_MONEY = re.compile(r"\b(costs?|profits?|revenues?|time|distance|efficiency|ratio)\b", re.I)
_WORD = re.compile(r"[a-z]{3,}")
_PLAIN_WORDS = frozenset(re.findall("[a-z]+", "the and for each that with per total number amount maximum minimum"))


def objective_of(results: dict[str, float], question: str) -> str | None:
    """Return the entry of a results dictionary that is the objective; upstream does not mark it.

    Scored by words: what the text says is maximised or minimised, words such as "total" and "cost"; the later entry
    wins a tie, since most records put the objective last. Returns None where no entry reads like an objective.
    """
    goal = " ".join(question[match.start() : match.end() + 80] for match in _GOAL.finditer(question)).lower()
    wanted = set(_WORD.findall(goal)) - _PLAIN_WORDS

    def fit(entry: tuple[int, str]) -> tuple[float, int]:
        position, name = entry
        words = set(_WORD.findall(name.lower())) - _PLAIN_WORDS
        shared = len(words & wanted) / max(len(words), 1)
        cues = 2.0 * bool(_TOTAL.search(name)) + 1.6 * bool(_MONEY.search(name)) + shared
        return (cues + (1.2 if position == len(results) - 1 else 0.0), position)

    if not results:
        return None
    (score, position), best = max((fit(entry), entry[1]) for entry in enumerate(results))
    return best if score > (1.2 if position == len(results) - 1 and len(results) > 1 else 0.0) else None
