"""The report of a learning run: curves and the gate's rulings in one HTML file, readable in black and white."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from optwright.eval.lessons.evolve import Evolved
from optwright.eval.lessons.learn import Learned, Point
from optwright.eval.plots import PATTERNS, Bar, Mark, bars, share_plot
from optwright.experience.insight import Status
from optwright.experience.library import Library

_STYLE = """body { font: 15px/1.5 Georgia, serif; max-width: 52rem; margin: 2rem auto; color: #111; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 13px; } th, td { padding: .2rem .7rem; text-align: left; }
th { border-bottom: 2px solid #111; } td { border-bottom: 1px solid #ccc; vertical-align: top; }
svg text { font: 12px sans-serif; }"""


def page(learned: Learned, library: Library, usage: Mapping[str, int]) -> str:
    """Return the page."""
    points = learned.points
    most = max((point.admitted for point in points), default=0) or 1
    sections = [
        ("Held-out accuracy against training tasks", _curve(points, [point.accuracy for point in points], "accuracy")),
        (
            f"Insights admitted (100% is {most})",
            _curve(
                points, [point.admitted / most for point in points], "admitted", [point.admitted for point in points]
            ),
        ),
        ("Retrieval precision", _precision(points)),
        ("The gate", _rulings(learned, library)),
    ]
    spent = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in usage.items() if count)
    stopped = f"<p>Stopped early: {escape(learned.stopped)}</p>" if learned.stopped else ""
    body = "".join(f"<section><h2>{name}</h2>{content}</section>" for name, content in sections)
    head = f'<meta charset="utf-8"><title>Optwright: what was learned</title><style>{_STYLE}</style>'
    lead = f"<h1>What was learned</h1><p>{_lead(points)} Spent: {spent or 'nothing'}.</p>{stopped}"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{lead}{body}</body></html>\n'


def rounds_page(rounds: Sequence[Evolved], library: Library, usage: Mapping[str, int]) -> str:
    """Return the page of rounds of care: accuracy and precision before and after each, and what was done."""
    points = [
        (f"round {number}, {when}", point)
        for number, one in enumerate(rounds, 1)
        for when, point in (("before", one.before), ("after", one.after))
    ]
    accuracies = [(name, point.accuracy, point) for name, point in points]
    precisions = [(name, point.precision, point) for name, point in points if point.precision is not None]
    sections = [
        f"<section><h2>{title}</h2>{_bars(rows, title)}</section>"
        for title, rows in (("Held-out accuracy", accuracies), ("Retrieval precision", precisions))
    ]
    sections.append(f"<section><h2>What was done</h2>{_done(rounds, library)}</section>")
    spent = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in usage.items() if count)
    head = f'<meta charset="utf-8"><title>Optwright: care of the library</title><style>{_STYLE}</style>'
    lead = f"<h1>Care of the library</h1><p>Spent: {spent or 'nothing'}.</p>"
    return (
        f'<!doctype html><html lang="en"><head>{head}</head><body>{PATTERNS}{lead}{"".join(sections)}</body></html>\n'
    )


def _bars(rows: Sequence[tuple[str, float, Point]], title: str) -> str:
    drawn = [
        Bar(
            name, value, f"{100 * value:.1f}%, {point.admitted} insights", fill="blank" if "before" in name else "slant"
        )
        for name, value, point in rows
    ]
    return bars(drawn, top=1.0, percent=True, title=title) if drawn else "<p>No insight was shown.</p>"


def _done(rounds: Sequence[Evolved], library: Library) -> str:
    insights = {one.id: one for one in library.find()}
    rows = [
        f"<tr><td>{number}<td>{what}{', undone' if one.rolled_back else ''}<td>{name}"
        f"<td>{escape(insights[name].content.condition) if name in insights else ''}"
        for number, one in enumerate(rounds, 1)
        for what, names in (("refined", one.refined), ("retired", one.retired), ("merged", one.merged))
        for name in names
    ]
    return f"<table><tr><th>round<th>what<th>insight<th>when{''.join(rows)}</table>" if rows else "<p>Nothing.</p>"


def _lead(points: Sequence[Point]) -> str:
    if not points:
        return "Nothing was measured."
    first, last = points[0], points[-1]
    return (
        f"After {last.trained} training tasks {100 * last.accuracy:.1f}% of the held-out tasks are solved, "
        f"{100 * first.accuracy:.1f}% before; {last.admitted} insights are admitted, {last.judged} came to the gate."
    )


def _curve(points: Sequence[Point], shares: Sequence[float], name: str, counts: Sequence[int] | None = None) -> str:
    notes = map(str, counts) if counts is not None else (f"{100 * share:.0f}%" for share in shares)
    marks = [
        Mark(float(point.trained), share, share, share, note)
        for point, share, note in zip(points, shares, notes, strict=True)
    ]
    return share_plot(marks, xlabel="training tasks", ylabel=name, title=name)


def _precision(points: Sequence[Point]) -> str:
    known = [point for point in points if point.precision is not None]
    if not known:
        return "<p>No insight was shown on a held-out task.</p>"
    return _curve(known, [point.precision or 0.0 for point in known], "precision")


def _rulings(learned: Learned, library: Library) -> str:
    insights = {one.id: one for one in library.find()}
    rows = []
    for name, ruling in learned.rulings.items():
        one = insights.get(name)
        verdict = "admitted" if ruling.admitted else "refused"
        if one is not None and ruling.admitted and one.status is Status.RETIRED:
            verdict = "admitted, retired since"
        condition = escape(one.content.condition) if one is not None else ""
        counts = f"<td>{ruling.tried}<td>{ruling.shown}<td>{len(ruling.mended)}<td>{len(ruling.broken)}"
        rows.append(f"<tr><td>{name}<td>{verdict}<td>{escape(ruling.reason)}{counts}<td>{condition}")
    heads = "".join(
        f"<th>{head}" for head in ("insight", "ruling", "why", "tried", "shown", "mended", "broken", "when")
    )
    return f"<table><tr>{heads}{''.join(rows)}</table>" if rows else "<p>No candidate came to the gate.</p>"
