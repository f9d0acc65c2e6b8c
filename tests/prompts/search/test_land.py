"""Places of prompts, and which of them are worth a try."""

import numpy as np
import pytest

pytest.importorskip("sklearn")

from optwright.errors import LLMError
from optwright.prompts.library import digest
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.land import Land, noise
from optwright.prompts.search.ledger import Entry
from optwright.prompts.search.place import WordEmbedder, places, vectors
from optwright.prompts.search.score import Score


def entries(*rows):
    scores = [Score({f"q{at}": value for at, value in enumerate(row)}) for row in rows]
    return [Entry(Candidate({"a": str(at)}), score) for at, score in enumerate(scores)]


def test_noise_is_what_neither_prompt_nor_item_explains():
    assert noise(entries([0.1, 0.5, 0.9], [0.2, 0.6, 1.0])) == pytest.approx(0.0, abs=1e-12)
    assert noise(entries([1, 0], [0, 1])) == pytest.approx(0.5)
    assert noise(entries([1, 0, 1, 0])) == pytest.approx(0.25 / 4)


def test_noise_of_many_draws_is_their_variance():
    dice = np.random.default_rng(3)
    table = dice.normal(0.0, 0.2, (60, 50)) + dice.normal(size=(60, 1)) + dice.normal(size=50)
    assert noise(entries(*table)) == pytest.approx(0.04 / 50, rel=0.1)


def test_few_or_equal_scores_make_no_surrogate():
    points = np.eye(6)
    for values in ([0.1, 0.2, 0.3], [0.5] * 5):
        land = Land(points, np.array(values), 0.01, 4)
        assert land.surrogate is None
        assert land.worthwhile == list(land.waiting) == list(range(len(values), 6))


def test_what_is_surely_worse_is_not_worth_a_try():
    points = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [2.9], [0.1]])
    land = Land(points, np.array([0.0, 0.25, 0.5, 0.75, 1.0]), 1e-6, 4)
    assert land.summit == 4
    assert 6 not in land.worthwhile
    assert land.best([5, 6]) == 5


def test_nearest_are_told_in_order():
    land = Land(np.array([[0.0], [1.0], [2.0], [5.0]]), np.array([0.1]), 0.01, 4)
    assert land.nearest(np.array([4.0]), [1, 2, 3], 2) == [3, 2]


def test_words_make_places():
    texts = ["Sort the letters.", "Sort the letters. Twice.", "Quite another thing"]
    one, two, three = (np.array(vector) for vector in WordEmbedder().embed(texts))
    assert np.linalg.norm(one - two) < np.linalg.norm(one - three)
    assert WordEmbedder().embed(texts)[0] == one.tolist()


def test_parts_lie_side_by_side_where_they_differ():
    candidates = [Candidate({"b": "two", "a": "one"}), Candidate({"a": "two", "b": "two"})]
    found = places(candidates, {digest("one"): [1.0, 0.0], digest("two"): [0.0, 2.0]})
    assert found.tolist() == [[1.0, 0.0], [0.0, 2.0]]  # of the second part both have the same


class Lengths:
    name = "lengths"

    def __init__(self):
        self.asked = []

    def embed(self, texts):
        self.asked.append(len(texts))
        return [[float(len(text)), 1.0] for text in texts]


def test_each_text_is_embedded_once_in_batches():
    embedder = Lengths()
    found = vectors([f"text {number % 100}" for number in range(200)], embedder)
    assert embedder.asked == [64, 36]
    assert found[digest("text 7")] == [6.0, 1.0]


def test_a_model_that_changed_is_named():
    with pytest.raises(LLMError, match="vectors of different lengths"):
        places([Candidate({"a": "x"})], {digest("x"): [1.0], "other": [1.0, 2.0]})
