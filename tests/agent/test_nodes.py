"""Single nodes with a plain state, the real solver and evaluator behind them where they use one."""

import json

import pytest

from optwright.agent.confidence import judge
from optwright.agent.context import Context
from optwright.agent.nodes.check import check
from optwright.agent.nodes.execute import execute, rename
from optwright.agent.nodes.program import program
from optwright.agent.nodes.repair import repair
from optwright.agent.nodes.retrieve import retrieve
from optwright.agent.nodes.verify import verify
from optwright.agent.preset import GIVEN, POLICIES, PRESETS
from optwright.agent.solution import Status, conclude
from optwright.agent.trouble import About, Kind, Trouble
from optwright.budget import Allowance, Budget, Usage
from optwright.llm import ScriptedChat
from optwright.method import Effort, Method
from optwright.outcome import Conflict, Failure, Outcome, Termination
from optwright.problem import Problem
from optwright.solvers.options import SolveOptions
from optwright.trace import Trace
from tests.agent.cases import BAKERY, BAKERY_PROGRAM, BAKERY_TEXT, bakery, codes, says


def around(model=None, method=Method.COMPILED, effort=Effort.MEDIUM, **more):
    return Context(Problem(BAKERY_TEXT), PRESETS[method], POLICIES[effort], model=model, **more)


def solved():
    """Return the state after the program ran."""
    context = around()
    state = {"formulation": bakery()}
    for node in (check, program, execute):
        state |= node(state, context)
    return state, context


def test_a_node_returns_a_part_of_the_state_in_plain_json():
    state, context = solved()
    state |= verify(state, context)
    assert json.loads(json.dumps(state)) is not None
    assert state["evaluation"]["ok"] is True
    assert state["trouble"] is None
    assert [step["name"] for step in retrieve({}, context)["steps"]] == ["retrieve"]


def test_a_point_that_was_tampered_with_is_found_out():
    state, context = solved()
    (entries,) = (entry for entry in state["outcome"]["values"]["bake"] if entry[0] == ["rye"])
    entries[1] += 1.0
    found = verify(state, context)
    assert found["evaluation"]["ok"] is False
    assert found["trouble"]["kind"] == Kind.FINAL
    assert any("flour_limit" in line for line in found["evaluation"]["violations"])
    assert any("objective" in line for line in found["evaluation"]["violations"])


def test_a_missing_variable_is_a_contradiction_in_the_compiled_route():
    state, context = solved()
    del state["outcome"]["values"]["bake"]
    assert verify(state, context)["evaluation"]["ok"] is False


def outcome(**fields):
    return {"outcome": Outcome(**fields).to_json(), "formulation": bakery(), "names": {"bake": "bake"}}


def test_a_time_limit_with_a_point_is_feasible_and_not_optimal():
    values = {"bake": {("rye",): 50.0, ("wheat",): 60.0}}
    state = outcome(
        termination=Termination.TIME_LIMIT, has_incumbent=True, objective=380.0, bound=470.0, gap=0.2368, values=values
    )
    state |= verify(state, around())
    solution = conclude(state, PRESETS[Method.COMPILED], Trace())
    assert (solution.status, solution.exit_code, solution.objective) == (Status.FEASIBLE, 4, 380.0)
    assert "Best value found before the solver stopped: 380 $, at most 23.68%" in solution.explanation.headline
    assert any("not proven optimal (gap 23.68%)" in reason.text for reason in solution.confidence.reasons)


def test_a_time_limit_without_a_point_is_a_failure_with_its_name():
    state = outcome(termination=Termination.TIME_LIMIT)
    state |= verify(state, around(ScriptedChat([])))
    state |= repair(state, around(ScriptedChat([])))
    solution = conclude(state, PRESETS[Method.COMPILED], Trace())
    assert solution.status is Status.FAILED
    assert solution.failure.kind == "time_limit"
    assert "No feasible point was found" in solution.failure.message


@pytest.mark.parametrize("failure", [Failure.DEADLINE, Failure.MEMORY, Failure.SOLVER, Failure.CRASH])
def test_what_no_formulation_can_change_is_not_sent_to_the_model(failure):
    model = ScriptedChat([])
    state = outcome(termination=Termination.NOT_SOLVED, failure=failure, message="it ended")
    state |= verify(state, around(model))
    state |= repair(state, around(model))
    assert state["goto"] == "explain"
    assert model.requests == []


def trouble(kind, about, signature="s"):
    return {"trouble": Trouble(kind, about, "It is wrong.", signature, "check").to_json()}


@pytest.mark.parametrize(
    ("about", "method", "reply", "goto"),
    [
        (About.FORMULATION, Method.COMPILED, says(BAKERY), "check"),
        (About.FORMULATION, Method.CODED, says(BAKERY), "check"),
        (About.PROGRAM, Method.CODED, codes(BAKERY_PROGRAM), "execute"),
        (About.PROGRAM, Method.DIRECT, codes(BAKERY_PROGRAM), "execute"),
        (About.FORMULATION, Method.COT, "```model\nmax\n```", "program"),
    ],
)
def test_repair_changes_what_the_evidence_points_at(about, method, reply, goto):
    state = {"formulation": bakery(), "program": "old", "draft": "words", **trouble(Kind.WRONG, about)}
    if not PRESETS[method].typed:
        state["formulation"] = None
        state |= trouble(Kind.REPLY, about) if about is About.FORMULATION else {}
    found = repair(state, around(ScriptedChat([reply]), method))
    assert found["goto"] == goto
    assert found["rounds"] == 1
    assert found["seen"] == ["s"]


def test_repair_stops_when_the_failure_has_returned_twice():
    state = {"formulation": bakery(), "seen": ["s", "s"], "rounds": 2, **trouble(Kind.WRONG, About.FORMULATION)}
    model = ScriptedChat([])
    found = repair(state, around(model, effort=Effort.HIGH))
    assert (found["goto"], found["stopped"]) == ("explain", "the same failure returned 2 times")
    assert model.requests == []


def test_repair_stops_when_the_budget_is_spent():
    budget = Budget(Allowance(tokens=10), used=Usage(1, 8, 8))
    state = {"formulation": bakery(), **trouble(Kind.WRONG, About.FORMULATION)}
    found = repair(state, around(ScriptedChat([]), budget=budget))
    assert "the budget of 10 tokens is spent" in found["stopped"]


def test_a_doubt_that_cannot_be_asked_about_is_left_open():
    budget = Budget(Allowance(calls=1), used=Usage(1))
    state = {"formulation": bakery(), **trouble(Kind.DOUBT, About.FORMULATION)}
    found = repair(state, around(ScriptedChat([]), budget=budget))
    assert (found["goto"], found["trouble"]) == ("program", None)
    assert "stopped" not in found


def test_an_answer_to_a_doubt_that_cannot_be_read_counts_as_unchanged():
    state = {"formulation": bakery(), **trouble(Kind.DOUBT, About.FORMULATION)}
    found = repair(state, around(ScriptedChat(["It seems fine to me."])))
    assert (found["goto"], found["trouble"], found["asked"]) == ("program", None, ["warnings"])
    assert "formulation" not in found


def test_the_solver_gets_no_more_time_than_the_budget_has():
    budget = Budget(Allowance(seconds=0.001))
    context = around(budget=budget, options=SolveOptions(time_limit=500.0))
    state, _ = solved()
    assert execute(state, context)["outcome"]["termination"] == "optimal"


def test_outcomes_are_told_under_the_formulations_names():
    found = rename(
        Outcome(
            Termination.INFEASIBLE,
            values={"load_": {(): 1.0}, "other": {(): 2.0}},
            duals={"c_": {(): 1.0}},
            conflict=Conflict((("c_", (1,)),), (("load_", (), "upper"),), (("c_", (1,), 3.0),)),
            runaway=(("load_", ()),),
        ),
        {"load_": "load", "c_": "c"},
    )
    assert set(found.values) == {"load", "other"}
    assert found.conflict == Conflict((("c", (1,)),), (("load", (), "upper"),), (("c", (1,), 3.0),))
    assert found.runaway == (("load", ()),)
    assert found.duals == {"c": {(): 1.0}}


def test_the_confidence_falls_with_each_doubt():
    base = {"evaluation": {"checked": True, "ok": True}, "names": {"x": "x"}}
    good = Outcome(Termination.OPTIMAL, True, 1.0, solver="highs")
    full = judge(base, good).score
    for worse in (
        {"rounds": 2},
        {"assumptions": ["a"]},
        {"findings": [{"code": "NUMBER_UNUSED", "severity": "warning"}]},
        {"findings": [{"code": "UNITS", "severity": "warning"}]},
        {"evaluation": {"checked": False, "why": "no formulation"}},
        {"names": {}},
    ):
        assert 0 < judge({**base, **worse}, good).score < full
    assert judge(base, Outcome(Termination.OPTIMAL, True, 1.0, claimed=2.0)).score < full
    wrong = {**base, "evaluation": {"checked": True, "ok": False, "violations": ["v"]}}
    assert judge(wrong, good).score == 0.0
    assert judge({"stopped": "why"}, good).score == 0.0
    assert judge({}, None).score == 0.0


def test_a_given_formulation_is_not_held_against_a_text():
    context = Context(Problem("There are 77 of them."), GIVEN, POLICIES[Effort.MEDIUM])
    assert check({"formulation": bakery()}, context)["trouble"] is None
