"""A candidate reading as a Formulation: the five elements with the words that each comes from."""

from __future__ import annotations

import keyword
import re
from fractions import Fraction

from optwright.formulation.elements import Domain, Formulation
from optwright.offline.candidate import Candidate, Limit
from optwright.offline.patterns import TOTAL, Relation
from optwright.offline.quantities import Column

VARIABLE = "amount"
_ALL = f"sum({VARIABLE}[i] for i in ITEMS)"


def formulate(candidate: Candidate) -> Formulation:
    """Return the formulation of a reading that has an objective. Names are unique and no Python keywords."""
    if candidate.ready is not None:
        return candidate.ready
    used = {"ITEMS", VARIABLE, "objective", "i"}
    names = {id(column): _unique(column.quantity.label or "rate", used) for column in candidate.columns}
    members = [item.name for item in candidate.items]
    parameters = [
        {
            "name": names[id(column)],
            "index": ["ITEMS"],
            "value": [plain(column.values.get(position, 0.0)) for position in range(len(members))],
            "quote": " / ".join(dict.fromkeys(clause.quote for clause in column.clauses)),
        }
        for column in candidate.columns
    ]
    goal = _sum(candidate.goal, names) + (f" - {_sum(candidate.minus, names)}" if candidate.minus else "")
    for column in (column for column in candidate.columns if column.quantity.once):
        sign = "+" if candidate.sense == "minimize" else "-"
        goal += f" {sign} sum({names[id(column)]}[i]*({VARIABLE}[i] > 0) for i in ITEMS)"
    constraints = [_limit(limit, names, used) for limit in candidate.limits]
    constraints += [_relation(relation, candidate, used) for relation in candidate.relations]
    return Formulation.model_validate(
        {
            "name": "problem",
            "sets": [{"name": "ITEMS", "members": members, "description": "what is decided upon"}],
            "parameters": parameters,
            "variables": [
                {
                    "name": VARIABLE,
                    "index": ["ITEMS"],
                    "domain": candidate.domain,
                    "description": "how much or how many of each",
                }
            ],
            "objective": {"sense": candidate.sense, "expression": goal, "quote": candidate.goal_quote},
            "constraints": constraints,
        }
    )


def _sum(column: Column | None, names: dict[int, str]) -> str:
    return _ALL if column is None else f"sum({names[id(column)]}[i]*{VARIABLE}[i] for i in ITEMS)"


def _limit(limit: Limit, names: dict[int, str], used: set[str]) -> dict[str, str]:
    base = names[id(limit.column)] if limit.column is not None else "total"
    text = f"{_sum(limit.column, names)} {_closed(limit.op)} {number(limit.rhs)}"
    return {"name": _unique(f"{base}_limit", used), "expression": text, "quote": limit.clause.quote}


def _relation(relation: Relation, candidate: Candidate, used: set[str]) -> dict[str, str]:
    """Return `left op right` without minus signs; a strict comparison stays one between whole numbers."""
    left = {item: value for item, value in relation.terms.items() if value > 0}
    right = {item: -value for item, value in relation.terms.items() if value < 0}
    whole = all(value == int(value) for value in (*relation.terms.values(), relation.rhs))
    op = relation.op if whole and candidate.domain is not Domain.NON_NEGATIVE_REALS else _closed(relation.op)
    parts = [_terms(right, candidate)] if right else []
    parts += [number(relation.rhs)] if relation.rhs or not right else []
    text = f"{_terms(left, candidate) or '0'} {op} {' + '.join(parts)}".replace("+ -", "- ")
    if relation.optional:
        text = f"{_terms(left, candidate)} == 0 or {text}"
    name = "_".join(candidate.items[item].name for item in left if item != TOTAL)
    return {"name": _unique(f"rule_{name}", used), "expression": text, "quote": relation.clause.quote}


def _closed(op: str) -> str:
    return {"<": "<=", ">": ">="}.get(op, op)


def _terms(terms: dict[int, float], candidate: Candidate) -> str:
    names = {item: _ALL if item == TOTAL else f"{VARIABLE}[{candidate.items[item].name!r}]" for item in terms}
    return " + ".join(names[item] if value == 1 else f"{number(value)}*{names[item]}" for item, value in terms.items())


def number(value: float) -> str:
    """Write a number as a person would: whole ones without a point, thirds as fractions."""
    near = Fraction(value).limit_denominator(100)
    if len(repr(value)) > 12 and near.denominator > 1 and abs(float(near) - value) < 1e-12:
        return f"({near.numerator}/{near.denominator})"
    return repr(plain(value))


def plain(value: float) -> int | float:
    """Return a whole number as one."""
    return int(value) if value == int(value) and abs(value) < 1e15 else round(value, 10)


def _unique(text: str, used: set[str]) -> str:
    """Return a name like the text that is not used yet, and use it."""
    base = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40] or "rate"
    if base[0].isdigit() or keyword.iskeyword(base):
        base = f"n_{base}"
    name, count = base, 1
    while name in used:
        count += 1
        name = f"{base}_{count}"
    used.add(name)
    return name
