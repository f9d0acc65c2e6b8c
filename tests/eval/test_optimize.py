"""`optwright prompts optimize`, whole: every strategy, its folder, its verdict, its mistakes, kills and interrupts."""

import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optwright.budget import Allowance, Usage
from optwright.cli.main import app
from optwright.errors import ConfigError, InputError, LLMError
from optwright.eval.prompting import places
from optwright.eval.prompting.live import Live
from optwright.eval.prompting.request import KEY, Optimizer, Request
from optwright.eval.prompting.run import optimise
from optwright.eval.prompting.splits import Sizes
from optwright.prompts.pack import load_pack
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.ledger import Ledger
from optwright.prompts.search.optimize import Plan
from optwright.prompts.search.score import Score
from tests.eval.prompt_server import WORDS, Answers, Server, write
from tests.stub_server import StubServer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "made.jsonl", 200)


@pytest.fixture
def server(file):
    with Server(Answers(file)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    for name in [*os.environ]:
        if name.startswith(("OPTWRIGHT_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def request_of(tmp_path, file, server):
    """Return a function that makes a request whose model is scripted; the one that proposes is behind HTTP."""
    flags = {"llm.model": "weak", "llm.base_url": server.url, "method": "plain"}
    given = Request((str(file),), tmp_path / "run", "opro", flags, Optimizer("writer"))
    plan, sizes = Plan(steps=4, count=4, every=2), Sizes(16, 24, 20)
    return lambda **more: replace(given, plan=plan, sizes=sizes, pipeline="tests.eval.prompted:worker", **more)


def go(request):
    told = io.StringIO()
    with Live(told) as live:
        return optimise(request, live), told.getvalue()


def events(path):
    """The records of a log; a line that a kill has cut short is left out, as its reader does."""
    for line in path.read_text().splitlines():
        with contextlib.suppress(ValueError):
            yield json.loads(line)


def decided(out):
    """What a run came to, without the seconds that it took."""

    def plain(value):
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items() if name not in ("seconds", "elapsed")}
        return [plain(one) for one in value] if isinstance(value, list) else value

    return [plain(event) for event in events(out / "ledger.jsonl")]


@pytest.mark.parametrize("strategy", ["opro", "directional", "zopo", "reflect"])
def test_every_strategy_runs_and_explains_itself(strategy, request_of):
    if strategy == "zopo":
        pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    request = request_of(strategy=strategy)
    found, told = go(request)
    out = request.out
    result = json.loads((out / "result.json").read_text())
    assert result["best"]["train"] > result["seed"]["train"] == 0.0
    assert result["verdict"]["adopted"] is found.verdict.adopted is True
    assert result["verdict"]["validation"]["p_value"] <= 0.05
    assert result["verdict"]["test"]["items"] == 20
    assert result["ended"] == "all 4 steps are done"
    assert "step 4: scoring" in told
    assert "best so far" in told
    pack = load_pack(Path(found.pack))
    assert pack.parts == found.best.candidate.parts
    assert (pack.family, pack.provenance.strategy) == ("weak", strategy)
    assert any(word in pack.parts["plain.user"] for word in WORDS)
    names = {path.name for path in out.iterdir()}
    assert names >= {"config.json", "ledger.jsonl", "trials.jsonl", "result.json", "report.html", "run.md"}
    parts = [set(json.loads((out / "config.json").read_text())[name]) for name in ("train", "validation", "test")]
    assert len(set.union(*parts)) == sum(map(len, parts)) == 60
    on_test = [one for one in events(out / "trials.jsonl") if one["event"] == "attempt" and one["item"] in parts[2]]
    assert {one["candidate"] for one in on_test} == {found.seed.candidate.id, found.best.candidate.id}
    whole = (out / "trials.jsonl").read_text()
    shown = "".join(json.dumps(entry.to_json()) for entry in scores(found, out))
    assert "made/" in shown
    assert not any(f'"{name}"' in shown for name in parts[1] | parts[2])
    before = (decided(out), result, (out / "report.html").read_text(), whole)
    go(replace(request, resume=True))
    again = json.loads((out / "result.json").read_text())
    assert (decided(out), again, (out / "report.html").read_text(), (out / "trials.jsonl").read_text()) == before


def scores(found, out):
    return [entry.score for entry in Ledger(out / "ledger.jsonl").entries.values() if entry.score]


def test_of_several_parts_those_that_stay_as_shipped_are_not_in_the_pack(request_of):
    request = request_of(parts=("formulate.user", "again.user"))
    request = replace(request, flags={**request.flags, "method": "compiled"}, pack="better")
    found, _ = go(request)
    assert sorted(found.best.candidate.parts) == ["again.user", "formulate.user"]
    pack = load_pack(request.out / "better.md")
    assert pack.name == "better"
    assert set(pack.parts) <= set(found.best.candidate.parts)
    assert all(text != places.shipped(name) for name, text in pack.parts.items())


def test_a_terminal_is_shown_the_best_so_far(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    told, ledger = io.StringIO(), Ledger()
    one = Candidate({"plain.user": "{{problem}}"}, note="seed")
    with Live(told) as live:
        live.begin("opro", "weak", 3)
        ledger.propose(0, [one], [])
        live.told(ledger, "step 0: scoring 1 candidates")
        live.made(3, 8)
        ledger.score(one.id, Score({"a": 1.0, "b": 0.0}, usage=Usage(2, 300, 40)))
        live.told(ledger, "step 1: proposing")
    shown = told.getvalue()
    assert "opro for weak, 3 steps" in shown
    assert f"best so far 50.0% ({one.id}, the seed 50.0%)" in shown
    assert "1 candidates tried on all items, 0 dropped" in shown
    assert "2 evaluations, 2 calls, 340 tokens" in shown


def test_random_search_runs_too_and_what_it_finds_by_chance_is_not_adopted(request_of):
    found, _ = go(request_of(strategy="random"))
    assert found.best.score.mean > found.seed.score.mean
    assert not found.verdict.adopted
    assert found.verdict.validation.p_value > 0.05


def test_the_report_shows_what_was_asked_of_it(request_of):
    request = request_of()
    go(request)
    page = (request.out / "report.html").read_text()
    for heading in ("Score against steps", "Score against tokens", "Who came from whom", "Candidates", "Not tried",
                    "What the best says otherwise than the seed", "What became of the training items"):  # fmt: skip
        assert f"<h2>{heading}</h2>" in page
    assert "It is <b>adopted</b>" in page
    assert "<ins>Mind " in page
    assert 'aria-label="lineage"' in page
    assert "seed: wrong value" in page
    assert "http://" not in page.replace(json.loads((request.out / "config.json").read_text())["base_url"], "")
    assert "<script" not in page


def test_what_is_not_better_is_not_adopted_and_the_test_items_stay_untouched(request_of):
    request = request_of(confidence=0.9999)
    found, _ = go(replace(request, sizes=Sizes(16, 6, 20)))
    assert found.best is not found.seed
    assert not found.verdict.adopted
    assert "not shown to be better with 99.99% confidence" in found.verdict.reason
    assert found.pack is None
    assert found.verdict.test is None
    tested = json.loads((request.out / "config.json").read_text())["test"]
    assert not any(one.get("item") in tested for one in events(request.out / "trials.jsonl"))
    assert not (request.out / "run.md").exists()


def test_a_budget_ends_the_search_and_the_verdict_still_comes(request_of):
    request = request_of(allowance=Allowance(80, None, None))
    found, _ = go(request)
    result = json.loads((request.out / "result.json").read_text())
    assert result["ended"].startswith("the budget of 80 calls is spent")
    assert "raise" not in result["ended"]
    assert result["verdict"] is not None
    config = json.loads((request.out / "config.json").read_text())
    trained = [one for one in events(request.out / "trials.jsonl") if one.get("item") in config["train"]]
    assert len(trained) <= 80
    assert found.ended == result["ended"]


def test_money_is_counted_at_the_prices_of_either_model(request_of):
    priced = request_of(prices={"prompt": 1.0, "completion": 0.0})
    request = replace(priced, optimizer=Optimizer("writer", prices={"prompt": 0.0, "completion": 2.0}))
    go(request)
    result = json.loads((request.out / "result.json").read_text())
    model, asked = result["usage"]["model"], result["usage"]["optimizer"]
    spent = (model["prompt_tokens"] + 2 * asked["completion_tokens"]) / 1e6
    assert result["money"] == pytest.approx(spent, abs=1e-6)
    assert model["calls"] == result["attempts"]
    bounded = replace(request, out=request.out.with_name("bounded"), allowance=Allowance(None, None, None, 0.006))
    go(bounded)
    assert json.loads((bounded.out / "result.json").read_text())["ended"].startswith("the budget of $0.006 is spent")


def test_a_folder_is_gone_on_with_only_as_it_was_begun(request_of):
    request = request_of()
    go(request)
    with pytest.raises(InputError, match="holds a run; --resume goes on with it"):
        go(request)
    for changed in ({"confidence": 0.9}, {"strategy": "random"}, {"sizes": Sizes(15, 24, 20)}):
        name = {"sizes": "train"}.get(*changed, *changed)
        with pytest.raises(ConfigError, match=f"was begun with another .*{name} "):
            go(replace(request, resume=True, **changed))
    (request.out / "config.json").write_text('{"command": "learn"}')
    with pytest.raises(InputError, match="holds another kind of run"):
        go(replace(request, resume=True))


def test_a_server_of_the_optimiser_that_dies_is_told_and_the_run_goes_on(request_of, server):
    server.refuse = lambda body: (400, "no more today") if server.count > 2 else None
    request = request_of()
    with pytest.raises(LLMError, match="refused the request"):
        go(request)
    assert json.loads((request.out / "result.json").read_text())["verdict"] is None
    assert "cut off before its verdict" in (request.out / "report.html").read_text()
    server.refuse = lambda body: None
    go(replace(request, resume=True))
    whole = replace(request, out=request.out.with_name("whole"))
    go(whole)
    assert [one for one in decided(request.out) if one["event"] != "memory"] == [
        one for one in decided(whole.out) if one["event"] != "memory"
    ]


def test_the_start_instructions_are_seeds(request_of):
    request = request_of(start=True)
    found, _ = go(request)
    texts = [one["parts"]["plain.user"] for one in decided(request.out)[1]["candidates"]]
    assert texts == [
        "{{problem}}",
        "Let's solve the problem.\n\n{{problem}}",
        "Let's think step by step.\n\n{{problem}}",
    ]
    assert found.seed.candidate.parts["plain.user"] == "{{problem}}"


# The command line ----------------------------------------------------------------------------------------------------


def run(*arguments):
    return CliRunner().invoke(app, ["prompts", "optimize", *map(str, arguments)])


def arguments(file, url, out, **more):
    given = {"strategy": "opro", "benchmark": file, "out": out, "model": "weak", "base-url": url}
    given |= {"optimizer-model": "writer", "method": "plain", **more}
    return [word for name, value in given.items() for word in (f"--{name}", value)]


MISTAKES = [
    ({"benchmark": "nl4op"}, 2, "unknown benchmark 'nl4op'; known: "),
    ({"benchmark": "absent.jsonl"}, 2, "absent.jsonl: no such file"),
    ({"part": "plain.system"}, 2, "--part plain.system: that part does not exist; there are plain.user"),
    ({"pack": "a b"}, 2, "name: use letters, digits"),
    ({"money": "1"}, 2, "a budget of money needs the model's prices"),
    ({"model": "strong"}, 3, "the model: "),
    ({"optimizer-model": "poet"}, 3, "the optimiser's model: "),
    (
        {"base-url": "http://127.0.0.1:9/v1", "optimizer-base-url": "http://127.0.0.1:9/v1"},
        3,
        "no server can be reached",
    ),
    ({"price": "prompt=cheap"}, 2, "--price 'prompt=cheap'"),
]


@pytest.mark.parametrize(("mistake", "code", "line"), MISTAKES)
def test_a_mistake_is_one_line(mistake, code, line, file, server, tmp_path):
    found = run(*arguments(file, server.url, tmp_path / "run", **mistake))
    assert found.exit_code == code
    assert line in found.stderr
    last = found.stderr.strip().splitlines()[-1]
    assert last.startswith("optwright: ")
    assert "Traceback" not in found.output + found.stderr
    assert server.count == 0


def test_a_key_that_is_refused_is_told_before_anything_is_spent(file, tmp_path, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_API_KEY", "sk-wrong-one-0000")
    with StubServer("", models=("weak", "writer"), key="sk-right-one-0000") as server:
        found = run(*arguments(file, server.url, tmp_path / "run"))
        assert found.exit_code == 3
        assert "the key was refused" in found.stderr
        assert "sk-wrong" not in found.stderr
        assert server.requests == []


def test_the_models_key_goes_to_no_other_server(file, server, tmp_path, monkeypatch):
    monkeypatch.setenv("OPTWRIGHT_API_KEY", "sk-of-the-model-0")
    with StubServer("I know none.", models=("writer",), key="sk-of-the-writer") as other:
        more = {"optimizer-base-url": other.url}
        assert "the key was refused" in run(*arguments(file, server.url, tmp_path / "run", **more)).stderr
        monkeypatch.setenv(KEY, "sk-of-the-writer")
        few = {"steps": 1, "count": 1, "train": 2, "validation": 2, "test": 2}
        assert run(*arguments(file, server.url, tmp_path / "other", **few, **more)).exit_code == 0


# Kills ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def counting(tmp_path, file):
    """The server in a process of its own, which notes every request; yields its URL and its log."""
    log = tmp_path / "requests.jsonl"
    command = [sys.executable, "-m", "tests.eval.prompt_server", str(file), "--log", str(log), "--latency", "0.05"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    yield process.stdout.readline().strip(), log
    process.stdin.close()
    process.wait()


def command(file, url, out, *more):
    sizes = {"steps": 4, "count": 4, "train": 16, "validation": 16, "test": 12, "every": 2, "concurrency": 4}
    return [sys.executable, "-m", "optwright", "prompts", "optimize",
            *map(str, arguments(file, url, out, **sizes)), *more]  # fmt: skip


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_again_and_again_and_resumed(counting, file, tmp_path):
    (url, log), dice = counting, random.Random()
    whole, out = tmp_path / "whole", tmp_path / "killed"
    subprocess.run(command(file, url, whole), env=environment(), cwd=tmp_path, check=True)
    undisturbed = log.read_text().splitlines()
    log.unlink()
    trials, kills, moments = out / "trials.jsonl", 0, []
    while kills < 6:
        before = trials.stat().st_size if trials.exists() else 0
        process = subprocess.Popen(command(file, url, out, "--resume"), env=environment(), cwd=tmp_path)
        while process.poll() is None and (trials.stat().st_size if trials.exists() else 0) == before:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 1.5))
        process.send_signal(signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            break
        kills += 1
        moments.append(len(trials.read_text().splitlines()) if trials.exists() else 0)
    assert kills >= 3
    subprocess.run(command(file, url, out, "--resume"), env=environment(), cwd=tmp_path, check=True)
    print("trials at each kill:", moments)
    tried = Counter((one["candidate"], one["item"]) for one in events(trials) if one["event"] == "attempt")
    assert set(tried.values()) == {1}
    scored = Counter(one["id"] for one in events(out / "ledger.jsonl") if one["event"] == "scored")
    assert set(scored.values()) == {1}
    assert story(out) == story(whole)
    results = [json.loads((one / "result.json").read_text()) for one in (out, whole)]
    assert {**results[0], "pack": ""} == {**results[1], "pack": ""}
    asked, once = ([json.loads(line) for line in lines] for lines in (log.read_text().splitlines(), undisturbed))
    by_model = [Counter(one["model"] for one in requests) for requests in (asked, once)]
    assert by_model[0]["writer"] <= by_model[1]["writer"] + kills
    assert by_model[0]["weak"] <= by_model[1]["weak"] + 4 * kills  # what was in flight


def story(out):
    """What the ledger tells, each thing once, without times and ends: a kill may come before or after an end."""
    kept = [one for one in decided(out) if one["event"] not in ("end", "begin")]
    return [one for at, one in enumerate(kept) if one not in kept[:at]]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_interrupt_ends_it_in_one_line_and_it_goes_on(counting, file, tmp_path):
    (url, _), out = counting, tmp_path / "run"
    pipe = subprocess.PIPE
    process = subprocess.Popen(command(file, url, out), env=environment(), cwd=tmp_path, stderr=pipe, text=True)
    while not (out / "trials.jsonl").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    assert told.strip().splitlines()[-1] == "optwright: interrupted"
    assert json.loads((out / "result.json").read_text())["verdict"] is None
    subprocess.run(command(file, url, out, "--resume"), env=environment(), cwd=tmp_path, check=True)
    assert json.loads((out / "result.json").read_text())["verdict"] is not None
