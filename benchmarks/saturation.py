"""How much of a server's ceiling `eval` reaches: its requests per second against a bare load generator's.

The same requests go to the same server twice, at each concurrency: once from an asynchronous load generator that does
nothing else (the ceiling), once from a whole evaluation (agent, checks, solver, results on disk). Without `--base-url`
the server is a model of a batching one in a process of its own: a request of t tokens takes t * (10 ms + 0.2 ms for
each request in flight), so that more concurrency gives more throughput and longer waits, as on a GPU.

    python benchmarks/saturation.py FILE.jsonl... [--concurrency 8 32 128] [--items-per-place 10]
    python benchmarks/saturation.py FILE.jsonl... --base-url http://127.0.0.1:8000/v1 --model NAME    (vLLM)

Prints a row for each concurrency: the ceiling measured before and after eval, eval, its share of their mean over the
whole wall clock, and between a tenth and nine tenths of the requests (without start and tail); the mean number of
requests in the server until the tail, and the share of prompt tokens that vLLM's prefix cache served (load generator,
eval). Each phase asks its questions with another mark at the end, so that none finds them in the cache. On a machine
that does other work too, compare the numbers in flight: the server's own speed then varies between the measurements,
and what is in flight is what a client can do for it.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openai import DefaultHttpxClient, OpenAI

from optwright.datasets.registry import load_all
from optwright.datasets.sample import Sample
from optwright.datasets.split import choose
from optwright.eval.evaluate import evaluate
from optwright.eval.gate import Turnstile
from optwright.eval.settings import AGENT, Settings, pipeline
from optwright.eval.threads import Threads, workers_for
from optwright.eval.work import Feed, Task

REPLY = """We decide two amounts; their sum is limited.

```json
{"parameters": [{"name": "most", "value": 12}], "variables": [{"name": "x"}, {"name": "y"}],
 "objective": {"sense": "maximize", "expression": "x + y"},
 "constraints": [{"name": "limit", "expression": "x + y <= most"}]}
```
"""
PER_TOKEN, PER_NEIGHBOUR = 0.010, 0.0002


class Server:
    """A model of a batching server: HTTP/1.1 with keep-alive, one reply, waits that grow with what is in flight."""

    def __init__(self) -> None:
        self.inside = self.served = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until the client leaves."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                size = re.search(rb"content-length: *(\d+)", head, re.I)
                body = await reader.readexactly(int(size[1])) if size else b""
                answer = (await self.answer(head.split(b" ", 2)[1].decode(), body)).encode()
                start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                writer.write(start + str(len(answer)).encode() + b"\r\n\r\n" + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, path: str, body: bytes) -> str:
        """Return the reply to one request, after its time; `/metrics` tells how many are in flight, as vLLM does."""
        if path == "/metrics":
            return f"vllm:num_requests_running {self.inside}\nvllm:request_success_total {self.served}\n"
        self.inside += 1
        tokens = 120 + int(hashlib.sha256(body).hexdigest()[:8], 16) % 260
        left, due = tokens, time.monotonic()
        while left > 0:
            step = min(left, 20)
            due += step * (PER_TOKEN + PER_NEIGHBOUR * self.inside)
            await asyncio.sleep(due - time.monotonic())
            left -= step
        self.inside -= 1
        self.served += 1
        choice = {"index": 0, "message": {"role": "assistant", "content": REPLY}, "finish_reason": "stop"}
        usage = {"prompt_tokens": len(body) // 4, "completion_tokens": tokens, "total_tokens": len(body) // 4 + tokens}
        whole = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
        return json.dumps({**whole, "usage": usage})


async def serve() -> None:
    server = await asyncio.start_server(Server().handle, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await asyncio.to_thread(sys.stdin.read)


@dataclass(frozen=True)
class Recorded:
    """The requests of an evaluation, as the client sent them."""

    path: str
    bodies: list[bytes]


def record(settings: Settings, samples: Sequence[Sample]) -> Recorded:
    """Run the evaluation's pipeline once and note the body of every request."""
    seen: list[bytes] = []
    paths: list[str] = []

    def note(request: Any) -> None:
        if request.method == "POST":
            seen.append(bytes(request.content))
            paths.append(str(request.url.raw_path, "ascii"))

    client = OpenAI(
        api_key="none",
        base_url=settings.base_url,
        max_retries=0,
        http_client=DefaultHttpxClient(event_hooks={"request": [note]}),
    )
    from optwright.llm import OpenAIChat

    original = OpenAIChat._connect
    OpenAIChat._connect = lambda self: client  # type: ignore[method-assign]
    try:
        worker = pipeline(AGENT)(settings, turnstile=Turnstile(64), key=None)
        feed = Feed(Task(sample.id, 0, sample.corrected.question) for sample in samples)
        for attempt in Threads(worker, workers_for(64)).attempts(feed):
            feed.done(attempt.task)
    finally:
        OpenAIChat._connect = original  # type: ignore[method-assign]
    return Recorded(paths[0], seen)


async def generate(base_url: str, recorded: Recorded, concurrency: int, stagger: float = 0.0) -> float:
    """Send every recorded request, `concurrency` at a time, and return requests per second.

    The first ones start over `stagger` seconds: requests of equal length would otherwise run in lockstep for ever.
    """
    address = urlsplit(base_url)
    waiting = iter(recorded.bodies)
    head = (
        f"POST {recorded.path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\nContent-Length: "
    )

    async def work(number: int) -> None:
        await asyncio.sleep(stagger * number / concurrency)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for body in waiting:
            writer.write(head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"content-length: *(\d+)", answer, re.I)
            assert size is not None, answer
            assert b" 200 " in answer, answer
            await reader.readexactly(int(size[1]))
        writer.close()

    start = time.monotonic()
    await asyncio.gather(*(work(number) for number in range(concurrency)))
    return len(recorded.bodies) / (time.monotonic() - start)


def evaluated(settings: Settings, samples: Sequence[Sample], concurrency: int) -> tuple[float, int]:
    """Run a whole evaluation; return its requests per second over the whole of its wall clock, and how many."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        evaluate(replace(settings, concurrency=concurrency), samples, Path(folder) / "run")
        seconds = time.monotonic() - start
        summary = json.loads((Path(folder) / "run" / "summary.json").read_text())
    calls = summary["usage"]["calls"]
    return calls / seconds, calls


def cache_counters(base_url: str) -> tuple[float, float] | None:
    """Return vLLM's prefix-cache queries and hits in tokens, or None for a server that has no such metrics."""
    try:
        with urllib.request.urlopen(base_url.removesuffix("/v1") + "/metrics") as reply:
            text = reply.read().decode()
    except OSError:
        return None
    names = ("vllm:prefix_cache_queries_total", "vllm:prefix_cache_hits_total")
    found = [sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(n)) for n in names]
    return (found[0], found[1]) if found[0] else None


class Watch:
    """Samples how many requests the server has in flight while something runs."""

    def __init__(self, base_url: str) -> None:
        self._url = base_url.removesuffix("/v1")
        self._over = threading.Event()
        self._seen: list[float] = []
        self._done: list[tuple[float, float]] = []
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    @property
    def mean(self) -> float:
        """The mean from the first request to the tail: the last tenth of the time is left out."""
        busy = [i for i, count in enumerate(self._seen) if count > 0]
        steady = self._seen[busy[0] : busy[0] + max(1, int(0.9 * (busy[-1] - busy[0])))] if busy else [0.0]
        return sum(steady) / len(steady)

    @property
    def steady(self) -> float:
        """Requests finished per second between a tenth and nine tenths of them: start and tail are left out."""
        first, last = self._done[0][1], self._done[-1][1]
        inner = [(t, n) for t, n in self._done if 0.1 <= (n - first) / max(last - first, 1) <= 0.9]
        (t0, n0), (t1, n1) = inner[0], inner[-1]
        return (n1 - n0) / max(t1 - t0, 1e-9)

    def _look(self) -> None:
        while not self._over.wait(0.2):
            try:
                with urllib.request.urlopen(self._url + "/metrics", timeout=5) as reply:
                    lines = reply.read().decode().splitlines()
            except OSError:
                continue
            finished = [line for line in lines if line.startswith("vllm:request_success_total")]
            self._done.append((time.monotonic(), sum(float(line.rsplit(" ", 1)[1]) for line in finished)))
            names = ("vllm:num_requests_running", "vllm:num_requests_waiting{", "vllm:num_requests_waiting ")
            self._seen.append(sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(names)))


def marked(samples: Sequence[Sample], phase: int) -> list[Sample]:
    """Return the samples with a mark of the phase in each text, so that no phase finds its questions in a cache."""
    return [
        replace(s, corrected=replace(s.corrected, question=f"{s.corrected.question} (set {phase})")) for s in samples
    ]


def hits(before: tuple[float, float] | None, after: tuple[float, float] | None) -> str:
    """Return the share of prompt tokens that the prefix cache served between two readings."""
    if before is None or after is None or after[0] == before[0]:
        return "-"
    return f"{100 * (after[1] - before[1]) / (after[0] - before[0]):.1f}%"


def row(settings: Settings, samples: Sequence[Sample], concurrency: int, stagger: float) -> str:
    """Measure one concurrency and return its line of the table."""
    base_url = settings.base_url or ""
    recorded = record(settings, marked(samples, 0))

    def phase(number: int) -> Recorded:
        return replace(recorded, bodies=[body.replace(b"(set 0)", b"(set %d)" % number) for body in recorded.bodies])

    first = phase(1)
    asyncio.run(generate(base_url, replace(first, bodies=first.bodies[: 2 * concurrency]), concurrency))
    readings = [cache_counters(base_url)]
    with Watch(base_url) as alone:
        ceilings = [asyncio.run(generate(base_url, phase(2), concurrency, stagger))]
    readings.append(cache_counters(base_url))
    with Watch(base_url) as ours:
        rate, calls = evaluated(settings, marked(samples, 3), concurrency)
    readings.append(cache_counters(base_url))
    with Watch(base_url) as again:
        ceilings.append(asyncio.run(generate(base_url, phase(4), concurrency, stagger)))
    steady = 2 * ours.steady / (alone.steady + again.steady)
    ceiling = sum(ceilings) / 2
    served = f"{hits(readings[0], readings[1])}, {hits(readings[1], readings[2])}"
    counts = f"{concurrency:11d} {len(recorded.bodies):9d} {calls:9d}"
    spread = f"{ceilings[0]:.2f}, {ceilings[1]:.2f}"
    flying = f"{alone.mean:.1f}, {ours.mean:.1f}"
    shares = f"{100 * rate / ceiling:7.1f}% {100 * steady:7.1f}%"
    return f"{counts} {spread:>15} {rate:10.2f} {shares} {flying:>14} {served:>14}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="uniform benchmark files")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[8, 32, 128])
    parser.add_argument("--items-per-place", type=int, default=10, help="problems for each place of concurrency")
    parser.add_argument("--most", type=int, default=1000, help="problems at most")
    parser.add_argument("--base-url")
    parser.add_argument("--model", default="stub")
    parser.add_argument("--max-tokens", type=int)
    parser.add_argument("--effort", default="low")
    parser.add_argument("--stagger", type=float, default=1.0, help="seconds over which the load generator starts")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    samples = load_all(given.files)
    server = None
    if given.base_url is None:
        command = [sys.executable, __file__, "--serve"]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        given.base_url = server.stdout.readline().strip()
    settings = Settings(
        tuple(given.files), model=given.model, base_url=given.base_url, max_tokens=given.max_tokens, effort=given.effort
    )
    names = f"{'concurrency':>11} {'requests':>9} {'by eval':>9} {'ceilings req/s':>15} {'eval req/s':>10}"
    print(f"{names} {'share':>8} {'steady':>8} {'in flight':>14} {'cache hits':>14}")
    for concurrency in given.concurrency:
        chosen = choose(samples, limit=min(given.most, given.items_per_place * concurrency))
        print(row(settings, chosen, concurrency, given.stagger), flush=True)
    if server is not None:
        server.terminate()


if __name__ == "__main__":
    main()
