"""report.html of an optimisation: one file that needs nothing else, readable in black and white."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

from optwright.eval.metrics import wilson
from optwright.eval.plots import PATTERNS, Bar, Mark, bars, share_plot
from optwright.eval.prompting.attempts import Attempts
from optwright.eval.prompting.differences import STYLE as DIFF_STYLE
from optwright.eval.prompting.differences import differences
from optwright.eval.prompting.lineage import lineage
from optwright.eval.report import STYLE
from optwright.prompts.search.doubt import doubts
from optwright.prompts.search.ledger import Entry, Ledger

_MOST = 200
"""Rows of a table; the ledger has all."""


def page(
    ledger: Ledger,
    attempts: Attempts,
    result: Mapping[str, Any],
    config: Mapping[str, Any],
    splits: Mapping[str, frozenset[str]],
) -> str:
    """Return the page. `splits`: the ids of the items by the name of the part."""
    sections = [
        ("The verdict", _verdict(result)),
        ("Doubts about the scores", "".join(f"<p>{escape(line)}.</p>" for line in doubts(ledger))),
        ("Score against steps", _curve(ledger, "steps")),
        ("Score against evaluations", _curve(ledger, "evaluations")),
        ("Score against tokens", _curve(ledger, "tokens")),
        ("Score against money", _curve(ledger, "dollars") if ledger.money else ""),
        ("Held-out items", _held_out(ledger)),
        ("What became of the training items", _failures(ledger, attempts, splits["train"])),
        ("Who came from whom", lineage(ledger)),
        ("What the best says otherwise than the seed", _changes(result)),
        ("Candidates", _candidates(ledger)),
        ("Not tried", _rejected(ledger)),
        ("Settings", _settings(config)),
    ]
    body = "".join(f"<section><h2>{name}</h2>{content}</section>" for name, content in sections if content)
    title = f"{result['strategy']} for {config.get('model') or 'a model'}, {', '.join(config['parts'])}"
    head = f'<meta charset="utf-8"><title>Optwright prompts: {escape(title)}</title><style>{STYLE}{DIFF_STYLE}</style>'
    lead = f"<h1>{escape(title)}</h1>{_lead(ledger, result)}"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{PATTERNS}{lead}{body}</body></html>\n'


def _lead(ledger: Ledger, result: Mapping[str, Any]) -> str:
    seed, best = result["seed"], result["best"]
    if not seed or not best or best["train"] is None or seed["train"] is None:
        return f"<p class=lead>Nothing has a score yet ({escape(result['ended'])}).</p>"
    model, asked = result["usage"]["model"], result["usage"]["optimizer"]
    calls = f"{model['calls']:,} calls to the model, {asked['calls']:,} to the optimiser"
    tokens = sum(part["prompt_tokens"] + part["completion_tokens"] for part in (model, asked))
    paid = f", ${result['money']:.2f}" if result["money"] else ""
    return (
        f"<p class=lead>On {best['items']} training items the best candidate has <b>{100 * best['train']:.1f}%</b>, "
        f"the seed {100 * seed['train']:.1f}%. {_short_verdict(result)}</p><p class=note>The search ended: "
        f"{escape(result['ended'])}. Spent in all: {result['attempts']:,} attempts, {calls}, {tokens:,} tokens{paid}. "
        f"{len(ledger.entries)} candidates, "
        f"{len(ledger.scored)} of them tried on all items, {len(ledger.rejected)} proposals not tried.</p>"
    )


def _short_verdict(result: Mapping[str, Any]) -> str:
    if result["verdict"] is None:
        return "There is no verdict yet."
    return "It is <b>adopted</b>." if result["verdict"]["adopted"] else "It is <b>not adopted</b>."


def _verdict(result: Mapping[str, Any]) -> str:
    if (verdict := result["verdict"]) is None:
        return "<p>The run was cut off before its verdict; with --resume it goes on.</p>"
    rows = "".join(
        f"<tr><td>{name}<td>{part['items']}<td>{_share(part['seed'], part['items'])}"
        f"<td>{_share(part['winner'], part['items'])}<td>{len(part['mended'])}<td>{len(part['broken'])}"
        f"<td>{part['p_value']:.3g}<td>{_gain(part['gain'])}"
        for name in ("validation", "test")
        if (part := verdict[name])
    )
    head = "".join(
        f"<th>{name}"
        for name in ("items", "n", "seed", "best", "only the best right", "only the seed", "p, one-sided", "gain [95%]")
    )
    table = f"<table><tr>{head}{rows}</table>" if rows else ""
    note = (
        "Adopted only if the exact one-sided sign test over the validation items on which the two differ is passed; "
        "the search never saw them. The test items are touched once, for the report of what is adopted, and decide "
        "nothing. The three parts share no problem, near-duplicates included."
    )
    pack = f"<p>The pack: {escape(result['pack'])}</p>" if result["pack"] else ""
    return f"<p>{escape(verdict['reason'])}.</p>{table}{pack}<p class=note>{note}</p>"


def _share(right: int, items: int) -> str:
    return f"{right} ({100 * right / items:.1f}%)"


def _gain(gain: Mapping[str, float] | None) -> str:
    if gain is None:
        return ""
    return f"{100 * gain['value']:+.1f} [{100 * gain['low']:+.1f}, {100 * gain['high']:+.1f}] points"


def _curve(ledger: Ledger, against: str) -> str:
    """Draw the best mean after each step, with its 95% interval over the items."""
    marks = []
    for number, point in enumerate(ledger.points):
        entry = ledger.entries[point.best]
        items = len(entry.score.items) if entry.score else 0
        around = wilson(min(max(point.mean, 0.0), 1.0) * items, items)
        x = {
            "steps": float(point.step),
            "evaluations": float(point.evaluations),
            "tokens": float(point.usage.tokens),
            "dollars": point.money,
        }[against]
        if around is not None:
            new = number == 0 or ledger.points[number - 1].best != point.best
            marks.append(Mark(x, around.value, around.low, around.high, f"{100 * point.mean:.0f}%" if new else ""))
    return (
        share_plot(marks, xlabel=against, ylabel="best score", title=f"best score against {against}") if marks else ""
    )


def _held_out(ledger: Ledger) -> str:
    found = [entry for entry in ledger.entries.values() if entry.held_out]
    if not found:
        return ""
    rows = "".join(
        f"<tr><td>{entry.candidate.id}<td>{entry.candidate.step}<td>{_mean(entry)}<td>{100 * entry.held_out.mean:.1f}%"
        for entry in found
        if entry.held_out
    )
    note = "Looked at every few steps; nothing is chosen by it."
    return (
        f"<table><tr><th>candidate<th>step<th>training items<th>validation items{rows}</table><p class=note>{note}</p>"
    )


def _failures(ledger: Ledger, attempts: Attempts, train: frozenset[str]) -> str:
    shown = [("seed", ledger.seeds[0])] if ledger.seeds else []
    if ledger.best is not None and ledger.best is not ledger.seeds[0]:
        shown.append(("best", ledger.best))
    rows = []
    for name, entry in shown:
        tried = [one for item, one in attempts.known(entry.candidate.id).items() if item in train]
        kinds = Counter(one.failure or "right" for one in tried)
        for kind, count in sorted(kinds.items(), key=lambda pair: (pair[0] != "right", -pair[1])):
            fill = "solid" if kind == "right" else "slant" if name == "seed" else "dots"
            rows.append(Bar(f"{name}: {kind}", count, f"{count} of {len(tried)}", fill=fill))
    return bars(rows, title="outcomes of seed and best") if rows else ""


def _changes(result: Mapping[str, Any]) -> str:
    if not result["seed"] or not result["best"]:
        return ""
    before, after = result["seed"]["parts"], result["best"]["parts"]
    if before == after:
        return "<p>Nothing: the seed is the best.</p>"
    return "".join(
        f"<h3>{escape(name)}</h3>{differences(before[name], after[name])}"
        for name in before
        if before[name] != after[name]
    )


def _candidates(ledger: Ledger) -> str:
    entries = sorted(ledger.entries.values(), key=lambda one: (not one.complete, -_sort(one), one.candidate.step))
    rows = "".join(
        f"<tr><td>{entry.candidate.id}<td>{entry.candidate.step}<td>{_mean(entry)}"
        f"<td>{len(entry.score.items) if entry.score else ''}<td class=words>{escape(_state(entry))}"
        f"<td class=words>{', '.join(entry.candidate.parents)}<td class=words>{escape(entry.candidate.note[:160])}"
        for entry in entries[:_MOST]
    )
    more = f"<p class=note>{len(entries) - _MOST} more in ledger.jsonl.</p>" if len(entries) > _MOST else ""
    heads = ("step", "score", "items", "", "from", "how")
    head = "".join(f"<th{' class=words' if name in ('', 'from', 'how') else ''}>{name}" for name in heads)
    return f"<table><tr><th>candidate{head}{rows}</table>{more}"


def _sort(entry: Entry) -> float:
    return entry.score.mean if entry.score else -1.0


def _mean(entry: Entry) -> str:
    return f"{100 * entry.score.mean:.1f}%" if entry.score else ""


def _state(entry: Entry) -> str:
    if entry.failure:
        return entry.failure
    if entry.score is None:
        return "waits"
    return "dropped" if entry.score.dropped else "tried on all"


def _rejected(ledger: Ledger) -> str:
    if not ledger.rejected:
        return ""
    reasons = Counter("the same as another" if " same as " in one.reason else one.reason for one in ledger.rejected)
    rows = "".join(
        f"<tr><td>{one.candidate.step}<td class=words>{escape(one.reason)}"
        f"<td class=words>{escape(one.candidate.note[:160])}"
        for one in ledger.rejected[:_MOST]
    )
    told = "; ".join(f"{count} {escape(reason)}" for reason, count in reasons.most_common(5))
    return f"<p class=note>{told}</p><table><tr><th>step<th class=words>why<th class=words>how{rows}</table>"


def _settings(config: Mapping[str, Any]) -> str:
    lines = "".join(
        f"<tr><td>{escape(name)}<td class=words>{escape(_value(value))}"
        for name, value in sorted(config.items())
        if name != "pack"
    )
    return f"<table>{lines}</table>"


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) > 12:
        return f"{len(value)}: {', '.join(map(str, value[:12]))}, ..."
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
