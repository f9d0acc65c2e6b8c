"""A formulation with its data made concrete: sets listed, parameters and constants by key, bounds by key.

`resolve` is where every reader of a formulation begins. `Data` holds constants only; a `Point` adds values of the
variables, in whatever algebra, and is what rows are computed with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any

from optwright.formulation import resolver
from optwright.formulation.algebra import numbers, small
from optwright.formulation.elements import Element, Expression, Formulation, Parameter, SetSpec, Variable
from optwright.formulation.engine import Compiler
from optwright.formulation.expression import parse_target_index
from optwright.formulation.findings import Code, Finding
from optwright.formulation.findings import errors as only_errors
from optwright.formulation.members import (
    MAX_PRODUCT,
    MAX_WORK,
    Broken,
    Fault,
    Lookup,
    Members,
    Signature,
    Unresolved,
    broken,
)
from optwright.formulation.nodes import Compare, Generator, Logic, free_names, generator_names
from optwright.formulation.pieces import Index
from optwright.formulation.point import Point as Point
from optwright.formulation.row import Row, generators_of, tree_of
from optwright.formulation.runtime import RUN_ERRORS, explain
from optwright.formulation.unparse import unparse
from optwright.outcome import Key
from optwright.problem import Table


class Data:
    """The data of a formulation. Filled by `resolve`; the dictionaries are not to be changed."""

    def __init__(self, formulation: Formulation, tables: Sequence[Table] = ()) -> None:
        self.formulation = formulation
        self.tables = tables
        self.algebra = numbers()
        self.sets: dict[str, Members] = {}
        """Every set that is not a family, members as tuples."""
        self.families: dict[str, dict[Key, Members]] = {}
        self.parameters: dict[str, dict[Key, Any]] = {}
        """Values by index, scalars under `()`, defaults filled in; int, float, or text that is a member of a set."""
        self.given: dict[str, set[Key]] = {}
        """The keys of each parameter that have a given value, defaults left out."""
        self.constants: dict[str, dict[Key, float]] = {}
        """Named expressions without variables."""
        self.findings: list[Finding] = []
        """What could not be made, and why."""
        self.elements: dict[str, Element] = {}
        self.order: list[str] = []
        """The named expressions, each after those that it uses."""
        self._keys: dict[str, list[Key]] = {}
        self._places: dict[str, dict[Key, int]] = {}
        self._bounds: dict[str, dict[Key, tuple[float, float]]] = {}
        self._signatures: dict[str, Signature | None] = {}
        self._busy: list[str] = []
        self._spent = 0
        self.failed: set[str] = set()
        """The elements that could not be made."""
        for element in formulation.elements():
            if isinstance(element, SetSpec | Parameter | Variable | Expression):
                self.elements.setdefault(element.name, element)
        self.formulation = _first_of_each_name(formulation, self.elements)

    # What is declared ------------------------------------------------------------------------------------------

    def names(self) -> list[str]:
        """Return every name that an expression may use."""
        return list(self.elements)

    def signature(self, name: str) -> Signature | None:
        """Return what a name is and how it is indexed, or None when it is not declared.

        Raises Fault where its index cannot be made.
        """
        if name not in self._signatures:
            self._signatures[name] = None if name not in self.elements else self._guarded(name, self._sign)
        return self._signatures[name]

    def _sign(self, element: Any) -> Signature:
        if isinstance(element, SetSpec):
            if element.index:
                return Signature("family", element.index, sum(self.members(name).width for name in element.index))
            return Signature("set", width=self.members(element.name).width)
        if isinstance(element, Expression):
            return self._sign_expression(element)
        index = tuple(parse_target_index(entry)[1] for entry in element.index)
        width = sum(self.members(name).width for name in index)
        if isinstance(element, Variable):
            truth = "binary" if element.domain == "Binary" else ""
            return Signature("variable", index, width, True, truth)
        texts = element.name in self.text_parameters
        return Signature("parameter", index, width, text=texts)

    def _sign_expression(self, element: Expression) -> Signature:
        generators = generators_of(element.for_each)
        index = tuple(unparse(generator.source) for generator in generators)
        scope = self.scope(generators)
        width = sum(len(scope[name].kinds) for generator in generators for name in generator.target)
        node = tree_of(element.expression)
        truth = "logic" if isinstance(node, Compare | Logic) else ""
        return Signature("expression", index, width, element.name in self.decisions, truth)

    @cached_property
    def uses(self) -> dict[str, set[str]]:
        """For each named expression the names that it uses."""
        uses: dict[str, set[str]] = {}
        for element in self.formulation.expressions:
            try:
                uses[element.name] = free_names(tree_of(element.expression)) | generator_names(
                    generators_of(element.for_each)
                )
            except Fault:
                uses[element.name] = set()
        return uses

    def refuse_cycles(self) -> None:
        """Refuse named expressions that use each other in a circle, with one CYCLE finding for each circle."""
        done: set[str] = set()
        for start in self.uses:
            path: list[str] = []
            steps = [iter([start])]
            while steps:
                name = next(steps[-1], None)
                if name is None:
                    steps.pop()
                    if path:
                        done.add(path[-1])
                        self.order.append(path.pop())
                elif name in path:
                    self._circle(path[path.index(name) :])
                elif name not in done and name in self.uses:
                    path.append(name)
                    steps.append(iter(sorted(self.uses[name])))

    def _circle(self, names: list[str]) -> None:
        if not self.failed.issuperset(names):
            self.failed.update(names)
            fault = Fault(Code.CYCLE, f"it needs itself: {' -> '.join([*names, names[0]])}")
            self.findings.append(fault.at(self.elements[names[0]].where))

    @cached_property
    def decisions(self) -> frozenset[str]:
        """The names whose value depends on variables: the variables and the expressions that use them."""
        users: dict[str, list[str]] = {}
        for name, used in self.uses.items():
            for one in used:
                users.setdefault(one, []).append(name)
        found = {variable.name for variable in self.formulation.variables}
        stack = list(found)
        while stack:
            grown = [name for name in users.get(stack.pop(), ()) if name not in found]
            found.update(grown)
            stack += grown
        return frozenset(found)

    @cached_property
    def text_parameters(self) -> frozenset[str]:
        """The parameters whose values are members of a set, not numbers."""
        return frozenset(element.name for element in self.formulation.parameters if _has_text(element))

    def spend(self, work: int) -> None:
        """Count the steps that the data take. Raises Fault (TOO_LARGE) before too many are taken."""
        if work > MAX_WORK or self._spent + work > 2 * MAX_WORK:
            raise Fault(Code.TOO_LARGE, f"it takes about {work:.2g} steps to compute; the limit is {MAX_WORK:,}")
        self._spent += work

    # What is made ----------------------------------------------------------------------------------------------

    def members(self, name: str) -> Members:
        """Return a set by name. Raises Fault where there is none or it cannot be made."""
        if name not in self.sets:
            element = self.elements.get(name)
            if not isinstance(element, SetSpec) or element.index:
                what = "a family of sets" if isinstance(element, SetSpec) else "not declared as a set"
                raise Fault(Code.UNDEFINED if element is None else Code.WRONG_SET, f"{name!r} is {what}")
            self._guarded(name, lambda spec: self.sets.setdefault(name, resolver.make_set(self, spec)))
        return self.sets[name]

    def family(self, name: str) -> Mapping[Key, Members]:
        """Return a family of sets by name, its sets by key."""
        if name not in self.families:
            self._guarded(name, lambda spec: self.families.setdefault(name, resolver.make_family(self, spec)))
        return self.families[name]

    def table(self, name: str) -> Mapping[Key, Any]:
        """Return the values of a parameter or constant. Raises Fault for what depends on variables."""
        if name in self.parameters:
            return self.parameters[name]
        if name in self.constants:
            return self.constants[name]
        if name in self.decisions:
            raise Fault(Code.VARIABLE_IN_DATA, f"{name!r} depends on variables; only data may stand here")
        if isinstance(self.elements[name], Parameter):
            self._guarded(name, lambda spec: resolver.make_parameter(self, spec))
            return self.parameters[name]
        self._guarded(name, self._constant)
        return self.constants[name]

    def _constant(self, element: Expression) -> dict[Key, float]:
        row = Row(self, element.for_each, element.expression)
        self.spend(row.work)
        values = Lookup(element.name)
        for combination in row.combinations():
            value = small(row(combination))
            if not math.isfinite(value):
                raise OverflowError
            values[row.key(combination)] = value
        self._keys[element.name] = list(values)
        self.constants[element.name] = values
        return values

    def _guarded(self, name: str, make: Callable[[Any], Any]) -> Any:
        """Make something once; a cycle or a failure becomes a finding and `Unresolved` for whoever asked."""
        if name in self.failed:
            raise Unresolved(name)
        mark = f"{name} {make.__name__ == '_sign'}"
        if mark in self._busy:
            path = [entry.split()[0] for entry in self._busy[self._busy.index(mark) :]]
            path = list(dict.fromkeys(path))
            self._fail(name, [Fault(Code.CYCLE, f"it needs itself: {' -> '.join([*path, path[0]])}")])
        self._busy.append(mark)
        try:
            return make(self.elements[name])
        except Unresolved:
            self.failed.add(name)
            raise
        except Broken as error:
            self._fail(name, error.faults)
        except RUN_ERRORS as error:
            self._fail(name, [explain(error)])
        finally:
            self._busy.pop()

    def _fail(self, name: str, faults: list[Fault]) -> None:
        if name not in self.failed:
            self.failed.add(name)
            self.findings += Broken(faults).at(self.elements[name].where)
        raise Unresolved(name)

    def attempt(self, element: Element) -> None:
        """Make one element; what goes wrong is in `findings`."""
        name = element.name
        try:
            signature = self.signature(name)
            assert signature is not None
            match signature.kind:
                case "set":
                    self.members(name)
                case "family":
                    self.family(name)
                case "variable":
                    self._guarded(name, lambda _: self.keys(name))
                    self._bounded(name)
                case "expression" if signature.decision:
                    self._guarded(name, lambda _: self.keys(name))
                case _:
                    self.table(name)
        except Unresolved:
            return

    def _bounded(self, name: str) -> None:
        """Make the bounds of a variable; where that fails the domain's stand in, so that its rows can be looked at."""
        variable = self.elements[name]
        assert isinstance(variable, Variable)
        try:
            self.bounds(name)
            return
        except Unresolved:
            pass  # the reason is a finding of its own
        except Broken as error:
            self.findings += error.at(variable.where)
        except RUN_ERRORS as error:
            self.findings.append(explain(error).at(variable.where))
        self._bounds[name] = dict.fromkeys(self.keys(name), variable.domain.limits)

    # Indices ---------------------------------------------------------------------------------------------------

    def scope(self, generators: tuple[Generator, ...]) -> dict[str, Index]:
        """Return what is known of each index that the generators introduce. Raises Broken."""
        compiler = Compiler(self)
        loop = compiler.loop(generators, {})
        compiler.settle()
        return loop.scope

    def keys(self, name: str) -> list[Key]:
        """Return every index combination of a variable, parameter or expression, in order; `[()]` for a scalar."""
        if name not in self._keys:
            element = self.elements[name]
            if isinstance(element, Expression):
                row = Row(self, element.for_each)
                keys = list(map(row.key, row.combinations()))
            else:
                keys = self.product(self._index(element))
            self._keys[name] = keys
        return self._keys[name]

    def has(self, name: str, key: Key) -> bool:
        """Whether a variable or expression has this entry."""
        places = self._places.get(name)
        if places is None:
            places = self._places[name] = {key: place for place, key in enumerate(self.keys(name))}
        return key in places

    def _index(self, element: Any) -> list[Members]:
        return [self.members(parse_target_index(entry)[1]) for entry in element.index]

    def product(self, sets: Sequence[Members]) -> list[Key]:
        """Return all combinations of the members of some sets as flat keys. Raises Fault (TOO_LARGE)."""
        count = 1
        for members in sets:
            count *= len(members)
        if count > MAX_PRODUCT:
            raise Fault(
                Code.TOO_LARGE, f"{count:,} combinations; the limit is {MAX_PRODUCT:,}", "index it by a sparse set"
            )
        if len(sets) == 1:
            return sets[0].items
        if all(members.width == 1 for members in sets):
            return list(product(*(members.plain for members in sets)))
        return [tuple(part for item in items for part in item) for items in product(*(one.items for one in sets))]

    def bounds(self, name: str) -> dict[Key, tuple[float, float]]:
        """Return lower and upper bound by index, the domain's and the given ones intersected; infinities allowed.

        Lower may exceed upper: that is for `check` to say. Raises Broken or Fault where a bound cannot be computed.
        """
        if name not in self._bounds:
            variable = self.elements[name]
            assert isinstance(variable, Variable)
            self._bounds[name] = resolver.make_bounds(self, variable)
        return self._bounds[name]


def _first_of_each_name(formulation: Formulation, elements: Mapping[str, Element]) -> Formulation:
    """Return the formulation without what takes the name of another element; that is a finding of its own."""
    changes: dict[str, tuple[Element, ...]] = {}
    for field in ("sets", "parameters", "variables", "expressions"):
        given = getattr(formulation, field)
        first = tuple(element for element in given if elements[element.name] is element)
        changes |= {field: first} if len(first) < len(given) else {}
    return formulation.model_copy(update=changes) if changes else formulation


def _has_text(parameter: Parameter) -> bool:
    """Whether any value of a parameter is text that is not a number."""
    if parameter.rows is not None:
        return any(row and isinstance(row[-1], str) for row in parameter.rows)
    stack: list[Any] = [parameter.value]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            return True
        if isinstance(value, Mapping):
            stack.extend(value.values())
        elif isinstance(value, list | tuple):
            stack.extend(value)
    return False


def resolve(formulation: Formulation, tables: Sequence[Table] = ()) -> Data:
    """Make the data of a formulation concrete.

    Raises FormulationError, with all findings in `.findings`, where something cannot be made. Constraints, objective
    and outputs are not looked at: that is `check`'s.
    """
    data = gather(formulation, tables)
    if findings := only_errors(data.findings):
        raise broken(findings)
    return data


def gather(formulation: Formulation, tables: Sequence[Table] = ()) -> Data:
    """Make what can be made and leave what went wrong in `Data.findings`. Raises nothing."""
    data = Data(formulation, tables)
    data.findings += resolver.doubled(formulation)
    data.refuse_cycles()
    for element in (*(data.elements[name] for name in data.order), *formulation.elements()):
        if data.elements.get(element.name) is element:
            data.attempt(element)
    return data
