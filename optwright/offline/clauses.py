"""Sentences to clauses of symbols: items, numbers, marks and words, the alphabet of the grammar."""

from __future__ import annotations

from dataclasses import dataclass

from optwright.offline.items import Items, mentions
from optwright.offline.lexicon import MARK_RULES, STOP, UNITS, VERBS
from optwright.offline.tokens import Sentence, Token

COMPARE = frozenset("GLQglX")


@dataclass(slots=True)
class Symbol:
    """One letter of the grammar: I item, N number, P percent, M multiplier, V verb, W word, or a mark's class."""

    kind: str
    text: str
    item: int = -1
    value: float = 0.0
    token: Token | None = None
    words: tuple[str, ...] = ()
    """Stems that it stands for."""
    used: bool = False


@dataclass(slots=True)
class Clause:
    """A run of symbols with at most one comparison; `quote` is the sentence."""

    symbols: list[Symbol]
    quote: str
    sentence: int
    subject: tuple[int, ...] = ()
    """Items of the clause before it in the sentence, for what goes without saying."""
    inherited: str = ""
    """The comparison of the clause before it, where this one goes on with it (`at least 5 A and 3 B`)."""

    def kinds(self) -> str:
        """Return the classes as one string."""
        return "".join(symbol.kind for symbol in self.symbols)

    def items(self) -> list[int]:
        """Return the mentioned items in order, repeats kept."""
        return [symbol.item for symbol in self.symbols if symbol.kind == "I"]

    def numbers(self) -> list[Symbol]:
        """Return number symbols (plain, percent, multiplier) in order."""
        return [symbol for symbol in self.symbols if symbol.kind in "NPM"]


def symbols(sentence: Sentence, items: Items) -> list[Symbol]:
    """Return the sentence as symbols."""
    tokens = sentence.tokens
    named = mentions(tokens, items)
    marks = _marks(tokens, named)
    heads = items[0].heads
    result: list[Symbol] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if named[position] is not None:
            position = _mention(tokens, named, position, heads, result)
            continue
        if (
            result
            and result[-1].kind in "W."
            and (token.form == "label" or (len(token.text) == 1 and token.text.isupper() and token.text != "I"))
        ):
            before = result[-1]
            result[-1] = Symbol(
                "W", f"{before.text} {token.text}", words=(f"{before.words[0]}{token.text}",), token=token
            )
        elif (
            token.form == "soft"
            and token.number == 1
            and result
            and result[-1].kind in "IW"
            and not (position + 1 < len(tokens) and tokens[position + 1].stem in UNITS)
        ):
            result.append(Symbol(".", "one"))
        elif (
            token.number is not None
            and token.text.isalpha()
            and result
            and result[-1].text in {"first", "last", "all", "both", "these", "those"}
        ):
            result.append(Symbol(".", token.text))
        elif token.number is not None:
            kind = {"percent": "P", "times": "M"}.get(token.form, "N")
            result.append(Symbol(kind, token.text, value=token.number, token=token))
        elif position in marks:
            kind, end, text = marks[position]
            result.append(Symbol(kind, text, words=tuple(t.stem for t in tokens[position:end])))
            position = end
            continue
        elif token.form == "word":
            word = token.text.lower()
            noun = position > 0 and (
                tokens[position - 1].text.lower() == "of" or tokens[position - 1].number is not None
            )
            kind = "<" if word == "from" else "V" if word in VERBS and not noun else "." if word in STOP else "W"
            result.append(Symbol(kind, word, words=(token.stem,), token=token))
        position += 1
    return _asides(_modifiers(result))


def _asides(line: list[Symbol]) -> list[Symbol]:
    """Drop what stands in parentheses without a number, but keep items there when nothing else names any."""
    result: list[Symbol] = []
    position = 0
    while position < len(line):
        end = (
            next((k for k in range(position + 1, min(len(line), position + 30)) if line[k].text == ")"), None)
            if line[position].text == "("
            else None
        )
        inner = "".join(symbol.kind for symbol in line[position + 1 : end]) if end else ""
        if inner in {"N.N", "N-N"}:
            result.extend([Symbol(".", "["), *line[position + 1 : end]])
            position = (end or position) + 1
            continue
        if end and "I" in inner and ("+" in inner or "M" in inner):
            result.extend(line[position + 1 : end])
            position = end + 1
            continue
        if end is None or any(kind in "NPM" for kind in inner):
            result.append(line[position])
            position += 1
            continue
        before = result[-12:]
        start = max(
            (k + 1 for k, symbol in enumerate(before) if symbol.kind in "|B&+-" or symbol.kind in COMPARE), default=0
        )
        inside = [symbol for symbol in line[position + 1 : end] if symbol.kind in "I&O+"]
        if not any(symbol.kind == "I" for symbol in before[start:]) and any(symbol.kind == "I" for symbol in inside):
            result.extend(inside)
        position = end + 1
    return result


def _modifiers(line: list[Symbol]) -> list[Symbol]:
    """An item's word inside a quantity is a word: the mango in `4 units of mango juice`."""
    for position in range(3, len(line) - 1):
        if (
            line[position].kind == "I"
            and line[position - 1].text == "of"
            and line[position + 1].kind == "W"
            and "N" in (line[position - 3].kind, line[position - 2].kind)
        ):
            line[position].kind = "W"
    compares = any(symbol.kind in COMPARE or symbol.kind in "mft" for symbol in line)
    own = any(symbol.text in {"has", "have", "there"} for symbol in line) and not compares
    after = [
        position
        for position, symbol in enumerate(line)
        if symbol.kind == "I" and position and line[position - 1].kind == "N"
    ]
    for position in after:
        again = any(one.kind == "I" and one.item == line[position].item for one in line[:position]) and not any(
            one.kind in COMPARE for one in line
        )
        if again or (own and len(after) == sum(symbol.kind == "I" for symbol in line)):
            line[position].kind = "W"
    return line


def _mention(
    tokens: list[Token], named: list[int | None], position: int, heads: frozenset[str], result: list[Symbol]
) -> int:
    """Append one mention: neighbouring words of the same item and the shared head words around it."""
    item = named[position]
    assert item is not None
    while result and result[-1].kind == "W" and result[-1].words[0] in heads:
        result.pop()
    end = position + 1
    while end < len(tokens) and (named[end] == item or (named[end] is None and tokens[end].stem in heads)):
        end += 1
    text = " ".join(token.text for token in tokens[position:end])
    previous = result[-1] if result else None
    if not (previous and previous.kind == "I" and previous.item == item):
        result.append(Symbol("I", text, item=item, words=tuple(token.stem for token in tokens[position:end])))
    return end


def _marks(tokens: list[Token], named: list[int | None]) -> dict[int, tuple[str, int, str]]:
    """Return the marks by first token: class, token after the last, text. Earlier rules claim first."""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    pieces: list[str] = []
    length = 0
    for position, token in enumerate(tokens):
        piece = "#" if token.number is not None else "@" if named[position] is not None else token.text
        starts[length], ends[length + len(piece)] = position, position + 1
        pieces.append(piece)
        length += len(piece) + 1
    line = " ".join(pieces)
    taken = [False] * len(tokens)
    found: dict[int, tuple[str, int, str]] = {}
    for cls, rule in MARK_RULES:
        for match in rule.finditer(line):
            first, last = starts.get(match.start()), ends.get(match.end())
            if first is None or last is None or any(taken[first:last]):
                continue
            taken[first:last] = [True] * (last - first)
            found[first] = (cls, last, match[0].lower())
    return found


def clauses(sentence: Sentence, items: Items, *, index: int) -> list[Clause]:
    """Split a sentence into clauses, at most one comparison each; every clause knows the items before it."""
    parts = [part for part in _split(_comparatives(symbols(sentence, items))) if part]
    result: list[Clause] = []
    subject: tuple[int, ...] = ()
    for part in parts:
        clause = Clause(part, sentence.text, index, subject)
        result.append(clause)
        if mentioned := tuple(dict.fromkeys(clause.items())):
            subject = mentioned
    return result


def _comparatives(line: list[Symbol]) -> list[Symbol]:
    """Turn `more ... than` into a comparison, unless a number before it makes it an offset (`10 more than`)."""
    for position, symbol in enumerate(line):
        if symbol.text == "-" and (
            position == 0 or line[position - 1].kind in "|&" or not any(one.kind == "I" for one in line[:position])
        ):
            symbol.kind = "|"
        if symbol.kind == "b" and not any(one.kind in "NMGLQm" for one in line[position + 1 : position + 3]):
            symbol.kind = "."
        if symbol.kind not in "mf":
            continue
        before = [one.kind for one in line[max(0, position - 4) : position] if one.kind not in ".VE"]
        after = "".join(one.kind for one in line[position + 1 : position + 14])
        offset = before[-1:] in (["N"], ["M"], ["P"]) or before[-2:] == ["N", "W"]
        comma = next((k for k, one in enumerate(line[position + 1 : position + 14]) if one.text == ","), len(after))
        stop = min((after.find(mark) for mark in "B|GLQX" if mark in after), default=len(after))
        stop = min(stop, comma)
        if not offset and "t" in after[:stop]:
            symbol.kind = "g" if symbol.kind == "m" else "l"
        elif not offset:
            symbol.kind = "."
    return line


def _split(line: list[Symbol]) -> list[list[Symbol]]:
    parts: list[list[Symbol]] = [[]]
    chain = reason = False
    for position, symbol in enumerate(line):
        if symbol.text == ":" and parts[-1] and all(one.kind in "W.EVAn" for one in parts[-1]) and position < 6:
            continue
        if symbol.text in {"[", ":"} and "".join(one.kind for one in line[position + 1 : position + 4]) in {
            "N&N",
            "N.N",
            "N-N",
        }:
            parts[-1].append(symbol)
        elif symbol.kind in "|B":
            parts.append([])
            chain, reason = False, symbol.kind == "B" or symbol.text == "as"
        elif (
            symbol.kind == "&"
            or (symbol.kind == "O" and line[position + 1 : position + 2] and line[position + 1].kind == "N")
        ) and _breaks(parts[-1], line, position, chain=chain, reason=reason):
            chain = chain or any(one.kind in COMPARE for one in parts[-1])
            parts.append([])
            reason = False
        else:
            parts[-1].append(symbol)
    return parts


def _breaks(left: list[Symbol], line: list[Symbol], position: int, *, chain: bool, reason: bool) -> bool:
    """Whether a comma or `and` ends a clause: what stands before is complete and what follows stands alone.

    `chain`: the clause goes on with a list after a comparison; `reason`: it began with because, since, if or the like.
    """
    right: list[str] = []
    for symbol in line[position + 1 :]:
        if symbol.kind in "|B" or (symbol.kind == "&" and right and not ("D" in right or "T" in right)):
            break
        right.append(symbol.kind)
    kinds = "".join(symbol.kind for symbol in left)
    ahead = "".join(right)
    compared = chain or any(kind in COMPARE for kind in kinds)
    number = any(kind in "NPM" for kind in kinds)
    said = [symbol.text for symbol in line[position + 1 : position + 4]]
    owns = "A" in ahead or "there" in said or bool({"has", "have"} & set(said[1:]))
    if number and "I" in kinds and owns and "N" in ahead and "I" not in ahead and not compared:
        return True
    listing = (
        bool(left)
        and left[-1].kind == "I"
        and next((symbol.kind for symbol in line[position + 1 :] if symbol.kind not in "&.W"), "") == "I"
    )
    if (
        line[position].text == ","
        and not listing
        and ("V" in kinds or (reason and any(kind in COMPARE for kind in ahead)))
        and not number
        and not compared
        and not any(kind in "TD+-F" for kind in kinds)
    ):
        return True
    if any(kind in COMPARE for kind in ahead):
        start = next(place for place, kind in enumerate(ahead) if kind in COMPARE)
        own = "I" not in ahead[:start] and (start == 0 or any(kind in "Vn" for kind in ahead[:start]))
        if own and any(kind in "Vn" for kind in kinds) and not any(kind in "D+-F" for kind in kinds):
            return True
        if compared:
            return number or kinds.count("I") > 1
        return (
            (number or "A" in kinds)
            and not any(kind in "TD+-F" for kind in kinds)
            and ("V" in kinds or "n" in kinds or "A" in kinds)
        )
    listed = next((symbol.kind for symbol in line[position:] if symbol.kind in "|BR"), "") == "R"
    if compared and not listed:
        return number and ("N" in ahead or "P" in ahead) and not ahead.lstrip(".").startswith("I")
    return False
