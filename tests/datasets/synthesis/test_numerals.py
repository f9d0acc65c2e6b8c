import pytest

from optwright.datasets.synthesis.numerals import SINGLE, Manner, agree, in_words, listing
from optwright.formulation.numbers import numbers_in


@pytest.mark.parametrize("value", [0, 7, 13, 20, 42, 99, 100, 117, 305, 999, 1000, 1020, 1200, 42315, 999999])
def test_words_are_read_back_as_the_number(value):
    assert [one.value for one in numbers_in(f"They have {in_words(value)} boxes.")] == [value]


@pytest.mark.parametrize("manner", [Manner(), Manner(separator=""), Manner(words=100), Manner(percent=" per cent")])
@pytest.mark.parametrize("value", [3, 12, 1500, 1234567, 2.5, 0.125, 1020.75])
def test_every_manner_is_read_back(manner, value):
    assert [one.value for one in numbers_in(f"It takes {manner.number(value)} kilos.")][:1] == [value]
    share = [one.value for one in numbers_in(f"At most {manner.share(value)} of it.")]
    assert share == pytest.approx([value])


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        (f"it takes 1{SINGLE} hours", "it takes 1 hour"),
        ("it takes 21 hours in week 1 hours", "it takes 21 hours in week 1 hours"),
        (f"one{SINGLE} boxes of tea", "one box of tea"),
        (f"1{SINGLE} machine hours", "1 machine hour"),
        (f"on day 1, 1{SINGLE} loads are offered", "on day 1, 1 load is offered"),
        (f"at most one{SINGLE} of the machines", "at most one of the machines"),
        (f"visited 1{SINGLE} times a week", "visited 1 times a week"),
        ("a apple and a uniform", "an apple and a uniform"),
        ("a 8 and a 18 and a 1800", "an 8 and an 18 and a 1800"),
        ("rolled in weeks 1.", "rolled in week 1."),
        ("in weeks 1 to 4 and months 3 and 4", "in weeks 1 to 4 and months 3 and 4"),
        ("plan a is best", "plan a is best"),
    ],
)
def test_agreement(text, mended):
    assert agree(text) == mended


def test_listing():
    assert [listing(items) for items in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
