"""OPRO's second showcase: a short round trip, found by a model that reads which tours were tried.

    python examples/prompts/tsp.py [--nodes 10] [--steps 60] [--instances 5] [--model NAME --base-url URL]

Without --model a scripted optimiser answers. It reads the tours of the request and their scores, not even the points:
it takes up one of the tours, rather a better one, and turns round or moves pieces of it, or sews two of them together.
Beside it stand random search, which sees no scores, the nearest neighbour, and the exact optimum by Held and Karp.
"""

import argparse
import itertools
import math
import random
import re
from collections.abc import Iterator, Sequence

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
Tour = list[int]
PART = "tour"
_TOUR = re.compile(r"\d+(?:,\d+){2,}")
_PAIR = re.compile(rf'<part name="{PART}">\n(.+?)\n</part>\nscore: (\S+)')


def draw(seed: int, count: int) -> list[Point]:
    """Return points with whole coordinates from -100 to 100."""
    chance = random.Random(f"points {seed}")
    return [(chance.randint(-100, 100), chance.randint(-100, 100)) for _ in range(count)]


def length(points: list[Point], tour: Tour) -> float:
    """Return how long a round trip is."""
    return sum(math.dist(points[one], points[other]) for one, other in itertools.pairwise([*tour, tour[0]]))


def nearest_neighbour(points: list[Point]) -> Tour:
    """Return the tour from point 0 that always goes on to the nearest point left."""
    tour, left = [0], set(range(1, len(points)))
    while left:
        tour.append(min(left, key=lambda one: (math.dist(points[tour[-1]], points[one]), one)))
        left.remove(tour[-1])
    return tour


def shortest(points: list[Point]) -> float:
    """Return the least length of a round trip, by dynamic programming over sets of points (Held and Karp, 1962)."""
    last = len(points) - 1  # every trip begins and ends here
    best = {(1 << end, end): math.dist(points[last], points[end]) for end in range(last)}
    for size in range(2, last + 1):
        for members in itertools.combinations(range(last), size):
            whole = sum(1 << one for one in members)
            for end in members:
                before = whole ^ (1 << end)
                best[whole, end] = min(
                    best[before, one] + math.dist(points[one], points[end]) for one in members if one != end
                )
    return min(best[(1 << last) - 1, end] + math.dist(points[end], points[last]) for end in range(last))


def read(text: str, count: int) -> Tour:
    """Return the tour of a text. Raises ValueError for one that does not visit each point once."""
    if _TOUR.fullmatch(text.strip()) is None:
        raise ValueError(f"no tour of the form `0,2,1`: {text[:60]!r}")
    tour = [int(one) for one in text.split(",")]
    if sorted(tour) != list(range(count)):
        wrong = sorted(set(range(count)) ^ set(tour)) or sorted({one for one in tour if tour.count(one) > 1})
        raise ValueError(f"the tour misses, repeats or invents {', '.join(map(str, wrong))}")
    return tour


def write(tour: Tour) -> str:
    """Return the text of a tour: from 0 on, in that of the two directions that comes first."""
    start = tour.index(0)
    tour = [*tour[start:], *tour[:start]]
    return ",".join(map(str, min(tour, [0, *tour[:0:-1]])))


def task(points: list[Point]) -> Task:
    """Say what is asked for, the points included, as the paper does."""
    listed = ", ".join(f"{number}: ({x}, {y})" for number, (x, y) in enumerate(points))
    return Task(
        f"Find a short round trip through {len(points)} points, each visited once: {listed}. "
        "A text gives the points in their order, such as `0,2,1`; its score is the negative of the length.",
        bounds=None,
    )


def moved(tour: Tour, chance: random.Random) -> Tour:
    """Return a tour with one piece turned round, or put into another place."""
    i, j = sorted(chance.sample(range(len(tour) + 1), 2))
    piece, rest = tour[i:j], tour[:i] + tour[j:]
    if chance.random() < 0.5 or not rest:
        return tour[:i] + piece[::-1] + tour[j:]
    k = chance.randrange(len(rest) + 1)
    return rest[:k] + piece + rest[k:]


def sewn(one: Tour, other: Tour, chance: random.Random) -> Tour:
    """Return a piece of one tour, and the rest in the order of the other."""
    i, j = sorted(chance.sample(range(len(one) + 1), 2))
    return one[i:j] + [place for place in other if place not in one[i:j]]


def scripted(seed: int, count: int) -> ScriptedChat:
    """An optimiser that reads the pairs of the request and changes one of the better tours a little."""
    chance = random.Random(f"optimiser {seed}")

    def answer(messages: Sequence[Message]) -> str:
        found = [(float(score), read(text, count)) for text, score in _PAIR.findall(messages[-1]["content"])]
        good = [tour for _, tour in sorted(found)]
        tour, other = chance.choices(good, [1.5**rank for rank in range(len(good))], k=2)
        if tour != other and chance.random() < 0.2:
            tour = sewn(tour, other, chance)
        tour = moved(tour, chance)
        return f'<part name="{PART}">{write(tour)}</part>'

    return ScriptedChat(answer, name="reads the pairs")


def blind(seed: int, count: int) -> ScriptedChat:
    """An optimiser that is shown one tour without its score, and changes it."""
    chance = random.Random(f"blind {seed}")

    def answer(messages: Sequence[Message]) -> str:
        tour = read(_TOUR.findall(messages[1]["content"])[-1], count)
        for _ in range(chance.randint(1, 5)):
            tour = moved(tour, chance)
        return f'<part name="{PART}">{write(tour)}</part>'

    return ScriptedChat(answer, name="sees no scores")


def search(points: list[Point], strategy: Strategy, model: ChatModel, *, steps: int, seed: int) -> Ledger:
    """Search from five tours drawn at random; return the ledger."""
    chance, nodes = random.Random(f"seeds {seed}"), range(len(points))
    seeds = [{PART: write(chance.sample(nodes, len(points)))} for _ in range(5)]

    def score(candidates: Sequence[Candidate]) -> Iterator[Score]:
        return (Score({"tour": -length(points, read(one.parts[PART], len(points)))}) for one in candidates)

    budget, plan = Ledger().budget(Allowance(None, None, None)), Plan(steps=steps, seed=seed)
    return optimize(seeds, score, model, budget, strategy, task=task(points), plan=plan)


def first_within(ledger: Ledger, best: float, share: float = 1e-9) -> int | None:
    """Return after how many tours one was found whose length is so near; None if none was."""
    return next((point.evaluations for point in ledger.points if -point.mean <= (1 + share) * best), None)


def main() -> None:
    """Print for each instance how near each comes to the shortest trip."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--nodes", type=int, default=10)
    options.add_argument("--steps", type=int, default=60)
    options.add_argument("--instances", type=int, default=5)
    options.add_argument("--model")
    options.add_argument("--base-url")
    given = options.parse_args()
    print("exact; nearest neighbour; OPRO (its tours, when exact); random search (its tours, when exact)")
    for seed in range(given.instances):
        points = draw(seed, given.nodes)
        best = shortest(points)
        model = OpenAIChat(given.model, base_url=given.base_url) if given.model else scripted(seed, given.nodes)
        cells = [f"{best:.1f}", f"{length(points, nearest_neighbour(points)):.1f}"]
        for strategy, chat in ((Opro(), model), (Blind(), blind(seed, given.nodes))):
            ledger = search(points, strategy, chat, steps=given.steps, seed=seed)
            near = first_within(ledger, best) or "never"
            cells.append(f"{-ledger.best.score.mean:.1f} ({ledger.evaluations}, {near})")
        print(f"{seed}: {'; '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
