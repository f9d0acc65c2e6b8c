"""How the answer depends on its data: duals and ranging of linear models, trials of all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from optwright.agent.binding import TIGHT, words_of
from optwright.agent.explanation import number
from optwright.agent.nodes.execute import LARGE, rename
from optwright.agent.solution import Status
from optwright.agent.solve import Settings
from optwright.agent.talk.relax import loosened
from optwright.agent.talk.solving import plain
from optwright.agent.talk.state import Around
from optwright.agent.talk.version import Version
from optwright.errors import FormulationError
from optwright.formulation.data import resolve
from optwright.formulation.edit import Edit, Scale, apply
from optwright.formulation.elements import Constraint, Formulation
from optwright.formulation.expression import parse
from optwright.formulation.nodes import free_names
from optwright.formulation.render import render
from optwright.outcome import Key, Outcome, Range, label
from optwright.problem import Table
from optwright.solvers.options import Limits, Trust
from optwright.solvers.runner import run, run_formulation
from optwright.stop import current

MOST_ROWS = 12
MOST_TRIALS = 24
"""Solves that one question may cost where there are no dual values."""
STEP = 0.1
"""Share by which prices are tried up and down."""


@dataclass(frozen=True, slots=True)
class _Bench:
    """What trials need."""

    version: Version
    formulation: Formulation
    tables: tuple[Table, ...]
    settings: Settings

    def solve(self, formulation: Formulation, *, ranging: bool = False) -> Outcome:
        """Solve a formulation under its own names."""
        current().check()
        options = replace(self.settings.options, ranging=ranging, diagnose=False)
        rendered = render(formulation, self.tables)
        limits = Limits.around(options)
        if len(rendered.source) > LARGE:
            return run_formulation(plain(formulation), self.tables, options=options, limits=limits)
        return rename(run(rendered.source, trust=Trust.RENDERED, options=options, limits=limits), rendered.names)

    def edited(self, *edits: Edit) -> Outcome:
        """Solve the formulation after some edits."""
        return self.solve(apply(self.formulation, edits, self.tables))


def sensitivity(version: Version, topic: str, tables: tuple[Table, ...], around: Around) -> list[str]:
    """Say how the answer depends on its data, or on the one element that the question is about."""
    solution = version.solution
    if solution.status not in (Status.OPTIMAL, Status.FEASIBLE) or version.formulation is None:
        return [f"There is no answer whose sensitivity could be told: {solution.explanation.headline}"]
    bench = _Bench(version, version.formulation, tables, around.settings)
    outcome = bench.solve(version.formulation, ranging=True)
    if outcome.ranging is not None:
        lines = [*_limits(bench, outcome, topic), *_costs(bench, outcome, topic)]
        return lines or ["Nothing that you named has a limit or a price in this model."]
    return list(_trials(bench, outcome, topic))


def _concerns(bench: _Bench, constraint: Constraint, topic: str) -> bool:
    """Whether a constraint is the topic or has it in its expression."""
    return not topic or topic == constraint.name or topic in free_names(parse(constraint.expression))


def _limits(bench: _Bench, outcome: Outcome, topic: str) -> Iterator[str]:
    """Say what one unit more of each limit is worth, and how far that holds."""
    constraints = {constraint.name: constraint for constraint in bench.formulation.constraints}
    rows = [
        (name, key, dual)
        for name, entries in outcome.duals.items()
        if name in constraints and _concerns(bench, constraints[name], topic)
        for key, dual in entries.items()
    ]
    priced = sorted((row for row in rows if abs(row[2]) > TIGHT), key=lambda row: -abs(row[2]))
    assert outcome.ranging is not None, "asked for only where there is ranging"
    if priced:
        yield "One unit more on the right-hand side of a limit changes the best value by:"
    for name, key, dual in priced[:MOST_ROWS]:
        ends = outcome.ranging.limits.get(name, {}).get(key)
        yield f"- {label(name, key)}: {_signed(dual)}{_far(ends)}{_words(constraints[name])}"
    if len(priced) > MOST_ROWS:
        yield f"- and {len(priced) - MOST_ROWS} more limits"
    free = sorted({name for name, *_ in rows} - {name for name, *_ in priced})
    if free:
        yield f"Worth nothing at the margin, since they leave room: {', '.join(free[:MOST_ROWS])}."


def _far(ends: Range | None) -> str:
    if ends is None:
        return ""
    down, up = ("any amount" if end is None else number(end) for end in (ends.down, ends.up))
    return f" a unit, for up to {up} more or {down} less"


def _words(constraint: Constraint) -> str:
    words = words_of(constraint)
    return f' ("{words}")' if words and words != constraint.expression else ""


def _costs(bench: _Bench, outcome: Outcome, topic: str) -> Iterator[str]:
    """Say how far each variable's price can go before another plan is best, and what an unused one lacks."""
    assert outcome.ranging is not None, "asked for only where there is ranging"
    names = {variable.name for variable in bench.formulation.variables}
    objective = bench.formulation.objectives[-1:] if bench.formulation.objectives else ()
    priced = topic in names or any(topic in free_names(parse(part.expression)) for part in objective)
    if topic and not priced:
        return
    lines = [
        _cost(label(name, key), ends, outcome.values.get(name, {}).get(key, 0.0), _reduced(outcome, name, key))
        for name, entries in outcome.ranging.costs.items()
        if name in names and (topic not in names or name == topic)
        for key, ends in entries.items()
    ]
    if lines:
        yield "The plan stays the same while what one unit brings or costs stays within:"
        yield from lines[: 2 * MOST_ROWS]
    if len(lines) > 2 * MOST_ROWS:
        yield f"- and {len(lines) - 2 * MOST_ROWS} more"


def _reduced(outcome: Outcome, name: str, key: Key) -> float:
    return outcome.reduced_costs.get(name, {}).get(key, 0.0)


def _cost(name: str, ends: Range, value: float, reduced: float) -> str:
    low = "-infinity" if ends.down is None else number(ends.value - ends.down)
    high = "infinity" if ends.up is None else number(ends.value + ends.up)
    line = f"- {name}: {low} to {high}, now {number(ends.value)}"
    if abs(value) <= TIGHT and abs(reduced) > TIGHT:
        line += f"; it is 0, and one unit of it would change the best value by {_signed(reduced)}"
    return line


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-'}{number(abs(value))}"


def _trials(bench: _Bench, outcome: Outcome, topic: str) -> Iterator[str]:
    """Solve again at other data: limits one unit looser and tighter, prices a tenth up and down."""
    whole = any(variable.domain.integral for variable in bench.formulation.variables)
    kind = "With whole numbers there are no prices" if whole else "This model has no exact prices"
    yield f"{kind}, so I solved it again with one number changed at a time:"
    base = outcome.objective
    left = MOST_TRIALS
    for name, edits in [*_looser(bench, outcome, topic), *_dearer(bench, topic)]:
        if left <= 0:
            yield "- and more, which were not tried; ask about one of them"
            return
        left -= len(edits)
        tried = [f"{how}: {_moved(bench, base, edit)}" for how, edit in edits.items()]
        yield f"- {name}: {'; '.join(tried)}"


def _moved(bench: _Bench, base: float | None, edit: Edit) -> str:
    try:
        outcome = bench.edited(edit)
    except FormulationError as error:
        return f"cannot be tried ({error})"
    if not outcome.has_incumbent:
        return str(outcome.termination).replace("_", " ")
    if base is None or outcome.objective is None:
        return "still possible"
    change = outcome.objective - base
    if abs(change) <= 1e-6 * max(1.0, abs(base)):
        return "no change"
    return f"{_signed(change)} (best value {number(outcome.objective)})"


def _looser(bench: _Bench, outcome: Outcome, topic: str) -> Iterator[tuple[str, Mapping[str, Edit]]]:
    """Yield for each tight limit the edits that loosen and tighten it by one unit."""
    for constraint in bench.formulation.constraints:
        if not _concerns(bench, constraint, topic):
            continue
        slacks = outcome.slacks.get(constraint.name, {})
        keys = [key for key, slack in slacks.items() if abs(slack) <= 1.0 or topic]
        for key in keys[:MOST_ROWS]:
            edits = {
                how: edit
                for how, amount in (("one unit looser", 1.0), ("one unit tighter", -1.0))
                if (edit := loosened(constraint, {key: amount})) is not None
            }
            if edits:
                yield f"{label(constraint.name, key)}{_words(constraint)}", edits


def _dearer(bench: _Bench, topic: str) -> Iterator[tuple[str, Mapping[str, Edit]]]:
    """Yield for each entry of the parameters in the objective the edits that change it by a tenth."""
    used = {name for part in bench.formulation.objectives for name in free_names(parse(part.expression))}
    data = resolve(bench.formulation, bench.tables)
    for parameter in bench.formulation.parameters:
        if parameter.name not in used or (topic and topic != parameter.name):
            continue
        for key in list(data.parameters[parameter.name])[:MOST_ROWS]:
            place = key or None
            edits = {
                f"{share:+.0%}": Scale(parameter=parameter.name, factor=1 + share, at=place) for share in (STEP, -STEP)
            }
            yield label(parameter.name, key), edits
