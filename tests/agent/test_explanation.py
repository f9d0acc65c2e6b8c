"""Words for a result: only what is in the record."""

from optwright.agent.binding import binding
from optwright.agent.conflict import explain_conflict, explain_unbounded
from optwright.agent.explanation import explain, number
from optwright.formulation.elements import Formulation
from optwright.outcome import Conflict, Failure, Outcome, Termination
from tests.agent.cases import BAKERY, bakery

FORMULATION = Formulation.model_validate(BAKERY)
POINT = Outcome(
    Termination.OPTIMAL,
    True,
    465.0,
    values={"bake": {("rye",): 60.0, ("wheat",): 0.0}},
    slacks={
        "flour_limit": {(): 0.0},
        "oven_limit": {(): 3.0},
        "enough_rye": {(): 1e-9},
        "added_by_lowering": {(): 0.0},
    },
    duals={"flour_limit": {(): 2.0}, "enough_rye": {(): -4.0}},
)


def test_binding_rows_come_with_quotes_the_dearest_first():
    rows = binding(POINT, FORMULATION)
    assert [(row.name, row.dual) for row in rows] == [("enough_rye", -4.0), ("flour_limit", 2.0)]
    assert rows[1].line() == 'flour_limit: "There are 60 kg of flour"; one unit more changes the objective by 2'


def test_equations_do_not_count_as_binding():
    equal = Formulation.model_validate(bakery(flour_limit="sum(flour[k]*bake[k] for k in LOAVES) == flour_available"))
    assert "flour_limit" not in [row.name for row in binding(POINT, equal)]


def test_without_a_formulation_rows_have_names_only():
    assert binding(POINT, None)[0].line().startswith("enough_rye; one unit more")


def test_a_conflict_is_traced_to_the_sentences():
    conflict = Conflict(
        (("flour_limit", ()), ("made_up", (3,))),
        (("bake", ("rye",), "lower"), ("bake", ("rye",), "domain")),
        (("flour_limit", (), 12.5),),
    )
    lines = explain_conflict(Outcome(Termination.INFEASIBLE, conflict=conflict), FORMULATION)
    assert lines == [
        "These requirements cannot all hold:",
        '- flour_limit: "There are 60 kg of flour"',
        "- made_up[3]",
        "- the lower bound of bake[rye]",
        "- the domain of bake[rye]",
        "The smallest change in total that makes it possible:",
        '- flour_limit by 12.5: "There are 60 kg of flour"',
    ]
    unsure = Conflict((("flour_limit", ()),), proven=False)
    assert "seem to conflict" in explain_conflict(Outcome(Termination.INFEASIBLE, conflict=unsure), None)[0]
    assert "could not be found out" in explain_conflict(Outcome(Termination.INFEASIBLE), None)[0]


def test_what_runs_away_is_named():
    lines = explain_unbounded(Outcome(Termination.UNBOUNDED, runaway=(("bake", ("rye",)),)), FORMULATION)
    assert "- bake[rye]" in lines
    assert "without limit" in explain_unbounded(Outcome(Termination.UNBOUNDED), None)[0]


def test_outputs_answer_the_question_and_variables_do_without_them():
    state = {"evaluation": {"checked": True, "ok": True, "outputs": {"revenue": 465.0, "total": [[["a"], 0.0]]}}}
    asked = explain(state, POINT, FORMULATION)
    assert asked.answer == ["revenue = 465 $", "total: all zero"]
    plain = explain({}, POINT, FORMULATION.model_copy(update={"outputs": ()}))
    assert plain.answer == ["bake[rye] = 60"]


def test_long_answers_are_cut_and_counted():
    many = Outcome(Termination.OPTIMAL, True, 1.0, values={"x": {(i,): 1.0 for i in range(1, 101)}})
    answer = explain({}, many, None).answer
    assert len(answer) == 41
    assert answer[-1] == "x: 60 more entries that are not zero"


def test_a_contradicted_point_is_never_told_as_an_answer():
    state = {"evaluation": {"checked": True, "ok": False, "violations": ["v"], "outputs": {}}}
    told = explain(state, POINT, FORMULATION)
    assert told.headline.startswith("NOT VERIFIED")
    assert told.binding == []


def test_a_failure_tells_why():
    state = {"stopped": "no repairs left", "trouble": {"text": "SYNTAX in 'time'"}}
    told = explain(state, Outcome(Termination.NOT_SOLVED, failure=Failure.EXCEPTION), None)
    assert told.text == "No answer: no repairs left.\nSYNTAX in 'time'"
    assert explain({}, None, None).headline == "No answer: the solve stopped early."


def test_numbers_read_well():
    assert [number(value) for value in (3.0, 2330.0000000001, 12345.0, 0.0204801, -1.5, 1e20)] == [
        "3", "2330", "12,345", "0.0204801", "-1.5", "1e+20",
    ]  # fmt: skip
