"""`optwright library` as a user has it."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
    assert told == "--- version 2\n+++ version 3\n-explanation: Forbid subtours.\n+explanation: Use MTZ.\n"
    assert "clearer" in run("list", "--changes").stdout
    assert "1 insight changed back: I1" in run("rollback", "2").stdout
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
    assert run("import", tmp_path / "out.json", "--library", other).stdout == "2 insights added, known: 0; 2 labels\n"
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
        (["list", "--library", "/proc/no/library.db"], "there is no library"),
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


def test_the_taxonomy_is_listed_with_definitions(run, tmp_path):
    (tmp_path / "taxonomy.json").write_text(
        json.dumps(
            {"Domain Modeling": {"ROUTING": {"Tours": {"definition": "Round trips.", "condition": "Vehicles."}}}}
        )
    )
    run("import", tmp_path / "taxonomy.json")
    told = run("list", "--labels").stdout
    assert "domain modelling / Routing  (1 insight, 0 admitted)" in told
    assert "domain modelling / Routing / Tours  (0 insights, 0 admitted)\n    definition: Round trips." in told
    rows = json.loads(run("list", "--labels", "--json").stdout)
    assert {(one["first"], one["second"], one["admitted"]) for one in rows} >= {
        ("Syntax", "", 1),
        ("Routing", "Tours", 0),
    }


def test_show_tells_all_that_came_of_it(run, tmp_path):
    library = Library(tmp_path / "library.db")
    library.record([Used(2, "t8", Use.IRRELEVANT), Used(2, "t9", Use.IRRELEVANT)])
    library.close()
    told = run("show", "I2").stdout
    assert "- positive: t7\n- irrelevant: t8, t9\n" in told
    assert "tasks: 1 positive, 0 negative, 0 invalid, 2 irrelevant, 0 unretrieved" in told


def test_vectors_are_computed_for_what_has_none(run):
    assert "no embedding model is named" in run("embed").output
    with served() as (url, asked):
        assert run("embed", "--model", "vectors", "--url", url).stdout == "2 conditions embedded by vectors\n"
        assert run("embed", "--model", "vectors", "--url", url).stdout == "0 conditions embedded by vectors\n"
    assert asked == [["Vehicles tour from a depot.", "Sums are long."]]


@contextmanager
def served():
    """Serve embeddings; yield the server's URL, and the texts of each request."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
            asked.append(texts)
            data = [{"object": "embedding", "index": at, "embedding": [1.0, 2.0]} for at in range(len(texts))]
            reply = json.dumps({"object": "list", "data": data, "model": "m", "usage": {}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
