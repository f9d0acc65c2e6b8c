"""Candidates keep the parts and placeholders of their seed."""

import pytest

from optwright.errors import InputError
from optwright.prompts.search.candidate import Candidate, Form

FORM = Form.of([Candidate({"system": "Be exact.", "user": "{{tables}}\n{{problem}}"})], longest=40)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"system": "Be.", "user": "{{problem}} {{tables}} {{problem}}"}, ""),
        ({"user": "{{tables}} {{problem}}"}, "other parts than the seed's: system"),
        ({"system": "Be.", "user": "{{tables}} {{problem}}", "more": "x"}, "other parts than the seed's: more"),
        ({"system": " \n", "user": "{{tables}} {{problem}}"}, "system is empty"),
        ({"system": "x" * 41, "user": "{{tables}} {{problem}}"}, "system has 41 characters, more than 40"),
        ({"system": "Be.", "user": "{{problem}} { {tables}}"}, "user drops {{tables}}"),
        ({"system": "Be {{kind}}.", "user": "{{tables}} {{problem}}"}, "system invents {{kind}}"),
        ({"system": "Be.", "user": "{{Problem}} {{tables}}"}, "user drops {{problem}} and invents {{Problem}}"),
    ],
)
def test_what_breaks_the_form_is_told(parts, reason):
    assert FORM.fault(parts) == reason


def test_seeds_must_agree_in_their_form():
    with pytest.raises(InputError, match="other parts or placeholders than seed"):
        Form.of([Candidate({"a": "{{x}}"}), Candidate({"a": "{{y}}"})])
    with pytest.raises(InputError, match="at least one is needed"):
        Form.of([])


def test_layout_and_letter_case_make_no_other_candidate():
    one = Candidate({"a": "Think  first.\nThen {{write}}.", "b": "x"})
    assert one.id == Candidate({"b": "X ", "a": "think first. then {{write}}."}, ("p",), 3, "note").id
    assert one.id != Candidate({"a": "Think first. Then {{write}}!", "b": "x"}).id
    assert one.id != Candidate({"b": "Think first. Then {{write}}.", "a": "x"}).id


def test_a_candidate_comes_back_from_plain_data():
    one = Candidate({"a": "Think ü"}, ("p", "q"), 4, "shorter")
    assert Candidate.from_json(one.to_json()) == one
