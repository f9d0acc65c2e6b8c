"""A search that kills its own process at a place that is named: `killed.py FOLDER STRATEGY WHERE COUNT`.

WHERE: `line` after so many lines of the ledger, `ask` in the middle of so manieth request to the model, `score` in the
middle of the so manieth candidate's scoring; `never`. What was scored is in `scored.txt`, a line for each candidate.
"""

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

from optwright.budget import Allowance, Usage
from optwright.llm import Completion, Reply
from optwright.prompts.search.blind import Blind
from optwright.prompts.search.directional import Directional
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.opro import Opro
from optwright.prompts.search.optimize import Plan, optimize
from optwright.prompts.search.reflect import Reflect
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Task

STRATEGIES = {"opro": Opro(), "random": Blind(), "directional": Directional(), "reflect": Reflect()}
SEEDS = [{"sort": "Sort {{letters}} by rule 1."}, {"sort": "Sort {{letters}} by rule 2."}]


class Counter:
    """Kills the process at the so manieth passage of one place."""

    def __init__(self, where, count):
        self.where, self.count = where, count

    def passes(self, place):
        if place == self.where:
            self.count -= 1
            if self.count == 0:
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)


class Numbers:
    """A model whose replies are decided by the request alone; some are the same as others."""

    name = "numbers"

    def __init__(self, counter):
        self.counter = counter

    def complete(self, messages, *, n=1, temperature=None, schema=None, stop=None, max_tokens=None):
        self.counter.passes("ask")
        rules = [hashlib.sha256(json.dumps([*messages, k]).encode()).digest()[0] % 100 for k in range(n)]
        replies = [Reply(f'<part name="sort">Sort {{{{letters}}}} by rule {rule}.</part>') for rule in rules]
        return Completion(tuple(replies), Usage(1, 100, 10 * n), self.name)


class Killing(Ledger):
    """A ledger whose file is written, line by line, with a passage after each."""

    counter: Counter

    def _record(self, event):
        super()._record(event)
        self.counter.passes("line")


def main(folder, strategy, where, count):
    counter = Counter(where, int(count))

    def score(candidates):
        for one in candidates:
            counter.passes("score")
            with (Path(folder) / "scored.txt").open("a") as file:
                file.write(one.id + "\n")
            value = int(one.parts["sort"].split()[-1].rstrip(".")) / 100
            yield Score({"a": value, "b": value / 2}, {"a": "late"}, Usage(2, 20, 2), seconds=0.5)

    Killing.counter = counter
    ledger = Killing(Path(folder) / "ledger.jsonl")
    budget = ledger.budget(Allowance(None, None, None), {"prompt": 1.0, "completion": 2.0})
    plan, task = Plan(steps=4, count=4, every=2), Task("Sort the letters.")
    chosen = STRATEGIES[strategy]
    optimize(SEEDS, score, Numbers(counter), budget, chosen, task=task, plan=plan, ledger=ledger, held_out=held_out)


def held_out(candidates):
    return [Score({"h": 0.5}, usage=Usage(1, 5, 5)) for _ in candidates]


if __name__ == "__main__":
    main(*sys.argv[1:])
