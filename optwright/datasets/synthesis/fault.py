"""Faults planted into a formulation, as a modeller makes them: what the forward check is measured against."""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import StrEnum

from optwright.errors import FormulationError
from optwright.formulation.data import resolve
from optwright.formulation.edit import ChangeDomain, DropConstraint, SetValue, apply
from optwright.formulation.elements import Domain, Formulation, Sense
from optwright.formulation.expression import parse
from optwright.formulation.nodes import Compare
from optwright.formulation.unparse import unparse


class Fault(StrEnum):
    """One kind of fault."""

    NUMBER = "number changed"
    CONSTRAINT = "constraint dropped"
    SENSE = "sense flipped"
    INTEGRALITY = "integrality lost"


def plant(formulation: Formulation, fault: Fault, dice: random.Random) -> Formulation | None:
    """Return the formulation with a fault, None where it has no place for one of this kind."""
    return _PLANT[fault](formulation, dice)


def _number(formulation: Formulation, dice: random.Random) -> Formulation | None:
    data = resolve(formulation)
    places = [
        (name, key, value)
        for name, values in data.parameters.items()
        for key, value in values.items()
        if isinstance(value, int | float) and value
    ]
    for name, key, value in dice.sample(places, len(places)):
        factor = dice.choice([0.8, 0.9, 1.1, 1.25])
        moved = value * factor if value != int(value) else max(0, round(value * factor))
        changed = moved if moved != value else value + 1
        try:
            return apply(formulation, [SetValue(parameter=name, value=changed, at=key or None)])
        except FormulationError:
            continue
    return None


def _constraint(formulation: Formulation, dice: random.Random) -> Formulation | None:
    if not formulation.constraints:
        return None
    return apply(formulation, [DropConstraint(constraint=dice.choice(formulation.constraints).name)])


def _sense(formulation: Formulation, dice: random.Random) -> Formulation | None:
    """Turn one relation round, or the objective's direction."""
    turnable = [one for one in formulation.constraints if _turned(one.expression) is not None]
    if dice.random() < 0.3 or not turnable:
        goals = formulation.objectives
        if len(goals) != 1:
            return None
        other = Sense.MINIMIZE if goals[0].sense is Sense.MAXIMIZE else Sense.MAXIMIZE
        return formulation.model_copy(update={"objective": goals[0].model_copy(update={"sense": other})})
    chosen = dice.choice(turnable)
    constraints = tuple(
        one.model_copy(update={"expression": _turned(one.expression)}) if one is chosen else one
        for one in formulation.constraints
    )
    return formulation.model_copy(update={"constraints": constraints})


def _turned(expression: str) -> str | None:
    match parse(expression):
        case Compare(("<=",) | (">=",) as ops, operands):
            return unparse(Compare((">=",) if ops == ("<=",) else ("<=",), operands))
    return None


def _integrality(formulation: Formulation, dice: random.Random) -> Formulation | None:
    whole = [one for one in formulation.variables if one.domain.integral]
    if not whole:
        return None
    chosen = dice.choice(whole)
    continuous = Domain.PERCENT_FRACTION if chosen.domain is Domain.BINARY else _WIDER[chosen.domain]
    return apply(formulation, [ChangeDomain(variable=chosen.name, domain=continuous)])


_WIDER: dict[Domain, Domain] = {
    Domain.INTEGERS: Domain.REALS,
    Domain.NON_NEGATIVE_INTEGERS: Domain.NON_NEGATIVE_REALS,
    Domain.POSITIVE_INTEGERS: Domain.NON_NEGATIVE_REALS,
}
_PLANT: dict[Fault, Callable[[Formulation, random.Random], Formulation | None]] = {
    Fault.NUMBER: _number,
    Fault.CONSTRAINT: _constraint,
    Fault.SENSE: _sense,
    Fault.INTEGRALITY: _integrality,
}
