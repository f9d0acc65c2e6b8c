"""Random networks that hold together."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.datasets.synthesis.dice import Dice


def draw_arcs(dice: Dice, nodes: Sequence[str], more: int) -> list[tuple[str, str]]:
    """Return one-way arcs in which every node lies on a way from the first node to the last.

    Args:
        dice: where chance comes from.
        nodes: no arc enters the first one or leaves the last one, and none leads straight from that to this.
        more: how many arcs there are, if possible, beyond the fewest.
    """
    place = {node: number for number, node in enumerate(nodes)}
    direct = (nodes[0], nodes[-1])
    found = set()
    for number, node in enumerate(nodes):
        if number:
            near = nodes[max(0, number - 3) : number]
            found.add((dice.pick([other for other in near if (other, node) != direct] or near), node))
        if number < len(nodes) - 1:
            near = nodes[number + 1 : number + 4]
            found.add((node, dice.pick([other for other in near if (node, other) != direct] or near)))
    free = [
        (i, j) for i in nodes[:-1] for j in nodes[1:] if i != j and (i, j) != direct and abs(place[i] - place[j]) <= 4
    ]
    extra = [arc for arc in dice.shuffled(free) if arc not in found and (arc[1], arc[0]) not in found]
    return sorted([*found, *extra[:more]], key=lambda arc: (place[arc[0]], place[arc[1]]))


def draw_path(
    dice: Dice, arcs: Sequence[tuple[str, str]], nodes: Sequence[str], ends: tuple[str, str]
) -> list[tuple[str, str]]:
    """Return the arcs of a way between two nodes that leads on through `nodes` in their order; empty without one."""
    place = {node: number for number, node in enumerate(nodes)}
    onward = [(i, j) for i, j in arcs if place[i] < place[j] <= place[ends[1]]]
    reach = {ends[1]}
    for node in reversed(nodes):
        if any(i == node and j in reach for i, j in onward):
            reach.add(node)
    path, at = [], ends[0]
    while at != ends[1]:
        steps = [(i, j) for i, j in onward if i == at and j in reach]
        if not steps:
            return []
        path.append(dice.pick(steps))
        at = path[-1][1]
    return path
