from __future__ import annotations

import json
import math
import struct
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optwright.outcome import Failure, Outcome, Termination
from optwright.solvers.compiler import compile_model
from optwright.solvers.exchange import ExportError, export, pack, solve_export, unpack
from optwright.solvers.nonlinear import DEPTH, Op
from optwright.solvers.options import SolveOptions
from optwright.solvers.route import solve
from optwright.solvers.standard import StandardForm
from tests.solvers.spread import CASES

QUICK = SolveOptions(time_limit=0.5, diagnose=False)
SMALL = ("linear", "knapsack", "projection", "synthesis", "special ordered set", "extremes")
BLOBS = {name: export(CASES[name][0]()) for name in SMALL}
FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", CASES)
def test_the_exported_model_has_the_same_solution(name):
    build, optimum, kind = CASES[name]
    outcome = solve_export(export(build()))
    assert outcome.problem_class == kind
    assert outcome.objective == pytest.approx(optimum, rel=1e-6, abs=1e-6)
    here = solve(build())
    assert (outcome.objective, outcome.values, outcome.slacks) == (here.objective, here.values, here.slacks)


@pytest.mark.parametrize("name", CASES)
def test_packing_keeps_everything(name):
    form = compile_model(CASES[name][0]())
    assert _plain(unpack(pack(form))) == _plain(form)
    assert pack(unpack(pack(form))) == pack(form)


def _plain(form: StandardForm):
    def data(value):
        if isinstance(value, np.ndarray):
            return value.dtype.kind, value.tolist()
        if hasattr(value, "__dataclass_fields__"):
            return {name: data(getattr(value, name)) for name in value.__dataclass_fields__}
        return value

    return data(form)


def test_names_of_all_kinds_survive():
    model = pyo.ConcreteModel()
    model.x = pyo.Var([("New York", 3), ("Zürich", -4), ("", 0)], bounds=(0, 1))
    model.b = pyo.Block([2])
    model.b[2].y = pyo.Var(["it's", 'say "x"', "a,b", "漢\ud800"], bounds=(0, 2))
    model.z = pyo.Var([7], initialize=5.0)
    model.z[7].fix()
    model.goal = pyo.Objective(expr=sum(model.x.values()) + sum(model.b[2].y.values()) + model.z[7], sense=pyo.maximize)
    outcome = solve_export(export(model))
    assert outcome.objective == 16.0
    assert set(outcome.values["x"]) == {("New York", 3), ("Zürich", -4), ("", 0)}
    assert outcome.values["z"] == {(7,): 5.0}
    assert len(outcome.values["b[2].y"]) == 4


def test_priorities_are_handed_over():
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 4))
    model.second = pyo.Objective(expr=(model.x - 3) ** 2)
    model.first = pyo.Objective(expr=0 * model.x, sense=pyo.maximize)
    model.priorities = ["first", "second"]
    outcome = solve_export(export(model))
    assert list(outcome.objectives) == ["first", "second"]
    assert outcome.objectives["second"] == pytest.approx(0.0, abs=1e-6)


def test_the_solving_modules_need_no_pyomo():
    code = (
        "import sys; from optwright.solvers import standard, nonlinear, answer, highs, scip, convexity;"
        "assert not any(name.startswith('pyomo') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    "blob", [b"", b"OWX1", b"OWX1\xff\xff\xff\xff", b"x" * 100, b"\x80\x04\x95", b"OWX1\x00\x00\x00\x00"]
)
def test_what_is_no_export_is_refused(blob):
    outcome = solve_export(blob)
    assert (outcome.termination, outcome.failure) == (Termination.NOT_SOLVED, Failure.EXPORT)
    assert outcome.message.startswith("the exported model is malformed")


@pytest.mark.parametrize("name", SMALL)
def test_every_cut_is_refused(name):
    blob = BLOBS[name]
    for length in range(0, len(blob), 7):
        with pytest.raises(ExportError):
            unpack(blob[:length])
    with pytest.raises(ExportError):
        unpack(blob + b"\0")


def _with_header(blob: bytes, change) -> bytes:
    (length,) = struct.unpack_from("<I", blob, 4)
    header = json.loads(blob[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return blob[:4] + struct.pack("<I", len(text)) + text + blob[8 + length :]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda h: h.pop("rows"), "entries"),
        (lambda h: h.update(extra=1), "entries"),
        (lambda h: h.update(columns=3), "names"),
        (lambda h: h.update(columns=[["x", [["a"], ["a"]]]]), "twice"),
        (lambda h: h.update(columns=[["x", [["a"]]]]), "number of variables"),
        (lambda h: h.update(columns=[["x" * 5000, [[]]]]), "too long"),
        (lambda h: h.update(columns=[["x", [[1.5]]]]), "name"),
        (lambda h: h.update(columns=[["x", [[True]]]]), "name"),
        (lambda h: h.update(goals=[["goal", 1]]), "objective"),
        (lambda h: h.update(goals=[["g", True], ["g", True]]), "does not fit"),
        (lambda h: h.update(goals=[]), "does not fit"),
        (lambda h: h.update(special=[["s", [], 3, [0], [1.0]]]), "kind"),
        (lambda h: h.update(special=[["s", [], 1, [99], [1.0]]]), "names no variable"),
        (lambda h: h.update(special=[["s", [], 1, [0, 0], [1.0, 2.0]]]), "repeats"),
        (lambda h: h.update(lengths=[2**62] * 18), "impossible"),
        (lambda h: h.update(lengths=[-1] * 18), "impossible"),
        (lambda h: h.update(lengths=None), "lengths"),
        (lambda h: h.update(fixed=[["z", [[]]]]), "fixed"),
    ],
)
def test_headers_that_lie_are_refused(change, word):
    outcome = solve_export(_with_header(BLOBS["linear"], change), QUICK)
    assert outcome.failure is Failure.EXPORT
    assert word in outcome.message


def test_a_header_nested_too_deep_or_with_endless_numbers_is_refused():
    for text in (b"[" * 200_000, b'{"lengths":' + b"9" * 10_000 + b"}", b'{"columns":NaN}', b"\xff\xfe"):
        outcome = solve_export(b"OWX1" + struct.pack("<I", len(text)) + text)
        assert outcome.failure is Failure.EXPORT


def _changed(**changes):
    form = compile_model(CASES["synthesis"][0]())
    for path, value in changes.items():
        part, _, name = path.partition("__")
        if name:
            inner = getattr(form, part)
            array = getattr(inner, name).copy()
            array[value[0]] = value[1]
            form = replace(form, **{part: replace(inner, **{name: array})})
        else:
            array = getattr(form, part).copy()
            array[value[0]] = value[1]
            form = replace(form, **{part: array})
    return solve_export(pack(form), QUICK)


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        ("linear__index", (0, 99), "variable that does not exist"),
        ("linear__index", (0, -1), "variable that does not exist"),
        ("linear__value", (0, math.nan), "not finite"),
        ("linear__value", (0, math.inf), "not finite"),
        ("linear__start", (1, 10**9), "descends"),
        ("linear__start", (0, 1), "starts"),
        ("linear__start", (1, -5), "descends"),
        ("linear__start", (slice(1, 3), [2**62, -(2**62)]), "descends"),
        ("linear__start", (slice(1, 3), [2**63 - 1, -(2**63)]), "descends"),
        ("lower", (0, math.nan), "not a number"),
        ("row_upper", (0, math.nan), "not a number"),
        ("constant", (0, math.inf), "not finite"),
        ("code__op", (0, 77), "not a valid Op"),
        ("code__op", (0, -1), "not a valid Op"),
        ("code__argument", (0, 10**6), "no number"),
        ("code__start", (-1, 10**6), "differ in number"),
        ("code__numbers", (0, math.nan), "not finite"),
    ],
)
def test_arrays_that_lie_are_refused(path, value, word):
    outcome = _changed(**{path: value})
    assert outcome.failure is Failure.EXPORT
    assert word in outcome.message


@pytest.mark.parametrize(
    ("instructions", "word"),
    [
        ([(Op.SUM, 2)], "without operands"),
        ([(Op.COLUMN, 0), (Op.COLUMN, 0)], "leaves 2 values"),
        ([(Op.COLUMN, 5)], "no column"),
        ([(Op.COLUMN, 0), (Op.SUM, 0)], "0 operands"),
        ([(Op.COLUMN, 0), (Op.MAX, -3)], "-3 operands"),
        ([(Op.COLUMN, 0), *[(Op.SIN, 0)] * (DEPTH + 1)], "deep"),
        ([(Op.NUMBER, -1)], "no number"),
    ],
)
def test_instructions_that_make_no_sense_are_refused(instructions, word):
    outcome = solve_export(pack(_coded(instructions)), QUICK)
    assert outcome.failure is Failure.EXPORT
    assert word in outcome.message


def _coded(instructions, numbers=(2.0,)):
    model = pyo.ConcreteModel()
    model.x = pyo.Var(bounds=(0, 1))
    model.goal = pyo.Objective(expr=pyo.exp(model.x))
    form = compile_model(model)
    code = replace(
        form.code,
        start=np.array([0, len(instructions)]),
        op=np.array([op for op, _ in instructions], dtype=np.int32),
        argument=np.array([argument for _, argument in instructions], dtype=np.int32),
        numbers=np.array(numbers),
    )
    return replace(form, code=code)


@pytest.mark.parametrize(
    "instructions",
    [
        [(Op.COLUMN, 0), (Op.NUMBER, 0), (Op.POWER, 0)],
        [(Op.NUMBER, 0), (Op.NUMBER, 1), (Op.DIVIDE, 0)],
        [(Op.NUMBER, 1), (Op.LOG, 0)],
        [(Op.NUMBER, 0), (Op.EXP, 0)],
        [(Op.COLUMN, 0), (Op.NUMBER, 1), (Op.DIVIDE, 0)],
        [(Op.NUMBER, 1), (Op.COLUMN, 0), (Op.POWER, 0)],
        [(Op.COLUMN, 0), *[(Op.EXP, 0)] * 40],
        [(Op.COLUMN, 0), *[(Op.SIN, 0)] * 300],
        [(Op.COLUMN, 0), *[(Op.NUMBER, 0)] * 200, *[(Op.MAX, 2)] * 200],
    ],
)
def test_arithmetic_that_overflows_ends_in_an_outcome(instructions):
    outcome = solve_export(pack(_coded(instructions, numbers=(1e15, 0.0))), QUICK)
    assert isinstance(outcome, Outcome)
    assert not outcome.solved or math.isfinite(outcome.objective)


@pytest.mark.parametrize("name", SMALL)
@FUZZ
@given(data=st.data())
def test_random_damage_ends_in_an_outcome(name, data):
    blob = bytearray(BLOBS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(blob) - 1))
        blob[at] = data.draw(st.integers(0, 255))
    outcome = solve_export(bytes(blob), QUICK)
    json.dumps(outcome.to_json(), allow_nan=False)


@FUZZ
@given(st.binary(max_size=400))
def test_random_bytes_are_refused(tail):
    outcome = solve_export(b"OWX1" + tail, QUICK)
    assert outcome.failure is Failure.EXPORT


_INSTRUCTIONS = st.lists(st.tuples(st.sampled_from(list(Op)), st.integers(0, 3)), min_size=1, max_size=12)


@FUZZ
@given(_INSTRUCTIONS, st.lists(st.floats(-1e15, 1e15), min_size=4, max_size=4))
def test_random_instructions_end_in_an_outcome(instructions, numbers):
    outcome = solve_export(pack(_coded(instructions, tuple(numbers))), QUICK)
    json.dumps(outcome.to_json(), allow_nan=False)
