"""Numbers that are changed in place become typed edits."""

import pytest

from optwright.errors import InputError
from optwright.formulation.edit import ChangeBound, ReplaceConstraint, SetValue, apply
from optwright.web.cells import MOST, Kind, cells, changes

from .cases import example, formulation, tables

MODEL = formulation(
    {
        "sets": [{"name": "P", "members": ["a", "b"]}],
        "parameters": [
            {"name": "profit", "index": ["P"], "value": [3, 4], "quote": "earns 3 and 4"},
            {"name": "fee", "value": 2.5},
        ],
        "variables": [{"name": "make", "index": ["P"], "upper": 9}, {"name": "open", "domain": "Binary"}],
        "objective": {"sense": "maximize", "expression": "sum(profit[p]*make[p] for p in P) - fee*open"},
        "constraints": [
            {"name": "time", "expression": "sum(make[p] for p in P) <= 12", "quote": "12 hours"},
            {"name": "debt", "expression": "make['a'] - make['b'] >= -3"},
            {"name": "tie", "expression": "make['a'] <= 5*open"},
        ],
    }
)


def rows():
    return [cell.row() for cell in cells(MODEL)[0]]


def changed(place, value):
    new = [[*row[:3], value, *row[4:]] if tuple(row[:3]) == place else row for row in rows()]
    return changes(cells(MODEL)[0], new, MODEL)


def test_the_cells_of_a_model():
    assert [tuple(row[:4]) for row in rows()] == [
        ("right-hand side", "time", "", 12),
        ("right-hand side", "debt", "", -3),
        ("parameter", "profit", "a", 3),
        ("parameter", "profit", "b", 4),
        ("parameter", "fee", "", 2.5),
        ("lower bound", "make", "", 0.0),
        ("upper bound", "make", "", 9),
    ]
    assert rows()[0][5] == "12 hours"


def test_nothing_changed_is_no_edit():
    assert changes(cells(MODEL)[0], rows(), MODEL) == []
    assert changes(cells(MODEL)[0], [[str(cell) for cell in row] for row in rows()], MODEL) == []


def test_a_sorted_table_is_no_change():
    assert changes(cells(MODEL)[0], rows()[::-1], MODEL) == []


@pytest.mark.parametrize(
    ("place", "value", "edit"),
    [
        (("parameter", "profit", "b"), "7.5", SetValue(parameter="profit", value=7.5, at=("b",))),
        (("parameter", "fee", ""), 3, SetValue(parameter="fee", value=3)),
        (("upper bound", "make", ""), "20", ChangeBound(variable="make", side="upper", value=20)),
        (("upper bound", "make", ""), "", ChangeBound(variable="make", side="upper", value=None)),
    ],
)
def test_a_value_is_a_typed_edit(place, value, edit):
    assert changed(place, value) == [edit]
    apply(MODEL, [edit])


@pytest.mark.parametrize(
    ("name", "value", "side"), [("time", "15", "15"), ("debt", "-4.5", "-4.5"), ("debt", "2", "2")]
)
def test_a_right_hand_side_is_replaced(name, value, side):
    (edit,) = changed(("right-hand side", name, ""), value)
    assert isinstance(edit, ReplaceConstraint)
    assert edit.constraint.expression.split("= ")[1] == side
    assert edit.constraint.quote == MODEL.constraints[name == "debt"].quote
    again = apply(MODEL, [edit])
    assert next(cell.value for cell in cells(again)[0] if cell.name == name) == float(value)


@pytest.mark.parametrize("value", ["=1+1", "ten", "", "inf", "nan", "1e999", "0x10", "1,5", None, "9" * 50, "1; drop"])
def test_what_is_no_number_is_one_line(value):
    with pytest.raises(InputError, match=r"^parameter fee: .*write (a number|one such as)"):
        changed(("parameter", "fee", ""), value)


def test_a_row_that_was_not_shown_is_refused():
    with pytest.raises(InputError, match="only the values"):
        changes(cells(MODEL)[0], [["parameter", "other", "", 1, "", ""]], MODEL)


def test_data_of_tables_can_be_edited():
    model, given = example("transport").formulation, tables("transport")
    found, _ = cells(model, given)
    new = [[*row[:3], 130 if row[:3] == ["parameter", "supply", "Pune"] else row[3], *row[4:]] for row in
           (cell.row() for cell in found)]  # fmt: skip
    edits = changes(found, new, model)
    assert edits == [SetValue(parameter="supply", value=130, at=("Pune",))]
    assert cells(apply(model, edits, given), given)[0] != found


def test_a_large_model_shows_its_first_numbers():
    large = formulation(
        {
            "sets": [{"name": "N", "range": [1, 2000]}],
            "parameters": [{"name": "c", "index": ["N"], "value": list(range(2000))}],
            "variables": [{"name": "x", "index": ["N"]}],
            "objective": {"sense": "minimize", "expression": "sum(c[n]*x[n] for n in N)"},
        }
    )
    shown, count = cells(large)
    assert len(shown) == MOST
    assert count == 2002
    assert shown[0].kind is Kind.PARAMETER
