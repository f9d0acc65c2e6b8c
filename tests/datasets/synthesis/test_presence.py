import re
from dataclasses import replace

import pytest

from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.presence import absent, deletions, without_names
from optwright.datasets.synthesis.realise import Telling, tell
from optwright.datasets.synthesis.style import Style
from optwright.formulation.data import resolve
from tests.datasets.synthesis.test_realise import shop


def told(style: Style):
    return tell(shop(), Dice(5, {}), Telling(style, attach=False))


@pytest.mark.parametrize("style", Style)
def test_complete_words_lack_nothing(style):
    assert absent(told(style)) == []
    found = deletions(told(style))
    assert found.tried >= 8
    assert found.noticed == found.tried


@pytest.mark.parametrize("style", Style)
def test_each_number_that_is_deleted_is_missed(style):
    whole = told(style)
    numbers = [match for match in re.finditer(r"\d[\d,]*", whole.question) if match[0] not in ("1", "2", "3")]
    assert len(numbers) >= 8
    for match in numbers:
        question = f"{whole.question[: match.start()]}some{whole.question[match.end() :]}"
        assert absent(replace(whole, question=question)), match[0]


def test_each_sentence_that_is_deleted_is_missed():
    whole = told(Style.TEXTBOOK)
    sentences = [one for one in re.split(r"(?<=\.)\s+", whole.question) if re.search(r"\d", one)]
    assert len(sentences) >= 3
    for one in sentences:
        assert absent(replace(whole, question=whole.question.replace(one, ""))), one


def test_a_number_that_the_formulation_has_not_is_noticed():
    whole = told(Style.TEXTBOOK)
    assert "17" in absent(replace(whole, question=f"{whole.question} It rained on 17 mornings."))[0]


def test_numbers_in_names_are_no_data():
    data = resolve(shop().formulation())
    assert without_names("Ayr pays 30", data) == "Ayr pays 30"
