"""Random well-formed formulations, as JSON data: every construct of the language can turn up in them.

All variables are bounded and most rows are met by the smallest point, so that most have an optimum.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

MEMBERS = ["A", "B b", "it's", 'say "x"', "new\nline", "tab\t", "ünï", "C\\n", "1", "'''", '"""', "#", "{x}", "\u2028"]
NAMES = [
    *("active", "name", "clone", "load", "data", "DATA", "model", "pyo", "row", "value", "build_model", "Constraint"),
    *("größe", "π", "x", "cost", "Expression", "keys", "values", "open", "list", "int", "isinstance", "__class__"),
    *("priorities", "kept", "math", "type", "print", "results", "objective_1", "_private", "ship_index", "demand_"),
]
INDICES = ["i", "j", "t", "u", "a", "m", "model", "pyo", "data", "bool"]
TEXTS = st.text(max_size=40) | st.sampled_from(
    ['"""', "'''", "a\\", "a\nb", "x\r\ny", "\u2028import os", "\x0c#", "é\x85b"]
)
ROLES = ("I", "T", "A", "F", "n", "cap", "price", "load", "cost", "need", "x", "y", "z", "s", "b", "k", "total", "per")


class Draft:
    """One formulation in the making: the names of its roles, its members, and draws."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        pool = draw(st.permutations(NAMES))
        plain = draw(st.booleans())
        self.names = {role: role if plain else f"{pool[place]}" for place, role in enumerate(ROLES)}
        taken = set(self.names.values())
        self.i, self.t, self.a, self.j = [name for name in draw(st.permutations(INDICES)) if name not in taken][:4]
        self.members: list[str] = draw(st.lists(st.sampled_from(MEMBERS), min_size=2, max_size=3, unique=True))
        self.periods = list(range(1, draw(st.integers(2, 4)) + 1))
        pairs = [[member, period] for member in self.members for period in self.periods]
        self.arcs: list[list[Any]] = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=4, unique_by=tuple))

    def __getitem__(self, role: str) -> str:
        return self.names[role]

    def number(self, low: int = 1, high: int = 9) -> int | float:
        return self.draw(st.integers(low, high) | st.sampled_from([low + 0.5, low + 0.25]))

    def numbers(self, count: int, low: int = 1, high: int = 9) -> list[int | float]:
        return [self.number(low, high) for _ in range(count)]

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def flag(self) -> bool:
        return self.draw(st.booleans())

    def text(self, template: str) -> str:
        """Fill `{role}` of a template in, `{i}`, `{t}`, `{a}`, `{j}` being indices and `{c}` a coefficient."""
        member = repr(self.members[0])
        return template.format(
            **self.names, i=self.i, t=self.t, a=self.a, j=self.j, c=self.number(), m=member, first=self.periods[0]
        )


def _sets(d: Draft) -> list[Json]:
    last = len(d.periods)
    end: Any = last if d.flag() else d.text(f"{{n}} + {last - 3}")
    periods: Json = {"range": [1, end]} if d.flag() else {"members": d.periods}
    arcs: Json = d.one_of(
        {"members": d.arcs},
        {"keys_of": d["cost"]},
        {"for_each": d.text("{i} in {I}, {t} in {T} if {t} > 1 or {i} == {m}")},
    )
    if "for_each" in arcs:
        d.arcs = [[i, t] for i in d.members for t in d.periods if t > 1 or i == d.members[0]]
    subsets = {i: d.draw(st.lists(st.sampled_from(d.periods), min_size=1, max_size=3, unique=True)) for i in d.members}
    family: Any = subsets if d.flag() else list(subsets.values())
    listed = [{"name": d["I"], "members": d.members, "description": d.draw(TEXTS)}, {"name": d["T"], **periods}]
    return [*listed, {"name": d["A"], **arcs}, {"name": d["F"], "index": [d["I"]], "members": family}]


def _parameters(d: Draft, tables: list[Json]) -> list[Json]:
    over_members = d.numbers(len(d.members))
    table = {
        "name": "sheet",
        "columns": ["key", "amount"],
        "rows": [*map(list, zip(d.members, over_members, strict=True))],
    }
    price: Json = d.one_of(
        {"value": over_members},
        {"value": dict(zip(d.members, over_members, strict=True))},
        {"value": over_members[0]},
        {"table": "sheet", "column": "amount", "key": "key"},
        {"value": {d.members[0]: over_members[0]}, "default": 3},
    )
    # A cell is stripped, so that a member with blanks at its ends cannot come from a table.
    if "table" in price and any(member != member.strip() for member in d.members):
        price = {"value": over_members}
    if "table" in price:
        tables.append(table)
    need: Json = d.one_of(
        {"value": [d.numbers(len(d.periods)) for _ in d.members]},
        {"value": {i: {str(t): d.number() for t in d.periods} for i in d.members}},
        {"rows": [[i, t, d.number()] for i in d.members for t in d.periods]},
        {"table": "broad", "key": "who", "wide": True, "default": 2},
    )
    if "table" in need and any(member != member.strip() for member in d.members):
        need = {"value": 4}
    if "table" in need:
        cells = [[i, *d.numbers(len(d.periods) - 1), None] for i in d.members]
        tables.append({"name": "broad", "columns": ["who", *map(str, d.periods)], "rows": cells})
    return [
        {"name": d["n"], "value": 3, "description": d.draw(TEXTS)},
        {"name": d["cap"], "value": d.number(8, 20), "unit": "kg", "quote": d.draw(TEXTS)},
        {"name": d["price"], "index": [d["I"]], **price},
        {"name": d["load"], "index": d["T"].split(), "value": d.numbers(len(d.periods))},
        {"name": d["cost"], "index": [d["A"]], "rows": [[*arc, d.number()] for arc in d.arcs]},
        {"name": d["need"], "index": [d["I"], d["T"]], **need},
    ]


def _variables(d: Draft) -> list[Json]:
    ends = d.one_of(
        {"upper": 6},
        {"upper": d["price"]},
        {"upper": dict.fromkeys(d.members, 5)},
        {"lower": [-1] * len(d.members), "upper": 4, "domain": "Reals"},
        {"index": [f"{d.j} in {d['I']}"], "upper": f"{d['price']}[{d.j}] + 1"},
    )
    return [
        {"name": d["x"], "index": [d["I"]], **ends, "description": d.draw(TEXTS)},
        {"name": d["y"], "index": [d["I"], d["T"]], "upper": d.one_of(5, d["need"], d["cap"])},
        {"name": d["z"], "index": [d["A"]], "upper": d.one_of(4, d["cost"])},
        {"name": d["s"], "upper": 10, "domain": d.one_of("NonNegativeReals", "NonNegativeIntegers", "PositiveReals")},
        {"name": d["b"], "index": [d["I"]], "domain": "Binary"},
        {"name": d["k"], "domain": "Integers", "lower": -2, "upper": 5},
    ]


def _expressions(d: Draft) -> list[Json]:
    return [
        {
            "name": d["per"],
            "for_each": d.text("{i} in {I}"),
            "expression": d.text("sum({y}[{i},{t}] for {t} in {T}) + {x}[{i}]"),
        },
        {"name": d["total"], "expression": d.text("sum({per}[{i}] for {i} in {I}) + {s}")},
    ]


ROWS: list[tuple[str | None, str]] = [
    (None, "{total} <= 9*{cap}"),
    (None, "-30 <= {s} - {k} <= {total} + {n}*40"),
    (None, "{k} + {s} == sum({b}[{i}] for {i} in {I}) + {c}"),
    ("{i} in {I}", "sum({y}[{i},{t}] for {t} in {F}[{i}]) <= {cap}"),
    ("{i} in {I}, {t} in {T}", "{y}[{i},{t}] <= {need}[{i},{t}] + ({y}[{i},{t}-1] if {t} > first({T}) else {c})"),
    ("{i} in {I}, {t} in {T} if {t}-1 in {T}", "{y}[{i},{t}] - {y}[{i},{t}-1] <= {c}"),
    ("{i} in {I}, {t} in {F}[{i}]", "{y}[{i},{t}] <= {load}[{t}] + {x}[{i}] + 1"),
    ("{a} in {A}", "{z}[{a}] <= {cost}[{a}] + {s}"),
    ("({i},{t}) in {A} if {t} != 2", "{z}[{i},{t}] <= {y}[{i},{t}] + {c}"),
    ("{i} in {I}", "sum({z}[{i},{t}] for {t} in {T} if ({i},{t}) in {A}) <= {price}[{i}] + {c}"),
    ("{t} in {T}", "sum({z}[{i},{t}] for {i} in {I} if ({i},{t}) in {A} and {need}[{i},{t}] > 3) <= {load}[{t}]"),
    ("{t} in {T}", "sum({y}[{i},{t}] for {i} in {I}) <= {load}[({t} % len({T})) + 1] + ord({T}, {t})"),
    ("{a} in {A}, {j} in {I} if ({j},{first}) != {a}", "{z}[{a}] + {x}[{j}] <= 2*{cap} + {cost}[{a}]"),
    (None, "sum({c}*{y}[{i},{t}] for {i} in {I} for {t} in range(1, {n}) if {t} in {T}) <= 4*{cap}"),
    (None, "sum({y}[{i},{t}] for {i} in [{m}] for {t} in [{first}]) <= {cap}"),
    (None, "{x}[{m}] <= 2 + prod({price}[{i}] for {i} in {I}) + max({need}[{m},{t}] for {t} in {T})"),
    (None, "{s} <= {c} + abs(min({load}[{t}] - 4 for {t} in {T})) + ceil({cap}/3) + floor(sqrt({cap})) + {cap}//4"),
]
LOGIC: list[tuple[str | None, str]] = [
    ("{i} in {I}", "implies({b}[{i}], {x}[{i}] >= 1)"),
    ("{i} in {I}", "{b}[{i}] or {x}[{i}] <= 3"),
    ("{i} in {I}", "{x}[{i}] <= 0 or {x}[{i}] >= 2"),
    (None, "implies({k} > 2, {s} <= 5 and {x}[{m}] <= 4)"),
    (None, "sum({x}[{i}] > 1 for {i} in {I}) <= 2"),
    (None, "sum(({k} >= 1)*{price}[{i}] for {i} in {I}) <= 4*{cap}"),
    (None, "iff({b}[{m}], {k} >= 2)"),
    (None, "not ({b}[{m}] and {k} == 0)"),
]
EXTREMA: list[tuple[str | None, str]] = [
    (None, "max({x}[{i}] for {i} in {I}) <= {cap}/2"),
    (None, "abs({s} - {k}) <= {c} + 2"),
    (None, "min({s}, {k}) <= 4"),
    ("{i} in {I}", "max({x}[{i}], {per}[{i}] - {c}) <= {cap} + 1"),
    (None, "piecewise({s}, [0, 4, 10], [0, 2, 12]) <= {cap}"),
    (None, "piecewise({s}, [0, 4, 10], [0, 8, 9]) >= {k}"),
]
CURVES: list[tuple[str | None, str]] = [
    (None, "{s}*{s} <= 50 + {cap}"),
    (None, "{s}**2 + {x}[{m}]**2 <= 90"),
    (None, "exp(0.1*{s}) + sqrt({s} + 1) <= 20"),
    (None, "log({s} + 1)*2 + sin({k}) <= 9"),
    ("{i} in {I}", "{x}[{i}]*{b}[{i}] <= {price}[{i}] + {cap}/({s} + 1)"),
]
OBJECTIVES = ["{total}", "3*{s} - {k} + {total}", "{c}*{s} + sum({price}[{i}]*{x}[{i}] - {c}*{b}[{i}] for {i} in {I})"]
TERMS = ["{c}*abs({s} - 3)", "{c}*max({s}, {k})", "sum({c}*({k} >= 2) for {i} in {I})", "-{c}*min({s}, 7)"]


EXTRAS: list[tuple[str | None, str]] = [
    ("{i} in {I}", "first({F}[{i}]) + last({F}[{i}])*{x}[{i}] + len({F}[{i}])"),
    ("{a} in {A}", "ord({A}, {a})*{z}[{a}] + {cost}[{a}]"),
    ("{i} in {I}, {t} in {T} if ({i},{t}) in {A}", "{z}[{i},{t}] - ord({A}, ({i},{t}))"),
    ("{a} in {A}, {j} in {I}", "{z}[{a}]*{b}[{j}] + ({x}[{j}] if ({j},{first}) == {a} else {cost}[{a}])"),
    ("{t} in {T}, ({i},{j}) in {A} if {j} <= {t}", "{z}[{i},{j}]*{t} + {y}[{i},{t}]/{need}[{i},{j}]"),
    (None, "prod({x}[{i}] + 1 for {i} in {I})"),
    (None, "sum({z}[{a}] for {a} in {A} if {a} in {A} for {j} in {I} if {need}[{j},{first}] > {cost}[{a}])"),
    (None, "sum({y}[{i},{t}]**2 for {i} in {I} for {t} in {F}[{i}] if not ({t} > 1 and {i} != {m}))"),
    (None, "sum(({need}[{i},{first}] > 4)*{x}[{i}] + ({i} == {m}) for {i} in {I})"),
    (None, "sum(({x}[{i}] if {t} in {F}[{i}] else ({y}[{i},{t}] if {t} > 1 else -{s})) for {i} in {I} for {t} in {T})"),
    (None, "sum({c}*{k}**{t} for {t} in range({first}, {first} + 3)) - sum(1 for {t} in range(3, 1))"),
    (None, "-({s} - ({k} - {c})) - -{s} + -2**2 - (-{k})*{c} + {s}/2/{c} - {s}/(2/{c}) + {k}*({c}/3)"),
    (None, "{s}*(7 % 4) - 7 // 2*{k} + {n}**2*{s} - (-7) // 2 + (-7) % 4"),
    (None, "min({price}[{i}] for {i} in {I})*{s} + max({n}, {cap}) + abs(-{cap}) + ceil({cap}/3) - floor({cap}/4)"),
    (None, "exp({s}/10) + log({s} + 1) + sqrt({s}) + sin({k}) + cos({k}) + tan({s}/20) + exp(-{n})"),
    (None, "piecewise({cap}, [0, 10, 30], [0, 5, 45])*{s} + piecewise({n} - 2, [0, 1], [2, 4])"),
    (None, "sum({x}[{i}] for {i} in [{m}]) + sum({t} for {t} in [1, 2] if {t} in {T}) + sum({c} for {i} in {I})"),
    (None, "sum(sum({y}[{i},{t}] for {t} in {T}) if {i} == {m} else {x}[{i}] for {i} in {I})"),
    (None, "(1 if {n} > 2 and {cap} >= 8 or not {n} == 3 else 0)*{s} + (2 if 1 < {n} <= 3 != {cap} else 1)*{k}"),
]


@st.composite
def formulations(draw: st.DrawFn, *, curves: bool = False, rows: int = 3, extras: int = 0) -> Json:
    """Draw a formulation. With `curves` it has nonlinear rows, else it is linear or becomes so by lowering.

    `extras` is the number of named expressions of all kinds that nothing else uses.
    """
    d = Draft(draw)
    tables: list[Json] = []
    # In this order, since the sets settle which arcs there are.
    data: Json = {"sets": _sets(d), "parameters": _parameters(d, tables), "tables": tables}
    data |= {"name": draw(TEXTS) or "problem", "description": draw(TEXTS)}
    data |= {"variables": _variables(d), "expressions": _expressions(d)}
    for number in range(extras):
        for_each, expression = draw(st.sampled_from(EXTRAS))
        named: Json = {"name": f"extra_{number}", "expression": d.text(expression)}
        data["expressions"].append(named if for_each is None else {**named, "for_each": d.text(for_each)})
    chosen = draw(st.lists(st.sampled_from([*ROWS, *ROWS, *LOGIC, *EXTREMA]), min_size=1, max_size=rows))
    if curves:
        chosen = [*chosen[:2], draw(st.sampled_from(CURVES))]
    data["constraints"] = [_constraint(d, number, row) for number, row in enumerate(chosen)]
    data["objective"] = _objective(d)
    data["outputs"] = [{"name": "asked", "expression": d.text("{total} + max({s}, {k})")}]
    return data


def _constraint(d: Draft, number: int, row: tuple[str | None, str]) -> Json:
    for_each, expression = row
    constraint: Json = {"name": f"row_{number}", "expression": d.text(expression), "quote": d.draw(TEXTS)}
    return constraint if for_each is None else {**constraint, "for_each": d.text(for_each)}


def _objective(d: Draft) -> Any:
    every = d.text("sum({z}[{a}] for {a} in {A}) + sum({y}[{i},{t}] for {i} in {I} for {t} in {T})")

    def one() -> Json:
        extra = f" + {d.text(d.one_of(*TERMS))}" if d.flag() else ""
        return {"sense": d.one_of("minimize", "maximize"), "expression": d.text(d.one_of(*OBJECTIVES)) + extra}

    shape = d.one_of("one", "one", "one", "two", "none")
    if shape == "none":
        return None
    if shape == "two":
        return [{"name": "first_goal", **one()}, {"name": "second_goal", **one()}]
    objective = one()
    return {**objective, "expression": f"{objective['expression']} + {every}"}
