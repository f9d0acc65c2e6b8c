"""Figures for every picture; labels are text."""

import json

import pytest

pytest.importorskip("plotly")

from optwright.web.plots import MOST_BARS, description, figure, text_of
from optwright.web.shape import Picture, View, views

from .cases import EVIL, example, hostile, problem, tables


@pytest.mark.parametrize("name", ["product_mix", "salesman", "transport", "portfolio", "lot_sizing"])
def test_every_view_can_be_drawn_and_told(name):
    for view in views(example(name), tables(name)):
        assert json.loads(figure(view).to_json())["data"]
        assert view.title in description(view)


def test_a_schedule_has_a_bar_for_each_entry():
    drawn = json.loads(figure(views(problem("job_shop"))[0]).to_json())["data"][0]
    assert len(drawn["text"]) == 6
    assert drawn["type"] == "bar"
    assert "base" in drawn


def test_a_heat_map_has_its_rows_and_columns():
    drawn = json.loads(figure(views(problem("depots"))[0]).to_json())["data"][0]
    assert drawn["type"] == "heatmap"
    assert drawn["y"] == ["Bern", "Graz", "Turin"]


def test_a_network_has_an_arrow_for_each_arc_that_carries_something():
    view = views(example("transport"), tables("transport"))[0]
    arrows = json.loads(figure(view).to_json())["layout"]["annotations"]
    assert len(arrows) == sum(value > 1e-9 for value in view.values.values())


def test_a_label_is_no_html():
    drawn = figure(views(hostile().solution)[0]).to_json()
    assert "<img" not in drawn
    assert "&lt;img" in drawn
    assert text_of((EVIL,)).startswith("&lt;img")


@pytest.mark.parametrize("picture", list(Picture))
def test_what_is_too_large_becomes_bars_of_the_largest(picture):
    values = {(f"a{i}", f"b{j}"): float(i * j) for i in range(80) for j in range(80)}
    drawn = json.loads(figure(View("x", picture, values)).to_json())["data"][0]
    assert drawn["type"] == "bar"
    assert len(drawn["y"]) == MOST_BARS


def test_all_zero_is_said():
    assert description(View("x", Picture.BARS, {("a",): 0.0})) == "x: every entry is zero."
