"""A log that grows and survives."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from optwright.errors import InputError
from optwright.runlog import RunLog


def test_what_was_appended_is_read(tmp_path):
    log = RunLog(tmp_path / "deep" / "log.jsonl")
    assert list(log.read()) == []
    log.append({"a": "ü"})
    log.append({"b": [1, None]})
    assert list(log.read()) == [{"a": "ü"}, {"b": [1, None]}]


def test_half_a_character_of_a_models_reply_comes_back(tmp_path):
    log = RunLog(tmp_path / "log.jsonl")
    log.append({"reply": "ü \ud83d\n"})
    assert list(log.read()) == [{"reply": "ü \ud83d\n"}]


def test_a_torn_last_line_costs_only_itself(tmp_path):
    log = RunLog(tmp_path / "log.jsonl")
    log.append({"a": 1})
    with log.path.open("a") as file:
        file.write('{"b": 2, "c')
    assert list(log.read()) == [{"a": 1}]
    log.append({"d": 4})
    assert list(log.read()) == [{"a": 1}, {"d": 4}]


def test_many_threads_never_interleave(tmp_path):
    logs = [RunLog(tmp_path / "log.jsonl") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda log: [log.append({"x": "y" * 5000}) for _ in range(20)], logs))
    assert list(logs[0].read()) == [{"x": "y" * 5000}] * 80


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot append"):
        RunLog(tmp_path / "file" / "log.jsonl").append({})
