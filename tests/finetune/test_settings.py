"""A run's settings: everything wrong is one line that names file, field and remedy; the files shipped are right."""

from pathlib import Path

import pytest
import yaml

from optwright.errors import ConfigError
from optwright.finetune.settings import Adapter, load

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"out": "run", "model": {"path": "base"}, "data": {"records": ["train.jsonl"]}}


def written(tmp_path, change):
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(GOOD | change), encoding="utf-8")
    return path


def test_what_is_not_said_has_a_default(tmp_path):
    settings = load(written(tmp_path, {}))
    assert settings.model.adapter is Adapter.LORA
    assert settings.solving is None


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"model": {}}, "model: give either 'path' or 'scratch'"),
        ({"model": {"path": "a", "scratch": {"tokenizer": "t"}}}, "model: give either"),
        ({"model": {"scratch": {"tokenizer": "t"}}}, "nothing to adapt; write adapter: full"),
        ({"train": {"rate": 1}}, "train.rate: there is no such setting"),
        ({"train": {"batch": 0}}, "train.batch: Input should be greater than 0"),
        ({"data": {"records": []}}, "data.records"),
        ({"solving": {}}, "solving.problems: Field required"),
    ],
)
def test_wrong_settings_are_named(tmp_path, change, line):
    with pytest.raises(ConfigError) as raised:
        load(written(tmp_path, change))
    assert line in str(raised.value)
    assert "run.yaml" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_files_that_are_no_settings_are_named(tmp_path):
    for name, text in {"list.yaml": "- a", "broken.yaml": "out: [", "empty.yaml": ""}.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(ConfigError, match=name):
            load(tmp_path / name)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("path", sorted((ROOT / "configs" / "sft").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_settings_that_are_shipped_can_be_used(path):
    assert load(path).data.records
