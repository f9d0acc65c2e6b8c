"""Each upstream format, written small by hand, through its reader."""

import csv
import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from optwright.datasets import registry
from optwright.datasets.label import Status
from optwright.datasets.sources import SOURCES
from optwright.datasets.sources.rows import objective_of
from optwright.errors import DatasetError
from optwright.eval.score import RULES

RESULTS = {"question": "Bake for the most profit.", "index": 7, "type": "linear-notable", "results": {
    "The number of loaves": "3.0", "The number of rolls": "0", "Total profit": "21.50"}}  # fmt: skip


def write_json(path, data):
    path.write_text(json.dumps(data))
    return path


def write_lines(path, records):
    path.write_text("\n".join(map(json.dumps, records)) + "\n")
    return path


def only(wanted):
    (sample,) = registry.load(wanted)
    return sample


def test_optibench(tmp_path):
    sample = only(f"optibench:{write_json(tmp_path / 'o.json', [RESULTS])}")
    assert (sample.id, sample.upstream_id, sample.type) == ("optibench/0007", "7", "linear-notable")
    assert sample.original.label.value == 21.5
    assert sample.original.label.printed == "21.50"
    assert sample.objective_key == "Total profit"
    assert sample.quantities == {"The number of loaves": 3.0, "The number of rolls": 0.0, "Total profit": 21.5}


def test_optmath(tmp_path):
    records = [{"en_question": "Ship it.", "en_answer": 22.0, "id": 3}]
    sample = only(f"optmath:{write_json(tmp_path / 'o.json', records)}")
    assert (sample.id, sample.original.label.value) == ("optmath/0003", 22.0)


def test_nl4opt_in_both_releases(tmp_path):
    assert only(f"nl4opt:{write_json(tmp_path / 'e.json', [RESULTS])}").id == "nl4opt/0007"
    lines = [{"en_question": "Mix it.", "en_answer": "No Best Solution"}]
    sample = only(f"nl4opt:{write_lines(tmp_path / 'n.json', lines)}")
    assert (sample.id, sample.original.label.status) == ("nl4opt-245/0000", Status.NO_SOLUTION)


def test_mamo(tmp_path):
    record = {"id": 1, "Question": "Cost?\\n\\nKeep $x \\neq 2$.", "Answer": "10000", "Type": "easy_lp"}
    sample = only(f"mamo_easy:{write_lines(tmp_path / 'm.jsonl', [record])}")
    assert (sample.id, sample.upstream_id, sample.type) == ("mamo-easy/0000", "1", "easy_lp")
    assert sample.original.question == "Cost?\n\nKeep $x \\neq 2$."
    hub = {"en_question": "Tour?", "en_answer": "140"}
    assert only(f"mamo_complex:{write_lines(tmp_path / 'c.jsonl', [hub])}").original.label.value == 140


def test_industryor_as_lines_and_csv(tmp_path):
    records = [{"en_question": "Cut it.", "en_answer": "-99999", "id": 4, "difficulty": "Hard"}]
    sample = only(f"industryor:{write_lines(tmp_path / 'i.json', records)}")
    assert sample.original.label is None
    assert "-99999" in sample.original.unscorable
    path = tmp_path / "i.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["id", "en_question", "en_answer"])
        writer.writeheader()
        writer.writerow({"id": 5, "en_question": "Line one,\nline two.", "en_answer": "135000.0"})
    sample = only(f"industryor:{path}")
    assert (sample.original.question, sample.original.label.value) == ("Line one,\nline two.", 135000.0)


def test_nlp4lp(tmp_path):
    path = tmp_path / "nlp4lp.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["id", "description", "solution", "problem_type"])
        writer.writeheader()
        solution = json.dumps({"variables": {"x": 1.0}, "objective": 684000.0})
        writer.writerow({"id": "prob_000", "description": "Invest.", "solution": solution, "problem_type": "LP"})
        writer.writerow({"id": "prob_001", "description": "Advertise.", "solution": "{}", "problem_type": "IP"})
    first, second = registry.load(f"nlp4lp:{path}")
    assert (first.original.label.value, first.type) == (684000.0, "LP")
    assert second.original.label is None


def test_complexor_and_logior_are_folders(tmp_path):
    problem = tmp_path / "complexor" / "blend"
    problem.mkdir(parents=True)
    (problem / "description.txt").write_text("Blend alloys.")
    write_json(problem / "sample.json", [{"input": {"price": [10.0, 20.0]}, "output": [10]}])
    sample = only(f"complexor:{tmp_path / 'complexor'}")
    assert (sample.upstream_id, sample.original.label.value) == ("blend", 10)
    assert "20.0" in sample.original.question
    lines = write_lines(tmp_path / "complexor.jsonl", [{"question": "Blend two alloys.", "answer": 17.5}])
    sample = only(f"complexor:{lines}")
    assert (sample.id, sample.original.label.value) == ("complexor/0000", 17.5)
    problem = tmp_path / "logior" / "prob_001"
    problem.mkdir(parents=True)
    (problem / "question.txt").write_text("Route trucks.")
    write_json(problem / "answer.json", {"status": "infeasible", "obj": None})
    sample = only(f"logior:{tmp_path / 'logior'}")
    assert (sample.id, sample.original.label.status) == ("logior/0000", Status.INFEASIBLE)
    (problem / "answer.json").unlink()
    with pytest.raises(DatasetError, match=r"prob_001: has no answer\.json"):
        registry.load(f"logior:{tmp_path / 'logior'}")


def test_what_is_wrong_is_named_with_its_place(tmp_path):
    cases = [
        ("optmath", '[{"en_answer": 3, "id": 0}]', r"entry 0: no field 'en_question'"),
        ("optmath", '[{"en_question": " ", "en_answer": 3}]', r"entry 0: the question is empty"),
        ("optibench", '[{"question": "x", "results": [1]}]', r"entry 0: 'results' is not a mapping"),
        ("mamo_easy", '{"Question": "x", "Answer": "1"}\n{"Question": "y",', r"line 2: not JSON"),
        ("mamo_easy", "[1, 2]", r"entry 0: a record must be an object, this is a int"),
    ]
    for number, (name, text, message) in enumerate(cases):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        with pytest.raises(DatasetError, match=message):
            registry.load(f"{name}:{path}")
    (tmp_path / "latin.json").write_bytes(b'[{"en_question": "caf\xe9"}]')
    with pytest.raises(DatasetError, match="not UTF-8"):
        registry.load(f"optmath:{tmp_path / 'latin.json'}")


def test_names_that_are_not_known(tmp_path, monkeypatch):
    monkeypatch.delenv("OPTWRIGHT_BENCHMARKS", raising=False)
    for wanted, message in [
        ("nl4op", "unknown benchmark 'nl4op'; known: optibench"),
        ("nl4opt", "set OPTWRIGHT_BENCHMARKS"),
        ("missing.jsonl", "no such file"),
        (f"optmath:{tmp_path / 'none.json'}", "no such file"),
        ("complexor:web", "no single file to download"),
        ("logior:hub", "not on the Hugging Face hub"),
    ]:
        with pytest.raises(DatasetError, match=message):
            registry.load(wanted)


def test_a_url_is_downloaded_once_through_the_datasets_library(tmp_path, monkeypatch):
    pytest.importorskip("datasets")
    monkeypatch.setenv("OPTWRIGHT_CACHE", str(tmp_path / "cache"))
    served = tmp_path / "served"
    served.mkdir()
    write_json(served / "OptiBench.json", [RESULTS])
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(served))

        def log_message(self, form, *arguments):
            asked.append(self.command)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/OptiBench.json"
        assert only(f"optibench:{url}").original.label.value == 21.5
        downloads = asked.count("GET")
        assert only(f"optibench:{url}").id == "optibench/0007"
        assert asked.count("GET") == downloads
    finally:
        server.shutdown()
        server.server_close()
    with pytest.raises(DatasetError, match="cannot download"):
        registry.load(f"optibench:{url.replace('OptiBench', 'Other')}")


def test_every_source_states_what_it_must():
    for name, source in SOURCES.items():
        assert source.name == name
        assert source.licence
        assert source.citation
        assert source.gold
        assert source.problems
        assert source.homepage.startswith("https://")
        assert source.rule in RULES


def test_the_objective_among_results_is_found_by_words():
    results = {"Units from A": 5.0, "Weekly cost": 4750.0, "Units from B": 10.0}
    assert objective_of(results, "Minimize the weekly cost.") == "Weekly cost"
    assert objective_of({"Saws": 15.0, "Drills": 11.0}, "What is the least number of tools?") is None
    assert objective_of({"Ratio": 3.5}, "How good can it be?") == "Ratio"
    assert objective_of({}, "Anything.") is None


def test_our_reading_of_objectives_agrees_with_the_marked_ones(benchmarks):
    samples = [sample for sample in registry.load("optibench", directory=benchmarks) if sample.objective_key]
    read = [objective_of(sample.quantities, sample.original.question) for sample in samples]
    wrong = [s.id for s, key in zip(samples, read, strict=True) if key != s.objective_key]
    assert len(samples) > 250
    assert len(wrong) <= 2, wrong


def test_a_hub_data_set_is_read_through_the_datasets_library(tmp_path, monkeypatch):
    pytest.importorskip("datasets")
    from dataclasses import replace

    from optwright.datasets.registry import read_upstream
    from optwright.datasets.remote import hub_rows
    from optwright.datasets.source import Hub

    monkeypatch.setenv("OPTWRIGHT_CACHE", str(tmp_path / "cache"))
    repository = tmp_path / "IndustryOR"
    repository.mkdir()
    records = [
        {"en_question": "Cut it.", "en_answer": "135000.0", "id": 4},
        {"en_question": "Mix.", "en_answer": "2", "id": 5},
    ]
    write_lines(repository / "test.jsonl", records)
    source = replace(SOURCES["industryor"], hub=Hub(str(repository)))
    first, second = read_upstream(source, hub_rows(source))
    assert (first.id, first.original.label.value, second.upstream_id) == ("industryor/0000", 135000.0, "5")
    missing = replace(source, hub=Hub(str(tmp_path / "Absent")))
    with pytest.raises(DatasetError, match=r"cannot load .*give a local file instead: industryor:PATH"):
        list(hub_rows(missing))
