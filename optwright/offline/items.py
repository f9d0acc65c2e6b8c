"""What is decided upon: candidate sets of items from the phrases of a text, and where the text mentions them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from optwright.offline.lexicon import MEASURES, NAMING, PHRASES, SHAPES, STOP, VERBS
from optwright.offline.tokens import Sentence, Token, tokenise

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


Items = tuple[Item, ...]


def key(token: Token) -> str:
    """Return what identifies a token: its stem, or a letter as a capital, but not the article."""
    return token.text.upper() if len(token.text) == 1 and token.text != "a" else token.stem


def mentions(tokens: Sequence[Token], items: Items) -> list[int | None]:
    """Return for every token the item that it names, None where it names none. Linear in the tokens."""
    owner = {one: position for position, item in enumerate(items) for one in item.keys}
    return [
        owner.get(key(token)) if token.number is None and _is_name(tokens, position, items[0].heads) else None
        for position, token in enumerate(tokens)
    ]


def _is_name(tokens: Sequence[Token], position: int, heads: frozenset[str] = frozenset()) -> bool:
    """Whether a token may name something: a single letter only as a label, not as the article or behind other words."""
    token, text = tokens[position], tokens[position].text
    if len(text) > 1 or token.form == "label":
        return True
    before = tokens[position - 1] if position else Token(".")
    after = tokens[position + 1] if position + 1 < len(tokens) else Token(".")
    if heads and content(before) and before.stem not in heads:
        return False
    if text == "A" and before.text in ".:;-":
        return after.stem in VERBS
    return before.stem in heads if text == "I" else text.isupper() or text in "xyzw"


def content(token: Token) -> bool:
    """Whether a word could belong to the name of an item."""
    word = token.form == "word" and token.text.lower() not in STOP
    return word and (len(token.text) > 1 or is_symbol(token.text))


def propose(text: list[Sentence], labels: Iterable[Sequence[str]] = ()) -> list[tuple[Items, int]]:
    """Return candidate item sets with how often a form of phrase gives them, the best first, at most MAX_SETS.

    `labels` are lists of names that stand beside a table.
    """
    named = [tuple(tuple(key(token) for token in tokenise(name) if token.stem) for name in names) for names in labels]
    groups = [*named, *_letters(text), *_phrases(text)]
    votes = Counter(group for group in groups if 2 <= len(set(group)) == len(group) <= MAX_ITEMS)
    lines = [["", *(key(token) for token in sentence.tokens), ""] for sentence in text]
    forms = {key(token): token.text.replace("'", "") for line in reversed(text) for token in reversed(line.tokens)}
    sets: dict[frozenset[frozenset[str]], tuple[Items, int]] = {}
    for group, count in votes.most_common():
        for lone in (True, False):
            if items := _distinguish(group, lines, forms, lone=lone):
                identity = frozenset(item.keys for item in items)
                known, more = sets.get(identity, (items, 0))
                heads = known[0].heads.union(items[0].heads if max(map(len, items[0].keys)) == 1 else ())
                sets[identity] = (tuple(replace(item, heads=heads) for item in known), more or count)
    return sorted(sets.values(), key=lambda entry: -entry[1])[:MAX_SETS]


def shape(token: Token) -> str:
    """Return the class of a word, one letter; over these the forms of phrases are matched."""
    word = token.text.lower()
    if token.number is not None:
        return "x" if word == "one" else "n"
    if word not in STOP and is_symbol(token.text):
        return "s"
    if content(token):
        return "w" if token.stem in VERBS else "c"
    return SHAPES.get(word, SHAPES.get(token.stem, "v" if word in VERBS else "."))


def is_symbol(text: str) -> bool:
    """Whether it is a letter or a label: X, y, x1."""
    return bool(PHRASES["symbol"].fullmatch(text))


def _letters(text: list[Sentence]) -> Iterator[Group]:
    """Letters and labels: X, Y, Z; x1 to x4; machine A, machine B; syrup 1, syrup 2."""
    families: defaultdict[str, dict[Phrase, None]] = defaultdict(dict)
    for sentence in text:
        for position, (before, token) in enumerate(pairwise([Token(""), *sentence.tokens])):
            symbol = token.form == "word" and is_symbol(token.text) and _is_name(sentence.tokens, position)
            if symbol:
                families[key(token)[:-1]].setdefault((key(token),))
            if token.form == "label" or (symbol and content(before)):
                families[before.stem].setdefault((before.stem, key(token)))
    return map(tuple, families.values())


def _phrases(text: list[Sentence]) -> Iterator[Group]:
    """Lists, and what headings, subjects of verbs and words for letters name, one phrase for each letter."""
    found: list[dict[Phrase | str, Phrase]] = [{} for _ in NAMING]
    for sentence in text:
        classes = "".join(map(shape, sentence.tokens))
        for match in (match for match in PHRASES["list"].finditer(classes) if "&" in match[0]):
            runs = [_keys(sentence, run.span()) for run in PHRASES["run"].finditer(classes, *match.span())]
            counted = len(runs) - 1 in [token.number for token in sentence.tokens[: match.start()][-4:]]
            yield from _variants(runs[1:] if counted and len(runs) > 2 else runs)
        for phrases, (_, forms) in zip(found, NAMING, strict=True):
            for match in (match for form in forms for match in form.finditer(classes)):
                phrase = _keys(sentence, *map(match.span, match.groupdict()))
                phrases.setdefault(next(filter(is_symbol, phrase), phrase), phrase)
    for phrases, (votes, _) in zip(found, NAMING, strict=True):
        yield from [*pairwise(phrases.values()), *[tuple(phrases.values())] * votes]


def _keys(sentence: Sentence, *spans: tuple[int, int]) -> Phrase:
    return tuple(key(token) for span in spans for token in sentence.tokens[slice(*span)] if content(token))


def _variants(runs: list[Phrase]) -> Iterable[Group]:
    """The list as read, with fewer words of the first and the last, and without the first."""
    first, *rest = runs
    clipped = (first[-len(rest[0]) :], *rest), (*runs[:-1], rest[-1][: len(first)])
    return dict.fromkeys([tuple(runs), *clipped, tuple(rest)])


def _distinguish(group: Group, lines: list[list[str]], forms: dict[str, str], *, lone: bool) -> Items | None:
    """Keep of each phrase the words that no other shares; None when one has none left.

    With `lone` a last word that is also said by itself (`tests` beside `spit tests`) names the kind, not the item.
    """
    counts = Counter(word for phrase in group for word in set(phrase))
    shared = {word for word, count in counts.items() if count > 1 or word in MEASURES}
    own = [[word for word in phrase if word not in shared] for phrase in group]
    for position, words in enumerate(own):
        if lone and len(words) > 1:
            alone = [word for word in words if _alone({*group[position], *shared}, word, lines)]
            if len(alone) < len(words):
                own[position] = [word for word in words if word not in alone]
                shared.update(alone)
    letters = [any(map(is_symbol, words)) for words in own]
    if not all(own) or any(letters) > all(letters):
        return None
    names = [" ".join(forms.get(word, word) for word in phrase) for phrase in group]
    return tuple(Item(name, frozenset(words), frozenset(shared)) for name, words in zip(names, own, strict=True))


def _alone(phrase: set[str], word: str, lines: list[list[str]]) -> bool:
    """Whether a word is also said apart from its phrase: then it names the kind, not the item."""
    triples = (one for line in lines for one in zip(line, line[1:], line[2:], strict=False))
    return any(one == word and before not in phrase and after not in phrase for before, one, after in triples)
