"""What is made of each column of an attached table."""

from optwright.problem import Table
from optwright.tables import load_all
from optwright.web.columns import PREVIEW, columns, preview

from .cases import RATES, example, formulation, tables


def test_each_column_is_told_by_its_cells():
    table = Table("t", ("n", "x", "s", "m", "e"), ((1, 0.5, "a", 1, None), (3, 2.5, "b", "n/a", None)))
    told = {column.name: (column.kind, column.filled, column.distinct, column.values) for column in columns([table])}
    assert told == {
        "n": ("whole numbers", 2, 2, "1 to 3"),
        "x": ("numbers", 2, 2, "0.5 to 2.5"),
        "s": ("text", 2, 2, "a, b"),
        "m": ("numbers and text", 2, 2, "1, n/a"),
        "e": ("empty", 0, 0, ""),
    }


def test_the_use_in_the_model_is_told():
    used = {(one.table, one.name): one.use for one in columns(tables("transport"), example("transport").formulation)}
    assert used["plants", "plant"] == "set PLANTS; key of supply"
    assert used["cities", "demand"] == "parameter demand"
    assert used["rates", "Oslo"] == "parameter rate"


def test_a_model_whose_table_is_missing_uses_nothing():
    some = load_all([RATES / "cities.csv"])
    assert {one.use for one in columns(some, example("transport").formulation)} == {""}


def test_a_model_without_tables_uses_nothing():
    plain = formulation({"variables": [{"name": "x", "upper": 1}]})
    assert {one.use for one in columns([Table("t", ("a",), ((1,),))], plain)} == {""}


def test_the_preview_is_short():
    table = Table("t", ("a",), tuple(("x" * 500,) for _ in range(100)))
    rows = preview(table)
    assert len(rows) == PREVIEW
    assert len(str(rows[0][0])) == 60
