"""OPRO: the model reads what was tried and how it scored, the best last, and is asked for something better.

After Yang et al., "Large Language Models as Optimizers", arXiv 2309.03409, with its settings as the defaults: the best
20 pairs in ascending order, scores as integers, three items, temperature 1.0. Of a prompt set of several parts one is
changed in each step, in turn, the others staying as the best candidate has them: pairs then are texts of that part.

A text is rewritten as a whole, or, as published, has an instruction at a place of it which alone is shown and changed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from optwright.errors import RefusedError
from optwright.llm import Reply
from optwright.prompts.library import render
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.proposal import read, tell_form, tell_parts
from optwright.prompts.search.quotation import quoted
from optwright.prompts.search.score import Bounds
from optwright.prompts.search.standing import standings
from optwright.prompts.search.start import Place, instruction_of, placed
from optwright.prompts.search.strategy import Exemplar, Round, Task


class Choice(StrEnum):
    """Which items the model is shown."""

    RANDOM = "random"
    """Others in each step."""
    WRONG = "wrong"
    """Those that the candidates so far did worst on."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A text that was tried, and the best score of a candidate that has it."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Opro:
    """The strategy."""

    pairs: int = 20
    exemplars: int = 3
    choice: Choice = Choice.RANDOM
    buckets: int = 100
    """Into how many steps the range of the scores is divided; unbounded scores are shown as they are."""
    temperature: float = 1.0
    room: int = 60_000
    """Characters that the pairs may take: of long texts fewer than `pairs` are shown, the best."""
    place: Place | None = None
    """Where the instruction stands that is looked for, in the text of the first seed; None: the whole text is."""
    longest: int = 500
    """Characters of such an instruction."""

    name = "opro"

    def settings(self) -> dict[str, object]:
        """Return what decides the proposals."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def propose(self, given: Round) -> Sequence[Candidate]:
        """Return one candidate for each of `given.count` replies, all to one request.

        That of a reply without a usable text is the unchanged best candidate, its note the reason.
        """
        best = given.ledger.best
        assert best is not None, "proposals are asked for once a seed is scored"
        names = sorted(given.form.placeholders)
        name = names[(given.number - 1) % len(names)]
        variables = {"task": given.task.description, "form": self.tell_form(given, name), "name": name}
        variables["exemplars"] = self.tell_exemplars(given)
        return [self.candidate(reply, given.ledger, best.candidate, name) for reply in self.ask(given, name, variables)]

    def ask(self, given: Round, name: str, variables: Mapping[str, str]) -> Sequence[Reply]:
        """Return the replies; a server that refuses the request, too long for the model, is shown fewer pairs."""
        shown = min(self.pairs, len(given.ledger.entries))
        while True:
            pairs = self.tell_pairs(given.ledger, name, given.task.bounds, most=shown)
            messages = render("search_opro", {**variables, "pairs": pairs}).messages
            try:
                return given.model.complete(messages, n=given.count, temperature=self.temperature).replies
            except RefusedError:
                if shown == 1:
                    raise
                shown //= 2

    def candidate(self, reply: Reply, ledger: Ledger, best: Candidate, name: str) -> Candidate:
        """Return what a reply makes of the best candidate."""
        if self.place is None:
            draft = read(reply, best.parts, [name])
            return Candidate(draft.parts, (best.id,), note=draft.fault or draft.words)
        draft = read(reply, {name: ""}, [name])
        words = draft.parts[name].strip()
        long = f"the instruction has {len(words)} characters, more than {self.longest}"
        fault = draft.fault or (long if len(words) > self.longest else "")
        text = best.parts[name] if fault else placed(_start(ledger, name), words, self.place)
        return Candidate({**best.parts, name: text}, (best.id,), note=fault or draft.words)

    def tell_form(self, given: Round, name: str) -> str:
        """Tell what is looked for: a whole part, or an instruction and where it stands."""
        if self.place is None:
            return tell_form(given, [name])
        where = f"an instruction at the {self.place} of the text below, apart by an empty line"
        role = f"\nThat text is {given.task.roles[name]}." if name in given.task.roles else ""
        rule = f"at most {self.longest} characters, no double braces; it may be empty"
        return f"- {name}: {where}; {rule}{role}\n{quoted(_start(given.ledger, name), 4000)}"

    def tell_pairs(self, ledger: Ledger, name: str, bounds: Bounds | None, *, most: int) -> str:
        """Tell the best texts of a part, `most` of them, with their scores, the best last."""
        told: list[str] = []
        for pair in self.pairs_of(ledger, name)[: -most - 1 : -1]:
            score = self.tell_score(pair.score, bounds)
            told.append(f"{tell_parts({name: pair.text}, [name])}\nscore: {score}")
            if sum(map(len, told)) > self.room and len(told) > 1:
                told.pop()
                break
        return "\n\n".join(reversed(told))

    def pairs_of(self, ledger: Ledger, name: str) -> list[Pair]:
        """Return what was tried of a part, the worst first: whole texts, or the instructions in the first seed's."""
        if self.place is None:
            return pairs(ledger, name)
        start = _start(ledger, name)
        told = [(instruction_of(pair.text, start, self.place), pair.score) for pair in pairs(ledger, name)]
        return [Pair(text, score) for text, score in told if text is not None]

    def tell_score(self, mean: float, bounds: Bounds | None) -> str:
        """Tell a score as an integer, its step within the bounds; one without bounds by its leading digits."""
        if bounds is None:
            return f"{mean:.4g}" if abs(mean) < 1000 else f"{mean:.0f}"
        low, high = bounds
        return str(round(self.buckets * (mean - low) / (high - low)))

    def tell_exemplars(self, given: Round) -> str:
        """Tell some items that the model may see."""
        chosen = choose(given.task, given.ledger, self.choice, self.exemplars, given.chance)
        return "\n\n".join(map(_tell, chosen)) or "(none are shown)"


def pairs(ledger: Ledger, name: str) -> list[Pair]:
    """Return the texts of a part that were tried, the worst first; of equals the later first."""
    found = {one.candidate.parts[name]: one.mean for one in standings(ledger)}
    return sorted((Pair(text, score) for text, score in found.items()), key=lambda pair: pair.score)


def choose(task: Task, ledger: Ledger, choice: Choice, count: int, chance: random.Random) -> list[Exemplar]:
    """Return `count` of the task's exemplars, fewer where there are no more."""
    known = list(task.exemplars)
    if choice is Choice.RANDOM:
        return chance.sample(known, min(count, len(known)))
    values: dict[str, list[float]] = defaultdict(list)
    for entry in ledger.entries.values():
        for item, value in entry.score.items.items() if entry.score else ():
            values[item].append(value)
    tried = [one for one in known if one.id in values]
    return sorted(tried, key=lambda one: (fmean(values[one.id]), one.id))[:count]


def _tell(one: Exemplar) -> str:
    answer = f"\nits answer:\n{quoted(one.answer, 500)}" if one.answer else ""
    return f"{quoted(one.question, 2000)}{answer}"


def _start(ledger: Ledger, name: str) -> str:
    return ledger.seeds[0].candidate.parts[name]
