"""Replies as models write them, and as hostile ones might."""

import contextlib
import time

import pytest

from optwright.errors import ParseError
from optwright.prompts.parse import find_json, find_program, strip_thoughts

JSON = '{"variables": [{"name": "x"}]}'


@pytest.mark.parametrize(
    "reply",
    [
        JSON,
        f"```json\n{JSON}\n```",
        f"Some words.\n```json\n{JSON}\n```\nMore words.",
        f"~~~json\n{JSON}\n~~~",
        f"````json\n{JSON}\n````",
        f"```\n{JSON}\n```",
        f"   ```JSON\n{JSON}\n   ```",
        f"<think>{{'a': [1}}</think>\n{JSON}",
        f"<THINK>first ```json\n{{}}\n``` try</THINK>```json\n{JSON}\n```",
        f"thoughts without a start {{1}} </think> {JSON}",
        f"Words {{braces}} and then {JSON} and more.",
        f'```json\n{{"draft": 1}}\n```\nno, better:\n```json\n{JSON}\n```',
        f'```json\n{JSON}\n```\nThe answer will look like:\n```json\n{{"x": 3}}\n```',
        f"```python\nprint(1)\n```\n```json\n{JSON}\n```",
        f"```json\n{JSON}",
    ],
)
def test_the_json_is_found(reply):
    found = find_json(reply, lambda value: "variables" in value)
    assert found.value == {"variables": [{"name": "x"}]}


def test_the_analysis_is_what_comes_before():
    found = find_json(f"<think>no</think>We decide.\n\n```json\n{JSON}\n```\nafter")
    assert (found.analysis, found.repairs) == ("We decide.", ())


@pytest.mark.parametrize(
    ("text", "value", "repair"),
    [
        ('{"a": [1, 2,], }', {"a": [1, 2]}, "trailing commas removed"),
        ('{"a": 1, // one\n "b": 2 # two\n}', {"a": 1, "b": 2}, "comments removed"),
        ('{"a": True, "b": None}', {"a": True, "b": None}, "Python's True"),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}, "line breaks inside strings"),
        (
            '{"a": "x, ]", "u": "http://x # y", "b": [",}",],}',
            {"a": "x, ]", "u": "http://x # y", "b": [",}"]},
            "trailing",
        ),
    ],
)
def test_what_leaves_no_choice_is_repaired_and_told(text, value, repair):
    found = find_json(f"```json\n{text}\n```")
    assert found.value == value
    assert any(repair in line for line in found.repairs)


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        ("", "the reply is empty"),
        (" \n", "the reply is empty"),
        ("<think>hm, hm", "nothing but the model's thoughts"),
        ("I cannot do that.", "no JSON object of the kind asked for; it begins `I cannot do that.`"),
        ('```json\n{"a": [1, 2', r"cut off after `\{\"a\": \[1, 2`"),
        ('```json\n{"variables": [{"name": "x"}, {"na', "cut off after"),
        ('{"a": 1\n "b": 2}', "malformed JSON at line 2, column 2: expecting ',' delimiter"),
        ("{'a': 1, \"b\": 2}", "malformed JSON at line 1, column 2"),
        ('{"a": 1, "a": 2}', "the key 'a' appears twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('```json\n[{"a": 1}]\n```', "expected a JSON object, found list"),
        ("```json\n" + "[" * 100_000 + "\n```", "cut off|too deep"),
        ('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", "too deep"),
        ('{"a": ' + "9" * 10_000 + "}", "malformed JSON"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(reply, line):
    with pytest.raises(ParseError, match=line) as raised:
        find_json(reply)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "reply",
    [
        "<think>" * 300_000,
        "</think>" * 300_000,
        '"\\' * 1_000_000,
        "{" + '"\\""' * 500_000,
        '{"a": ' + "/*" * 1_000_000,
        '{"' * 700_000,
        "```json\n" * 200_000,
        "," * 1_000_000 + " " * 1_000_000,
        "`" * 2_000_000,
        "{}" * 500_000,
    ],
)
def test_hostile_replies_end_soon(reply):
    start = time.monotonic()
    for find in (find_json, find_program):
        with contextlib.suppress(ParseError):
            find(reply)
    assert time.monotonic() - start < 20


def test_thoughts_are_taken_out_wherever_they_are():
    assert strip_thoughts("a <think>b</think> c <reasoning>d</reasoning> e") == "a  c  e"
    assert strip_thoughts("never closed <think> b c") == "never closed"
    assert strip_thoughts("x = a < think") == "x = a < think"


PROGRAM = "import pyomo.environ as pyo\nmodel = pyo.ConcreteModel()\n"


@pytest.mark.parametrize(
    "reply",
    [
        f"```python\n{PROGRAM}```",
        f"Words\n```py\n{PROGRAM}\n```\nwords",
        f"```\n{PROGRAM}```",
        PROGRAM,
        f"<think>```python\nx\n```</think>```python\n{PROGRAM}```",
        f"```bash\npip install pyomo\n```\n```python\n{PROGRAM}```",
        f"```python\n{PROGRAM}```\nRun it with:\n```python\nprint(model)\n```",
        f"```python\nold = 1\n```\n```python\n{PROGRAM}```",
        f"```python\n{PROGRAM}",
    ],
)
def test_the_program_is_found(reply):
    assert find_program(reply).value.strip() == PROGRAM.strip()


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        ("", "empty"),
        ("No program today.", "no Python program; it begins `No program today.`"),
        ("```python\nmodel = pyo.ConcreteModel(\nx = (\n```", "not Python: line"),
        ("```python\ndef build_model(data):\n    m = (1 +", "the program is cut off after"),
        ("```python\nbuild_model = " + "(" * 5000 + "\n```", "not Python"),
        ("```python\nbuild_model = '\x00'\n```", "not Python"),
    ],
)
def test_a_program_that_cannot_be_read_is_named(reply, line):
    with pytest.raises(ParseError, match=line) as raised:
        find_program(reply)
    assert "\n" not in str(raised.value)


def test_of_a_reply_that_is_cut_off_only_a_closed_program_counts():
    closed = f"```python\n{PROGRAM}```\nThe mod"
    assert find_program(closed, complete=False).value == PROGRAM
    for reply in (f"```python\n{PROGRAM}", PROGRAM):
        with pytest.raises(ParseError):
            find_program(reply, complete=False)
