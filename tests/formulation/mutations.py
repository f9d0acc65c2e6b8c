"""Ways to break a formulation. Each changes JSON data in place and returns the codes one of which must be found.

None says that the formulation at hand does not have what the mutation would break.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from optwright.formulation.findings import Code

Json = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]
Codes = list[Code] | None


def _pick(data: Json, kind: str, draw: Draw) -> Json:
    return draw(st.sampled_from(data[kind]))  # type: ignore[no-any-return]


def drop_a_variable(data: Json, draw: Draw) -> Codes:
    """Every variable is used in the objective, an expression or an output, but `z`, `y` and `b` may not be."""
    used = {"x", "y", "s", "k"}
    place = draw(st.sampled_from([0, 1, 3, 5]))
    assert used
    del data["variables"][place]
    return [Code.UNDEFINED]


def drop_a_set(data: Json, draw: Draw) -> Codes:
    del data["sets"][draw(st.sampled_from([0, 1, 2]))]
    return [Code.UNDEFINED]


def drop_an_expression(data: Json, draw: Draw) -> Codes:
    del data["expressions"][draw(st.sampled_from([0, 1]))]
    return [Code.UNDEFINED]


def give_a_name_twice(data: Json, draw: Draw) -> Codes:
    _pick(data, "variables", draw)["name"] = _pick(data, "parameters", draw)["name"]
    return [Code.DUPLICATE_NAME]


def take_a_keyword_as_name(data: Json, draw: Draw) -> Codes:
    _pick(data, "constraints", draw)["name"] = draw(st.sampled_from(["lambda", "sum", "a b", "1x", "", "x\ny"]))
    return [Code.BAD_NAME]


def leave_out_the_relation(data: Json, draw: Draw) -> Codes:
    _pick(data, "constraints", draw)["expression"] = f"{data['variables'][3]['name']} + 1"
    return [Code.NOT_A_RELATION]


def break_the_syntax(data: Json, draw: Draw) -> Codes:
    element = _pick(data, draw(st.sampled_from(["constraints", "expressions"])), draw)
    element["expression"] += draw(st.sampled_from([" +", ")", " for", " <= <=", "["]))
    return [Code.SYNTAX]


def leave_the_language(data: Json, draw: Draw) -> Codes:
    name = data["variables"][3]["name"]
    texts = [
        f"{name}.value <= 1",
        "__import__('os') <= 1",
        f"(lambda: {name})() <= 1",
        f"open({name}) <= 1",
        f"{name}[0][1] <= 2",
    ]
    _pick(data, "constraints", draw)["expression"] = draw(st.sampled_from(texts))
    return [Code.NOT_IN_LANGUAGE, Code.SYNTAX]


def use_too_few_indices(data: Json, draw: Draw) -> Codes:
    y, member = data["variables"][1]["name"], data["sets"][0]["members"][0]
    _pick(data, "constraints", draw)["expression"] = draw(st.sampled_from([f"{y}[{member!r}] <= 3", f"{y} <= 3"]))
    return [Code.ARITY]


def use_another_set(data: Json, draw: Draw) -> Codes:
    y, i, t = data["variables"][1]["name"], data["sets"][0]["name"], data["sets"][1]["name"]
    constraint = _pick(data, "constraints", draw)
    constraint |= {"for_each": f"p in {i}, q in {t}", "expression": f"{y}[q,p] <= 3"}
    return [Code.WRONG_SET, Code.OUT_OF_RANGE]


def read_before_the_first(data: Json, draw: Draw) -> Codes:
    y, i, t = data["variables"][1]["name"], data["sets"][0]["name"], data["sets"][1]["name"]
    constraint = _pick(data, "constraints", draw)
    constraint |= {"for_each": f"p in {i}, q in {t}", "expression": f"{y}[p,q-1] <= 3"}
    return [Code.OUT_OF_RANGE]


def leave_out_a_value(data: Json, draw: Draw) -> Codes:
    data["parameters"][3]["value"][0] = None
    return [Code.MISSING_DATA]


def give_too_many_values(data: Json, draw: Draw) -> Codes:
    data["parameters"][3]["value"].append(1)
    return [Code.SHAPE, Code.SURPLUS_DATA]


def give_a_key_that_is_no_member(data: Json, draw: Draw) -> Codes:
    data["parameters"][2] = {
        "name": data["parameters"][2]["name"],
        "index": [data["sets"][0]["name"]],
        "value": {"nobody": 1},
    }
    return [Code.SURPLUS_DATA]


def list_a_member_twice(data: Json, draw: Draw) -> Codes:
    data["sets"][0]["members"] = [*data["sets"][0]["members"], data["sets"][0]["members"][0]]
    return [Code.DUPLICATE_MEMBER]


def give_text_for_a_number(data: Json, draw: Draw) -> Codes:
    data["parameters"][1]["value"] = draw(st.sampled_from(["a lot", [1], {"a": 1}]))
    return [Code.SHAPE, Code.SCHEMA]


def cross_the_bounds(data: Json, draw: Draw) -> Codes:
    data["variables"][5] |= {"lower": 7, "upper": 3}
    return [Code.BOUNDS]


def decide_in_a_condition(data: Json, draw: Draw) -> Codes:
    s = data["variables"][3]["name"]
    _pick(data, "constraints", draw)["expression"] = f"(1 if {s} > 2 else 0) <= {s}"
    return [Code.VARIABLE_IN_DATA]


def ask_for_more_than_strictly(data: Json, draw: Draw) -> Codes:
    x = data["variables"][0]
    member = data["sets"][0]["members"][0]
    _pick(data, "constraints", draw).update(expression=f"{x['name']}[{member!r}] > 0.5")
    data["constraints"] = [
        {key: value for key, value in row.items() if key != "for_each"} for row in data["constraints"]
    ]
    return [Code.STRICT, Code.UNDEFINED]


def choose_without_a_bound(data: Json, draw: Draw) -> Codes:
    data["variables"].append({"name": "endless"})
    data["constraints"].append({"name": "either", "expression": "endless <= 3 or endless >= 5"})
    return [Code.NO_BOUND]


def contradict_in_numbers(data: Json, draw: Draw) -> Codes:
    data["constraints"].append({"name": "never", "expression": f"{data['parameters'][0]['name']} == 500"})
    return [Code.CONST_FALSE]


def define_in_a_circle(data: Json, draw: Draw) -> Codes:
    data["expressions"] += [{"name": "hen", "expression": "egg + 1"}, {"name": "egg", "expression": "hen + 1"}]
    return [Code.CYCLE]


def name_a_column_that_is_not_there(data: Json, draw: Draw) -> Codes:
    data["tables"] = [*data["tables"], {"name": "extra", "columns": ["a"], "rows": [["b"]]}]
    data["sets"].append({"name": "EXTRA", "table": "extra", "column": "nothing"})
    return [Code.NO_COLUMN]


def name_a_table_that_is_not_there(data: Json, draw: Draw) -> Codes:
    data["sets"].append({"name": "EXTRA", "table": "nowhere", "column": "a"})
    return [Code.NO_TABLE, Code.UNDEFINED]


def put_words_into_a_cell(data: Json, draw: Draw) -> Codes:
    data["tables"] = [*data["tables"], {"name": "extra", "columns": ["a", "v"], "rows": [["b", "n/a"]]}]
    data["sets"].append({"name": "EXTRA", "table": "extra", "column": "a"})
    data["parameters"].append({"name": "worth", "index": ["EXTRA"], "table": "extra", "column": "v"})
    return [Code.BAD_CELL]


def key_a_table_twice(data: Json, draw: Draw) -> Codes:
    data["tables"] = [*data["tables"], {"name": "extra", "columns": ["a", "v"], "rows": [["b", 1], ["b", 2]]}]
    data["sets"].append({"name": "EXTRA", "table": "extra", "column": "a"})
    data["parameters"].append({"name": "worth", "index": ["EXTRA"], "table": "extra", "column": "v"})
    return [Code.DUPLICATE_KEY]


def divide_by_nothing(data: Json, draw: Draw) -> Codes:
    n, s = data["parameters"][0]["name"], data["variables"][3]["name"]
    data["constraints"].append({"name": "ratio", "expression": f"{s}/({n} - 3) <= 5"})
    return [Code.ARITHMETIC]


def add_an_unknown_field(data: Json, draw: Draw) -> Codes:
    _pick(data, draw(st.sampled_from(["sets", "variables", "constraints"])), draw)["colour"] = "red"
    return [Code.SCHEMA]


def forget_a_field(data: Json, draw: Draw) -> Codes:
    del _pick(data, draw(st.sampled_from(["constraints", "expressions"])), draw)["expression"]
    return [Code.SCHEMA]


MUTATIONS = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__ and not name.startswith("_")
]
