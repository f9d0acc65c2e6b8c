"""Sentences to clauses of symbols, the alphabet of the grammar, by the `retag` and `split` rows of patterns.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from optwright.offline.items import Items, mentions
from optwright.offline.lexicon import CLASSES, COUNTED, MARKS, RETAGS, SPLITS, STOP, UNITS, VERBS
from optwright.offline.tokens import Sentence, Token

COMPARE = frozenset("GLQglX")
Named = list[int | None]
"""The item that each token names."""
_AHEAD = re.compile(r"[,&O]*[^|B,&DT]*(?:[DT][^|B]*)?")


@dataclass(slots=True)
class Symbol:
    """One letter of the grammar: `kind` is its class, `words` the stems that it stands for."""

    kind: str
    text: str
    words: tuple[str, ...] = ()
    item: int = -1
    value: float = 0.0
    money: bool = False
    used: bool = False


@dataclass(slots=True)
class Clause:
    """A run of symbols with at most one comparison; `quote` is the sentence."""

    symbols: list[Symbol]
    quote: str
    sentence: int
    subject: tuple[int, ...] = ()
    """Items of the clause before it in the sentence, for what goes without saying."""

    @property
    def kinds(self) -> str:
        """The classes as one string."""
        return kinds_of(self.symbols)

    def items(self) -> list[int]:
        """Return the mentioned items in order, each once."""
        return list(dict.fromkeys(symbol.item for symbol in self.symbols if symbol.kind == "I"))

    def numbers(self) -> list[Symbol]:
        """Return the number symbols in order: plain, percent, multiplier."""
        return [symbol for symbol in self.symbols if symbol.kind in "NPM"]


def clauses(sentence: Sentence, items: Items, *, index: int) -> list[Clause]:
    """Split a sentence into clauses, at most one comparison each; every clause knows the items before it."""
    result: list[Clause] = []
    subject: tuple[int, ...] = ()
    mark: Symbol | None = None
    for part, chained in _split(_retagged(_asides(_symbols(sentence.tokens, items)))):
        compared = next((symbol for symbol in part if symbol.kind in COMPARE), None)
        mark = compared or (mark if chained and re.fullmatch("[^NVHn]*N[^N]*", kinds_of(part)) else None)
        clause = Clause(part if compared or mark is None else [mark, *part], sentence.text, index, subject)
        result.append(clause)
        subject = tuple(clause.items()) or subject
    return result


def kinds_of(symbols: Sequence[Symbol]) -> str:
    """Return the classes as one string."""
    return "".join(symbol.kind for symbol in symbols)


def _symbols(tokens: list[Token], items: Items) -> list[Symbol]:
    named = mentions(tokens, items)
    marks = _marks(tokens, named)
    result: list[Symbol] = []
    position = 0
    while position < len(tokens):
        token, end = tokens[position], position + 1
        if named[position] is not None:
            end = _mention(tokens, named, position, items[0].heads, result)
        elif token.number is not None:
            kind = _number(tokens, position, result, len(items))
            result.append(Symbol(kind, token.text, value=token.number, money=token.money))
        elif position in marks:
            kind, end, text = marks[position]
            result.append(Symbol(kind, text, tuple(one.stem for one in tokens[position:end])))
        elif token.form != "mark":
            _word(token, result)
        position = end
    return result


def _word(token: Token, result: list[Symbol]) -> None:
    """Append a word; a letter or label belongs to the word before it: machine A, oil 1."""
    word, before = token.text.lower(), result[-1] if result else Symbol("", "")
    if (token.form == "label" or len(word) == 1) and before.kind in set("W.") and before.words:
        result[-1] = Symbol("W", f"{before.text} {token.text}", (f"{word}-{before.words[0]}",))
    elif token.form == "word":
        kind = "V" if word in VERBS and before.kind not in set("dN") else "." if word in STOP else "W"
        result.append(Symbol(kind, word, (token.stem,)))


def _number(tokens: list[Token], position: int, before: list[Symbol], count: int) -> str:
    """Return the class of a number; one that only counts the items (`two types of`) or is an article says nothing."""
    token = tokens[position]
    after = tokens[position + 1].text.lower() if position + 1 < len(tokens) else ""
    lead = before[-1] if before else Symbol("", "")
    counts = token.number == count and (after in COUNTED or "I" not in kinds_of(before))
    article = token.form == "soft" and token.number == 1
    pronoun = lead.text in {"first", "last", "all", "both", "these", "those"}
    word = token.form in {"number", "soft"} and token.text.isalpha() and after.rstrip("s") not in UNITS
    if word and (counts or article or pronoun) and lead.kind not in set("GLQglXme"):
        return "."
    return {"percent": "P", "times": "M" if (token.number or 0) >= 1 else "h"}.get(token.form, "N")


def _mention(tokens: list[Token], named: Named, position: int, heads: frozenset[str], result: list[Symbol]) -> int:
    """Append one mention: neighbouring words of the same item and the shared head words around it."""
    item, end = named[position], position + 1
    assert item is not None
    while result and result[-1].kind == "W" and result[-1].words[0] in heads:
        result.pop()
    while end < len(tokens) and (named[end] == item or (named[end] is None and tokens[end].stem in heads)):
        end += 1
    if not (result and result[-1].kind == "I" and result[-1].item == item):
        text = " ".join(token.text for token in tokens[position:end])
        result.append(Symbol("I", text, tuple(token.stem for token in tokens[position:end]), item))
    return end


def pieces(tokens: list[Token], named: Named) -> str:
    """Return the words with `#` for a number, `*` for a multiplier and `@` for an item, for marks and patterns."""
    return " ".join(
        "*" if token.form == "times" else "#" if token.number is not None else "@" if name is not None else token.text
        for token, name in zip(tokens, named, strict=True)
    )


def _marks(tokens: list[Token], named: Named) -> dict[int, tuple[str, int, str]]:
    """Return the marks by first token: class, token after the last, text."""
    line = f"{pieces(tokens, named)} "
    starts = {0: 0} | {match.end(): at for at, match in enumerate(re.finditer(" ", line), 1)}
    return {
        starts[match.start()]: (CLASSES[match.lastgroup or ""], starts[match.end() + 1], match[0].lower())
        for match in MARKS.finditer(line)
    }


def _asides(line: list[Symbol]) -> list[Symbol]:
    """Drop what stands in parentheses without a number, but keep items there where nothing before names any."""
    result: list[Symbol] = []
    done = 0
    kinds = kinds_of(line)
    for match in re.finditer(r"\(([^()]{1,30})\)", kinds):
        start, end = match.span()
        result.extend(line[done:start])
        done = end
        before = re.split(r"[|B&,+GLQglX-]", kinds[max(0, start - 12) : start])[-1]
        inside = line[start + 1 : end - 1]
        formula = "I" in match[1] and re.search("[+M]", match[1])
        if not formula and re.search("[NPMh]", match[1]):
            inside = line[start:end]
        elif not formula:
            inside = [symbol for symbol in inside if symbol.kind in "I&,O" and "I" not in before]
        result.extend(inside)
    return [*result, *line[done:]]


def _retagged(line: list[Symbol]) -> list[Symbol]:
    """Give symbols the class that their neighbours make of them; brackets left over are hard breaks."""
    for when, form, to in RETAGS:
        kinds = kinds_of(line)
        for match in form.finditer(kinds) if when.search(kinds) else ():
            line[match.start(1)].kind = to
    return line


def _split(line: list[Symbol]) -> list[tuple[list[Symbol], bool]]:
    """Return the parts of a line, each with whether it goes on with the clause before it."""
    kinds = kinds_of(line)
    parts: list[tuple[list[Symbol], bool]] = [([], False)]
    before = ""
    for position, symbol in enumerate(line):
        hard = symbol.kind in "|B()"
        soft = symbol.kind in ",&" or kinds[position : position + 2] == "ON"
        if hard or (soft and _ends(before, kinds[position:])):
            parts.append(([], not hard))
            before = symbol.kind if hard else f"{before}/"
        else:
            parts[-1][0].append(symbol)
            before += symbol.kind
    return [part for part in parts if part[0]]


def _ends(before: str, kinds: str) -> bool:
    """Whether the first of these marks ends the clause whose classes stand before it."""
    rest = re.split(r"[|B]", kinds[1:], maxsplit=1)[0]
    line = _AHEAD.sub(rf"{before}!{kinds[0]}\g<0>;", rest, count=1)
    return any(form.search(line) for form in SPLITS)
