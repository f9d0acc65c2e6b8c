"""Questions about the answer and the model, and changes of its structure, read by rules."""

from __future__ import annotations

import re
from collections.abc import Callable

from optwright.agent.talk.changes import NEAR, Scene
from optwright.agent.talk.decisions import Quantity, quantities
from optwright.agent.talk.mentions import mentions
from optwright.agent.talk.numbers import NUMBER, read_number, tidy
from optwright.agent.talk.operation import HYPOTHETICAL
from optwright.agent.talk.phrases import phrase
from optwright.agent.talk.plan import Intent, Plan
from optwright.agent.talk.turn import Question
from optwright.agent.talk.words import SOFT, VERBS, meets, named, stems
from optwright.formulation.edit import ChangeDomain, ChangeSense, DropConstraint, Edit
from optwright.formulation.elements import Domain, Element, Sense

_COUNT = re.compile(rf"(?<![\w.])(?P<n>{NUMBER})(?![\w%])", re.IGNORECASE)
_DIRECTIONS = re.compile("|".join(phrase("questions", name).pattern for name in ("more", "fewer")), re.IGNORECASE)
_NAMES = re.compile(r"[^\W\d]+")


def read(said: str, scene: Scene) -> Plan | None:
    """Return the plan of a question or of a change of structure; None where it is neither."""
    for reader in (_infeasible, _structure, _why_not, _about):
        if (plan := reader(said, scene)) is not None:
            return plan
    return None


def _infeasible(said: str, scene: Scene) -> Plan | None:
    return Plan(Intent.WHY_INFEASIBLE) if phrase("questions", "infeasible").fullmatch(said) else None


def _about(said: str, scene: Scene) -> Plan | None:
    """Read what is asked of the model as it is; the element that it is about is found by its words."""
    if HYPOTHETICAL.match(said) is not None:
        return None
    for intent in (Intent.SENSITIVITY, Intent.BINDING, Intent.EXPLAIN):
        if phrase("questions", intent).search(said) is not None:
            return Plan(intent, topic=topic(phrase("questions", "jargon").sub(" ", said), scene))
    return None


def topic(said: str, scene: Scene) -> str:
    """Return the name of the element that the words name best; empty where none is named."""
    spelt = [element.name for element in scene.formulation.elements() if "_" in element.name and element.name in said]
    if spelt:
        return max(spelt, key=len)
    words = stems(mentions(said, scene.formulation, scene.data).rest) or stems(said)
    ranked = [(_named(element, words), element.name) for element in scene.formulation.elements()]
    best = max(ranked, default=(0.0, ""), key=lambda entry: entry[0])
    return best[1] if best[0] > 0.5 else ""


def _named(element: Element, words: frozenset[str]) -> float:
    """Say how well words name an element: the share of its name's stems that they meet."""
    own = named(element.name) - SOFT or named(element.name)
    met = sum(meets(word, words) for word in own)
    return met / len(own) + 0.1 * (element.kind == "constraint") if own else 0.0


def _structure(said: str, scene: Scene) -> Plan | None:
    """Read `drop the limit on tables`, `chairs must be whole`, `minimise instead`."""
    intent = Intent.WHAT_IF if HYPOTHETICAL.match(said) else Intent.CHANGE
    if (match := phrase("structure", "sense").fullmatch(said)) is not None:
        sense = Sense.MAXIMIZE if match["sense"].lower().startswith("max") else Sense.MINIMIZE
        return Plan(intent, (ChangeSense(sense=sense),))
    for name in ("drop", "lack"):
        if (match := phrase("structure", name).fullmatch(said)) is not None:
            return _choice(intent, _dropped(match["rest"], scene))
    if re.search(r"\d", said):
        return None
    for name, make in (("fractional", _made_real), ("whole", _made_whole)):
        pattern = phrase("structure", name)
        if pattern.search(said):
            options = _domains(pattern.sub(" ", said), scene, make)
            return _choice(intent, options) or Plan(Intent.UNCLEAR, failed="Nothing in the model would change by that.")
    return None


def _choice(intent: Intent, options: list[tuple[str, Edit]]) -> Plan | None:
    if len(options) <= 1:
        return Plan(intent, (options[0][1],)) if options else None
    listed = "\n".join(f"- {number}: {name}" for number, (name, _) in enumerate(options, 1))
    question = Question(f"Which do you mean?\n{listed}", "The words fit more than one.", options[0][0])
    return Plan(intent, questions=(question,), options=tuple(Plan(intent, (edit,)) for _, edit in options))


def _dropped(rest: str, scene: Scene) -> list[tuple[str, Edit]]:
    """Return the constraints that the words name best, each with the edit that drops it."""
    words = stems(rest) - SOFT - VERBS
    ranked: list[tuple[float, str]] = []
    for constraint in scene.formulation.constraints:
        strong = stems(" ".join([constraint.name, *_NAMES.findall(constraint.expression)]))
        weak = stems(f"{constraint.description} {constraint.quote}")
        if words and all(meets(word, strong | weak) for word in words):
            own = named(constraint.name) - SOFT
            ranked.append((sum(meets(word, own) + 0.4 * meets(word, weak) for word in words), constraint.name))
    best = max((score for score, _ in ranked), default=0.0)
    names = [name for score, name in ranked if score > best - NEAR]
    return [(f"drop {name}", DropConstraint(constraint=name)) for name in names[:4]]


def _made_whole(domain: Domain) -> Domain:
    return {
        Domain.NON_NEGATIVE_REALS: Domain.NON_NEGATIVE_INTEGERS,
        Domain.REALS: Domain.INTEGERS,
        Domain.POSITIVE_REALS: Domain.POSITIVE_INTEGERS,
    }.get(domain, domain)


def _made_real(domain: Domain) -> Domain:
    return {
        Domain.NON_NEGATIVE_INTEGERS: Domain.NON_NEGATIVE_REALS,
        Domain.INTEGERS: Domain.REALS,
        Domain.POSITIVE_INTEGERS: Domain.POSITIVE_REALS,
    }.get(domain, domain)


def _domains(rest: str, scene: Scene, make: Callable[[Domain], Domain]) -> list[tuple[str, Edit]]:
    """Return the variables that the words name, or the only one, each with the edit of its domain."""
    found = mentions(rest, scene.formulation, scene.data)
    words = stems(found.rest)
    options: list[tuple[str, Edit]] = []
    for variable in scene.formulation.variables:
        named = stems(f"{variable.name} {variable.description}")
        if make(variable.domain) is variable.domain:
            continue
        if len(scene.formulation.variables) == 1 or any(meets(word, named) for word in words):
            options.append((variable.name, ChangeDomain(variable=variable.name, domain=make(variable.domain))))
    return options


def _why_not(said: str, scene: Scene) -> Plan | None:
    """Read `why no chairs?`, `why not 10 tables?`, `why only 8 tables?`, `why so many chairs?`."""
    match = phrase("questions", "why").fullmatch(said)
    if match is None or not match["rest"].strip(" ?!."):
        return None
    found = mentions(said, scene.formulation, scene.data)
    number = _COUNT.search(found.rest)
    words = stems(_DIRECTIONS.sub(" ", _COUNT.sub(" ", found.rest)))
    every = quantities(words, found, scene.formulation, scene.data, scene.version.solution)
    best = [one for one in every if one.score > every[0].score - NEAR][:4]
    if not best or best[0].value is None:
        return None
    wanted = read_number(number["n"]) if number is not None else None
    plans = [_forced(said, one, match, wanted, scene) for one in best]
    if len(plans) == 1:
        return plans[0]
    listed = "\n".join(f"- {place}: {one.name}" for place, one in enumerate(best, 1))
    question = Question(f"Which do you mean?\n{listed}", "The words fit more than one.", best[0].name)
    return Plan(Intent.WHY_NOT, questions=(question,), options=tuple(plans))


def _forced(said: str, quantity: Quantity, match: re.Match[str], wanted: float | None, scene: Scene) -> Plan:
    """Force what the answer does not do: the number asked after, or one step more or less than there is."""
    value, direction = tidy(quantity.value or 0.0), _direction(match, match["rest"])
    step = 1 if quantity.whole or abs(value) < 10 else tidy(abs(value) / 10)
    compared = _DIRECTIONS.search(match["rest"]) is not None
    if (match["not"] or match["dont"]) and wanted is None and not compared and value > 0:
        line = f'In the answer {quantity.name} is {value:g}, so there is some. To have more tried, ask "why not more".'
        return Plan(Intent.UNCLEAR, failed=line)
    if wanted is not None and wanted != value and direction >= 0:
        sign, number = "==", tidy(wanted)
    elif direction > 0:
        sign, number = ">=", tidy(value + step)
    else:
        sign, number = "<=", tidy(max(value - step, 0) if value >= 0 else value - step)
    if sign == "<=" and value == 0:
        return Plan(Intent.UNCLEAR, failed=f"In the answer {quantity.name} is 0 already.")
    note = f"In the answer {quantity.name} is {value:g}. Forced for comparison: {quantity.name} {sign} {number:g}."
    return Plan(Intent.WHY_NOT, (quantity.limited(sign, number, scene.formulation, said),), note=note)


def _direction(match: re.Match[str], rest: str) -> int:
    """Return 1 where more of it is asked after, -1 for less, 0 where it depends on what there is."""
    if match["much"]:
        return -1
    if match["few"]:
        return 1
    if match["not"] or match["dont"]:
        return -1 if phrase("questions", "fewer").search(rest) else 1
    return 0
