"""Bring a Pyomo model into the shape that the compiler reads: no disjunctions, no logic, goals in order."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pyomo.common.errors import PyomoException
from pyomo.core.base.block import BlockData
from pyomo.core.base.set import SetProduct
from pyomo.gdp import Disjunct, Disjunction
from pyomo.network import Arc, Port

from optwright.solvers.standard import ExportError

TRANSFORMED = {
    Arc: ("network.expand_arcs",),
    # Not core.logical_to_linear: that one needs sympy.
    pyo.LogicalConstraint: ("contrib.logical_to_disjunctive", "gdp.bigm"),
    Disjunction: ("gdp.bigm",),
}
"""Component types with their transformations, in the order in which they are applied."""

_KNOWN = {
    pyo.Block, pyo.Var, pyo.Constraint, pyo.Objective, pyo.Expression, pyo.Param, pyo.Set, pyo.RangeSet, pyo.SetOf,
    pyo.Suffix, pyo.SOSConstraint, pyo.BuildAction, pyo.BuildCheck, pyo.BooleanVar, pyo.ExternalFunction,
    SetProduct, Disjunct, Port, *TRANSFORMED,
}  # fmt: skip


def prepare(model: Any) -> Any:
    """Return the model, or a transformed copy where it has disjunctions, logic or arcs. Raises ExportError."""
    if not isinstance(model, BlockData):
        raise ExportError(f"the model is a {type(model).__name__}; a Pyomo ConcreteModel is needed")
    if not model.is_constructed():
        raise ExportError("the model is abstract or not constructed; use ConcreteModel, or create_instance() first")
    present = _active_types(model)
    for kind in sorted(present - _KNOWN, key=lambda item: item.__name__):
        component = next(iter(model.component_objects(kind, active=True)))
        raise ExportError(
            f"component {component.name} is a {kind.__name__}, which no solver here takes; "
            "transform it, or write it with variables and constraints"
        )
    needed = list(dict.fromkeys(name for kind, names in TRANSFORMED.items() if kind in present for name in names))
    return _transform(model, needed) if needed else model


def goals_of(model: Any) -> list[Any]:
    """Return the objectives in order of priority: `model.priorities` if given, else the one active objective, or none.

    Raises ExportError when several are active without an order, or an entry of `priorities` is no objective.
    """
    names = getattr(model, "priorities", None)
    if names is None:
        active = list(model.component_data_objects(pyo.Objective, active=True, descend_into=pyo.Block))
        if len(active) > 1:
            listed = ", ".join(item.name for item in active[:5])
            raise ExportError(
                f"the model has {len(active)} active objectives ({listed}); deactivate all but one, "
                "or list their names in order in model.priorities"
            )
        return active
    if not isinstance(names, list | tuple) or not names or len(set(names)) != len(names):
        raise ExportError(f"model.priorities is {names!r}; give a list of different objective names")
    return [_goal(model, name) for name in names]


def _goal(model: Any, name: Any) -> Any:
    found = model.find_component(name) if isinstance(name, str) else None
    if found is None or found.ctype is not pyo.Objective or not hasattr(found, "sense"):
        raise ExportError(f"model.priorities names {name!r}, which is no objective of the model")
    return found


def _active_types(model: Any) -> set[type]:
    """Return the types of the active components that matter, by the blocks that a solver would see."""
    present: set[type] = set()
    for block in model.block_data_objects(active=True, descend_into=(pyo.Block, Disjunct)):
        for kind in block.collect_ctypes(active=True, descend_into=False):
            if any(_active(component) for component in block.component_objects(kind, active=True, descend_into=False)):
                present.add(kind)
    return present


def _active(component: Any) -> bool:
    return bool(component.active) and (not component.is_indexed() or len(component) > 0)


def _transform(model: Any, names: list[str]) -> Any:
    copy = model.clone()
    for name in names:
        try:
            pyo.TransformationFactory(name).apply_to(copy)
        except (
            PyomoException,
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
            ImportError,
            RuntimeError,
        ) as error:
            text = " ".join(str(error).split())[:300]
            remedy = "give every variable of the disjunctions finite bounds" if name == "gdp.bigm" else "write it out"
            raise ExportError(f"the transformation {name} failed ({text}); {remedy}") from error
    return copy
