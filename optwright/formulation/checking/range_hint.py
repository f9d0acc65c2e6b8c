"""What to write instead of an index that leaves its set."""

from __future__ import annotations

from difflib import get_close_matches

from optwright.formulation.data import Data
from optwright.formulation.expression import parse_target_index
from optwright.formulation.members import Fault, Members, OutOfRange
from optwright.formulation.nodes import Add, Item, Name, Negate, Node, Number, walk
from optwright.formulation.row import Row
from optwright.formulation.unparse import unparse


def range_hint(data: Data, error: OutOfRange, node: Node, row: Row) -> str | None:
    """Return text to copy: a guarded lag, a membership test, or the member that was meant."""
    items = [part for part in walk(node) if isinstance(part, Item) and part.base == error.name]
    if not items:
        return None
    try:
        sets = index_sets(data, error.name)
    except Fault:
        return None
    if len(sets) == 1 and sets[0][1].width > 1:
        return _sparse(items[0], sets[0][0])
    for item in items:
        for part, (name, members) in zip(item.index, sets, strict=False):
            if (guard := _guard(part, name, members, row)) is not None:
                return f"({_compact(unparse(item))} if {guard} else 0)"
    for entry, (_, members) in zip(error.key, sets, strict=False):
        if (entry,) not in members:
            close = get_close_matches(str(entry), [str(item[0]) for item in members.items[:2000]], n=1)
            if close:
                return repr(close[0]) if isinstance(entry, str) else close[0]
    if (keys := next((spec.name for spec in data.formulation.sets if spec.keys_of == error.name), None)) is not None:
        return _sparse(items[0], keys)
    return None


def index_sets(data: Data, name: str) -> list[tuple[str, Members]]:
    """Return the sets that index a parameter or variable; none for an expression. Raises Fault."""
    entries = getattr(data.elements.get(name), "index", ())
    names = [parse_target_index(entry)[1] for entry in entries]
    return [(one, data.members(one)) for one in names]


def _guard(part: Node, name: str, members: Members, row: Row) -> str | None:
    """Return the condition under which a shifted index exists: `t > first(T)`, `t + 1 in T`."""
    if not isinstance(part, Add) or members.width > 1:
        return None
    base, *shifts = part.terms
    if len(shifts) == 1 and isinstance(base, Name) and base.id in row.names:
        shift = shifts[0]
        if isinstance(shift, Number) and shift.value == -1:
            return f"{base.id} > first({name})"
        if isinstance(shift, Number) and shift.value == 1:
            return f"{base.id} < last({name})"
        if isinstance(shift, Negate) and isinstance(shift.operand, Number) and shift.operand.value == 1:
            return f"{base.id} > first({name})"
    return f"{_compact(unparse(part))} in {name}"


def _compact(text: str) -> str:
    """Write a lag as one does: `stock[t-1]`."""
    return text.replace(" - ", "-").replace(" + ", "+")


def _sparse(item: Item, name: str) -> str:
    inner = ", ".join(unparse(part) for part in item.index)
    inner = f"({inner})" if len(item.index) > 1 else inner
    return f"if {inner} in {name}"
