"""Random small formulations with logic, relations as 0/1, extrema and piecewise lines anywhere."""

from __future__ import annotations

from optwright.formulation.elements import Formulation

SETS = [
    {"name": "I", "members": ["a", "b"]},
    {"name": "T", "range": [1, 2]},
    {"name": "PAIRS", "for_each": "i in I, t in T if t == 1 or i == 'a'"},
]


class Writer:
    """Writes expressions; `choice` is a random.Random."""

    def __init__(self, choice, *, continuous=False, pairs=False):
        self.choice, self.continuous, self.pairs = choice, continuous, pairs
        self.paired = False
        self.numbers = ["x", "y", "x", "b", "c"]
        self.truths = ["b", "c"]
        self.by_i, self.true_by_i = ["v[{i}]", "v[{i}]", "u[{i}]"], ["u[{i}]"]
        self.lags = ["p[{i},t]", "p[{i},t]", "(p[{i},t-1] if ({i},t-1) in PAIRS else x)", "t*v[{i}]"]

    def pick(self, *options):
        return self.choice.choice(options)

    def constant(self):
        return str(self.choice.randint(-3, 4))

    def number(self, depth, i=None):
        """Write a number; `i` is the index in scope, if any."""
        if depth <= 0:
            own = self.lags if self.paired else self.by_i
            atoms = [*self.numbers, *([part.format(i=i) for part in own] if i else []), "v['a']"]
            return self.choice.choice(atoms)
        inner = depth - 1
        kinds = ["sum", "sum", "scale", "minus", "abs", "max", "min", "truth", "atom", "total", "worst", "line", "when"]
        if self.pairs and not self.paired:
            kinds += ["pairs", "pairs"]
        match self.choice.choice(kinds):
            case "sum":
                return f"({self.number(inner, i)} + {self.number(inner, i)})"
            case "minus":
                return f"({self.number(inner, i)} - {self.number(inner, i)})"
            case "scale":
                weight = self.pick(self.constant(), f"w[{i}]" if i else "2", "k")
                return f"{weight}*{self.number(inner, i)}"
            case "abs":
                return f"abs({self.number(inner, i)})"
            case "max" | "min" as function:
                parts = [self.number(inner, i), self.pick(self.number(inner, i), self.constant())]
                if self.choice.random() < 0.2:
                    parts.append(self.number(inner, i))
                return f"{function}({', '.join(parts)})"
            case "truth":
                return f"({self.logic(inner, i, bare=False)})"
            case "pairs":
                j = self.pick("q", "m")
                self.paired = True
                body = self.number(inner, j)
                self.paired = False
                function = self.pick("sum", "max", "min")
                condition = self.pick("", " if t == 1", f" if {j} == 'a'") if function == "sum" else ""
                return f"{function}({body} for ({j},t) in PAIRS{condition})"
            case "total":
                j = self.pick("j", "n", "h") if i is None else self.pick("h", "j" if i != "j" else "n")
                condition = self.pick("", f" if {j} != 'b'", f" if w[{j}] > 0")
                return f"sum({self.over_members(inner, j)} for {j} in I{condition})"
            case "worst":
                j = self.pick("j", "n", "cap")
                return f"{self.pick('max', 'min')}({self.over_members(inner, j)} for {j} in I)"
            case "line":
                ys = ", ".join(self.constant() for _ in range(3))
                return f"piecewise({self.pick('x', 'y')}, [-3, 1, 4], [{ys}])"
            case "when" if i:
                return f"({self.number(inner, i)} if {i} == 'a' else {self.number(inner, i)})"
        return self.number(0, i)

    def over_members(self, depth, i):
        """Write a number for an index that runs over I."""
        paired, self.paired = self.paired, False
        text = self.number(depth, i)
        self.paired = paired
        return text

    def relation(self, depth, i=None):
        ops = ("<=", ">=") if self.continuous else ("<=", ">=", "==", "<", ">", "!=")
        left, right = self.number(depth, i), self.pick(self.constant(), self.constant(), self.number(depth, i))
        if self.choice.random() < 0.1:
            return f"{self.constant()} <= {left} <= {right}"
        return f"{left} {self.choice.choice(ops)} {right}"

    def logic(self, depth, i=None, *, bare=True):
        if depth <= 0:
            atoms = [self.relation(0, i), self.relation(0, i)]
            if bare:
                atoms += [*self.truths, *([part.format(i=i) for part in self.true_by_i] if i else [])]
            return self.choice.choice(atoms)
        inner = depth - 1
        a, b = f"({self.logic(inner, i)})", f"({self.logic(inner, i)})"
        kinds = ["relation", "relation", "not", "and", "or", "or", "implies", "iff", "data"]
        match self.choice.choice(kinds):
            case "not":
                return f"not {a}"
            case "and" | "or" as op:
                return f"{a} {op} {b}" if self.choice.random() < 0.7 else f"{a} {op} {b} {op} ({self.logic(0, i)})"
            case "implies" | "iff" as function:
                return f"{function}({a}, {b})"
            case "data" if i:
                return f"{self.pick('or', 'and')}".join((f"({i} == 'a') ", f" {a}"))
        return self.relation(inner, i)


def formulation(choice, *, continuous=False):
    """Return a random formulation whose variables are whole (unless `continuous`) and closely bounded."""
    pairs = not continuous and choice.random() < 0.3
    write = Writer(choice, continuous=continuous, pairs=pairs)
    expressions = []
    if choice.random() < 0.6:
        expressions.append({"name": "e", "expression": write.number(2)})
    if choice.random() < 0.5:
        expressions.append({"name": "g", "for_each": "i in I", "expression": write.number(2, "i")})
    if choice.random() < 0.5:
        expressions.append({"name": "holds", "for_each": "n in I", "expression": write.logic(1, "n", bare=False)})
    for item in expressions:
        if item["name"] == "holds":
            write.true_by_i.append("holds[{i}]")
        target = write.by_i if "for_each" in item else write.numbers
        target += [f"{item['name']}[{{i}}]" if "for_each" in item else item["name"]] * 2
    constraints = []
    for number in range(choice.randint(1, 3)):
        if choice.random() < 0.4:
            index = choice.choice("ijm")
            constraints.append({"name": f"c{number}", "for_each": f"{index} in I", "expression": write.logic(2, index)})
        else:
            constraints.append({"name": f"c{number}", "expression": write.logic(2)})
    if choice.random() < 0.3:
        constraints.append({"name": "cap", "expression": "x + y <= 3"})
    domain = "Reals" if continuous else "Integers"
    return Formulation.model_validate(
        {
            "sets": SETS,
            "parameters": [
                {"name": "w", "index": ["I"], "value": [choice.randint(-2, 2), choice.randint(-2, 2)]},
                {"name": "k", "value": choice.randint(-2, 3)},
            ],
            "variables": [
                {"name": "x", "domain": domain, "lower": -2, "upper": 3},
                {"name": "y", "domain": domain, "lower": 0, "upper": 2},
                {"name": "b", "domain": "Binary"},
                {"name": "c", "domain": "Binary"},
                {"name": "v", "index": ["I"], "domain": "Integers", "lower": -1, "upper": 2},
                {"name": "u", "index": ["I"], "domain": "Binary"},
                *([{"name": "p", "index": ["PAIRS"], "domain": "Integers", "lower": -1, "upper": 1}] if pairs else []),
            ],
            "expressions": expressions,
            "objective": {"sense": choice.choice(["minimize", "maximize"]), "expression": write.number(3)},
            "constraints": constraints,
        }
    )
