"""OptiBench's rule: every quantity that upstream names must be among what the method reports.

The authors let a language model read each named quantity off the program's output. Here names decide where they can:
a quantity whose words point to one reported entry must equal that entry. The others are matched by value, one to one,
so that no reported number stands for two quantities. What remains lenient: two quantities that share no word with
what is reported could be swapped.
"""

from __future__ import annotations

import re

TOLERANCE = 1e-4
_WORD = re.compile(r"[a-z]+|\d+")
_PLAIN = frozenset(_WORD.findall("the a an of in on to for and with number amount quantity value total how many"))


def every_quantity(
    gold: dict[str, float], found: dict[str, float], *, objective: float | None, objective_key: str | None
) -> bool:
    """Whether each gold quantity has an equal reported one of its own; the objective must be the objective."""
    wanted = dict(gold)
    if objective_key in wanted:
        if objective is None or not _equal(objective, wanted.pop(objective_key)):
            return False
    elif objective is not None:
        found = {**found, "objective": objective}
    for name, entry in _named(wanted, found).items():
        if not _equal(found[entry], wanted[name]):
            return False
    return _assign(list(wanted.values()), list(found.values()))


def _equal(said: float, gold: float) -> bool:
    return abs(round(said, 5) - gold) < TOLERANCE


def _words(name: str) -> frozenset[str]:
    return frozenset(word.rstrip("s") or word for word in _WORD.findall(name.lower())) - _PLAIN


def _named(wanted: dict[str, float], found: dict[str, float]) -> dict[str, str]:
    """Pair the quantities whose words single out one entry, and that entry singles them out in turn."""
    gold, said = _same_numbering({n: _words(n) for n in wanted}, {n: _words(n) for n in found})
    gold, said = _telling(gold), _telling(said)
    best = {name: _only_best(words, said) for name, words in gold.items()}
    back = {name: _only_best(words, gold) for name, words in said.items()}
    return {name: entry for name, entry in best.items() if entry is not None and back[entry] == name}


_Words = dict[str, frozenset[str]]


def _same_numbering(gold: _Words, said: _Words) -> tuple[_Words, _Words]:
    """Drop numbers from the names where upstream's are not all there: one side may count from 0, the other from 1."""
    numbers = [{word for words in side.values() for word in words if word.isdigit()} for side in (gold, said)]
    if numbers[0] <= numbers[1]:
        return gold, said
    bare = [{name: frozenset(w for w in ws if not w.isdigit()) for name, ws in side.items()} for side in (gold, said)]
    return bare[0], bare[1]


def _telling(words: _Words) -> _Words:
    """Drop the words that all names share: they tell nothing apart."""
    if len(words) < 2:
        return words
    common = frozenset.intersection(*words.values())
    return {name: own - common for name, own in words.items()}


def _only_best(words: frozenset[str], among: _Words) -> str | None:
    scores = sorted(((len(words & other), name) for name, other in among.items()), reverse=True)
    if not scores or scores[0][0] == 0 or (len(scores) > 1 and scores[1][0] == scores[0][0]):
        return None
    return scores[0][1]


def _assign(gold: list[float], found: list[float]) -> bool:
    """Whether every gold number can be given a reported one of its own (augmenting paths)."""
    holder: dict[int, int] = {}

    def place(position: int, tried: set[int]) -> bool:
        for entry, value in enumerate(found):
            if entry not in tried and _equal(value, gold[position]):
                tried.add(entry)
                if entry not in holder or place(holder[entry], tried):
                    holder[entry] = position
                    return True
        return False

    return all(place(position, set()) for position in range(len(gold)))
