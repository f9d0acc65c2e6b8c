"""What can be said of a version without solving anything: the model, what binds, why there is no solution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from optwright.agent.binding import TIGHT
from optwright.agent.explanation import number
from optwright.agent.solution import Status
from optwright.agent.talk.plan import Plan
from optwright.agent.talk.version import Version
from optwright.agent.talk.words import common, meets, split, stem, stems
from optwright.formulation.elements import Element, Formulation, Objective, Parameter, SetSpec, Variable
from optwright.outcome import label

NO_PROBLEM = "There is no problem yet. Tell me what is to be decided, what is best, and what limits it."
MOST = 30
MOST_NAMES = 8


def help_text(version: Version | None, *, model: bool) -> str:
    """Say what can be asked now."""
    if version is None:
        more = "" if model else " Without a language model I read short textbook problems only."
        return f"{NO_PROBLEM} Attach tables as CSV or XLSX.{more}"
    lines = ["You can", *(f"- {line}" for line in _CAN)]
    if not model:
        lines.append("Without a language model I take common phrasings only; name things as the problem does.")
    return "\n".join(lines)


_CAN = (
    'change the problem: "at most 40 hours instead", "tables sell for $60", "double the budget"',
    'try something: "what if steel costs 10% more?", then "keep it"',
    'ask why not: "why no chairs?", "why not 10 tables?"',
    'ask what matters: "what limits it?", "how sensitive is it?", "what is one more hour worth?"',
    'have the model explained: "explain the model", "explain the budget"',
    'if it has no solution: "why?", then "relax it"',
    'go back or on: "undo", "back to version 1", "export as lp"; or tell a new problem',
)


def unclear(said: str, version: Version) -> list[str]:
    """Say that the words were not understood: which of them the model does not know, and what it does know."""
    lines = ["I did not understand that, so nothing was changed."]
    formulation = version.formulation
    if formulation is None:
        return lines
    texts = [f"{part.name} {part.description} {part.quote} {_members(part)}" for part in formulation.elements()]
    known = stems(" ".join(texts))
    strange = [word for word in split(said) if stems(word) and not meets(stem(word), known) and not common(word)]
    if strange:
        lines.append(f"The model does not know: {', '.join(dict.fromkeys(strange))}.")
    names = [part.name for part in formulation.elements() if part.kind in ("parameter", "variable", "constraint")]
    members = [str(member) for part in formulation.sets for member in list(part.members or [])[:MOST_NAMES]]
    lines.append(f"It knows {', '.join([*names, *members][:MOST])}.")
    return lines


def _members(element: Element) -> str:
    return " ".join(map(str, element.members or [])) if isinstance(element, SetSpec) else ""


def model(version: Version, plan: Plan) -> Iterator[str]:
    """Explain the model, or the one element that the plan names."""
    formulation = version.formulation
    if formulation is None:
        yield "There is no formulation of this problem, only a program."
        return
    chosen = [element for element in formulation.elements() if element.name == plan.topic]
    if chosen:
        for element in chosen:
            yield from _element(element)
        return
    if formulation.description:
        yield formulation.description
    for title, elements in _parts(formulation):
        if elements:
            yield f"{title}:"
            for element in elements[:MOST]:
                yield f"- {_line(element)}"
    for assumption in version.solution.assumptions:
        yield f"Assumed: {assumption}"


def _parts(formulation: Formulation) -> Sequence[tuple[str, Sequence[Element]]]:
    return (
        ("It is about", formulation.sets),
        ("Given", formulation.parameters),
        ("To be decided", formulation.variables),
        ("Named quantities", formulation.expressions),
        ("Best is to", formulation.objectives),
        ("It must hold that", formulation.constraints),
    )


def _line(element: Element) -> str:
    """Say in one line what an element is, with the words that it comes from."""
    words = element.quote or element.description
    return f"{mathematics(element)}{f'  ({words})' if words else ''}"


def _element(element: Element) -> Iterator[str]:
    yield f"{element.where}: {mathematics(element)}"
    if element.description:
        yield f"It is {element.description}."
    if element.quote:
        yield f'It comes from your words "{element.quote}".'


def mathematics(element: Element) -> str:
    """Write an element as a line of mathematics in plain text."""
    if isinstance(element, Objective):
        return f"{element.sense} {element.expression}"
    if isinstance(element, SetSpec):
        return f"{element.name}: {_short(_given(element))}"
    if isinstance(element, Parameter):
        unit = f" {element.unit}" if element.unit else ""
        return f"{label(element.name, element.index)} = {_short(_given(element))}{unit}"
    if isinstance(element, Variable):
        ends = [f"{side} {_short(end)}" for side in ("lower", "upper") if (end := getattr(element, side)) is not None]
        return ", ".join(
            [f"{label(element.name, element.index)}, {_DOMAINS.get(element.domain, element.domain)}", *ends]
        )
    text = str(getattr(element, "expression", ""))
    for_each = getattr(element, "for_each", None)
    return f"{element.name}: {text}{f', for each {for_each}' if for_each else ''}"


_DOMAINS: Mapping[str, str] = {
    "NonNegativeReals": "at least 0",
    "NonNegativeIntegers": "a whole number from 0",
    "PositiveIntegers": "a whole number from 1",
    "Integers": "a whole number",
    "Reals": "any number",
    "Binary": "yes or no",
    "PercentFraction": "a share from 0 to 1",
}


def _given(element: SetSpec | Parameter) -> Any:
    for field in ("members", "range", "for_each", "keys_of", "value", "rows", "table", "default"):
        if (value := getattr(element, field, None)) is not None:
            return f"{element.kind} from table {value}" if field == "table" else value
    return ""


def _short(value: Any, most: int = 160) -> str:
    text = (
        ", ".join(map(str, value))
        if isinstance(value, list | tuple) and not any(isinstance(part, list | tuple) for part in value)
        else str(value)
    )
    return text if len(text) <= most else f"{text[: most - 3]}..."


def binding(version: Version, plan: Plan) -> Iterator[str]:
    """Say which constraints are tight, and how much room the others leave."""
    solution = version.solution
    if solution.status not in (Status.OPTIMAL, Status.FEASIBLE) or solution.outcome is None:
        yield f"There is no solution to look at: {solution.explanation.headline}"
        return
    rows = solution.explanation.binding
    if rows:
        yield "These limits are reached, so they hold the answer back:"
        yield from (f"- {row.line()}" for row in rows)
    else:
        yield "No limit is reached: the constraints all leave room."
    loose = [
        f"- {label(name, key)}: {number(slack)} left"
        for name, entries in solution.outcome.slacks.items()
        for key, slack in entries.items()
        if slack > TIGHT
    ]
    if loose:
        yield "These leave room:"
        yield from loose[:MOST]
        if len(loose) > MOST:
            yield f"- and {len(loose) - MOST} more"


def infeasible(version: Version, plan: Plan) -> Iterator[str]:
    """Say why there is no solution, and what would give one."""
    solution = version.solution
    if solution.status in (Status.OPTIMAL, Status.FEASIBLE):
        yield f"There is a solution. {solution.explanation.headline}"
        yield from binding(version, plan)
        return
    yield solution.explanation.headline
    yield from solution.explanation.reasons
    if solution.outcome is not None and solution.outcome.conflict and solution.outcome.conflict.relaxation:
        yield 'Say "relax it" to have exactly that done, or say which limit is to be otherwise.'
