"""Tables are shown by columns and a few rows."""

from optwright.problem import Table
from optwright.prompts.data import describe_tables


def test_a_table_is_shown_in_part():
    table = Table("foods", ("food", "cost"), tuple((f"f{i}", i) for i in range(1000)), "foods.csv")
    text = describe_tables([table])
    assert "Table `foods`, file `foods.csv`, 1000 rows:" in text
    assert "| food | cost |" in text
    assert "| f0 | 0 |" in text
    assert "(996 more rows)" in text
    assert "f4" not in text


def test_wide_and_long_cells_are_bounded():
    table = Table("wide", tuple(f"c{i}" for i in range(500)), (tuple("x" * 1000 for _ in range(500)),))
    text = describe_tables([table])
    assert "the first 40 of 500 columns" in text
    assert len(text) < 3000


def test_cells_cannot_break_the_layout():
    text = describe_tables([Table("t", ("a",), (("one|two\nthree",), (None,)))])
    assert "| one/two three |" in text
    assert "|  |" in text


def test_no_table_is_said():
    assert describe_tables([]) == "No tables are attached."
