"""`optwright library` as a user has it."""

import json

import pytest
from typer.testing import CliRunner

from optwright.cli.main import app
from optwright.experience.insight import Content, Provenance, Stage, Status, Use
from optwright.experience.library import Library, Used


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_LIBRARY", str(tmp_path / "library.db"))
    monkeypatch.setenv("COLUMNS", "200")
    library = Library(tmp_path / "library.db", actor="a run")
    library.add(
        Content(Stage.DOMAIN, "Routing", "", "Vehicles tour from a depot.", "Forbid subtours."), Provenance(("t1",))
    )
    library.add(Content(Stage.CODE, "Syntax", "", "Sums are long.", "Use quicksum."), status=Status.ADMITTED)
    library.record([Used(2, "t7", Use.POSITIVE)])
    library.close()

    def invoke(*arguments, **extra):
        return CliRunner().invoke(app, ["library", *map(str, arguments)], env=extra)

    return invoke


def test_list_and_show(run):
    assert "I2  admitted   code / Syntax" in run("list").stdout
    assert "2 insights" in run("list").stdout
    assert [one["id"] for one in json.loads(run("list", "--status", "admitted", "--json").stdout)] == ["I2"]
    told = run("show", "I2").stdout
    assert "*Then:* Use quicksum." in told
    assert "version 1: add by a run" in told
    assert json.loads(run("show", "2", "--json").stdout)["uses"] == {"positive": ["t7"]}


def test_search_edit_diff_and_rollback(run, tmp_path):
    assert "0 insights" in run("search", "Two vehicles leave the depot.").stdout
    assert run("edit", "I1", "--status", "admitted").stdout == "I1 is admitted, version 2\n"
    assert "I1  domain modelling / Routing" in run("search", "Two vehicles leave the depot.").stdout
    (tmp_path / "new.json").write_text('{"explanation": "Use MTZ."}')
    assert run("edit", "I1", tmp_path / "new.json", "--note", "clearer").exit_code == 0
    told = run("diff", "I1").stdout
    assert '- "explanation": "Forbid subtours.",' in told
    assert '+ "explanation": "Use MTZ.",' in told
    assert "clearer" in run("list", "--changes").stdout
    assert "1 insights changed back: I1" in run("rollback", "2").stdout
    assert "Forbid subtours." in run("show", "I1").stdout


def test_an_editor_is_used(run, tmp_path):
    script = tmp_path / "editor.sh"
    script.write_text("#!/bin/sh\nsed -i 's/quicksum/fsum/' \"$1\"\n")
    script.chmod(0o755)
    assert run("edit", "I2", EDITOR=str(script), VISUAL="").exit_code == 0
    assert "Use fsum." in run("show", "I2").stdout
    assert "the editor 'false' failed" in run("edit", "I2", EDITOR="false", VISUAL="").output


def test_export_import_and_stats(run, tmp_path):
    assert run("export", tmp_path / "out.json").exit_code == 0
    assert run("export", tmp_path / "out.md", "--status", "admitted").exit_code == 0
    assert (tmp_path / "out.md").read_text().count("### I") == 1
    other = tmp_path / "other.db"
    assert (
        run("import", tmp_path / "out.json", "--library", other).stdout == "2 insights added, 0 were known, 2 labels\n"
    )
    assert run("export", "-", "--library", other).stdout == (tmp_path / "out.json").read_text()
    told = json.loads(run("stats", "--json").stdout)
    assert (told["insights"], told["status"], told["faults"]) == (2, {"candidate": 1, "admitted": 1}, [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "I9"], "the library has no insight I9"),
        (["show", "seven"], "'seven' names no insight"),
        (["diff", "I1", "--versions", "1..4"], "I1 has versions 1 to 1, no 4"),
        (["diff", "I1", "--versions", "x"], "write two versions"),
        (["rollback", "77"], "there is no change 77"),
        (["import", "/nowhere.json"], "cannot be read"),
        (["edit", "I1", "/nowhere.json"], "cannot be read"),
        (["list", "--library", "/proc/no/library.db"], "the folder cannot be made"),
    ],
)
def test_mistakes_are_one_line(run, arguments, message):
    told = run(*arguments)
    assert told.exit_code == 2
    assert told.stderr.count("\n") == 1
    assert message in told.stderr


def test_no_library_is_named(monkeypatch):
    monkeypatch.delenv("OPTWRIGHT_LIBRARY", raising=False)
    told = CliRunner().invoke(app, ["library", "list"])
    assert "no library is named; give --library FILE or set OPTWRIGHT_LIBRARY" in told.stderr
