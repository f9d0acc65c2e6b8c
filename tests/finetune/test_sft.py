"""Training for real, with small models: the loss falls, a killed run goes on as before, merging is exact."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

torch = pytest.importorskip("torch")
pytest.importorskip("trl")
pytest.importorskip("peft")

from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402

from optwright.errors import ConfigError, InputError  # noqa: E402
from optwright.finetune import progress, sft, solving  # noqa: E402
from optwright.finetune.merge import merge  # noqa: E402
from optwright.finetune.progress import history  # noqa: E402
from optwright.finetune.records import load  # noqa: E402
from optwright.finetune.tokens import IGNORED, encode, encode_all  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]


def losses(folder):
    return {entry["step"]: entry["loss"] for entry in history(folder / "metrics.jsonl") if entry["kind"] == "train"}


def kinds(folder):
    return [entry["kind"] for entry in history(folder / "metrics.jsonl")]


def logits(folder, tokens):
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits


def test_the_loss_is_the_completion_s_alone(prepared, tokenizer):
    words = AutoTokenizer.from_pretrained(tokenizer)
    record = next(load([prepared / "train.jsonl"]))
    encoded = encode(words, record)
    learned = [label for label in encoded.labels if label != IGNORED]
    assert words.decode(learned) == record.completion[0]["content"] + "<|end|>"
    assert encoded.ids[-len(learned) :] == learned
    with pytest.raises(InputError, match=r"longer than data\.max_length = 10"):
        encode_all(words, [record], longest=10)


def test_digits_stand_alone_and_a_word_is_the_same_everywhere(tokenizer):
    words = AutoTokenizer.from_pretrained(tokenizer)
    assert [words.decode(token) for token in words.encode("1203.5")] == ["1", "2", "0", "3", ".", "5"]
    inside, quoted = words.encode("of chairs made"), words.encode('"chairs"')
    (chairs,) = set(inside) & set(quoted)
    assert words.decode([chairs]) == "chairs"
    text = 'Überschuß: 5 "naïve" 数\n'
    assert words.decode(words.encode(text)) == text


@pytest.mark.parametrize("adapter", ["lora", "full"])
def test_the_loss_falls_and_a_run_that_goes_on_gives_the_same_curve(settings, adapter):
    model = {"adapter": adapter}
    whole = settings("whole", model=model, train={"steps": 30, "keep": 9, "optimiser": "muon"})
    sft.train(whole)
    curve = losses(whole.out)
    assert list(curve) == list(range(1, 31))
    fallen = 0.8 if adapter == "full" else 0.95  # an adapter cannot undo embeddings and a head that are noise
    assert sum(list(curve.values())[-5:]) < fallen * sum(list(curve.values())[:5])

    torn = settings("torn", model=model, train={"steps": 30, "keep": 9, "optimiser": "muon"})
    shutil.copytree(whole.out, torn.out)
    for step in (20, 30):  # as if killed between steps 10 and 20, with a checkpoint half written
        (torn.out / "checkpoints" / f"checkpoint-{step}" / "trainer_state.json").unlink()
    shutil.rmtree(torn.out / "final")
    lines = (whole.out / "metrics.jsonl").read_text().splitlines(keepends=True)
    (torn.out / "metrics.jsonl").write_text("".join(lines[:14]))
    sft.train(torn, resume=True)
    again = losses(torn.out)
    assert list(again) == list(curve)
    assert list(again.values()) == pytest.approx(list(curve.values()), rel=1e-5)
    steps = [json.loads(line)["step"] for line in (torn.out / "metrics.jsonl").read_text().splitlines()]
    assert steps == [*range(1, 15), *range(11, 31)]
    tokens = list(range(5, 40))
    if adapter == "full":
        assert torch.allclose(logits(torn.out / "final", tokens), logits(whole.out / "final", tokens), atol=1e-4)


def test_a_merged_adapter_gives_what_the_unmerged_gives(settings, base, tmp_path):
    from peft import PeftModel

    run = settings()
    sft.train(run)
    count = merge(run.out / "final", tmp_path / "merged")
    assert count == sum(entry.numel() for entry in AutoModelForCausalLM.from_pretrained(base).parameters())
    words = AutoTokenizer.from_pretrained(tmp_path / "merged")
    unmerged = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), run.out / "final").eval()
    whole = AutoModelForCausalLM.from_pretrained(tmp_path / "merged").eval()
    tokens = list(range(5, 60))
    with torch.no_grad():
        wanted = unmerged(torch.tensor([tokens])).logits
    assert torch.allclose(logits(tmp_path / "merged", tokens), wanted, atol=1e-4)
    assert not torch.allclose(logits(base, tokens), wanted, atol=1e-2)
    ask = [[{"role": "user", "content": "A firm makes chairs."}]]
    assert solving.generate(whole, words, ask, most=40) == solving.generate(unmerged, words, ask, most=40)
    with pytest.raises(InputError, match="holds a model already"):
        merge(run.out / "final", tmp_path / "merged")


def test_packing_trains_on_the_same_records(settings):
    run = settings(data={"packing": True, "max_length": 512}, train={"steps": 4, "batch": 1})
    assert sft.train(run).steps == 4
    assert all(loss > 0 for loss in losses(run.out).values())


def test_a_run_says_what_it_was_and_draws_its_curve(settings, prepared):
    run = settings(solving={"problems": str(prepared / "wording.jsonl"), "every": 10, "limit": 4, "method": "plain"})
    made = sft.train(run)
    assert made.solved == 0.0  # it has learned nothing yet
    assert kinds(run.out).count("solving") == 2
    config = json.loads((run.out / "config.json").read_text())
    assert config["train"]["learning_rate"] == 0.01
    assert "torch" in json.loads((run.out / "environment.json").read_text())["training"]
    assert json.loads((run.out / "data.json").read_text())["trained"] > 0
    assert (run.out / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (run.out / "curves.svg").read_text()
    assert (run.out / "best" / "adapter_config.json").is_file()
    with pytest.raises(InputError, match="go on with --resume"):
        sft.train(run)
    with pytest.raises(ConfigError, match="other settings"):
        sft.train(run.model_copy(update={"train": run.train.model_copy(update={"batch": 2})}), resume=True)


def test_an_examination_that_fails_does_not_end_the_training(settings, prepared, monkeypatch):
    def fail(*_):
        raise RuntimeError("the solver is gone")

    monkeypatch.setattr(progress, "measure", fail)
    run = settings(solving={"problems": str(prepared / "wording.jsonl"), "every": 5, "method": "plain"})
    assert sft.train(run).steps == 20
    failed = [entry for entry in history(run.out / "metrics.jsonl") if entry["kind"] == "examination failed"]
    assert [entry["step"] for entry in failed] == [5, 10, 15, 20]
    assert failed[0]["trouble"] == "RuntimeError: the solver is gone"


def test_a_run_that_gets_no_better_stops_early(settings, prepared):
    section = {"problems": str(prepared / "wording.jsonl"), "every": 2, "limit": 2, "method": "plain", "patience": 2}
    run = settings(solving={**section, "max_tokens": 20})
    assert sft.train(run).steps < 20
    assert "stopped early" in kinds(run.out)


def test_a_killed_run_goes_on_from_the_command_line(settings, tmp_path):
    run = settings(train={"steps": 24, "save_every": 4})
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(json.loads(run.model_dump_json())), encoding="utf-8")
    command = [sys.executable, "-m", "optwright", "finetune", "sft", "--config", str(path)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    killed = subprocess.Popen(command, cwd=tmp_path, env=surroundings, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 300
    while sft.latest(run.out / "checkpoints") is None and killed.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert sft.latest(run.out / "checkpoints") is not None
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "24 steps, loss" in done.stdout
    assert list(losses(run.out)) == list(range(1, 25))


def test_four_bits_without_a_gpu_are_refused_in_one_line(settings):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(ConfigError, match="qlora needs a GPU, and none is here; write adapter: lora"):
        sft.train(settings(model={"adapter": "qlora"}))


@pytest.mark.parametrize(
    ("reply", "passed"),
    [
        ("no idea", (False, False, False)),
        ('{"variables": [{"name": "x", "index": ["NOWHERE"]}]}', (True, False, False)),
        (
            '{"variables":[{"name":"x","upper":4}],"objective":{"sense":"maximize","expression":"x"}}',
            (True, True, False),
        ),
        (
            '{"variables":[{"name":"x","upper":7}],"objective":{"sense":"maximize","expression":"x"}}',
            (True, True, True),
        ),
    ],
)
def test_a_reply_is_judged_by_how_far_it_gets(reply, passed, tmp_path):
    from optwright.datasets.label import label_of
    from optwright.eval.score import Gold
    from optwright.finetune.settings import SolvingSettings

    gold = Gold(label_of(7.0, None))
    assert solving.judge(reply, gold, SolvingSettings(problems=tmp_path)) == passed


def test_two_processes_train_together(settings, tmp_path):
    run = settings(model={"adapter": "full"}, train={"steps": 6, "save_every": 3})
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(json.loads(run.model_dump_json())), encoding="utf-8")
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    words = [*launch, "-m", "optwright", "finetune", "sft", "--config", str(path)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=540
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(losses(run.out)) == list(range(1, 7))
    tokens = list(range(5, 40))
    assert logits(run.out / "final", tokens).isfinite().all()
