"""A version as one HTML file to print or pass on: answer, plots, model, checks, program. It loads nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape

from plotly.offline import get_plotlyjs

from optwright.agent.explanation import number
from optwright.agent.solution import Solution
from optwright.agent.talk.version import Version
from optwright.errors import OptwrightError
from optwright.formulation.elements import Element, Formulation
from optwright.formulation.latex import mathematics
from optwright.outcome import label
from optwright.problem import Table
from optwright.web.answer import Grid, grids
from optwright.web.mathml import mathml
from optwright.web.plots import description, figure
from optwright.web.shape import View, views

MOST_PLOTS = 4
MOST_ROWS = 200
_STYLE = """
body { font-family: system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.45;
  color: #1c1f24; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #ccc; }
table { border-collapse: collapse; font-size: .9rem; margin: .6rem 0; }
th, td { border: 1px solid #ccc; padding: .2rem .6rem; text-align: left; } th { background: #f2f3f5; }
blockquote { margin: .1rem 0 .5rem 1.2rem; color: #555; } pre { background: #f6f7f8; padding: .8rem; overflow-x: auto;
  font-size: .8rem; white-space: pre-wrap; } .note { color: #555; } math { font-size: 1.05em; }
"""


def report(version: Version, tables: Sequence[Table]) -> str:
    """Return the report. Every text in it is escaped, and its policy lets no script run but its own."""
    solution, once = version.solution, secrets.token_urlsafe(16)
    drawn = views(solution, tables)[:MOST_PLOTS]
    body = "\n".join([*_head(version), *_answer(solution), *_plots(drawn, once), *_rest(solution)])
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-{once}'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(_title(version))}</title><style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _title(version: Version) -> str:
    name = version.formulation.name.replace("_", " ") if version.formulation else "problem"
    return f"{name[:1].upper()}{name[1:]}, version {version.number}"


def _head(version: Version) -> Iterator[str]:
    yield f"<h1>{escape(_title(version))}</h1>"
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield f'<p class="note">Written by Optwright on {when}.</p><p>{escape(version.cause)}</p>'


def _answer(solution: Solution) -> Iterator[str]:
    told = solution.explanation
    yield f"<h2>Answer</h2><p><strong>{escape(told.headline)}</strong> ({escape(solution.status)})</p>"
    yield from (f"<p>{escape(line)}</p>" for line in told.reasons)
    yield from (f"<p>Assumed: {escape(line)}</p>" for line in solution.assumptions)
    yield from map(_grid, grids(solution))
    if told.binding:
        rows = [(label(r.name, r.key), r.quote, "" if r.dual is None else number(r.dual)) for r in told.binding]
        yield "<h2>What limits it</h2>" + _table(("limit", "in your words", "worth of one unit more"), rows)


def _grid(grid: Grid) -> str:
    more = len(grid.rows) - MOST_ROWS
    tail = f'<p class="note">and {more} more rows</p>' if more > 0 else ""
    return f"<h3>{escape(grid.title)}</h3>{_table(grid.headers, grid.rows[:MOST_ROWS])}{tail}"


def _table(headers: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    head = "".join(f"<th>{escape(str(cell))}</th>" for cell in headers)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _plots(drawn: Sequence[View], once: str) -> Iterator[str]:
    if not drawn:
        return
    yield f'<h2>Plots</h2><script nonce="{once}">{get_plotlyjs()}</script>'
    for place, view in enumerate(drawn):
        data = json.loads(figure(view).to_json())
        given = json.dumps([data["data"], data["layout"], {"displayModeBar": False}]).replace("<", "\\u003c")
        yield f'<figure><div id="plot{place}"></div><figcaption class="note">{escape(description(view))}</figcaption>'
        yield f'</figure><script nonce="{once}">Plotly.newPlot("plot{place}", ...{given});</script>'


def _rest(solution: Solution) -> Iterator[str]:
    if solution.formulation is not None:
        yield "<h2>Model</h2>"
        yield from _model(solution.formulation)
    yield f"<h2>Checks</h2><p>Confidence {solution.confidence.score:.2f}: a prior, not a probability.</p><ul>"
    yield from (f"<li>{escape(reason.text)}</li>" for reason in solution.confidence.reasons)
    yield from (f"<li>{escape(str(finding))}</li>" for finding in solution.findings)
    yield "</ul>"
    if solution.program:
        yield f"<h2>Program</h2><pre>{escape(solution.program[:100_000])}</pre>"


def _model(formulation: Formulation) -> Iterator[str]:
    for element in formulation.elements():
        if element.kind == "table":
            continue
        notes = " ".join(escape(part) for part in (element.description, getattr(element, "unit", None) or "") if part)
        yield f"<p>{escape(element.kind)} <strong>{escape(element.name)}</strong>: {_mathematics(element)} {notes}</p>"
        if element.quote:
            yield f"<blockquote>{escape(element.quote)}</blockquote>"


def _mathematics(element: Element) -> str:
    try:
        return mathml(mathematics(element))
    except OptwrightError:
        return f"<code>{escape(getattr(element, 'expression', ''))}</code>"
