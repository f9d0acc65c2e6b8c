"""Numbers in a text: what each says, what it may be written as, and what is no amount."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optwright.formulation.numbers import Kind, numbers_in


def amounts(text):
    return [round(one.value, 6) for one in numbers_in(text) if one.kind.amount]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3 desks", [3]),
        ("1,200 kg and 1,000,000.50 kg", [1200, 1000000.5]),
        ("$2.50 a piece, .5 or 0.75", [2.5, 0.5, 0.75]),
        ("50kg in 8-hour shifts", [50, 8]),
        ("-5 degrees, 10-20 units", [-5, 10, 20]),
        ("values [3,4,5] and [100,200,300]", [3, 4, 5, 100, 200, 300]),
        ("15% of it, 40 percent, 7 per cent", [0.15, 0.4, 0.07]),
        ("forty percent", [0.4]),
        ("forty, twenty-five and one hundred and five", [40, 25, 105]),
        ("two hundred fifty thousand", [250000]),
        ("three million", [3000000]),
        ("a dozen eggs, two dozen, half a dozen", [12, 24, 6]),
        ("a hundred men and a thousand horses", [100, 1000]),
        ("twice as much, triple that", [2, 3]),
        ("half of it, a third of it, two thirds, three-quarters", [0.5, round(1 / 3, 6), round(2 / 3, 6), 0.75]),
        ("at most a third as many, a quarter the size", [round(1 / 3, 6), 0.25]),
        ("1/3 of it and 2 1/2 hours and 2½ days", [round(1 / 3, 6), 2.5, 2.5]),
        ("two and a half tons", [2.5]),
        ("1e5, 10^6, 3x10^4", [100000, 1000000, 30000]),
        ("twenty, thirty and forty respectively", [20, 30, 40]),
        ("It makes 40. Then 50.", [40, 50]),
        ("| A | 7 | 8 |", [7, 8]),
    ],
)
def test_amounts(text, values):
    assert amounts(text) == values


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Product 1 and machines 2, 3 and 4", [Kind.LABEL] * 4),
        ("1. Cut\n2) Sew\n(3) Pack", [Kind.LABEL] * 3),
        ("the 1st, 2nd and third place", [Kind.ORDINAL] * 3),
        ("in 2023 and since March 2024", [Kind.DATE] * 2),
        ("on 1/2/2020", [Kind.DATE] * 2),
        ("from 8:00 to 17:30, or 5 pm", [Kind.TIME] * 5),
    ],
)
def test_names_rather_than_amounts(text, kinds):
    assert [one.kind for one in numbers_in(text)] == kinds


def test_letters_with_digits_are_no_numbers():
    assert numbers_in("x1, A4, P12, COVID-19, H2O, a_3") == []


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("15%", 15),
        ("15%", 0.85),
        ("15%", 1.15),
        ("90 minutes", 1.5),
        ("2 hours", 120),
        ("3 weeks", 21),
        ("$3 million", 3e6),
    ],
)
def test_other_ways_to_write_it(text, other):
    (one,) = numbers_in(text)
    assert any(value == pytest.approx(other) for value in one.values)


def test_a_quantity_says_where_it_stands():
    text = "at most forty percent of 1,200"
    first, second = numbers_in(text)
    assert text[first.start : first.end] == first.text == "forty percent"
    assert text[second.start : second.end] == second.text == "1,200"


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_has_its_numbers_in_order_and_apart(text):
    found = numbers_in(text)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
    assert all(left.end <= right.start for left, right in pairwise(found))


@given(st.integers(0, 999_999))
def test_digits_with_and_without_separators(number):
    assert amounts(f"we need {number} and {number:,} pieces") == [number, number]


@pytest.mark.parametrize(
    "part", ["1", "1,", "1/", "product 1 and ", "one hundred ", "\n", " 1", "1 /", "a third ", "½"]
)
def test_long_texts_take_no_long_time(part):
    began = time.perf_counter()
    numbers_in(part * (1_000_000 // len(part)))
    assert time.perf_counter() - began < 20
