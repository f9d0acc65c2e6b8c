"""An OpenAI-compatible server on 127.0.0.1 for tests and benchmarks: real HTTP, replies by a function, faults by plan.

In a test: `with StubServer(lambda messages: "...") as server: OpenAIChat("stub", base_url=server.url)`.
On its own (its CPU time stays apart from the client's): `python tests/stub_server.py --reply reply.txt [--latency 0.1]`
prints its base URL on the first line and serves until its standard input closes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class Fault(StrEnum):
    TIMEOUT = "timeout"
    """Nothing comes for `FaultPlan.hang` seconds, then the connection closes."""
    RATE = "429"
    SERVER = "500"
    RESET = "reset"
    TRUNCATED = "truncated"
    """Half of the body under the Content-Length of the whole."""
    GARBAGE = "garbage"
    """Status 200 with a page that is no JSON."""
    TRICKLE = "trickle"
    """One byte every 0.05 s, for ever: a read time-out alone never ends it."""
    EMPTY = "empty"
    CUT = "cut"
    """finish_reason `length` and half of the text."""


NETWORK_FAULTS = (Fault.TIMEOUT, Fault.RATE, Fault.SERVER, Fault.RESET, Fault.TRUNCATED, Fault.GARBAGE)


@dataclass
class FaultPlan:
    """Which calls fail: first the `script`, one entry a call (None: no fault), then `rate` of them at random."""

    script: Sequence[Fault | str | None] = ()
    rate: float = 0.0
    seed: int = 0
    kinds: Sequence[Fault] = NETWORK_FAULTS
    hang: float = 30.0
    retry_after: str | None = None
    message: str = "the server is not well"
    """The text of 429 and 500 bodies."""
    made: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._script = [Fault(entry) if entry else None for entry in self.script]
        self._lock = threading.Lock()

    def next(self) -> Fault | None:
        with self._lock:
            if self._script:
                fault = self._script.pop(0)
            else:
                fault = self._random.choice(list(self.kinds)) if self._random.random() < self.rate else None
            if fault:
                self.made[fault] += 1
            return fault


@dataclass
class Refusal:
    """What a reply function returns to answer with an HTTP error instead."""

    status: int
    message: str


Replies = str | Sequence[str] | Callable[[list[dict[str, str]]], str | Refusal]


class StubServer:
    """Serve until `close` (or the end of the `with`). `requests` holds the body of every completion asked for."""

    def __init__(
        self,
        replies: Replies,
        *,
        models: Iterable[str] = ("stub",),
        latency: float = 0.0,
        faults: FaultPlan | None = None,
        key: str | None = None,
        refuse: Callable[[dict[str, Any]], Refusal | None] = lambda body: None,
    ) -> None:
        self.replies, self.models, self.latency = replies, list(models), latency
        self.faults, self.key, self.refuse = faults or FaultPlan(), key, refuse
        self.requests: list[dict[str, Any]] = []
        self.extra: dict[str, Any] = {}
        """Entries of the reply's message besides its text, or in place of it."""
        self.finished = 0
        """Completions that were sent whole."""
        self.lock = threading.Lock()
        self.connections: set[socket.socket] = set()
        handler = type("Handler", (_Handler,), {"stub": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> StubServer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        with self.lock:
            open_ones, self.connections = self.connections, set()
        for connection in open_ones:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def answer(self, body: dict[str, Any]) -> str | list[str] | Refusal:
        """Return what every choice says, or a text for each."""
        with self.lock:
            number = len(self.requests)
            self.requests.append(body)
        if refusal := self.refuse(body):
            return refusal
        if isinstance(self.replies, str):
            return self.replies
        if callable(self.replies):
            return self.replies(body["messages"])
        if number >= len(self.replies):
            return Refusal(418, "the stub has no reply left")
        return self.replies[number]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is expected here."""


class _Handler(BaseHTTPRequestHandler):
    stub: StubServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        with self.stub.lock:
            self.stub.connections.add(self.connection)

    def finish(self) -> None:
        with self.stub.lock:
            self.stub.connections.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        if not self.path.endswith("/v1/models"):
            return self.fail(404, f"no such path: {self.path}")
        if not self.authorised():
            return None
        entries = [{"id": name, "object": "model", "created": 0, "owned_by": "stub"} for name in self.stub.models]
        return self.send({"object": "list", "data": entries})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/v1/chat/completions"):
            return self.fail(404, f"no such path: {self.path}")
        if not self.authorised():
            return None
        if body.get("model") not in self.stub.models:
            return self.fail(404, f"The model `{body.get('model')}` does not exist.")
        fault = self.stub.faults.next()
        if fault and self.misbehave(fault):
            return None
        time.sleep(self.stub.latency) if self.stub.latency else None
        text = self.stub.answer(body)
        if isinstance(text, Refusal):
            return self.fail(text.status, text.message)
        return self.complete(body, text, fault)

    def authorised(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.stub.key is None or given == self.stub.key:
            return True
        self.fail(401, f"Incorrect API key provided: {given}")
        return False

    def complete(self, body: dict[str, Any], text: str | list[str], fault: Fault | None) -> None:
        texts = [text] * (body.get("n") or 1) if isinstance(text, str) else text
        reason = "stop"
        if fault is Fault.EMPTY:
            texts = ["" for _ in texts]
        elif fault is Fault.CUT:
            texts, reason = [one[: len(one) // 2] for one in texts], "length"
        messages = [{"role": "assistant", "content": one, **self.stub.extra} for one in texts]
        choices = [{"index": i, "message": one, "finish_reason": reason} for i, one in enumerate(messages)]
        asked = sum(len(part["content"]) for part in body["messages"]) // 4
        made = sum(map(len, texts)) // 4
        usage = {"prompt_tokens": asked, "completion_tokens": made, "total_tokens": asked + made}
        answer = {"id": "stub", "object": "chat.completion", "created": 0, "model": body["model"]}
        self.send({**answer, "choices": choices, "usage": usage}, fault=fault)
        if fault in (None, Fault.EMPTY, Fault.CUT):
            with self.stub.lock:
                self.stub.finished += 1

    def misbehave(self, fault: Fault) -> bool:
        """Do what spoils the whole exchange; return False where the fault is in the reply itself."""
        plan = self.stub.faults
        if fault is Fault.TIMEOUT:
            time.sleep(plan.hang)
            self.close_connection = True
        elif fault is Fault.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif fault is Fault.RATE:
            self.fail(429, plan.message, {"Retry-After": plan.retry_after} if plan.retry_after else {})
        elif fault is Fault.SERVER:
            self.fail(500, plan.message)
        elif fault is Fault.GARBAGE:
            self.send_bytes(200, b"<html><body>Welcome to the proxy</body></html>", "text/html")
        elif fault is Fault.TRICKLE:
            self.trickle()
        else:
            return False
        return True

    def trickle(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        deadline = time.monotonic() + self.stub.faults.hang
        while time.monotonic() < deadline:
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)
        self.close_connection = True

    def fail(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        body = json.dumps({"error": {"message": message, "type": "stub", "code": status}}).encode()
        self.send_bytes(status, body, "application/json", headers)

    def send(self, data: dict[str, Any], *, fault: Fault | None = None) -> None:
        body = json.dumps(data).encode()
        if fault is Fault.TRUNCATED:
            self.send_bytes(200, body[: len(body) // 2], "application/json", length=len(body))
            self.close_connection = True
        else:
            self.send_bytes(200, body, "application/json")

    def send_bytes(
        self,
        status: int,
        body: bytes,
        kind: str,
        headers: dict[str, str] | None = None,
        *,
        length: int | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reply", required=True, help="file with the reply to every request")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each reply")
    given = parser.parse_args()
    with StubServer(Path(given.reply).read_text(encoding="utf-8"), latency=given.latency) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
