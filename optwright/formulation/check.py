"""Everything that can be said about a formulation before it is solved: the findings of section 8.

Nothing is raised and nothing hangs, whatever the formulation: sizes are estimated before anything is enumerated, large
constraints are run on a sample of their combinations, and numbers are kept from growing without end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optwright.errors import FormulationError
from optwright.formulation.checking.account import account
from optwright.formulation.checking.columns import Columns
from optwright.formulation.checking.domain import domains
from optwright.formulation.checking.limits import balance, crossed, loose, unbounded
from optwright.formulation.checking.rows import Rows
from optwright.formulation.checking.units import Units
from optwright.formulation.checking.usage import usage
from optwright.formulation.data import Data, gather
from optwright.formulation.elements import Expression, Formulation
from optwright.formulation.findings import Code, Finding, errors
from optwright.formulation.lower import lower
from optwright.formulation.runtime import RUN_ERRORS, explain
from optwright.problem import Table

MOST_LOWERED = 300_000
"""Elementary steps of rows up to which NO_BOUND and STRICT are looked for; lowering itself finds them in any size."""


def check(formulation: Formulation, *, tables: Sequence[Table] = (), text: str | None = None) -> list[Finding]:
    """Return the findings: errors first, then warnings.

    Args:
        formulation: What to check.
        tables: The attached tables that it binds by reference.
        text: The problem in words; with it, every number of the text and of the formulation is accounted for.
    """
    data = gather(formulation, tables)
    findings = list(data.findings)
    try:
        findings += _checked(data, text)
    except RUN_ERRORS as error:
        findings.append(explain(error).at("formulation"))
    unique = list(dict.fromkeys(findings))
    return sorted(unique, key=lambda finding: len(errors([finding])), reverse=True)


def _checked(data: Data, text: str | None) -> Iterator[Finding]:
    formulation = data.formulation
    yield from _empty(data)
    columns = Columns(data)
    rows = Rows(data, columns)
    for name in data.order:
        expression = data.elements[name]
        assert isinstance(expression, Expression)
        rows.expression(expression)
    for constraint in formulation.constraints:
        rows.constraint(constraint)
    objectives = [(objective, rows.objective(objective)) for objective in formulation.objectives]
    for output in formulation.outputs:
        rows.output(output)
    yield from rows.findings
    yield from crossed(data)
    yield from usage(data)
    yield from Units(data).run()
    if errors([*data.findings, *rows.findings]):
        if text is not None:
            yield from account(data, text)
        return
    yield from loose(data, columns)
    for objective, value in objectives:
        yield from unbounded(columns, objective, value)
    yield from balance(rows.equalities)
    yield from domains(data)
    if rows.work <= MOST_LOWERED:
        yield from _lowered(data)
    if text is not None:
        yield from account(data, text)


def _empty(data: Data) -> Iterator[Finding]:
    """Yield EMPTY for sets without members, unless they are derived."""
    for spec in data.formulation.sets:
        if spec.name in data.sets and not len(data.sets[spec.name]) and spec.for_each is None:
            yield Finding(Code.EMPTY, spec.where, "it has no members")


def _lowered(data: Data) -> list[Finding]:
    """Return what lowering finds: big-M without a bound, strict inequality of continuous quantities."""
    try:
        lower(data.formulation, data.tables)
    except FormulationError as error:
        return [finding for finding in error.findings if isinstance(finding, Finding)]
    return []
