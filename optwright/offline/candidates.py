"""Candidate readings of a text: one for each set of items that may be decided upon, the best first."""

from __future__ import annotations

from optwright.offline import lexicon
from optwright.offline.account import account
from optwright.offline.attributes import Attribute, columns
from optwright.offline.candidate import Candidate
from optwright.offline.clauses import clauses
from optwright.offline.items import Items
from optwright.offline.limits import pair_leftover, partition, place
from optwright.offline.network import network
from optwright.offline.objective import find_objective, last_resort
from optwright.offline.proposals import propose
from optwright.offline.quantities import root
from optwright.offline.relations import Relation
from optwright.offline.statements import file
from optwright.offline.table import extract, say
from optwright.offline.tokens import Sentence, sentences, stem
from optwright.problem import Problem


def candidates(problem: Problem) -> list[Candidate]:
    """Return the readings of a problem, the best first."""
    text, grids = extract(problem.text, problem.tables)
    lines = sentences(text)
    if beyond := lexicon.BEYOND.search(text):
        return [Candidate((), whole=True, trouble=[f"'{beyond[0]}' is beyond this grammar"])]
    if len(grids) == 1 and (found := network(lines, grids[0])) is not None:
        return [Candidate((), whole=False, trouble=found.trouble, ready=found.formulation)]
    lines.extend(sentence for grid in grids for sentence in say(grid))
    if any(not grid.numeric() for grid in grids):
        return [Candidate((), whole=True, trouble=["a table has cells that are not numbers"])]
    proposals = propose(lines, [names for grid in grids for names in grid.labels()])
    readings = [read_with(items, lines) for items, _ in proposals]
    for candidate, (_, promise) in zip(readings, proposals, strict=True):
        candidate.doubt += 1.2 * (1 - promise / proposals[0][1])
    return sorted(readings, key=lambda candidate: -candidate.score)


def read_with(items: Items, lines: list[Sentence]) -> Candidate:
    """Read the text on the assumption that these are the items."""
    parts = [clause for index, line in enumerate(lines) for clause in clauses(line, items, index=index)]
    candidate = Candidate(
        items, whole=_whole(lines, items), binary=any(lexicon.SELECTION.search(line.text) for line in lines)
    )
    candidate.kinds = {
        root(stem(word))
        for line in lines
        for found in lexicon.KIND.findall(line.text)
        for word in found.lower().split()
    }
    stated: list[Attribute] = []
    waiting: list[Relation] = []
    inherit = ""
    previous = -1
    for clause in parts:
        if clause.sentence != previous:
            inherit, previous = "", clause.sentence
        inherit = file(clause, candidate, stated, waiting, inherit)
    candidate.columns = columns(stated, len(items))
    find_objective(candidate, lines)
    candidate.relations, spent = partition(candidate)
    waiting.extend(spent)
    for relation in waiting:
        place(relation, candidate)
    if any(limit.column is None and limit.money for limit in candidate.limits) and not any(
        lexicon.WHOLE.search(line.text) for line in lines
    ):
        candidate.whole = False
    last_resort(candidate)
    pair_leftover(candidate)
    account(candidate, parts)
    return candidate


def _whole(lines: list[Sentence], items: Items) -> bool:
    if any(lexicon.PARTIAL.search(line.text) for line in lines):
        return False
    if any(lexicon.WHOLE.search(line.text) for line in lines):
        return True
    if any(lexicon.RUNNING_TIME.search(line.text) for line in lines):
        return False
    keys = {key for item in items for key in item.keys}
    for line in lines:
        words = ["", "", *(token.stem if token.number is None else "#" for token in line.tokens), "", ""]
        for position, word in enumerate(words):
            if word not in lexicon.CONTINUOUS:
                continue
            if words[position - 1] in {"per", "each", "many", "much", "every", "one", "a"}:
                return False
            if words[position - 1] == "#" and words[position + 1] == "of" and words[position + 2] in keys:
                return False
    return True
