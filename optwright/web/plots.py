"""Plotly figures of a solution: bars, heat map, network, schedule. Labels are text, whatever they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import cos, pi, sin
from typing import Any

import plotly.graph_objects as go

from optwright.agent.explanation import number
from optwright.outcome import Key
from optwright.web.shape import ZERO, Picture, View

MOST_BARS = 60
MOST_CELLS = 2_500
MOST_NODES = 60
_COLOURS = ("#4269d0", "#d97706", "#16a34a", "#be3455", "#0e7490", "#7c3aed", "#a16207", "#64748b")
_GREY = "rgba(128,128,128,0.25)"


def figure(view: View) -> go.Figure:
    """Draw one quantity. What is too large for its picture is drawn as bars of its largest entries."""
    many = len(view.values) > MOST_CELLS or len(_nodes(view.values)) > MOST_NODES
    if view.picture is Picture.GANTT and len(view.values) <= 400:
        return _gantt(view)
    if view.picture is Picture.NETWORK and not many:
        return _network(view)
    if view.picture is Picture.HEAT and len(view.values) <= MOST_CELLS:
        return _heat(view)
    return _bars(view)


def description(view: View) -> str:
    """Say in words what the figure shows, for readers who do not see it."""
    shown = [(key, value) for key, value in view.values.items() if abs(value) > ZERO]
    if not shown:
        return f"{view.title}: every entry is zero."
    key, value = max(shown, key=lambda entry: abs(entry[1]))
    unit = f" {view.unit}" if view.unit else ""
    return (
        f"{view.title} as {view.picture}: {len(shown)} of {len(view.values)} entries are not zero; "
        f"the largest is {', '.join(map(str, key))} with {number(value)}{unit}."
    )


def text_of(key: Sequence[object], most: int = 40) -> str:
    """Return a label that Plotly shows as it is: it would read some HTML in it otherwise."""
    label = " ".join(", ".join(map(str, key)).split())
    return escape(label if len(label) <= most else f"{label[: most - 3]}...", quote=False)


def _layout(figure: go.Figure, view: View, height: int, **more: Any) -> go.Figure:
    axis = {"gridcolor": _GREY, "zerolinecolor": _GREY, "automargin": True}
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": "#71767f", "size": 13},
        margin={"l": 10, "r": 10, "t": 34, "b": 10},
        title={"text": text_of([f"{view.title} [{view.unit}]" if view.unit else view.title]), "font": {"size": 14}},
        height=height,
        showlegend=False,
        **more,
    )
    return figure.update_xaxes(axis).update_yaxes(axis)


def _bars(view: View) -> go.Figure:
    entries = list(view.values.items())
    if len(entries) > MOST_BARS or len(entries[0][0]) > 1:
        entries = sorted((entry for entry in entries if abs(entry[1]) > ZERO), key=lambda entry: -abs(entry[1]))
        entries = entries[:MOST_BARS]
    labels, sizes = [text_of(key) for key, _ in entries], [value for _, value in entries]
    if len(entries) > 12 and all(isinstance(part, int) for key, _ in entries for part in key):
        bar = go.Bar(x=labels, y=sizes, marker_color=_COLOURS[0], hovertemplate="%{x}: %{y}<extra></extra>")
        return _layout(go.Figure(bar), view, 340, xaxis_type="category")
    texts = [number(size) for size in sizes]
    bar = go.Bar(
        x=sizes,
        y=labels,
        text=texts,
        orientation="h",
        marker_color=_COLOURS[0],
        cliponaxis=False,
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    height = max(180, min(900, 90 + 34 * len(entries)))
    return _layout(go.Figure(bar), view, height, yaxis={"autorange": "reversed", "type": "category"}, bargap=0.35)


def _heat(view: View) -> go.Figure:
    rows = list(dict.fromkeys(key[0] for key in view.values))
    columns = list(dict.fromkeys(key[1] for key in view.values))
    grid = [[view.values.get((row, column)) for column in columns] for row in rows]
    small = len(rows) * len(columns) <= 300
    texts = [["" if value is None else number(value) for value in line] for line in grid]
    heat = go.Heatmap(
        z=grid,
        x=[text_of((column,)) for column in columns],
        y=[text_of((row,)) for row in rows],
        text=texts if small else None,
        texttemplate="%{text}" if small else None,
        colorscale=[[0, "#eef2ff"], [1, "#3451b2"]],
        xgap=2,
        ygap=2,
        hovertemplate="%{y}, %{x}: %{z}<extra></extra>",
    )
    shape = {"xaxis_type": "category", "yaxis": {"autorange": "reversed", "type": "category"}}
    return _layout(go.Figure(heat), view, max(220, min(900, 110 + 34 * len(rows))), **shape)


def _nodes(values: Mapping[Key, float]) -> list[object]:
    """Return the ends of the arcs that carry something, in the order in which they appear."""
    used = [key for key, value in values.items() if abs(value) > ZERO and len(key) == 2]
    return list(dict.fromkeys(part for key in used for part in key))


def _network(view: View) -> go.Figure:
    arcs = {key: value for key, value in view.values.items() if abs(value) > ZERO}
    place = _places(_nodes(view.values), list(arcs))
    top = max((abs(value) for value in arcs.values()), default=1.0)
    drawing = go.Figure()
    for (tail, head), value in arcs.items():
        drawing.add_annotation(
            x=place[head][0],
            y=place[head][1],
            ax=place[tail][0],
            ay=place[tail][1],
            xref="x",
            yref="y",
            axref="x",
            ayref="y",
            standoff=16,
            startstandoff=16,
            arrowhead=2,
            arrowwidth=1 + 3 * abs(value) / top,
            arrowcolor=_COLOURS[0],
            showarrow=True,
            text="",
        )
    binary = {round(value, 6) for value in arcs.values()} <= {1.0}
    middle = [_between(place[tail], place[head]) for tail, head in arcs]
    drawing.add_scatter(
        x=[at[0] for at in middle],
        y=[at[1] for at in middle],
        mode="text",
        text=["" if binary else number(value) for value in arcs.values()],
        textposition="top center",
        hovertext=[text_of(key) for key in arcs],
        hovertemplate="%{hovertext}: %{text}<extra></extra>",
    )
    drawing.add_scatter(
        x=[at[0] for at in place.values()],
        y=[at[1] for at in place.values()],
        mode="markers+text",
        text=[text_of((node,), 20) for node in place],
        textposition="bottom center",
        marker={"size": 20, "color": _COLOURS[1]},
        hoverinfo="text",
    )
    hidden = {"visible": False}
    return _layout(drawing, view, 420, xaxis=hidden, yaxis=hidden)


_Place = tuple[float, float]


def _between(tail: _Place, head: _Place) -> _Place:
    """Return a point off the middle, so that two opposite arcs keep their numbers apart."""
    return 0.68 * tail[0] + 0.32 * head[0], 0.68 * tail[1] + 0.32 * head[1]


def _places(nodes: Sequence[object], arcs: Sequence[Key]) -> dict[object, _Place]:
    """Place the nodes in columns along the arcs, or on a circle where these go round."""
    layer = _layers(nodes, arcs)
    if layer is None:
        step = 2 * pi / max(1, len(nodes))
        round_ = _along(nodes, arcs)
        return {node: (cos(pi / 2 - at * step), sin(pi / 2 - at * step)) for at, node in enumerate(round_)}
    place: dict[object, _Place] = {}
    for column in sorted(set(layer.values())):
        inside = [node for node in nodes if layer[node] == column]
        for at, node in enumerate(inside):
            place[node] = (float(column), (len(inside) - 1) / 2 - at)
    return place


def _along(nodes: Sequence[object], arcs: Sequence[Key]) -> list[object]:
    """Order the nodes as one comes to them by following the arcs, so that a tour does not cross itself."""
    following: dict[object, list[object]] = {}
    for tail, head in arcs:
        following.setdefault(tail, []).append(head)
    order: dict[object, None] = {}
    for start in nodes:
        node: object | None = start
        while node is not None and node not in order:
            order[node] = None
            node = next((after for after in following.get(node, ()) if after not in order), None)
    return list(order)


def _layers(nodes: Sequence[object], arcs: Sequence[Key]) -> dict[object, int] | None:
    """Return each node's longest distance from a source, or None where there is a cycle."""
    layer = dict.fromkeys(nodes, 0)
    for _ in range(len(nodes)):
        moved = False
        for tail, head in arcs:
            if layer[head] <= layer[tail]:
                layer[head], moved = layer[tail] + 1, True
        if not moved:
            return layer
    return None


def _gantt(view: View) -> go.Figure:
    lanes = view.lanes or {key: str(key[0]) for key in view.values}
    groups = list(dict.fromkeys(str(key[0]) for key in view.values))
    order = sorted(view.values, key=lambda key: (lanes[key], view.values[key]))
    bar = go.Bar(
        base=[view.values[key] for key in order],
        x=[view.lengths.get(key, 0.0) for key in order],
        y=[text_of((lanes[key],)) for key in order],
        text=[text_of(key) for key in order],
        orientation="h",
        marker={"color": [_COLOURS[groups.index(str(key[0])) % len(_COLOURS)] for key in order]},
        insidetextanchor="middle",
        hovertemplate="%{text}: from %{base}, for %{x}<extra></extra>",
    )
    height = max(200, min(900, 110 + 38 * len(set(lanes.values()))))
    return _layout(go.Figure(bar), view, height, yaxis={"autorange": "reversed", "type": "category"}, bargap=0.3)
