import json

import pytest

from optwright.errors import InputError
from optwright.serving.checkpoint import read, read_adapters


def test_a_folder_tells_its_name_context_and_sizes(model):
    checkpoint = read(str(model))
    assert (checkpoint.name, checkpoint.local, checkpoint.context) == ("small", True, 16384)
    assert checkpoint.weights == 1000
    assert checkpoint.token_bytes == 2 * 2 * 2 * 64 * 4  # keys and values, layers, heads, width, bytes
    assert checkpoint.has_template


def test_half_precision_weights_double_in_memory(model):
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, "dtype": "bfloat16"}))
    assert read(str(model)).float32_bytes == 2000


def test_a_template_may_stand_in_the_tokenizer_s_settings(model):
    (model / "chat_template.jinja").unlink()
    assert not read(str(model)).has_template
    (model / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}')
    assert read(str(model)).has_template


def test_a_name_on_the_hub_is_left_to_the_server():
    checkpoint = read("owner/name-1B")
    assert (checkpoint.model, checkpoint.name, checkpoint.local) == ("owner/name-1B", "owner/name-1B", False)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda folder: (folder / "config.json").unlink(), "has no config.json"),
        (lambda folder: (folder / "config.json").write_text("{"), "config.json: cannot be read"),
        (lambda folder: (folder / "config.json").write_text("[]"), "expected an object, found list"),
        (lambda folder: (folder / "model.safetensors").unlink(), "has a config.json but no weights"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "has no tokeniser"),
    ],
    ids=["no config", "broken config", "config of another kind", "no weights", "no tokeniser"],
)
def test_what_is_missing_is_named(model, spoil, line):
    spoil(model)
    with pytest.raises(InputError, match=line):
        read(str(model))


def test_an_adapter_in_the_place_of_a_model_says_how_to_serve_it(model):
    (model / "config.json").unlink()
    (model / "adapter_config.json").write_text('{"r": 8, "base_model_name_or_path": "base/one"}')
    with pytest.raises(InputError, match="optwright serve base/one --lora small="):
        read(str(model))


def test_a_file_is_no_model(model):
    with pytest.raises(InputError, match="is a file; give the folder"):
        read(str(model / "config.json"))


def test_adapters(tmp_path):
    for name, rank in (("a", 4), ("b", 20)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "adapter_config.json").write_text(json.dumps({"r": rank}))
    adapters = read_adapters([f"first={tmp_path / 'a'}", f"second={tmp_path / 'b'}"])
    assert [(adapter.name, adapter.rank) for adapter in adapters] == [("first", 4), ("second", 20)]
    with pytest.raises(InputError, match="the name first is given twice"):
        read_adapters([f"first={tmp_path / 'a'}", f"first={tmp_path / 'b'}"])
    (tmp_path / "a" / "adapter_config.json").write_text("{}")
    with pytest.raises(InputError, match="gives no rank r"):
        read_adapters([f"first={tmp_path / 'a'}"])
