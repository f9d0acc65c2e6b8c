"""report.html: one file that needs nothing else, with the plots inline and the tables below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from optwright.eval.judged import Judged
from optwright.eval.metrics import wilson
from optwright.eval.plots import FILLS, PATTERNS, Bar, Mark, bars, share_plot, unit_plot
from optwright.eval.score import RULES

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #111; background: #fff; max-width: 62rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
svg { max-width: 100%; height: auto; font: 13px system-ui, sans-serif; }
table { border-collapse: collapse; font-size: 13px; } th, td { padding: .2rem .7rem; text-align: right; }
th { border-bottom: 2px solid #111; } td { border-bottom: 1px solid #ccc; }
th:first-child, td:first-child, .words { text-align: left; }
.lead { font-size: 1.1rem; } .note { color: #333; font-size: 13px; max-width: 48rem; }
@media print { body { margin: 0; } h2 { break-after: avoid; } svg, table { break-inside: avoid; } }
"""
_QUINTILES = 5
_INSIGHTS = 30
"""Insights in the table: those shown most often."""


def report(
    config: Mapping[str, Any],
    summary: Mapping[str, Any],
    timing: Mapping[str, Any],
    judged: Sequence[Judged],
    *,
    structures: Mapping[str, int] | None = None,
    conditions: Mapping[str, str] | None = None,
) -> str:
    """Return the page.

    `judged` gives the tokens of each attempt, `structures` the categories of `contrast` if any, `conditions` those of
    the insights that the run could draw from.
    """
    sections = [
        ("Accuracy by benchmark", _accuracy(summary["benchmarks"], pooled=summary["pooled"])),
        ("Accuracy by type", _accuracy(summary["by_type"])),
        ("Accuracy by length of the question", _accuracy(summary["by_size"])),
        ("What became of the problems", _outcomes(summary["failures"])),
        ("Models against references", _structures(structures)),
        ("The same predictions under every rule", _rules(summary["pooled"])),
        ("The experience library", _library(config.get("library"), summary.get("library"), conditions or {})),
        ("Confidence against accuracy", _calibration(summary["calibration"])),
        ("Tokens against accuracy", _tokens(judged)),
        ("Seconds per step", _steps(timing)),
        ("Several samples", _samples(summary)),
        ("Figures by benchmark", _table(summary)),
        ("Settings", _settings(config)),
    ]
    body = "".join(f"<section><h2>{name}</h2>{content}</section>" for name, content in sections if content)
    title = f"{config.get('model') or 'no model'}, {config.get('method', '')}"
    head = f'<meta charset="utf-8"><title>Optwright run: {escape(title)}</title><style>{STYLE}</style>'
    lead = f"<h1>{escape(title)}</h1>{_lead(summary)}"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{PATTERNS}{lead}{body}</body></html>\n'


def _lead(summary: Mapping[str, Any]) -> str:
    pooled = summary["pooled"]
    if (accuracy := pooled["accuracy"]) is None:
        return "<p class=lead>No item could be scored.</p>"
    done = f"{summary['attempts']} of {summary['expected']} attempts"
    excluded = f"{pooled['excluded']} excluded" if pooled["excluded"] else "none excluded"
    return (
        f"<p class=lead>Strict solving accuracy <b>{_percent(accuracy)}</b>: {pooled['correct']} of {pooled['scored']} "
        f"distinct problems ({excluded}); {done}; {escape(summary['labels'])} labels.</p>"
        "<p class=note>Strict: within 1e-6 of |gold| + 1, or equal at the label's printed decimals. Intervals are 95% "
        "(Wilson; bootstrap over 20 items and more where there are several samples). Questions that "
        "appear in several benchmarks count once here.</p>"
    )


def _accuracy(groups: Mapping[str, Any], *, pooled: Mapping[str, Any] | None = None) -> str:
    rows = [_accuracy_bar(name, group, "slant") for name, group in groups.items() if group["accuracy"]]
    if pooled and pooled["accuracy"]:
        rows.append(_accuracy_bar("all, duplicates once", pooled, "solid"))
    return bars(rows, top=1.0, percent=True, title="accuracy with 95% intervals")


def _accuracy_bar(name: str, group: Mapping[str, Any], fill: str) -> Bar:
    rate = group["accuracy"]
    note = f"{100 * rate['value']:.1f}%  ({group['correct']}/{group['scored']})"
    return Bar(name, rate["value"], note, rate["low"], rate["high"], fill)


def _outcomes(failures: Mapping[str, Any]) -> str:
    ordered = sorted(failures["outcomes"].items(), key=lambda pair: (pair[0] != "right", -pair[1]))
    total = sum(count for _, count in ordered)
    fills = {"right": "solid", "wrong value": "slant", "wrong status": "back", "excluded": "blank"}
    spare = [fill for fill in FILLS if fill not in fills.values()]
    rows = [
        Bar(name, count, f"{count}  ({100 * count / total:.1f}%)", fill=fills.get(name, spare[i % len(spare)]))
        for i, (name, count) in enumerate(ordered)
    ]
    why = "; ".join(f"{count} {escape(reason)}" for reason, count in failures["excluded"].items())
    return bars(rows, title="outcomes") + (f"<p class=note>Excluded: {why}.</p>" if why else "")


def _structures(categories: Mapping[str, int] | None) -> str:
    if not categories or not any(categories.values()):
        return ""
    fills = ("solid", "dots", "slant", "grid", "back", "blank")
    pairs = zip(categories.items(), fills, strict=True)
    short = {name: name.partition(" (")[0].replace(" value, ", ", ") for name in categories}
    rows = [Bar(short[name], count, str(count), fill=fill) for (name, count), fill in pairs]
    words = "Where a reference model is at hand: a right value can come of another model, a wrong one of wrong data."
    return bars(rows, title="structure and value") + f"<p class=note>{words}</p>"


def _rules(pooled: Mapping[str, Any]) -> str:
    rows = []
    for name, counted in pooled["rules"].items():
        if (rate := counted["rate"]) is not None:
            note = f"{100 * rate['value']:.1f}%  ({counted['correct']}/{counted['of']})"
            fill = "solid" if name == "strict" else "slant"
            rows.append(Bar(name, rate["value"], note, rate["low"], rate["high"], fill))
    lines = "".join(
        f"<tr><td>{escape(rule.name)}<td class=words>{escape(rule.title)}<td class=words>{escape(rule.source)}"
        for rule in RULES.values()
    )
    words = f"<table><tr><th>rule<th class=words>compares<th class=words>source{lines}</table>"
    return bars(rows, top=1.0, percent=True, title="correct under each rule") + words


def _library(library: Mapping[str, Any] | None, usage: Mapping[str, Any] | None, conditions: Mapping[str, str]) -> str:
    if library is None:
        return ""
    where = f"{escape(str(library['place']))}: {library['insights']} insights admitted"
    if usage is None:
        return f"<p class=note>{where}; none was found to apply to any problem.</p>"
    told = (
        f"{where}. Insights were shown in {usage['with_insights']} of {usage['attempts']} attempts, {usage['shown']} "
        f"in all; answers cite {usage['cited']}. Retrieval precision <b>{100 * usage['precision']:.1f}%</b>: "
        "the share of those shown that a right answer cites. Which problems are shown insights is not by chance: what "
        "the library is worth, `optwright compare` says of a run with it and one without."
    )
    rows = [
        Bar(
            name,
            rate["value"],
            f"{100 * rate['value']:.1f}%  ({part['correct']}/{part['of']})",
            rate["low"],
            rate["high"],
        )
        for name, part in usage["accuracy"].items()
        if (rate := part["rate"])
    ]
    lines = [
        f"<tr><td>{escape(name)}<td>{row['shown']}<td>{row['shown_right']}<td>{row['cited']}<td>{row['cited_right']}"
        f"<td class=words>{escape(_short(conditions.get(name, '')))}"
        for name, row in list(usage["insights"].items())[:_INSIGHTS]
    ]
    more = len(usage["insights"]) - len(lines)
    rest = f"<p class=note>{more} more in summary.json.</p>" if more > 0 else ""
    head = "<tr><th>insight<th>shown<th>right then<th>cited<th>right then<th class=words>when"
    plot = bars(rows, top=1.0, percent=True, title="accuracy of attempts with and without insights")
    return f"<p class=note>{told}</p>{plot}<table>{head}{''.join(lines)}</table>{rest}"


def _short(text: str, most: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _calibration(calibration: Mapping[str, Any] | None) -> str:
    if not calibration:
        return ""
    marks = []
    for part in calibration["bins"]:
        around = wilson(part["accuracy"] * part["count"], part["count"])
        if around:
            marks.append(Mark(part["confidence"], part["accuracy"], around.low, around.high, str(part["count"])))
    plot = unit_plot(marks, xlabel="stated confidence", ylabel="strict accuracy", diagonal=True, title="reliability")
    error = f"Expected calibration error {calibration['expected_error']:.3f} over {calibration['n']} attempts."
    return f"{plot}<p class=note>{error} Numbers beside the marks are attempts; the dashed line is perfect.</p>"


def _tokens(judged: Sequence[Judged]) -> str:
    spent = sorted(
        (prediction.usage.tokens, verdict["strict"] is True)
        for entry in judged
        for prediction, verdict in zip(entry.predictions, entry.verdicts, strict=False)
    )
    if not spent or spent[-1][0] == 0:
        return ""
    marks = []
    for number in range(_QUINTILES):
        part = spent[number * len(spent) // _QUINTILES : (number + 1) * len(spent) // _QUINTILES]
        around = wilson(sum(hit for _, hit in part), len(part))
        if around:
            middle = sum(tokens for tokens, _ in part) / len(part)
            marks.append(Mark(middle, around.value, around.low, around.high, str(len(part))))
    plot = share_plot(marks, xlabel="tokens per attempt", ylabel="strict accuracy", title="tokens against accuracy")
    return f"{plot}<p class=note>Attempts in five groups of equal size by tokens spent.</p>"


def _steps(timing: Mapping[str, Any]) -> str:
    rows = [
        Bar(name, spent["mean"], f"{_seconds(spent['mean'])} in {spent['attempts']} attempts", fill="slant")
        for name, spent in timing["steps"].items()
    ]
    if not timing["seconds"]:
        return ""
    whole = timing["seconds"]
    words = ", ".join(f"{name} {_seconds(value)}" for name, value in whole.items())
    note = "Waiting for a free place at the server is apart: the steps that ask contain it, the whole does not."
    drawn = bars(rows, title="mean seconds per step") if rows else ""
    return f"{drawn}<p class=note>Whole attempt: {words}. {note}</p>"


def _samples(summary: Mapping[str, Any]) -> str:
    pooled = summary["pooled"]
    if "pass_at" not in pooled:
        return ""
    rows = [
        Bar(f"{kind}@{k}", rate["value"], f"{100 * rate['value']:.1f}%", rate["low"], rate["high"], fill)
        for kind, fill, rates in (("pass", "slant", pooled["pass_at"]), ("vote", "dots", pooled["vote_at"]))
        for k, rate in rates.items()
        if rate
    ]
    return bars(rows, top=1.0, percent=True, title="pass@k and vote@k")


def _table(summary: Mapping[str, Any]) -> str:
    head = ("", "n", "excluded", "answered", "correct", "accuracy", "95% interval", "programs ran", "programs per item")
    groups = {**summary["benchmarks"], "all": summary["with_duplicates"], "all, duplicates once": summary["pooled"]}
    lines = []
    for name, group in groups.items():
        rate, ran = group["accuracy"], group["executed"]
        cells = [
            *(str(group[key]) for key in ("n", "excluded", "answered", "correct")),
            f"{100 * rate['value']:.1f}%" if rate else "",
            f"{100 * rate['low']:.1f} to {100 * rate['high']:.1f}" if rate else "",
            f"{100 * ran['value']:.1f}%" if ran else "",
            f"{group['solving_times']:.2f}" if group["solving_times"] is not None else "",
        ]
        lines.append(f"<tr><td>{escape(name)}" + "".join(f"<td>{cell}" for cell in cells))
    usage = summary["usage"]
    paid = f", ${usage['cost']:.2f}" if usage["cost"] is not None else ""
    spent = (
        f"{usage['calls']} calls, {usage['prompt_tokens']:,} prompt tokens ({usage['cached_tokens']:,} from the "
        f"server's cache), {usage['completion_tokens']:,} written{paid}."
    )
    header = "".join(f"<th>{name}" for name in head)
    return f"<table><tr>{header}{''.join(lines)}</table><p class=note>{spent}</p>"


def _settings(config: Mapping[str, Any]) -> str:
    shown = {**config, "pack": (config.get("pack") or {}).get("name")}
    lines = "".join(
        f"<tr><td>{escape(str(name))}<td class=words>{escape(str(value))}" for name, value in sorted(shown.items())
    )
    return f"<table>{lines}</table>"


def _percent(rate: Mapping[str, float]) -> str:
    return f"{100 * rate['value']:.1f}% [{100 * rate['low']:.1f}, {100 * rate['high']:.1f}]"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 0.1 else f"{1000 * value:.1f} ms"
