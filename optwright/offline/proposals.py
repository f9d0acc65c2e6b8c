"""Candidate sets of items: lists, letters, numbered nouns, subjects and headings, the most promising first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from optwright.offline.items import LIST_MARKS, Item, Items, content, is_letter, key, mentions
from optwright.offline.lexicon import MEASURES, STOP, VERBS
from optwright.offline.tokens import Sentence, Token

MAX_ITEMS = 12
MAX_SETS = 8
_SYMBOL = re.compile(r"[XYZWUVxyzwuv]\d*|[a-zA-Z]\d+|[A-Z]")
_KINDS = frozenset(["of", "types", "kinds", "different", "main", "major", "available"])
_ARTICLES = frozenset(
    [
        "a",
        "an",
        "the",
        "by",
        "in",
        "either",
        "both",
        "on",
        "via",
        "from",
        "using",
        "with",
        "for",
        "one",
        "each",
        "their",
        "his",
        "its",
        "as",
    ]
)


def propose(text: list[Sentence], labels: Iterable[Sequence[str]] = ()) -> list[tuple[Items, float]]:
    """Return candidate item sets with how promising they are, the best first, at most MAX_SETS.

    `labels` are lists of names that stand beside a table.
    """
    found: Counter[tuple[tuple[str, ...], ...]] = Counter()
    named = [tuple(tuple(key(token) for token in Token.split(name)) for name in names) for names in labels]
    for group in [*named, *_symbols(text), *_lists(text), *_subjects(text), *_numbered(text), *_headings(text)]:
        if 2 <= len(group) <= MAX_ITEMS and len(set(group)) == len(group):
            found[group] += 1
    for group in list(found):
        if all(len(phrase) == 1 and _SYMBOL.fullmatch(phrase[0]) for phrase in group) and (
            also := _aliases(group, text)
        ):
            found[also] = found.pop(group) + 5
    sets: dict[tuple[frozenset[str], ...], tuple[Items, float]] = {}
    for group, votes in found.items():
        for items in (_distinguish(group, text, lone=True), _distinguish(group, text, lone=False)):
            if items is None:
                continue
            identity = tuple(sorted((item.keys for item in items), key=sorted))
            score = _promise(items, text) + 0.1 * votes
            if identity not in sets or sets[identity][1] < score:
                sets[identity] = (items, score)
    ranked = sorted((entry for entry in sets.values() if entry[1] > 0), key=lambda entry: -entry[1])
    return ranked[:MAX_SETS]


def _symbols(text: list[Sentence]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Letters and numbered letters: X, Y, Z; x1..x4; machine A, machine B."""
    seen: Counter[str] = Counter()
    for sentence in text:
        for position, token in enumerate(sentence.tokens):
            if (
                _SYMBOL.fullmatch(token.text)
                and token.number is None
                and is_letter(sentence.tokens, position, frozenset())
            ):
                seen[token.text if len(token.text) == 1 and token.text.isupper() else token.text.upper()] += 1
    families: dict[str, list[str]] = {}
    nouns: dict[str, set[str]] = {}
    for sentence in text:
        for before, token in pairwise(sentence.tokens):
            if (
                len(token.text) == 1
                and token.text in "ABCDEFGH"
                and before.stem
                and before.text.lower() not in STOP - {"type", "types", "machine", "option"}
            ):
                nouns.setdefault(before.stem, set()).add(token.text)
    for noun, letters in nouns.items():
        chain = sorted(
            {letter for letter in seen if len(letter) == 1 and letter <= chr(ord(max(letters)) + 1) and letter < "I"}
            if noun
            else letters
        )
        for group in (sorted(letters), chain):
            yield tuple((noun, letter) for letter in group)
    for name in sorted(seen):
        family = name[0] + "#" if len(name) > 1 else ("XYZ" if name in "UVWXYZ" else "ABC")
        families.setdefault(family, []).append(name)
    for names in families.values():
        yield tuple(
            (name if len(name) == 1 else name.lower(),) for name in sorted(names, key=lambda name: (name == "W", name))
        )


def _aliases(group: tuple[tuple[str, ...], ...], text: list[Sentence]) -> tuple[tuple[str, ...], ...] | None:
    """Add to letters the words that they stand for: `infantry (division X)`, `X represents tours`."""
    words: dict[str, str] = {}
    letters = {phrase[0] for phrase in group}
    for sentence in text:
        tokens = sentence.tokens
        for position, token in enumerate(tokens):
            name = token.text.upper() if len(token.text) == 1 else token.text.lower()
            if name not in letters or position < 2:
                continue
            opening = next((k for k in (position - 1, position - 2) if tokens[k].text == "("), None)
            closing = position + 1 < len(tokens) and tokens[position + 1].text in {")", ","}
            if (position + 2 < len(tokens) and tokens[position + 1].stem in {"represent", "denote", "mean"}) or (
                tokens[position + 1 : position + 2] and tokens[position + 1].text == "for"
            ):
                after = [one for one in tokens[position + 2 : position + 5] if content(one)]
                if after:
                    words.setdefault(name, key(after[-1] if tokens[position + 1].text != "for" else after[0]))
            if opening and closing and content(tokens[opening - 1]):
                words.setdefault(name, key(tokens[opening - 1]))
    if len(words) < len(letters) or len(set(words.values())) < len(words):
        return None
    return tuple((phrase[0], words[phrase[0]]) for phrase in group)


def _numbered(text: list[Sentence]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The same noun with 1, 2, ...: syrup 1 and syrup 2."""
    labels: dict[str, set[str]] = {}
    for sentence in text:
        for before, token in pairwise(sentence.tokens):
            if token.form == "label":
                labels.setdefault(before.stem, set()).add(token.text)
    for noun, numbers in labels.items():
        if len(numbers) > 1:
            yield tuple((noun, number) for number in sorted(numbers))


def _lists(text: list[Sentence]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Coordinations: `A, B and C`; every run of content words between list marks, articles skipped."""
    for sentence in text:
        runs: list[tuple[str, ...]] = []
        current: list[str] = []
        conjunction = False
        announced = 0.0
        before: Token | None = None
        for token in [*sentence.tokens, Token(".", 0, 0, form="mark")]:
            word = token.text.lower()
            if not current and not runs:
                announced = (
                    before.number or announced
                    if before is not None
                    and (before.number is not None or word in _KINDS or before.text.lower() in _KINDS)
                    else 0.0
                )
            before = token
            if content(token):
                current.append(key(token))
            elif word in LIST_MARKS:
                conjunction = conjunction or (word not in {","})
                if current:
                    runs.append(tuple(current[-3:] if not runs else current[:4]))
                current = []
            elif (word in _ARTICLES and not current and runs) or (word in {"one", "ones", "sized"} and current):
                continue
            elif word == "of" and current:
                current.append("of")
            else:
                if current:
                    runs.append(tuple(current[:4] if runs else current[-3:]))
                if announced and len(runs) == announced + 1:
                    runs = runs[1:]
                if conjunction and len(runs) > 1:
                    yield from _variants(runs)
                runs, current, conjunction = [], [], False


def _headings(text: list[Sentence]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """What stands in front of a colon and numbers, line by line: `- oats: 150 calories`."""
    names: list[tuple[str, ...]] = []
    for sentence in text:
        tokens = [token for token in sentence.tokens if token.text not in "-*"]
        at = next((position for position, token in enumerate(tokens[:5]) if token.text == ":"), 0)
        if (
            at
            and any(token.number is not None for token in tokens[at:])
            and all(content(token) for token in tokens[:at])
        ):
            names.append(tuple(key(token) for token in tokens[:at]))
    for size in range(2, len(names) + 1):
        yield tuple(names[:size])


def _variants(runs: list[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The list as read, with only the last word of the first, and with only the first words of the last."""
    plain = [tuple(word for word in run if word != "of") for run in runs]
    plain = [run for run in plain if run]
    if len(plain) > 1:
        yield tuple(plain)
        if len(plain[0]) > len(plain[1]):
            yield (plain[0][-len(plain[1]) :], *plain[1:])
        if len(plain[-1]) > len(plain[0]):
            yield (*plain[:-1], plain[-1][: len(plain[0])])
        if len(plain) > 2:
            yield tuple(plain[-2:])


def _subjects(text: list[Sentence]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Noun phrases in front of a verb and a number, or after `per`, `each`: collected over one to three sentences."""
    collected: list[tuple[str, ...]] = []
    for sentence in text:
        here = [phrase for phrase in _phrases(sentence.tokens) if phrase]
        for phrase in here:
            if phrase not in collected:
                collected.append(phrase)
        unique = tuple(dict.fromkeys(here))
        if len(unique) > 1:
            yield unique
    if len(collected) > 1:
        yield tuple(collected)
        yield from pairwise(collected)


def _phrases(tokens: list[Token]) -> Iterator[tuple[str, ...]]:
    for position, token in enumerate(tokens):
        if (
            token.text.lower() in {"who", "that"}
            and position
            and any(one.number is not None for one in tokens[position : position + 5])
        ):
            start = position
            while start > max(0, position - 3) and content(tokens[start - 1]):
                start -= 1
            yield tuple(key(one) for one in tokens[start:position])
        if (
            token.text.lower() in {"a", "an", "each", "per", "one", "every", "the", "if", ",", "while", "whereas"}
            or position == 0
        ):
            start = position + (
                token.text.lower() in {*_ARTICLES, "per", "every", "if", ",", "while", "whereas", "each"}
            )
            while start < len(tokens) and tokens[start].text.lower() in {
                "a",
                "an",
                "the",
                "each",
                "unit",
                "of",
                "one",
                "every",
            }:
                start += 1
            end = start
            while (
                end < len(tokens)
                and end < start + 5
                and (content(tokens[end]) or (end > start and tokens[end].text == "of"))
                and tokens[end].stem not in VERBS
            ):
                end += 1
            ahead = tokens[end : end + 7]
            verb = any(one.text.lower() in VERBS for one in ahead[:2]) and any(one.number is not None for one in ahead)
            if end > start and (verb or token.text.lower() == "per"):
                yield tuple(key(one) for one in tokens[start:end] if one.text != "of")


def _distinguish(group: tuple[tuple[str, ...], ...], text: list[Sentence], *, lone: bool) -> Items | None:
    """Keep of each phrase the words that no other shares; None when one has none left.

    With `lone` a last word that is also said by itself (`tests` beside `spit tests`) names the kind, not the item.
    """
    counts = Counter(word for phrase in group for word in set(phrase))
    shared = {word for word, count in counts.items() if count > 1 or word in MEASURES}
    own = [[word for word in phrase if word not in shared] for phrase in group]
    pairs = {(key(a), key(b)) for sentence in text for a, b in pairwise(sentence.tokens)}
    for position, words in enumerate(own):
        others = {word for other, phrase in enumerate(own) if other != position for word in phrase}
        heads = [word for word in words if any((other, word) in pairs for other in others)]
        if len(heads) < len(words):
            own[position] = [word for word in words if word not in heads]
            shared.update(heads)
        if lone and len(own[position]) > 1:
            alone = [word for word in own[position] if _alone(set(group[position]) | shared, word, text)]
            if len(alone) < len(own[position]):
                own[position] = [word for word in own[position] if word not in alone]
                shared.update(alone)
    alias = all(len(phrase) == 2 and _SYMBOL.fullmatch(phrase[0]) for phrase in group)
    for position, words in enumerate(own):
        symbols = [word for word in words if _SYMBOL.fullmatch(word)]
        if symbols and not alias and len(symbols) < len(words):
            shared.update(word for word in words if word not in symbols)
            own[position] = symbols
    letters = [any(_SYMBOL.fullmatch(word) for word in words) for words in own]
    if not all(own) or (any(letters) and not all(letters)) or any(len(word) == 1 and word.isupper() for word in shared):
        return None
    forms: dict[str, str] = {}
    for sentence in text:
        for token in sentence.tokens:
            forms.setdefault(key(token), token.text.replace("'", ""))
    names = [" ".join(forms.get(word, word) for word in phrase) for phrase in group]
    if len(set(names)) < len(names):
        return None
    return tuple(Item(name, frozenset(words), frozenset(shared)) for name, words in zip(names, own, strict=True))


def _alone(phrase: set[str], word: str, text: list[Sentence]) -> bool:
    """Whether a word is also said apart from its phrase: then it names the kind, not the item."""
    for sentence in text:
        names = ["", *(key(token) for token in sentence.tokens), ""]
        if any(
            here == word and before not in phrase and after not in phrase
            for before, here, after in zip(names, names[1:], names[2:], strict=False)
        ):
            return True
    return False


def _clipped(item: Item, text: list[Sentence]) -> bool:
    """Whether a content word that the item leaves out stands before most of its mentions."""
    before = [(key(a), a) for sentence in text for a, b in pairwise(sentence.tokens) if key(b) in item.keys]
    left_out = Counter(
        name
        for name, token in before
        if content(token) and name not in item.keys | item.heads and token.text.lower() not in VERBS
    )
    return bool(left_out) and not item.symbol and left_out.most_common(1)[0][1] * 2 > len(before)


def _promise(items: Items, text: list[Sentence]) -> float:
    """How evenly the text gives numbers beside the items: the least mentioned item decides."""
    near = [0.0] * len(items)
    for sentence in text:
        found = mentions(sentence.tokens, items)
        weight = 1.0 if any(token.number is not None for token in sentence.tokens) else 0.25
        for item in found:
            if item is not None:
                near[item] += weight
    least, most = min(near), max(near)
    least *= 0.7 ** sum(_clipped(item, text) for item in items)
    return 0.0 if least < 1 else least / (1 + 0.3 * (most - least)) + 0.3 * len(items)
