"""A pipeline for the tests of the machinery around it: deterministic answers, by the hash of the item, after a wait."""

import hashlib
import json
import os
import time
from pathlib import Path

from optwright.budget import Usage
from optwright.datasets.label import Status
from optwright.eval.prediction import Prediction, Timing
from optwright.eval.work import Attempt


def worker(settings, *, turnstile, key):
    """Answer after `OPTWRIGHT_TEST_WAIT` seconds; note each start in the file `OPTWRIGHT_TEST_STARTS`, if given."""
    wait = float(os.environ.get("OPTWRIGHT_TEST_WAIT", "0.02"))
    starts = os.environ.get("OPTWRIGHT_TEST_STARTS")

    def work(task):
        if starts:
            with Path(starts).open("a") as file:
                file.write(json.dumps([task.id, task.sample, os.getpid()]) + "\n")
        with turnstile:
            time.sleep(wait)
        return Attempt(task, prediction_of(task.id, task.sample))

    return work


def prediction_of(name, sample=0):
    number = int(hashlib.sha256(f"{name} {sample}".encode()).hexdigest(), 16)
    kind = number % 10
    usage = Usage(1, 300 + number % 100, 50, 200)
    common = {"usage": usage, "seconds": 0.5, "steps": {"formulate": Timing(0.4, 1)}, "attempts": 1}
    if kind == 0:
        return Prediction(failure="parse", **common)
    if kind == 1:
        return Prediction(Status.INFEASIBLE, executed=True, confidence=0.4, **common)
    value = float(number % 1000)
    return Prediction(Status.OPTIMAL, value, {"x": value}, executed=True, confidence=0.5 + kind / 20, **common)


def failing(settings, *, turnstile, key):
    """A server that fails for the items named in `OPTWRIGHT_TEST_FAIL` (comma-separated; `all`)."""
    names = os.environ.get("OPTWRIGHT_TEST_FAIL", "all").split(",")

    def work(task):
        if names == ["all"] or task.id in names:
            return Attempt(task, Prediction(failure="llm", message="no answer"), trouble="the server does not answer")
        return Attempt(task, prediction_of(task.id, task.sample))

    return work
