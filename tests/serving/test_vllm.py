"""Real servers on the CPU, started by `optwright serve`, asked by `optwright solve`: the whole way over HTTP.

They run in the environment that scripts/install_vllm_cpu.sh makes (`make vllm-env`): that of OPTWRIGHT_VLLM_PYTHON, or
the default place.
"""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pydantic import ValidationError

from optwright.agent.requests import formulation_schema
from optwright.formulation.elements import Formulation
from optwright.serving.backend import default_environment, interpreter
from tests.serving.conftest import ROOT, Command, assert_gone, clean_environment, get

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]
PLACE = Path(os.environ.get("OPTWRIGHT_VLLM_PYTHON") or default_environment())
MINI = ROOT / "models" / "mini"
PROBLEM = (
    "A joiner makes stools at a profit of 20 and tables at a profit of 50. A stool takes 1 hour, a table 3 hours; "
    "there are 40 hours. At most 8 tables sell."
)
MODEST = {"OMP_NUM_THREADS": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind", "VLLM_CPU_KVCACHE_SPACE": "1"}


@pytest.fixture(scope="module")
def python():
    """The interpreter that has vLLM. CI sets CI, and then a missing one is a failure."""
    found = PLACE if PLACE.is_file() else PLACE / "bin" / "python"
    if not found.is_file():
        missing = f"no vLLM in {PLACE}: run scripts/install_vllm_cpu.sh"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return interpreter(found)


@pytest.fixture(scope="module")
def random_model(python, tmp_path_factory):
    """A model that knows nothing, with room for the whole prompt: what it says is shaped by the schema alone."""
    folder = tmp_path_factory.mktemp("model") / "random"
    script = ROOT / "scripts" / "make_random_model.py"
    subprocess.run(
        [python, script, folder], check=True, capture_output=True, timeout=300, env=dict(os.environ, **MODEST)
    )
    return folder


@pytest.fixture
def started(python, tmp_path):
    """Start `optwright serve`; return the command and its settings."""
    commands = []

    def start(*arguments):
        commands.append(Command(tmp_path, *arguments, "--vllm-python", python, "--port", 0, **MODEST))
        return commands[-1], commands[-1].settings(patience=840)

    yield start
    for command in commands:
        command.process.kill()
        command.process.wait()


def ask(settings, content, **fields):
    body = {"model": settings["OPTWRIGHT_MODEL"], "messages": [{"role": "user", "content": content}], **fields}
    request = urllib.request.Request(
        f"{settings['OPTWRIGHT_BASE_URL']}/chat/completions",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=600) as reply:
        return json.loads(reply.read())


def solve(settings, tmp_path, *arguments, most=300):
    """Run the command against the server; return its record."""
    (tmp_path / "optwright.yaml").write_text(f"llm: {{temperature: 1.0, max_tokens: {most}}}\n")
    done = subprocess.run(
        [sys.executable, "-m", "optwright", "solve", PROBLEM, "--json", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        env=clean_environment(tmp_path, **settings),
    )
    assert "Traceback" not in done.stderr
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def metric(settings, name):
    address = settings["OPTWRIGHT_BASE_URL"].removesuffix("/v1")
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as reply:
        lines = reply.read().decode()
    return sum(float(value) for value in re.findall(rf"^vllm:{name}{{[^}}]*}} (\S+)$", lines, re.MULTILINE))


def shape_errors(text):
    """Read a whole reply; return what is against the schema, the rules between elements left aside."""
    try:
        Formulation.model_validate_json(text)
    except ValidationError as error:
        return [entry for entry in error.errors() if entry["type"] != "value_error"]
    return []


def structured(settings, room):
    """Ask for formulations; return the replies that were finished."""
    schema = Formulation.model_json_schema()
    form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema, "strict": False}}
    for seed in range(5):
        answer = ask(settings, PROBLEM, response_format=form, n=6, temperature=1.0, seed=seed, max_tokens=room)
        whole = [choice["message"]["content"] for choice in answer["choices"] if choice["finish_reason"] == "stop"]
        if whole:
            return whole
    raise AssertionError(f"no reply of 30 was finished within {room} tokens")


def session(command):
    """Return every process of the server's session: it was started with one of its own."""
    leader = int(Path(f"/proc/{command.process.pid}/task/{command.process.pid}/children").read_text().split()[0])
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            found.append(int(stat.parent.name))
    return found


def test_vllm_serves_and_solve_asks_with_the_schema(started, random_model, tmp_path):
    command, settings = started(random_model)
    assert settings["OPTWRIGHT_MODEL"] == "random"

    replies = structured(settings, 6000)
    assert [shape_errors(reply) for reply in replies] == [[] for _ in replies]
    free = ask(settings, PROBLEM, temperature=1.0, seed=1, max_tokens=40)["choices"][0]["message"]["content"]
    assert not free.lstrip().startswith("{")  # without a schema nothing of that kind comes

    hits = metric(settings, "prefix_cache_hits_total")
    code, record = solve(settings, tmp_path)
    calls = [step["call"] for step in record["trace"]["steps"] if step["call"]]
    assert record["status"] == "failed"  # noise in the shape of a formulation is seen for what it is
    assert record["failure"]["kind"] in {"parse", "check"}
    assert code == record["failure"]["exit_code"] == 5
    assert len(calls) > 1
    assert all(call["model"] == "random" and call["attempts"] == 1 for call in calls)
    assert all(call["reply"].lstrip().startswith("{") for call in calls)  # the schema was in force in each
    assert metric(settings, "prefix_cache_hits_total") > hits
    assert sum(call["cached_tokens"] for call in calls) > 0  # and the server's word of it reaches the trace

    processes = session(command)
    assert len(processes) >= 4  # the lifeline, the API, the engine and its worker
    command.process.send_signal(signal.SIGINT)
    assert command.end() == 0
    assert_gone(processes)


def test_vllm_serves_the_small_reference_model(started, tmp_path):
    if not (MINI / "config.json").is_file():
        pytest.skip("models/mini is not there")
    command, settings = started(MINI)
    entry = get(f"{settings['OPTWRIGHT_BASE_URL']}/models")["data"][0]
    room = entry["max_model_len"] // 2
    replies = structured(settings, room)
    assert [shape_errors(reply) for reply in replies] == [[] for _ in replies]

    served = metric(settings, "request_success_total")
    _, record = solve(settings, tmp_path, "--method", "plain", most=room)
    (call,) = [step["call"] for step in record["trace"]["steps"] if step["call"]]
    assert metric(settings, "request_success_total") == served + 1
    assert call["model"] == settings["OPTWRIGHT_MODEL"] == "mini"
    assert record["status"] in {"optimal", "feasible", "infeasible", "unbounded", "infeasible_or_unbounded", "failed"}
    assert call["finish"] == "length" or not shape_errors(call["reply"])
    _, again = solve(settings, tmp_path, "--method", "plain", most=room)
    assert again["trace"]["steps"]
    assert metric(settings, "prefix_cache_queries_total") > 0

    processes = session(command)
    command.process.kill()  # as the system would, for lack of memory
    assert_gone(processes)


def test_transformers_answers_chat_requests_and_ignores_schemas(started, random_model, tmp_path):
    _, settings = started(random_model, "--backend", "transformers")
    assert settings["OPTWRIGHT_MODEL"] == str(random_model)
    form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": formulation_schema()}}
    answer = ask(settings, "A question.", temperature=0, max_tokens=12, response_format=form)
    reply = answer["choices"][0]["message"]["content"]
    assert reply
    assert not reply.lstrip().startswith("{")
    assert answer["usage"]["completion_tokens"] == 12
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask({**settings, "OPTWRIGHT_MODEL": "another"}, "A question.", max_tokens=1)
    assert refused.value.code == 400
    code, record = solve(settings, tmp_path, most=60)
    assert (code, record["status"], record["failure"]["kind"]) == (5, "failed", "parse")
