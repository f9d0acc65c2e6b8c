"""`optwright prompts` and `--prompts` as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from optwright.cli.main import app
from optwright.prompts import shelf
from optwright.prompts.library import template
from optwright.prompts.pack import Measured, Pack, Provenance, parse_pack
from tests.agent.cases import BAKERY, BAKERY_TEXT, says
from tests.stub_server import StubServer

TUNED = Pack.of(
    {"plain.user": "Model this:\n{{problem}}"},
    name="tuned",
    family="stub",
    provenance=Provenance(validation=Measured(items=9, score=0.5), test=Measured(items=9, score=0.5, seed=0.25)),
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("OPTWRIGHT_PROMPTS", "OPTWRIGHT_BASE_URL", "OPENAI_API_KEY", "OPTWRIGHT_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words, code=0):
    found = CliRunner().invoke(app, list(words))
    assert found.exit_code == code, found.output
    return found


def test_the_list_says_what_is_there_and_what_cannot_be_used():
    assert "no packs yet" in run("prompts", "list").output
    path = shelf.store(TUNED)
    (path.parent / "broken.md").write_text("nothing")
    shelf.use("stub", path)
    found = run("prompts", "list")
    assert found.stdout.splitlines()[1].split() == ["tuned", "stub", "plain.user", "+0.250", "(test)", "-", "stub"]
    assert "broken.md: a pack begins with a head" in found.stderr
    (row,) = json.loads(run("prompts", "list", "--json").stdout)
    assert (row["name"], row["gain"], row["in_use"], row["file"]) == ("tuned", 0.25, ["stub"], str(path))


def test_a_template_is_shown_as_a_pack_to_begin_with():
    pack = parse_pack(run("prompts", "show", "direct").stdout, "shown")
    assert pack.name == "my-direct"
    assert pack.prompts.template("direct") == template("direct")
    other = run("prompts", "show", "lesson_merge").stdout
    assert "no pack can change it" in other
    assert template("lesson_merge").system in other
    assert json.loads(run("prompts", "show", "lesson_merge", "--json").stdout)["hash"] == template("lesson_merge").hash


def test_a_pack_is_shown_as_it_is(home):
    (home / "tuned.md").write_text(TUNED.text())
    assert run("prompts", "show", "tuned.md").stdout == TUNED.text()
    assert Pack.from_json(json.loads(run("prompts", "show", "tuned.md", "--json").stdout)) == TUNED


def test_a_difference_is_told_part_by_part(home):
    shelf.store(TUNED)
    assert run("prompts", "diff", "tuned").stdout.splitlines() == [
        "--- plain.user (shipped)",
        "+++ plain.user (tuned)",
        "@@ -1 +1,2 @@",
        "+Model this:",
        " {{problem}}",
    ]
    other = Pack.of({"plain.user": "Model that:\n{{problem}}", "again.user": template("again").user}, name="other")
    shelf.store(other)
    lines = run("prompts", "diff", "tuned", "other").stdout.splitlines()
    assert lines[:2] == ["--- plain.user (tuned)", "+++ plain.user (other)"]
    assert {"-Model this:", "+Model that:"} <= set(lines)
    assert run("prompts", "diff", "other", "other").stdout == "no difference between other and other\n"


def test_a_pack_is_used_from_now_on_for_its_family():
    shelf.store(TUNED)
    found = run("prompts", "use", "tuned")
    assert "models of the family stub are asked with the pack tuned from now on" in found.stdout
    with StubServer(json.dumps(BAKERY), models=["stub-7b-instruct"]) as server:
        words = ["solve", BAKERY_TEXT, "--method", "plain", "--base-url", server.url]
        told = run(*words)
        assert told.stdout.splitlines()[-1] == f"prompts: pack tuned ({TUNED.digest}), made for stub"
        record = json.loads(run(*words, "--json").stdout.splitlines()[-1])
        assert record["prompts"]["pack"] == "tuned"
        assert "prompts: pack" not in run(*words, "--prompts", "none").stdout
        run("prompts", "use", "--none")
        assert "prompts: pack" not in run(*words).stdout
    asked = [body["messages"][-1]["content"] for body in server.requests]
    assert [text.startswith("Model this:\n") for text in asked] == [True, True, False, False]


def test_a_pack_for_another_family_is_used_with_a_warning(home):
    shelf.store(TUNED)
    found = run("prompts", "use", "tuned", "--model", "Qwen2.5-7B-Instruct")
    assert "warning: pack tuned was made for stub" in found.stderr
    assert "undo: optwright prompts use --none --model qwen2.5" in found.stdout
    assert shelf.in_use("qwen2.5") == TUNED


def test_a_stale_pack_warns_wherever_it_is_used(home):
    (home / "old.md").write_text(TUNED.text().replace(template("plain").hash, "'0000000000000000'"))
    line = "warning: pack tuned was made from another template 'plain' (0000000000000000) than the present one"
    for words in (["show", "old.md"], ["diff", "old.md"], ["use", "old.md"], ["list"]):
        assert line in run("prompts", *words).stderr
    with StubServer(json.dumps(BAKERY)) as server:
        found = run("solve", BAKERY_TEXT, "--method", "plain", "--base-url", server.url, "--prompts", "old.md")
    assert line in found.stderr


def test_chat_says_the_pack_before_it_begins(home):
    (home / "tuned.md").write_text(TUNED.text())
    with StubServer([json.dumps({"analysis": "", "questions": []}), says(BAKERY)]) as server:
        words = ["chat", "one", "--store", str(home / "talks"), "--base-url", server.url, "--prompts"]
        found = CliRunner().invoke(app, [*words, "tuned.md"], input=f"{' '.join(BAKERY_TEXT.split())}\n/quit\n")
        missing = CliRunner().invoke(app, [*words, "nowhere.md"], input="/quit\n")
    assert found.stdout.startswith(f"prompts: pack tuned ({TUNED.digest})")
    assert "Best possible value: 465" in found.stdout
    assert missing.exit_code == 2
    assert "nowhere.md: there is no such pack" in missing.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["prompts", "use"], "give a pack to use, or --none to go back to the shipped prompts"),
        (["prompts", "use", "mine", "--none"], "give a pack to use, or --none"),
        (["prompts", "use", "any.md"], "any.md: the pack names no family of models; say for which it is used: --model"),
        (["prompts", "use", "--none"], "no pack is in use"),
        (["prompts", "use", "--none", "--model", "llama3"], "no pack is in use for llama3"),
        (["prompts", "show", "nope"], "no prompt pack 'nope'"),
        (["prompts", "diff", "any.md", "nope.md"], "nope.md: there is no such pack"),
        (["solve", "x", "--model", "offline", "--prompts", "any.md"], "--prompts is for a language model"),
        (["chat", "--model", "offline", "--prompts", "any.md"], "--prompts is for a language model"),
        (["solve", "x", "--base-url", "http://127.0.0.1:9/v1", "--prompts", "nope"], "no prompt pack 'nope'"),
    ],
)
def test_a_mistake_is_one_line(home, words, line):
    (home / "any.md").write_text(Pack.of({"plain.user": "{{problem}}!"}, name="any-model").text())
    found = run(*words, code=2)
    assert found.stderr.startswith("optwright: ")
    assert line in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1
