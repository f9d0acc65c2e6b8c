"""What one clause says: attributes of items, relations of items, or a limit whose quantity is found later."""

from __future__ import annotations

import re

from optwright.offline import lexicon
from optwright.offline.attributes import Attribute, attributes, counting
from optwright.offline.candidate import Candidate
from optwright.offline.clauses import COMPARE, Clause, Symbol
from optwright.offline.relations import Relation, every, intervals, relations


def file(clause: Clause, candidate: Candidate, stated: list[Attribute], waiting: list[Relation], inherit: str) -> str:
    """File what one clause says; returns the comparison that a following fragment goes on with."""
    kinds = clause.kinds()
    count = len(candidate.items)
    if ranged := intervals(clause):
        candidate.relations.extend(ranged)
        return ""
    if any(symbol.text in lexicon.WISHES for symbol in clause.symbols) and not any(kind in "NPM" for kind in kinds):
        return ""
    if any(kind in COMPARE for kind in kinds):
        found = relations(clause)
        if found is None or any(not relation.terms and relation.number is None for relation in found):
            if any(symbol.kind in "NPMgl" for symbol in clause.symbols) or clause.items():
                candidate.trouble.append(f"not understood: {words_of(clause)}")
            return ""
        for relation in found:
            pronoun = any(symbol.text in {"it", "its"} for symbol in clause.symbols[:3])
            if not relation.terms and clause.subject and pronoun:
                relation.terms = {clause.subject[-1]: 1.0}
            (candidate.relations if relation.terms else waiting).append(relation)
            if relation.difference and relation.op == "<=" and sorted(relation.terms.values()) == [-1.0, 1.0]:
                candidate.relations.append(
                    Relation({item: -value for item, value in relation.terms.items()}, "<=", relation.rhs, clause)
                )
        return found[0].op if found else ""
    if not any(kind in "NPM" for kind in kinds):
        return inherit
    numbers = [symbol for symbol in clause.symbols if symbol.kind == "N" and not counting(clause, symbol, count)]
    if inherit and len(numbers) == 1 and "V" not in kinds.split("N")[0]:
        names = list(dict.fromkeys(clause.items()))
        terms = {names[0]: 1.0} if len(names) == 1 else {}
        (candidate.relations if terms else waiting).append(
            Relation(terms, inherit, numbers[0].value, clause, numbers[0], [numbers[0]])
        )
        return inherit
    names = list(dict.fromkeys(clause.items()))
    if inherit and len(names) == len(numbers) == 1 and any(symbol.text == "it" for symbol in clause.symbols):
        candidate.relations.append(Relation({names[0]: 1.0}, inherit, numbers[0].value, clause, numbers[0], numbers))
        return inherit
    if found := relations(clause):
        candidate.relations.extend(found)
        return ""
    limits = _resources(clause, numbers, count)
    if limits:
        waiting.extend(limits)
        return ""
    stated.extend(attributes(clause, count))
    return ""


def _resources(clause: Clause, numbers: list[Symbol], count: int) -> list[Relation]:
    """Limits without a word of comparison: `has 50 acres available`, `needs 200 hours`."""
    line = clause.symbols
    kinds = clause.kinds()
    has = any(symbol.text in {"has", "have", "there", "only", "with", "got", "can", "holds", "open"} for symbol in line)
    names = set(clause.items())
    words = {symbol.text for symbol in line}
    if (
        len(numbers) == 1
        and words & lexicon.SPLIT
        and words & {"among", "between", "across"}
        and (not names or len(names) == count)
    ):
        return [Relation({}, "==", numbers[0].value, clause, numbers[0], numbers, total=True)]
    if (
        every(clause)
        and re.search(r"(?:both|each|every)\b.{0,60}\b(?:requires?|needs?)\b", " ".join(symbol.text for symbol in line))
        and "A" not in kinds
    ):
        return []
    if "R" in kinds or (names and (any(symbol.text == "each" for symbol in line))):
        return []
    supply = ("A" in kinds or has) and "N" in kinds.split("I")[0] and len(names) > len(numbers)
    if (
        names
        and not _grounds(line, names, count)
        and not ("A" in kinds and has)
        and not supply
        and not ("n" in kinds and len(numbers) == 1 and len(names) != 1)
    ):
        return []
    found = []
    for number in numbers:
        op = _direction(line, next(position for position, symbol in enumerate(line) if symbol is number), has=has)
        found.append(
            Relation(
                {},
                op or "?",
                number.value,
                clause,
                number,
                [number],
                doubt=0.1,
                each=every(clause) and not any(symbol.kind == "T" for symbol in line),
            )
        )
    if any(relation.op == "?" for relation in found) and (names or clause.subject):
        return found if _grounds(line, names, count) else []
    return found


def _grounds(line: list[Symbol], names: set[int], count: int) -> bool:
    """Whether items are said to be on a limited area: `grows wheat and rye on 90 acres`."""
    lead = next((position for position, symbol in enumerate(line) if symbol.kind == "N"), 0)
    return len(names) == count and lead > 0 and line[lead - 1].text == "on"


def _direction(line: list[Symbol], at: int, *, has: bool) -> str:
    """What an unmarked amount means: what is available is an upper limit, what is needed a lower one."""
    for symbol in line[at + 1 :]:
        if symbol.kind in "N&":
            break
        if symbol.kind == "A" and symbol.text not in {"availability", "capacity"}:
            return "<="
    for symbol in reversed(line[:at]):
        if symbol.kind in "nA" and symbol.text not in {"should"}:
            return "<=" if symbol.kind == "A" else ">="
    if has or any(symbol.kind == "A" for symbol in line):
        return "<="
    return ""


def words_of(clause: Clause) -> str:
    """Return the clause as words, for messages."""
    return " ".join(symbol.text for symbol in clause.symbols)[:120]
