"""Which quantity a limit is about: a column that sounds like it, or the number of items itself."""

from __future__ import annotations

from dataclasses import replace

from optwright.formulation.elements import Domain
from optwright.offline import lexicon
from optwright.offline.candidate import Candidate
from optwright.offline.patterns import TOTAL, Relation
from optwright.offline.quantities import Column, Quantity, meanings, measure, root, similar

GUESS, UNKNOWN = 0.5, 1.6
"""What it costs to take a limit for one on the number of items: where its noun is a known one, and where not."""


def spending(candidate: Candidate) -> list[Relation]:
    """Take from the relations those that only name all items, the limit being on a column: `$500 on A and B`."""
    spent = []
    for relation in [one for one in candidate.relations if one.number]:
        assert relation.number is not None
        everything = len(relation.terms) == len(candidate.items) and set(relation.terms.values()) == {1.0}
        wanted = measure(relation.clause, relation.number)
        if everything and max((similar(column.quantity, wanted) for column in candidate.variable), default=0.0) >= 2.9:
            candidate.relations.remove(relation)
            relation.terms = {}
            spent.append(relation)
    return spent


def place(relation: Relation, candidate: Candidate) -> None:
    """Find the column that a limit is about; without one it is about the number of items."""
    assert relation.number is not None
    wanted = measure(relation.clause, relation.number)
    if relation.op == "?":
        if not wanted.strong & {"acr", "hectar"}:
            return
        relation.op = "<="
    if relation.each and not relation.total:
        _each(relation, wanted, candidate)
        return
    scores = {id(column): similar(column.quantity, wanted) for column in candidate.variable}
    best, second = [*sorted(scores.values(), reverse=True), 0.0, 0.0][:2]
    if best > max(0.5, _whole_score(relation, wanted, candidate)):
        column = next(column for column in candidate.variable if scores[id(column)] == best)
        candidate.relations.append(_about(relation, column, wanted))
        candidate.doubt += 0.5 * (second >= best - 0.3)
    else:
        _of_items(relation, wanted, candidate)


def _about(relation: Relation, column: Column, wanted: Quantity) -> Relation:
    """Return the relation as one on a column, in its unit."""
    return replace(relation, column=column, rhs=relation.rhs * column.quantity.factor(wanted))


def _whole_score(relation: Relation, wanted: Quantity, candidate: Candidate) -> float:
    """How much speaks for a limit on the number of all items, to compare with `similar`."""
    words = {word for item in candidate.items for word in item.heads}
    heads = {meaning for word in words for meaning in meanings(word) if meaning[0] not in "$~"}
    score = 2.0 * len(heads & wanted.strong) + 0.9 * len(heads & wanted.weak) + 0.2 * relation.total
    score += 0.7 * (relation.total and not wanted.strong)
    if relation.total and wanted.unit and wanted.unit == candidate.unit and len(wanted.strong) == 1:
        return score + 4.0
    if any(column.quantity.commensurable(wanted) for column in candidate.variable):
        score *= 0.3
    shared = any(symbol.text in lexicon.SHARED for symbol in relation.clause.symbols)
    return score + 3.5 * (relation.total and shared and "$cost" not in wanted.words)


def _of_items(relation: Relation, wanted: Quantity, candidate: Candidate) -> None:
    """File a limit that is about no column: on the item spoken of before, on all items, or a guess."""
    clause = relation.clause
    sure = relation.total or _whole_score(relation, wanted, candidate) > 0
    if not sure and not wanted.money and len(clause.subject) == 1 and not clause.items():
        candidate.relations.append(replace(relation, terms={clause.subject[0]: 1.0}))
        return
    candidate.relations.append(replace(relation, terms={TOTAL: 1.0}, guess=not sure))
    candidate.doubt += 0.0 if sure else GUESS if _familiar(wanted, candidate) else UNKNOWN
    if wanted.money and not candidate.sure:
        candidate.domain = Domain.NON_NEGATIVE_REALS


def _familiar(wanted: Quantity, candidate: Candidate) -> bool:
    """Whether a limit's noun is a measure or a word that the text uses for the items: `how many of each animal`."""
    nouns = {word for word in wanted.strong if word[0] not in "$~"}
    known = candidate.kinds | {root(word) for word in lexicon.CONTINUOUS | lexicon.MEASURES | lexicon.THINGS}
    money = wanted.money and not any(column.quantity.money for column in candidate.variable)
    return money or not nouns or bool(nouns & known)


def _each(relation: Relation, wanted: Quantity, candidate: Candidate) -> None:
    """A limit for each: of every quantity in that unit (`each machine runs 40 hours`), or of every item."""
    alike = [column for column in candidate.variable if column.quantity.commensurable(wanted)]
    candidate.relations += [_about(relation, column, wanted) for column in alike]
    if not alike and not relation.doubt:
        candidate.relations += [replace(relation, terms={item: 1.0}) for item in range(len(candidate.items))]


def pair_leftover(candidate: Candidate) -> None:
    """The one quantity that nothing bears on and the one limit that names none belong together."""
    unused = [column for column in candidate.unused() if len(column.values) == len(candidate.items)]
    guesses = [relation for relation in candidate.relations if relation.guess]
    if len(unused) == len(guesses) == 1 and not unused[0].quantity.money:
        guesses[0].column, guesses[0].terms = unused[0], {}
