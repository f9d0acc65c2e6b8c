"""Distillation: only verified solves are taken, public benchmarks only when asked for, and every count adds up."""

import json
from dataclasses import replace

import pytest

from optwright.agent.solve import solve
from optwright.datasets import registry
from optwright.datasets.label import Status
from optwright.datasets.sample import Labels
from optwright.errors import InputError
from optwright.eval.folder import Record, RunFolder
from optwright.eval.items import items_of
from optwright.eval.prediction import Prediction
from optwright.eval.settings import Settings
from optwright.finetune import records
from optwright.finetune.contamination import Benchmarks
from optwright.finetune.distill import Filter, distil
from optwright.finetune.records import Instruction
from optwright.llm import ScriptedChat
from tests.finetune.cases import example

NONE = Benchmarks([])


def data(one):
    return one.formulation.model_dump(mode="json", exclude_defaults=True)


def run_folder(tmp_path, samples, *, name="own", wrong=0):
    """An evaluation run that answered the samples, the first `wrong` of them wrongly."""
    path = tmp_path / f"{name}.jsonl"
    lines = [
        {"id": f"{name}/{seed}", "question": one.question, "answer": one.objective} for seed, one in enumerate(samples)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    loaded = registry.load(str(path))
    folder = RunFolder(tmp_path / f"run-{name}")
    folder.begin(Settings((str(path),), model="big", method="compiled").to_json(), items_of(loaded, Labels.CORRECTED))
    for number, (sample, one) in enumerate(zip(loaded, samples, strict=True)):
        value = one.objective + (1 if number < wrong else 0)
        folder.append(Record(sample.id, 0, Prediction(Status.OPTIMAL, value, executed=True, formulation=data(one))))
    return folder.path


def taken(path):
    return [record.prompt[-1]["content"] for record in records.load([path])]


def test_right_answers_of_a_run_become_records(tmp_path):
    ones = [example(seed) for seed in range(4)]
    out = tmp_path / "records.jsonl"
    card = distil([run_folder(tmp_path, ones, wrong=1)], out, Filter((Instruction.Q2F, Instruction.Q2C)), NONE)
    assert card == {"taken": {"q2f": 3, "q2c": 3}, "left out": {"not right": 1}}
    assert all(one.question in "".join(taken(out)) for one in ones[1:])
    assert ones[0].question not in "".join(taken(out))
    first = next(records.load([out]))
    assert first.provenance["distilled"] == "eval"
    assert first.provenance["model"] == "big"


def test_questions_of_public_benchmarks_are_left_out_unless_asked_for(tmp_path):
    folder = run_folder(tmp_path, [example(1), example(2)], name="nl4opt")
    with pytest.raises(InputError, match="of a public benchmark"):
        distil([folder], tmp_path / "out.jsonl", Filter(), NONE)
    card = distil([folder], tmp_path / "out.jsonl", Filter(allow_benchmarks=True), NONE)
    assert card["taken"] == {"q2f": 2}


def test_what_is_like_a_benchmark_question_is_left_out(tmp_path):
    ones = [example(1), example(2)]
    folder = run_folder(tmp_path, ones)
    known = Benchmarks([ones[0].question.replace("firm", "company")])
    card = distil([folder], tmp_path / "out.jsonl", Filter(), known)
    assert card["left out"] == {"like a benchmark question": 1}
    assert ones[0].question not in "".join(taken(tmp_path / "out.jsonl"))


def test_a_saved_solve_is_taken_when_it_is_proven_and_trusted(tmp_path):
    one = example(5)
    reply = f"Two goods.\n```json\n{json.dumps(data(one))}\n```"
    solution = solve(one.question, model=ScriptedChat([reply]), save=tmp_path / "solve")
    sure = solution.confidence.score
    out = tmp_path / "out.jsonl"
    card = distil([tmp_path / "solve"], out, Filter(confidence=sure), NONE)
    assert card["taken"] == {"q2f": 1}
    (record,) = records.load([out])
    assert record.provenance["model"] == "scripted"
    assert '"make"' in record.completion[0]["content"]
    with pytest.raises(InputError, match="confidence too low"):
        distil([tmp_path / "solve"], out, Filter(confidence=sure + 0.01), NONE)


def test_an_infeasible_solve_is_not_taken(tmp_path):
    impossible = data(example(5))
    impossible["variables"][0] |= {"lower": 200, "upper": 300}
    reply = f"```json\n{json.dumps(impossible)}\n```"
    solve(example(5).question, model=ScriptedChat([reply] * 9), save=tmp_path / "solve", effort="low")
    with pytest.raises(InputError, match="no proven optimum"):
        distil([tmp_path / "solve"], tmp_path / "out.jsonl", Filter(confidence=0), NONE)


def test_the_same_text_is_taken_once(tmp_path):
    folder = run_folder(tmp_path, [example(1), replace(example(1), id="again")])
    card = distil([folder], tmp_path / "out.jsonl", Filter(), NONE)
    assert card == {"taken": {"q2f": 1}, "left out": {"same text twice": 1}}


def test_a_folder_of_another_kind_is_named(tmp_path):
    with pytest.raises(InputError, match="holds neither a run"):
        distil([tmp_path], tmp_path / "out.jsonl", Filter(), NONE)
