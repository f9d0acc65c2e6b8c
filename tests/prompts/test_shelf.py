"""Where packs are found, and which are in use."""

import json
import sys
from pathlib import Path

import pytest

from optwright.config import user_data_folder
from optwright.errors import InputError
from optwright.prompts import shelf
from optwright.prompts.pack import Pack

PACK = Pack.of({"plain.user": "Model: {{problem}}"}, name="mine", family="qwen2.5")
OTHER = Pack.of({"plain.user": "Formulate: {{problem}}"}, name="mine")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_users_folder(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert user_data_folder({"HOME": "/h"}) == Path("/h/.local/share/optwright")
    assert user_data_folder({"HOME": "/h", "XDG_DATA_HOME": "/x"}) == Path("/x/optwright")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert user_data_folder({"HOME": "/h"}) == Path("/h/Library/Application Support/optwright")


def test_a_pack_is_found_by_its_name_and_by_its_file(home):
    path = shelf.store(PACK)
    assert path.name == "mine.md"
    assert shelf.find("mine") == shelf.find(path) == shelf.find(str(path)) == PACK
    (home / "here.md").write_text(OTHER.text())
    assert shelf.find("here.md") == shelf.find("./here.md") == OTHER
    assert shelf.files() == [path]


def test_a_name_that_is_not_there_tells_those_that_are():
    with pytest.raises(InputError, match=r"no prompt pack 'nope'; .*: none yet"):
        shelf.find("nope")
    shelf.store(PACK)
    with pytest.raises(InputError, match=r"no prompt pack 'nope'; .*: mine"):
        shelf.find("nope")


def test_another_pack_is_not_written_over(home):
    path = shelf.store(PACK)
    assert shelf.store(PACK) == path
    with pytest.raises(InputError, match="another pack has that name"):
        shelf.store(OTHER)
    assert shelf.find("mine") == PACK
    shelf.store(OTHER, replace=True)
    assert shelf.find("mine") == OTHER
    assert [entry.name for entry in shelf.folder().iterdir()] == ["mine.md"]


def test_what_is_in_use_by_family(home):
    assert shelf.active() == {}
    (home / "here.md").write_text(OTHER.text())
    shelf.use("qwen2.5", shelf.store(PACK))
    shelf.use("llama3.1", Path("here.md"))
    assert shelf.in_use("qwen2.5") == PACK
    assert shelf.in_use("llama3.1") == OTHER
    assert shelf.in_use("gemma2") is None
    assert shelf.active()["llama3.1"] == str(home / "here.md")
    shelf.use("qwen2.5", None)
    assert shelf.in_use("qwen2.5") is None
    assert shelf.in_use("llama3.1") == OTHER


@pytest.mark.parametrize("text", ["{", "[]", json.dumps({"qwen2.5": 3}), "\udcff"])
def test_a_list_that_cannot_be_read_is_named(text):
    shelf.folder().mkdir(parents=True)
    (shelf.folder() / "active.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=r"active\.json: .*; remove it, and choose again by `optwright prompts use`"):
        shelf.active()


def test_a_folder_that_cannot_be_written_is_named(home):
    (home / "home").write_text("a file in the way")
    with pytest.raises(InputError, match=r"mine\.md: cannot be written"):
        shelf.store(PACK)
