"""A formulation as LaTeX for reading: the five elements, each symbol explained. Needs amsmath and amssymb.

The original formulation is shown, logic as logic, not what lowering makes of it.
"""

from __future__ import annotations

from optwright.formulation.elements import (
    Constraint,
    Domain,
    Element,
    Expression,
    Formulation,
    Objective,
    Output,
    Parameter,
    Sense,
    SetSpec,
    Variable,
)
from optwright.formulation.expression import parse, parse_generators, parse_target_index
from optwright.formulation.mathematics import (
    escape,
    for_all,
    in_math,
    member,
    members_of,
    number,
    symbol,
)
from optwright.formulation.nodes import Generator, Name

_DOMAINS = {
    Domain.NON_NEGATIVE_REALS: r"\mathbb{R}_{\ge 0}",
    Domain.REALS: r"\mathbb{R}",
    Domain.NON_POSITIVE_REALS: r"\mathbb{R}_{\le 0}",
    Domain.POSITIVE_REALS: r"\mathbb{R}_{> 0}",
    Domain.INTEGERS: r"\mathbb{Z}",
    Domain.NON_NEGATIVE_INTEGERS: r"\mathbb{Z}_{\ge 0}",
    Domain.POSITIVE_INTEGERS: r"\mathbb{Z}_{> 0}",
    Domain.BINARY: r"\{0, 1\}",
    Domain.PERCENT_FRACTION: "[0, 1]",
}
_SHOWN = 12
"""Members of a set that are written out; of more, the first and the last ones."""


def latex(formulation: Formulation) -> str:
    """Return the formulation as a LaTeX fragment. Raises ParseError where an expression cannot be parsed."""
    parts = [
        _listed("Sets", [_explained(part) for part in formulation.sets]),
        _listed("Parameters", [_explained(part) for part in formulation.parameters]),
        _listed("Variables", [_explained(part) for part in formulation.variables]),
        _aligned("Expressions", _expressions(formulation)),
        _aligned("Objective", _objectives(formulation)),
        _aligned("Constraints", _constraints(formulation)),
        _aligned("Asked for", _outputs(formulation)),
    ]
    head = [rf"\section*{{{escape(_title(formulation))}}}", escape(formulation.description)]
    return "\n\n".join(part for part in [*head, *parts] if part.strip()) + "\n"


def document(formulation: Formulation) -> str:
    """Return a whole LaTeX document that compiles by itself. Raises like `latex`."""
    packages = "\n".join(rf"\usepackage{{{name}}}" for name in ("amsmath", "amssymb"))
    return f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\n\n{latex(formulation)}\n\\end{{document}}\n"


def _title(formulation: Formulation) -> str:
    name = formulation.name.replace("_", " ").strip() or "problem"
    return name[:1].upper() + name[1:]


def _listed(title: str, items: list[str]) -> str:
    if not items:
        return ""
    lines = "\n".join(f"  \\item {item}" for item in items)
    return f"\\paragraph{{{title}}}\n\\begin{{itemize}}\n{lines}\n\\end{{itemize}}"


def _aligned(title: str, rows: list[str]) -> str:
    if not rows:
        return ""
    body = " \\\\\n".join(f"  {row}" for row in rows)
    return f"\\paragraph{{{title}}}\n\\begin{{align*}}\n{body}\n\\end{{align*}}"


def _explained(element: Element) -> str:
    unit = getattr(element, "unit", None)
    words = escape(element.description.strip())
    if unit:
        words = f"{words} [{escape(unit)}]".strip()
    return f"${mathematics(element)}$" + (f": {words}" if words else "")


def mathematics(element: Element) -> str:
    """Return one set, parameter, variable, expression, objective, constraint or output for math mode.

    Raises ParseError where an expression cannot be parsed.
    """
    match element:
        case SetSpec():
            return _set(element)
        case Parameter():
            return _parameter(element)
        case Variable():
            return _variable(element)
        case Objective():
            return rf"{_sense(element)} \quad {in_math(parse(element.expression))}"
        case Expression() | Output():
            generators = _generators(element.for_each)
            return _over(f"{_indexed(element.name, generators)} = {in_math(parse(element.expression))}", generators)
        case Constraint():
            return _over(in_math(parse(element.expression)), _generators(element.for_each))
    raise TypeError(f"a {element.kind} has no mathematics")


def _set(element: SetSpec) -> str:
    name = symbol(element.name)
    if element.index:
        index = ", ".join(symbol(part) for part in element.index)
        return rf"{name}_{{\cdot}} \text{{ for each member of }} {index}"
    if element.members is not None:
        listed = [member(entry) for entry in element.members]
        if len(listed) > _SHOWN:
            listed = [*listed[: _SHOWN - 2], r"\dots", listed[-1]]
        return rf"{name} = \{{{', '.join(listed)}\}}"
    if element.range is not None:
        ends = [in_math(parse(str(end))) for end in element.range]
        return rf"{name} = \{{{ends[0]}, \dots, {ends[1]}\}}"
    if element.for_each is not None:
        return f"{name} = {members_of(parse_generators(element.for_each))}"
    if element.keys_of is not None:
        return rf"{name} = \text{{the indices for which }} {symbol(element.keys_of)} \text{{ is given}}"
    column = element.column if isinstance(element.column, str) else ", ".join(element.column or ())
    source = escape(f"the entries of column {column} of table {element.table}")
    return rf"{name} = \text{{{source}}}"


def _parameter(element: Parameter) -> str:
    generators = _index(element.index)
    text = _indexed(element.name, generators)
    if not element.index and isinstance(element.value, int | float):
        text += f" = {number(element.value)}"
    return _over(text, generators)


def _variable(element: Variable) -> str:
    generators = _index(element.index)
    text = _indexed(element.name, generators)
    ends = [_bound(value, generators) for value in (element.lower, element.upper)]
    shown = rf"{text} \in {_DOMAINS[element.domain]}"
    if any(ends):
        low, high = (end for end in ends)
        shown += r",\; " + (rf"{low} \le " if low else "") + text + (rf" \le {high}" if high else "")
    return _over(shown, generators)


def _bound(value: object, generators: tuple[Generator, ...]) -> str:
    """Write one end of the bounds; nothing where there is none, words where every entry has its own."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return number(value)
    if not isinstance(value, str):
        return r"\text{(listed)}"
    tree = parse(value)
    # A bare name may be an indexed parameter that is read at the variable's own index; the symbol says enough.
    return symbol(tree.id) if isinstance(tree, Name) else in_math(tree)


def _index(index: tuple[str, ...]) -> tuple[Generator, ...]:
    """Return named indices for the sets of an index: the initial in small letters, with primes when it is taken."""
    taken: set[str] = set()
    generators = []
    for entry in index:
        target, name = parse_target_index(entry)
        base = target or (name[:1].lower() if name[:1].isalpha() else "i")
        chosen = base
        while chosen in taken:
            chosen += "'"
        taken.add(chosen)
        generators.append(Generator((chosen,), True, Name(name)))
    return tuple(generators)


def _indexed(name: str, generators: tuple[Generator, ...]) -> str:
    index = ",".join(symbol(part) for generator in generators for part in generator.target)
    return f"{symbol(name)}_{{{index}}}" if index else symbol(name)


def _over(text: str, generators: tuple[Generator, ...]) -> str:
    return rf"{text} \quad {for_all(generators)}" if generators else text


def _generators(for_each: str | None) -> tuple[Generator, ...]:
    return parse_generators(for_each) if for_each else ()


def _row(left: str, generators: tuple[Generator, ...], name: str = "") -> str:
    tail = f" && {for_all(generators)}" if generators else (" &&" if name else "")
    return f"& {left}{tail}" + (rf" && \text{{({escape(name)})}}" if name else "")


def _expressions(formulation: Formulation) -> list[str]:
    rows = []
    for element in formulation.expressions:
        generators = _generators(element.for_each)
        rows.append(_row(f"{_indexed(element.name, generators)} = {in_math(parse(element.expression))}", generators))
    return rows


def _objectives(formulation: Formulation) -> list[str]:
    rows = []
    for place, element in enumerate(formulation.objectives, 1):
        order = rf"\text{{{place}.}}\;" if len(formulation.objectives) > 1 else ""
        rows.append(rf"{order}{_sense(element)} \quad & {in_math(parse(element.expression))}")
    return rows


def _sense(element: Objective) -> str:
    return r"\min" if element.sense is Sense.MINIMIZE else r"\max"


def _constraints(formulation: Formulation) -> list[str]:
    return [_constraint(element) for element in formulation.constraints]


def _constraint(element: Constraint) -> str:
    return _row(in_math(parse(element.expression)), _generators(element.for_each), element.name)


def _outputs(formulation: Formulation) -> list[str]:
    rows = []
    for element in formulation.outputs:
        generators = _generators(element.for_each)
        value = in_math(parse(element.expression))
        text = value if element.expression == element.name else f"{_indexed(element.name, generators)} = {value}"
        rows.append(_row(text, generators))
    return rows
