"""What the tabs say of a solution."""

from optwright.agent.solve import solve_formulation
from optwright.web import answer, checks, model, program, versions
from optwright.web.board import board

from .cases import EVIL, example, hostile, tables, version

INFEASIBLE = {
    "variables": [{"name": "x", "upper": 4, "quote": "at most 4"}],
    "objective": {"sense": "maximize", "expression": "x"},
    "constraints": [{"name": "much", "expression": "x >= 9", "quote": "at least 9"}],
}


def test_an_answer_is_headed_by_its_value():
    text = answer.headline(example("product_mix"))
    assert "Best possible value&#58; 2330" in text
    assert "Proven optimal and re-checked" in text


def test_an_infeasible_model_names_its_conflict():
    text = answer.headline(solve_formulation(INFEASIBLE))
    assert "at least 9" in text
    assert "smallest change" in text


def test_quantities_are_tables_headed_by_their_sets():
    grids = {grid.title: grid for grid in answer.grids(example("product_mix"))}
    assert grids["make"].headers == ["PRODUCTS", "make"]
    assert ["chair", 60] in grids["make"].rows
    assert grids["single values"].rows[0][:2] == ["pieces", 110]


def test_reduced_costs_stand_beside_the_values_of_a_linear_model():
    grid = next(grid for grid in answer.grids(example("transport")) if grid.title == "ship")
    assert grid.headers[-1] == "reduced cost"


def test_what_limits_is_a_table_with_the_words():
    assert "160 hours" in answer.limits(example("product_mix")) or "finishing" in answer.limits(example("product_mix"))


def test_the_model_has_every_element_in_mathematics():
    solution = example("product_mix")
    text = model.elements(solution.formulation)
    assert text.count("\\(") == len(solution.formulation.elements())
    assert "at most 40% desks" in text


def test_checks_tell_what_was_done_and_what_it_is_worth():
    text = checks.checks(example("product_mix"))
    assert "Confidence 0." in text
    assert "highs" in text
    assert "re-checked against the formulation" in text


def test_the_program_and_its_log():
    assert "import pyomo.environ as pyo" in program.source(example("product_mix"))
    assert isinstance(program.log(example("product_mix")), str)


def test_versions_are_listed_with_what_they_changed():
    first = version(example("product_mix"))
    second = version(example("product_mix"), 2, hypothetical=True)
    text = versions.listing([first, second], 1)
    assert "1 (current)" in text
    assert "a what-if" in text
    assert versions.difference(first) == "Version 1 begins a problem."
    assert [number for _, number in versions.choices([first, second])] == [2, 1]


def test_hostile_texts_are_shown_as_text():
    shown = board(hostile(), [hostile()], 1, ())
    for text in (shown.headline, shown.limits, shown.model, shown.checks, shown.versions):
        assert EVIL not in text
        assert "<" not in text.replace("&lt;", "")
    assert "\\(\\)" not in shown.model


def test_a_board_of_nothing_is_said():
    empty = board(None, [], None, ())
    assert empty.headline == answer.NOTHING
    assert empty.quantities == []
    assert empty.choices == []


def test_a_board_ties_tables_to_their_use():
    shown = board(version(example("transport")), [], 1, tables("transport"))
    assert any(row[-1] == "parameter supply" for row in shown.columns)
    assert shown.quantities[0] == "ship"
    assert shown.view("ship") is not None
    assert shown.grid("nothing") is None
