"""CPU milliseconds per problem through the whole graph, against a local server that answers at once.

    python benchmarks/pipeline.py [--problems 50] [--rounds 5]

The language model is an OpenAI-compatible stub in a process of its own, so that its time is not counted. Counted are
this process (graph, HTTP client, checks, rendering, re-check) and the processes that build and solve the models.
Each round solves the same problems, every one a new text with new numbers; the first problems warm up and are left
out. Linux only: the time of finished children comes from the kernel's task clock. Also: the time of `import optwright`
and of `optwright --help`.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from optwright.agent.solve import Settings, solve
from optwright.llm import OpenAIChat

ROOT = Path(__file__).resolve().parents[1]
SOFTWARE, TASK_CLOCK, INHERIT = 1, 1, 0b10
HELP = "import sys; sys.argv = ['optwright', '--help']; from optwright.cli import main; main()"
FORMULATION = {
    "sets": [{"name": "P", "members": ["desk", "chair", "shelf"]}, {"name": "W", "members": ["cutting", "finishing"]}],
    "parameters": [
        {"name": "profit", "index": ["P"], "value": [41, 18, 25]},
        {"name": "hours", "index": ["W", "P"], "value": [[3, 1, 2], [2, 1.5, 1]]},
        {"name": "available", "index": ["W"], "value": [160, 140]},
    ],
    "variables": [{"name": "make", "index": ["P"], "domain": "NonNegativeIntegers"}],
    "objective": {"sense": "maximize", "expression": "sum(profit[p]*make[p] for p in P)"},
    "constraints": [
        {"name": "time", "for_each": "w in W", "expression": "sum(hours[w,p]*make[p] for p in P) <= available[w]"},
        {"name": "share", "expression": "make['desk'] <= 0.4*sum(make[p] for p in P)"},
    ],
    "outputs": [{"name": "pieces", "expression": "sum(make[p] for p in P)"}],
}
TEXT = (
    "A workshop earns 41 per desk, 18 per chair and 25 per shelf. They take 3, 1 and 2 hours of cutting and 2, 1.5 and "
    "1 hours of finishing. There are 160 hours of cutting and 140 of finishing; at most 40% may be desks. What is best?"
)


class Clock:
    """The kernel's task clock of this process and of everything that it starts from now on, finished or not."""

    def __init__(self) -> None:
        number = {"x86_64": 298, "aarch64": 241}.get(platform.machine())
        attributes = bytearray(112)
        struct.pack_into("IIQ", attributes, 0, SOFTWARE, len(attributes), TASK_CLOCK)
        struct.pack_into("Q", attributes, 40, INHERIT)
        buffer = (ctypes.c_char * len(attributes)).from_buffer(attributes)
        libc = ctypes.CDLL(None, use_errno=True)
        self._file = -1 if number is None else libc.syscall(number, buffer, 0, -1, -1, 0)
        if self._file < 0:
            why = os.strerror(ctypes.get_errno()) if number else "not x86_64 or aarch64"
            raise SystemExit(f"the task clock cannot be read ({why}); see kernel.perf_event_paranoid")

    def seconds(self) -> float:
        """Return the CPU seconds so far."""
        return struct.unpack("Q", os.read(self._file, 8))[0] / 1e9


def one_round(model: OpenAIChat, problems: int, clock: Clock) -> tuple[float, float, float]:
    """Return milliseconds per problem: wall, this process's CPU, and that of all processes but the server."""
    start = (time.perf_counter(), time.process_time(), clock.seconds())
    for number in range(problems):
        solution = solve(f"Order {number}. {TEXT}", model=model, settings=Settings(effort="low"))
        assert solution.status == "optimal", solution.failure
    end = (time.perf_counter(), time.process_time(), clock.seconds())
    wall, own, together = (1000 * (after - before) / problems for before, after in zip(start, end, strict=True))
    return wall, own, together


def pipeline(problems: int, rounds: int) -> dict[str, object]:
    """Measure the graph."""
    with tempfile.TemporaryDirectory() as folder:
        reply = Path(folder) / "reply.txt"
        reply.write_text(f"Short.\n```json\n{json.dumps(FORMULATION)}\n```")
        command = [sys.executable, str(ROOT / "tests" / "stub_server.py"), "--reply", str(reply)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            model = OpenAIChat("stub", base_url=server.stdout.readline().strip())
            clock = Clock()  # the server runs already, so that it is left out
            one_round(model, 5, clock)
            found = [one_round(model, problems, clock) for _ in range(rounds)]
            assert server.stdin is not None
            server.stdin.close()
    walls, own, together = zip(*found, strict=True)
    children = [whole - mine for mine, whole in zip(own, together, strict=True)]
    names = ("wall", "cpu of this process", "cpu of the solving processes", "cpu together")
    return {name: _figures(part) for name, part in zip(names, (walls, own, children, together), strict=True)}


def _figures(values: object) -> dict[str, float]:
    listed = [float(value) for value in values]  # type: ignore[attr-defined]
    return {"median": round(statistics.median(listed), 1), "min": round(min(listed), 1), "max": round(max(listed), 1)}


def start_up(arguments: list[str], runs: int = 9) -> dict[str, float]:
    """Return wall seconds of a fresh interpreter with these arguments."""
    took = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        took.append(time.perf_counter() - start)
    return {"median": round(statistics.median(took), 3), "min": round(min(took), 3), "max": round(max(took), 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--problems", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    report = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}",
        "ms per problem": pipeline(given.problems, given.rounds),
        "s python -c pass": start_up(["-c", "pass"]),
        "s import optwright": start_up(["-c", "import optwright"]),
        "s optwright --help": start_up(["-c", HELP]),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
