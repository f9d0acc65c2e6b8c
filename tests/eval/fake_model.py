"""A stand-in for a language model: an OpenAI-compatible server that answers benchmark questions, often rightly.

It knows the answers (it reads the uniform files), and by the hash of the question it gives a formulation with the right
optimum (60%), with another optimum (15%), an infeasible one, one with an undeclared name that it mends when told, or no
JSON at all. Its latency is log-normal per request, by the hash of the messages: replies do not depend on when or in
which order they are asked for. `python tests/eval/fake_model.py FILE.jsonl... [--median 1.0]` prints its base URL.
"""

import argparse
import hashlib
import json
import math
import statistics
import sys
import time
from pathlib import Path

from optwright.datasets import uniform
from optwright.datasets.sample import Labels
from tests.stub_server import StubServer

HEAD = 60


def number(text):
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def formulation(value, *, goal="x + y"):
    """A small formulation whose optimum is `value`; a `goal` with an undeclared name is an error to be mended."""
    constraints = [{"name": "limit", "expression": "x + y <= most"}, {"name": "share", "expression": "y <= x"}]
    return {
        "parameters": [{"name": "most", "value": abs(value)}],
        "variables": [{"name": "x"}, {"name": "y"}],
        "objective": {"sense": "maximize", "expression": goal if value >= 0 else f"-({goal})"},
        "constraints": constraints if value >= 0 else [{"name": "limit", "expression": "x + y >= most"}],
        "outputs": [{"name": "x", "expression": "x"}],
    }


class FakeModel:
    def __init__(self, paths, *, median=1.0, spread=0.5):
        self.median, self.spread = median, spread
        samples = [sample for path in paths for sample in uniform.load(path)]
        self.known = {}
        for sample in samples:
            self.known.setdefault(" ".join(sample.corrected.question.split())[:HEAD], []).append(sample)

    def __call__(self, messages):
        text = json.dumps(messages)
        quantile = (number("latency" + text) % 9973 + 0.5) / 9973
        time.sleep(self.median * math.exp(self.spread * statistics.NormalDist().inv_cdf(quantile)))
        return self.answer(messages)

    def answer(self, messages):
        words = " ".join(" ".join(part["content"] for part in messages if part["role"] == "user").split())
        sample = next(
            (s for head, group in self.known.items() if head in words for s in self.fitting(group, words)), None
        )
        if sample is None:
            return "I do not know this problem."
        draw = number(sample.id) % 100
        label = sample.version(Labels.CORRECTED).label
        value = label.value if label and label.value is not None else 1.0
        if draw < 60:
            return self.write(formulation(value))
        if draw < 75:
            return self.write(formulation(value + 1 + abs(value) * 0.01))
        if draw < 82:
            wrong = formulation(value)
            wrong["constraints"].append({"name": "never", "expression": "x + y <= -1"})
            return self.write(wrong)
        if draw < 92 and "has errors that stop it" not in words:
            return self.write(formulation(value, goal="x + totals"))
        return self.write(formulation(value)) if draw < 92 else "The optimum follows from the text above."

    @staticmethod
    def fitting(group, words):
        return [sample for sample in group if " ".join(sample.corrected.question.split()) in words] or group[:1]

    @staticmethod
    def write(data):
        return f"We decide two amounts; their sum is limited.\n\n```json\n{json.dumps(data)}\n```\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--median", type=float, default=1.0)
    given = parser.parse_args()
    with StubServer(FakeModel(given.files, median=given.median)) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
