"""From what was typed to a strategy."""

from pathlib import Path

import pytest

from optwright.errors import InputError
from optwright.eval.prompting.request import Request, strategy_of
from optwright.prompts.search.opro import Choice, Opro
from optwright.prompts.search.start import Place


def test_opro_is_told_which_items_and_where_an_instruction_stands():
    request = Request(("nl4opt",), Path("out"), "opro")
    assert strategy_of(request, None, None) == Opro()
    request = Request(("nl4opt",), Path("out"), "opro", place=Place.END, wrong_items=True)
    assert strategy_of(request, None, None) == Opro(choice=Choice.WRONG, place=Place.END)


def test_an_unknown_strategy_is_named():
    with pytest.raises(InputError, match="--strategy luck: unknown; there are opro, directional, zopo"):
        strategy_of(Request(("nl4opt",), Path("out"), "luck"), None, None)
