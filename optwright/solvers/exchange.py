"""A model as bytes: handed over by a process that nobody trusts, checked and solved by a clean one.

Layout: the magic, the length of the header (32 bits), the header (UTF-8 JSON: names, senses, array lengths), then the
arrays of `standard.StandardForm` one after the other, little-endian, in the order of `_ARRAYS`. Data, never a pickle;
nonlinear functions are instructions (`nonlinear.Code`) rather than NL text, so that no foreign parser reads them.

What is vouched for is this model: the program that handed it over may have changed anything in its own process.
"""

from __future__ import annotations

import json
import math
import struct
import time
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from optwright.outcome import Failure, Key, Outcome, Termination
from optwright.solvers.compiler import compile_model
from optwright.solvers.nonlinear import Code, check_code
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve_form
from optwright.solvers.standard import (
    LARGEST,
    ExportError,
    Goal,
    Label,
    Linear,
    Quadratic,
    SpecialSet,
    StandardForm,
)

__all__ = ["ExportError", "export", "pack", "solve_export", "unpack"]

MAGIC = b"OWX1"
NAME = 2000
"""Longest name of a component or member, in characters."""

_HEADER = ("columns", "rows", "goals", "fixed", "special", "lengths")
_ARRAYS = (
    ("lower", "<f8"),
    ("upper", "<f8"),
    ("integer", "<i1"),
    ("row_lower", "<f8"),
    ("row_upper", "<f8"),
    ("constant", "<f8"),
    ("linear_start", "<i8"),
    ("linear_index", "<i4"),
    ("linear_value", "<f8"),
    ("quadratic_start", "<i8"),
    ("quadratic_first", "<i4"),
    ("quadratic_second", "<i4"),
    ("quadratic_value", "<f8"),
    ("code_start", "<i8"),
    ("code_op", "<i4"),
    ("code_argument", "<i4"),
    ("code_numbers", "<f8"),
    ("fixed_value", "<f8"),
)


def export(model: Any) -> bytes:
    """Return a Pyomo model as bytes. Raises ExportError, naming the component, for what cannot be handed over."""
    return pack(compile_model(model))


def solve_export(blob: bytes, options: SolveOptions | None = None) -> Outcome:
    """Solve exported bytes, whoever wrote them: anything malformed is an Outcome with Failure.EXPORT.

    Raises InputError for an unknown solver in `options`.
    """
    started = time.perf_counter()
    try:
        form = unpack(blob)
    except ExportError as error:
        return Outcome(Termination.NOT_SOLVED, failure=Failure.EXPORT, message=str(error))
    return solve_form(form, options or SolveOptions()).with_(seconds=time.perf_counter() - started)


def pack(form: StandardForm) -> bytes:
    """Return a form as bytes."""
    arrays = _arrays_of(form)
    header = {
        "columns": _pack_labels(form.columns),
        "rows": _pack_labels(form.rows),
        "goals": [[goal.name, goal.maximise] for goal in form.goals],
        "fixed": _pack_labels([item for item, _ in form.fixed]),
        "special": [
            [item.label.name, list(item.label.key), item.kind, list(item.columns), list(item.weights)]
            for item in form.special
        ],
        "lengths": [len(arrays[name]) for name, _ in _ARRAYS],
    }
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")
    parts = [np.ascontiguousarray(arrays[name], dtype=kind).tobytes() for name, kind in _ARRAYS]
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, *parts])


def unpack(blob: bytes) -> StandardForm:
    """Return the form in the bytes, every count, index and number of it checked. Raises ExportError."""
    try:
        header, rest = _header(blob)
        arrays = _arrays(header["lengths"], rest)
        form = _form(header, arrays)
        _check(form)
    except _Malformed as error:
        raise ExportError(f"the exported model is malformed: {error}") from error
    return form


class _Malformed(ValueError):
    """What is wrong with the bytes, in a few words."""


def _require(holds: bool | np.bool_, what: str) -> None:
    if not holds:
        raise _Malformed(what)


def _header(blob: bytes) -> tuple[dict[str, Any], memoryview]:
    _require(len(blob) >= 8 and blob[:4] == MAGIC, "it does not begin as an export does")
    (length,) = struct.unpack_from("<I", blob, 4)
    _require(length <= len(blob) - 8, "its header is cut off")
    try:
        header = json.loads(blob[8 : 8 + length].decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _Malformed("its header is not JSON") from error
    _require(isinstance(header, dict) and sorted(header) == sorted(_HEADER), "its header has other entries")
    return header, memoryview(blob)[8 + length :]


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _arrays(lengths: Any, rest: memoryview) -> dict[str, Any]:
    _require(isinstance(lengths, list) and len(lengths) == len(_ARRAYS), "array lengths are missing")
    _require(all(type(item) is int and 0 <= item <= len(rest) for item in lengths), "an array length is impossible")
    sizes = [length * np.dtype(kind).itemsize for length, (_, kind) in zip(lengths, _ARRAYS, strict=True)]
    _require(sum(sizes) == len(rest), "its arrays are cut off or too long")
    found, at = {}, 0
    for size, (name, kind) in zip(sizes, _ARRAYS, strict=True):
        found[name] = np.frombuffer(rest[at : at + size], dtype=kind).astype(np.dtype(kind).newbyteorder("="))
        at += size
    return found


def _form(header: dict[str, Any], arrays: dict[str, Any]) -> StandardForm:
    fixed = _labels(header["fixed"])
    _require(len(fixed) == len(arrays["fixed_value"]), "fixed variables and their values differ in number")
    _require(np.isin(arrays["integer"], (0, 1)).all(), "an integrality is neither 0 nor 1")
    return StandardForm(
        columns=_labels(header["columns"]),
        rows=_labels(header["rows"]),
        goals=_goals(header["goals"]),
        lower=arrays["lower"],
        upper=arrays["upper"],
        integer=arrays["integer"].astype(np.bool_),
        row_lower=arrays["row_lower"],
        row_upper=arrays["row_upper"],
        constant=arrays["constant"],
        linear=Linear(arrays["linear_start"], arrays["linear_index"], arrays["linear_value"]),
        quadratic=Quadratic(
            arrays["quadratic_start"],
            arrays["quadratic_first"],
            arrays["quadratic_second"],
            arrays["quadratic_value"],
        ),
        code=Code(arrays["code_start"], arrays["code_op"], arrays["code_argument"], arrays["code_numbers"]),
        special=_special(header["special"]),
        fixed=tuple(zip(fixed, arrays["fixed_value"].tolist(), strict=True)),
    )


def _check(form: StandardForm) -> None:
    width, height = form.width, form.height
    functions = height + len(form.goals)
    for array, length in (
        (form.lower, width),
        (form.upper, width),
        (form.integer, width),
        (form.row_lower, height),
        (form.row_upper, height),
        (form.constant, functions),
    ):
        _require(len(array) == length, "an array does not fit the number of variables or rows")
    for labels in (form.columns, form.rows):
        _require(len(set(labels)) == len(labels), "a name appears twice")
    _require(len({goal.name for goal in form.goals}) == len(form.goals), "an objective appears twice")
    for bound in (form.lower, form.upper, form.row_lower, form.row_upper):
        _require(not np.isnan(bound).any(), "a bound is not a number")
    values = [form.constant, form.linear.value, form.quadratic.value, form.code.numbers]
    _require(all((np.abs(item) <= LARGEST).all() for item in values), "a coefficient is not finite, or too large")
    _require(all(math.isfinite(value) for _, value in form.fixed), "a fixed value is not finite")
    linear, quadratic, code = form.linear, form.quadratic, form.code
    _check_part(linear.start, functions, [linear.index], [linear.value], width)
    _check_part(quadratic.start, functions, [quadratic.first, quadratic.second], [quadratic.value], width)
    _require((quadratic.first <= quadratic.second).all(), "a pair of variables is in the wrong order")
    _check_part(code.start, functions, [], [code.op, code.argument], width)
    for item in form.special:
        _require(all(0 <= column < width for column in item.columns), "a special ordered set names no variable")
    try:
        check_code(code, width)
    except ValueError as error:
        raise _Malformed(str(error)) from error


def _check_part(start: Any, functions: int, indices: list[Any], others: list[Any], width: int) -> None:
    _require(len(start) == functions + 1 and start[0] == 0, "an array of starts has the wrong length")
    # Not by np.diff: the difference of two hostile numbers overflows to a harmless one.
    _require((start[1:] >= start[:-1]).all(), "an array of starts descends")
    _require(all(len(item) == start[-1] for item in [*indices, *others]), "entries and starts differ in number")
    if indices:
        owner = np.repeat(np.arange(functions), np.diff(start))
        keys = np.stack([*indices, owner])[:, np.lexsort([*indices, owner])]
        twice = (keys[:, 1:] == keys[:, :-1]).all(axis=0).any()
        _require(not twice, "a row names a variable twice")
    for index in indices:
        _require(((index >= 0) & (index < width)).all(), "an entry names a variable that does not exist")


def _pack_labels(labels: Sequence[Label]) -> list[list[Any]]:
    return [[name, [list(item.key) for item in group]] for name, group in groupby(labels, key=lambda item: item.name)]


def _labels(data: Any) -> tuple[Label, ...]:
    _require(isinstance(data, list), "names are missing")
    found: list[Label] = []
    for entry in data:
        _require(isinstance(entry, list) and len(entry) == 2, "a component is not a name with its keys")
        name, keys = entry
        _require(isinstance(keys, list), "keys are not a list")
        found.extend(Label(_name(name), _key(key)) for key in keys)
    return tuple(found)


def _key(data: Any) -> Key:
    _require(isinstance(data, list), "a key is not a list")
    return tuple(item if type(item) is int else _name(item) for item in data)


def _name(data: Any) -> str:
    _require(isinstance(data, str) and len(data) <= NAME, "a name is not text, or too long")
    return str(data)


def _goals(data: Any) -> tuple[Goal, ...]:
    _require(isinstance(data, list), "objectives are not a list")
    for entry in data:
        _require(isinstance(entry, list) and len(entry) == 2 and type(entry[1]) is bool, "an objective is malformed")
    return tuple(Goal(_name(name), maximise) for name, maximise in data)


def _special(data: Any) -> tuple[SpecialSet, ...]:
    _require(isinstance(data, list), "special ordered sets are not a list")
    found = []
    for entry in data:
        _require(isinstance(entry, list) and len(entry) == 5, "a special ordered set is malformed")
        name, key, kind, columns, weights = entry
        _require(kind in (1, 2) and type(kind) is int, "a special ordered set has no kind")
        _require(isinstance(columns, list) and isinstance(weights, list), "a special ordered set has no columns")
        _require(len(columns) == len(weights) == len({*map(str, columns)}), "a special ordered set repeats a column")
        _require(all(type(item) is int for item in columns), "a special ordered set has an odd column")
        _require(all(type(item) in (int, float) for item in weights), "a special ordered set has an odd weight")
        found.append(SpecialSet(Label(_name(name), _key(key)), kind, tuple(columns), tuple(map(float, weights))))
    return tuple(found)


def _arrays_of(form: StandardForm) -> dict[str, Any]:
    return {
        "lower": form.lower,
        "upper": form.upper,
        "integer": form.integer,
        "row_lower": form.row_lower,
        "row_upper": form.row_upper,
        "constant": form.constant,
        "linear_start": form.linear.start,
        "linear_index": form.linear.index,
        "linear_value": form.linear.value,
        "quadratic_start": form.quadratic.start,
        "quadratic_first": form.quadratic.first,
        "quadratic_second": form.quadratic.second,
        "quadratic_value": form.quadratic.value,
        "code_start": form.code.start,
        "code_op": form.code.op,
        "code_argument": form.code.argument,
        "code_numbers": form.code.numbers,
        "fixed_value": [value for _, value in form.fixed],
    }
