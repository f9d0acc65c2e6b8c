"""How candidates stand to each other, and which sentences set the better apart."""

import pytest

from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.score import Score
from optwright.prompts.search.standing import contrasts, difference, pieces, standings, tell_contrasts

SURE = ["a", "b", "c", "d", "e", "f", "g", "h"]


def prompt(*sentences):
    return {"sort": " ".join(["Sort {{letters}}.", *sentences])}


def filled(*tried):
    """A ledger with candidates of (sentences, items right, position of the parent)."""
    ledger, made = Ledger(), []
    for step, (sentences, right, parent) in enumerate(tried):
        parents = () if parent is None else (made[parent].id,)
        made.append(Candidate(prompt(*sentences), parents, step))
        ledger.propose(step, [made[-1]], [])
        ledger.score(made[-1].id, Score({item: float(item in right) for item in SURE}))
    return ledger, made


def test_the_best_is_last_and_of_equals_the_earliest():
    ledger, made = filled([["One."], "ab", None], [["Two."], "a", 0], [["Three."], "cd", 0])
    assert [one.candidate for one in standings(ledger)] == [made[1], made[2], made[0]]
    assert standings(Ledger()) == []


def test_one_that_left_early_is_ranked_by_how_much_it_fell_behind():
    ledger, made = filled([["One."], "abcdef", None], [["Two."], "a", 0])
    early = Candidate(prompt("Three."), (made[0].id,), 2)
    ledger.propose(2, [early], [])
    ledger.score(early.id, Score({"a": 1.0, "b": 1.0, "c": 0.0, "d": 1.0}, dropped=True))
    assert [one.candidate for one in standings(ledger)] == [made[1], early, made[0]]
    assert standings(ledger)[1].mean == pytest.approx(6 / 8 - 1 / 4)


def test_one_that_left_early_never_stands_above_the_best():
    ledger, made = filled([["One."], "gh", None])
    early = Candidate(prompt("Two."), (made[0].id,), 1)
    ledger.propose(1, [early], [])
    ledger.score(early.id, Score({"a": 1.0, "b": 1.0}, dropped=True))
    assert [one.candidate for one in standings(ledger)] == [early, made[0]]


def test_texts_are_compared_by_sentences_and_lines():
    assert pieces("One. Two!\n\n- three\nfour; five") == ["One.", "Two!", "- three", "four;", "five"]
    old, new = {"a": "Keep. Drop.", "b": "Same."}, {"a": "Keep. Add.", "b": "same."}
    assert difference(old, new, 100) == "in a:\n- Drop.\n+ Add."
    assert difference({"a": "One. Two."}, {"a": "One.\nTwo."}, 100) == "(only layout differs)"
    assert len(difference({"a": ""}, {"a": "Long. " * 1 + "x" * 10_000}, 100)) < 200


def test_a_sentence_is_judged_by_pairs_of_child_and_parent():
    ledger, _ = filled(
        [[], "", None],
        [["Good."], "abcdefg", 0],
        [["Good.", "Bad."], "", 1],
        [["Good.", "None."], "abcdefg", 1],
    )
    found = {one.piece: one for one in contrasts(standings(ledger))}
    assert found["Good."].having == pytest.approx(7 / 8)
    assert found["Good."].lacking == 0
    assert found["Bad."].sureness < -2 < 2 < found["Good."].sureness
    assert found["None."].sureness == 0
    assert [one.piece for one in contrasts(standings(ledger))] == ["Good.", "None.", "Bad."]


def test_what_may_be_chance_is_not_told():
    ledger, _ = filled([[], "a", None], [["Maybe."], "ab", 0])
    tried = standings(ledger)
    assert contrasts(tried)[0].piece == "Maybe."
    assert tell_contrasts(contrasts(tried), tried[-1]).startswith("None sets")


def test_a_shift_of_all_items_alike_is_sure():
    ledger, _ = filled([[], "", None], [["All."], "abcdefgh", 0])
    assert contrasts(standings(ledger))[0].sureness == float("inf")


def test_it_is_told_what_the_best_lacks_has_and_should_keep():
    ledger, _ = filled(
        [[], "", None],
        [["Good.", "Bad."], "abcdefg", 0],
        [["Good."], "abcdefgh", 1],
        [["Other."], "abcdefg", 0],
        [["Worse."], "", 3],
    )
    tried = standings(ledger)
    told = tell_contrasts(contrasts(tried), tried[-1])
    lacks, has = "Go with higher scores, and the best lacks them:", "Go with higher scores, and the best has them:"
    assert told.index(lacks) < told.index("Other.") < told.index(has) < told.index("Good.")
    assert "0.875 on average in 2 with it, 0 in 2 without: Other." in told
