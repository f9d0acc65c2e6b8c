"""Which model answers."""

import json
import re

import pytest
from pydantic import SecretStr

from optwright.agent.models import configured, resolve
from optwright.agent.requests import formulation_schema
from optwright.config import Config, LLMSettings
from optwright.errors import ConfigError
from optwright.llm import CachedChat, OpenAIChat


def config(**llm):
    return Config(llm=LLMSettings(**llm))


def test_a_server_without_a_key_will_do():
    model = resolve(config(base_url="http://127.0.0.1:9/v1", model="local"))
    assert isinstance(model, OpenAIChat)
    assert model.name == "local"


def test_a_key_alone_needs_a_models_name():
    assert resolve(config(api_key=SecretStr("sk-1"), model="m")).name == "m"
    with pytest.raises(ConfigError, match="no model is named"):
        resolve(config(api_key=SecretStr("sk-1")))


def test_nothing_configured_is_one_line():
    assert not configured(config(model="m"))
    with pytest.raises(ConfigError, match=r"none is configured.*--base-url.*OPTWRIGHT_API_KEY.*optwright serve"):
        resolve(Config(llm=LLMSettings(model="m"), method="direct"))


def test_equal_settings_share_one_instance_and_others_do_not():
    one = config(base_url="http://127.0.0.1:9/v1", model="shared")
    assert resolve(one) is resolve(one)
    assert resolve(one) is not resolve(config(base_url="http://127.0.0.1:9/v1", model="shared", temperature=1.0))
    with_key = config(base_url="http://127.0.0.1:9/v1", model="shared", api_key=SecretStr("sk-9"))
    assert resolve(one) is not resolve(with_key)


def test_a_cache_folder_puts_a_cache_before_the_server(tmp_path):
    model = resolve(config(base_url="http://127.0.0.1:9/v1", model="m", cache=tmp_path))
    assert isinstance(model, CachedChat)


def test_the_schema_of_structured_replies_is_whole():
    schema = formulation_schema()
    text = json.dumps(schema)
    for name in set(re.findall(r'"#/\$defs/(\w+)"', text)):
        assert name in schema["$defs"]
    assert list(schema["properties"]) == ["analysis", "formulation"], "the model thinks before it writes"
    assert {"Variable", "Constraint"} <= schema["$defs"].keys()
