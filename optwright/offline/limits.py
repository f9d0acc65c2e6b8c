"""Which quantity a limit is about: a column that sounds like it, or the number of items itself."""

from __future__ import annotations

from optwright.offline import lexicon
from optwright.offline.candidate import Candidate, Limit
from optwright.offline.lexicon import UNITS
from optwright.offline.quantities import Quantity, meanings, measure, root, similar
from optwright.offline.relations import Relation

GUESS, UNKNOWN = 0.5, 1.6
"""What it costs to take a limit for one on the number of items: where its noun is a known one, and where not."""


def partition(candidate: Candidate) -> tuple[list[Relation], list[Relation]]:
    """Tell relations of the items from limits that only name all of them: `spend at most $500 on A and B`."""
    kept, spent = [], []
    for relation in candidate.relations:
        everything = set(relation.terms) == set(range(len(candidate.items))) and set(relation.terms.values()) == {1.0}
        if relation.number is not None and everything:
            wanted = measure(relation.clause, relation.number)
            if max((similar(column.quantity, wanted) for column in candidate.columns), default=0.0) >= 2.9:
                relation.terms = {}
                spent.append(relation)
                continue
        kept.append(relation)
    return kept, spent


def place(relation: Relation, candidate: Candidate) -> None:
    """Find the column that a limit is about; without one it is about the number of items."""
    assert relation.number is not None
    wanted = measure(relation.clause, relation.number)
    if relation.op == "?" and not _upper(relation, wanted, candidate):
        return
    if relation.each and not relation.total:
        _each(relation, wanted, candidate)
        return
    ranked = [(similar(column.quantity, wanted), -position) for position, column in enumerate(candidate.columns)]
    scored = sorted(ranked, reverse=True)
    total = _whole_score(relation, wanted, candidate)
    if scored and scored[0][0] > max(0.5, total):
        column = candidate.columns[-scored[0][1]]
        rhs = relation.rhs * column.quantity.factor(wanted)
        candidate.limits.append(Limit(column, relation.op, rhs, relation.clause))
        if len(scored) > 1 and scored[1][0] >= scored[0][0] - 0.3:
            candidate.doubt += 0.5
    else:
        _of_items(relation, wanted, candidate, total)
    candidate.doubt += relation.doubt
    for symbol in relation.used:
        symbol.used = True


def _upper(relation: Relation, wanted: Quantity, candidate: Candidate) -> bool:
    """Whether an amount that is only stated is an upper limit: what is owned of a known quantity, or land."""
    best = max((similar(column.quantity, wanted) for column in candidate.columns), default=0.0)
    owned = any(symbol.text in lexicon.OWNS for symbol in relation.clause.symbols)
    relation.op = "<="
    return (best >= 2 and owned) or bool(wanted.strong & {"acr", "hectar"})


def _whole_score(relation: Relation, wanted: Quantity, candidate: Candidate) -> float:
    """How much speaks for a limit on the number of all items, to compare with `similar`."""
    words = {word for item in candidate.items for word in item.heads}
    heads = {meaning for word in words for meaning in meanings(word) if meaning[0] not in "$~"}
    score = 2.0 * len(heads & wanted.strong) + 0.9 * len(heads & wanted.weak) + 0.2 * relation.total
    score += 0.7 * (relation.total and not wanted.strong)
    family = UNITS[wanted.unit][0] if wanted.unit else ""
    if any(column.quantity.unit and UNITS[column.quantity.unit][0] == family for column in candidate.columns):
        score *= 0.3
    shared = any(symbol.text in lexicon.SHARED for symbol in relation.clause.symbols)
    if relation.total and shared and "$cost" not in wanted.strong | wanted.weak:
        score += 3.5
    return score


def _of_items(relation: Relation, wanted: Quantity, candidate: Candidate, total: float) -> None:
    """File a limit that is about no column: on the item spoken of before, on all items, or a guess."""
    clause = relation.clause
    if total <= 0 and not wanted.money and len(clause.subject) == 1 and not clause.items():
        candidate.relations.append(Relation({clause.subject[0]: 1.0}, relation.op, relation.rhs, clause, doubt=0.1))
    elif total > 0 or relation.total:
        candidate.limits.append(Limit(None, relation.op, relation.rhs, clause, money=wanted.money))
    else:
        candidate.limits.append(Limit(None, relation.op, relation.rhs, clause, guess=True))
        candidate.doubt += GUESS if _familiar(wanted, candidate) else UNKNOWN


def _familiar(wanted: Quantity, candidate: Candidate) -> bool:
    """Whether a limit's noun is a measure or a word that the text uses for the items: `how many of each animal`."""
    nouns = wanted.strong - {"$", "~time", "~person", "~space"}
    plain = {root(word) for word in lexicon.CONTINUOUS | lexicon.MEASURES} | {
        "item",
        "ite",
        "product",
        "good",
        "piec",
        "thing",
    }
    if wanted.money and not any(column.quantity.money for column in candidate.columns):
        return True
    plain |= {root(word) for word in ("worker", "employee", "staff", "people", "person")}
    return not nouns or bool(nouns & (plain | candidate.kinds))


def _each(relation: Relation, wanted: Quantity, candidate: Candidate) -> None:
    """A limit for each: of every quantity in that unit (`each machine runs 40 hours`), or of every item."""
    alike = [
        column
        for column in candidate.columns
        if wanted.unit and column.quantity.unit and UNITS[column.quantity.unit][0] == UNITS[wanted.unit][0]
    ]
    for column in alike:
        candidate.limits.append(
            Limit(column, relation.op, relation.rhs * column.quantity.factor(wanted), relation.clause)
        )
    if not alike and relation.doubt:
        return
    if not alike:
        candidate.relations.extend(
            Relation({item: 1.0}, relation.op, relation.rhs, relation.clause) for item in range(len(candidate.items))
        )
    for symbol in relation.used:
        symbol.used = True


def pair_leftover(candidate: Candidate) -> None:
    """The one quantity that nothing bears on and the one limit that names none belong together."""
    used = {id(limit.column) for limit in candidate.limits} | {id(candidate.goal)}
    unused = [
        column for column in candidate.columns if id(column) not in used and column.complete(len(candidate.items))
    ]
    guesses = [limit for limit in candidate.limits if limit.guess]
    if len(unused) == len(guesses) == 1 and not (unused[0].quantity.money):
        guesses[0].column = unused[0]
