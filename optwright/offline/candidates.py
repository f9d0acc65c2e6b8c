"""Candidate readings of a text: one for each set of items that may be decided upon, the best first."""

from __future__ import annotations

from optwright.formulation.elements import Domain
from optwright.offline import lexicon
from optwright.offline.candidate import Candidate
from optwright.offline.clauses import Clause, clauses, pieces
from optwright.offline.items import Items, mentions, propose
from optwright.offline.limits import pair_leftover, place, spending
from optwright.offline.network import network
from optwright.offline.objective import find_objective, last_resort
from optwright.offline.patterns import Relation, limits, relations
from optwright.offline.quantities import columns, root
from optwright.offline.table import extract, say
from optwright.offline.tokens import Sentence, sentences, stem
from optwright.problem import Problem


def candidates(problem: Problem) -> list[Candidate]:
    """Return the readings of a problem, the best first."""
    text, grids = extract(problem.text, problem.tables)
    lines = sentences(text)
    if beyond := lexicon.BEYOND.search(text):
        return [Candidate((), trouble=[f"'{beyond[0]}' is beyond this grammar"])]
    if len(grids) == 1 and (found := network(lines, grids[0])):
        return [found]
    lines.extend(sentence for grid in grids for sentence in say(grid))
    if any(not grid.numeric() for grid in grids):
        return [Candidate((), trouble=["a table has cells that are not numbers"])]
    proposals = propose(lines, [names for grid in grids for names in grid.labels()])
    readings = [read_with(items, lines) for items, _ in proposals]
    for candidate, (_, promise) in zip(readings, proposals, strict=True):
        candidate.doubt += 1.2 * (1 - promise / proposals[0][1])
    return sorted(readings, key=lambda candidate: -candidate.score)


def read_with(items: Items, lines: list[Sentence]) -> Candidate:
    """Read the text on the assumption that these are the items."""
    said = " . ".join(pieces(line.tokens, mentions(line.tokens, items)) for line in lines)
    names = {root(stem(word)) for found in lexicon.KIND.findall(said) for word in found.lower().split()}
    row = next(row for form, row in lexicon.DOMAINS if form.search(said))
    unit = lexicon.UNIT.search(said)
    candidate = Candidate(items, Domain(row["domain"]), "sure" in row, frozenset(names), stem(unit[1]) if unit else "")
    parts = [clause for index, line in enumerate(lines) for clause in clauses(line, items, index=index)]
    stated: list[Clause] = []
    waiting: list[Relation] = []
    for clause in parts:
        _file(clause, candidate, stated, waiting)
    candidate.columns = columns(stated, len(items))
    find_objective(candidate, lines)
    for relation in [*waiting, *spending(candidate)]:
        place(relation, candidate)
    last_resort(candidate)
    pair_leftover(candidate)
    candidate.account(parts)
    return candidate


def _file(clause: Clause, candidate: Candidate, stated: list[Clause], waiting: list[Relation]) -> None:
    """File what one clause says: relations of items, limits whose quantity is found later, or values of the items."""
    numbers = clause.numbers()
    if not numbers and any(symbol.text in lexicon.WISHES for symbol in clause.symbols):
        return
    found = relations(clause)
    if found is None:
        if set(clause.kinds) & set("NPMIgl"):
            candidate.trouble.append(f"not understood: {clause.words[:120]}")
    elif found:
        for relation in found:
            _settle(relation, clause)
            (candidate.relations if relation.terms else waiting).append(relation)
            if "D" in clause.kinds and relation.op == "<=" and sorted(relation.terms.values()) == [-1.0, 1.0]:
                back = {item: -value for item, value in relation.terms.items()}
                candidate.relations.append(Relation(back, "<=", relation.rhs, clause))
    elif numbers and (amounts := limits(clause, len(candidate.items))):
        waiting.extend(amounts)
    elif numbers:
        stated.append(clause)


def _settle(relation: Relation, clause: Clause) -> None:
    """`It` is the item that was spoken of last; `if any are bought, at least 5` leaves none as a choice."""
    relation.optional = relation.op == ">=" and len(relation.terms) == 1 and bool(lexicon.OPTIONAL.search(clause.quote))
    if not relation.terms and clause.subject and any(symbol.text in {"it", "its"} for symbol in clause.symbols[:4]):
        relation.terms = {clause.subject[-1]: 1.0}
