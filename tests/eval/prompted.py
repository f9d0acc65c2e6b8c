"""Pipelines for the tests of trials: right only where the prompt holds the word that the problem needs; no solver."""

import os
from functools import cache

from optwright.budget import Usage
from optwright.datasets.label import Status
from optwright.eval.prediction import Prediction
from optwright.eval.work import Attempt
from tests.eval.prompt_server import needed, problems


@cache
def known():
    return {record["question"]: record["answer"] for record in problems(400)}


def solved(task):
    text = " ".join(task.prompts.values())
    value = known()[task.text] + (0 if needed(task.text) in text else 1)
    told = f"Best possible value: {value:g}."
    return Prediction(Status.OPTIMAL, value, executed=True, usage=Usage(1, 100, 10), seconds=0.5, evidence=told)


def worker(settings, *, turnstile, key):
    def work(task):
        with turnstile:
            return Attempt(task, solved(task))

    return work


def failing(settings, *, turnstile, key):
    """The server fails for problems whose text holds `OPTWRIGHT_TEST_FAIL`."""
    word = os.environ.get("OPTWRIGHT_TEST_FAIL", "")

    def work(task):
        if word in task.text:
            return Attempt(task, Prediction(failure="llm", message="gone"), trouble="the server does not answer")
        return Attempt(task, solved(task))

    return work
