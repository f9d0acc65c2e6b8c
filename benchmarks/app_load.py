"""Many users at once on the app: errors, cross-talk, waiting times, memory.

The app runs as a process of its own against a scripted language model on 127.0.0.1; each user is a page that speaks
HTTP as the browser's does, with problems whose numbers nobody else has. A user whose page shows anything of another
user's is cross-talk.

    python benchmarks/app_load.py --users 50 --seconds 120
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.e2e.app_client import AppError, Client
from tests.e2e.app_server import AppServer
from tests.stub_server import StubServer

SHOWN = ("chat", "headline", "elements", "cells", "grid", "source", "versions", "difference", "checks")


@dataclass
class Tally:
    """What came of it."""

    answers: int = 0
    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    crossed: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the start, MiB of the app and the processes that it started."""


def speak(messages: list[dict[str, str]]) -> str:
    """Say what a model would: nothing to ask, then the formulation of the last problem told."""
    if '"questions"' in messages[0]["content"]:
        return json.dumps({"analysis": "clear", "questions": []})
    last = messages[-1]["content"]
    if '"intent"' in messages[0]["content"]:
        name, value = re.findall(r"What if (most_u\d+_r\d+) is (\d+)", last)[-1]
        edit = {"edit": "set_value", "parameter": name, "value": int(value)}
        return json.dumps({"analysis": "tried", "intent": "what_if", "edits": [edit]})
    told = re.findall(r"Order (u\d+_r\d+): .*? profit of (\d+) .*? at most (\d+)", last)
    name, profit, most = told[-1]
    formulation = {
        "parameters": [{"name": f"profit_{name}", "value": int(profit)}, {"name": f"most_{name}", "value": int(most)}],
        "variables": [{"name": f"make_{name}", "domain": "NonNegativeIntegers", "upper": f"most_{name}"}],
        "objective": {"sense": "maximize", "expression": f"profit_{name}*make_{name}"},
    }
    return f"Briefly.\n```json\n{json.dumps(formulation)}\n```"


async def user(number: int, url: str, end: float, tally: Tally) -> None:
    """Tell problems until the end; now and then change one, reload the page, or begin anew."""
    chance = random.Random(number)
    client = Client(url, httpx.AsyncClient(timeout=600))
    await asyncio.sleep(chance.random() * 3)
    await attempt(client.arrive(), tally)
    turn = 0
    while time.monotonic() < end:
        turn += 1
        profit, most = chance.randrange(2, 90), chance.randrange(2, 90)
        words = f"New problem: Order u{number}_r{turn}: a workshop makes toys at a profit of {profit} each; "
        words += f"at most {most} sell."
        await told(client, words, str(profit * most), tally)
        if turn % 3 == 0:
            await told(client, f"What if most_u{number}_r{turn} is {most + 1}?", str(profit * (most + 1)), tally)
        mix_up(client, number, tally)
        if turn % 4 == 0:
            kept, before = client.values["browser"], client.chat
            client = Client(url, client.http)
            await attempt(client.arrive(kept), tally)
            if client.chat != before:
                tally.errors["the conversation was not found after a reload"] += 1
        if turn % 9 == 0:
            await attempt(client.act("fresh"), tally)
        await asyncio.sleep(chance.random())
    await client.close()


async def told(client: Client, words: str, answer: str, tally: Tally) -> None:
    start = time.monotonic()
    if await attempt(client.say(words), tally):
        tally.seconds.append(time.monotonic() - start)
        last = str(client.values["chat"][-1]["content"])
        if answer in last:
            tally.answers += 1
        else:
            tally.errors[f"no {answer}: {last[:300]}"] += 1


async def attempt(action: object, tally: Tally) -> bool:
    try:
        await action  # type: ignore[misc]
    except (AppError, httpx.HTTPError) as error:
        tally.errors[f"{type(error).__name__} {error}"[:300]] += 1
        return False
    return True


def mix_up(client: Client, number: int, tally: Tally) -> None:
    """Look for anything of another user in all that the page shows."""
    shown = json.dumps([client.values.get(name) for name in SHOWN], default=str).replace("&#95;", "_")
    if others := {found for found in re.findall(r"\bu(\d+)_r\d+|_u(\d+)_r", shown) if str(number) not in found}:
        tally.crossed.append(f"user {number} saw {others}")


async def watch(process: psutil.Process, start: float, end: float, tally: Tally) -> None:
    while time.monotonic() < end:
        family = [process, *process.children(recursive=True)]
        total = 0
        for one in family:
            try:
                total += one.memory_full_info().uss
            except psutil.Error:
                continue
        tally.memory.append((time.monotonic() - start, total / 2**20))
        await asyncio.sleep(2)


async def measure(url: str, process: psutil.Process, users: int, seconds: float) -> Tally:
    tally, start = Tally(), time.monotonic()
    end = start + seconds
    await asyncio.gather(watch(process, start, end, tally), *(user(number, url, end, tally) for number in range(users)))
    return tally


def spent(process: psutil.Process) -> float:
    """Return the CPU seconds of the app's own process."""
    times = process.cpu_times()
    return float(times.user + times.system)


def report(tally: Tally, users: int, seconds: float) -> None:
    waits = sorted(tally.seconds) or [0.0]
    third = max(1, len(tally.memory) // 3)
    means = [statistics.mean(size for _, size in tally.memory[at : at + third]) for at in (0, third, 2 * third)]
    print(f"users {users}, seconds {seconds:g}, answers {tally.answers} ({tally.answers / seconds:.2f}/s)")
    print(f"errors {sum(tally.errors.values())}, cross-talk {len(tally.crossed)}")
    print(f"seconds to an answer: median {statistics.median(waits):.2f}, p95 {waits[int(0.95 * (len(waits) - 1))]:.2f}")
    print(f"memory of the app, MiB (own pages): thirds {', '.join(f'{mean:.0f}' for mean in means)}", end="")
    print(f"; most {max(size for _, size in tally.memory):.0f}")
    for text, count in [*tally.errors.most_common(5), *((line, 1) for line in tally.crossed[:5])]:
        print(f"  {count} x {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds before each reply of the model")
    parser.add_argument("--workers", type=int, default=4)
    given = parser.parse_args()
    with StubServer(speak, latency=given.latency) as model, tempfile.TemporaryDirectory() as folder:
        options = ("--base-url", model.url, "--model", "stub", "--workers", given.workers)
        server = AppServer(Path(folder), *options)
        try:
            process = psutil.Process(server.process.pid)
            before = spent(process)
            tally = asyncio.run(measure(server.url, process, given.users, given.seconds))
            report(tally, given.users, given.seconds)
            seconds = (spent(process) - before) / max(1, tally.answers)
            print(f"CPU seconds of the app's own process for an answer: {seconds:.2f}")
            log = (Path(folder) / "server.log").read_text()
            print(f"server's log: {len(log)} characters\n{log[-2000:]}")
        finally:
            server.close()
    sys.exit(1 if tally.errors or tally.crossed else 0)


if __name__ == "__main__":
    main()
