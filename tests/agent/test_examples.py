"""What the prompts teach is true: each example of theirs passes the check and has the optimum of its problem."""

import pytest

from optwright.agent.solution import Status
from optwright.agent.solve import Settings, solve, solve_formulation
from optwright.formulation.check import check
from optwright.formulation.findings import Severity
from optwright.formulation.read import read
from optwright.llm import ScriptedChat
from optwright.prompts.library import template
from optwright.prompts.parse import fences

EXAMPLES = [block.body for block in fences(template("formulate").system) if block.language == "json"]


@pytest.mark.parametrize(("place", "optimum"), [(0, 465.0), (1, 12.0), (2, 1235.0)])
def test_an_example_of_the_formulate_prompt_holds(place, optimum):
    reading = read(EXAMPLES[place])
    found = [*reading.findings, *check(reading.formulation)]
    assert [str(one) for one in found if one.severity is not Severity.WARNING] == []
    solution = solve_formulation(reading.formulation)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(optimum)


def test_there_are_no_other_examples():
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("place", range(3))
def test_the_numbers_of_an_example_are_those_of_its_problem(place):
    text = template("formulate").system.split("\nProblem: ")[place + 1].split("```")[0].split("\nAnalysis:")[0]
    found = [str(one) for one in check(read(EXAMPLES[place]).formulation, text=text) if one.code.startswith("NUMBER")]
    assert found == []


@pytest.mark.parametrize("name", ["program", "direct"])
def test_the_example_program_runs(name):
    (source,) = [block.body for block in fences(template(name).system) if block.language == "python"]
    solution = solve("Bake.", model=ScriptedChat([f"```python\n{source}\n```"]), settings=Settings("direct", "low"))
    assert solution.objective == pytest.approx(480.0), "flour alone limits it: 120 rye loaves"
