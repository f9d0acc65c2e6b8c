"""Candidate readings of a text: one for each set of items that may be decided upon, the best first."""

from __future__ import annotations

from dataclasses import replace

from optwright.formulation.elements import Domain
from optwright.offline import lexicon
from optwright.offline.aims import find_objective, pair_leftovers, place
from optwright.offline.candidate import Candidate
from optwright.offline.clauses import Clause, clauses, pieces
from optwright.offline.items import Items, mentions, propose
from optwright.offline.network import network
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
    readings = [read_with(items, lines, 1.2 * (1 - votes / proposals[0][1])) for items, votes in proposals]
    return sorted(readings, key=lambda candidate: -candidate.score)


def read_with(items: Items, lines: list[Sentence], doubt: float = 0.0) -> Candidate:
    """Read the text on the assumption that these are the items; `doubt` is what is doubtful about that."""
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
    for relation in waiting:
        place(relation, candidate)
    pair_leftovers(candidate)
    candidate.account(parts)
    candidate.doubt += doubt
    return candidate


def _file(clause: Clause, candidate: Candidate, stated: list[Clause], waiting: list[Relation]) -> None:
    """File what one clause says: relations of items, limits whose quantity is found later, or values of the items."""
    numbers = clause.numbers()
    if not numbers and any(symbol.text in lexicon.WISHES for symbol in clause.symbols):
        return
    found = relations(clause)
    if found is None:
        candidate.trouble += [f"not understood: {clause.quote[:120]}"] * bool(set(clause.kinds) & set("NPMIgl"))
    elif found:
        for relation in found:
            if not relation.terms and clause.subject and any(one.text in {"it", "its"} for one in clause.symbols[:4]):
                relation.terms = {clause.subject[-1]: 1.0}
            everything = len(relation.terms) == len(candidate.items) and set(relation.terms.values()) == {1.0}
            limit = not relation.terms or (everything and relation.number)
            (waiting if limit else candidate.relations).append(relation)
            if "D" in clause.kinds and relation.op == "<=" and sorted(relation.terms.values()) == [-1.0, 1.0]:
                back = {item: -value for item, value in relation.terms.items()}
                candidate.relations.append(replace(relation, terms=back))
    elif numbers:
        amounts = limits(clause, len(candidate.items))
        waiting.extend(amounts)
        stated.extend([] if amounts else [clause])
