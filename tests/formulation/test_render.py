"""The rendered program: what it looks like, what it computes, and that nothing of a formulation runs as code in it."""

from __future__ import annotations

import ast
import re

import pyomo.environ as pyo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optwright.errors import FormulationError
from optwright.formulation.build import build
from optwright.formulation.elements import Formulation
from optwright.formulation.nodes import is_identifier
from optwright.formulation.render import render
from optwright.formulation.rendering.literal import comment, docstring, literal
from optwright.formulation.rendering.names import reserved
from optwright.solvers.options import SolveOptions, Trust
from optwright.solvers.route import solve as solve_in_process
from optwright.solvers.runner import run
from tests.formulation.solving import EXAMPLES, example, run_program, solve, solver_of
from tests.formulation.strategies import formulations

HOSTILE = [
    '"""',
    "'''",
    'a"""\nimport os\n"""',
    "\\",
    '\\"""',
    'end\\"',
    'quoted"',
    "x\rimport os",
    "x\nimport os\n",
    "\u2028import os",
    "\u2029import os",
    "\x85import os",
    "\x0cimport os",
    "\x0bimport os",
    "\x1c\x1d\x1e",
    "\x00",
    "\ud800",
    "-*- coding: utf-7 -*-",
    "# coding: latin-1\n# coding: utf-7",
    "\u202e reversed",
    "{__import__('os')}",
    "%s %(x)s",
    " ",
    "",
]
ALLOWED = {
    "pyo": {
        *("ConcreteModel", "Set", "RangeSet", "Var", "Constraint", "Expression", "Objective", "ConstraintList"),
        *("exp", "log", "sqrt", "sin", "cos", "tan", "value", "minimize", "maximize", "SolverFactory"),
        *("check_optimal_termination", "NonNegativeReals", "Reals", "NonPositiveReals", "PositiveReals", "Integers"),
        *("NonNegativeIntegers", "PositiveIntegers", "Binary", "PercentFraction"),
    },
    "math": {"prod", "ceil", "floor"},
    "solver": {"solve"},
    "objective": {"activate", "deactivate", "expr", "sense"},
    "variable": {"name", "value"},
}
CALLS = {"sum", "min", "max", "abs", "len", "range", "int", "bool", "float", "list", "isinstance", "print", "row"}
CALLS |= {"interpolate", "build_model", "SystemExit"}
METHODS = {"Constraint", "Expression", "Objective", "first", "last", "ord", "index", "deactivate", "activate"}
METHODS |= {"component", "component_data_objects", "load_from", "add"}


def assert_harmless(source: str) -> None:
    """Walk the program's tree: no import but pyomo and math, no call and no attribute outside the lists."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= {"math", "pyomo.environ"}
        assert not isinstance(node, ast.ImportFrom | ast.Global | ast.Nonlocal | ast.ClassDef | ast.Await | ast.Try)
        assert not isinstance(
            node, ast.With | ast.Delete | ast.While | ast.Yield | ast.NamedExpr | ast.AsyncFunctionDef
        )
        if isinstance(node, ast.Call):
            assert_harmless_call(node.func)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ALLOWED:
            assert node.attr in ALLOWED[node.value.id], ast.unparse(node)
        if isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            assert name == "__name__" or not re.fullmatch(r"__.*[^_]__", name), name
    assert [type(node) for node in tree.body[1:]][:1] in ([ast.Import], [])
    allowed = (ast.Expr, ast.Import, ast.Assign, ast.FunctionDef, ast.If)
    assert all(isinstance(node, allowed) for node in tree.body)


def assert_harmless_call(function: ast.expr) -> None:
    if isinstance(function, ast.Name):
        assert function.id in CALLS, function.id
        return
    assert isinstance(function, ast.Attribute)
    if isinstance(function.value, ast.Name) and function.value.id in ALLOWED:
        return  # its attribute is looked at as such
    assert function.attr in METHODS, ast.unparse(function)


def small(**changes) -> Formulation:
    """Return a small formulation with some fields changed."""
    data = {
        "sets": [{"name": "I", "members": ["a", "b"]}],
        "parameters": [{"name": "gain", "index": ["I"], "value": [2, 3]}],
        "variables": [{"name": "x", "index": ["I"], "upper": 4}],
        "objective": {"sense": "maximize", "expression": "sum(gain[i]*x[i] for i in I)"},
        "constraints": [{"name": "limit", "expression": "sum(x[i] for i in I) <= 5"}],
    }
    return Formulation.model_validate(data | changes)


def model_of(formulation, data=None):
    return run_program(render(formulation).source)["build_model"](data)


def optimum(formulation, data=None) -> float:
    source = render(formulation).source
    model = run_program(source)["build_model"](data)
    assert solve(model, solver_of(source)) == "optimal"
    return pyo.value(next(model.component_data_objects(pyo.Objective, active=True)))


def test_the_program_reads_as_a_person_writes_it():
    formulation, tables, _ = example("transport")
    source = render(formulation, tables).source
    assert "    return " in source
    for line in (
        '"""Transport."""',
        '    "supply": {"Pune": 120, "Lyon": 90},',
        '        ("Pune", "Rome"): 8, ("Pune", "Oslo"): 11, ("Pune", "Bonn"): 9,',
        "def build_model(data=None):",
        "    model.ROUTES = pyo.Set(initialize=list(rate), dimen=2)",
        "    model.ship = pyo.Var(model.ROUTES, domain=pyo.NonNegativeReals)",
        "        return sum(rate[p, c] * model.ship[p, c] for p, c in model.ROUTES)",
        "        return sum(model.ship[p, c] for c in model.CITIES if (p, c) in model.ROUTES) <= supply[p]",
        'if __name__ == "__main__":',
    ):
        assert line in source.splitlines(), line
    assert max(map(len, source.splitlines())) <= 120


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.json") if path.stem != "index"))
def test_the_examples_are_harmless_and_fit_the_page(name):
    formulation, tables, _ = example(name)
    source = render(formulation, tables).source
    assert_harmless(source)
    assert max(map(len, source.splitlines())) <= 120


def test_the_tree_walk_finds_harm():
    for line in ("import os", "from math import prod", "eval('1')", "x.__class__", "pyo.os", "open('x')", "x.system()"):
        with pytest.raises(AssertionError):
            assert_harmless(f'"""Text."""\n\nimport pyomo.environ as pyo\n{line}\n')


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(formulations() | formulations(curves=True))
def test_no_formulation_makes_a_harmful_program(data):
    assert_harmless(render(Formulation.model_validate(data)).source)


def everywhere(text: str) -> Formulation:
    """Return a formulation with the text wherever text is free."""
    words = {"description": text, "quote": text}
    member = text or "empty"
    data = {
        "name": text,
        "description": text,
        "sets": [
            {"name": "I", "members": [member, "b"], **words},
            {"name": "F", "index": ["I"], "members": [["p"], ["q"]]},
        ],
        "parameters": [{"name": "gain", "index": ["I"], "value": [2, 3], "unit": text, **words}],
        "variables": [{"name": "x", "index": ["I"], "upper": [4, 4], "unit": text, **words}],
        "expressions": [
            {"name": "total", "expression": "sum(x[i] for i in I)", "unit": text, **words},
            {"name": "count", "expression": "len(I)", **words},
        ],
        "objective": {"sense": "maximize", "expression": "sum(gain[i]*x[i] for i in I)", "unit": text, **words},
        "constraints": [{"name": "limit", "expression": "total <= 5", **words}],
    }
    return Formulation.model_validate(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    assert_stays_text(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join))
def test_any_text_stays_text(text):
    assert_stays_text(text)


def assert_stays_text(text: str) -> None:
    source = render(everywhere(text)).source
    assert_harmless(source)
    assert ast.dump(without_text(source)) == ast.dump(without_text(render(everywhere("plain")).source))
    compile(source.encode("utf-8"), "program.py", "exec")
    model = run_program(source)["build_model"]()
    assert list(model.I) == [text or "empty", "b"]


def without_text(source: str) -> ast.Module:
    """Return the tree with every text constant emptied."""

    class Empty(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.Constant:
            return ast.Constant("") if isinstance(node.value, str) else node

    tree: ast.Module = Empty().visit(ast.parse(source))
    return tree


@settings(max_examples=300)
@given(st.text(max_size=40) | st.sampled_from(HOSTILE))
def test_comments_and_docstrings_hold_any_text(text):
    assert ast.parse("\n".join([*comment(text), "x = 1", *comment(text)]).encode()).body[0].lineno >= 1
    assert len(ast.parse("\n".join([*comment(text), "x = 1", *comment(text)])).body) == 1
    assert len(ast.parse("\n".join(docstring(f"T{text}")).encode()).body) == 1


@settings(max_examples=300)
@given(
    st.recursive(st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none(), st.tuples)
)
def test_literals_read_back_as_they_were(value):
    assert ast.literal_eval(literal(value)) == value


def test_only_plain_data_becomes_a_literal():
    class Sly(str):
        def __repr__(self) -> str:
            return "__import__('os')"

    assert ast.literal_eval(literal(Sly("x"))) == "x"
    with pytest.raises(TypeError):
        literal(object())


def named(name: str) -> Formulation:
    """Return the small formulation with another name for its variable."""
    return small(
        variables=[{"name": name, "index": ["I"], "upper": 4}],
        objective={"sense": "maximize", "expression": f"sum(gain[i]*{name}[i] for i in I)"},
        constraints=[{"name": "limit", "expression": f"sum({name}[i] for i in I) <= 5"}],
    )


def test_a_name_that_is_taken_gets_an_underscore():
    taken = sorted(name for name in reserved() if is_identifier(name))
    assert {"active", "name", "clone", "load", "local_name", "parent_block", "set_value", "type", "model"} <= set(taken)
    for name in [*taken, "größe", "print", "open", "x_", "_private"]:
        rendered = render(named(name))
        (variable,) = run_program(rendered.source)["build_model"]().component_objects(pyo.Var)
        assert rendered.names[variable.name] == name
        assert variable.name == (f"{name}_" if name in reserved() else name)


@pytest.mark.parametrize("name", ["active", "model", "pyo", "__class__", "Constraint", "größe"])
def test_a_program_with_such_a_name_has_its_optimum(name):
    assert optimum(named(name)) == pytest.approx(14)


@pytest.mark.parametrize("name", ["\ufb01x", "\U0001d431"])
def test_a_name_that_python_reads_as_another_is_refused(name):
    formulation = small(variables=[{"name": name, "index": ["I"], "upper": 4}], objective=None, constraints=[])
    with pytest.raises(FormulationError, match=r"is read as .* in expressions"):
        render(formulation)


def test_two_names_that_meet_get_two_underscores():
    formulation = small(
        variables=[{"name": name, "upper": 1} for name in ("active", "active_", "active__")],
        objective={"sense": "maximize", "expression": "active + 2*active_ + 4*active__"},
        constraints=[],
    )
    rendered = render(formulation)
    assert rendered.names["active_"] == "active_"
    assert rendered.names["active__"] == "active__"
    assert rendered.names["active___"] == "active"
    assert optimum(formulation) == pytest.approx(7)


@pytest.mark.parametrize("index", ["model", "pyo", "data", "int", "x", "gain", "limit", "objective", "I_"])
def test_an_index_of_any_name_hides_nothing_that_the_row_needs(index):
    if index in {"x", "gain"}:
        formulation = small(
            constraints=[{"name": "limit", "for_each": f"{index} in I", "expression": f"y <= 3 + ord(I, {index})"}],
            variables=[{"name": "x", "index": ["I"], "upper": 4}, {"name": "y"}],
            objective={"sense": "maximize", "expression": "y + sum(gain[i]*x[i] for i in I)"},
        )
        assert optimum(formulation) == pytest.approx(24)
        return
    formulation = small(
        constraints=[
            {"name": "limit", "for_each": f"{index} in I", "expression": f"sum(x[{index}] for {index} in I) <= 5"}
        ],
        objective={"sense": "maximize", "expression": f"sum(gain[{index}]*x[{index}] for {index} in I)"},
    )
    assert optimum(formulation) == pytest.approx(14)


def test_objectives_in_order_of_priority_are_kept():
    formulation = small(
        objective=[
            {"sense": "maximize", "expression": "sum(x[i] for i in I)"},
            {"name": "least_a", "sense": "minimize", "expression": "x['a']"},
        ]
    )
    rendered = render(formulation)
    space = run_program(rendered.source)
    model = space["build_model"]()
    assert model.priorities == ["objective_1", "least_a"]
    assert [part.name for part in model.component_objects(pyo.Objective, active=True)] == ["objective_1"]
    assert solve(model, "highs") == "optimal"
    assert pyo.value(model.least_a) == pytest.approx(1, abs=1e-4)
    assert_harmless(rendered.source)


def test_a_list_of_objectives_run_as_a_script_prints_each(capsys):
    formulation = small(
        objective=[
            {"name": "most", "sense": "maximize", "expression": "sum(x[i] for i in I)"},
            {"name": "least_a", "sense": "minimize", "expression": "x['a']"},
        ]
    )
    exec(compile(render(formulation).source, "program.py", "exec"), {"__name__": "__main__"})
    printed = dict(line.split(" = ") for line in capsys.readouterr().out.splitlines())
    assert float(printed["most"]) == pytest.approx(5)
    assert float(printed["least_a"]) == pytest.approx(1, abs=1e-4)
    assert float(printed["x[b]"]) == pytest.approx(4)


def test_without_an_objective_any_point_will_do(capsys):
    formulation = small(objective=None)
    exec(compile(render(formulation).source, "program.py", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.startswith("objective = 0")


def test_a_model_without_solution_says_so():
    formulation = small(constraints=[{"name": "limit", "expression": "sum(x[i] for i in I) >= 50"}])
    with pytest.raises(SystemExit, match="no optimum: infeasible"):
        exec(compile(render(formulation).source, "program.py", "exec"), {"__name__": "__main__"})


def test_the_callers_data_replace_entries():
    formulation = small()
    assert optimum(formulation) == pytest.approx(14)
    assert optimum(formulation, {"gain": {"a": 10, "b": 1}}) == pytest.approx(41)
    assert optimum(formulation, {"unknown": [1, 2]}) == pytest.approx(14)


def test_a_chain_becomes_a_row_for_each_link():
    formulation = small(
        constraints=[{"name": "low", "for_each": "i in I", "expression": "1 <= x[i] <= x['b'] + 1 <= 4"}]
    )
    rendered = render(formulation)
    model = run_program(rendered.source)["build_model"]()
    assert [part.name for part in model.component_objects(pyo.Constraint)] == ["low", "low_2", "low_3"]
    assert {rendered.names[name] for name in ("low", "low_2", "low_3")} == {"low"}
    assert optimum(formulation) == pytest.approx(2 * 4 + 3 * 3)


def test_a_chain_gives_way_to_a_name_that_is_there():
    formulation = small(
        constraints=[
            {"name": "low", "expression": "1 <= x['a'] <= 2"},
            {"name": "low_2", "expression": "x['b'] <= 1"},
        ]
    )
    names = render(formulation).names
    assert names["low_2"] == "low_2"
    assert names["low_2_"] == "low"
    assert optimum(formulation) == pytest.approx(7)


def test_rows_of_numbers_alone_are_left_out():
    formulation = small(
        sets=[{"name": "I", "members": ["a", "b"]}, {"name": "P", "members": [["a", "b"]]}],
        constraints=[{"name": "flow", "for_each": "i in I", "expression": "sum(x[j] for (k,j) in P if k == i) <= 1"}],
    )
    model = model_of(formulation)
    assert list(model.flow) == ["a"]
    assert optimum(formulation) == pytest.approx(2 * 4 + 3 * 1)


def test_a_row_of_numbers_alone_that_depends_on_data_is_judged_when_the_model_is_built():
    formulation = small(
        constraints=[{"name": "flow", "for_each": "i in I", "expression": "(x[i] if gain[i] > 2 else 1) <= 1"}]
    )
    assert list(model_of(formulation).flow) == ["b"]
    assert list(model_of(formulation, {"gain": {"a": 3, "b": 0}}).flow) == ["a"]


@pytest.mark.parametrize(
    ("for_each", "expression", "rows"),
    [
        ("t in T", "y[t] <= (y[t-1] if t > first(T) else 2) + 1", 3),
        ("t in T if t-1 in T", "y[t] <= y[t-1] + 1", 2),
        ("t in T if not (t == 1 or t == 3)", "y[t] <= 1", 1),
        ("t in T", "y[t] <= y[(t % 3) + 1] + 1", 3),
        ("i in I, t in COVER[i]", "y[t] <= x[i]", 3),
        ("i in I", "sum(y[t] for t in COVER[i]) <= 4", 2),
        ("a in ARCS", "flow[a] <= 2", 2),
        ("(i,j) in ARCS", "flow[i,j] <= 2", 2),
        ("a in ARCS, t in T", "flow[a] + y[t] <= 2", 6),
        ("t in T, a in ARCS if a != ('a',1)", "flow[a] + y[t] <= weight[a]", 3),
        ("i in I, (k,l) in ARCS if i != k", "x[i] + flow[k,l] <= 2", 2),
        ("t in range(1, 3)", "y[t] <= 2", 2),
        ("t in [1, 3]", "y[t] <= 2", 2),
        (None, "sum(flow[a] for a in ARCS if a in ARCS) <= last(T)", 1),
        (None, "sum(weight[a]*flow[a] for a in ARCS) <= len(ARCS)*ord(T, 2)", 1),
        (None, "prod(weight[a] for a in ARCS)*x['a'] <= 9", 1),
        (None, "sum((1 if y_max > 1 else 0)*x[i] + (weight[i,1] > 1)*x[i] for i in I) <= 9", 1),
        (None, "x['a'] <= piecewise(weight['a',1], [0, 2, 4], [0, 4, 5]) + 7//2 + 7 % 4 + 2**2", 1),
        (None, "-x['a'] - -2*x['b'] - (x['a'] - 3) >= -(2 + 1)", 1),
    ],
)
def test_every_form_of_index_gives_its_rows(for_each, expression, rows):
    constraint = {"name": "row", "expression": expression} | ({"for_each": for_each} if for_each else {})
    formulation = small(
        sets=[
            {"name": "I", "members": ["a", "b"]},
            {"name": "T", "range": [1, "n"]},
            {"name": "ARCS", "keys_of": "weight"},
            {"name": "COVER", "index": ["I"], "members": {"a": [1, 3], "b": [2]}},
        ],
        parameters=[
            {"name": "n", "value": 3},
            {"name": "y_max", "value": 5.5},
            {"name": "gain", "index": ["I"], "value": [2, 3]},
            {"name": "weight", "index": ["ARCS"], "rows": [["a", 1, 2], ["b", 1, 3]]},
        ],
        variables=[
            {"name": "x", "index": ["I"], "upper": 4},
            {"name": "y", "index": ["T"], "upper": "y_max"},
            {"name": "flow", "index": ["ARCS"], "upper": "weight"},
        ],
        constraints=[constraint],
    )
    rendered = render(formulation)
    assert_harmless(rendered.source)
    model = run_program(rendered.source)["build_model"]()
    (component,) = model.component_objects(pyo.Constraint)
    assert rendered.names[component.name] == "row"
    assert len(component) == rows
    assert solve(model, "highs") == "optimal"


@pytest.mark.parametrize(
    ("variable", "bounds"),
    [
        ({"index": ["I"], "upper": 4}, [(0, 4), (0, 4)]),
        ({"index": ["I"], "upper": "gain"}, [(0, 2), (0, 3)]),
        ({"index": ["I"], "lower": -1, "domain": "Reals"}, [(-1, None), (-1, None)]),
        ({"index": ["I"], "lower": {"a": 1}, "upper": [2, None]}, [(1, 2), (0, None)]),
        ({"index": ["j in I"], "upper": "gain[j]*2 + 1"}, [(0, 5), (0, 7)]),
        ({"index": ["I", "I"], "upper": 1}, [(0, 1)] * 4),
        ({"index": ["i in I", "j in I"], "upper": "gain[i] + gain[j]"}, [(0, 4), (0, 5), (0, 5), (0, 6)]),
        ({"index": ["I"], "domain": "PercentFraction", "upper": "gain"}, [(0, 1), (0, 1)]),
        ({"index": ["a in P"], "upper": "worth[a]"}, [(0, 7)]),
        ({"index": ["P", "I"], "upper": [[3, 4]]}, [(0, 3), (0, 4)]),
        ({"index": ["a in P", "i in I"], "upper": "worth[a]*gain[i]"}, [(0, 14), (0, 21)]),
    ],
)
def test_bounds_are_those_of_the_formulation(variable, bounds):
    formulation = small(
        sets=[{"name": "I", "members": ["a", "b"]}, {"name": "P", "members": [["a", 1]]}],
        parameters=[
            {"name": "gain", "index": ["I"], "value": [2, 3]},
            {"name": "worth", "index": ["P"], "value": [7]},
        ],
        variables=[{"name": "x", **variable}],
        objective=None,
        constraints=[],
    )
    assert [part.bounds for part in model_of(formulation).x.values()] == bounds


def test_sets_and_constants_come_after_what_they_are_made_from():
    formulation = small(
        sets=[
            {"name": "PAIRS", "for_each": "i in I, t in T if t <= last_one"},
            {"name": "T", "range": [1, "last_one + 1"]},
            {"name": "I", "members": ["a", "b"]},
        ],
        expressions=[
            {"name": "cost", "for_each": "(i,t) in PAIRS", "expression": "gain[i]*share[t]*x[i]"},
            {"name": "share", "for_each": "t in T", "expression": "t/last_one"},
            {"name": "last_one", "expression": "len(I)"},
        ],
        objective={"sense": "maximize", "expression": "sum(cost[p] for p in PAIRS)"},
    )
    assert optimum(formulation) == pytest.approx(14 * 1.5)


def test_members_that_are_numbers_as_text_stay_text():
    formulation = small(
        sets=[{"name": "I", "members": ["1", "2"]}], constraints=[{"name": "limit", "expression": "x['1'] <= 1"}]
    )
    assert optimum(formulation) == pytest.approx(2 * 1 + 3 * 4)


def test_parameters_of_members_are_read_as_indices():
    formulation = small(
        parameters=[
            {"name": "gain", "index": ["I"], "value": [2, 3]},
            {"name": "twin", "index": ["I"], "value": ["b", "a"]},
        ],
        constraints=[{"name": "limit", "for_each": "i in I", "expression": "x[twin[i]] <= gain[i]"}],
    )
    assert optimum(formulation) == pytest.approx(2 * 3 + 3 * 2)


def test_what_is_not_declared_is_an_error_of_the_formulation():
    with pytest.raises(FormulationError, match="nothing"):
        render(small(constraints=[{"name": "limit", "expression": "nothing <= 3"}]))


def test_long_expressions_are_laid_out_over_lines():
    names = [f"quantity_of_product_{place}" for place in range(12)]
    formulation = small(
        variables=[{"name": name, "upper": 1} for name in names],
        objective={
            "sense": "maximize",
            "expression": " + ".join(f"{place + 2}*{name}" for place, name in enumerate(names)),
        },
        constraints=[
            {"name": "both", "expression": f"{' + '.join(names[:8])} <= 2*({' + '.join(names[4:])} - {names[0]})"},
            {
                "name": "sums",
                "expression": f"sum((({' + '.join(names)}) if i == 'a' else {names[0]}) for i in I) <= 20",
            },
        ],
    )
    source = render(formulation).source
    assert max(map(len, source.splitlines())) <= 120
    assert optimum(formulation) == pytest.approx(sum(range(2, 14)))


COLLISIONS = {
    "constraint": {"constraints": [{"name": "objective", "expression": "x <= 3"}]},
    "set": {
        "sets": [{"name": "objective", "members": ["a"]}],
        "constraints": [{"name": "c", "for_each": "i in objective", "expression": "x <= 3"}],
    },
    "variable": {
        "variables": [{"name": "x", "upper": 3}, {"name": "objective", "upper": 1}],
        "constraints": [{"name": "c", "expression": "objective <= x"}],
    },
    "expression": {
        "expressions": [{"name": "objective", "expression": "3*x"}],
        "objective": {"sense": "maximize", "expression": "objective"},
        "constraints": [{"name": "c", "expression": "x <= 3"}],
    },
    "parameter": {
        "parameters": [{"name": "objective", "value": 3}],
        "constraints": [{"name": "c", "expression": "x <= objective"}],
    },
    "own name": {
        "objective": {"name": "best", "sense": "maximize", "expression": "3*x"},
        "constraints": [{"name": "best", "expression": "x <= 3"}],
    },
    "in order": {
        "objective": [{"sense": "maximize", "expression": "x"}, {"sense": "maximize", "expression": "3*x"}],
        "constraints": [{"name": "objective_1", "expression": "x <= 3"}],
        "expressions": [{"name": "objective_2", "expression": "x"}],
    },
}


@pytest.mark.parametrize("case", COLLISIONS)
def test_an_element_may_be_called_like_the_objective(case):
    data = {
        "variables": [{"name": "x", "upper": 4}],
        "objective": {"sense": "maximize", "expression": "3*x"},
        **COLLISIONS[case],
    }
    formulation = Formulation.model_validate(data)
    rendered = render(formulation)
    outcome = run(rendered.source, trust=Trust.RENDERED)
    assert outcome.objective == pytest.approx(9), rendered.source
    assert solve_in_process(build(formulation).model, SolveOptions()).objective == pytest.approx(9)
