"""The command line as a user meets it: a process of its own in a fresh directory, a real server, real solvers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stub_server import StubServer

ROOT = Path(__file__).resolve().parents[2]
WORDS = (
    "A joiner makes stools at a profit of 20 and tables at a profit of 50. A stool takes 1 hour, a table 3 hours; "
    "there are 40 hours. At most 8 tables sell."
)
FORMULATION = {
    "sets": [{"name": "GOODS", "members": ["stool", "table"]}],
    "parameters": [
        {"name": "profit", "index": ["GOODS"], "value": [20, 50]},
        {"name": "hours", "index": ["GOODS"], "value": [1, 3]},
        {"name": "time", "value": 40},
        {"name": "most_tables", "value": 8},
    ],
    "variables": [{"name": "make", "index": ["GOODS"], "domain": "NonNegativeIntegers"}],
    "objective": {"sense": "maximize", "expression": "sum(profit[g]*make[g] for g in GOODS)"},
    "constraints": [
        {"name": "work", "expression": "sum(hours[g]*make[g] for g in GOODS) <= time", "quote": "there are 40 hours"},
        {"name": "market", "expression": "make['table'] <= most_tables"},
    ],
}
REPLY = f"Two goods, one resource.\n```json\n{json.dumps(FORMULATION)}\n```"
PROGRAM = """import pyomo.environ as pyo
model = pyo.ConcreteModel()
model.x = pyo.Var(bounds=(0, 4))
model.cost = pyo.Objective(expr=3 * model.x + 1, sense=pyo.maximize)
print("built")
"""


@pytest.fixture
def cli(tmp_path):
    """Run `optwright ...` in a fresh directory with no model configured."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPTWRIGHT_", "OPENAI_"))}
    environment |= {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path / "config"), "COLUMNS": "100"}

    def run(*arguments, given=None, **extra):
        command = [sys.executable, "-m", "optwright", *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, input=given, capture_output=True, text=True, timeout=120, env=environment | extra
        )

    return run


@pytest.fixture
def formulation(tmp_path):
    path = tmp_path / "joiner.json"
    path.write_text(json.dumps(FORMULATION))
    return path


def one_line(result):
    lines = result.stderr.strip().splitlines()
    assert "Traceback" not in result.stderr
    assert lines[-1].startswith("optwright: "), result.stderr
    return lines[-1]


def test_solve_words_with_a_server(cli):
    with StubServer(REPLY) as server:
        result = cli("solve", WORDS, "--base-url", server.url, "--model", "stub")
    assert result.returncode == 0, result.stderr
    assert "800" in result.stdout.splitlines()[0]
    assert "formulating" in result.stderr
    assert WORDS in server.requests[0]["messages"][-1]["content"]


def test_solve_from_standard_input_as_json(cli):
    with StubServer(REPLY) as server:
        result = cli("solve", "-", "--base-url", server.url, "--model", "stub", "--json", given=WORDS)
    record = json.loads(result.stdout.splitlines()[-1])
    assert (record["status"], record["objective"]) == ("optimal", 800)
    assert record["trace"]["version"] == 1


def test_solve_a_formulation_file_without_a_model(cli, formulation):
    result = cli("solve", formulation.name)
    assert result.returncode == 0, result.stderr
    assert "800" in result.stdout


def test_without_a_model_one_line_names_the_ways_to_get_one(cli):
    result = cli("solve", "Name the best of all possible worlds.")
    assert result.returncode != 0
    assert result.stdout.strip() == "" or "offline" in result.stdout
    assert "Traceback" not in result.stderr
    for way in ("--base-url", "API_KEY", "optwright serve"):
        assert way in result.stdout + result.stderr


def test_unreachable_server(cli):
    result = cli("solve", WORDS, "--base-url", "http://127.0.0.1:9/v1", "--model", "stub")
    assert result.returncode == 3
    assert "127.0.0.1:9" in result.stdout + result.stderr


def test_key_is_nowhere(cli, tmp_path):
    with StubServer(REPLY, key="right") as server:
        result = cli(
            "solve",
            WORDS,
            "--base-url",
            server.url,
            "--model",
            "stub",
            "--save",
            "kept",
            OPTWRIGHT_API_KEY="sk-canary-0123456789",
        )
    assert result.returncode == 3
    kept = "".join(path.read_text(errors="replace") for path in (tmp_path / "kept").rglob("*") if path.is_file())
    assert "canary" not in result.stdout + result.stderr + kept


def test_tables_go_with_the_words(cli, tmp_path):
    (tmp_path / "plants.csv").write_text("plant,supply\nPune,120\nLyon,90\n")
    (tmp_path / "cities.csv").write_text("city,demand\nRome,60\nOslo,50\n")
    bound = {
        "tables": [
            {"name": "plants", "columns": ["plant", "supply"], "file": "plants.csv"},
            {"name": "cities", "columns": ["city", "demand"], "file": "cities.csv"},
        ],
        "sets": [
            {"name": "PLANTS", "table": "plants", "column": "plant"},
            {"name": "CITIES", "table": "cities", "column": "city"},
        ],
        "parameters": [
            {"name": "supply", "index": ["PLANTS"], "table": "plants"},
            {"name": "demand", "index": ["CITIES"], "table": "cities"},
        ],
        "variables": [{"name": "ship", "index": ["PLANTS", "CITIES"]}],
        "objective": {"sense": "minimize", "expression": "sum(ship[p,c] for p in PLANTS for c in CITIES)"},
        "constraints": [
            {"name": "out", "for_each": "p in PLANTS", "expression": "sum(ship[p,c] for c in CITIES) <= supply[p]"},
            {"name": "meet", "for_each": "c in CITIES", "expression": "sum(ship[p,c] for p in PLANTS) >= demand[c]"},
        ],
    }
    with StubServer(f"```json\n{json.dumps(bound)}\n```") as server:
        result = cli(
            "solve",
            "Ship as little as possible.",
            "--data",
            "plants.csv",
            "cities.csv",
            "--json",
            "--base-url",
            server.url,
            "--model",
            "stub",
        )
    assert json.loads(result.stdout.splitlines()[-1])["objective"] == 110
    assert "Lyon" in server.requests[0]["messages"][-1]["content"]


def test_run_prints_output_and_outcome(cli, tmp_path):
    (tmp_path / "p.py").write_text(PROGRAM)
    result = cli("run", "p.py")
    assert result.returncode == 0, result.stderr
    assert "built" in result.stdout
    assert "13" in result.stdout


def test_run_json_is_one_object_on_the_last_line(cli, tmp_path):
    (tmp_path / "p.py").write_text(PROGRAM)
    record = json.loads(cli("run", "p.py", "--json").stdout.splitlines()[-1])
    assert record["objective"] == 13
    assert record["claimed"] is None
    assert (record["stdout"], record["stderr"]) == ("built\n", "")
    assert record["termination"] == "optimal"


@pytest.mark.parametrize(
    ("source", "code", "word"),
    [
        ("def build_model(data):\n    raise KeyError('demand')\n", 5, "demand"),
        ("model = (\n", 5, "never closed"),
        (PROGRAM + "model.c = pyo.Constraint(expr=model.x >= 5)\n", 4, "infeasible"),
        (PROGRAM.replace("bounds=(0, 4)", "bounds=(0, None)"), 4, "unbounded"),
    ],
)
def test_run_says_why_there_is_no_optimum(cli, tmp_path, source, code, word):
    (tmp_path / "p.py").write_text(source)
    result = cli("run", "p.py")
    assert result.returncode == code, result.stdout + result.stderr
    assert word in result.stdout
    assert json.loads(cli("run", "p.py", "--json").stdout.splitlines()[-1])["objective"] is None


def test_check_says_what_is_wrong(cli, formulation, tmp_path):
    assert cli("check", formulation.name).returncode == 0
    broken = json.loads(formulation.read_text())
    broken["objective"]["expression"] = "sum(profits[g]*make[g] for g in GOODS)"
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    result = cli("check", "broken.json")
    assert result.returncode == 2
    assert "did you mean 'profit'" in result.stdout
    record = json.loads(cli("check", "broken.json", "--json").stdout)
    assert "UNDEFINED" in {finding["code"] for finding in record["findings"]}


def test_render_gives_a_program_that_runs_alone(cli, formulation, tmp_path):
    program = cli("render", formulation.name).stdout
    (tmp_path / "joiner.py").write_text(program)
    alone = subprocess.run(
        [sys.executable, "-I", "joiner.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert "800" in alone.stdout, alone.stderr
    assert json.loads(cli("run", "joiner.py", "--json").stdout.splitlines()[-1])["objective"] == 800


@pytest.mark.parametrize("ending", ["py", "lp", "mps", "json", "ipynb"])
def test_export_opens_again_with_the_same_optimum(cli, formulation, tmp_path, ending):
    result = cli("export", formulation.name, "--to", f"out.{ending}")
    assert result.returncode == 0, result.stderr
    assert reopen(tmp_path / f"out.{ending}", cli) == pytest.approx(800)


def reopen(path, cli):
    if path.suffix in {".lp", ".mps"}:
        import highspy

        highs = highspy.Highs()
        highs.silent()
        assert highs.readModel(str(path)) != highspy.HighsStatus.kError
        highs.run()
        return abs(highs.getInfo().objective_function_value)
    if path.suffix == ".json":
        return json.loads(cli("solve", path.name, "--json").stdout.splitlines()[-1])["objective"]
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text())["cells"]
        path = path.with_name("cells.py")
        path.write_text("".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))
    return json.loads(cli("run", path.name, "--json").stdout.splitlines()[-1])["objective"]


def test_latex(cli, formulation):
    assert r"\sum" in cli("latex", formulation.name).stdout


def test_doctor(cli):
    result = cli("doctor", "--json")
    record = json.loads(result.stdout)
    assert {layer["layer"] for layer in record["isolation"]} >= {"landlock", "seccomp"}
    assert record["packages"]["pyomo"]
    assert "HiGHS" in cli("doctor").stdout


BAD = {
    "no such file": (["solve", "missing.txt"], "missing.txt: there is no such file"),
    "empty text": (["solve", " "], "the problem text is empty"),
    "no such table": (["solve", WORDS, "--data", "missing.csv"], "missing.csv: there is no such file"),
    "a table that is none": (["solve", WORDS, "--data", "x.pdf"], "x.pdf"),
    "no such program": (["run", "missing.py"], "missing.py: there is no such file"),
    "no such solver": (["run", "good.py", "--solver", "cplex"], "'highs' or 'scip'"),
    "not JSON": (["render", "bad.json"], "bad.json"),
    "not a formulation": (["render", "list.json"], "list.json"),
    "no format": (["export", "good.json", "--to", "out.docx"], "out.docx"),
    "bad setting": (["solve", WORDS], "optwright.yaml"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_line(cli, tmp_path, name):
    (tmp_path / "good.json").write_text(json.dumps(FORMULATION))
    (tmp_path / "good.py").write_text(PROGRAM)
    (tmp_path / "bad.json").write_text("{ not json")
    (tmp_path / "list.json").write_text("[1, 2]")
    (tmp_path / "x.pdf").write_text("%PDF")
    if name == "bad setting":
        (tmp_path / "optwright.yaml").write_text("methud: compiled\n")
    arguments, words = BAD[name]
    result = cli(*arguments)
    assert result.returncode == 2, result.stdout + result.stderr
    assert words in one_line(result)


def test_a_megabyte_of_text(cli, tmp_path):
    (tmp_path / "long.txt").write_text("very long " * 100_000)
    result = cli("solve", "long.txt")
    assert result.returncode == 2
    assert "long.txt" in one_line(result)


def test_usage_and_version(cli):
    assert "solve" in cli("--help").stdout
    assert cli("--version").stdout.startswith("optwright 0.")
    assert cli("solve").returncode == 2
    assert cli("fly").returncode == 2


def test_a_closed_pipe_is_no_error(cli, formulation, tmp_path):
    command = f"{sys.executable} -m optwright render {formulation} | head -1"
    result = subprocess.run(
        command,
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert "Traceback" not in result.stderr
    assert result.stdout.startswith('"""')
