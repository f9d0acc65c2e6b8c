"""Typed edits: what each changes, what it refuses, and the difference that a person reads."""

from __future__ import annotations

import pyomo.environ as pyo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from optwright.errors import FormulationError
from optwright.formulation.check import check
from optwright.formulation.data import resolve
from optwright.formulation.edit import (
    AddConstraint,
    AddExpression,
    AddMember,
    AddParameter,
    AddVariable,
    ChangeBound,
    ChangeDomain,
    ChangeSense,
    DropConstraint,
    DropMember,
    DropVariable,
    Edit,
    Rename,
    ReplaceConstraint,
    ReplaceObjective,
    Scale,
    SetValue,
    apply,
    diff,
)
from optwright.formulation.elements import Constraint, Domain, Expression, Formulation, Parameter, Variable
from optwright.formulation.findings import errors
from optwright.formulation.latex import latex
from optwright.formulation.render import render
from tests.formulation.solving import example, run_program, solve, solver_of
from tests.formulation.strategies import formulations


def mix() -> Formulation:
    return example("product_mix")[0]


def optimum(formulation, tables=()) -> float:
    assert errors(check(formulation, tables=tables)) == []
    source = render(formulation, tables).source
    model = run_program(source)["build_model"]()
    assert solve(model, solver_of(source)) == "optimal"
    return pyo.value(next(model.component_data_objects(pyo.Objective, active=True)))


def values(formulation, name, tables=()):
    return resolve(formulation, tables).parameters[name]


def test_a_scalar_gets_another_value():
    formulation, _, _ = example("lot_sizing")
    after = apply(formulation, [SetValue(parameter="setup_cost", value=0)])
    assert optimum(after) < 700
    assert diff(formulation, after) == "~ parameter 'setup_cost': 90 -> 0"


def test_one_entry_keeps_the_form_of_the_rest():
    before = mix()
    after = apply(before, [SetValue(parameter="hours", at=("finishing", "chair"), value=2)])
    assert after.parameters[1].value == [[3, 1, 2], [2, 2, 1]]
    assert diff(before, after) == "~ parameter 'hours': finishing, chair: 1.5 -> 2"
    after = apply(before, [SetValue(parameter="available", at=("cutting",), value=200)])
    assert after.parameters[2].value == {"cutting": 200, "finishing": 140}
    assert optimum(after) > 2330


def test_an_open_position_means_every_member():
    after = apply(mix(), [Scale(parameter="hours", at=("cutting", None), factor=2)])
    assert after.parameters[1].value == [[6, 2, 4], [2, 1.5, 1]]


def test_a_whole_parameter_gets_other_values():
    before = mix()
    after = apply(before, [SetValue(parameter="profit", value={"desk": 1, "chair": 2, "shelf": 3})])
    assert values(after, "profit") == {("desk",): 1, ("chair",): 2, ("shelf",): 3}
    assert diff(before, after).splitlines() == [
        "~ parameter 'profit': desk: 40 -> 1",
        "~ parameter 'profit': chair: 18 -> 2",
        "~ parameter 'profit': shelf: 25 -> 3",
    ]


def test_scaling_is_exact_in_decimals():
    after = apply(mix(), [Scale(parameter="available", factor=1.1)])
    assert after.parameters[2].value == {"cutting": 176, "finishing": 154}


def test_data_of_a_table_are_edited_with_the_table_at_hand():
    formulation, tables, _ = example("transport")
    after = apply(formulation, [SetValue(parameter="supply", at=("Lyon",), value=50)], tables)
    assert values(after, "supply", tables) == {("Pune",): 120, ("Lyon",): 50 - 0}
    less = apply(formulation, [Scale(parameter="rate", factor=0.5)], tables)
    assert optimum(less, tables) == pytest.approx(580)
    assert ("Lyon", "Oslo") not in values(less, "rate", tables)
    with pytest.raises(FormulationError, match="no table"):
        apply(formulation, [SetValue(parameter="supply", at=("Lyon",), value=50)])


def test_a_number_for_every_index_can_be_set_in_one_place():
    before = apply(mix(), [SetValue(parameter="profit", value=10)])
    after = apply(before, [SetValue(parameter="profit", at=("desk",), value=99)])
    assert values(after, "profit") == {("desk",): 99, ("chair",): 10, ("shelf",): 10}


def test_constraints_come_and_go():
    before = mix()
    limit = Constraint(name="few", expression="make['shelf'] <= 10")
    after = apply(before, [DropConstraint(constraint="desk_share"), AddConstraint(constraint=limit)])
    assert [part.name for part in after.constraints] == ["time", "few"]
    assert diff(before, after).splitlines() == [
        "- constraint 'desk_share': make['desk'] <= 0.4*total",
        "+ constraint 'few': make['shelf'] <= 10",
    ]
    wider = ReplaceConstraint(constraint=Constraint(name="few", expression="make['shelf'] <= 20"))
    assert diff(after, apply(after, [wider])) == "~ constraint 'few': make['shelf'] <= 10 -> make['shelf'] <= 20"


def test_domains_bounds_and_senses_change():
    before = mix()
    after = apply(
        before,
        [
            ChangeDomain(variable="make", domain=Domain.NON_NEGATIVE_REALS),
            ChangeBound(variable="make", side="upper", value={"desk": 5}),
            ChangeBound(variable="make", side="lower", value=1),
            ChangeSense(sense="minimize"),
        ],
    )
    assert diff(before, after).splitlines() == [
        "~ variable 'make': domain: NonNegativeIntegers -> NonNegativeReals",
        "~ variable 'make': lower: none -> 1",
        "~ variable 'make': upper: none -> {'desk': 5}",
        "~ objective 'objective': sense: maximize -> minimize",
    ]
    assert optimum(after) == pytest.approx(40 + 18 + 25)
    assert apply(after, [ChangeBound(variable="make", side="upper")]).variables[0].upper is None


def test_the_objective_is_replaced():
    before = mix()
    after = apply(before, [ReplaceObjective(expression="make['desk']")])
    assert diff(before, after) == "~ objective 'objective': sum(profit[p]*make[p] for p in PRODUCTS) -> make['desk']"
    feasible = before.model_copy(update={"objective": None})
    found = apply(feasible, [ReplaceObjective(expression="total", sense="maximize")])
    assert found.objectives[0].expression == "total"
    with pytest.raises(FormulationError, match="say the sense"):
        apply(feasible, [ReplaceObjective(expression="total")])


def test_one_of_several_objectives_is_named():
    before = apply(mix(), [])
    two = Formulation.model_validate(
        before.model_dump(exclude_defaults=True)
        | {
            "objective": [
                {"name": "gain", "sense": "maximize", "expression": "total"},
                {"name": "desks", "sense": "minimize", "expression": "make['desk']"},
            ]
        }
    )
    assert apply(two, [ChangeSense(sense="maximize", objective="desks")]).objectives[1].sense == "maximize"
    with pytest.raises(FormulationError, match="name one of gain, desks"):
        apply(two, [ChangeSense(sense="maximize")])


def test_a_member_comes_with_its_data():
    before = mix()
    added = AddMember(
        set="PRODUCTS",
        member="stool",
        data={"profit": 40, "hours": (("cutting", "stool", 1), ("finishing", "stool", 0.5))},
    )
    after = apply(before, [added])
    assert after.sets[0].members == ["desk", "chair", "shelf", "stool"]
    assert after.parameters[0].value == [40, 18, 25, 40]
    assert after.parameters[1].value == [[3, 1, 2, 1], [2, 1.5, 1, 0.5]]
    assert optimum(after) > 2330
    assert "~ set 'PRODUCTS': with stool" in diff(before, after)
    assert "~ parameter 'hours': finishing, stool: none -> 0.5" in diff(before, after)
    back = apply(after, [DropMember(set="PRODUCTS", member="stool")])
    assert back == before


def test_a_member_takes_listed_bounds_with_it():
    before = apply(mix(), [ChangeBound(variable="make", side="upper", value=[9, 8, 7])])
    less = apply(before, [DropMember(set="PRODUCTS", member="shelf")])
    assert less.variables[0].upper == [9, 8]
    more = apply(less, [AddMember(set="PRODUCTS", member="bed", data={"profit": 1, "hours": 2})])
    assert more.variables[0].upper == [9, 8, None]
    assert optimum(more) > 0


def test_a_member_of_a_tuple_set():
    before = Formulation.model_validate(
        {
            "sets": [{"name": "ARCS", "members": [["a", 1], ["b", 2]]}],
            "parameters": [{"name": "cost", "index": ["ARCS"], "value": [3, 4]}],
            "variables": [{"name": "x", "index": ["ARCS"], "lower": 1}],
            "objective": {"sense": "minimize", "expression": "sum(cost[a]*x[a] for a in ARCS)"},
        }
    )
    after = apply(before, [AddMember(set="ARCS", member=("c", 3), data={"cost": 5})])
    assert optimum(after) == pytest.approx(12)
    assert optimum(apply(after, [DropMember(set="ARCS", member=("a", 1))])) == pytest.approx(9)


def test_variables_parameters_and_expressions_are_added_and_dropped():
    before = mix()
    after = apply(
        before,
        [
            AddParameter(parameter=Parameter(name="wage", value=7)),
            AddVariable(variable=Variable(name="overtime", upper=20)),
            AddExpression(expression=Expression(name="pay", expression="wage*overtime")),
        ],
    )
    assert diff(before, after).splitlines() == [
        "+ parameter 'wage': value 7",
        "+ variable 'overtime': NonNegativeReals, upper 20",
        "+ expression 'pay': wage*overtime",
    ]
    with pytest.raises(FormulationError, match="used in expression 'pay'"):
        apply(after, [DropVariable(variable="overtime")])
    assert apply(apply(before, [AddVariable(variable=Variable(name="y"))]), [DropVariable(variable="y")]) == before


def test_a_new_name_goes_everywhere():
    before = mix()
    renames = {"make": "produce", "PRODUCTS": "GOODS", "hours": "work", "total": "pieces_made", "time": "limit"}
    after = apply(before, [Rename(name=name, to=to) for name, to in renames.items()])
    text = after.to_json()
    for name in renames:
        assert f'"{name}"' not in text
    assert optimum(after) == pytest.approx(2330)
    back = apply(after, [Rename(name=to, to=name) for name, to in renames.items()])
    assert back == before


@pytest.mark.parametrize(
    ("name", "value"), [("transport", 1160), ("lot_sizing", 700), ("salesman", 32), ("either_or", 720)]
)
def test_everything_can_be_renamed_without_changing_the_optimum(name, value):
    formulation, tables, _ = example(name)
    for element in formulation.elements():
        if element.kind not in {"objective", "table"}:
            formulation = apply(formulation, [Rename(name=element.name, to=f"new_{element.name}")], tables)
    assert optimum(formulation, tables) == pytest.approx(value)


def test_an_index_of_the_same_name_is_left_alone():
    before = Formulation.model_validate(
        {
            "sets": [{"name": "I", "members": [1, 2]}],
            "parameters": [{"name": "i", "value": 5}],
            "variables": [{"name": "x", "index": ["k in I"], "upper": "i + k"}],
            "objective": {"sense": "maximize", "expression": "sum(i*x[i] for i in I) + i"},
            "constraints": [{"name": "c", "for_each": "i in I", "expression": "x[i] <= i + 1"}],
        }
    )
    after = apply(before, [Rename(name="i", to="five")])
    assert after.objectives[0].expression == "sum(i*x[i] for i in I) + five"
    assert after.constraints == before.constraints
    assert after.variables[0].upper == "five + k"
    with pytest.raises(FormulationError, match="'k' is an index"):
        apply(before, [Rename(name="i", to="k")])


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SetValue(parameter="profits", value=1), "'profits' is no parameter; did you mean 'profit'?"),
        (SetValue(parameter="profit", at=("bed",), value=1), r"no entry at \('bed'\)"),
        (SetValue(parameter="profit", at=("desk",), value=[1]), "one entry takes one value"),
        (SetValue(parameter="profit", value=[1, 2]), "2 values for 3 members"),
        (SetValue(parameter="profit", value="dear"), "not a number"),
        (Scale(parameter="nothing", factor=2), "is no parameter; there are profit"),
        (DropConstraint(constraint="tim"), "did you mean 'time'"),
        (
            AddConstraint(constraint=Constraint(name="time", expression="1 <= total")),
            "'time' is taken: there is a constraint",
        ),
        (AddConstraint(constraint=Constraint(name="a b", expression="1 <= total")), "'a b' is not a name"),
        (AddConstraint(constraint=Constraint(name="new", expression="total <=")), "constraint 'new': `total <=`"),
        (AddConstraint(constraint=Constraint(name="new", for_each="p", expression="total <= 1")), "constraint 'new'"),
        (ReplaceConstraint(constraint=Constraint(name="x", expression="total <= 1")), "'x' is no constraint"),
        (ChangeDomain(variable="profit", domain="Binary"), "'profit' is no variable"),
        (ChangeBound(variable="make", side="upper", value=[1, 2]), "2 values for 3"),
        (ChangeBound(variable="make", side="upper", value="nothing"), "nothing"),
        (DropVariable(variable="make"), "used in expression 'total', objective 'objective', constraint 'time'"),
        (AddVariable(variable=Variable(name="make")), "'make' is taken: there is a variable"),
        (AddMember(set="PRODUCTS", member="desk"), "has the member 'desk' already"),
        (AddMember(set="PRODUCTS", member="bed"), "parameter 'profit' needs a value for 'bed'"),
        (AddMember(set="PRODUCTS", member=("a", "b")), "members have 1 parts"),
        (AddMember(set="PRODUCTS", member="bed", data={"wage": 1}), "'wage' is no parameter over PRODUCTS"),
        (
            AddMember(set="PRODUCTS", member="bed", data={"profit": 1, "hours": (("cutting", "bed", 1),)}),
            r"no value for \('finishing','bed'\)",
        ),
        (
            AddMember(set="PRODUCTS", member="bed", data={"profit": 1, "hours": (("cutting", "desk", 1),)}),
            r"\('cutting','desk'\) is no index with the new member",
        ),
        (DropMember(set="PRODUCTS", member="bed"), "'bed' is no member"),
        (DropMember(set="PRODUCTS", member="desk"), "'desk' is named in constraint 'desk_share'"),
        (Rename(name="make", to="profit"), "'profit' is taken"),
        (Rename(name="make", to="sum"), "'sum' is not a name"),
        (Rename(name="make", to="p"), "'p' is an index"),
        (Rename(name="nothing", to="x"), "'nothing' is no"),
        (ChangeSense(sense="minimize", objective="other"), "'other' is no objective"),
        (ReplaceObjective(expression="sum("), "objective 'objective'"),
    ],
)
def test_an_edit_that_cannot_be_made_says_why_in_a_line(edit, words):
    with pytest.raises(FormulationError, match=words) as caught:
        apply(mix(), [Scale(parameter="profit", factor=1), edit])
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"edit 2 ({edit.edit}): ")


def test_sets_that_are_not_listed_are_left_alone():
    formulation, tables, _ = example("transport")
    with pytest.raises(FormulationError, match="given by 'table'"):
        apply(formulation, [AddMember(set="PLANTS", member="Rome")], tables)
    formulation, _, _ = example("lot_sizing")
    with pytest.raises(FormulationError, match="given by 'range'"):
        apply(formulation, [DropMember(set="T", member=5)])


def test_edits_travel_as_json():
    adapter = TypeAdapter(list[Edit])
    edits = [
        Scale(parameter="profit", factor=2),
        Rename(name="make", to="build"),
        DropConstraint(constraint="desk_share"),
    ]
    assert adapter.validate_json(adapter.dump_json(edits)) == edits
    with pytest.raises(ValidationError):
        adapter.validate_python([{"edit": "explode"}])
    with pytest.raises(ValidationError):
        adapter.validate_python([{"edit": "rename", "name": "a", "to": "b", "also": "c"}])


def test_the_formulation_that_is_edited_stays_as_it_was():
    before = mix()
    text = before.to_json()
    apply(before, [Scale(parameter="hours", factor=3), Rename(name="make", to="z"), DropConstraint(constraint="time")])
    assert before.to_json() == text


def test_no_difference_is_said():
    assert diff(mix(), mix()) == "no difference"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(formulations(), st.data())
def test_a_random_formulation_survives_renaming_and_scaling(data, choices):
    formulation = Formulation.model_validate(data)
    element = choices.draw(
        st.sampled_from([part for part in formulation.elements() if part.kind not in {"objective", "table"}])
    )
    # All but the first, which is the end of a range: another value would make another set.
    parameter = choices.draw(st.sampled_from([part.name for part in formulation.parameters[1:]]))
    renamed = apply(formulation, [Rename(name=element.name, to="completely_new")])
    assert errors(check(renamed)) == []
    # Texts that were touched are written anew; what they say is the same.
    assert latex(apply(renamed, [Rename(name="completely_new", to=element.name)])) == latex(formulation)
    scaled = apply(formulation, [Scale(parameter=parameter, factor=2)])
    before, after = resolve(formulation).parameters[parameter], resolve(scaled).parameters[parameter]
    assert after == {key: value * 2 for key, value in before.items()}
