"""The Pareto front over items: hand-made cases, and laws that hold whatever the scores."""

from hypothesis import given
from hypothesis import strategies as st

from optwright.prompts.search.front import dominates, front, winners, wins

ITEMS = "abcd"
VALUES = st.sampled_from([0.0, 0.5, 1.0])
SCORES = st.dictionaries(
    st.sampled_from([f"c{number}" for number in range(8)]),
    st.fixed_dictionaries(dict.fromkeys(ITEMS, VALUES)),
    min_size=1,
)


def test_a_specialist_stays_and_what_is_beaten_throughout_goes():
    scores = {
        "all-round": {"a": 1.0, "b": 1.0, "c": 0.0},
        "specialist": {"a": 0.0, "b": 0.0, "c": 1.0},
        "beaten": {"a": 1.0, "b": 0.0, "c": 0.0},
    }
    assert front(scores) == ["all-round", "specialist"]
    assert wins(scores) == {"all-round": 2, "specialist": 1}


def test_one_that_shares_each_of_its_items_with_another_stays_unless_one_beats_it_throughout():
    scores = {
        "both": {"x": 1.0, "y": 1.0, "z": 0.0, "w": 0.0},
        "left": {"x": 1.0, "y": 0.0, "z": 1.0, "w": 0.0},
        "right": {"x": 0.0, "y": 1.0, "z": 0.0, "w": 1.0},
    }
    assert front(scores) == ["both", "left", "right"]


def test_second_on_every_item_is_not_on_the_front():
    scores = {"one": {"a": 1.0, "b": 0.0}, "two": {"a": 0.0, "b": 1.0}, "second": {"a": 0.5, "b": 0.5}}
    assert front(scores) == ["one", "two"]


def test_items_that_all_or_none_get_tell_nothing():
    scores = {"one": {"a": 1.0, "b": 0.0, "c": 1.0}, "two": {"a": 1.0, "b": 0.0, "c": 0.0}}
    assert wins(scores) == {"one": 1}


def test_where_all_are_equal_the_first_stands_for_all():
    scores = {"one": {"a": 0.5}, "two": {"a": 0.5}}
    assert front(scores) == ["one"]
    assert wins(scores) == {"one": 1}


def test_an_item_that_was_not_tried_counts_as_lost():
    scores = {"whole": {"a": 0.0, "b": 0.0}, "part": {"a": 0.0}}
    assert front(scores) == ["whole"]


@given(SCORES)
def test_none_of_the_front_is_dominated_and_each_is_best_somewhere(scores):
    best = winners(scores)
    for name in front(scores):
        assert not any(dominates(other, scores[name]) for other in scores.values())
        assert any(name in names for names in best.values())


@given(SCORES)
def test_every_item_has_its_best_on_the_front(scores):
    kept = set(front(scores))
    assert kept
    for names in winners(scores).values():
        assert names & kept


@given(SCORES, st.randoms(use_true_random=False))
def test_the_order_decides_between_equals_only(scores, chance):
    names = list(scores)
    chance.shuffle(names)
    shuffled = {name: scores[name] for name in names}

    def kept(some):
        return {tuple(sorted(some[name].items())) for name in front(some)}

    assert kept(shuffled) == kept(scores)
    assert sorted(wins(shuffled).values()) == sorted(wins(scores).values())


@given(SCORES, st.data())
def test_one_that_is_dominated_changes_nothing_in_who_is_on_the_front(scores, data):
    above = scores[data.draw(st.sampled_from(sorted(scores)))]
    lowered = {item: data.draw(st.sampled_from([value, value - 1.0])) for item, value in above.items()}
    if dominates(above, lowered):
        assert front({**scores, "worse": lowered}) == front(scores)


@given(SCORES)
def test_there_is_always_something_to_draw_by(scores):
    found = wins(scores)
    assert list(found) == front(scores)
    assert sum(found.values()) > 0
    assert all(count >= 0 for count in found.values())


@given(*[st.fixed_dictionaries(dict.fromkeys(ITEMS, VALUES))] * 3)
def test_domination_is_an_order(one, two, three):
    assert not dominates(one, one)
    assert not (dominates(one, two) and dominates(two, one))
    assert dominates(one, three) or not (dominates(one, two) and dominates(two, three))
