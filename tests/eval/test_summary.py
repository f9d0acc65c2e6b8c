import json

import pytest

from optwright.budget import Usage
from optwright.datasets.label import Label, Status, label_of
from optwright.datasets.sample import Labels
from optwright.errors import InputError
from optwright.eval.compare import compare
from optwright.eval.folder import Record, RunFolder
from optwright.eval.items import Item
from optwright.eval.prediction import Prediction
from optwright.eval.settings import Settings
from optwright.eval.summary import summarise


def item(name, corrected, original=None, **more):
    return Item(name, name.partition("/")[0], f"sha-{name}", corrected, original, **{"group": name, **more})


def record(name, value, sample=0, **more):
    known = {"status": Status.OPTIMAL, "executed": True, "attempts": 1, **more}
    return Record(name, sample, Prediction(objective=value, **known))


ITEMS = [
    item("a/1", label_of(10), label_of(11)),
    item("a/2", label_of(20), label_of(20)),
    item("a/3", None, label_of(1), unscorable={"corrected": "ill-posed: the text lacks the data"}),
    item("b/1", label_of(10), label_of(10), group="a/1"),
    item("b/2", Label(Status.INFEASIBLE), None, flags=("ambiguous",)),
]
RECORDS = [
    record("a/1", 10.0),
    record("a/2", 19.5, confidence=0.9),
    record("a/3", 1.0),
    record("b/1", 10.4),
    record("b/2", None, status=Status.INFEASIBLE, attempts=3, usage=Usage(2, 100, 20, 50)),
]


def test_counts_rates_and_exclusions():
    found = summarise(ITEMS, RECORDS, Labels.CORRECTED)
    a, b, pooled = found["benchmarks"]["a"], found["benchmarks"]["b"], found["pooled"]
    assert (a["n"], a["excluded"], a["answered"], a["correct"]) == (3, 1, 2, 1)
    assert (b["n"], b["excluded"], b["answered"], b["correct"]) == (2, 0, 2, 1)
    assert (pooled["n"], pooled["scored"], pooled["correct"]) == (4, 3, 2)  # b/1 is a/1 again
    assert found["with_duplicates"]["correct"] == 2
    assert a["rules"]["rounded_5pct"]["correct"] == 2
    assert a["rules"]["every_quantity"] == {"correct": 0, "of": 0, "rate": None}
    assert b["apart"] == {"ambiguous": {"n": 1, "correct": 1}}
    assert b["solving_times"] == 2.0
    assert found["failures"]["outcomes"] == {"excluded": 1, "right": 2, "wrong value": 2}
    assert found["failures"]["excluded"] == {"ill-posed: the text lacks the data": 1}


def test_the_other_labels_are_scored_beside():
    found = summarise(ITEMS, RECORDS, Labels.CORRECTED)["original_labels"]
    assert found["benchmarks"]["a"]["correct"] == 1  # a/3 is right there, a/1 is not
    assert found["benchmarks"]["a"]["excluded"] == 0
    assert found["benchmarks"]["b"]["excluded"] == 1


def test_the_order_of_records_does_not_matter():
    one = summarise(ITEMS, RECORDS, Labels.CORRECTED)
    other = summarise(ITEMS[::-1], RECORDS[::-1], Labels.CORRECTED)
    assert json.dumps(one) == json.dumps(other)


def test_several_samples():
    records = [record("a/2", value, number) for number, value in enumerate([20.0, 7.0, 20.0, 8.0])]
    records += [record("a/1", value, number) for number, value in enumerate([1.0, 2.0, 10.0, 2.0])]
    found = summarise(ITEMS[:2], records, Labels.CORRECTED, repeats=4)["pooled"]
    assert found["accuracy"]["value"] == pytest.approx((2 / 4 + 1 / 4) / 2)
    assert found["pass_at"]["1"]["value"] == pytest.approx(0.375)
    assert found["pass_at"]["2"]["value"] == pytest.approx((5 / 6 + 1 / 2) / 2, abs=1e-6)
    assert found["pass_at"]["4"]["value"] == 1.0
    assert found["vote_at"]["4"]["value"] == 0.5  # 20 wins its vote, 2 wins the other
    assert found["correct"] == 1  # counts are of the first attempts


def test_cost():
    prices = {"prompt": 2.0, "completion": 10.0, "cached": 0.5}
    assert summarise(ITEMS, RECORDS, Labels.CORRECTED, prices=prices)["usage"]["cost"] == pytest.approx(0.000325)


def run_of(path, records, items=ITEMS):
    folder = RunFolder(path)
    folder.begin(Settings(("made",)).to_json(), items)
    for entry in records:
        folder.append(entry)
    return folder


def test_compare_pairs_items_and_lists_what_flipped(tmp_path):
    items = [item(f"a/{i}", label_of(i)) for i in range(12)]
    first = run_of(tmp_path / "first", [record(f"a/{i}", i + (0.0 if i < 4 else 1.0)) for i in range(12)], items)
    second = run_of(tmp_path / "second", [record(f"a/{i}", i + (0.0 if i > 1 else 1.0)) for i in range(12)], items)
    found = compare(first, second)
    assert (found.pooled.correct_a, found.pooled.correct_b) == (4, 10)
    assert set(found.pooled.only_a) == {"a/0", "a/1"}
    assert len(found.pooled.only_b) == 8
    assert found.pooled.p_value == pytest.approx(2 * (1 + 10 + 45) / 1024)
    assert found.pooled.difference.value == pytest.approx(0.5)
    assert found.pooled.difference.low < 0.5 < found.pooled.difference.high
    assert (found.only_in_a, found.only_in_b) == (0, 0)


def test_compare_leaves_out_what_only_one_scored_and_refuses_nothing_in_common(tmp_path):
    first = run_of(tmp_path / "first", RECORDS[:2])
    second = run_of(tmp_path / "second", RECORDS[1:2])
    assert (compare(first, second).pooled.n, compare(first, second).only_in_a) == (1, 1)
    with pytest.raises(InputError, match="no scored item"):
        compare(first, run_of(tmp_path / "third", RECORDS[4:]))
    with pytest.raises(InputError, match="not a run folder"):
        compare(first, RunFolder(tmp_path / "nothing"))
