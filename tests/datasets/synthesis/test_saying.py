import random

import pytest

from optwright.datasets.synthesis.saying import Chooser, Slot, held_out, parse, tidy, variants
from optwright.errors import InputError

TURN = "[a|one|every] unit [of {p} |]takes [{hours[p]}|about {hours[p]}] hours"


def test_brackets_nest_and_slots_keep_their_own():
    phrase = parse("[a [big|small]|one] {x[i,j]} of {share~}")
    assert variants(phrase) == 3
    assert Slot("x[i,j]") in phrase
    assert Slot("share", percent=True) in phrase


@pytest.mark.parametrize("text", ["[a|b", "a]b", "{x", "a|b"])
def test_what_does_not_match_is_named(text):
    with pytest.raises(InputError, match=r"alternatives|stray"):
        parse(text)


def test_training_and_unseen_wordings_never_meet():
    seen, unseen = set(), set()
    for seed in range(300):
        for held, texts in ((False, seen), (True, unseen)):
            chooser = Chooser(random.Random(seed), unseen=held)
            texts.add(chooser.flat(parse(TURN)))
    assert seen
    assert unseen
    assert seen.isdisjoint(unseen)


def test_of_three_alternatives_one_is_always_held_out():
    assert all(held_out(f"{word}|b|c", 3) in (0, 1, 2) for word in "adefgh")
    assert held_out("only", 1) is None


def test_the_single_template_takes_the_first_everywhere():
    assert Chooser(random.Random(1), single=True).text(["[a|b] {x}", "c"], x="y") == "a y"


def test_empty_alternatives_leave_no_gaps():
    assert tidy("there  are 3 , or so .") == "there are 3, or so."
