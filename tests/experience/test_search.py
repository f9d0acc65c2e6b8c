"""Retrieval: what is found, and that it is bounded."""

from dataclasses import replace

import pytest

from optwright.errors import LLMError
from optwright.experience.insight import Content, Label, Stage, Status
from optwright.experience.search import Wanted, bounded, pruned, search, told
from optwright.experience.vectors import Vectors

TEXTS = {
    "Routing": "Vehicles return to the depot and tours without the depot must be forbidden.",
    "Packing": "Items are put into a knapsack of limited weight.",
    "Lots": "Machines need a setup before a batch is produced and inventories are carried over.",
    "Diet": "Foods are chosen so that nutrients reach their minimum.",
}
TRUCKS = "Two vehicles leave the depot, visit nine customers and return. Which tours are shortest?"


@pytest.fixture
def filled(library):
    for label, condition in TEXTS.items():
        library.add(Content(Stage.DOMAIN, label, "", condition, f"Model {label}."), status=Status.ADMITTED)
    library.add(Content(Stage.CODE, "Pyomo", "", "Vehicles and a depot in code.", "Use sets."), status=Status.ADMITTED)
    library.add(Content(Stage.DOMAIN, "Routing", "", "A depot for vehicles, not admitted.", "No."))
    return library


def test_what_shares_rare_words_comes_first(filled):
    hits = search(filled, Wanted(TRUCKS))
    assert next(hit.insight.id for hit in hits) == "I1"
    assert "I6" not in {hit.insight.id for hit in hits}
    assert all(hit.means == ("words",) for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_stages_statuses_and_the_bound_are_kept(filled):
    assert [hit.insight.id for hit in search(filled, Wanted(TRUCKS, stages=(Stage.CODE,)))] == ["I5"]
    assert [hit.insight.id for hit in search(filled, Wanted(TRUCKS, statuses=(Status.CANDIDATE,)))] == ["I6"]
    assert len(search(filled, Wanted(TRUCKS, most=1))) == 1


@pytest.mark.parametrize(
    "text", ["", "?!", "the and for", "\"'*(NEAR) OR -- ; DROP TABLE insight", "x" * 300_000, "日本"]
)
def test_any_text_is_only_text(filled, text):
    assert search(filled, Wanted(text)) == []
    assert len(filled.find()) == 6


def test_words_are_compared_by_their_stems(filled):
    assert next(hit.insight.id for hit in search(filled, Wanted("a machine sets up batches"))) == "I3"


def test_labels_that_fit_bring_their_insights(filled):
    hits = search(filled, Wanted("nothing in common", labels=(Label(Stage.DOMAIN, "packing"),)))
    assert [(hit.insight.id, hit.means) for hit in hits] == [("I2", ("labels",))]


def test_the_taxonomy_is_pruned_to_what_may_fit(filled):
    for number in range(60):
        filled.define([Label(Stage.DOMAIN, f"Other {number}", "", "unlike", "unlike")])
    found = pruned(filled, Wanted(TRUCKS, stages=(Stage.DOMAIN,)), most=5)
    assert found[0].first == "Routing"
    assert len(found) <= 5


def test_labels_without_an_admitted_insight_are_to_file_under_not_to_look_under(filled):
    filled.define(
        [Label(Stage.DOMAIN, "Depots", "", "places that vehicles leave", ""), Label(Stage.DOMAIN, "routing", "Tours")]
    )
    wanted = Wanted("Which tours do vehicles make from the depots?", stages=(Stage.DOMAIN,))
    assert {one.path for one in pruned(filled, wanted)} == {"domain modelling / Routing"}
    bare = {one.path for one in pruned(filled, wanted, bare=True)}
    assert bare == {"domain modelling / Routing", "domain modelling / Depots", "domain modelling / Routing / Tours"}


def test_the_prompt_is_bounded_by_number_and_tokens(filled):
    insights = filled.find()
    assert len(bounded(insights, most=3, tokens=10_000)) == 3
    few = bounded(insights, most=10, tokens=60)
    assert sum(len(told(one)) for one in few) <= 240
    assert 0 < len(few) < 6
    assert bounded(insights, most=10, tokens=1) == []


class Letters:
    """An embedding of texts as counts of letters: real numbers without a model."""

    name = "letters"

    def __init__(self):
        self.asked = 0

    def embed(self, texts):
        self.asked += len(texts)
        return [[float(text.lower().count(chr(97 + at))) for at in range(26)] for text in texts]


def test_vectors_are_computed_once_for_each_version(filled):
    letters = Letters()
    vectors = Vectors(filled.database, letters)
    assert (vectors.refresh(), letters.asked) == (6, 6)
    assert vectors.refresh() == 0
    filled.edit(2, replace(filled.get(2).content, condition="zzz zz"), note="another text")
    assert vectors.refresh() == 1
    hits = search(filled, Wanted("zzzz"), vectors)
    assert hits[0].insight.id == "I2"
    assert hits[0].means == ("vectors",)


def test_vectors_of_another_length_are_refused(filled):
    letters = Letters()
    Vectors(filled.database, letters).refresh()
    letters.embed = lambda texts: [[1.0, 2.0] for _ in texts]
    with pytest.raises(LLMError, match="gave 2 numbers, the library has vectors of 26"):
        search(filled, Wanted("depot"), Vectors(filled.database, letters))
