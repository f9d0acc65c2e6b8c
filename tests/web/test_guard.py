"""What stands before the page: addresses, headers, users, uploads, and who answers."""

import asyncio

import pytest

from optwright.config import load
from optwright.errors import InputError
from optwright.web.guard import POLICY, Guard
from optwright.web.samples import samples
from optwright.web.serve import default_store, who_answers
from optwright.web.upload import read_uploads
from optwright.web.users import Users


def ask(path, headers=(), kind="http"):
    """Return the status and headers that a request gets; 200 stands for the app behind."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    scope = {"type": kind, "path": path, "headers": list(headers)}
    asyncio.run(Guard(app, 1000)(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/config",
        "/theme.css",
        "/assets/index-a1.js",
        "/static/img/logo.svg",
        "/login",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
        "/gradio_api/upload",
        "/gradio_api/file=/tmp/x/y.py",
        "/gradio_api/heartbeat/ab12",
    ],
)
def test_what_the_page_needs_is_open(path):
    status, headers = ask(path)
    assert status == 200
    assert headers[b"content-security-policy"] == POLICY.encode()


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/openapi.json",
        "/gradio_api/info",
        "/gradio_api/call/x",
        "/gradio_api/run/x",
        "/monitoring",
        "/x",
        "",
        "/gradio_api/proxy=http://a",
        "/assets/..%00",
        "/config/../info",
        "/gradio_api/component_server",
        "/\n",
    ],
)
def test_everything_else_is_not_there(path):
    assert ask(path)[0] == 404


def test_a_large_upload_is_refused_before_it_is_read():
    assert ask("/gradio_api/upload", [(b"content-length", b"1001")])[0] == 413
    assert ask("/gradio_api/upload", [(b"content-length", b"1000")])[0] == 200
    assert ask("/gradio_api/upload", [(b"content-length", b"-5")])[0] == 200


def test_users_are_read_and_admitted(tmp_path):
    path = tmp_path / "users"
    path.write_text("# staff\nann:a:b c\n\nbob:x\n")
    users = Users.read(path)
    assert asyncio.run(users.admit("ann", "a:b c"))
    for name, word in (("ann", "x"), ("bob", ""), ("eve", "x"), ("", "")):
        assert not asyncio.run(users.admit(name, word))
    assert "a:b c" not in str(vars(users))


@pytest.mark.parametrize(
    ("text", "words"), [("", "no user"), ("ann\n", "line 1"), ("a:1\na:2\n", "twice"), (":x\n", "line 1")]
)
def test_a_file_of_users_that_is_none_is_one_line(tmp_path, text, words):
    path = tmp_path / "users"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        Users.read(path)


def test_a_missing_file_of_users_is_one_line(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        Users.read(tmp_path / "none")


def test_only_tables_are_read(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match=r"^notes.txt: tables are read from"):
        read_uploads([path])
    with pytest.raises(InputError, match="13 files"):
        read_uploads([path] * 13)


def test_the_examples_are_those_of_the_folder():
    found = {sample.title: sample for sample in samples()}
    assert "joinery" in found["Product mix"].text
    assert len(found) >= 3


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"llm.model": "offline"}, "Nothing leaves this machine"),
        ({"llm.base_url": "http://127.0.0.1:8000/v1", "llm.model": "m"}, "on this machine"),
        ({"llm.base_url": "https://models.example.org/v1", "llm.model": "m"}, "models.example.org"),
    ],
)
def test_who_answers_is_said(flags, words, tmp_path):
    config = load(flags=flags, environment={}, folder=tmp_path, user_file=tmp_path / "none").config
    told = who_answers(config)
    assert words in told
    assert ("are sent there" in told) == ("example" in words)


def test_conversations_are_kept_beside_the_users_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert default_store() == tmp_path / "optwright" / "conversations.sqlite"
