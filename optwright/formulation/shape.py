"""Inline data to concrete keys: members of sets as tuples, nested lists and mappings as one value per key."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from optwright.formulation.algebra import small
from optwright.formulation.findings import Code
from optwright.formulation.members import Broken, Fault, Members
from optwright.outcome import Key

Given = dict[Key, int | float | str]
"""The values that were given; an index whose value is `null` is not in it."""


def listed_members(listed: Iterable[Any]) -> Members:
    """Return the members of a list. Raises Broken with every bad or doubled member."""
    items: dict[Key, None] = {}
    faults: list[Fault] = []
    for entry in listed:
        item = member_of(entry)
        if item is None:
            faults.append(Fault(Code.SHAPE, f"{entry!r} cannot be a member; members are text or whole numbers"))
        elif item in items:
            faults.append(Fault(Code.DUPLICATE_MEMBER, f"{name_of(item)} is listed twice"))
        else:
            items[item] = None
    faults += uniform(list(items))
    if faults:
        raise Broken(few(faults))
    return Members(list(items), len(next(iter(items), (0,))))


def uniform(items: Sequence[Key]) -> list[Fault]:
    """Return what keeps members from being of one width and one kind."""
    if len({len(item) for item in items}) > 1:
        return [Fault(Code.SHAPE, f"members of {' and '.join(map(str, sorted({len(i) for i in items})))} parts mixed")]
    for position in range(len(items[0]) if items else 0):
        if len({isinstance(item[position], str) for item in items}) > 1:
            return [Fault(Code.SHAPE, "text and numbers are mixed; all members are of one kind")]
    return []


def member_of(entry: Any) -> Key | None:
    """Return one member as a tuple, or None for what cannot be one."""
    parts = entry if isinstance(entry, list | tuple) else (entry,)
    key = tuple(map(part_of, parts))
    return key if key and None not in key else None  # type: ignore[return-value]


def part_of(part: Any) -> int | str | None:
    """Return text or a whole number (2.0 is 2); None for anything else."""
    if isinstance(part, bool):
        return None
    if isinstance(part, float) and part.is_integer():
        return int(part)
    return part if isinstance(part, int | str) else None


def fill(value: Any, sets: Sequence[Members], texts: frozenset[str] = frozenset()) -> Given:
    """Spread an inline value over the index: a number for every key, lists in set order, mappings by member.

    `texts` are the members that may stand as data. Raises Broken with what does not fit.
    """
    filler = _Filler(texts)
    filler.spread(value, list(sets), ())
    if filler.faults:
        raise Broken(few(filler.faults))
    return filler.given


class _Filler:
    def __init__(self, texts: frozenset[str]) -> None:
        self.texts = texts
        self.given: Given = {}
        self.faults: list[Fault] = []

    def spread(self, value: Any, sets: list[Members], key: Key) -> None:
        """Put the value at every key that starts with `key` and goes on through the sets."""
        if value is None:
            return
        if isinstance(value, list | tuple):
            self.spread_list(value, sets, key)
        elif isinstance(value, Mapping):
            self.spread_mapping(value, sets, key)
        elif sets:
            for item in sets[0].items:
                self.spread(value, sets[1:], key + item)
        else:
            try:
                self.given[key] = datum(value, self.texts)
            except Fault as fault:
                place = f"{name_of(key)}: " if key else ""
                self.faults.append(Fault(fault.code, place + fault.message))

    def spread_list(self, values: Sequence[Any], sets: list[Members], key: Key) -> None:
        place = f" at {name_of(key)}" if key else ""
        if not sets:
            self.faults.append(Fault(Code.SHAPE, f"a list{place} where one number belongs: more levels than indices"))
            return
        if len(values) != len(sets[0]):
            of = f"members of {_label(sets[0])}"
            self.faults.append(Fault(Code.SHAPE, f"{len(values)} values for {len(sets[0])} {of}{place}"))
            return
        for item, value in zip(sets[0].items, values, strict=True):
            self.spread(value, sets[1:], key + item)

    def spread_mapping(self, values: Mapping[Any, Any], sets: list[Members], key: Key) -> None:
        if not sets:
            self.faults.append(Fault(Code.SHAPE, "a mapping where one number belongs: more levels than indices"))
            return
        if sets[0].width > 1:
            self.spread_parts(values, sets, key, ())
            return
        texts = {str(item[0]): item for item in sets[0].items}
        for name, value in values.items():
            if (found := texts.get(str(name))) is None:
                self.faults.append(no_member(str(name), texts, sets[0]))
            else:
                self.spread(value, sets[1:], key + found)

    def spread_parts(self, values: Mapping[Any, Any], sets: list[Members], key: Key, prefix: tuple[str, ...]) -> None:
        """Read a mapping nested by the parts of a tuple set's members."""
        texts = {tuple(map(str, item)): item for item in sets[0].items}
        stack = [(prefix, values)]
        while stack:
            head, level = stack.pop()
            for name, value in level.items():
                parts = (*head, str(name))
                if len(parts) == sets[0].width and parts in texts:
                    self.spread(value, sets[1:], key + texts[parts])
                elif len(parts) < sets[0].width and isinstance(value, Mapping):
                    stack.append((parts, value))
                else:
                    self.faults.append(Fault(Code.SURPLUS_DATA, f"key {name_of(parts)} is no member"))


def datum(value: Any, texts: frozenset[str] = frozenset()) -> int | float | str:
    """Return one number, or text that is a member of a set. Raises Fault (SHAPE)."""
    if isinstance(value, str):
        if value in texts:
            return value
        raise Fault(Code.SHAPE, f"{shorten(value)!r} is not a number and not a member of a set")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Fault(Code.SHAPE, f"{shorten(value)!r} is not a number")
    try:
        value = small(value)
    except OverflowError:
        raise Fault(Code.SHAPE, "a number too large to compute with") from None
    if not math.isfinite(value):
        raise Fault(Code.SHAPE, f"{value} is not a finite number")
    return value  # type: ignore[no-any-return]


def shorten(value: Any, most: int = 40) -> Any:
    """Return a value that fits into a message."""
    return value if not isinstance(value, str) or len(value) <= most else value[: most - 3] + "..."


def sparse(rows: Iterable[Sequence[Any]], width: int, texts: frozenset[str]) -> Given:
    """Read `[[key..., value], ...]`. Raises Broken (SHAPE, DUPLICATE_KEY). Keys are not matched to members here."""
    given: Given = {}
    faults: list[Fault] = []
    seen: set[Key] = set()
    for number, row in enumerate(rows, 1):
        key = member_of(row[:-1]) if len(row) > 1 else () if len(row) == 1 else None
        if len(row) != width + 1 or key is None:
            faults.append(Fault(Code.SHAPE, f"row {number}: {len(row)} entries, {width} key parts and a value belong"))
        elif key in seen:
            faults.append(Fault(Code.DUPLICATE_KEY, f"row {number}: {name_of(key)} has a value already"))
        elif row[-1] is not None:
            try:
                given[key] = datum(row[-1], texts)
            except Fault as fault:
                faults.append(Fault(fault.code, f"row {number}: {fault.message}"))
        if key is not None:
            seen.add(key)
    if faults:
        raise Broken(few(faults))
    return given


def matched(given: Given, sets: Sequence[Members], places: Mapping[Key, str] | None = None) -> Given:
    """Return the values under the members that their keys name by text. Raises Broken (SURPLUS_DATA).

    `places` says where a key stands, for messages: `row 3`.
    """
    by_text = [{tuple(map(str, item)): item for item in members.items} for members in sets]
    result: Given = {}
    faults: list[Fault] = []
    for key, value in given.items():
        start = 0
        parts: list[int | str] = []
        for members, texts in zip(sets, by_text, strict=True):
            piece = key[start : start + members.width]
            start += members.width
            item = texts.get(tuple(map(str, piece)))
            if item is None:
                place = f"{places[key]}: " if places else ""
                fault = no_member(_text_of(piece), {_text_of(one): one for one in members.items}, members)
                faults.append(Fault(fault.code, place + fault.message, fault.hint))
                break
            parts.extend(item)
        else:
            result[tuple(parts)] = value
    if faults:
        raise Broken(few(faults))
    return result


def no_member(name: str, texts: Mapping[str, Any], members: Members) -> Fault:
    """Return the finding for a key that is no member, with the nearest that is."""
    close = get_close_matches(name, list(texts)[:2000], n=1)
    guess = f"; did you mean {close[0]!r}?" if close else ""
    return Fault(Code.SURPLUS_DATA, f"key {shorten(name)!r} is no member of {_label(members)}{guess}")


def few(faults: list[Fault], most: int = 5) -> list[Fault]:
    """Return the first faults of each code; the last of them tells how many more there are."""
    kept: list[Fault] = []
    for code in dict.fromkeys(fault.code for fault in faults):
        same = [fault for fault in faults if fault.code is code]
        kept += same[:most]
        if len(same) > most:
            last = kept.pop()
            kept.append(Fault(code, f"{last.message}; and {len(same) - most} more of the kind", last.hint))
    return kept


def name_of(key: Sequence[Any]) -> str:
    """Write a key as the language does: `'B'`, `('B','R2')`, `3`."""
    if len(key) == 1:
        return repr(shorten(key[0])) if isinstance(key[0], str) else str(key[0])
    return f"({','.join(repr(shorten(part)) for part in key)})"


def _text_of(key: Key) -> str:
    return str(key[0]) if len(key) == 1 else name_of(key)


def _label(members: Members) -> str:
    names = [root for root in dict.fromkeys(members.roots) if root]
    return " x ".join(names) if names else "the set"
