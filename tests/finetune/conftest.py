"""A tokenizer and a small Qwen at random, trained on and served by nobody else: enough to see training work."""

import json

import pytest

from optwright.finetune.prepare import Plan, prepare
from optwright.finetune.records import load
from tests.finetune.cases import example

NONE = ()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Bare records of 120 problems, with a held-out set beside them."""
    from optwright.finetune.contamination import Benchmarks

    folder = tmp_path_factory.mktemp("prepared")
    prepare([example(seed) for seed in range(120)], Plan(plain=True, held=8), Benchmarks(NONE), folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(prepared, tmp_path_factory):
    pytest.importorskip("transformers")
    from optwright.finetune.tokenizer import save

    folder = tmp_path_factory.mktemp("tokenizer")
    save(load([prepared / "train.jsonl"]), folder, size=500)
    return folder


@pytest.fixture(scope="session")
def base(tokenizer, tmp_path_factory):
    """A Qwen3 with 2 layers of width 64 that knows nothing."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("base")
    words = transformers.AutoTokenizer.from_pretrained(tokenizer)
    config = transformers.Qwen3Config(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        max_position_embeddings=1024,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
    )
    torch.manual_seed(0)
    transformers.Qwen3ForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


@pytest.fixture
def settings(prepared, base, tmp_path):
    """Make the settings of a short run; sections given replace fields of those here."""
    from optwright.finetune.settings import parse

    def make(out="run", **sections):
        data = {
            "out": str(tmp_path / out),
            "model": {"path": str(base), "adapter": "lora"},
            "data": {"records": [str(prepared / "train.jsonl")], "max_length": 600},
            "lora": {"rank": 8, "alpha": 16, "dropout": 0.1},
            "train": {"steps": 20, "batch": 4, "learning_rate": 0.01, "save_every": 10, "log_every": 1, "threads": 1},
        }
        for name, fields in sections.items():
            data[name] = {**data.get(name, {}), **fields}
        return parse(json.loads(json.dumps(data)), "test")

    return make
