"""What a client may ask that is no browser: other addresses, other people's conversations, the server's files."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

pytest.importorskip("gradio")

from tests.e2e.app_client import API, AppError, Client
from tests.e2e.app_server import ROOT, AppServer
from tests.postgres import database, postgres  # noqa: F401

pytestmark = pytest.mark.slow
MIX = (ROOT / "examples" / "product_mix.txt").read_text()
CLOSED = [
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/monitoring"),
    ("GET", "/gradio_api/runs"),
    ("GET", "/gradio_api/proxy=http://127.0.0.1:1/x"),
    ("GET", "/gradio_api/call/say/0"),
    ("GET", "/gradio_api/vibe-code"),
    ("POST", "/gradio_api/call/say"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/api/say"),
    ("POST", "/gradio_api/component_server"),
    ("POST", "/gradio_api/process_recording"),
    ("POST", "/gradio_api/vibe-edit"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    one = AppServer(tmp_path_factory.mktemp("http"), "--model", "offline")
    yield one
    one.close()


def log_of(server):
    return (server.folder / "server.log").read_text()


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_the_page_does_not_need_is_not_there(server, method, path):
    answer = httpx.request(method, server.url.rstrip("/") + path, timeout=60)
    assert answer.status_code == 404
    assert answer.text == "There is nothing here."


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "talk.sqlite", "../talk.sqlite", "{folder}/talk.sqlite", "{root}/app.py"]
)
def test_no_file_of_the_server_is_handed_out(server, path):
    wanted = path.format(folder=server.folder, root=ROOT)
    answer = httpx.get(f"{server.url.rstrip('/')}{API}/file={wanted}", timeout=60)
    assert answer.status_code in (403, 404)


def test_every_answer_keeps_the_browser_at_home(server):
    policy = httpx.get(server.url, timeout=60).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy


def test_a_path_of_the_server_is_no_upload(server):
    async def trial():
        client = await Client(server.url).arrive()
        file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}, "orig_name": "passwd.csv"}
        with pytest.raises(AppError) as error:
            await client.act("upload", "upload", upload=[file])
        await client.close()
        return error.value.text

    text = asyncio.run(trial())
    assert "root:" not in text
    assert "Traceback" not in text
    assert "/site-packages/" not in text


@pytest.mark.parametrize(
    "name", ["../../../evil.csv", "..\\..\\evil.csv", "/tmp/evil.csv", "a\x00b.csv", "x" * 300 + ".csv"]
)
def test_names_that_climb_stay_where_they_are_put(server, name):
    async def trial():
        client = await Client(server.url).arrive()
        files = {"files": (name, b"a,b\n1,2\n", "text/csv")}
        answer = await client.http.post(f"{client.url}{API}/upload", files=files)
        if answer.status_code == 200:
            file = {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}
            assert ".." not in Path(file["path"]).parts
            await client.act("upload", "upload", upload=[file])
            assert "attached" in client.values["tables-note"] or "read from" in client.values["tables-note"]
            assert answer.json()[0] not in client.values["tables-note"]
        await client.close()
        return answer.status_code

    assert asyncio.run(trial()) in (200, 400, 422, 500)
    assert not list(server.folder.parent.rglob("evil.csv"))


@pytest.mark.parametrize("counted", [True, False])
def test_a_large_upload_is_refused_whatever_its_header_says(server, counted):
    head = b'--cut\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
    body = [head, *[b"1,2\n" * 2**18] * 40, b"\r\n--cut--\r\n"]
    headers = {"Content-Type": "multipart/form-data; boundary=cut"}
    content = b"".join(body) if counted else iter(body)
    answer = httpx.post(f"{server.url.rstrip('/')}{API}/upload", content=content, headers=headers, timeout=120)
    assert answer.status_code == 413
    assert "maximum allowed size" in answer.text


@pytest.mark.parametrize("kept", ["", "x", "../../etc", "' or 1=1 --", {"a": 1}, 7, None, "a" * 5000])
def test_what_is_no_id_begins_a_new_conversation(server, kept):
    async def trial():
        client = await Client(server.url).arrive(kept)
        await client.close()
        return client.values["browser"], client.chat

    made, chat = asyncio.run(trial())
    assert len(made) == 32
    assert not chat


def test_an_id_finds_its_conversation_and_no_other(server):
    async def trial():
        first = await Client(server.url).arrive()
        await first.say(MIX)
        again = await Client(server.url).arrive(first.values["browser"])
        other = await Client(server.url).arrive()
        for client in (first, again, other):
            await client.close()
        return first.chat, again.chat, other.chat

    first, again, other = asyncio.run(trial())
    assert "4410" in first
    assert again == first
    assert not other


def test_a_request_without_a_conversation_is_one_line(server):
    async def trial():
        client = await Client(server.url).arrive()
        client.values["browser"] = "nothing"
        with pytest.raises(AppError) as error:
            await client.say("hello")
        await client.close()
        return error.value.text

    assert "Traceback" not in asyncio.run(trial())
    assert "no conversation yet" not in log_of(server), "a client's mistake fills the log"


def test_a_password_is_asked_for_and_separates_users(tmp_path):
    users = tmp_path / "users"
    users.write_text("ann:one-long-word\nbob:another-word\n")
    server = AppServer(tmp_path, "--model", "offline", "--auth", users)
    try:
        assert asyncio.run(as_users(server.url)) == (401, 400, True, False)
    finally:
        server.close()


async def as_users(url):
    stranger = httpx.AsyncClient(timeout=120)
    closed = await stranger.get(f"{url}config")
    wrong = await stranger.post(f"{url}login", data={"username": "ann", "password": "another-word"})
    ann, bob = [await sign_in(url, *words) for words in (("ann", "one-long-word"), ("bob", "another-word"))]
    first = await Client(url, ann).arrive()
    await first.say(MIX)
    thief = await Client(url, bob).arrive(first.values["browser"])
    for http in (stranger, ann, bob):
        await http.aclose()
    return closed.status_code, wrong.status_code, "4410" in first.chat, "4410" in thief.chat


async def sign_in(url, name, word):
    http = httpx.AsyncClient(timeout=120)
    answer = await http.post(f"{url}login", data={"username": name, "password": word})
    assert answer.status_code == 200
    return http


def test_two_servers_share_the_conversations_of_a_postgresql(tmp_path, database):  # noqa: F811
    pytest.importorskip("langgraph.checkpoint.postgres")
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    servers = [AppServer(folder, "--model", "offline", "--store", database) for folder in folders]

    async def trial():
        first = await Client(servers[0].url).arrive()
        await first.say(MIX)
        second = await Client(servers[1].url).arrive(first.values["browser"])
        await second.say("What if there were 300 hours of carpentry?")
        again = await Client(servers[0].url).arrive(first.values["browser"])
        for client in (first, second, again):
            await client.close()
        return first.chat, second.chat, again.chat

    try:
        first, second, again = asyncio.run(trial())
    finally:
        for server in servers:
            server.close()
    assert "4410" in first
    assert "5290" in second
    assert again == second


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--auth", "none"], "none: the file of users cannot be read"),
        (["--base-url", "nowhere"], "is not the URL of a server"),
        (["--store", "/proc/none/talk.sqlite"], "/proc/none"),
    ],
)
def test_what_cannot_be_served_is_one_line(tmp_path, arguments, words):
    run = app(tmp_path, "--port", "0", *arguments)
    assert run.returncode == 2
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_one_line(server, tmp_path):
    run = app(tmp_path, "--port", server.port, "--model", "offline")
    assert run.returncode == 2
    assert "choose another --port" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def app(folder, *arguments):
    command = [sys.executable, "-m", "optwright", "app", "--store", folder / "talk.sqlite", *map(str, arguments)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPTWRIGHT_", "OPENAI_"))}
    kept |= {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, timeout=120)
