"""Units that do not fit: kilograms added to hours, dollars compared with pieces. Nothing is converted."""

from __future__ import annotations

from optwright.formulation.data import Data
from optwright.formulation.elements import Constraint, Expression, Objective, Output
from optwright.formulation.findings import Code, Finding
from optwright.formulation.members import Fault
from optwright.formulation.nodes import Add, Aggregate, Call, Choose, Compare, Item, Name, Negate, Node, children
from optwright.formulation.row import tree_of

_SAME = [
    "h hr hrs hour hours",
    "min mins minute minutes",
    "s sec second seconds",
    "day days d",
    "week weeks",
    "month months",
    "year years",
    "kg kilogram kilograms kilo kilos",
    "g gram grams",
    "t ton tons tonne tonnes",
    "$ usd dollar dollars",
    "eur euro euros \u20ac",
    "km kilometer kilometers kilometre kilometres",
    "m meter meters metre metres",
    "l liter liters litre litres",
    "piece pieces pcs pc unit units item items",
    "% percent",
]
_CANON = {spelling: group.split()[0] for group in _SAME for spelling in group.split()}


class Units:
    """Finds sums and comparisons whose parts all have a unit, but not the same."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.findings: list[Finding] = []
        self.where = ""
        self._units: dict[str, str | None] = {}

    def run(self) -> list[Finding]:
        """Return the UNITS findings of all expressions."""
        formulation = self.data.formulation
        priced: list[Expression | Constraint | Objective | Output] = [*formulation.expressions, *formulation.objectives]
        for element in [*priced, *formulation.constraints, *formulation.outputs]:
            self.where = element.where
            try:
                self.unit(tree_of(element.expression))
            except Fault:
                continue
        return list(dict.fromkeys(self.findings))

    def unit(self, node: Node) -> str | None:
        """Return the unit of a value, None where it is not known; note what does not fit on the way."""
        match node:
            case Name(id):
                return self._declared(id)
            case Item(base, _):
                return self._declared(base)
            case Negate(operand):
                return self.unit(operand)
            case Add(terms):
                return self._same("adds", terms)
            case Call("min" | "max" | "abs" as function, args):
                return self._same(f"takes the {function} of", args)
            case Choose(_, then, otherwise):
                return self._same("chooses between", (then, otherwise), zero=True)
            case Aggregate("sum" | "min" | "max", body, _):
                return self.unit(body)
            case Compare(ops, operands):
                if not set(ops) & {"in", "not in"}:
                    self._same("compares", operands)
                return None
        for part in children(node):
            self.unit(part)
        return None

    def _declared(self, name: str) -> str | None:
        """Return the unit of a declared name; that of an expression without one follows from its parts."""
        if name not in self._units:
            element = self.data.elements.get(name)
            unit, text = getattr(element, "unit", None), getattr(element, "expression", None)
            self._units[name] = str(unit) if unit else None
            if not unit and isinstance(text, str):
                noted = len(self.findings)
                try:
                    self._units[name] = self.unit(tree_of(text))
                except (Fault, RecursionError):
                    self._units[name] = None
                del self.findings[noted:]
        return self._units[name]

    def _same(self, verb: str, parts: tuple[Node, ...], *, zero: bool = False) -> str | None:
        units = [self.unit(part) for part in parts]
        known = [unit for unit in units if unit is not None]
        if not known or (len(known) < len(parts) and not zero):
            return None
        different = {canonical(unit): unit for unit in known}
        if len(different) > 1:
            self.findings.append(Finding(Code.UNITS, self.where, f"{verb} {' and '.join(different.values())}"))
            return None
        return known[0]


def canonical(unit: str) -> str:
    """Return one spelling for the spellings of a unit: `hours` and `hr` are `h`."""
    parts = unit.strip().lower().replace(" per ", "/").split("/")
    return "/".join(_CANON.get(part.strip(), part.strip().rstrip("s")) for part in parts)
