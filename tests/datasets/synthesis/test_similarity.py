import json

from optwright.datasets.synthesis.chart import bars
from optwright.datasets.synthesis.contamination import contamination
from optwright.datasets.synthesis.draft import Draft
from optwright.datasets.synthesis.similarity import THRESHOLD, Index, shingles
from optwright.datasets.synthesis.split import Split, held_family, split_of
from optwright.datasets.synthesis.variety import masked, templates, variety
from optwright.formulation.data import resolve
from tests.datasets.synthesis.test_realise import shop

TEXT = "A farmer grows wheat and maize on 40 acres. Wheat earns 300 dollars an acre, maize 250. Water is scarce."


def test_the_same_text_is_nearest_and_another_is_far():
    index = Index([("farm", TEXT), ("other", "Trucks bring sand from three pits to two sites at least cost.")])
    assert index.nearest(TEXT.upper()) == ("farm", 1.0)
    near = index.nearest(TEXT.replace("300", "310"))
    assert near.name == "farm"
    assert THRESHOLD < near.cosine < 1
    assert index.nearest("Nothing alike in here whatsoever").cosine == 0.0
    assert len(shingles("two words")) == 1


def test_a_test_question_is_found_among_benchmarks(tmp_path):
    record = {"id": "nl4opt/0000", "question": TEXT, "answer": 1.0}
    (tmp_path / "nl4opt.jsonl").write_text(json.dumps(record) + "\n")
    found = contamination([("copy", TEXT.replace("40", "50")), ("own", "A baker bakes rolls and loaves.")], tmp_path)
    assert found.benchmarks == ("nl4opt",)
    assert not found.clean
    assert found.nearest[0][:2] == ("copy", "nl4opt/0000")
    assert found.nearest[1][2] == 0.0


def test_without_benchmarks_nothing_is_claimed(tmp_path):
    found = contamination([("copy", TEXT)], tmp_path)
    assert found.benchmarks == ()


def test_splits_depend_on_nothing_but_names():
    assert {split_of("a family", f"{seed}") for seed in range(300)} <= set(Split)
    seen = next(name for name in map(str, range(99)) if not held_family(name))
    held = next(name for name in map(str, range(99)) if held_family(name))
    shares = [split_of(seen, str(seed)) for seed in range(2000)]
    assert 0.8 < shares.count(Split.TRAIN) / 2000 < 0.92
    assert {split_of(held, str(seed)) for seed in range(50)} == {Split.UNSEEN_FAMILY}


def test_masking_leaves_the_wording_alone():
    data = resolve(shop().formulation())
    text = "A shop in Bath pays 45 dollars; Ayr, Bath and Cork open."
    assert masked(text, data) == "A shop in @ pays # dollars; @ open."


def test_variety_counts_distinct_runs():
    found = variety(["a b a b", "a b a b"])
    assert (found.texts, found.tokens, found.masked) == (2, 8, 1)
    assert found.distinct == (2, 2, 2, 1)


def test_templates_multiply():
    draft = Draft("d")
    draft.fact("[a|b] [c|d|e]", "f", tells=[])
    draft.fact("g [h|]", tells=[])
    assert templates(draft) == 14


def test_bars_escape_their_labels():
    assert "a &lt; b" in bars("Title", [("a < b", [1, 2])], ("one", "two"))
