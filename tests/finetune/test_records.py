"""Records: what each instruction asks and wants, and that what is wanted is right."""

import json

import pytest

from optwright.agent.reading import read_formulation, read_program
from optwright.agent.solve import solve_formulation
from optwright.errors import DatasetError, InputError
from optwright.finetune import example as examples
from optwright.finetune import records
from optwright.finetune.pieces import pieces, split
from optwright.finetune.records import Instruction, compact, make
from optwright.formulation.read import read
from optwright.llm import Reply
from optwright.problem import Table
from optwright.prompts.library import render
from optwright.solvers.runner import run
from tests.finetune.cases import example, write


def completion(record):
    (message,) = record.completion
    assert message["role"] == "assistant"
    return message["content"]


def asked(record):
    return record.prompt[-1]["content"]


@pytest.mark.parametrize("instruction", list(Instruction))
def test_the_question_is_in_every_prompt_but_of_a_formulation_alone(instruction):
    one = example(1)
    record = make(one, instruction)
    assert (one.question in asked(record)) == (instruction is not Instruction.F2C)
    assert ('"make"' in asked(record)) == (instruction in (Instruction.F2C, Instruction.QF2C))
    assert record.instruction == instruction
    assert record.provenance == {"example": one.id, "family": "mix", "level": "easy", "style": "textbook", "seed": 1}


@pytest.mark.parametrize("seed", range(3))
def test_the_formulation_wanted_is_read_by_the_agent_and_solves_to_the_known_optimum(seed):
    one = example(seed)
    for record in (make(one, Instruction.Q2F), make(one, Instruction.Q2F, plain=True)):
        found = read_formulation(Reply(completion(record)))
        assert found.trouble is None
        assert solve_formulation(found.formulation).objective == pytest.approx(one.objective)


def test_the_program_wanted_is_read_by_the_agent_and_holds_no_solver():
    program = read_program(Reply(completion(make(example(1), Instruction.QF2C)))).source
    assert "def build_model(" in program
    assert "SolverFactory" not in program


def test_the_prompt_is_the_one_that_the_agent_sends():
    one = example(1)
    sent = render("formulate", {"problem": one.question, "tables": "No tables are attached."})
    assert make(one, Instruction.Q2F).prompt == sent.messages


def test_the_bare_form_is_one_line_without_words_that_only_people_read():
    text = compact(example(1).formulation)
    assert "\n" not in text
    assert not any(f'"{word}"' in text for word in ("description", "quote", "unit"))
    assert read(text).formulation is not None
    assert make(example(1), Instruction.Q2F, plain=True).prompt == ({"role": "user", "content": example(1).question},)


def test_other_instructions_have_no_bare_form():
    with pytest.raises(InputError, match="plain prompts exist for q2f only"):
        make(example(1), Instruction.Q2C, plain=True)


def test_attached_tables_are_described_in_the_prompt():
    table = Table("rates", ("city", "rate"), (("Rome", 3),), "rates.csv")
    assert "| Rome | 3 |" in asked(make(example(1, tables=[table]), Instruction.Q2F))


def test_records_survive_their_file(tmp_path):
    made = [make(example(seed), instruction) for seed in range(2) for instruction in Instruction]
    path = tmp_path / "records.jsonl"
    path.write_text("".join(json.dumps(record.to_json()) + "\n" for record in made), encoding="utf-8")
    assert list(records.load([path])) == made


@pytest.mark.parametrize(
    "line", ['{"id": "a"}', '{"prompt": "x", "completion": "y"}', '{"prompt": [], "completion": []}']
)
def test_a_line_that_is_no_record_is_named(tmp_path, line):
    path = tmp_path / "records.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"records.jsonl, line 1: no prompt and completion"):
        list(records.load([path]))


def test_problems_survive_their_file(tmp_path):
    table = Table("rates", ("city", "rate"), (("Rome", 3),), "rates.csv")
    made = [example(1), example(2, split="validation", tables=[table])]
    assert examples.load([write(tmp_path / "synth.jsonl", made)]) == made


def test_an_id_that_two_files_share_gets_the_name_of_its_file(tmp_path):
    first, second = write(tmp_path / "a.jsonl", [example(1)]), write(tmp_path / "b.jsonl", [example(1)])
    assert [one.id for one in examples.load([first, second])] == ["mix/easy/1", "mix/easy/1@b"]
    with pytest.raises(DatasetError, match="appears twice"):
        examples.load([write(tmp_path / "c.jsonl", [example(1), example(1)])])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"question": " "}, "line 1: the field 'question' is missing or empty"),
        ({"formulation": {"variables": []}}, "line 1: the formulation cannot be read"),
        ({"objective": "12"}, "line 1: 'objective' is '12'"),
        ({"tables": [{"name": "t"}]}, "line 1: a table needs"),
    ],
)
def test_a_problem_that_cannot_be_used_is_named(tmp_path, change, message):
    path = write(tmp_path / "synth.jsonl", [example(1)])
    path.write_text(json.dumps(json.loads(path.read_text()) | change) + "\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=message):
        examples.load([path])


def test_a_piece_holds_every_datum_of_what_it_asks_for():
    made = pieces(example(3))
    assert {name for record in made for part in json.loads(completion(record)).values() for name in _names(part)} == {
        "GOODS", "profit", "hours", "limit", "time"
    }  # fmt: skip
    for record in made:
        for number in _numbers(json.loads(completion(record)).get("parameters", [])):
            assert str(number) in asked(record)
        assert len(asked(record)) < len(example(3).question)


def _names(elements):
    return [element["name"] for element in elements]


def _numbers(parameters):
    for parameter in parameters:
        value = parameter["value"]
        yield from value if isinstance(value, list) else [value]


def test_a_decimal_point_ends_no_sentence():
    assert [one.text for one in split("It takes 2.5 hours. Then 1,200 more! Done")] == [
        "It takes 2.5 hours.",
        "Then 1,200 more!",
        "Done",
    ]
    assert split("It takes 2.5 hours.")[0].numbers == {2.5}
    assert split("1,200 more")[0].numbers == {1200.0}


def test_the_program_wanted_runs_in_the_sandbox():
    one = example(4)
    source = read_program(Reply(completion(make(one, Instruction.Q2C)))).source
    outcome = run(source)
    assert outcome.objective == pytest.approx(one.objective)
