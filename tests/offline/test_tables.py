"""Tables with bars and attached ones, said in sentences; transport and assignment grids."""

import pytest

from optwright.offline import read
from optwright.offline.table import extract, number
from optwright.problem import Problem, Table

from .conftest import HERE, solve

MIX = """A shop makes desks and chairs and wants the largest profit. The table gives what one piece takes.

| Resource | Desk | Chair | Available |
| -------- | ---- | ----- | --------- |
| Wood     | 8    | 3     | 120       |
| Labour   | 4    | 2     | 70        |

The profit is $50 per desk and $22 per chair. How many of each maximize the profit?"""
ITEMS = """A shop makes lamps and vases. There are 60 hours of labour and 48 kg of clay available.
Maximize the total profit.

| Product | Labour (hours) | Clay (kg) | Profit ($) |
| ------- | -------------- | --------- | ---------- |
| Lamp    | 3              | 2         | 25         |
| Vase    | 2              | 3         | 24         |
"""
SHIP = """Two depots ship crates to three shops. North can supply 80 crates and South can supply 70 crates.
Shop Ash needs 40 crates, shop Birch needs 50 crates and shop Cedar needs 60 crates. Minimize the total shipping cost.

| From  | Ash | Birch | Cedar |
| ----- | --- | ----- | ----- |
| North | 4   | 6     | 8     |
| South | 5   | 3     | 7     |
"""
ASSIGN = """Assign each worker to one task so that the total time is minimized.

| Worker | Weld | Paint | Pack |
| ------ | ---- | ----- | ---- |
| Ida    | 9    | 2     | 7    |
| Olaf   | 6    | 4     | 3    |
| Per    | 5    | 8     | 1    |
"""


@pytest.mark.parametrize(("text", "best"), [(MIX, 812), (ITEMS, 522), (SHIP, 770), (ASSIGN, 9)])
def test_tables_in_the_text(text, best):
    reading = read(Problem(text), solve=solve)
    assert reading.chosen is not None, reading.refusal
    assert reading.chosen.outcome.objective == pytest.approx(best)


def test_an_attached_table_is_read_like_one_in_the_text():
    table = Table(
        "rates",
        ("Plant", "Rome", "Oslo", "Supply"),
        (("Pune", 8, 11, 120), ("Lyon", 4, 7, 90), ("Demand", 60, 50, None)),
    )
    reading = read(Problem("Ship the pallets at the lowest total cost.", (table,)), solve=solve)
    assert reading.chosen is not None, reading.refusal
    assert reading.chosen.outcome.objective == pytest.approx(60 * 4 + 30 * 7 + 20 * 11)


@pytest.mark.parametrize(
    "text",
    [
        MIX.replace("| 120       |", "| plenty    |"),  # a cell that is no number
        SHIP.replace(" and shop Cedar needs 60 crates", ""),  # a place without a demand
        SHIP.replace("Minimize", "Each depot in use costs $300 a day. Minimize"),  # a number that no rule takes
        ASSIGN.replace("Assign", "Praise"),
    ],
)
def test_tables_that_say_too_little_or_too_much_are_refused(text):
    assert read(Problem(text), solve=solve).chosen is None


def test_extract_leaves_the_words():
    text, grids = extract(MIX)
    assert "|" not in text
    assert grids[0].labels() == (["Wood", "Labour"], ["Desk", "Chair"])


@pytest.mark.parametrize(
    ("cell", "value"), [("$1,200", 1200), ("35%", 0.35), ("-", None), ("3 h", None), ("", None), ("2.5", 2.5)]
)
def test_number(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize(("name", "best"), [("product_mix", 4410.0), ("transport_table", 1160.0), ("diet", 8.0)])
def test_the_examples_are_read(name, best):
    text = (HERE.parents[1] / "examples" / f"{name}.txt").read_text("utf-8")
    reading = read(Problem(text), solve=solve)
    assert reading.chosen is not None, reading.refusal
    assert reading.chosen.outcome.objective == pytest.approx(best)
