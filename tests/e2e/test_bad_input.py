"""Bad input from the command line: a clear message or a bounded repair, never a traceback or a wrong answer."""

import io
import json
import os
import socket
import time
import traceback
import zipfile

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from optwright.cli.main import app, spread_data
from tests.stub_server import Fault, FaultPlan, StubServer

WORDS = (
    "A smithy makes gates at a profit of 30 and grilles at a profit of 20. A gate takes 2 hours, a grille 1 hour; "
    "there are 100 hours. At most 40 gates and 50 grilles sell."
)
GATES = {
    "sets": [{"name": "GOODS", "members": ["gate", "grille"]}],
    "parameters": [
        {"name": "profit", "index": ["GOODS"], "value": [30, 20]},
        {"name": "hours", "index": ["GOODS"], "value": [2, 1]},
        {"name": "sales", "index": ["GOODS"], "value": [40, 50]},
        {"name": "time", "value": 100},
    ],
    "variables": [{"name": "make", "index": ["GOODS"], "upper": "sales"}],
    "objective": {"sense": "maximize", "expression": "sum(profit[g]*make[g] for g in GOODS)"},
    "constraints": [{"name": "work", "expression": "sum(hours[g]*make[g] for g in GOODS) <= time"}],
}
OPTIMUM = 1750
"""50 grilles take 50 hours and 25 gates the rest: 50*20 + 25*30."""
GOOD = f"Two goods, one resource.\n```json\n{json.dumps(GATES)}\n```"
STOCK = {
    "tables": [{"name": "stock", "columns": ["good", "most"], "file": "stock.csv"}],
    "sets": [{"name": "GOODS", "table": "stock", "column": "good"}],
    "parameters": [{"name": "most", "index": ["GOODS"], "table": "stock"}],
    "variables": [{"name": "sell", "index": ["GOODS"], "upper": "most"}],
    "objective": {"sense": "maximize", "expression": "sum(sell[g] for g in GOODS)"},
}
BOUND = f"```json\n{json.dumps(STOCK)}\n```"
PATIENT, IMPATIENT = "llm: {deadline: 120, timeout: 120}\n", "llm: {deadline: 6, timeout: 5}\n"  # in seconds
MOST_SECONDS = 30


class Told:
    """What a user saw of one command."""

    def __init__(self, result, seconds):
        self.code, self.seconds = result.exit_code, seconds
        self.stdout, self.stderr = result.stdout, result.stderr
        self.text = " ".join((result.stdout + result.stderr).split())
        raised = result.exception
        fell = raised is not None and not isinstance(raised, SystemExit)
        assert not fell, "".join(traceback.format_exception(raised)) if fell else ""
        assert "Traceback" not in self.text
        assert seconds < MOST_SECONDS

    @property
    def record(self):
        """The JSON object on the last line, read strictly."""

        def refuse(constant):
            raise AssertionError(f"{constant} is no JSON")

        return json.loads(self.stdout.splitlines()[-1], parse_constant=refuse)

    def refused(self, *words):
        """One line on standard error, exit code 2, nothing on standard output."""
        assert self.code == 2, self.stdout + self.stderr
        assert self.stdout == ""
        assert [line for line in self.stderr.splitlines() if line.startswith("optwright: ")] == self.stderr.splitlines()
        for word in words:
            assert word in self.text

    def failed(self, code, kind, *words):
        """A named failure: no value, no confidence, no point."""
        record = self.record
        assert self.code == code, self.text
        assert (record["status"], record["failure"]["kind"]) == ("failed", kind)
        assert (record["objective"], record["values"], record["outputs"]) == (None, {}, {})
        assert record["confidence"]["score"] == 0
        for word in words:
            assert word in record["failure"]["message"]


@pytest.fixture
def cli(tmp_path, monkeypatch):
    """Run `optwright ...` in an empty directory with no model configured."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("OPTWRIGHT_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "optwright.yaml").write_text(IMPATIENT)

    def run(*arguments, given=None, **extra):
        start = time.monotonic()
        result = CliRunner().invoke(app, spread_data([str(part) for part in arguments]), input=given, env=extra)
        return Told(result, time.monotonic() - start)

    return run


@pytest.fixture
def ask(cli):
    """Run `optwright solve --json` against a server that gives these replies."""

    def run(replies, *arguments, faults=None, text=WORDS):
        with StubServer(replies, faults=faults) as server:
            told = cli("solve", text, *arguments, "--json", "--base-url", server.url, "--model", "stub")
            told.calls = len(server.requests)
            told.prompts = ["\n".join(part["content"] for part in body["messages"]) for body in server.requests]
        return told

    return run


def answered(told, calls):
    assert told.code == 0, told.text
    assert (told.record["status"], told.record["objective"]) == ("optimal", OPTIMUM)
    assert told.calls == calls


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_no_model_configured(cli):
    told = cli("solve", "Which of all possible worlds is best?")
    assert told.code == 5
    for way in ("--base-url", "OPTWRIGHT_API_KEY", "optwright serve"):
        assert way in told.text
    coded = cli("solve", WORDS, "--method", "coded")
    coded.refused("--base-url", "OPTWRIGHT_API_KEY", "optwright serve")


def test_unreachable_server(cli):
    port = closed_port()
    place = ("--base-url", f"http://127.0.0.1:{port}/v1", "--model", "stub")
    told = cli("solve", WORDS, *place, "--json")
    told.failed(3, "llm", f"no server can be reached at http://127.0.0.1:{port}/v1", "is it running")
    assert f"127.0.0.1:{port}" in cli("solve", WORDS, *place).stdout


def test_a_server_that_accepts_and_never_answers(cli):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/v1"
        told = cli("solve", WORDS, "--json", "--base-url", url, "--model", "stub")
    told.failed(3, "llm", "127.0.0.1")
    assert told.seconds < 10


BAD_URLS = [
    "htp:/nowhere",
    "127.0.0.1:8000",
    "http://",
    "http://127.0.0.1:99999/v1",
    "http://[::1",
    "http://h:abc/v1",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_base_url_that_is_none(cli, url):
    told = cli("solve", WORDS, "--base-url", url, "--model", "stub")
    assert told.code in (2, 3)
    assert "URL" in told.text


def test_wrong_key(cli, tmp_path):
    with StubServer(GOOD, key="right") as server:
        place = ("--base-url", server.url, "--model", "stub", "--save", "kept")
        told = cli("solve", WORDS, *place, "--json", OPTWRIGHT_API_KEY="sk-canary-0123456789")
        assert server.requests == []
    told.failed(3, "llm", "the key was refused", "OPTWRIGHT_API_KEY")
    kept = "".join(path.read_text(errors="replace") for path in (tmp_path / "kept").rglob("*") if path.is_file())
    assert "canary" not in told.stdout + told.stderr + kept


def test_unknown_model(cli):
    with StubServer(GOOD, models=["this", "that"]) as server:
        told = cli("solve", WORDS, "--json", "--base-url", server.url, "--model", "those")
    told.failed(3, "llm", "knows no model 'those'", "this, that")


def test_rate_limits_that_pass(ask):
    answered(ask(GOOD, faults=FaultPlan(["429", "429"], retry_after="0.1")), 1)


@pytest.mark.parametrize("retry_after", [None, "3600", "nonsense"])
def test_rate_limits_that_last(ask, retry_after):
    told = ask(GOOD, faults=FaultPlan(rate=1, kinds=[Fault.RATE], retry_after=retry_after))
    told.failed(3, "llm", "429: rate limit")
    assert told.seconds < 10


NO_JSON = "I would make as many gates as I can and earn 99999."
MALFORMED = '```json\n{"variables": [{"name": "x" "upper": 4}], "objective": {]}\n```'
MISFITS = {
    "an unknown field": {**GATES, "solver": "gurobi"},
    "no variables": {"objective": {"sense": "maximize", "expression": "99999"}},
    "variables as a text": {**GATES, "variables": "make"},
    "a sense that is none": {**GATES, "objective": {"sense": "best", "expression": "1"}},
    "a domain that is none": {**GATES, "variables": [{"name": "make", "domain": "Naturals"}]},
    "an answer in place of a model": {"objective": 99999, "values": {"gate": 1}},
    "NaN as data": {**GATES, "parameters": [*GATES["parameters"][1:], {"name": "profit", "value": float("nan")}]},
}
BAD_REPLIES = {
    "no JSON": (NO_JSON, "parse"),
    "malformed JSON": (MALFORMED, "parse"),
    "an empty object": ("```json\n{}\n```", "parse"),
    "deep JSON": ("[" * 100_000, "parse"),
    "a list": ("```json\n[1, 2]\n```", "parse"),
    **{name: (f"```json\n{json.dumps(misfit)}\n```", "check") for name, misfit in MISFITS.items()},
}


@pytest.mark.parametrize("name", BAD_REPLIES)
def test_a_bad_reply_that_stays(ask, name):
    reply, kind = BAD_REPLIES[name]
    told = ask(reply)
    assert told.record["failure"]["kind"] in {kind, "parse", "check"}
    told.failed(5, told.record["failure"]["kind"])
    assert told.calls <= 4


@pytest.mark.parametrize("name", BAD_REPLIES)
def test_a_bad_reply_that_is_corrected(ask, name):
    told = ask([BAD_REPLIES[name][0], GOOD, GOOD])
    answered(told, 2)
    assert told.prompts[1] != told.prompts[0]


def test_a_reply_cut_off(ask):
    answered(ask(GOOD, faults=FaultPlan([Fault.CUT])), 2)
    told = ask(GOOD, faults=FaultPlan(rate=1, kinds=[Fault.CUT]))
    told.failed(5, "parse", "cut off")
    assert told.calls <= 4


@pytest.mark.parametrize("method", ["coded", "direct", "cot", "llmopt"])
@pytest.mark.parametrize("reply", [NO_JSON, "```python\nmodel = (\n```", "", MALFORMED])
def test_replies_without_a_program(ask, method, reply):
    told = ask(reply, "--method", method)
    assert told.code in (3, 5)
    told.failed(told.code, told.record["failure"]["kind"])
    assert told.calls <= 8


def test_a_program_that_only_prints_a_value_is_no_answer(ask):
    told = ask("```python\nprint('Optimal objective: 99999')\nobjective = 99999\n```", "--method", "direct")
    told.failed(5, "screen", "nothing in the program can be a model")


def test_a_server_that_gives_no_completions(ask):
    told = ask(GOOD, faults=FaultPlan(rate=1, kinds=[Fault.GARBAGE]))
    told.failed(3, "llm", "no chat completion")


BAD_TABLES = {
    "duplicate keys": (b"good,most\ngate,40\ngrille,50\ngate,41\n", "stock", "gate"),
    "missing cells": (b"good,most\ngate,40\ngrille,\n", "grille", "most"),
    "cells that are no numbers": (b"good,most\ngate,40\ngrille,n/a\n", "row 3", "n/a"),
    "a missing column": (b"good,least\ngate,40\ngrille,50\n", "most", "least"),
    "infinite cells": (b"good,most\ngate,inf\ngrille,nan\n", "row 2", "inf"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_table_whose_data_cannot_be_used(ask, cli, tmp_path, name):
    content, *words = BAD_TABLES[name]
    (tmp_path / "stock.csv").write_bytes(content)
    (tmp_path / "stock.json").write_text(json.dumps(STOCK))
    told = ask(BOUND, "--data", "stock.csv")
    told.failed(5, "check", *words)
    assert told.calls <= 4
    given = cli("solve", "stock.json", "--data", "stock.csv", "--json")
    given.failed(2, "check", *words)
    found = cli("check", "stock.json", "--data", "stock.csv")
    assert found.code == 2
    assert all(word in found.text for word in words)


def workbook(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_the_same_in_a_workbook(ask, tmp_path):
    workbook(tmp_path / "stock.xlsx", [["good", "most"], ["gate", 40], ["grille", "=1/0"], ["gate", 3]])
    reply = BOUND.replace("stock.csv", "stock.xlsx")
    told = ask(reply, "--data", "stock.xlsx")
    told.failed(5, "check", "stock")


def test_tables_that_the_reply_names_and_nobody_attached(ask):
    ask(BOUND).failed(5, "check", "stock")


ENCODINGS = {
    "Latin-1": "good,most\nBögen,40\n".encode("latin-1"),
    "UTF-16 without a mark": "good,most\ngate,40\n".encode("utf-16-le"),
    "bytes of anything": bytes(range(256)) * 4,
    "UTF-16 cut in the middle": "good,most\ngate,40\n".encode("utf-16")[:-1],
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_wrong_encoding(cli, tmp_path, name):
    (tmp_path / "stock.csv").write_bytes(ENCODINGS[name])
    cli("solve", WORDS, "--data", "stock.csv").refused("stock.csv", "UTF-8")
    (tmp_path / "problem.txt").write_bytes(ENCODINGS["Latin-1"])
    cli("solve", "problem.txt").refused("problem.txt", "UTF-8")


def test_ten_million_rows(cli, tmp_path):
    (tmp_path / "stock.csv").write_bytes(b"a,b\n" + b"1,2\n" * 10_000_000)
    cli("solve", WORDS, "--data", "stock.csv").refused("stock.csv", "more than 1,000,000 rows")


def bomb(path, entry, packed):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")
        with archive.open(entry, "w") as stream:
            for _ in range(packed):
                stream.write(bytes(2**20))


def lying(path):
    """Have the archive's directory declare a tenth of what an entry holds."""
    raw = path.read_bytes()
    at = raw.rindex(b"PK\x01\x02")
    size = int.from_bytes(raw[at + 24 : at + 28], "little")
    path.write_bytes(raw[: at + 24] + (size // 1000).to_bytes(4, "little") + raw[at + 28 :])


def test_a_zip_bomb(cli, tmp_path):
    bomb(tmp_path / "stock.xlsx", "xl/worksheets/sheet1.xml", 600)
    assert (tmp_path / "stock.xlsx").stat().st_size < 2**20
    told = cli("solve", WORDS, "--data", "stock.xlsx")
    told.refused("stock.xlsx", "zip bomb")
    assert told.seconds < 5


def test_a_zip_bomb_that_lies_about_its_size(cli, tmp_path):
    path = tmp_path / "stock.xlsx"
    workbook(path, [["good", "most"], ["gate", 40]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b" " * (100 * 2**20)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: "sheet1" in name):
            archive.writestr(name, parts[name])
    path.write_bytes(held.getvalue())
    lying(path)
    told = cli("solve", WORDS, "--data", "stock.xlsx")
    told.refused("stock.xlsx")
    assert told.seconds < 5


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00"])
def test_empty_text(cli, tmp_path, text):
    (tmp_path / "problem.txt").write_text(text)
    cli("solve", "problem.txt").refused("empty")
    cli("solve", "-", given=text).refused("empty")
    if text != "\x00":
        cli("solve", text).refused("empty")


def test_a_megabyte_of_text(cli, tmp_path):
    long = "A gate sells for 30. " * 50_000
    assert len(long) > 10**6
    (tmp_path / "problem.txt").write_text(long)
    cli("solve", "problem.txt").refused("problem.txt", "200,000")
    cli("solve", "-", given=long).refused("200,000")
    cli("solve", long).refused("200,000")


def test_as_long_as_a_text_may_be(ask, cli, tmp_path):
    (tmp_path / "optwright.yaml").write_text(PATIENT)
    long = (WORDS + " Nothing else matters. " * 10_000)[:199_000]
    answered(ask(GOOD, text=long), 1)
    assert cli("solve", long).code in (2, 5)


@pytest.mark.parametrize("text", ["[red]gate[/red] [/x] \x1b[31m \ud800 ' \" `rm` $(rm)", "٣ gates 🔧 \u202e abc"])
def test_odd_text_is_only_text(ask, text):
    told = ask(GOOD, text=f"{WORDS} {text}")
    answered(told, told.calls)
    assert told.calls <= 2  # a number among it is asked about once
