from __future__ import annotations

import pytest

from optwright.solvers.screen import LIMIT, screen


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("model = '\0'", "NUL"),
        ("model = '\ud800'", "surrogates"),
        ("model = 1 #" + "x" * LIMIT, "too long"),
        ("remodel = 1\nbuild_models = 2", "build_model"),
    ],
)
def test_hopeless_text_is_refused_in_one_line(source: str, words: str) -> None:
    refusal = screen(source)
    assert refusal is not None
    assert words in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize("source", ["model = 1", "def build_model(data): ...", "ConcreteModel()"])
def test_what_may_be_a_model_passes(source: str) -> None:
    assert screen(source) is None
