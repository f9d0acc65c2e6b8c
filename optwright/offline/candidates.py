"""Candidate readings of a text: for each set of items the columns, relations and objective that its clauses give."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from optwright.formulation.elements import Formulation
from optwright.offline import lexicon
from optwright.offline.attributes import Attribute, Column, attributes, columns, counting, states
from optwright.offline.clauses import COMPARE, Clause, Symbol, clauses
from optwright.offline.items import Items, propose
from optwright.offline.lexicon import UNITS
from optwright.offline.network import network
from optwright.offline.quantities import Quantity, measure, meanings, root, similar
from optwright.offline.relations import TOTAL, Relation, every, intervals, relations
from optwright.offline.table import extract, say
from optwright.offline.tokens import Sentence, sentences, stem
from optwright.problem import Problem


MAX_DOUBT = 1.5


@dataclass(slots=True)
class Limit:
    """A quantity of all items together, compared with a number: `column` None means the number of items itself."""

    column: Column | None
    op: str
    rhs: float
    clause: Clause
    guess: bool = False
    money: bool = False


@dataclass(slots=True)
class Candidate:
    """One reading. `trouble` lists what it leaves unaccounted for; a reading with trouble is never the answer."""

    items: Items
    whole: bool
    binary: bool = False
    sense: str = ""
    goal: Column | None = None
    goal_quote: str = ""
    worth: bool = False
    """Whether the objective is an amount of money."""
    minus: Column | None = None
    columns: list[Column] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    doubt: float = 0.0
    ready: Formulation | None = None
    """The formulation itself, where the reading is not one of items and columns."""

    @property
    def score(self) -> float:
        """Higher is better; 0 where nothing is in doubt."""
        return -3.0 * len(self.trouble) - self.doubt


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
    candidate = Candidate(items, whole=_whole(lines, items), binary=any(lexicon.SELECTION.search(line.text) for line in lines))
    stated: list[Attribute] = []
    waiting: list[Relation] = []
    inherit = ""
    previous = -1
    for clause in parts:
        if clause.sentence != previous:
            inherit, previous = "", clause.sentence
        inherit = _clause(clause, candidate, stated, waiting, inherit)
    candidate.columns = columns(stated, len(items))
    _objective(candidate, lines, parts)
    candidate.relations, spent = _partition(candidate)
    waiting.extend(spent)
    for relation in waiting:
        _limit(relation, candidate)
    if any(limit.column is None and limit.money for limit in candidate.limits) and not any(lexicon.WHOLE.search(line.text) for line in lines):
        candidate.whole = False
    _last_resort(candidate)
    _leftover(candidate)
    _account(candidate, parts)
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


def _clause(clause: Clause, candidate: Candidate, stated: list[Attribute], waiting: list[Relation], inherit: str) -> str:
    """File what one clause says; returns the comparison that a following fragment goes on with."""
    kinds = clause.kinds()
    count = len(candidate.items)
    if ranged := intervals(clause):
        candidate.relations.extend(ranged)
        return ""
    if any(symbol.text in lexicon.WISHES for symbol in clause.symbols) and not any(kind in "NPM" for kind in kinds):
        return ""
    if any(kind in COMPARE for kind in kinds):
        found = relations(clause)
        if found is None or any(not relation.terms and relation.number is None for relation in found):
            if any(symbol.kind in "NPMgl" for symbol in clause.symbols) or clause.items():
                candidate.trouble.append(f"not understood: {_words(clause)}")
            return ""
        for relation in found:
            if not relation.terms and len(clause.subject) == 1 and any(symbol.text in {"it", "its"} for symbol in clause.symbols[:3]):
                relation.terms = {clause.subject[0]: 1.0}
            (candidate.relations if relation.terms else waiting).append(relation)
            if relation.difference and relation.op == "<=" and sorted(relation.terms.values()) == [-1.0, 1.0]:
                candidate.relations.append(Relation({item: -value for item, value in relation.terms.items()}, "<=", relation.rhs, clause))
        return found[0].op if found else ""
    if not any(kind in "NPM" for kind in kinds):
        return inherit
    numbers = [symbol for symbol in clause.symbols if symbol.kind == "N" and not counting(clause, symbol, count)]
    if inherit and len(numbers) == 1 and "V" not in kinds.split("N")[0]:
        names = list(dict.fromkeys(clause.items()))
        terms = {names[0]: 1.0} if len(names) == 1 else {}
        (candidate.relations if terms else waiting).append(Relation(terms, inherit, numbers[0].value, clause, numbers[0], [numbers[0]]))
        return inherit
    names = list(dict.fromkeys(clause.items()))
    if inherit and len(names) == len(numbers) == 1 and any(symbol.text == "it" for symbol in clause.symbols):
        candidate.relations.append(Relation({names[0]: 1.0}, inherit, numbers[0].value, clause, numbers[0], numbers))
        return inherit
    if found := relations(clause):
        candidate.relations.extend(found)
        return ""
    limits = _resources(clause, numbers, count)
    if limits:
        waiting.extend(limits)
        return ""
    stated.extend(attributes(clause, count))
    return ""


def _resources(clause: Clause, numbers: list[Symbol], count: int) -> list[Relation]:
    """Limits without a word of comparison: `has 50 acres available`, `needs 200 hours`."""
    line = clause.symbols
    kinds = clause.kinds()
    has = any(symbol.text in {"has", "have", "there", "only", "with", "got", "can", "holds", "open"} for symbol in line)
    names = set(clause.items())
    words = {symbol.text for symbol in line}
    if len(numbers) == 1 and words & lexicon.SPLIT and words & {"among", "between", "across"} and (not names or len(names) == count):
        return [Relation({}, "==", numbers[0].value, clause, numbers[0], numbers, total=True)]
    if every(clause) and re.search(r"(?:both|each|every)\b.{0,60}\b(?:requires?|needs?)\b", " ".join(symbol.text for symbol in line)) and "A" not in kinds:
        return []
    if "R" in kinds or names and (any(symbol.text == "each" for symbol in line)):
        return []
    supply = ("A" in kinds or has) and "N" in kinds.split("I")[0] and len(names) > len(numbers)
    if names and not _grounds(line, names, count) and not ("A" in kinds and has) and not supply and not ("n" in kinds and len(numbers) == 1 and len(names) != 1):
        return []
    found = []
    for number in numbers:
        op = _direction(line, next(position for position, symbol in enumerate(line) if symbol is number), has=has)
        found.append(Relation({}, op or "?", number.value, clause, number, [number], doubt=0.1, each=every(clause)))
    if any(relation.op == "?" for relation in found) and (names or clause.subject):
        return found if _grounds(line, names, count) else []
    return found


def _grounds(line: list[Symbol], names: set[int], count: int) -> bool:
    """Whether items are said to be on a limited area: `grows wheat and rye on 90 acres`."""
    lead = next((position for position, symbol in enumerate(line) if symbol.kind == "N"), 0)
    return len(names) == count and lead > 0 and line[lead - 1].text == "on"


def _direction(line: list[Symbol], at: int, *, has: bool) -> str:
    """What an unmarked amount means: what is available is an upper limit, what is needed a lower one."""
    for symbol in line[at + 1 :]:
        if symbol.kind in "N&":
            break
        if symbol.kind == "A" and symbol.text not in {"availability", "capacity"}:
            return "<="
    for symbol in reversed(line[:at]):
        if symbol.kind in "nA" and symbol.text not in {"should"}:
            return "<=" if symbol.kind == "A" else ">="
    if has or any(symbol.kind == "A" for symbol in line):
        return "<="
    return ""


def _partition(candidate: Candidate) -> tuple[list[Relation], list[Relation]]:
    """Tell relations of the items from limits on a quantity that only name all of them: `spend at most $500 on A and B`."""
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


def _words(clause: Clause) -> str:
    return " ".join(symbol.text for symbol in clause.symbols)[:120]


def _each(relation: Relation, wanted: Quantity, candidate: Candidate) -> None:
    """A limit for each: of every quantity in that unit (`each machine runs 40 hours`), or of every item."""
    alike = [column for column in candidate.columns if wanted.unit and column.quantity.unit and UNITS[column.quantity.unit][0] == UNITS[wanted.unit][0]]
    for column in alike:
        candidate.limits.append(Limit(column, relation.op, relation.rhs * column.quantity.factor(wanted), relation.clause))
    if not alike:
        candidate.relations.extend(Relation({item: 1.0}, relation.op, relation.rhs, relation.clause) for item in range(len(candidate.items)))
    for symbol in relation.used:
        symbol.used = True


def _limit(relation: Relation, candidate: Candidate) -> None:
    """Find the column that a limit is about; without one it is about the number of items."""
    assert relation.number is not None
    wanted = measure(relation.clause, relation.number)
    if relation.op == "?":
        best = max((similar(column.quantity, wanted) for column in candidate.columns), default=0.0)
        owned = any(symbol.text in lexicon.OWNS for symbol in relation.clause.symbols)
        if not (best >= 2 and owned) and not wanted.strong & {"acr", "hectar"}:
            return
        relation.op = "<="
    if relation.each and not relation.total:
        _each(relation, wanted, candidate)
        return
    scored = sorted(((similar(column.quantity, wanted), -position) for position, column in enumerate(candidate.columns)), reverse=True)
    heads = {meaning for item in candidate.items for head in item.heads for meaning in meanings(head) if meaning[0] not in "$~"}
    total = 0.7 * (relation.total and not wanted.strong) + 2.0 * len(heads & wanted.strong) + 0.9 * len(heads & wanted.weak) + 0.2 * relation.total
    if wanted.unit and any(column.quantity.unit and UNITS[column.quantity.unit][0] == UNITS[wanted.unit][0] for column in candidate.columns):
        total *= 0.3
    if relation.total and "$cost" not in wanted.strong | wanted.weak and any(symbol.text in lexicon.SHARED for symbol in relation.clause.symbols):
        total += 3.5
    if scored and scored[0][0] > max(0.5, total):
        column = candidate.columns[-scored[0][1]]
        candidate.limits.append(Limit(column, relation.op, relation.rhs * column.quantity.factor(wanted), relation.clause))
        if len(scored) > 1 and scored[1][0] >= scored[0][0] - 0.3:
            candidate.doubt += 0.5
    elif total <= 0 and not wanted.money and len(relation.clause.subject) == 1 and not relation.clause.items():
        candidate.relations.append(Relation({relation.clause.subject[0]: 1.0}, relation.op, relation.rhs, relation.clause, doubt=0.1))
    elif total > 0 or relation.total:
        candidate.limits.append(Limit(None, relation.op, relation.rhs, relation.clause, money=wanted.money))
    else:
        candidate.limits.append(Limit(None, relation.op, relation.rhs, relation.clause, guess=True))
        candidate.doubt += 0.8
    candidate.doubt += relation.doubt
    for symbol in relation.used:
        symbol.used = True


def _leftover(candidate: Candidate) -> None:
    """The one quantity that nothing bears on and the one limit that names none belong together."""
    used = {id(limit.column) for limit in candidate.limits} | {id(candidate.goal)}
    unused = [column for column in candidate.columns if id(column) not in used and column.complete(len(candidate.items))]
    guesses = [limit for limit in candidate.limits if limit.guess]
    if len(unused) == len(guesses) == 1 and not (unused[0].quantity.money):
        guesses[0].column = unused[0]


def _objective(candidate: Candidate, lines: list[Sentence], parts: list[Clause]) -> None:
    """Find what is to be best and which column measures it."""
    found = []
    for line in lines:
        text = " ".join(token.text for token in line.tokens)
        for match in lexicon.SENSE.finditer(text):
            behind = match["low"] or match["high"]
            about = re.split(r"\b(?:that|so|keep|make|while|and)\b|,", text[: match.start()])[-1] if behind else match[0] + text[match.end() :]
            found.append(("minimize" if match["min"] or match["low"] else "maximize", about, line.text, match[0]))
    if not found:
        candidate.trouble.append("no word says what is to be as large or as small as possible")
        return
    first = next((entry for entry in found if entry[0] and "imi" in entry[3].lower()), found[0])
    candidate.sense, candidate.goal_quote = first[0], first[2]
    if lexicon.RATIO_GOAL.match(first[1].split(" ", 1)[-1]):
        candidate.trouble.append("the objective is a quotient, which this grammar does not read")
    wanted = Quantity()
    for word in _after(first[1]):
        (wanted.strong).update(meanings(word))
    if "$cost" in wanted.strong or "$gain" in wanted.strong:
        wanted.money = True
    _choose(candidate, wanted, first[1])
    _profit(candidate, wanted)
    words = candidate.goal.quantity.strong | candidate.goal.quantity.weak if candidate.goal else set()
    candidate.worth = wanted.money and "number" not in _after(first[1])[:6]
    lone = sum(column.quantity.money for column in candidate.columns) == 1 and "$gain" in wanted.strong
    if candidate.sense == "maximize" and lone and "$cost" in words:
        candidate.doubt += 0.3
    elif candidate.sense == "maximize" and "$cost" in words - wanted.strong and "$gain" not in words and not words & wanted.strong & {"$"}:
        candidate.trouble.append("what is to be maximized looks like a cost")


def _after(tail: str) -> list[str]:
    head = tail.replace(",", " , ").replace(".", " . ").replace("?", " ").split()
    words: list[str] = []
    for before, word in pairwise(["", *head[:15]]):
        if before.lower() in {"per", "every", "each", "a", "an"} and before.lower() != "a":
            continue
        if word in {",", ".", "while", "given", "subject", "to", "by", "if", "such", "and"} and words:
            break
        if len(word) == 1 and (word.isupper() or word.isdigit()) and words:
            words[-1] += word
        else:
            words.append(stem(word.strip("()'\"")))
    return words


def _choose(candidate: Candidate, wanted: Quantity, tail: str) -> None:
    heads = {meaning for item in candidate.items for word in (*item.heads, *item.keys) for meaning in meanings(word) if meaning[0] not in "$~"}
    number = "number" in " ".join(_after(tail)[:4])
    scores = []
    for position, column in enumerate(candidate.columns):
        alien = wanted.money and not column.quantity.money and not column.quantity.weak & {"$gain", "$cost"} - (column.quantity.strong and {"$cost"})
        value = 2.0 * len(wanted.strong & column.quantity.strong) + (0.0 if number or alien else 1.5) * len(wanted.strong & column.quantity.weak)
        if wanted.money and column.quantity.money:
            value += 0.3
        if number and column.quantity.label and root(column.quantity.label.split()[0]) in wanted.strong:
            value += 1.0
        scores.append((value, position))
    scores.sort(key=lambda entry: (-entry[0], entry[1]))
    total = 1.7 * len(heads & wanted.strong) * (0.5 if "amount" in _after(tail)[:4] else 1.0) + 0.8 * number
    single = _single(candidate, tail) if number else None
    if single is not None:
        candidate.goal = Column(Quantity(label=f"counts {candidate.items[single].name}"), {item: float(item == single) for item in range(len(candidate.items))}, [])
        candidate.columns.append(candidate.goal)
    elif scores and scores[0][0] > total:
        candidate.goal = candidate.columns[scores[0][1]]
        if len(scores) > 1 and scores[1][0] == scores[0][0]:
            candidate.doubt += 0.4
    elif total > 0:
        candidate.goal = None
    else:
        money = [column for column in candidate.columns if column.quantity.money]
        if len(money) == 1 and wanted.money:
            candidate.goal = money[0]
            candidate.doubt += 0.3
        elif len(candidate.columns) == 1:
            candidate.goal = candidate.columns[0]
            candidate.doubt += 0.3
        elif wanted.money and any("dollar" in column.quantity.weak for column in candidate.columns) or "~time" in wanted.strong and not any(column.quantity.unit for column in candidate.columns):
            candidate.doubt += 0.3
        else:
            candidate.trouble.append(f"nothing measures what is to be {candidate.sense}d")


def _single(candidate: Candidate, tail: str) -> int | None:
    """The one item whose number the objective counts: `minimize the number of scooters used`."""
    words = {stem(word) for word in re.findall(r"[A-Za-z]+", re.split(r"[.?!]\s", tail)[0])}
    named = [position for position, item in enumerate(candidate.items) if item.keys & words]
    return named[0] if len(named) == 1 and not candidate.items[named[0]].symbol else None


def _profit(candidate: Candidate, wanted: Quantity) -> None:
    """Profit where only a price and a cost are given is their difference."""
    goal = candidate.goal
    if goal is None or "profit" not in wanted.strong:
        return
    words = goal.quantity.strong | goal.quantity.weak
    if words & {"profit", "earn", "gain", "margin"} or not words & {"sell", "sold", "pric", "revenu", "sal"}:
        return
    costs = [column for column in candidate.columns if column is not goal and column.quantity.money and "$cost" in column.quantity.strong | column.quantity.weak
             and not (column.quantity.strong | column.quantity.weak) & {"sell", "sold", "pric"}]  # fmt: skip
    if len(costs) == 1:
        candidate.minus = costs[0]
    elif costs:
        candidate.doubt += 0.8


def _last_resort(candidate: Candidate) -> None:
    """The one quantity of all items that no limit is about must be what the objective means."""
    vague = f"nothing measures what is to be {candidate.sense}d"
    used = {id(limit.column) for limit in candidate.limits}
    unused = [column for column in candidate.columns if id(column) not in used and column.complete(len(candidate.items))]
    if vague in candidate.trouble and len(unused) == 1:
        candidate.trouble.remove(vague)
        candidate.goal = unused[0]
        candidate.doubt += 0.3


def _account(candidate: Candidate, parts: list[Clause]) -> None:
    """List every number and column that the reading leaves out."""
    count = len(candidate.items)
    for relation in candidate.relations:
        for symbol in relation.used:
            symbol.used = True
    used = {id(limit.column) for limit in candidate.limits} | {id(candidate.goal), id(candidate.minus)}
    for column in candidate.columns:
        for symbol in column.numbers:
            symbol.used = True
        if id(column) not in used:
            candidate.trouble.append(f"{column.quantity.label or 'a quantity'} of the items bears on nothing: {list(column.values.values())}")
        elif not column.complete(count):
            candidate.doubt += 0.1
            if column is candidate.goal:
                candidate.trouble.append(f"the {column.quantity.label or 'goal'} of some items is not given")
    goal = candidate.goal
    vague = goal is None or not (goal.quantity.money or (goal.quantity.strong | goal.quantity.weak) & {"$cost", "$gain"})
    shared = goal is None or any(limit.column is goal for limit in candidate.limits)
    counts_money = goal is None and any("dollar" in column.quantity.weak for column in candidate.columns)
    if candidate.worth and vague and shared and not counts_money:
        candidate.trouble.append("no amount of money is given for what is to be best")
    limited = [set(column.values) for column in candidate.columns if any(limit.column is column for limit in candidate.limits)]
    if limited:
        bare = [item.name for position, item in enumerate(candidate.items) if not any(position in one for one in limited)]
        candidate.trouble.extend(f"it is not said what {name!r} needs or gives" for name in bare)
    said = {item for column in candidate.columns for item in column.values} | {item for relation in candidate.relations for item in relation.terms}
    candidate.trouble.extend(f"nothing is said of {item.name!r}" for position, item in enumerate(candidate.items) if position not in said)
    if candidate.doubt > MAX_DOUBT:
        candidate.trouble.append("too much of it is a guess")
    for clause in parts:
        for symbol in clause.numbers():
            listing = symbol.text.isalpha() and ":" in clause.quote and symbol.value <= 12
            if not symbol.used and not counting(clause, symbol, count) and not listing:
                candidate.trouble.append(f"'{symbol.text}' in '{_words(clause)}' is not accounted for")


__all__ = ["TOTAL", "Candidate", "Limit", "candidates", "read_with"]
