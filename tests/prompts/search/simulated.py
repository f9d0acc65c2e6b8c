"""A scorer whose best instruction is known, and a model that proposes instructions: two roles of one local server.

`scorer` answers an item rightly when the instruction contains what the item needs, out of ten elements of different
worth, and none of the decoys that spoil it; some answers are turned round, by a draw that candidate and item decide.
`optimizer` answers whatever a strategy asks by one rule, from nothing but the words of the prompt and its own store of
sentences: which of them help it does not know.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from optwright.budget import Usage
from optwright.errors import BudgetError
from optwright.llm import ChatModel
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Exemplar, Task
from tests.stub_server import StubServer

PART = "instruction"
ELEMENTS = {
    "List every number of the text before you begin.": (6, "a number of the text is used nowhere"),
    "Convert all amounts to one unit.": (5, "amounts in different units are added"),
    "Say for each choice whether it must be whole.": (4, "a thing that is counted came out fractional"),
    "Write down in words which way each limit points.": (4, "a limit points the wrong way"),
    "Treat percentages as fractions of one.": (3, "a percentage is taken as a plain number"),
    "Name what is made larger or smaller in the end.": (2, "the goal has the wrong sense"),
    "Give every choice a lower limit of zero unless told otherwise.": (2, "a choice came out negative"),
    "Read each sentence again and tick it off.": (2, "a sentence of the text has no constraint"),
    "Give every limit a name of its own.": (1, "two limits share one name"),
    "End with one JSON object and nothing after it.": (1, "the reply could not be parsed"),
}
"""By sentence: the items of which it is the first need, and the words of the check that fails without it."""
DECOYS = {
    "Answer at once and write nothing down.": "there is an answer and no model behind it",
    "Round every number that you meet.": "a number was rounded",
    "Leave out what looks unimportant.": "a condition of the text was left out",
    "Use your experience where the text is silent.": "a number stands nowhere in the text",
}
NEUTRAL = [
    *("You are an expert in operations research.", "Be careful.", "Take a deep breath.", "Think step by step."),
    *("Work in plain language.", "Keep it short.", "The reader is in a hurry.", "Use simple words.", "Stay calm."),
    *("Do your very best.", "This matters a great deal.", "Explain yourself to a colleague.", "Write neatly."),
    *("Avoid jargon.", "Imagine that you teach a class.", "Be polite.", "Prefer short sentences.", "Do not hurry."),
    *("Use the present tense.", "Begin with a summary.", "Think of similar problems.", "Trust the text."),
]
RIGHT = "right"
SENTENCES = [*ELEMENTS, *DECOYS, *NEUTRAL]
SEED = (
    "You are an expert in operations research. Answer at once and write nothing down. "
    "Say for each choice whether it must be whole. Be polite."
)
ITEMS = 32
LUCK = 0.06
"""Of answers that are turned round: the share of rights that fail, and of wrongs that succeed."""
OPTIMUM = 1 - LUCK
VAGUE = 0.3
"""The share of wrong answers whose check does not say what is behind them."""


def chance(*what: object) -> random.Random:
    return random.Random(hashlib.sha256(json.dumps(what).encode()).hexdigest())


def needs(item: int) -> list[str]:
    """Return the elements that an item needs: one, sometimes a second, or none."""
    first = [sentence for sentence, (count, _) in ELEMENTS.items() for _ in range(count)][item : item + 1]
    second = [list(ELEMENTS)[item % len(ELEMENTS)]] if item % 4 == 1 else []
    return list(dict.fromkeys(first + second))


def spoilt(item: int, decoy: str) -> bool:
    return chance("spoilt", item, decoy).random() < 0.2


def faults(instruction: str, item: int) -> list[str]:
    """Return what goes wrong with an item, in the words of the checks; nothing when its answer is right."""
    missing = [ELEMENTS[sentence][1] for sentence in needs(item) if sentence not in instruction]
    return missing + [said for decoy, said in DECOYS.items() if decoy in instruction and spoilt(item, decoy)]


def value(instruction: str) -> float:
    """Return the expected score: that of no chance at all, over the items."""
    right = sum(not faults(instruction, item) for item in range(ITEMS)) / ITEMS
    return right * (1 - LUCK) + (1 - right) * LUCK


class Simulation(StubServer):
    """The server of one run: `seed` decides the scorer's luck and what the optimiser makes up."""

    def __init__(self, seed: int) -> None:
        self.seed, self._asked = seed, Counter[str]()
        super().__init__("", models=("scorer", "optimizer"))

    def answer(self, body: dict[str, Any]) -> list[str]:
        texts = [message["content"] for message in body["messages"]]
        if body["model"] == "scorer":
            return [scorer(texts[0], int(texts[-1].split()[1].rstrip(":")), self.seed)]
        with self.lock:
            prompt = "\n\n".join(texts)
            self._asked[prompt] += 1
            time = self._asked[prompt]
        return [optimizer(prompt, chance(self.seed, prompt, time, number)) for number in range(body.get("n") or 1)]


def scorer(instruction: str, item: int, seed: int) -> str:
    """Return that an item was right, or the evidence of what went wrong in the form of `eval.prompting.evidence`."""
    dice = chance("luck", seed, instruction, item)
    wrong = faults(instruction, item)
    if dice.random() < LUCK:
        wrong = [] if wrong else [""]
    if not wrong:
        return RIGHT
    check = wrong[0] if dice.random() >= VAGUE else ""
    lines = [f"Best possible value: {dice.randint(100, 999)}.", f"check: {check}" if check else ""]
    return "\n".join([line for line in lines if line] + ["steps: formulate, check, solve"])


@dataclass
class Trial:
    """A score function: each candidate on all items, one request each, until `most` evaluations are made."""

    model: ChatModel
    most: int
    made: int = 0

    def __call__(self, candidates: Sequence[Candidate]) -> list[Score]:
        if self.made + len(candidates) * ITEMS > self.most:
            raise BudgetError(f"the budget of {self.most} evaluations is spent")
        return [self.score(one.parts[PART]) for one in candidates]

    def score(self, instruction: str) -> Score:
        items, evidence, usage = {}, {}, Usage()
        for number in range(ITEMS):
            completion = self.model.complete(
                [{"role": "system", "content": instruction}, {"role": "user", "content": question(number)}],
                temperature=0.0,
            )
            right = completion.text == RIGHT
            items[f"item-{number}"], usage = float(right), usage + completion.usage
            if not right:
                evidence[f"item-{number}"] = completion.text
        self.made += ITEMS
        return Score(items, evidence, usage)


def question(number: int) -> str:
    return f"Item {number}: a workshop makes two things from three materials; what should it make?"


def task() -> Task:
    exemplars = [Exemplar(f"item-{number}", question(number), str(100 + number)) for number in range(ITEMS)]
    return Task("Answer questions on what to make.", exemplars, {PART: "tells the model how to go about it"})


# The optimiser -------------------------------------------------------------------------------------------------

HEED = 0.6
"""How often the optimiser follows what its prompt says, where that says anything; else it tries something."""
FEW = 3
"""Scored instructions from which nothing is concluded on single sentences."""
GRASP = 0.7
"""How often it knows what to write against a fault that is named."""
_CURES = {said: sentence for sentence, (_, said) in ELEMENTS.items()} | {said: one for one, said in DECOYS.items()}
_SENTENCE = re.compile("|".join(map(re.escape, SENTENCES)))
_FAULT = re.compile("|".join(map(re.escape, _CURES)))
_SCORE = re.compile(r"score\W{0,4}(-?\d+(?:\.\d+)?)", re.IGNORECASE)
_TIMES = re.compile(r"\bon (\d+) of them")
_BESIDE = re.compile(r"(-?[\d.]+) on average in \d+ with it, (-?[\d.]+) in \d+ without")
_MARK = re.compile(r'<(\w+) name="instruction">')
_ADVICE = re.compile(r"in \w+: (add|remove): ")


@dataclass
class Reading:
    """What the words of a prompt say to somebody who reads them with care."""

    shown: list[tuple[float | None, list[str]]] = field(default_factory=list)
    """Each instruction that stands in it, by sentences, with its score where one is told."""
    worth: dict[str, float] = field(default_factory=dict)
    """By sentence: how much better instructions do that have it."""
    faults: Counter[str] = field(default_factory=Counter)
    """By what is named as going wrong: how often."""

    @property
    def base(self) -> list[str]:
        """The instruction of the highest score; the last one where none is told."""
        scored = [one for one in self.shown if one[0] is not None]
        return max(scored, key=lambda one: one[0] or 0.0)[1] if scored else self.shown[-1][1] if self.shown else []


def reading(prompt: str) -> Reading:
    found, last, before = Reading(), None, None
    for line in prompt.splitlines():
        sentences = _SENTENCE.findall(line)
        for fault in _FAULT.findall(line):
            found.faults[fault] += int(times[1]) if (times := _TIMES.search(line)) else 1
        if beside := _BESIDE.search(line):
            found.worth |= {one: float(beside[1]) - float(beside[2]) for one in sentences}
        elif told := _ADVICE.search(line):
            found.worth |= dict.fromkeys(sentences, 1.0 if told[1] == "add" else -1.0)
        elif sentences and line.lstrip()[:1] not in "-+|":
            if last is None:
                last = sentences
                found.shown.append((before, last))
            else:
                last += sentences
        elif line.strip() and not line.strip().startswith("<"):
            last = None
        if score := _SCORE.search(line):
            if found.shown and found.shown[-1][0] is None and before is None:
                found.shown[-1] = (float(score[1]), found.shown[-1][1])
            else:
                before, last = float(score[1]), None
    found.worth = compared(found.shown) | found.worth
    return found


def compared(shown: Sequence[tuple[float | None, list[str]]]) -> dict[str, float]:
    """Compare the scores that one sees of instructions with and without each sentence.

    Where there are too few to compare, what one lacks that another has is worth a try.
    """
    scored = [(score, sentences) for score, sentences in shown if score is not None]
    everything = list(dict.fromkeys(one for _, sentences in scored for one in sentences))
    if len(scored) <= FEW:
        return {one: 1.0 for one in everything if not all(one in sentences for _, sentences in scored)}
    worth = {}
    for sentence in everything:
        having = [score for score, sentences in scored if sentence in sentences]
        lacking = [score for score, sentences in scored if sentence not in sentences]
        if lacking:
            worth[sentence] = sum(having) / len(having) - sum(lacking) / len(lacking)
    return worth


def optimizer(prompt: str, dice: random.Random) -> str:
    """Answer a prompt: with advice where it wants no instruction, else with a new instruction in the marks it shows."""
    known, mark = reading(prompt), _MARK.search(prompt)
    if mark is None or "you write no prompt yourself" in prompt:
        return "\n".join(advice(known, dice))
    return f"{mark[0]}\n{' '.join(edited(known, dice))}\n</{mark[1]}>"


def edited(known: Reading, dice: random.Random) -> list[str]:
    """Return the best instruction that was shown after one to three changes."""
    sentences = list(known.base)
    for _ in range(1 + (dice.random() < 0.5) + (dice.random() < 0.25)):
        hints = {**from_faults(known, sentences), **from_worth(known, sentences)}
        if hints and dice.random() < HEED:
            hint = dice.choices(list(hints), list(hints.values()))[0]
            if hint in known.faults:
                hint = _CURES[hint] if dice.random() < GRASP else dice.choice(SENTENCES)
        else:
            hint = dice.choice(SENTENCES if dice.random() < 0.7 or not sentences else sentences)
        if hint in sentences:
            sentences.remove(hint)
        else:
            sentences.append(hint)
    return sentences


def from_faults(known: Reading, sentences: Sequence[str]) -> dict[str, float]:
    """Return by weight the faults that a change may mend: a missing element, a decoy that is there."""
    return {
        one: float(count)
        for one, count in known.faults.items()
        if (_CURES[one] in DECOYS) == (_CURES[one] in sentences)
    }


def from_worth(known: Reading, sentences: Sequence[str]) -> dict[str, float]:
    """Return by weight the sentences that others do better with, or without."""
    top = max((abs(worth) for worth in known.worth.values()), default=0.0) or 1.0
    fitting = {one: abs(worth) for one, worth in known.worth.items() if (worth < 0) == (one in sentences) and worth}
    return {one: 3 * worth / top for one, worth in fitting.items()}


def advice(known: Reading, dice: random.Random) -> list[str]:
    """Return up to four lines: against what goes wrong most often, and towards what others do better with."""
    lines = [f"in {PART}: say something against this: {fault}" for fault, _ in known.faults.most_common(3)]
    worth = from_worth(known, known.base)
    surest = sorted(worth, key=worth.__getitem__, reverse=True)[:1]
    lines += [f"in {PART}: {'remove' if one in known.base else 'add'}: {one}" for one in surest]
    return lines or [f"in {PART}: add: {dice.choice(SENTENCES)}"]
