"""The experience library under size, under writers that are killed, and in learning.

    python benchmarks/experience.py size [--place FILE|URL] [--counts 100 1000 10000]
    python benchmarks/experience.py writers [--place FILE|URL] [--seconds 120] [--processes 8] [--every 10]
    python benchmarks/experience.py learners [--place FILE|URL] [--seconds 120] [--processes 8] [--every 10]
    python benchmarks/experience.py learning [--tasks 120] [--out DIR]

`size`: milliseconds of a whole retrieval but for the model's calls (labels, search with three of them, what fits),
tokens of what would be shown and of what the model would be asked about, against the number of insights.
`writers`: processes add, edit, record and merge at once, one killed every so often and started again; prints what was
told as done, what is missing, what is double, and the library's own check. `learners`: the same of processes that learn
from a simulated model with the command line's `library learn`. `learning`: the simulated model of
tests/experience/weak_model.py, whose mistakes are known: held-out accuracy by mistake before and after, curves at 20,
40 and 80 training tasks, planted harm at the gate, a bad batch rolled back, precision before and after evolution.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from optwright.agent.solve import Settings
from optwright.eval.lessons.evolve import evolve
from optwright.eval.lessons.journal import Journal
from optwright.eval.lessons.laboratory import Laboratory, Task, Try
from optwright.eval.lessons.learn import learn
from optwright.eval.lessons.page import page
from optwright.eval.lessons.trial import examined, precision
from optwright.experience import rows
from optwright.experience.insight import Content, Insight, Provenance, Stage, Status, Use
from optwright.experience.integrity import faults
from optwright.experience.library import Library, Used
from optwright.experience.schema import change
from optwright.experience.search import told
from optwright.experience.shelf import Shelf
from optwright.llm import CachedChat, OpenAIChat
from optwright.runlog import RunLog
from tests.experience.weak_model import HARM, MISTAKES, SLOPPY, Made, Mistake, WeakModel, insight, make
from tests.stub_server import StubServer

SYLLABLES = [first + second for first in "bcdfglmnprst" for second in "aeiou"]


def vocabulary(dice: random.Random) -> tuple[list[str], list[float]]:
    """Return made-up words and weights like those of a language: a few are everywhere, most are rare (Zipf)."""
    words = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(4000)]
    return words, [1 / (rank + 3) for rank in range(len(words))]


def fill(library: Library, count: int, dice: random.Random) -> None:
    """Add made-up insights until there are `count`, in one transaction."""
    words, weights = vocabulary(random.Random(1))
    have = len(library.find())

    def work(connection: sa.Connection) -> None:
        made = connection.execute(sa.insert(change).values(time="", action="add", actor="", note=""))
        for _ in range(have, count):
            when, then = (" ".join(dice.choices(words, weights, k=60)) for _ in range(2))
            first, second = f"label {dice.randint(0, 12)}", f"finer {dice.randint(0, 20)}"
            content = Content(dice.choice(list(Stage)), first, second, when, then)
            rows.create(connection, Insight(0, content, status=Status.ADMITTED), made.inserted_primary_key[0])

    library.database.write(work)
    if not library.database.sqlite:
        with library.database.engine.begin() as connection:
            connection.execute(sa.text("ANALYZE insight"))


def size(place: str, counts: Sequence[int]) -> None:
    library, dice = Library(place), random.Random(7)
    shelf, stages = Shelf(library), (Stage.DOMAIN, Stage.FORMULATION)
    words, weights = vocabulary(random.Random(1))
    print(f"{'insights':>9} {'median ms':>10} {'worst ms':>9} {'shown':>6} {'tokens':>7} {'labels':>7} {'asked':>7}")
    for count in counts:
        fill(library, count, dice)
        took, sizes, shown, labels, asked = [], [], [], [], []
        for _ in range(60):
            text = " ".join(dice.choices(words, weights, k=200))
            start = time.perf_counter()
            look = shelf.look(text, stages)
            found = look.labels()
            candidates = look.candidates(found[:3])  # as if the model had named three
            kept = shelf.fitting(candidates)
            took.append(1000 * (time.perf_counter() - start))
            shown.append(len(kept))
            sizes.append(sum(len(told(one)) for one in kept) // 4)
            labels.append(len(found))
            asked.append(
                sum(len(one.path) for one in found) // 4 + sum(len(c.content.condition) for c in candidates) // 4
            )
        row = f"{count:9d} {statistics.median(took):10.1f} {max(took):9.1f} {max(shown):6d} {max(sizes):7d}"
        print(f"{row} {max(labels):7d} {max(asked):7d}", flush=True)


def work(place: str, name: str) -> None:
    """Write until killed; print what is done, a line each, after it is done."""
    library, dice, number = Library(place, actor=name), random.Random(name), 0
    while True:
        content = Content(Stage.CODE, f"label {number % 5}", "", f"own {name} {number}", "do it")
        one = library.add(content, Provenance((f"{name}-{number}",)))
        shared = library.add(replace(content, condition=f"shared {number}"), Provenance((name,)))
        library.record([Used(one.number, f"{name}-{number}", Use.POSITIVE, "run")])
        if dice.random() < 0.3:
            library.edit(one.number, replace(content, explanation=f"do it well {number}"))
        if dice.random() < 0.1:
            library.settle([shared.number], Status.ADMITTED)
        print(f"{name} {number}", flush=True)
        number += 1


def writers(place: str, seconds: float, processes: int, every: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Library(place).close()

        def start(name: str) -> subprocess.Popen[bytes]:
            with (Path(folder) / name).open("wb") as out:
                return subprocess.Popen(
                    [sys.executable, __file__, "work", "--place", place, "--name", name], stdout=out
                )

        running = {f"w{at}.0": start(f"w{at}.0") for at in range(processes)}
        dice, end, kills = random.Random(0), time.monotonic() + seconds, 0
        while time.monotonic() < end:
            time.sleep(min(every, max(0.0, end - time.monotonic())))
            name = dice.choice(sorted(running))
            process = running.pop(name)
            assert process.poll() is None, f"{name} ended by itself"
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            before, _, life = name.partition(".")
            running[f"{before}.{int(life) + 1}"] = start(f"{before}.{int(life) + 1}")
        for process in running.values():
            process.kill()
            process.wait()
        done = [
            line for path in Path(folder).iterdir() for line in path.read_text().splitlines() if line.count(" ") == 1
        ]
    library = Library(place)
    conditions = [one.content.condition for one in library.find()]
    missing = {f"own {line}" for line in done} - set(conditions)
    print(f"{processes} processes, {seconds:g} s, {kills} killed: {len(done)} rounds done, {len(conditions)} insights")
    print(
        f"missing {len(missing)}, double {len(conditions) - len(set(conditions))}, faults {faults(library) or 'none'}"
    )


class Learners:
    """Processes of `optwright library learn`, each with a folder and tasks of its own, on one library."""

    def __init__(self, folder: Path, place: str, made: Sequence[Made], url: str) -> None:
        self.folder, self.made = folder, made
        self.named = ["--model", "stub", "--base-url", url, "--library", place]
        root = str(Path(__file__).resolve().parents[1])
        self.environment = {**os.environ, "PYTHONPATH": root, "XDG_CONFIG_HOME": str(folder)}
        self.running: dict[Path, subprocess.Popen[bytes]] = {}
        self.all: list[Path] = []

    def begin(self) -> None:
        """Start a learner with tasks that nobody else has in this mixture."""
        out = self.folder / f"learner{len(self.all)}"
        out.mkdir()
        lines = []
        for number in random.Random(len(self.all)).sample(range(len(self.made)), 60):
            task = self.made[number].task
            lines.append({"id": f"weak/{number:04d}", "question": task.problem.text, "answer": task.gold.value})
        (out / "tasks.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.all.append(out)
        self.start(out)

    def start(self, out: Path) -> None:
        """Start a learner, or go on with one that was killed."""
        size = ["--held-out", "4", "--batch", "4", "--workers", "1", "--out", str(out)]
        words = ["library", "learn", str(out / "tasks.jsonl"), *self.named, *size]
        with (self.folder / f"{out.name}.log").open("ab") as log:
            command = [sys.executable, "-m", "optwright", *words]
            self.running[out] = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def kill(self, out: Path) -> None:
        """Kill a learner."""
        process = self.running.pop(out)
        process.kill()
        process.wait()

    def renew(self) -> int:
        """Put new learners in the place of those that are done; return how many. One that failed ends the benchmark."""
        ended = [out for out, process in self.running.items() if process.poll() is not None]
        for out in ended:
            if self.running.pop(out).returncode != 0:
                raise SystemExit((self.folder / f"{out.name}.log").read_text()[-2000:])
            self.begin()
        return len(ended)

    def told(self) -> list[dict[str, Any]]:
        """Return every unit that a learner has noted as done."""
        return [record for out in self.all for record in RunLog(out / "journal.jsonl").read()]


def learners(place: str, seconds: float, processes: int, every: float) -> None:
    made = make(480, topics=6)
    with tempfile.TemporaryDirectory() as folder, StubServer(WeakModel(made)) as server:
        Library(place).close()
        group = Learners(Path(folder), place, made, server.url)
        for _ in range(processes):
            group.begin()
        dice, end, kills, ended = random.Random(0), time.monotonic() + seconds, 0, 0
        while time.monotonic() < end:
            time.sleep(min(every, max(0.0, end - time.monotonic())))
            ended += group.renew()
            out = dice.choice(sorted(group.running))
            group.kill(out)
            group.start(out)
            kills += 1
        for out in list(group.running):
            group.kill(out)
        told = group.told()
        print(f"{processes} processes, {seconds:g} s, {kills} killed, {ended} ended, {len(server.requests)} requests")
    _check_learned(Library(place), told)


def _check_learned(library: Library, told: Sequence[dict[str, Any]]) -> None:
    taught = {number for record in told if record["key"].endswith(": taught") for number in record["result"]}
    rulings = [record["result"] for record in told if ": gate " in record["key"]]
    found = library.find()
    prints = [one.content.fingerprint for one in found if one.status is not Status.RETIRED]
    admitted = sum(ruling["admitted"] for ruling in rulings)
    print(f"{len(told)} units done, {len(taught)} insights taught, {len(rulings)} rulings, {admitted} for admission")
    print(f"{len(found)} insights, {library.mark()} changes; missing {len(taught - {one.number for one in found})}")
    print(f"double {len(prints) - len(set(prints))}, faults {faults(library) or 'none'}")


def by_mistake(tries: Sequence[Try]) -> str:
    parts = []
    for mistake in MISTAKES:
        rights = [one.right for one in tries if one.task.startswith(mistake.name)]
        parts.append(f"{mistake.name} {sum(rights)}/{len(rights)}")
    return ", ".join(parts)


def learning(count: int, out: Path) -> None:
    made = make(count, topics=6)
    tasks = [one.task for one in made]
    cut = 2 * count // 3
    train, held_out = tasks[:cut], tasks[cut:]
    out.mkdir(parents=True, exist_ok=True)
    with StubServer(WeakModel(made)) as server:
        chat = CachedChat(OpenAIChat("stub", base_url=server.url), out / "replies")
        library = Library(out / "library.db", actor="benchmark")
        laboratory = Laboratory(chat, library, Journal(out / "journal.jsonl"), Settings(), 4, "benchmark")
        print("before:", by_mistake(laboratory.attempts("with no insight", held_out, Shelf(library))))
        learned = learn(laboratory, train, held_out, batch=20)
        for point in learned.points:
            print(json.dumps(point.to_json()))
        print("after:", by_mistake(laboratory.attempts("at the end", held_out, Shelf(library))))
        refused = sum(not ruling.admitted for ruling in learned.rulings.values())
        print(f"gate: {len(learned.rulings)} candidates, {refused} refused")
        (out / "report.html").write_text(page(learned, library, {"calls": len(server.requests)}))
        _plant(laboratory, train, held_out)
        _roll_back(laboratory, held_out)
        _evolve(laboratory, {one.task.id: one.mistake for one in made}, train, held_out)
        print(f"{len(server.requests)} requests; the library's own check: {faults(library) or 'no fault'}")


def harmful(topic: str, number: int) -> Content:
    fields = {**insight(MISTAKES[1], 0), "second": topic, "condition": f"Applies where {topic} are named."}
    return Content(Stage(fields.pop("stage")), **{**fields, "explanation": f"Always {HARM} ({number})."})


def _plant(laboratory: Laboratory, train: Sequence[Task], held_out: Sequence[Task]) -> None:
    refused = 0
    for number, mistake in enumerate(MISTAKES):
        one = laboratory.library.add(harmful(mistake.topic, number), Provenance((train[0].id,)))
        ruling = examined(laboratory, "planted", one, held_out, sources=train[:1])
        refused += not ruling.admitted
        laboratory.library.settle([one.number], Status.RETIRED)
    print(f"planted harm: {refused} of {len(MISTAKES)} refused by the gate")


def _roll_back(laboratory: Laboratory, held_out: Sequence[Task]) -> None:
    library = laboratory.library
    mark = library.mark()
    for number, mistake in enumerate(MISTAKES):
        library.add(harmful(mistake.topic, 10 + number), status=Status.ADMITTED)
    spoilt = laboratory.attempts("with a bad batch", held_out, Shelf(library))
    library.rollback(mark)
    mended = laboratory.attempts("rolled back", held_out, Shelf(library))
    shares = [f"{100 * sum(one.right for one in tries) / len(tries):.0f}%" for tries in (spoilt, mended)]
    print(f"a bad batch: {shares[0]} solved with it, {shares[1]} after the roll-back")


def _evolve(
    laboratory: Laboratory, mistakes: dict[str, Mistake], train: Sequence[Task], held_out: Sequence[Task]
) -> None:
    library = laboratory.library
    for number in range(len(MISTAKES)):
        mistake = mistakes[train[number].id]
        fields = {**insight(mistake, 0), "condition": SLOPPY, "explanation": f"Use {mistake.advice} {number}."}
        library.add(
            Content(Stage(fields.pop("stage")), **fields), Provenance((train[number].id,)), status=Status.ADMITTED
        )
    tries = laboratory.attempts("with sloppy conditions", held_out, Shelf(library))
    evolved = evolve(laboratory, train[:24], held_out, name="evolution")
    after = laboratory.attempts("after evolution", held_out, Shelf(library))
    shown = f"{precision(tries) or 0:.2f} to {precision(after) or 0:.2f}"
    print(
        f"evolution: precision {shown}; refined {evolved.refined}, retired {evolved.retired}, merged {evolved.merged}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["size", "writers", "learners", "learning", "work"])
    parser.add_argument("--place")
    parser.add_argument("--name", default="")
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--every", type=float, default=10)
    parser.add_argument("--tasks", type=int, default=120)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = given.place or str(Path(folder) / "library.db")
        if given.what == "size":
            size(place, given.counts)
        elif given.what == "writers":
            writers(place, given.seconds, given.processes, given.every)
        elif given.what == "learners":
            learners(place, given.seconds, given.processes, given.every)
        elif given.what == "learning":
            learning(given.tasks, given.out or Path(folder) / "run")
        else:
            work(place, given.name)


if __name__ == "__main__":
    main()
