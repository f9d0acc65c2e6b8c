"""Which quantity is meant, by a limit and by the words of the objective: the one that sounds like it, or the items."""

from __future__ import annotations

import re
from dataclasses import replace

from optwright.formulation.elements import Domain
from optwright.offline import lexicon
from optwright.offline.candidate import Candidate
from optwright.offline.patterns import TOTAL, Relation
from optwright.offline.quantities import Column, Quantity, meanings, measure, root, similar
from optwright.offline.tokens import Sentence, stem

GUESS, UNKNOWN = 0.5, 1.6
"""What it costs to take a limit for one on the number of items: where its noun is a known one, and where not."""
SPENT = 2.8
"""How alike a column must be to a limit that names all items, to be what is limited."""


def place(relation: Relation, candidate: Candidate) -> None:
    """Find the column that a limit is about, even if it names all items (`$500 on A and B`); else it is about these."""
    assert relation.number is not None
    wanted = measure(relation.clause, relation.number)
    if relation.each and not relation.total:
        _each(relation, wanted, candidate)
        return
    scores = [similar(column.quantity, wanted) for column in candidate.variable]
    best, second = [*sorted(scores, reverse=True), 0.0, 0.0][:2]
    if best > (SPENT if relation.terms else max(0.5, _whole_score(relation, wanted, candidate))):
        candidate.relations.append(_about(relation, candidate.variable[scores.index(best)], wanted))
        candidate.doubt += 0.5 * (second >= best - 0.3)
    elif relation.terms:
        candidate.relations.append(relation)
    else:
        _of_items(relation, wanted, candidate)


def _about(relation: Relation, column: Column, wanted: Quantity) -> Relation:
    """Return the relation as one on a column, in its unit."""
    return replace(relation, terms={}, column=column, rhs=relation.rhs * column.quantity.factor(wanted))


def _whole_score(relation: Relation, wanted: Quantity, candidate: Candidate) -> float:
    """How much speaks for a limit on the number of all items, to compare with `similar`."""
    words = {word for item in candidate.items for word in item.heads}
    heads = {meaning for word in words for meaning in meanings(word) if meaning[0] not in "$~"}
    score = 2.0 * len(heads & wanted.strong) + 0.9 * len(heads & wanted.weak) + 0.2 * relation.total
    if relation.total and wanted.unit and wanted.unit == candidate.unit and len(wanted.strong) == 1:
        return score + 4.0
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


def find_objective(candidate: Candidate, lines: list[Sentence]) -> None:
    """Find what is to be best and which column measures it."""
    texts = [(" ".join(token.text for token in line.tokens), line.text) for line in lines]
    found = [(match, text, quote) for text, quote in texts for match in lexicon.SENSE.finditer(text)]
    if not found:
        candidate.trouble.append("no word says what is to be as large or as small as possible")
        return
    match, text, candidate.goal_quote = next((one for one in found if "imi" in one[0][0].lower()), found[0])
    candidate.sense = "minimize" if match["min"] or match["low"] else "maximize"
    behind = match["low"] or match["high"]
    about = _words(lexicon.CUTS["starts"].split(text[: match.start()])[-1] if behind else text[match.start() :])
    strong = set().union(*map(meanings, about))
    wanted = Quantity(strong, money=bool(strong & {"$cost", "$gain"}))
    candidate.worth = wanted.money and "number" not in about[:6]
    _choose(candidate, wanted, about, {stem(word) for word in text[match.start() :].split()})
    _profit(candidate, wanted)


def _words(text: str) -> list[str]:
    """Return the stems of what is to be best, up to the next clause; a letter belongs to the word before it."""
    said = re.sub(r"(\S+) ([A-Z\d])\b", r"\2-\1", lexicon.CUTS["ends"].split(text.strip(), maxsplit=1)[0])
    said = re.sub(r"\b(per|every|each|an) \S+", r"\1", said)
    return [stem(word.strip("()'\"")) for word in said.split()[:15]]


def _choose(candidate: Candidate, wanted: Quantity, about: list[str], said: set[str]) -> None:
    """Choose the column that fits the words best, one item that is counted, or the number of all items."""
    number = "number" in about[:4]
    counted = [item for item in candidate.items if number and item.keys & said]
    if len(counted) == 1:
        counts = {at: float(item is counted[0]) for at, item in enumerate(candidate.items)}
        candidate.goal = Column(Quantity(label=f"counts {counted[0].name}"), counts)
        candidate.columns.append(candidate.goal)
        return
    names = {meaning for item in candidate.items for word in item.heads | item.keys for meaning in meanings(word)}
    heads = [meaning for meaning in names & wanted.strong if meaning[0] not in "$~"]
    total = (0.85 if "amount" in about[:4] else 1.7) * len(heads) + 0.8 * number
    scores = [_value(column.quantity, wanted, number=number) for column in candidate.variable]
    best = max(scores, default=0.0)
    if best > total:
        candidate.goal = candidate.variable[scores.index(best)]
        candidate.doubt += 0.4 * (scores.count(best) > 1)
    timeless = "~time" in wanted.strong and not any(column.quantity.unit for column in candidate.variable)
    candidate.vague = candidate.goal is None and total <= 0 and not timeless


def _value(quantity: Quantity, wanted: Quantity, *, number: bool) -> float:
    """How well a quantity fits the words of the objective; `number`: it counts something."""
    alien = wanted.money and not quantity.money and not quantity.weak & {"$gain", "" if quantity.strong else "$cost"}
    weak = 0.0 if number or alien else 1.5 * len(wanted.strong & quantity.weak)
    return 2.0 * len(wanted.strong & quantity.strong) + weak + 0.3 * (wanted.money and quantity.money)


def _profit(candidate: Candidate, wanted: Quantity) -> None:
    """Profit where only a price and a cost are given is their difference; a cost alone is never to be maximised."""
    goal, money = candidate.goal, [column for column in candidate.variable if column.quantity.money]
    if goal is None or candidate.sense == "minimize":
        return
    words = goal.quantity.words
    costs = [
        one
        for one in money
        if one is not goal and "$cost" in one.quantity.words and not one.quantity.words & lexicon.PRICES
    ]
    if "profit" in wanted.strong and words & lexicon.PRICES and not words & lexicon.PROFITS:
        candidate.minus = costs[0] if len(costs) == 1 else None
        candidate.doubt += 0.8 * (len(costs) > 1)
    lone = len(money) == 1 and "$gain" in wanted.strong
    if "$cost" in words - wanted.strong and not lone and "$gain" not in words:
        candidate.trouble.append("what is to be maximized looks like a cost")


def pair_leftovers(candidate: Candidate) -> None:
    """The one quantity that nothing bears on is what the objective means, or else the one limit, that names none."""
    unused = [column for column in candidate.unused() if len(column.values) == len(candidate.items)]
    guesses = [relation for relation in candidate.relations if relation.guess]
    if candidate.vague and len(unused) == 1:
        candidate.goal = unused[0]
        candidate.doubt += 0.3
    elif candidate.vague:
        candidate.trouble.append(f"nothing measures what is to be {candidate.sense}d")
    elif len(unused) == len(guesses) == 1 and not unused[0].quantity.money:
        guesses[0].column, guesses[0].terms = unused[0], {}
