import itertools
import json
import math
import random

import pytest

from optwright.datasets import errata, registry, uniform
from optwright.datasets.audit import audit, check_programs
from optwright.datasets.errata import Erratum, correct, derive, known, same
from optwright.datasets.label import Status, label_of
from optwright.datasets.sample import Labels, digest
from optwright.datasets.split import choose, clusters, divide
from optwright.datasets.synthesis.similarity import alike, shingles
from optwright.errors import DatasetError
from optwright.eval.score import own_answer_fails
from optwright.outcome import Outcome, Termination


def write(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def record(name, answer, **more):
    return {"id": name, "question": f"Words of {name}.", "answer": answer, "upstream_id": 9, **more}


def test_the_uniform_format_has_both_versions(tmp_path):
    revised = record("industryor/0001", 5, question_original="Old words.", answer_original=4, label_status="verified")
    path = write(
        tmp_path / "u.jsonl",
        record("optmath/0001", 26, labels={"optmath": 29, "optimind": 26}),
        revised,
        record("nlp4lp/0002", None, status="infeasible", labels={"optimus": 0}),
        record("optmath/0003", 7, label_status="ill-posed", labels={"optmath": 7}),
        record("own/0001", 12.5),
    )
    corrected, changed, infeasible, ill, own = uniform.load(path)
    assert (corrected.corrected.label.value, corrected.original.label.value) == (26, 29)
    assert (changed.problem(Labels.ORIGINAL).text, changed.original.label.value) == ("Old words.", 4)
    assert infeasible.corrected.label.status is Status.INFEASIBLE
    assert ill.corrected.label is None
    assert "ill-posed" in ill.corrected.unscorable
    assert ill.original.label.value == 7
    assert own.corrected == own.original


def test_a_bad_line_is_named(tmp_path):
    for text, message in [
        ('{"id": "a/1"}', "line 1: field 'question' is missing"),
        ('{"id": "a/1", "question": "x", "answer": "about 5"}', "line 1: answer 'about 5'"),
        ('{"id": "a/1", "question": "x", "answer": 1}\n' * 2, "id 'a/1' appears twice"),
        ('{"id": "a/1", "question": "x", "answer": NaN}', "line 1: answer nan"),
        ('{"id": "a/1", "question": "x", "answer": 1e400}', "line 1: answer inf"),
        ('{"id": "a/1", "question": "x", "answer": 1, "flags": null}', "'flags' must be a list, this is a NoneType"),
        ('{"id": "a/1", "question": "x", "answer": 1, "labels": [3]}', "'labels' must be an object"),
        ("[" * 100_000, "nested too deeply"),
    ]:
        path = tmp_path / "bad.jsonl"
        path.write_text(text)
        with pytest.raises(DatasetError, match=message):
            uniform.load(path)


def test_an_erratum_applies_to_its_very_text_only(tmp_path):
    path = write(tmp_path / "u.jsonl", record("optmath/0001", 29), record("optmath/0002", 29))
    first, second = uniform.load(path)
    entry = Erratum("optmath", "9", digest(first.corrected.question), 26, "optimal", 29, "re-solved")
    table = {(entry.benchmark, entry.question_sha256): entry}
    a, b = correct([first, second], table)
    assert (a.corrected.label.value, a.original.label.value, a.label_status) == (26, 29, "erratum")
    assert b == second
    gone = Erratum("optmath", "9", digest(second.corrected.question), None, "revised", 29, "incomplete")
    (c,) = correct([second], {(gone.benchmark, gone.question_sha256): gone})
    assert c.corrected.label is None
    assert "revised since: incomplete" in c.corrected.unscorable


def test_the_shipped_errata_are_facts_without_text_and_follow_from_the_records(benchmarks):
    samples, notes = [], {}
    for path in sorted(benchmarks.glob("*.jsonl")):
        samples += uniform.load(path)
        for line in path.read_text().splitlines():
            entry = json.loads(line)
            notes[entry["id"]] = entry.get("notes", "")
    derived = {(e.benchmark, e.question_sha256): e for e in derive(samples, notes)}
    assert derived == known()
    questions = [sample.original.question.lower() for sample in samples]
    for entry in known().values():
        assert len(entry.reason) <= 160
        words = entry.reason.lower().split()
        runs = [" ".join(words[i : i + 8]) for i in range(len(words) - 7)]
        assert not [run for run in runs if any(run in question for question in questions)]


def test_a_rounded_label_is_no_different_label():
    assert same(label_of(55.666667), label_of(55.66666666666667))
    assert same(label_of(2333.33), label_of(2333.3333333))
    assert not same(label_of(55.666667), label_of(66))
    assert not same(label_of(5), None)
    assert not same(label_of(0), label_of(None, "infeasible"))


def test_duplicates_form_groups_and_never_straddle_parts(tmp_path):
    records = [record(f"optmath/{i:04d}", i) for i in range(200)]
    for i in range(0, 200, 4):
        records[i]["duplicates"] = [f"optmath/{i + 1:04d}", "nl4opt/0000"]
        records[i + 1]["duplicates"] = [f"optmath/{i + 2:04d}"]
    records.append({**record("nl4opt/0001", 1), "question": "  Words of\noptmath/0003. "})
    samples = uniform.load(write(tmp_path / "u.jsonl", *records))
    groups = clusters(samples)
    assert groups["optmath/0002"] == "optmath/0000"
    assert groups["nl4opt/0001"] == groups["optmath/0003"] == "nl4opt/0001"
    parts = divide(samples, [0.5, 0.3, 0.2], seed=1)
    assert sum(map(len, parts)) == len(samples)
    assert all(len(part) > 15 for part in parts)
    where = [{groups[sample.id] for sample in part} for part in parts]
    assert not where[0] & where[1] | where[1] & where[2] | where[0] & where[2]
    assert parts == divide(samples, [0.5, 0.3, 0.2], seed=1)
    with pytest.raises(ValueError, match="sum to 1"):
        divide(samples, [0.5, 0.4])


def test_choosing(tmp_path):
    records = [record(f"optmath/{i:04d}", i) for i in range(5)] + [record(f"mamo-easy/{i:04d}", i) for i in range(2)]
    samples = uniform.load(write(tmp_path / "u.jsonl", *records))
    assert [s.id for s in choose(samples, limit=5)] == [
        "optmath/0000", "mamo-easy/0000", "optmath/0001", "mamo-easy/0001", "optmath/0002"]  # fmt: skip
    assert [s.id for s in choose(samples, ids=["mamo-easy/0001"])] == ["mamo-easy/0001"]
    with pytest.raises(DatasetError, match="no record optmath/0077"):
        choose(samples, ids=["optmath/0077"])
    with pytest.raises(DatasetError, match="at least 1"):
        choose(samples, limit=0)
    with pytest.raises(DatasetError, match="the files are empty"):
        choose([], limit=3)


def test_all_development_records_load_and_pass_the_grader(benchmarks):
    found = audit(benchmarks, grade=own_answer_fails)
    assert found.problems == []
    assert sum(part.records for part in found.files) == 1165
    raw = {part.benchmark: part for part in found.raw}
    assert (raw["optmath"].records, raw["optmath"].same_text, raw["optmath"].same_answer) == (20, 20, 20)
    assert (raw["optibench"].records, raw["optibench"].same_text) == (20, 20)
    assert raw["optibench"].same_answer == 19  # one record's results hold no objective


def test_the_audit_finds_planted_faults(benchmarks, tmp_path):
    lines = (benchmarks / "optibench.jsonl").read_text().splitlines()[:12]
    records = [json.loads(line) for line in lines]
    records[3]["answer"] += 1
    records[3]["label_status"] = "consensus"
    records[5]["answer"] = "many"
    del records[7]["question"]
    write(tmp_path / "optibench.jsonl", *records)
    write(tmp_path / "again.jsonl", records[0])
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "OptMATH_Bench.json").write_text('[{"en_question": 1')
    found = audit(tmp_path, grade=own_answer_fails)
    assert not found.ok
    text = "\n".join(found.problems)
    assert "optibench.jsonl, line 4: " in text
    assert "optibench.jsonl, line 6: answer 'many'" in text
    assert "optibench.jsonl, line 8: field 'question'" in text
    assert "is also in again.jsonl, line 1" in text
    assert "OptMATH_Bench.json, line 1: not JSON" in text


def test_a_program_that_disagrees_is_reported(tmp_path):
    folder = tmp_path / "reference_programs"
    folder.mkdir()
    for name in ("optmath_0001", "optmath_0002", "optmath_0009"):
        (folder / f"{name}.py").write_text(name)
    samples = {
        s.id: s for s in uniform.load(write(tmp_path / "u.jsonl", record("optmath/0001", 4), record("optmath/0002", 4)))
    }

    def run(source):
        return Outcome(Termination.OPTIMAL, True, 4.0 if source == "optmath_0001" else 4.001)

    agrees = {report.name: report.agrees for report in check_programs(folder, samples, run)}
    assert agrees == {"optmath_0001.py": True, "optmath_0002.py": False, "optmath_0009.py": False}


def test_loading_by_name_applies_the_errata(benchmarks):
    sample = next(
        s
        for s in registry.load(f"optmath:{benchmarks / 'raw' / 'OptMATH_Bench.sample.json'}")
        if s.id == "optmath/0019"
    )
    assert (sample.corrected.label.value, sample.original.label.value) == (26, 29)
    assert errata.known()[("optmath", digest(sample.original.question))].was == 29


def test_near_duplicates_are_found_exactly_and_never_straddle_parts(tmp_path):
    words = [f"word{number}" for number in range(19)]
    dice = random.Random(5)
    texts = [" ".join(dice.choices(words, k=30)) for _ in range(150)]
    for at in range(0, 150, 3):  # planted: the one before with its last words changed, more or fewer of them
        texts[at] = " ".join([*texts[at - 1].split()[: 20 + at % 10], *dice.choices(words, k=6)])
    named = [(f"optmath/{at:04d}", text) for at, text in enumerate(texts)]
    sets = {name: shingles(text) for name, text in named}
    pairs = itertools.combinations(sets, 2)
    close = {(a, b) for a, b in pairs if len(sets[a] & sets[b]) >= 0.7 * math.sqrt(len(sets[a]) * len(sets[b]))}
    assert len(close) > 20
    assert {tuple(sorted(pair)) for pair in alike(named)} == close
    samples = uniform.load(write(tmp_path / "u.jsonl", *({"id": n, "question": t, "answer": 1} for n, t in named)))
    where = {one.id: at for at, part in enumerate(divide(samples, [0.5, 0.25, 0.25])) for one in part}
    assert len(set(where.values())) == 3
    assert all(where[a] == where[b] for a, b in close)
    assert len(set(clusters(samples).values())) == 150  # figures pool copies only
