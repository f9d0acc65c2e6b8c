"""From words to an answer with a scripted model, the real checks, the real sandbox and the real solvers."""

import json
import time

import pytest

from optwright.agent.requests import dump
from optwright.agent.solution import Status
from optwright.agent.solve import Settings, solve, solve_formulation
from optwright.budget import Allowance
from optwright.errors import ConfigError, InputError, LLMError
from optwright.llm import Finish, Reply, ScriptedChat
from optwright.outcome import Termination
from optwright.problem import Problem, Table
from optwright.trace import Trace
from tests.agent.cases import (
    BAKERY,
    BAKERY_OPTIMUM,
    BAKERY_PROGRAM,
    BAKERY_TEXT,
    bakery,
    codes,
    names,
    run,
    says,
)

STRAIGHT = ["retrieve", "formulate", "check", "program", "execute", "verify", "explain"]


def test_a_right_formulation_goes_straight_through():
    solution, requests = run([says(BAKERY)])
    assert solution.status is Status.OPTIMAL
    assert solution.exit_code == 0
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert solution.outputs == {"revenue": {(): pytest.approx(465)}, "total": {(): pytest.approx(135)}}
    assert solution.values == {"bake": {("rye",): pytest.approx(60), ("wheat",): pytest.approx(75)}}
    assert names(solution) == STRAIGHT
    assert len(requests) == 1
    assert "build_model" in solution.program
    assert solution.failure is None
    assert solution.confidence.score > 0.7


def test_the_explanation_uses_the_words_of_the_problem():
    text = run([says(BAKERY)])[0].explanation.text
    assert "Best possible value: 465 $." in text
    assert "revenue = 465 $" in text
    assert 'flour_limit: "There are 60 kg of flour"' in text
    assert "enough_rye" not in text, "it does not bind"


def test_everything_is_json_and_the_trace_is_its_own_schema():
    solution = run([says(BAKERY)])[0]
    data = json.loads(json.dumps(solution.to_json()))
    assert data["objective"] == pytest.approx(465)
    assert data["outputs"]["total"] == pytest.approx(135)
    assert data["values"]["bake"] == [[["rye"], 60], [["wheat"], 75]]
    trace = Trace.model_validate(data["trace"])
    call = trace.steps[1].call
    assert (call.template, call.finish, call.model) == ("formulate", "stop", "scripted")
    assert len(call.prompt_hash) == 16
    assert call.reply == says(BAKERY)
    assert trace.steps[4].evidence.outcome["termination"] == "optimal"
    assert "values" not in trace.steps[4].evidence.outcome


def test_duals_are_told_where_they_exist():
    linear = {**BAKERY, "variables": [{"name": "bake", "index": ["LOAVES"]}]}
    solution = run([says(linear)])[0]
    duals = {row.name: row.dual for row in solution.explanation.binding}
    assert duals == {"flour_limit": pytest.approx(5.0), "oven_limit": pytest.approx(0.125)}
    assert "one unit more changes the objective by 5" in solution.explanation.text


def test_the_problem_and_its_tables_reach_the_model_last():
    tables = [Table("foods", ("food", "cost"), (("oats", 3), ("nuts", 9)), "foods.csv")]
    _, requests = run([says(BAKERY)], tables=tables)
    system, user = requests[0].messages
    assert BAKERY_TEXT not in system["content"]
    assert user["content"].index("| oats | 3 |") < user["content"].index("A bakery sells")


def test_a_table_is_bound_by_reference():
    formulation = {
        "tables": [{"name": "foods", "columns": ["food", "cost", "energy"], "file": "foods.csv"}],
        "sets": [{"name": "FOODS", "table": "foods", "column": "food"}],
        "parameters": [
            {"name": "cost", "index": ["FOODS"], "table": "foods"},
            {"name": "energy", "index": ["FOODS"], "table": "foods"},
            {"name": "needed", "value": 100},
        ],
        "variables": [{"name": "eat", "index": ["FOODS"]}],
        "objective": {"sense": "minimize", "expression": "sum(cost[f]*eat[f] for f in FOODS)"},
        "constraints": [{"name": "enough", "expression": "sum(energy[f]*eat[f] for f in FOODS) >= needed"}],
    }
    table = Table("foods", ("food", "cost", "energy"), (("oats", 3, 50), ("nuts", 9, 100)), "foods.csv")
    solution = run([says(formulation)], text="Eat at least 100 units of energy at least cost.", tables=[table])[0]
    assert solution.objective == pytest.approx(6.0)


def test_assumptions_are_stated():
    analysis = "Short.\n- **Assumption:** loaves are whole\nAssumption: nothing is left over\nWe assume nothing else."
    solution = run([says(BAKERY, analysis)])[0]
    assert solution.assumptions == ["loaves are whole", "nothing is left over"]
    assert any("2 assumptions" in reason.text for reason in solution.confidence.reasons)


# What models get wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("I am not able to help.", "no JSON object of the kind asked for"),
        ("```json\n{'variables': []}\n```", "malformed JSON at line 1, column 2"),
        (Reply(says(BAKERY)[:300], Finish.LENGTH), "cut off after 300 characters (finish_reason length)"),
        (Reply("", Finish.LENGTH), "cut off before its first word"),
        (says(BAKERY)[:-40], "the JSON is cut off after"),
        (says({"sets": [], "objective": {}}), "SCHEMA"),
        (says({**BAKERY, "variables": [{"name": "bake", "domain": "Whole"}]}), "SCHEMA"),
        (says({**BAKERY, "restrictions": []}), "SCHEMA"),
        (says(bakery(oven_limit="sum(minutes[k]*bake[k] for k in LOAVES <= oven_time")), "SYNTAX"),
        (says(bakery(oven_limit="sum(minuets[k]*bake[k] for k in LOAVES) <= oven_time")), "did you mean 'minutes'"),
    ],
)
def test_a_bad_reply_is_told_and_repaired(reply, told):
    solution, requests = run([reply, says(BAKERY)])
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert told in requests[1].messages[-1]["content"]
    assert requests[1].messages[:2] == requests[0].messages, "the prefix stays the same"
    assert "repair" in names(solution)
    assert solution.confidence.score < run([says(BAKERY)])[0].confidence.score


def test_a_cut_off_reply_whose_json_is_whole_is_used():
    solution, requests = run([Reply(says(BAKERY) + "\nAnd further", Finish.LENGTH)])
    assert solution.status is Status.OPTIMAL
    assert len(requests) == 1


def test_json_only_replies_of_structured_outputs_are_read():
    reply = json.dumps({"analysis": "Assumption: fresh flour", "formulation": BAKERY})
    solution = run([reply])[0]
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert solution.assumptions == ["fresh flour"]


def test_the_same_failure_ends_after_it_has_returned_twice():
    broken = says(bakery(oven_limit="bake[ <= 3"))
    solution, requests = run([broken] * 10)
    assert solution.status is Status.FAILED
    assert (solution.failure.kind, solution.exit_code) == ("check", 5)
    assert "the same failure returned 2 times" in solution.failure.message
    assert len(requests) == 3
    assert "take another way" in requests[2].messages[-1]["content"]
    assert "take another way" not in requests[1].messages[-1]["content"]
    assert (solution.objective, solution.values, solution.confidence.score) == (None, {}, 0.0)


@pytest.mark.parametrize(("effort", "calls"), [("low", 2), ("medium", 4), ("high", 7)])
def test_the_effort_bounds_the_repairs(effort, calls):
    replies = [f"No JSON in this one, number {chr(65 + i)}." for i in range(20)]
    solution, requests = run(replies, effort=effort)
    assert solution.status is Status.FAILED
    assert solution.failure.kind == "parse"
    assert len(requests) == calls


def test_the_budget_bounds_the_repairs_and_is_named():
    replies = [f"No JSON in this one, number {chr(65 + i)}." for i in range(20)]
    model = ScriptedChat(replies)
    solution = solve(BAKERY_TEXT, model=model, settings=Settings(effort="high", allowance=Allowance(calls=2)))
    assert solution.status is Status.FAILED
    assert "the budget of 2 calls is spent" in solution.failure.message
    assert solution.exit_code == 5
    assert solution.usage.calls == 2


def test_a_number_that_is_not_used_is_asked_about_once():
    forgets = bakery()
    forgets["parameters"] = [one for one in BAKERY["parameters"] if one["name"] != "rye_share"]
    forgets["constraints"] = [one for one in BAKERY["constraints"] if one["name"] != "enough_rye"]
    solution, requests = run([says(forgets), says(BAKERY)])
    assert "NUMBER_UNUSED" in requests[1].messages[-1]["content"]
    assert "quarter" in requests[1].messages[-1]["content"]
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    stubborn, requests = run([says(forgets), "UNCHANGED: the share does not matter."])
    assert len(requests) == 2
    assert stubborn.status is Status.OPTIMAL
    assert any("does not use" in reason.text for reason in stubborn.confidence.reasons)
    assert stubborn.confidence.score < solution.confidence.score


def test_an_answer_to_a_doubt_that_spoils_the_formulation_is_dropped_in_the_end():
    forgets = bakery()
    forgets["parameters"] = [one for one in BAKERY["parameters"] if one["name"] != "rye_share"]
    forgets["constraints"] = [one for one in BAKERY["constraints"] if one["name"] != "enough_rye"]
    broken = says(bakery(oven_limit="bake[ <= 3"))
    solution, _ = run([says(forgets), *[broken] * 9])
    assert solution.status is Status.OPTIMAL
    assert [one.name for one in solution.formulation.constraints] == ["flour_limit", "oven_limit"]


def test_low_effort_does_not_ask_back():
    forgets = bakery()
    forgets["constraints"] = forgets["constraints"][:2]
    _, requests = run([says(forgets)], effort="low")
    assert len(requests) == 1


def test_a_wrong_answer_is_not_called_right():
    """A program that solves something else than its formulation is found out by the re-check."""
    other = BAKERY_PROGRAM.replace("<= 1320", "<= 99999").replace("<= 60)", "<= 90)")
    solution, requests = run([says(BAKERY), *[codes(other)] * 6], method="coded")
    assert solution.status is Status.UNVERIFIED
    assert solution.exit_code == 4
    assert solution.confidence.score == 0.0
    assert "NOT VERIFIED" in solution.explanation.text
    assert "does not fit the formulation" in requests[2].messages[-1]["content"]


# Problems without an optimum ------------------------------------------------------------------------------------


def test_an_infeasible_problem_is_traced_to_the_words_that_conflict():
    text = BAKERY_TEXT + " Exactly 200 loaves are ordered."
    ordered = {"name": "ordered", "expression": "loaves == 200", "quote": "Exactly 200 loaves are ordered"}
    formulation = {**BAKERY, "constraints": [*BAKERY["constraints"], ordered]}
    solution, requests = run([says(formulation), "UNCHANGED, the order is too large."], text=text)
    assert (solution.status, solution.exit_code) == (Status.INFEASIBLE, 4)
    assert solution.objective is None
    told = solution.explanation.text
    assert "No solution meets all requirements." in told
    assert "Exactly 200 loaves are ordered" in told
    assert "The smallest change in total that makes it possible" in told
    assert "infeasible" in requests[1].messages[-1]["content"]
    assert len(requests) == 2


def test_an_infeasible_model_that_was_a_mistake_is_corrected():
    mistaken = bakery(flour_limit="sum(flour[k]*bake[k] for k in LOAVES) >= flour_available + oven_time")
    solution, _ = run([says(mistaken), says(BAKERY)])
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    (repair,) = [step for step in solution.trace.steps if step.name == "repair"]
    assert "flour_limit" in "".join(repair.evidence.notes), "it says what was changed"


def test_an_unbounded_problem_names_what_runs_away():
    loose = bakery(
        flour_limit="sum(flour[k]*bake[k] for k in LOAVES) >= flour_available",
        oven_limit="sum(minutes[k]*bake[k] for k in LOAVES) >= oven_time",
    )
    solution, _ = run([says(loose), "UNCHANGED", "UNCHANGED"])
    assert solution.status is Status.UNBOUNDED
    assert "bake[" in solution.explanation.text
    assert solution.exit_code == 4


def test_infinity_is_no_answer_at_low_effort_either():
    solution, _ = run([says(bakery(enough_rye="bake['rye'] >= 1000"))], effort="low")
    assert solution.status is Status.INFEASIBLE
    assert solution.objective is None
    assert solution.outcome.termination is Termination.INFEASIBLE


# The language model's own troubles ------------------------------------------------------------------------------


def test_a_failed_server_is_a_named_failure_with_the_trace_so_far():
    solution, _ = run([LLMError("the server at http://x failed (500): down (after 8 attempts)")])
    assert solution.status is Status.FAILED
    assert (solution.failure.kind, solution.exit_code) == ("llm", 3)
    assert "failed (500)" in solution.failure.message
    assert names(solution) == ["retrieve", "stopped"]
    json.dumps(solution.to_json())


def test_a_server_that_fails_on_the_way_leaves_what_was_reached():
    solution, _ = run([says(bakery(oven_limit="bake[ <= 3")), LLMError("gone")])
    assert solution.failure.kind == "llm"
    assert names(solution) == ["retrieve", "formulate", "check", "stopped"]
    assert solution.usage.calls == 1


# What the caller may hand over ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [("", "text is empty"), (" \n\t", "text is empty"), ("x" * 1_000_000, "1,000,000 characters, more than 200,000")],
)
def test_a_text_that_cannot_be_used_is_told_before_anything_is_asked(text, line):
    model = ScriptedChat([])
    with pytest.raises(InputError, match=line):
        solve(text, model=model, settings=Settings())
    assert not model.requests


def test_odd_characters_do_no_harm():
    solution, requests = run([says(BAKERY)], text=BAKERY_TEXT + " \ud800 \x00 {{problem}} \u202e")
    assert solution.status is Status.OPTIMAL
    requests[0].messages[-1]["content"].encode("utf-8")


def test_unknown_settings_are_named():
    with pytest.raises(InputError, match="unknown method 'magic'; known: compiled, coded"):
        solve("x", model=ScriptedChat([]), settings=Settings(method="magic"))
    with pytest.raises(InputError, match="no setting 'methd'"):
        solve("x", model=ScriptedChat([]), settings=Settings(), methd="coded")


def test_without_a_model_three_ways_to_get_one_are_told(monkeypatch, tmp_path):
    for name in ("OPTWRIGHT_BASE_URL", "OPTWRIGHT_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as raised:
        solve("x", method="direct")
    line = str(raised.value)
    assert "\n" not in line
    for way in ("--base-url", "OPENAI_API_KEY", "optwright serve"):
        assert way in line


def test_two_tables_of_one_name_are_refused():
    table = Table("a", ("x",), ())
    with pytest.raises(InputError, match="two tables are called 'a'"):
        solve(Problem("x", (table,)), tables=[table], model=ScriptedChat([]), settings=Settings())


def test_steps_are_told_as_they_happen():
    heard = []
    run([says(BAKERY)], on_step=heard.append)
    assert [event.name for event in heard if event.step is None] == STRAIGHT
    assert [event.step.name for event in heard if event.step is not None] == STRAIGHT


# A formulation that is there already ----------------------------------------------------------------------------


def test_a_given_formulation_needs_no_model():
    solution = solve_formulation(BAKERY)
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    assert names(solution) == [name for name in STRAIGHT if name != "formulate"]


def test_a_given_formulation_with_errors_is_a_named_failure():
    solution = solve_formulation(bakery(oven_limit="bake[ <= 3"))
    assert (solution.status, solution.failure.kind) == (Status.FAILED, "check")
    assert "SYNTAX" in solution.failure.message
    assert "no language model" in solution.failure.message


def test_a_formulation_that_is_no_plain_data_is_refused():
    with pytest.raises(InputError, match="no plain JSON data"):
        solve_formulation({**BAKERY, "variables": [object()]})


def test_a_large_program_is_built_in_memory_with_the_same_answer(monkeypatch):
    usual = solve_formulation(BAKERY)
    monkeypatch.setattr("optwright.agent.nodes.execute.LARGE", 0)
    large = solve_formulation(BAKERY)
    assert (large.status, large.objective, large.values) == (usual.status, usual.objective, usual.values)
    assert large.program == usual.program


def test_a_correction_that_cannot_be_read_does_not_lose_what_was_to_be_corrected():
    broken = bakery(oven_limit="bake[ <= 3")
    solution, requests = run([says(broken), "Let me think.", "Hm, again.", says(BAKERY)])
    assert solution.objective == pytest.approx(BAKERY_OPTIMUM)
    for request in requests[2:]:
        *_, last, told = request.messages
        assert "bake[ <= 3" in last["content"], "the formulation is still there"
        assert "The last reply cannot be used" in told["content"]
        assert told["content"].count("SYNTAX") == 1
    given_up, _ = run([says(broken), *["Let me think."] * 9])
    assert given_up.failure.kind == "check"
    assert "SYNTAX" in given_up.failure.message


def test_a_feasibility_problem_has_a_point_and_no_objective():
    feasible = {key: value for key, value in BAKERY.items() if key != "objective"}
    solution, _ = run([says(feasible)])
    assert (solution.status, solution.objective) == (Status.OPTIMAL, None)
    assert solution.explanation.headline == "A solution that meets every requirement."


def test_objectives_in_order_of_priority_are_all_re_checked():
    goals = [
        {"name": "revenue_goal", "sense": "maximize", "expression": "sum(price[k]*bake[k] for k in LOAVES)"},
        {"name": "least_rye", "sense": "minimize", "expression": "bake['rye']"},
    ]
    solution, _ = run([says({**BAKERY, "objective": goals})])
    assert solution.status is Status.OPTIMAL
    assert solution.outcome.objectives == {"revenue_goal": pytest.approx(465), "least_rye": pytest.approx(60)}
    assert solution.objective == pytest.approx(60)


def test_a_model_that_never_answers_costs_no_more_than_the_budget():
    class Sleeper:
        name = "sleeper"

        def complete(self, messages, **wishes):
            time.sleep(30)

    start = time.monotonic()
    solution = solve(BAKERY_TEXT, model=Sleeper(), settings=Settings(allowance=Allowance(seconds=0.5)))
    assert time.monotonic() - start < 20
    assert (solution.failure.kind, solution.exit_code) == ("budget", 5)
    assert "budget of 0.5 seconds is spent" in solution.failure.message


def test_a_formulation_is_shown_to_the_model_as_json():
    assert json.loads(dump(BAKERY)) == BAKERY
    assert json.loads(dump({})) == {}
