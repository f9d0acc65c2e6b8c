"""The method for small models tuned on bare pairs: the question alone, the bare JSON, asked once."""

import json

import pytest

from optwright.agent.solution import Status
from tests.agent.cases import BAKERY, BAKERY_OPTIMUM, BAKERY_TEXT, run


def test_the_question_alone_is_sent_and_bare_json_is_read():
    solution, requests = run([json.dumps(BAKERY, separators=(",", ":"))], method="plain")
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    (request,) = requests
    assert [dict(message) for message in request.messages] == [{"role": "user", "content": BAKERY_TEXT.strip()}]


def test_structured_outputs_are_asked_for_without_an_analysis():
    _, (request,) = run([json.dumps(BAKERY)], method="plain")
    assert "analysis" not in request.schema["properties"]
    assert {"variables", "objective", "constraints"} <= request.schema["properties"].keys()


@pytest.mark.parametrize(
    "reply", ['{"variables": [', "no idea", '{"variables": [{"name": "x", "index": ["NOWHERE"]}]}']
)
def test_the_model_is_asked_once_whatever_it_writes(reply):
    solution, requests = run([reply, reply], method="plain")
    assert solution.status is Status.FAILED
    assert solution.failure.kind in ("parse", "check")
    assert len(requests) == 1
