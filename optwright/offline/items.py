"""What is decided upon: candidate sets of items from the phrases of a text, and where the text mentions them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from optwright.offline.lexicon import ALIASES, MEASURES, PHRASES, SHAPES, STOP, VERBS
from optwright.offline.tokens import Sentence, Token

MAX_ITEMS = 12
MAX_SETS = 8
Phrase = tuple[str, ...]
Group = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One decision item: its name, the stems any of which names it, and shared words that may go with them."""

    name: str
    keys: frozenset[str]
    heads: frozenset[str] = frozenset()

    @property
    def symbol(self) -> bool:
        """Whether it is a bare letter, which an article could be taken for."""
        return all(len(key) == 1 for key in self.keys)


Items = tuple[Item, ...]
_RUN = re.compile("[csw][cswox]*")


def key(token: Token) -> str:
    """Return what identifies a token: its stem; a capital letter stays one; a hyphened word is its first part."""
    if len(token.text) == 1:
        return token.text
    return token.stem.split("-")[0] + "-" if "-" in token.stem else token.stem


def mentions(tokens: Sequence[Token], items: Items) -> list[int | None]:
    """Return for every token the item that it names, None where it names none. Linear in the tokens."""
    owner = {one: position for position, item in enumerate(items) for one in item.keys}
    heads = items[0].heads
    found: list[int | None] = []
    for position, token in enumerate(tokens):
        other = token.text.upper() if len(token.text) == 1 else token.text.lower()
        item = owner.get(key(token), owner.get(other)) if token.number is None else None
        if len(token.text) == 1 and token.form != "label" and not is_letter(tokens, position, heads):
            item = None
        found.append(item)
    return found


def is_letter(tokens: Sequence[Token], position: int, heads: frozenset[str]) -> bool:
    """Whether a single letter is a label and not the article."""
    text = tokens[position].text
    before = tokens[position - 1] if position else None
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if text in {"a", "I"}:
        return before is not None and before.stem in heads
    if before is not None and heads and content(before) and before.stem not in heads and len(before.text) > 1:
        return False
    if text != "A":
        return text.isupper() or text in "xyzw"
    if before is None or before.text in ".:;-":
        return after is None or not after.text[0].isalpha() or after.stem in VERBS or after.text in {"and", "or"}
    return True


def content(token: Token) -> bool:
    """Whether a word could belong to the name of an item."""
    word = token.form == "word" and token.number is None and token.text.lower() not in STOP
    return word and (len(token.text) > 1 or token.text.isupper())


def propose(text: list[Sentence], labels: Iterable[Sequence[str]] = ()) -> list[tuple[Items, float]]:
    """Return candidate item sets with how promising they are, the best first, at most MAX_SETS.

    `labels` are lists of names that stand beside a table.
    """
    found: Counter[Group] = Counter()
    named = [tuple(tuple(key(token) for token in Token.split(name)) for name in names) for names in labels]
    for group in [*named, *_letters(text), *_phrases(text)]:
        if 2 <= len(group) <= MAX_ITEMS and len(set(group)) == len(group):
            found[group] += 1
    for group in list(found):
        if also := _aliases(group, text):
            found[also] = found.pop(group) + 5
    lines = [["", *(key(token) for token in sentence.tokens), ""] for sentence in text]
    forms = {key(token): token.text.replace("'", "") for line in reversed(text) for token in reversed(line.tokens)}
    sets: dict[tuple[frozenset[str], ...], tuple[Items, float]] = {}
    for group, votes in found.items():
        for items in (_distinguish(group, lines, forms, lone=True), _distinguish(group, lines, forms, lone=False)):
            if items is None:
                continue
            identity = tuple(sorted((item.keys for item in items), key=sorted))
            score = _promise(items, text) + 0.1 * votes
            if identity not in sets or sets[identity][1] < score:
                sets[identity] = (items, score)
    ranked = sorted((entry for entry in sets.values() if entry[1] > 0), key=lambda entry: -entry[1])
    return ranked[:MAX_SETS]


def shape(tokens: Sequence[Token]) -> str:
    """Return the classes of the words as one string, over which the forms of phrases are matched."""
    return "".join(_shape(token) for token in tokens)


def _shape(token: Token) -> str:
    word = token.text.lower()
    if token.number is not None:
        return "x" if word == "one" else "n"
    if PHRASES["symbol"].fullmatch(token.text) and word not in STOP:
        return "s"
    if content(token):
        return "w" if token.stem in VERBS else "c"
    return SHAPES.get(word, SHAPES.get(token.stem, "v" if word in VERBS else "."))


def _letters(text: list[Sentence]) -> Iterator[Group]:
    """Letters and labels: X, Y, Z; x1 to x4; machine A, machine B; syrup 1, syrup 2."""
    families: dict[str, set[str]] = {}
    for sentence in text:
        for position, (before, token) in enumerate(pairwise([Token("", 0, 0), *sentence.tokens])):
            name = token.text.upper() if len(token.text) == 1 else token.text.lower()
            symbol = token.form == "word" and PHRASES["symbol"].fullmatch(token.text)
            if token.form == "label":
                families.setdefault(before.stem, set()).add(name)
            elif symbol and is_letter(sentence.tokens, position, frozenset()):
                family = name[0] + "#" if len(name) > 1 else "X#" if name in "UVWXYZ" else "A#"
                families.setdefault(family, set()).add(name)
                if family == "A#" and (content(before) or before.stem in {"type", "machine", "option"}):
                    families.setdefault(before.stem, set()).add(name)
    for noun, names in families.items():
        ranked = sorted(names, key=lambda name: (name == "W", name))
        yield tuple((name,) if noun.endswith("#") else (noun, name) for name in ranked)
        if names <= families.get("A#", set()):
            yield tuple((noun, name) for name in sorted(families["A#"]))


def _aliases(group: Group, text: list[Sentence]) -> Group | None:
    """Add to letters the words that they stand for: `infantry (division X)`, `X represents tours`."""
    letters = {phrase[0] for phrase in group if len(phrase) == 1 and PHRASES["symbol"].fullmatch(phrase[0])}
    words: dict[str, str] = {}
    for sentence in text if len(letters) == len(group) else ():
        for match in (match for form in ALIASES for match in form.finditer(shape(sentence.tokens))):
            name = sentence.tokens[match.start("letter")].text
            name = name.upper() if len(name) == 1 else name.lower()
            if name in letters:
                words.setdefault(name, key(sentence.tokens[match.start("word")]))
    if not words or set(words) != letters or len(set(words.values())) < len(words):
        return None
    return tuple((phrase[0], words[phrase[0]]) for phrase in group)


def _phrases(text: list[Sentence]) -> Iterator[Group]:
    """Lists, headings line by line, and what stands in front of a verb and a number or after `per`."""
    found: dict[str, list[Phrase]] = {"heading": [], "subject": []}
    for sentence in text:
        classes = shape(sentence.tokens)
        for match in PHRASES["list"].finditer(classes):
            if "&" in match[0]:
                runs = [_keys(sentence, *run.span()) for run in _RUN.finditer(classes, *match.span())]
                before = sentence.tokens[max(0, match.start() - 4) : match.start()]
                yield from _variants(
                    runs[1:] if len(runs) > 2 and len(runs) - 1 in [one.number for one in before] else runs
                )
        for kind, phrases in found.items():
            here = [_keys(sentence, *match.span(match.lastgroup or 0)) for match in PHRASES[kind].finditer(classes)]
            phrases.extend(phrase for phrase in here if phrase not in phrases)
            yield tuple(dict.fromkeys(here))
    yield tuple(found["subject"])
    yield from pairwise(found["subject"])
    yield from (tuple(found["heading"][:size]) for size in range(2, len(found["heading"]) + 1))


def _keys(sentence: Sentence, start: int, end: int) -> Phrase:
    return tuple(key(token) for token in sentence.tokens[start:end] if content(token))


def _variants(runs: list[Phrase]) -> Iterator[Group]:
    """The list as read, with fewer words of the first and the last, and its last two."""
    plain = [runs[0][-3:], *(run[:4] for run in runs[1:])]
    yield tuple(plain)
    if len(plain[0]) > len(plain[1]):
        yield (plain[0][-len(plain[1]) :], *plain[1:])
    if len(plain[-1]) > len(plain[0]):
        yield (*plain[:-1], plain[-1][: len(plain[0])])
    if len(plain) > 2:
        yield tuple(plain[-2:])


def _distinguish(group: Group, lines: list[list[str]], forms: dict[str, str], *, lone: bool) -> Items | None:
    """Keep of each phrase the words that no other shares; None when one has none left.

    With `lone` a last word that is also said by itself (`tests` beside `spit tests`) names the kind, not the item.
    """
    counts = Counter(word for phrase in group for word in set(phrase))
    shared = {word for word, count in counts.items() if count > 1 or word in MEASURES}
    own = [[word for word in phrase if word not in shared] for phrase in group]
    members = {word for phrase in group for word in phrase}
    pairs = {(a, b) for line in lines for a, b in pairwise(line) if b in members}
    for position, words in enumerate(own):
        others = {word for other, phrase in enumerate(own) if other != position for word in phrase}
        heads = [word for word in words if any((other, word) in pairs for other in others)]
        if len(heads) < len(words):
            own[position] = [word for word in words if word not in heads]
            shared.update(heads)
        if lone and len(own[position]) > 1:
            alone = [word for word in own[position] if _alone(set(group[position]) | shared, word, lines)]
            if len(alone) < len(own[position]):
                own[position] = [word for word in own[position] if word not in alone]
                shared.update(alone)
    alias = all(len(phrase) == 2 and PHRASES["symbol"].fullmatch(phrase[0]) for phrase in group)
    for position, words in enumerate(own):
        symbols = [word for word in words if PHRASES["symbol"].fullmatch(word)]
        if symbols and not alias and len(symbols) < len(words):
            shared.update(word for word in words if word not in symbols)
            own[position] = symbols
    letters = [any(PHRASES["symbol"].fullmatch(word) for word in words) for words in own]
    if not all(own) or (any(letters) and not all(letters)) or any(len(word) == 1 and word.isupper() for word in shared):
        return None
    names = [" ".join(forms.get(word, word) for word in phrase) for phrase in group]
    if len(set(names)) < len(names):
        return None
    return tuple(Item(name, frozenset(words), frozenset(shared)) for name, words in zip(names, own, strict=True))


def _alone(phrase: set[str], word: str, lines: list[list[str]]) -> bool:
    """Whether a word is also said apart from its phrase: then it names the kind, not the item."""
    triples = (one for line in lines for one in zip(line, line[1:], line[2:], strict=False))
    return any(one == word and before not in phrase and after not in phrase for before, one, after in triples)


def _clipped(item: Item, text: list[Sentence]) -> bool:
    """Whether a content word that the item leaves out stands before most of its mentions."""
    before = [a for sentence in text for a, b in pairwise(sentence.tokens) if key(b) in item.keys]
    nouns = [key(one) for one in before if content(one) and one.text.lower() not in VERBS]
    left_out = Counter(noun for noun in nouns if noun not in item.keys | item.heads)
    return bool(left_out) and not item.symbol and left_out.most_common(1)[0][1] * 2 > len(before)


def _promise(items: Items, text: list[Sentence]) -> float:
    """How evenly the text gives numbers beside the items: the least mentioned item decides."""
    near = [0.0] * len(items)
    for sentence in text:
        weight = 1.0 if any(token.number is not None for token in sentence.tokens) else 0.25
        for item in (item for item in mentions(sentence.tokens, items) if item is not None):
            near[item] += weight
    least, most = min(near), max(near)
    least *= 0.7 ** sum(_clipped(item, text) for item in items)
    return 0.0 if least < 1 else least / (1 + 0.3 * (most - least)) + 0.3 * len(items)
