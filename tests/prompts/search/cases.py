"""What the tests of the search share: scores that are known, a strategy that is simple, a run in one line."""

from dataclasses import dataclass, field

from optwright.budget import Allowance
from optwright.llm import ScriptedChat
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.optimize import Plan, optimize
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Task

FREE = Allowance(None, None, None)
TASK = Task("Sort the letters.")
SEED = {"sort": "Sort {{letters}}."}


def text(number):
    """A prompt whose score by `score` is this number of hundredths."""
    return {"sort": f"Sort {{{{letters}}}} by rule {number}."}


def number(candidate):
    return int(candidate.parts["sort"].rpartition(" ")[2].rstrip(".")) if "rule" in candidate.parts["sort"] else 0


def scored(candidate, items=4):
    """A score of several items whose mean is the candidate's number in hundredths."""
    mean = number(candidate) / 100
    return Score({f"q{i}": mean + (0.001 if i % 2 else -0.001) * (mean > 0) for i in range(items)})


def score(candidates):
    """Score as a generator does: one after the other."""
    return (scored(one) for one in candidates)


@dataclass
class Listed:
    """Proposes what is listed for a step; keeps which steps it was asked for."""

    steps: dict[int, list[dict[str, str]]]
    asked: list[int] = field(default_factory=list)
    name = "listed"

    def settings(self):
        return {"steps": {str(key): value for key, value in self.steps.items()}}

    def propose(self, given):
        self.asked.append(given.number)
        best = given.ledger.best.candidate.id
        return [Candidate(parts, (best,), note="listed") for parts in self.steps.get(given.number, [])]


def run(strategy, score_fn=score, *, path=None, ledger=None, seeds=(SEED,), model=None, allowance=FREE, **given):
    """Run a search, with what is not said as it mostly is."""
    ledger = ledger or Ledger(path)
    plan, task = given.pop("plan", Plan(steps=3)), given.pop("task", TASK)
    budget = ledger.budget(allowance, given.pop("prices", None))
    chat = model or ScriptedChat([])
    return optimize(seeds, score_fn, chat, budget, strategy, task=task, plan=plan, ledger=ledger, **given)
