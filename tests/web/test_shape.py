"""The picture follows the formulation's shape."""

import pytest

from optwright.web.shape import Picture, views

from .cases import example, problem, tables


def first(solution, given=()):
    return views(solution, given)[0]


@pytest.mark.parametrize(
    ("name", "title", "picture"),
    [
        ("product_mix", "make", Picture.BARS),
        ("lot_sizing", "make", Picture.BARS),
        ("portfolio", "w", Picture.BARS),
        ("salesman", "go", Picture.NETWORK),
        ("transport", "ship", Picture.NETWORK),
    ],
)
def test_the_examples(name, title, picture):
    view = first(example(name), tables(name))
    assert (view.title, view.picture) == (title, picture)


@pytest.mark.parametrize(
    ("name", "title", "picture"),
    [
        ("job_shop", "start", Picture.GANTT),
        ("pipes", "flow", Picture.NETWORK),
        ("depots", "send", Picture.HEAT),
        ("ward_shifts", "start", Picture.BARS),
    ],
)
def test_the_problems(name, title, picture):
    view = first(problem(name))
    assert (view.title, view.picture) == (title, picture)


def test_a_schedule_has_lengths():
    view = first(problem("job_shop"))
    assert view.lengths["j1", 2] == 4


def test_an_inventory_is_no_schedule():
    assert {view.picture for view in views(example("lot_sizing"))} == {Picture.BARS}


def test_without_values_there_is_nothing_to_draw():
    from optwright.agent.solve import solve_formulation

    none = solve_formulation(
        {
            "variables": [{"name": "x", "upper": 1}],
            "constraints": [{"name": "c", "expression": "x >= 2"}],
        }
    )
    assert views(none) == []
