"""Layers, their order, and one clear line for what is wrong."""

from pathlib import Path

import pytest

from optwright.config import ENVIRONMENT, FALLBACK, load, user_config_file
from optwright.errors import ConfigError
from optwright.method import Effort, Method

KEY = "sk-canary-9c2b"


@pytest.fixture
def place(tmp_path):
    """Return a function that loads with these files and this environment."""

    def run(*, user=None, project=None, env=None, flags=None):
        user_file = tmp_path / "user.yaml"
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        for path, text in ((user_file, user), (folder / "optwright.yaml", project)):
            if text is not None:
                path.write_text(text, encoding="utf-8")
        return load(flags=flags, environment=env or {}, folder=folder, user_file=user_file)

    return run


def test_defaults(place):
    config = place().config
    assert (config.method, config.effort, config.llm.base_url) == (Method.COMPILED, Effort.MEDIUM, None)
    assert place().sources == {}


def test_each_layer_beats_those_before_it(place):
    files = {"user": "llm: {model: u}\neffort: low", "project": "llm: {model: p}"}
    assert place(user=files["user"]).config.llm.model == "u"
    assert place(**files).config.llm.model == "p"
    env = {"OPTWRIGHT_MODEL": "e", "OPENAI_MODEL": "never"}
    assert place(**files, env=env).config.llm.model == "e"
    resolved = place(**files, env=env, flags={"llm.model": "f", "llm.base_url": None})
    assert resolved.config.llm.model == "f"
    assert resolved.config.effort is Effort.LOW
    assert resolved.sources["llm.model"] == "flag"


def test_openai_variables_are_the_last_resort(place):
    env = {"OPENAI_BASE_URL": "http://o/v1", "OPENAI_API_KEY": KEY, "OPENAI_MODEL": "o"}
    config = place(env=env).config
    assert (config.llm.base_url, config.llm.model) == ("http://o/v1", "o")
    assert config.llm.api_key.get_secret_value() == KEY
    assert place(project="llm: {model: p}", env=env).config.llm.model == "p"
    mine = place(env={**env, "OPTWRIGHT_API_KEY": "mine"}).config
    assert mine.llm.api_key.get_secret_value() == "mine"


def test_a_server_that_a_file_names_gets_no_key_meant_for_another(place):
    env = {"OPENAI_API_KEY": KEY}
    elsewhere = "llm: {base_url: 'http://elsewhere/v1'}"
    assert place(project=elsewhere, env=env).config.llm.api_key is None
    assert place(project=elsewhere, user=f"llm: {{api_key: {KEY}}}").config.llm.api_key is None
    own = place(project="llm: {base_url: 'http://elsewhere/v1', api_key: its-own}").config
    assert own.llm.api_key.get_secret_value() == "its-own"
    meant = place(project=elsewhere, env={"OPTWRIGHT_API_KEY": KEY}).config
    assert meant.llm.api_key.get_secret_value() == KEY
    by_flag = place(env=env, flags={"llm.base_url": "http://chosen/v1"}).config
    assert by_flag.llm.api_key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("project", "line"),
    [
        ("llm: {modle: x}", r"optwright.yaml: there is no setting 'llm.modle'; did you mean 'llm.model'\?"),
        ("model: x", r"there is no setting 'model'; did you mean '\w*\.?m\w+'\?"),
        ("wibble: 1", "there is no setting 'wibble'; there are llm.base_url"),
        ("method: magic", "optwright.yaml: method: .*'compiled', 'coded'"),
        ("solver: {time_limit: -1}", "solver.time_limit: Input should be greater than 0"),
        ("a: [", "optwright.yaml, line 1: not valid YAML"),
        ("- a\n- b", "expected settings"),
        ("llm: x", "there is no setting 'llm'"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(place, project, line):
    with pytest.raises(ConfigError, match=line) as raised:
        place(project=project)
    assert "\n" not in str(raised.value)


def test_a_wrong_value_in_the_environment_is_named_by_its_variable(place):
    with pytest.raises(ConfigError, match=r"OPTWRIGHT_TIME_LIMIT: solver.time_limit"):
        place(env={"OPTWRIGHT_TIME_LIMIT": "soon"})


def test_a_file_that_is_no_text_is_named(place, tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "optwright.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        place()


def test_the_resolved_settings_can_be_shown_without_the_key(place):
    env = {"OPTWRIGHT_API_KEY": KEY, "OPTWRIGHT_BASE_URL": "http://me:secretpw@host:1/v1"}
    resolved = place(env=env)
    shown = resolved.describe()
    assert "llm.api_key: [set] (OPTWRIGHT_API_KEY)" in shown
    assert "llm.base_url: http://host:1/v1 (OPTWRIGHT_BASE_URL)" in shown
    assert "method: compiled (default)" in shown
    for text in (shown, repr(resolved.config), resolved.config.model_dump_json()):
        assert KEY not in text
    assert "secretpw" not in shown


def test_a_key_of_the_wrong_kind_is_not_echoed(place):
    with pytest.raises(ConfigError) as raised:
        place(project=f"llm: {{api_key: [{KEY}]}}")
    assert KEY not in str(raised.value)


def test_the_user_file_lies_where_the_platform_keeps_such(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert str(user_config_file({"HOME": "/h"})) == "/h/.config/optwright/config.yaml"
    assert str(user_config_file({"HOME": "/h", "XDG_CONFIG_HOME": "/x"})) == "/x/optwright/config.yaml"
    monkeypatch.setattr("sys.platform", "darwin")
    assert str(user_config_file({"HOME": "/h"})) == "/h/Library/Application Support/optwright/config.yaml"


def test_every_setting_is_documented():
    text = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
    nowhere = Path("/nonexistent")
    for line in load(environment={}, folder=nowhere, user_file=nowhere).describe().split("\n"):
        name = line.partition(":")[0]
        assert f"| `{name}` |" in text, name
    for name in (*ENVIRONMENT, *FALLBACK):
        assert f"`{name}`" in text, name
