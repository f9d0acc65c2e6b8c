"""Words, numbers and sentences, with offsets into the text as it was given."""

import pytest

from optwright.offline.tokens import mend, sentences, stem


def numbers(text):
    return [(token.number, token.form) for line in sentences(text) for token in line.tokens if token.number is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs $1.2 million.", [(1_200_000, "number")]),
        ("At most 40% or 40 percent.", [(0.4, "percent"), (0.4, "percent")]),
        ("A third of them, half of those.", [(pytest.approx(1 / 3), "times"), (0.5, "times")]),
        ("Twice X, 3 times Y, 1.5 times Z.", [(2, "times"), (3, "times"), (1.5, "times")]),
        ("It takes half an hour.", [(0.5, "number")]),
        ("An 8-hour shift or an eight-hour one.", [(8, "number"), (8, "number"), (1, "soft")]),
        ("At most a third as many.", [(pytest.approx(1 / 3), "times")]),
        (r"Costs are $\$50$ and \$1,000.", [(50, "number"), (1000, "number")]),
        ("Mix oil 1 with 5 kg of oil 2.", [(5, "number")]),
    ],
)
def test_numbers(text, expected):
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("desks", "desk"),
        ("buses", "bus"),
        ("shelves", "shelf"),
        ("glasses", "glass"),
        ("berries", "berry"),
        ("bus", "bus"),
        ("canoes", "cano"),
    ],
)
def test_stem(word, expected):
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("proift", "profit"),
        ("maximze", "maximize"),
        ("reqires", "requires"),
        ("reach", "reach"),
        ("yield", "yield"),
        ("coats", "coats"),
    ],
)
def test_misspelt_words_of_the_grammar_are_mended_and_no_others(word, expected):
    assert mend(word) == expected


def test_sentences_are_verbatim_and_offsets_those_of_the_text():
    text = "Mr. Roe makes $X$ and $Y$. He has 3.5 hours.\n- Bullets count; so do halves."
    lines = sentences(text)
    assert [line.text for line in lines] == [
        "Mr. Roe makes $X$ and $Y$.",
        "He has 3.5 hours.",
        "- Bullets count;",
        "so do halves.",
    ]
    assert all(text[token.start : token.end].strip("$ ") for line in lines for token in line.tokens)
