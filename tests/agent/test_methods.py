"""The methods in which the model writes the program, all in the same harness."""

import pytest

from optwright.agent.solution import Status
from optwright.llm import Finish, Reply
from tests.agent.cases import BAKERY, BAKERY_OPTIMUM, BAKERY_PROGRAM, BAKERY_TEXT, codes, names, run, says

RAISES = BAKERY_PROGRAM.replace("    return model", "    return modle")
ELEMENTS = "## Sets:\nLoaves\n\n## Parameters:\n...\n\n## Variables:\n...\n\n## Objective:\n...\n\n## Constraints:\n..."
MODULE_LEVEL = """from pyomo.environ import *
model = ConcreteModel()
model.rye = Var(domain=NonNegativeIntegers)
model.wheat = Var(domain=NonNegativeIntegers)
model.obj = Objective(expr=4*model.rye + 3*model.wheat, sense=maximize)
model.flour = Constraint(expr=0.5*model.rye + 0.4*model.wheat <= 60)
model.oven = Constraint(expr=12*model.rye + 8*model.wheat <= 1320)
model.share = Constraint(expr=0.75*model.rye >= 0.25*model.wheat)
"""
REPLIES = {
    "coded": [says(BAKERY), codes(BAKERY_PROGRAM)],
    "direct": [codes(BAKERY_PROGRAM)],
    "cot": ["Understand.\n```model\nmaximise 4 rye + 3 wheat ...\n```", codes(BAKERY_PROGRAM)],
    "llmopt": [ELEMENTS, codes(MODULE_LEVEL)],
}


@pytest.mark.parametrize("method", REPLIES)
def test_each_method_solves(method):
    solution, requests = run(REPLIES[method], method=method)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert solution.method == method
    assert len(requests) == len(REPLIES[method])
    assert BAKERY_TEXT in requests[0].messages[-1]["content"]
    assert (solution.formulation is not None) == (method == "coded")


@pytest.mark.parametrize("method", REPLIES)
def test_a_program_that_raises_is_repaired_from_its_message(method):
    replies = [*REPLIES[method][:-1], codes(RAISES), REPLIES[method][-1]]
    solution, requests = run(replies, method=method)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert "NameError" in requests[-1].messages[-1]["content"]
    assert "modle" in requests[-1].messages[-1]["content"]
    assert requests[-1].messages[-2] == {"role": "assistant", "content": f"```python\n{RAISES}\n\n```"}
    assert names(solution).count("execute") == 2


@pytest.mark.parametrize("method", REPLIES)
def test_a_program_that_keeps_raising_ends_in_its_failure(method):
    replies = [*REPLIES[method][:-1], *[codes(RAISES)] * 9]
    solution, requests = run(replies, method=method)
    assert solution.status is Status.FAILED
    assert (solution.failure.kind, solution.exit_code) == ("exception", 5)
    assert "NameError" in solution.failure.message
    assert len(requests) == len(REPLIES[method]) + 2


HALF = Reply(f"```python\n{BAKERY_PROGRAM[: BAKERY_PROGRAM.index('    model.oven_limit')]}", Finish.LENGTH)
"""It would run, without two of its constraints."""


@pytest.mark.parametrize("reply", ["No program.", codes("x = (", "Look:"), f"```python\n{BAKERY_PROGRAM[:190]}", HALF])
@pytest.mark.parametrize("method", REPLIES)
def test_a_program_that_cannot_be_read_is_asked_for_again(method, reply):
    replies = [*REPLIES[method][:-1], reply, REPLIES[method][-1]]
    solution, requests = run(replies, method=method)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert "The last reply cannot be used" in requests[-1].messages[-1]["content"]


@pytest.mark.parametrize("method", ["cot", "llmopt"])
def test_a_model_in_words_that_is_empty_is_asked_for_again(method):
    replies = ["<think>hm</think>", *REPLIES[method]]
    solution, requests = run(replies, method=method)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert len(requests) == 3
    assert solution.model_text


def test_the_coded_program_is_held_against_the_formulation():
    other = BAKERY_PROGRAM.replace("<= 60)", "<= 600)")
    solution, requests = run([says(BAKERY), codes(other), codes(BAKERY_PROGRAM)], method="coded")
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert "models something else" in requests[-1].messages[-1]["content"]
    assert "flour_limit" in requests[-1].messages[-1]["content"]


def test_a_coded_program_with_other_names_is_not_vouched_for_by_the_formulation():
    solution, _ = run([says(BAKERY), codes(MODULE_LEVEL)], method="coded")
    assert solution.status is Status.OPTIMAL
    assert any("names its variables otherwise: no bake" in reason.text for reason in solution.confidence.reasons)
    assert solution.confidence.score < run(REPLIES["coded"], method="coded")[0].confidence.score


def test_what_a_program_claims_is_not_believed():
    lies = MODULE_LEVEL + "SolverFactory('highs').solve(model)\nprint('objective: 1000000')\n"
    honest = run([codes(lies)], method="direct")[0]
    assert honest.objective == pytest.approx(BAKERY_OPTIMUM)


def test_an_infeasible_program_is_asked_about_once():
    never = codes(BAKERY_PROGRAM.replace("<= 1320", "<= -1"))
    solution, requests = run([never, "UNCHANGED"], method="direct")
    assert (solution.status, len(requests)) == (Status.INFEASIBLE, 2)
    solution, _ = run([never, codes(BAKERY_PROGRAM)], method="direct")
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)


def test_a_coded_program_gets_the_tables():
    from optwright.problem import Table

    source = """import pyomo.environ as pyo
def build_model(data):
    model = pyo.ConcreteModel()
    rows = {row["food"]: row for row in data["foods"]}
    model.eat = pyo.Var(list(rows), domain=pyo.NonNegativeReals)
    model.cost = pyo.Objective(expr=sum(rows[f]["cost"] * model.eat[f] for f in rows))
    model.enough = pyo.Constraint(expr=sum(rows[f]["energy"] * model.eat[f] for f in rows) >= 100)
    return model
"""
    table = Table("foods", ("food", "cost", "energy"), (("oats", 3, 50), ("nuts", 9, 100)), "foods.csv")
    solution, _ = run([codes(source)], method="direct", text="Eat well.", tables=[table])
    assert solution.objective == pytest.approx(6.0)


def test_keys_in_the_environment_are_out_of_a_programs_reach(monkeypatch):
    canary = "sk-canary-in-the-environment"
    monkeypatch.setenv("OPENAI_API_KEY", canary)
    spies = "import os\nprint('environment:', sorted(os.environ.items()))\n" + MODULE_LEVEL
    solution, _ = run([codes(spies)], method="direct")
    assert "environment:" in solution.outcome.stdout
    assert canary not in str(solution.to_json())


INFEASIBLE = BAKERY_PROGRAM.replace("<= 1320", "<= -1")
UNBOUNDED = BAKERY_PROGRAM.replace("<= 1320", ">= 1320").replace("<= 60)", ">= 60)")


@pytest.mark.parametrize("other", [INFEASIBLE, UNBOUNDED])
def test_a_coded_program_without_an_optimum_is_at_fault_when_its_formulation_has_one(other):
    solution, requests = run([says(BAKERY), codes(other), codes(BAKERY_PROGRAM)], method="coded")
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert "the formulation itself has a solution with objective 465" in requests[2].messages[-1]["content"]
    given_up, _ = run([says(BAKERY), *[codes(other)] * 9], method="coded")
    assert given_up.status is Status.UNVERIFIED
    assert given_up.objective is None
    assert given_up.confidence.score == 0.0
