"""Stop, kill and start again: what is at work ends when told to, and what was cut off goes on."""

import json
import os
import random
import time

import pytest

from tests.stub_server import StubServer

pytest.importorskip("gradio")
sync_api = pytest.importorskip("playwright.sync_api")

from tests.e2e.app_server import CHROMIUM, QUIET, AppServer, Visitor  # noqa: E402

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("OPTWRIGHT_SCREENSHOTS")


@pytest.fixture(scope="module")
def browser():
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_api.sync_playwright() as player:
        opened = player.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


def market_split(rows=5, columns=40, seed=1):
    """Return a market split problem: small to write, and hopeless for branch and bound within a test's time."""
    numbers = random.Random(seed)
    weight = [[numbers.randrange(100) for _ in range(columns)] for _ in range(rows)]
    half = [sum(row) // 2 for row in weight]
    return {
        "sets": [{"name": "R", "range": [1, rows]}, {"name": "C", "range": [1, columns]}],
        "parameters": [
            {"name": "weight", "index": ["R", "C"], "value": weight},
            {"name": "half", "index": ["R"], "value": half},
        ],
        "variables": [
            {"name": "pick", "index": ["C"], "domain": "Binary"},
            {"name": "over", "index": ["R"], "upper": 10000},
            {"name": "under", "index": ["R"], "upper": 10000},
        ],
        "objective": {"sense": "minimize", "expression": "sum(over[r] + under[r] for r in R)"},
        "constraints": [
            {
                "name": "split",
                "for_each": "r in R",
                "expression": "sum(weight[r,c]*pick[c] for c in C) + under[r] - over[r] == half[r]",
            }
        ],
    }


def speak(messages):
    if '"questions"' in messages[0]["content"]:
        return json.dumps({"analysis": "clear", "questions": []})
    return f"Briefly.\n```json\n{json.dumps(market_split())}\n```"


WORDS = "Split forty customers between two divisions so that each retailer's share is as even as it can be."


def solving(visitor):
    visitor.page.locator("#chat").get_by_text("Working: solving").wait_for()


def test_stop_ends_the_model_call(browser, tmp_path):
    with StubServer(speak, latency=45) as model:
        server = AppServer(tmp_path, "--base-url", model.url, "--model", "stub")
        try:
            visitor = Visitor(browser, server.url, SHOTS).arrive()
            visitor.say(WORDS)
            visitor.page.locator("#chat").get_by_text("Working:").wait_for()
            began = time.monotonic()
            visitor.page.locator("#stop").click()
            visitor.hears("Stopped")
            assert time.monotonic() - began < 40, "it waited for the model instead"
            visitor.close()
        finally:
            server.close()


def test_stop_ends_the_solver(browser, tmp_path):
    with StubServer(speak) as model:
        server = AppServer(tmp_path, "--base-url", model.url, "--model", "stub", OPTWRIGHT_TIME_LIMIT="120")
        try:
            visitor = Visitor(browser, server.url, SHOTS).arrive()
            visitor.say(WORDS)
            solving(visitor)
            visitor.shot("working")
            began = time.monotonic()
            visitor.page.locator("#stop").click()
            visitor.hears("Stopped")
            assert time.monotonic() - began < 90, "it waited for the solver instead"
            visitor.shot("stopped")
            visitor.close()
        finally:
            server.close()


def test_a_killed_server_goes_on_with_the_conversation(browser, tmp_path):
    with StubServer(speak) as model:
        server = AppServer(tmp_path, "--base-url", model.url, "--model", "stub", OPTWRIGHT_TIME_LIMIT="8")
        try:
            visitor = Visitor(browser, server.url, SHOTS).arrive()
            visitor.say(WORDS)
            solving(visitor)
            server.kill()
            asked = len(model.requests)
            server.start()
            visitor.arrive()
            visitor.hears("Best value found before the solver stopped")
            assert len(model.requests) == asked, "what was done before the kill was done again"
            visitor.page.locator("#headline", has_text="Best value found").wait_for()
            visitor.shot("restarted")
            visitor.say("explain the model")
            visitor.hears("pick")
            visitor.close()
        finally:
            server.close()
