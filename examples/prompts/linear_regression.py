"""OPRO's first showcase: a straight line through points, found by a model that reads which lines were tried.

    python examples/prompts/linear_regression.py [--steps 40] [--instances 5] [--model NAME --base-url URL]

Without --model a scripted optimiser answers. It knows what a model would be told and no more: from the lines of the
request and their scores it goes on in directions in which better lines differ from each other. Beside it stand random
search, which sees no scores, and least squares, which sees the points.
"""

import argparse
import math
import random
import re
from collections.abc import Iterator, Sequence

import numpy as np

from optwright.budget import Allowance
from optwright.llm import ChatModel, Message, OpenAIChat, ScriptedChat
from optwright.prompts.search.blind import Blind
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.opro import Opro
from optwright.prompts.search.optimize import Plan, optimize
from optwright.prompts.search.score import Score
from optwright.prompts.search.strategy import Strategy, Task

Point = tuple[float, float]
PART = "line"
_LINE = re.compile(r"w = (-?\d+(?:\.\d+)?), b = (-?\d+(?:\.\d+)?)")
_PAIR = re.compile(rf'<part name="{PART}">\n(.+?)\n</part>\nscore: (\S+)')
TASK = Task(
    "Minimise a function of two numbers w and b. A text gives both, such as `w = 12, b = 7.5`; its score is the "
    "negative of the function there.",
    bounds=None,
)


def draw(seed: int, count: int = 50) -> list[Point]:
    """Return points (x, y) beside a line whose slope and intercept lie outside of where the search starts."""
    chance = random.Random(f"points {seed}")
    w, b = chance.uniform(22, 40), chance.uniform(-20, 0)
    xs = [chance.uniform(-1, 1) for _ in range(count)]
    return [(x, w * x + b + chance.gauss(0, 1)) for x in xs]


def squares(points: list[Point], w: float, b: float) -> float:
    """Return the sum of squared residuals."""
    return sum((w * x + b - y) ** 2 for x, y in points)


def least_squares(points: list[Point]) -> Point:
    """Return the best (w, b)."""
    x, y = np.asarray(points).T
    return tuple(np.linalg.lstsq(np.stack([x, np.ones_like(x)], axis=1), y, rcond=None)[0])


def read(text: str) -> Point:
    """Return the numbers (w, b) of a text. Raises ValueError when it has none."""
    if (match := _LINE.fullmatch(text.strip())) is None:
        raise ValueError(f"no line of the form `w = 12, b = 7.5`: {text[:60]!r}")
    return float(match[1]), float(match[2])


def write(w: float, b: float) -> str:
    """Return the text of a line, two decimals."""
    return f"w = {w:.2f}, b = {b:.2f}"


def scripted(seed: int) -> ScriptedChat:
    """An optimiser that reads the pairs of the request and adds a difference of two good ones to the best."""
    chance = random.Random(f"optimiser {seed}")

    def answer(messages: Sequence[Message]) -> str:
        found = [(float(score), read(text)) for text, score in _PAIR.findall(messages[-1]["content"])]
        good = [place for _, place in sorted(found)[-8:]]
        (w, b), (other_w, other_b) = chance.sample(good, 2)
        stride, blur = chance.choice([0.5, 1.0, 2.0]), 0.3 * math.hypot(w - other_w, b - other_b)
        place = [
            best + stride * (one - other) + chance.gauss(0, blur)
            for best, one, other in zip(good[-1], (w, b), (other_w, other_b), strict=True)
        ]
        return f'<part name="{PART}">{write(*place)}</part>'

    return ScriptedChat(answer, name="reads the pairs")


def blind(seed: int) -> ScriptedChat:
    """An optimiser that is shown one line without its score, and moves it about."""
    chance = random.Random(f"blind {seed}")

    def answer(messages: Sequence[Message]) -> str:
        w, b = map(float, _LINE.findall(messages[1]["content"])[-1])
        return f'<part name="{PART}">{write(w + chance.gauss(0, 15), b + chance.gauss(0, 15))}</part>'

    return ScriptedChat(answer, name="sees no scores")


def search(points: list[Point], strategy: Strategy, model: ChatModel, *, steps: int, seed: int) -> Ledger:
    """Search from five lines drawn at random; return the ledger."""
    chance = random.Random(f"seeds {seed}")
    seeds = [{PART: write(chance.uniform(10, 20), chance.uniform(10, 20))} for _ in range(5)]

    def score(candidates: Sequence[Candidate]) -> Iterator[Score]:
        return (Score({"points": -squares(points, *read(one.parts[PART]))}) for one in candidates)

    budget, plan = Ledger().budget(Allowance(None, None, None)), Plan(steps=steps, seed=seed)
    return optimize(seeds, score, model, budget, strategy, task=TASK, plan=plan)


def first_within(ledger: Ledger, squares: float, share: float = 0.01) -> int | None:
    """Return after how many lines one was found whose sum is so near; None if none was."""
    return next((point.evaluations for point in ledger.points if -point.mean <= (1 + share) * squares), None)


def main() -> None:
    """Print for each instance how near each comes to least squares."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--steps", type=int, default=40)
    options.add_argument("--instances", type=int, default=5)
    options.add_argument("--model")
    options.add_argument("--base-url")
    given = options.parse_args()
    print("least squares; OPRO (its lines, when within 1% of least squares); random search (its lines, when within 1%)")
    for seed in range(given.instances):
        points = draw(seed)
        best = squares(points, *least_squares(points))
        model = OpenAIChat(given.model, base_url=given.base_url) if given.model else scripted(seed)
        cells = [f"{best:.2f}"]
        for strategy, chat in ((Opro(), model), (Blind(), blind(seed))):
            ledger = search(points, strategy, chat, steps=given.steps, seed=seed)
            near = first_within(ledger, best) or "never"
            cells.append(f"{-ledger.best.score.mean:.2f} ({ledger.evaluations}, {near})")
        print(f"{seed}: {'; '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
