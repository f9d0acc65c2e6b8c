"""Vectors from a server, over real HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from optwright.errors import LLMError
from optwright.llm.embedding import OpenAIEmbedder
from optwright.llm.retry import Patience


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        data = [
            {"object": "embedding", "index": at, "embedding": [len(text), 1.0]} for at, text in enumerate(body["input"])
        ]
        reply = self.server.reply or {"object": "list", "data": data[::-1], "model": "m", "usage": {}}
        text = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.asked, served.reply = [], None
    thread = threading.Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


def embedder(server):
    url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    return OpenAIEmbedder("vectors", base_url=url, patience=Patience(attempts=1, deadline=60.0, timeout=60.0))


def test_vectors_come_in_the_order_of_the_texts(server):
    assert embedder(server).embed(["a", "bbb"]) == [[1.0, 1.0], [3.0, 1.0]]
    path, key, body = server.asked[0]
    assert (path, key, body["model"], body["encoding_format"]) == ("/v1/embeddings", "Bearer none", "vectors", "float")
    assert embedder(server).embed([]) == []
    assert len(server.asked) == 1


def test_a_reply_without_vectors_is_one_line(server):
    server.reply = {"object": "list", "data": [], "model": "m", "usage": {}}
    with pytest.raises(LLMError, match=r"answered with no vectors|unusable answer"):
        embedder(server).embed(["a"])


def test_no_server_is_one_line():
    lost = OpenAIEmbedder("v", base_url="http://127.0.0.1:9/v1", patience=Patience(attempts=1, deadline=30.0))
    with pytest.raises(LLMError, match=r"no server can be reached at http://127\.0\.0\.1:9/v1"):
        lost.embed(["a"])
