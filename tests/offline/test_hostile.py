"""Hostile texts end in a refusal within two seconds; an ordinary problem takes some tens of milliseconds."""

import random
import statistics
import time

import pytest

from optwright.offline import read
from optwright.offline.tokens import MAX_TEXT
from optwright.outcome import Outcome, Termination
from optwright.problem import Problem

from .conftest import records

GRAMMAR = (
    "each the A B X Y x1 at least more than twice minus difference between and or 5 10 $3 40% cost maximize , . ( )"
)
HUNDRED = " ".join(f"Each item{i} takes {i} hours and earns ${i + 1}." for i in range(100))
TEXTS = {
    "attributes": "each A costs $3 and B costs $4, " * 3000,
    "spaces": " " * 200_000,
    "commas": "," * 50_000,
    "digits": "1" * 100_000,
    "numbers": "1 " * 50_000,
    "conjunctions": "A and B " * 20_000,
    "open brackets": "(" * 50_000,
    "nested brackets": "(a " * 8000 + ")" * 8000,
    "comparisons": "at least " * 20_000,
    "negations": "not " * 40_000 + "more than 5",
    "minimum of many words": "minimum " + "word " * 30_000 + "of 5",
    "new lines": "\n" * 100_000,
    "a long table": "|a|b|\n" * 20_000,
    "a wide table": ("|" + "1|" * 300 + "\n") * 50,
    "dashes": "\u2014\u201c" * 30_000,
    "one word": "x" * 300_000,
    "hyphens": "a-" * 50_000,
    "dollars": "$" * 60_000,
    "backslashes": "\\" * 60_000,
    "multipliers": "twice " * 20_000 + "X must be at least 3",
    "letters": "x1 x2 x3 x4 " * 5000,
    "a hundred items": "We make " + ", ".join(f"item{i}" for i in range(100)) + " and lamps. " + HUNDRED,
    "random signs": "".join(random.Random(1).choices("abc 123,.;:()|$%-'\"\n", k=100_000)),
    "random grammar": " ".join(random.Random(2).choices(GRAMMAR.split(), k=20_000)),
}


def solve(formulation):
    return Outcome(Termination.OPTIMAL, True, objective=1.0, values={"amount": {("a",): 1.0}})


@pytest.mark.parametrize("cut", [False, True], ids=["whole", "cut to the limit"])
@pytest.mark.parametrize("name", TEXTS)
def test_ends_in_time(name, cut):
    text = TEXTS[name][: MAX_TEXT - 1] if cut else TEXTS[name]
    started = time.process_time()
    reading = read(Problem(text), solve=solve)
    assert time.process_time() - started < 2.0
    assert reading.chosen is None


def test_no_order_of_words_raises():
    shuffle = random.Random(3)
    for problem in records("problems.jsonl")[::5]:
        words = problem["text"].split()
        reading = read(Problem(" ".join(shuffle.sample(words, len(words)))), solve=solve)
        assert reading.chosen is not None or reading.refusal is not None
    assert read(Problem("Only one A is made. Each A earns $3."), solve=solve).chosen is None


def test_the_median_problem_takes_less_than_fifty_milliseconds():
    spent = []
    for problem in records("problems.jsonl")[::8]:
        started = time.process_time()
        read(Problem(problem["text"]), solve=solve)
        spent.append(time.process_time() - started)
    assert statistics.median(spent) < 0.05
