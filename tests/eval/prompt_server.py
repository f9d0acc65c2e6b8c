"""A local server for the search for prompts: a model whose answers depend on its prompt, and one that writes prompts.

The model `weak` answers a made-up problem rightly only if its prompt holds the word that the problem needs (one of
`WORDS`, by the hash of its text). The model `writer` takes the last prompt that it is shown and adds a line with one of
the words, or with nothing to it; what it adds depends on the request and the number of the reply alone, so that a run
that is killed and gone on with meets the same replies. Each request is noted in a file before it is answered.
`python -m tests.eval.prompt_server FILE.jsonl [--log LOG] [--latency 0.05]` prints its base URL and serves until its
standard input closes.
"""

import argparse
import hashlib
import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.eval.fake_model import formulation

WORDS = ("amber", "basalt", "cobalt", "damask")
IDLE = ("quietly", "kindly", "neatly", "slowly", "warmly", "plainly")
_PART = re.compile(r'<part name="([\w.]+)">\n(.*?)\n</part>', re.DOTALL)
_VOCABULARY = [f"{a}{b}" for a in ("bri", "sol", "ten", "mar", "qui", "vel", "dor") for b in ("na", "ko", "lit", "sum")]


def number(text):
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def problems(count, name="made"):
    """Made-up records that no two are alike."""
    for at in range(count):
        words = [_VOCABULARY[number(f"{name} {at} {place}") % len(_VOCABULARY)] for place in range(24)]
        yield {"id": f"{name}/{at:04d}", "question": f"{' '.join(words)}: how much at most?", "answer": float(at + 1)}


def write(path, count):
    path.write_text("".join(json.dumps(record) + "\n" for record in problems(count)))
    return path


def needed(question):
    """The word that the prompt must hold for the problem to be solved."""
    return WORDS[number(question) % len(WORDS)]


class Answers:
    def __init__(self, path):
        records = [json.loads(line) for line in Path(path).read_text().splitlines()]
        self.known = {record["question"]: record["answer"] for record in records}

    def __call__(self, body):
        told = "\n".join(message["content"] for message in body["messages"])
        count = body.get("n") or 1
        return [self.solved(told) if body["model"] == "weak" else written(told, at) for at in range(count)]

    def solved(self, told):
        found = next((pair for pair in self.known.items() if pair[0] in told), None)
        if found is None:
            return "I know no such problem."
        question, answer = found
        return json.dumps(formulation(answer if needed(question) in told.replace(question, "") else answer + 1))


def written(told, at):
    parts = _PART.findall(told)
    draw = number(f"{told} {at}")
    if not parts or "You advise" in told:
        return f"Add a line with {WORDS[draw % len(WORDS)]}."
    name, text = parts[-1]
    word = (WORDS + IDLE)[draw % len(WORDS + IDLE)]
    return f'I add a line with {word}.\n<part name="{name}">\nMind {word}.\n{text}\n</part>'


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answers, *, log=None, latency=0.0, refuse=lambda body: None):
        self.answers, self.log, self.latency, self.refuse = answers, log, latency, refuse
        self.lock, self.count = threading.Lock(), 0
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that was killed is expected here."""

    def note(self, body):
        with self.lock:
            self.count += 1
            if self.log:
                with Path(self.log).open("a") as file:
                    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
                    file.write(json.dumps({"model": body["model"], "request": digest}) + "\n")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format, *args):
        """Keep quiet."""

    def do_GET(self):
        self.send(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in ("weak", "writer")]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.note(body)
        if (message := self.server.refuse(body)) is not None:
            return self.send(message[0], {"error": {"message": message[1], "type": "stub", "code": message[0]}})
        time.sleep(self.server.latency)
        texts = self.server.answers(body)
        choices = [
            {"index": at, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            for at, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 100, "completion_tokens": 10 * len(texts), "total_tokens": 100 + 10 * len(texts)}
        return self.send(200, {"id": "x", "object": "chat.completion", "created": 0, "model": body["model"],
                               "choices": choices, "usage": usage})  # fmt: skip

    def send(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--latency", type=float, default=0.0)
    given = parser.parse_args()
    with Server(Answers(given.file), log=given.log, latency=given.latency) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
