"""A candidate reading as a Formulation: the five elements with the words that each comes from."""

from __future__ import annotations

import keyword
import re
from fractions import Fraction

from optwright.formulation.elements import (
    Constraint,
    Domain,
    Formulation,
    Objective,
    Parameter,
    Sense,
    SetSpec,
    Variable,
)
from optwright.offline.attributes import Column
from optwright.offline.candidate import Candidate, Limit
from optwright.offline.relations import TOTAL, Relation

VARIABLE = "amount"
_ALL = f"sum({VARIABLE}[i] for i in ITEMS)"


def formulate(candidate: Candidate) -> Formulation:
    """Return the formulation of a reading that has an objective. Names are unique and no Python keywords."""
    if candidate.ready is not None:
        return candidate.ready
    used = {"ITEMS", VARIABLE, "objective", "i"}
    names = {id(column): _unique(column.name or column.quantity.label or "rate", used) for column in candidate.columns}
    members = [item.name for item in candidate.items]
    return Formulation(
        name="problem",
        sets=(SetSpec(name="ITEMS", members=members, description="what is decided upon"),),
        parameters=tuple(_parameter(column, names[id(column)], len(members)) for column in candidate.columns),
        variables=(
            Variable(
                name=VARIABLE,
                index=("ITEMS",),
                domain=Domain.BINARY
                if candidate.binary
                else Domain.NON_NEGATIVE_INTEGERS
                if candidate.whole
                else Domain.NON_NEGATIVE_REALS,
                description="how much or how many of each",
            ),
        ),
        objective=Objective(
            sense=Sense(candidate.sense), expression=_goal(candidate, names), quote=candidate.goal_quote
        ),
        constraints=tuple(
            [_limit(limit, names, used) for limit in candidate.limits]
            + [_relation(relation, candidate, used) for relation in candidate.relations]
        ),
    )


def _parameter(column: Column, name: str, count: int) -> Parameter:
    values = [_plain(column.values.get(position, 0.0)) for position in range(count)]
    return Parameter(
        name=name,
        index=("ITEMS",),
        value=list(values),
        quote=" / ".join(dict.fromkeys(clause.quote for clause in column.clauses)),
    )


def _goal(candidate: Candidate, names: dict[int, str]) -> str:
    parts = [_sum(candidate.goal, names)]
    if candidate.minus is not None:
        parts.append(_sum(candidate.minus, names))
    return " - ".join(parts)


def _sum(column: Column | None, names: dict[int, str]) -> str:
    return _ALL if column is None else f"sum({names[id(column)]}[i]*{VARIABLE}[i] for i in ITEMS)"


def _limit(limit: Limit, names: dict[int, str], used: set[str]) -> Constraint:
    base = names[id(limit.column)] if limit.column is not None else "total"
    text = f"{_sum(limit.column, names)} {_closed(limit.op)} {number(limit.rhs)}"
    return Constraint(name=_unique(f"{base}_limit", used), expression=text, quote=limit.clause.quote)


def _relation(relation: Relation, candidate: Candidate, used: set[str]) -> Constraint:
    left = [(item, value) for item, value in relation.terms.items() if value > 0]
    right = [(item, -value) for item, value in relation.terms.items() if value < 0]
    op, rhs = relation.op, relation.rhs
    whole = candidate.whole and all(value == int(value) for value in (*relation.terms.values(), rhs))
    op = op if whole else _closed(op)
    parts = [_terms(right, candidate)] if right else []
    if rhs or not right:
        parts.append(number(rhs))
    text = f"{_terms(left, candidate) if left else '0'} {op} {' + '.join(parts)}".replace("+ -", "- ")
    name = "_".join(candidate.items[item].name for item, _ in left if item != TOTAL)
    return Constraint(name=_unique(f"rule_{name}", used), expression=text, quote=relation.clause.quote)


def _closed(op: str) -> str:
    return {"<": "<=", ">": ">="}.get(op, op)


def _terms(terms: list[tuple[int, float]], candidate: Candidate) -> str:
    parts = []
    for item, value in terms:
        name = _ALL if item == TOTAL else f"{VARIABLE}[{candidate.items[item].name!r}]"
        parts.append(name if value == 1 else f"{number(value)}*{name}")
    return " + ".join(parts)


def number(value: float) -> str:
    """Write a number as a person would: whole ones without a point, thirds as fractions."""
    plain = _plain(value)
    if isinstance(plain, int):
        return str(plain)
    near = Fraction(value).limit_denominator(100)
    if len(repr(value)) > 12 and abs(float(near) - value) < 1e-12:
        return f"({near.numerator}/{near.denominator})"
    return repr(round(value, 10))


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) and abs(value) < 1e15 else round(value, 12)


def _unique(text: str, used: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40] or "rate"
    if base[0].isdigit() or keyword.iskeyword(base):
        base = f"n_{base}"
    name, count = base, 1
    while name in used:
        count += 1
        name = f"{base}_{count}"
    used.add(name)
    return name
