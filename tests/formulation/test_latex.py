"""LaTeX for reading: what is shown, and that no text of a formulation can be a command of its own."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optwright.formulation.elements import Formulation
from optwright.formulation.expression import parse
from optwright.formulation.latex import document, latex
from optwright.formulation.mathematics import escape, in_math
from tests.formulation.solving import EXAMPLES, example
from tests.formulation.strategies import formulations

COMMANDS = {
    *(
        "section",
        "paragraph",
        "begin",
        "end",
        "item",
        "mathit",
        "mathbb",
        "text",
        "textbackslash",
        "textless",
        "textgreater",
    ),
    *(
        "textasciicircum",
        "textasciitilde",
        "in",
        "notin",
        "le",
        "ge",
        "ne",
        "land",
        "lor",
        "lnot",
        "Rightarrow",
        "forall",
    ),
    *(
        "Leftrightarrow",
        "sum",
        "prod",
        "min",
        "max",
        "quad",
        "left",
        "right",
        "lvert",
        "rvert",
        "lceil",
        "rceil",
        "bmod",
    ),
    *(
        "lfloor",
        "rfloor",
        "frac",
        "sqrt",
        "exp",
        "ln",
        "sin",
        "cos",
        "tan",
        "operatorname",
        "cdot",
        "dots",
        "documentclass",
    ),
    "usepackage",
}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("sum(x[i] for i in I) <= 5", r"\sum_{i \in I} x_{i} \le 5"),
        (
            "sum(c[i,j]*x[i,j] for (i,j) in ARCS if i != j)",
            r"\sum_{(i,j) \in \mathit{ARCS}: i \ne j} c_{i,j} \, x_{i,j}",
        ),
        ("a and b or not c", r"\left(a \land b\right) \lor \lnot c"),
        ("implies(x > 0, y >= 1)", r"x > 0 \Rightarrow y \ge 1"),
        ("iff(a, b)", r"a \Leftrightarrow b"),
        ("2*(x > 0)", r"2 \, \left[x > 0\right]"),
        ("max(x, 3)", r"\max\left(x, 3\right)"),
        ("max(x[i] for i in I)", r"\max_{i \in I} x_{i}"),
        ("abs(x - y)", r"\lvert x - y \rvert"),
        ("sqrt(x)/y**2", r"\frac{\sqrt{x}}{y^{2}}"),
        ("(x + 1)**2", r"\left(x + 1\right)^{2}"),
        ("exp(-x)*log(y)", r"\exp\left(-x\right) \, \ln\left(y\right)"),
        (
            "(x if t > first(T) else 2)",
            r"\begin{cases} x & \text{if } t > \operatorname{first}\left(T\right) \\ 2 & \text{otherwise} \end{cases}",
        ),
        ("make['it_s']", r"\mathit{make}_{\text{it\_s}}"),
        ("x[t-1] - -3", r"x_{t - 1} + 3"),
        ("1e-7*x", r"1 \cdot 10^{-7} \, x"),
        ("x*3", r"x \cdot 3"),
        ("7//2 + 7%2", r"\left\lfloor \frac{7}{2} \right\rfloor + 7 \bmod 2"),
        ("len(I) + ceil(x)", r"\lvert I \rvert + \lceil x \rceil"),
        ("piecewise(x, [0, 4], [0, 8])", r"\operatorname{piecewise}\left(x;\; (0, 0), (4, 8)\right)"),
        ("sum(x[t] for t in range(1, 4))", r"\sum_{t \in \{1, \dots, 3\}} x_{t}"),
        ("sum(x[t] for t in range(1, n))", r"\sum_{t \in \{1, \dots, n - 1\}} x_{t}"),
        ("i in [1, 2] and (i, 1) not in ARCS", r"i \in \{1, 2\} \land (i, 1) \notin \mathit{ARCS}"),
        ("sum(x[i] for i in I)*y", r"\left(\sum_{i \in I} x_{i}\right) \, y"),
        ("sum(x[i] + 1 for i in I)", r"\sum_{i \in I} \left(x_{i} + 1\right)"),
        ("low <= x <= high", r"\mathit{low} \le x \le \mathit{high}"),
    ],
)
def test_an_expression_is_written_as_in_a_book(text, written):
    assert in_math(parse(text)) == written


def test_the_five_elements_are_there():
    formulation, _, _ = example("lot_sizing")
    text = latex(formulation)
    for line in (
        r"\section*{Lot sizing}",
        r"  \item $T = \{1, \dots, 5\}$",
        r"  \item $\mathit{setup\_cost} = 90$",
        r"  \item $\mathit{setup}_{t} \in \{0, 1\} \quad \forall\, t \in T$",
        r"  & \mathit{make}_{t} \le \mathit{capacity} \, \mathit{setup}_{t} && \forall\, t \in T && \text{(link)}",
    ):
        assert line in text.splitlines(), line
    assert re.search(r"\\min \\quad & \\sum_\{t \\in T\}", text)


def test_logic_stays_logic():
    formulation, _, _ = example("either_or")
    text = latex(formulation)
    assert r"\Rightarrow" in text
    assert r"\lor" in text
    assert "big" not in text


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.json") if path.stem != "index"))
def test_every_example_is_well_nested(name):
    assert_well_nested(latex(example(name)[0]))


def test_units_words_and_tables_are_shown():
    formulation = Formulation.model_validate(
        {
            "name": "blend",
            "tables": [{"name": "ores", "columns": ["ore", "grade"], "file": "ores.csv"}],
            "sets": [{"name": "ORES", "table": "ores", "column": "ore", "description": "What is bought"}],
            "parameters": [{"name": "grade", "index": ["ORES"], "table": "ores", "unit": "%"}],
            "variables": [{"name": "use", "index": ["ORES", "ORES"], "lower": [1], "unit": "t"}],
            "objective": [
                {"name": "a", "sense": "minimize", "expression": "use"},
                {"name": "b", "sense": "maximize", "expression": "use"},
            ],
            "outputs": [{"name": "asked", "expression": "2*use"}],
        }
    )
    text = latex(formulation)
    assert r"\text{the entries of column ore of table ores}$: What is bought" in text
    assert r"\mathit{grade}_{o} \quad \forall\, o \in \mathit{ORES}$: [\%]" in text
    assert r"\mathit{use}_{o,o'}" in text
    assert r"\text{(listed)} \le" in text
    assert r"\text{1.}\;\min \quad" in text
    assert r"\mathit{asked} = 2 \, \mathit{use}" in text


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(formulations() | formulations(curves=True))
def test_no_formulation_breaks_out(data):
    assert_well_nested(latex(Formulation.model_validate(data)))


@settings(max_examples=300)
@given(st.text(max_size=60) | st.text(alphabet="\\{}$&#%_^~<> \n\rab", max_size=40))
def test_any_text_is_escaped(text):
    written = escape(text)
    assert "\n" not in written
    assert_well_nested(written)
    assert not re.search(r"(?<!\\)[$&#%_^~]", written.replace(r"\textbackslash{}", ""))


def assert_well_nested(text: str) -> None:
    """No command but known ones, brackets closed, environments closed in order."""
    plain = text.replace("\\\\", " ")
    assert {command for command in re.findall(r"\\([A-Za-z]+)", plain)} <= COMMANDS  # noqa: C416
    braces = re.sub(r"\\[{}]", "", plain)
    depth = 0
    for char in braces:
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", plain):
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert stack == []


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_document_compiles(tmp_path):
    (tmp_path / "model.tex").write_text(document(example("either_or")[0]))
    subprocess.run(["pdflatex", "-interaction=batchmode", "-halt-on-error", "model.tex"], cwd=tmp_path, check=True)


def test_the_document_has_its_packages():
    text = document(example("either_or")[0])
    assert text.startswith("\\documentclass{article}\n\\usepackage{amsmath}\n\\usepackage{amssymb}\n")
    assert_well_nested(text)
