"""Exports: files that run again, cells that are no formulas, a report that loads nothing."""

import csv
import io
import json

import pytest

from optwright.agent.solve import solve_formulation
from optwright.errors import InputError
from optwright.web.files import Files, answer_table

from .cases import EVIL, example, hostile, tables, version


def test_every_format_of_a_model_is_a_file_of_its_name(tmp_path):
    files = Files(tmp_path / "exports")
    for form in ("py", "json", "lp", "mps", "ipynb", "csv"):
        path = files.write(version(example("product_mix")), (), form)
        assert path.name == f"problem_v1.{form}" or path.suffix == f".{form}"
        assert path.stat().st_size > 0
        assert path.parent.stat().st_mode & 0o077 == 0


def test_json_holds_the_tables_rows_and_solves_alone(tmp_path):
    path = Files(tmp_path).write(version(example("transport")), tables("transport"), "json")
    assert solve_formulation(json.loads(path.read_text())).objective == pytest.approx(1160)


def test_no_cell_of_the_answer_is_a_formula():
    rows = list(csv.reader(io.StringIO(answer_table(hostile().solution))))
    entries = [cell for row in rows[1:] for cell in row[:2]]
    assert "'=1+1" in entries
    assert not [cell for cell in entries if cell.startswith(("=", "+", "-", "@"))]


def test_without_values_there_is_no_table():
    none = solve_formulation(
        {"variables": [{"name": "x", "upper": 1}], "constraints": [{"name": "c", "expression": "x >= 2"}]}
    )
    with pytest.raises(InputError, match="no values"):
        answer_table(none)


@pytest.mark.parametrize("form", ["exe", "../x", "", "PY"])
def test_an_unknown_format_is_refused(tmp_path, form):
    with pytest.raises(InputError, match="unknown format"):
        Files(tmp_path).write(version(example("product_mix")), (), form)
    assert not list(tmp_path.iterdir())


def test_the_name_of_a_file_is_harmless(tmp_path):
    data = {"name": "../../etc/<x>", "variables": [{"name": "x", "upper": 1}]}
    path = Files(tmp_path).write(version(solve_formulation(data)), (), "json")
    assert path.name == "etc_x_v1.json"
    assert tmp_path in path.parents


def test_a_report_loads_nothing_and_escapes_everything():
    pytest.importorskip("plotly")
    pytest.importorskip("latex2mathml")
    from optwright.web.report import report

    text = report(hostile(), ())
    assert EVIL not in text
    assert "default-src 'none'" in text
    assert "<math" in text
    assert text.count("<script") == text.count('<script nonce="')


def test_mathematics_without_scripts_keeps_its_texts():
    pytest.importorskip("latex2mathml")
    from optwright.formulation.mathematics import escape, unescape
    from optwright.web.mathml import mathml

    for words in (EVIL, "50% & {x} _a_ $9 #1 \\ ^ ~", "plain words"):
        assert unescape(escape(words)) == words
        shown = mathml(rf"x = \text{{{escape(words)}}}")
        assert "<img" not in shown
        assert "optwright" not in shown
    assert "&lt;img&#160;src=x" in mathml(rf"\text{{{escape(EVIL)}}}")
