"""What a reading leaves out: every number, column and item must bear on something."""

from __future__ import annotations

from optwright.offline.attributes import counting
from optwright.offline.candidate import Candidate
from optwright.offline.clauses import Clause
from optwright.offline.statements import words_of

MAX_DOUBT = 1.5
"""A reading that guesses more than this is not offered."""


def account(candidate: Candidate, parts: list[Clause]) -> None:
    """List every number and column that the reading leaves out."""
    count = len(candidate.items)
    for relation in candidate.relations:
        candidate.doubt += relation.doubt
        for symbol in relation.used:
            symbol.used = True
    used = {id(limit.column) for limit in candidate.limits} | {id(candidate.goal), id(candidate.minus)}
    for column in candidate.columns:
        for symbol in column.numbers:
            symbol.used = True
        if id(column) not in used:
            candidate.trouble.append(
                f"{column.quantity.label or 'a quantity'} of the items bears on nothing: {list(column.values.values())}"
            )
        elif not column.complete(count):
            candidate.doubt += 0.1
            if column is candidate.goal:
                candidate.trouble.append(f"the {column.quantity.label or 'goal'} of some items is not given")
    goal = candidate.goal
    vague = goal is None or not (
        goal.quantity.money or (goal.quantity.strong | goal.quantity.weak) & {"$cost", "$gain"}
    )
    shared = goal is None or any(limit.column is goal for limit in candidate.limits)
    counts_money = goal is None and any("dollar" in column.quantity.weak for column in candidate.columns)
    if candidate.worth and vague and shared and not counts_money:
        candidate.trouble.append("no amount of money is given for what is to be best")
    limited = [
        set(column.values) for column in candidate.columns if any(limit.column is column for limit in candidate.limits)
    ]
    if limited:
        bare = [
            item.name for position, item in enumerate(candidate.items) if not any(position in one for one in limited)
        ]
        candidate.trouble.extend(f"it is not said what {name!r} needs or gives" for name in bare)
    said = {item for column in candidate.columns for item in column.values} | {
        item for relation in candidate.relations for item in relation.terms
    }
    candidate.trouble.extend(
        f"nothing is said of {item.name!r}" for position, item in enumerate(candidate.items) if position not in said
    )
    if candidate.doubt > MAX_DOUBT:
        candidate.trouble.append("too much of it is a guess")
    for clause in parts:
        for symbol in clause.numbers():
            listing = symbol.text.isalpha() and ":" in clause.quote and symbol.value <= 12
            if not symbol.used and not counting(clause, symbol, count) and not listing:
                candidate.trouble.append(f"'{symbol.text}' in '{words_of(clause)}' is not accounted for")
