import json
import os
import signal
import subprocess
import sys
import time

import pytest

from optwright.cli.synthesising import Request
from optwright.cli.synthesising import plan as plan_of
from optwright.datasets.synthesis.card import make_card, write_parquet
from optwright.datasets.synthesis.complexity import Level
from optwright.datasets.synthesis.contamination import contamination
from optwright.datasets.synthesis.production import Plan, Production, read_pairs
from optwright.datasets.synthesis.style import Style
from optwright.errors import InputError
from optwright.formulation.build import build
from optwright.formulation.elements import Formulation
from optwright.problem import Table
from optwright.solvers.route import solve

FAMILIES = ("knapsack", "shop_stock")


def plan(count: int, **more) -> Plan:
    return Plan(FAMILIES, (Level.EASY,), count, **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small data set, made once."""
    made = tmp_path_factory.mktemp("synth")
    Production(plan(12), made).run(1)
    make_card(made)
    return made


def test_each_pair_is_what_the_page_says(folder):
    pairs = list(read_pairs(folder))
    assert len(pairs) == 12
    assert len({pair["id"] for pair in pairs}) == 12
    assert {pair["family"] for pair in pairs} == set(FAMILIES)
    wanted = {"id", "family", "level", "style", "question", "formulation", "objective", "tables", "split", "provenance"}
    for pair in pairs:
        assert set(pair) == wanted
        assert pair["provenance"]["proof"][:3] == ["construction", "presence", "deletion"]
        tables = [
            Table(one["name"], tuple(one["columns"]), tuple(map(tuple, one["rows"])), one["file"])
            for one in pair["tables"]
        ]
        outcome = solve(build(Formulation.model_validate(pair["formulation"]), tables).model)
        assert outcome.objective == pytest.approx(pair["objective"], rel=1e-6, abs=1e-6)


def test_a_second_run_with_more_goes_on_and_repeats_nothing(folder):
    before = [pair["id"] for pair in read_pairs(folder)]
    production = Production(plan(15), folder)
    production.run(1)
    after = [pair["id"] for pair in read_pairs(folder)]
    assert after[:12] == before
    assert len(set(after)) == len(after) == 15


@pytest.mark.slow
def test_equal_plans_make_equal_pairs(folder, tmp_path):
    Production(plan(6), tmp_path).run(2)
    first = {pair["id"]: pair["question"] for pair in read_pairs(folder)}
    second = {pair["id"]: pair["question"] for pair in read_pairs(tmp_path)}
    shared = first.keys() & second.keys()
    assert len(shared) >= 5
    assert all(first[name] == second[name] for name in shared)


def test_another_plan_is_refused_in_one_line(folder):
    with pytest.raises(InputError, match=r"run.json: this folder was begun with another seed; "):
        Production(plan(12, seed="other"), folder).run(1)


def test_the_card_tells_what_there_is(folder):
    card = (folder / "card.md").read_text()
    for words in ("pairs a minute", "Rejected, by reason", "single template", "distinct 3-grams", "Contamination"):
        assert words in card
    for name in ("families", "reasons", "scores", "length"):
        assert (folder / "plots" / f"{name}.svg").read_text().startswith("<svg")


def test_parquet_holds_the_same(folder):
    parquet = pytest.importorskip("pyarrow.parquet")
    assert write_parquet(read_pairs(folder), folder / "pairs.parquet")
    rows = parquet.read_table(folder / "pairs.parquet").to_pylist()
    assert [row["question"] for row in rows] == [pair["question"] for pair in read_pairs(folder)]
    assert json.loads(rows[0]["formulation"])["variables"]


@pytest.mark.slow
def test_no_pair_is_in_a_benchmark(folder, benchmarks):
    found = contamination(((pair["id"], pair["question"]) for pair in read_pairs(folder)), benchmarks)
    assert len(found.benchmarks) >= 3
    assert found.clean


def test_an_empty_folder_has_no_card(tmp_path):
    with pytest.raises(InputError, match="there is no pair in it"):
        make_card(tmp_path)


def test_a_killed_run_loses_nothing_and_repeats_nothing(tmp_path):
    command = [sys.executable, "-m", "optwright", "synth", "--out", str(tmp_path), "--n", "30", "--quiet"]
    command += ["--families", "knapsack", "--workers", "1"]
    log = tmp_path / "pairs.jsonl"
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 200
    while (not log.exists() or log.read_bytes().count(b"\n") < 5) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)
    with log.open("ab") as torn:
        torn.write(b'{"id": "knapsack/easy/torn", "fam')
    before = [pair["id"] for pair in read_pairs(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    after = [pair["id"] for pair in read_pairs(tmp_path)]
    assert after[: len(before)] == before
    assert len(after) == len(set(after)) == 30
    assert "30 pairs" in done.stdout


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"families": "knapsak"}, "unknown family 'knapsak'; did you mean 'knapsack'?"),
        ({"ways": ("augment",)}, "augment: a language model is needed; give --model and --base-url"),
        ({"words": "model"}, "--words model: a language model is needed"),
        (
            {"families": "trips", "knobs": ("ships=2",)},
            "--knob ships=2: no chosen family has a size of that name; they have",
        ),
        ({"knobs": ("products=4..2",)}, "--knob products=4..2: write NAME=LOW..HIGH, such as products=2..4"),
    ],
)
def test_mistakes_are_named_before_anything_starts(tmp_path, flags, message):
    given = {"families": "all", "levels": ("easy",), "styles": ("email",), **flags}
    with pytest.raises(InputError) as caught:
        plan_of(Request(tmp_path, 2, **given))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sizes_can_be_limited(tmp_path):
    given = {"families": "trips", "levels": ("easy",), "styles": ("email",), "knobs": ("vehicles=3..4", "sides=0")}
    Production(plan_of(Request(tmp_path, 6, **given)), tmp_path).run(1)
    pairs = list(read_pairs(tmp_path))
    assert {len(pair["formulation"]["sets"][0]["members"]) for pair in pairs} == {3, 4}
    assert {pair["provenance"]["knobs"]["sides"] for pair in pairs} == {0}
    assert len(make_card(tmp_path).pairs) == 6
    with pytest.raises(InputError, match="begun with another knobs"):
        Production(plan_of(Request(tmp_path, 8, **{**given, "knobs": ()})), tmp_path).run(1)


@pytest.mark.slow
def test_a_level_out_of_reach_is_one_line(tmp_path):
    command = [sys.executable, "-m", "optwright", "synth", "--out", str(tmp_path), "--n", "2", "--workers", "1"]
    command += ["--families", "box_sides", "--level", "expert"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 2
    assert "none of these families reaches this level" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_every_style_and_file_setting_is_kept(tmp_path):
    Production(plan(6, styles=(Style.REPORT,), attach=True), tmp_path).run(1)
    pairs = list(read_pairs(tmp_path))
    assert {pair["style"] for pair in pairs} == {"report"}
    assert any(pair["tables"] for pair in pairs)
