"""The key, on its way through a whole solve with a server that gives it away."""

import json
import logging

from optwright.agent.models import resolve
from optwright.agent.solution import Status
from optwright.agent.solve import Settings, solve
from optwright.config import load
from tests.agent.cases import BAKERY, BAKERY_TEXT, says
from tests.stub_server import FaultPlan, StubServer

KEY = "sk-canary-77aa-99zz"


def test_the_key_is_nowhere_in_what_a_solve_leaves(tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    plan = FaultPlan(script=["500", "429"], message=f"no luck, {KEY}", retry_after="0.01")
    heard = []
    with StubServer(says(BAKERY, f"Assumption: the key is {KEY}"), faults=plan, key=KEY) as server:
        env = {
            "OPTWRIGHT_BASE_URL": server.url,
            "OPTWRIGHT_API_KEY": KEY,
            "OPTWRIGHT_MODEL": "stub",
            "HOME": "/nowhere",
        }
        resolved = load(environment=env, folder=tmp_path)
        model = resolve(resolved.config)
        solution = solve(BAKERY_TEXT, model=model, settings=Settings(), save=tmp_path / "save", on_step=heard.append)
    assert solution.status is Status.OPTIMAL
    assert solution.assumptions == ["the key is [key]"]
    everything = [json.dumps(solution.to_json()), repr(solution), solution.explanation.text, repr(heard), repr(model)]
    everything += [resolved.describe(), repr(resolved), caplog.text, *capfd.readouterr()]
    everything += [path.read_bytes().decode("latin-1") for path in (tmp_path / "save").rglob("*") if path.is_file()]
    assert len(everything) > 12
    assert not [text for text in everything if KEY in text]


def test_a_wrong_key_ends_in_one_line_without_it():
    with StubServer("x", key="another") as server:
        config = load(
            environment={"OPTWRIGHT_BASE_URL": server.url, "OPTWRIGHT_API_KEY": KEY, "HOME": "/nowhere"}
        ).config
        config = config.model_copy(update={"llm": config.llm.model_copy(update={"model": "stub"})})
        solution = solve(BAKERY_TEXT, model=resolve(config), settings=Settings())
    assert (solution.failure.kind, solution.exit_code) == ("llm", 3)
    assert "key was refused" in solution.failure.message
    assert KEY not in json.dumps(solution.to_json())
