"""Dividing problems: nothing held out is trained on, and no benchmark question gets in."""

import json
from dataclasses import replace

import pytest

from optwright.datasets import registry
from optwright.errors import InputError
from optwright.finetune import records
from optwright.finetune.contamination import Benchmarks
from optwright.finetune.prepare import Plan, divide, prepare
from optwright.finetune.records import Instruction
from optwright.problem import Table
from tests.finetune.cases import example

NONE = Benchmarks([])


def many(count, **more):
    return [example(seed, **more) for seed in range(count)]


def test_held_out_sets_are_apart_from_training(tmp_path):
    given = [*many(30), *many(4, family="other"), *many(4, family="third", split="unseen_template")]
    given = [replace(one, question=f"{one.question} ({one.family})") for one in given]
    card = prepare(given, Plan(families=frozenset({"other"}), held=3), NONE, tmp_path)
    assert card["held out"] == {"families": 3, "unseen_template": 3, "wording": 3}
    trained = {record.prompt[-1]["content"] for record in records.load([tmp_path / "train.jsonl"])}
    assert len(trained) == card["examples"] == 27
    for name in card["held out"]:
        for sample in registry.load(str(tmp_path / f"{name}.jsonl")):
            assert not any(sample.corrected.question in prompt for prompt in trained)
            assert sample.corrected.label.value is not None
            assert sample.benchmark == name


def test_the_same_problems_are_divided_the_same_way_in_any_order():
    given = many(40)
    one, other = divide(given, Plan(), NONE), divide(given[::-1], Plan(), NONE)
    assert one == other
    assert divide(given, Plan(seed=1), NONE).held != one.held


def test_equal_texts_are_kept_once():
    given = [example(1), replace(example(1), id="again")]
    divided = divide(given, Plan(), NONE)
    assert len(divided.train) == 1
    assert divided.dropped == {"same text twice": 1}


def test_benchmark_questions_are_left_out():
    given = many(5)
    near = given[3].question.replace("firm", "company").replace("Maximise", "Maximize")
    divided = divide(given, Plan(), Benchmarks([given[0].question, near]))
    assert divided.dropped["like a benchmark question"] >= 2
    assert not {given[0].id, given[3].id} & {one.id for one in divided.train}


def test_other_questions_are_not_taken_for_a_benchmark_s():
    words = "A farmer has 30 acres for wheat and barley. Wheat brings 90 an acre and barley 70. Labour is 100 hours."
    assert Benchmarks([words]).overlap(example(1).question) == 0
    assert Benchmarks([words]).overlap(words.replace("30", "45")) == 1


def test_bare_records_take_no_problem_with_files():
    table = Table("rates", ("city",), (("Rome",),), "rates.csv")
    divided = divide([example(1), example(2, tables=[table])], Plan(plain=True), NONE)
    assert divided.dropped == {"has attached tables": 1}


def test_pieces_come_before_whole_pairs(tmp_path):
    plan = Plan((Instruction.Q2F,), plain=True, pieces=True)
    prepare(many(12), plan, NONE, tmp_path)
    stages = {record.instruction: record.stage for record in records.load([tmp_path / "train.jsonl"])}
    assert stages == {"piece": 0, "q2f": 1}


def test_a_family_that_is_not_there_cannot_be_held_out():
    with pytest.raises(InputError, match="no problem is of the family 'diets'"):
        divide(many(3), Plan(families=frozenset({"diets"})), NONE)


def test_nothing_to_train_on_is_said(tmp_path):
    with pytest.raises(InputError, match="nothing is left to train on"):
        prepare(many(3), Plan(families=frozenset({"mix"})), NONE, tmp_path)
    assert not (tmp_path / "train.jsonl").exists()


def test_a_card_says_what_was_made(tmp_path):
    prepare(many(20), Plan(tuple(Instruction)), NONE, tmp_path)
    card = json.loads((tmp_path / "card.json").read_text())
    assert card["records"] == dict.fromkeys(("q2f", "f2c", "qf2c", "q2c"), card["examples"])
    assert card["families"] == {"mix": card["examples"]}
