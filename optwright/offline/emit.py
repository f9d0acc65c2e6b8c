"""A candidate reading as a Formulation: the five elements with the words that each comes from."""

from __future__ import annotations

import keyword
import re
from fractions import Fraction
from typing import Any

from optwright.formulation.elements import Domain, Formulation
from optwright.offline.candidate import Candidate
from optwright.offline.lexicon import OPTIONAL, PATTERNS
from optwright.offline.patterns import TOTAL, Relation
from optwright.offline.quantities import Column

_ALL = "sum(amount[i] for i in ITEMS)"


def filled(part: Any, data: dict[str, Any]) -> Any:
    """Return a template with data in the place of its names: `@sources`."""
    if isinstance(part, dict):
        return {name: filled(value, data) for name, value in part.items()}
    if isinstance(part, list):
        return [filled(one, data) for one in part]
    whole = data.get(part)
    return re.sub("@few|@many", lambda match: data[match[0]], part) if whole is None else whole


def formulate(candidate: Candidate) -> Formulation:
    """Return the formulation of a reading that has an objective. Names are unique and no Python keywords."""
    if candidate.ready is not None:
        return candidate.ready
    used = {"ITEMS", "amount", "objective", "i"}
    names = {id(column): _unique(column.quantity.label or "rate", used) for column in candidate.columns}
    parameters = [
        {
            "name": names[id(column)],
            "index": ["ITEMS"],
            "value": [plain(column.values.get(position, 0.0)) for position in range(len(candidate.items))],
            "quote": " / ".join(dict.fromkeys(clause.quote for clause in column.clauses)),
        }
        for column in candidate.columns
    ]
    goal = _sum(candidate.goal, names) + (f" - {_sum(candidate.minus, names)}" if candidate.minus else "")
    sign = "+" if candidate.sense == "minimize" else "-"
    charges = (names[id(column)] for column in candidate.columns if column.quantity.once)
    goal += "".join(f" {sign} sum({charge}[i]*(amount[i] > 0) for i in ITEMS)" for charge in charges)
    data = {
        "@items": [item.name for item in candidate.items],
        "@parameters": parameters,
        "@domain": candidate.domain,
        "@sense": candidate.sense,
        "@goal": goal,
        "@quote": candidate.goal_quote,
        "@constraints": [_relation(relation, candidate, names, used) for relation in candidate.relations],
    }
    return Formulation.model_validate(filled(PATTERNS["mix"], data))


def _sum(column: Column | None, names: dict[int, str]) -> str:
    return _ALL if column is None else f"sum({names[id(column)]}[i]*amount[i] for i in ITEMS)"


def _relation(relation: Relation, candidate: Candidate, names: dict[int, str], used: set[str]) -> dict[str, str]:
    """Return `left op right` without minus signs; a strict comparison stays one between whole numbers."""
    terms, column = relation.terms, relation.column
    left = _terms({item: value for item, value in terms.items() if value > 0}, candidate)
    left = left or ("0" if column is None else _sum(column, names))
    right = _terms({item: -value for item, value in terms.items() if value < 0}, candidate)
    whole = all(value == int(value) for value in (*terms.values(), relation.rhs)) and column is None
    op = relation.op if whole and candidate.domain is not Domain.NON_NEGATIVE_REALS else relation.op[0] + "="
    parts = [right] * bool(right) + [number(relation.rhs)] * bool(relation.rhs or not right)
    text = f"{left} {op} {' + '.join(parts)}".replace("+ -", "- ")
    if len(terms) == 1 and op == ">=" and TOTAL not in terms and OPTIONAL.search(relation.clause.quote):
        text = f"{left} == 0 or {text}"
    named = "_".join(candidate.items[item].name for item in terms if item != TOTAL)
    name = _unique(f"rule_{named}" if named else f"{names.get(id(column), 'total')}_limit", used)
    return {"name": name, "expression": text, "quote": relation.clause.quote}


def _terms(terms: dict[int, float], candidate: Candidate) -> str:
    names = {item: _ALL if item == TOTAL else f"amount[{candidate.items[item].name!r}]" for item in terms}
    return " + ".join(names[item] if value == 1 else f"{number(value)}*{names[item]}" for item, value in terms.items())


def number(value: float) -> str:
    """Write a number as a person would: whole ones without a point, thirds as fractions."""
    near = Fraction(value).limit_denominator(100)
    third = len(repr(value)) > 12 and near.denominator > 1 and abs(float(near) - value) < 1e-12
    return f"({near})" if third else repr(plain(value))


def plain(value: float) -> int | float:
    """Return a whole number as one."""
    return int(value) if value == int(value) and abs(value) < 1e15 else round(value, 10)


def _unique(text: str, used: set[str]) -> str:
    """Return a name like the text that is not used yet, and use it."""
    base = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40] or "rate"
    base = f"n_{base}" if base[0].isdigit() or keyword.iskeyword(base) else base
    numbered = (f"{base}_{count}" for count in range(2, len(used) + 3))
    name = next(name for name in (base, *numbered) if name not in used)
    used.add(name)
    return name
