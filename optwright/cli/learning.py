"""What `optwright library learn` and `evolve` print."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table as Grid

from optwright.budget import Allowance
from optwright.cli.show import console, errors
from optwright.errors import ConfigError

if TYPE_CHECKING:
    from optwright.eval.lessons.command import Request
    from optwright.eval.lessons.learn import Point


def request(
    benchmarks: list[str],
    out: Path,
    named: tuple[str | None, str | None, str | None],
    limit: int | None,
    held_out: int,
    workers: int,
    *,
    split: str = "train",
) -> Request:
    """Return what was asked for; `named` are model, base URL and library."""
    try:
        from optwright.eval.lessons.command import Request
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("sqlalchemy", "alembic"):
            raise
        raise ConfigError("the experience library needs SQLAlchemy: pip install 'optwright[library]'") from None
    model, url, place = named
    flags = {"llm.model": model, "llm.base_url": url, "library.place": place}
    return Request(tuple(benchmarks), out, flags, split, limit, held_out, workers=workers)


def bounded(
    given: Request,
    references: Path | None,
    data_dir: Path | None,
    limits: tuple[int | None, int | None, float | None],
) -> Request:
    """Return the request with its budget and where things lie."""
    return replace(given, references=references, data_dir=data_dir, allowance=Allowance(*limits))


def learn(given: Request) -> None:
    """Learn and print the curve."""
    from optwright.eval.lessons.command import learn_from

    def observe(what: str, done: int, whole: int) -> None:
        errors.print(f"{what}: {done} of {whole} training tasks")

    learned = learn_from(given, observe)
    grid = Grid(box=None, padding=(0, 2, 0, 0))
    for heading in ("trained", "held-out accuracy", "admitted", "judged", "precision"):
        grid.add_column(heading, justify="right")
    for point in learned.points:
        grid.add_row(*_row(point))
    console.print(grid)
    refused = sum(not ruling.admitted for ruling in learned.rulings.values())
    console.print(f"{len(learned.rulings)} candidates came to the gate, {refused} were refused")
    if learned.stopped:
        console.print(f"stopped: {learned.stopped}")
    console.print(str(given.out / "report.html"))


def gate(given: Request, names: tuple[str, ...]) -> None:
    """Judge candidates and print the rulings."""
    from optwright.eval.lessons.command import judge_on

    judged = judge_on(given, names)
    for name, ruling in judged.rulings.items():
        told = (
            f"{ruling.shown} of {ruling.tried} held-out tasks, {len(ruling.mended)} mended, {len(ruling.broken)} broken"
        )
        verdict = "admitted" if ruling.admitted else "refused" if ruling.shown else "left a candidate"
        console.print(f"{name}: {verdict}: {ruling.reason} (shown on {told})")
    console.print(f"{len(judged.rulings)} candidates came to the gate")
    if judged.stopped:
        console.print(f"stopped: {judged.stopped}")


def evolve(given: Request, rounds: int) -> None:
    """Care for the library and print what was done."""
    from optwright.eval.lessons.command import evolve_on

    for number, round_ in enumerate(evolve_on(given, rounds), 1):
        names = {"refined": round_.refined, "retired": round_.retired, "merged": round_.merged}
        done = ", ".join(f"{what} {', '.join(ids)}" for what, ids in names.items() if ids) or "nothing to do"
        before, after = (100 * point.accuracy for point in (round_.before, round_.after))
        undone = "; undone, since the held-out accuracy fell" if round_.rolled_back else ""
        console.print(f"round {number}: {done}; held out {before:.1f}% to {after:.1f}%{undone}")
    console.print(str(given.out / "report.html"))


def _row(point: Point) -> list[str]:
    precision = "-" if point.precision is None else f"{100 * point.precision:.0f}%"
    return [str(point.trained), f"{100 * point.accuracy:.1f}%", str(point.admitted), str(point.judged), precision]
