"""Libraries as files."""

import json

import pytest

from optwright.errors import InputError
from optwright.experience.exchange import dump, load, markdown, put
from optwright.experience.insight import Content, Label, Provenance, Stage, Status, Use
from optwright.experience.integrity import faults
from optwright.experience.library import Library, Used

ALPHAOPT = [
    {
        "insight_id": 4,
        "taxonomy": {"Domain Modeling": {"Packaging": ["Pallets"]}},
        "condition": "Applies when boxes are stacked on pallets.",
        "explanation": "Count the layers as whole numbers.",
        "example": "x = Integers",
        "iteration": 0,
        "version": 1,
        "task_id": "Z001",
        "occurrence": 0,
        "distribution": {"positive": ["Z001", "Z002", "Z001"], "negative": [], "irrelevant": ["Z009"]},
    },
    {
        "insight_id": 9,
        "taxonomy": {"Code Implementation": {"Syntax": []}},
        "condition": "Applies when sums are long.",
        "explanation": "Use quicksum.",
        "example": "",
        "task_id": ["Z003", "Z004"],
        "distribution": {},
    },
]


@pytest.fixture
def filled(library):
    library.define([Label(Stage.CODE, "Syntax", "", "How it is written.", "Always.")])
    library.add(
        Content(Stage.CODE, "Syntax", "", "Sums are long.", "Use quicksum.", "```x```"), Provenance(("t1",), "m")
    )
    library.add(Content(Stage.DOMAIN, "Mix", "Shares", "Shares are given.", "Multiply out."), status=Status.ADMITTED)
    library.merge([1, 2], Content(Stage.DOMAIN, "Mix", "", "Both.", "Both."), status=Status.ADMITTED)
    library.record([Used(3, "t8", Use.POSITIVE, "r")])
    return library


def test_a_round_trip_keeps_everything(filled, tmp_path):
    (tmp_path / "library.json").write_text(dump(filled))
    other = Library(tmp_path / "other.db")
    done = put(other, load(tmp_path / "library.json"))
    assert (done.added, done.known) == (3, 0)
    assert dump(other) == dump(filled)
    assert put(other, load(tmp_path / "library.json")).added == 0
    assert (dump(other), faults(other)) == (dump(filled), [])
    other.close()


def test_alphaopts_library_is_read(library, tmp_path):
    (tmp_path / "library.json").write_text(json.dumps(ALPHAOPT))
    assert put(library, load(tmp_path / "library.json")).added == 2
    first, second = library.find()
    assert (first.content.stage, first.content.first, first.content.second) == (Stage.DOMAIN, "Packaging", "Pallets")
    assert first.uses == {Use.POSITIVE: ("Z001", "Z002"), Use.IRRELEVANT: ("Z009",)}
    assert (second.status, second.provenance.tasks) == (Status.CANDIDATE, ("Z003", "Z004"))


def test_alphaopts_taxonomy_is_read(library, tmp_path):
    words = {"definition": "Layers.", "condition": "Stacks."}
    (tmp_path / "taxonomy.json").write_text(json.dumps({"Domain Modeling": {"Packaging": {"Pallets": words}}}))
    assert put(library, load(tmp_path / "taxonomy.json")).labels == 2
    assert [one.path for one in library.taxonomy()] == [
        "domain modelling / Packaging",
        "domain modelling / Packaging / Pallets",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("{}", r"^(?!.*Traceback).*"),
        ('{"format": "optwright-library-1"}', "no field 'labels'"),
        ('[{"insight_id": 1}]', "entry 0: no field 'taxonomy'"),
        ('[{"taxonomy": {"Cooking": {"a": []}}}]', "entry 0: no field 'cooking'"),
        ('[{"taxonomy": {"Domain Modeling": {"a": []}}, "condition": "", "explanation": "x"}]', "needs a condition"),
        ('{"Cooking": {}}', "is neither a library of Optwright"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_other_files_are_named(tmp_path, text, message):
    (tmp_path / "x.json").write_text(text)
    if text == "{}":
        assert load(tmp_path / "x.json").insights == ()
        return
    with pytest.raises(InputError, match=message):
        load(tmp_path / "x.json")


def test_markdown_shows_all_that_an_insight_says(filled):
    text = markdown(filled.find())
    for words in ("I3: admitted, version 1, 1 positive", "*When:* Both.", "Learned from t1 (m)", "~~~~\n```x```\n~~~~"):
        assert words in text
