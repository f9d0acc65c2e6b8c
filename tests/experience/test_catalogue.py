"""Leafing through a library: filters, words, ids, pages."""

import pytest

from optwright.experience.catalogue import Filter, labels_in_use, page
from optwright.experience.insight import Content, Label, Stage, Status


@pytest.fixture
def filled(library):
    for number in range(7):
        stage, first = (Stage.DOMAIN, "Routing") if number % 2 else (Stage.CODE, "Syntax")
        second = "Depots" if number in (3, 5) else ""
        status = Status.ADMITTED if number < 3 else Status.CANDIDATE
        word = "depot" if number in (1, 3) else "warehouse"
        library.add(Content(stage, first, second, f"Case {number} has a {word}.", f"Do {number}."), status=status)
    return library


def numbers(found):
    return [one.number for one in found.insights]


def test_the_newest_come_first_a_page_at_a_time(filled):
    found = page(filled, Filter(), most=3)
    assert (numbers(found), found.first, found.count) == ([7, 6, 5], 0, 7)
    assert numbers(page(filled, Filter(), first=6, most=3)) == [1]
    assert numbers(page(filled, Filter(), first=9, most=3)) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(status=Status.ADMITTED), [3, 2, 1]),
        (Filter(stage=Stage.DOMAIN), [6, 4, 2]),
        (Filter(label=Label(Stage.DOMAIN, "ROUTING")), [6, 4, 2]),
        (Filter(label=Label(Stage.DOMAIN, "routing", "depots")), [6, 4]),
        (Filter(stage=Stage.CODE, label=Label(Stage.DOMAIN, "Routing")), []),
        (Filter("i4"), [4]),
        (Filter("I4", status=Status.ADMITTED), []),
        (Filter("I99"), []),
        (Filter("nothing like it"), []),
    ],
)
def test_filters(filled, wanted, expected):
    found = page(filled, wanted)
    assert numbers(found) == expected
    assert found.count == len(expected)


def test_words_rank_and_filters_still_hold(filled):
    found = page(filled, Filter("a depot"), most=2)
    assert numbers(found)[0] == 4, "a word of the label counts more than one of the condition"
    assert {*numbers(page(filled, Filter("a depot")))} == {2, 4, 6}
    assert numbers(page(filled, Filter("a depot", status=Status.ADMITTED))) == [2]
    assert numbers(page(filled, Filter("a depot", label=Label(Stage.DOMAIN, "routing", "depots")), most=1)) == [4]


def test_labels_in_use(filled):
    filled.define([Label(Stage.CODE, "Nothing has this")])
    assert [one.path for one in labels_in_use(filled)] == [
        "code / Syntax",
        "domain modelling / Routing",
        "domain modelling / Routing / Depots",
    ]
    assert [one.path for one in labels_in_use(filled, Status.ADMITTED)] == [
        "code / Syntax",
        "domain modelling / Routing",
    ]
