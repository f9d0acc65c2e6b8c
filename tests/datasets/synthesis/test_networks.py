"""Random networks hold together: every node lies on a way from the first to the last, and drawn ways are ways."""

from itertools import pairwise

import pytest

from optwright.datasets.synthesis.dice import Dice
from optwright.datasets.synthesis.networks import draw_arcs, draw_path


def reachable(start, arcs):
    found = {start}
    while more := {j for i, j in arcs if i in found} - found:
        found |= more
    return found


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("count", [3, 4, 9, 30])
def test_every_node_lies_between_the_ends(count, seed):
    nodes = [f"n{number}" for number in range(count)]
    arcs = draw_arcs(Dice(seed, {}), nodes, more=count)
    assert len(set(arcs)) == len(arcs)
    assert all(i != j and j != nodes[0] and i != nodes[-1] for i, j in arcs)
    assert (nodes[0], nodes[-1]) not in arcs
    assert reachable(nodes[0], arcs) == set(nodes)
    assert reachable(nodes[-1], [(j, i) for i, j in arcs]) == set(nodes)


@pytest.mark.parametrize("seed", range(20))
def test_a_path_leads_from_end_to_end(seed):
    nodes = [f"n{number}" for number in range(12)]
    dice = Dice(seed, {})
    arcs = draw_arcs(dice, nodes, more=10)
    path = draw_path(dice, arcs, nodes, (nodes[0], nodes[-1]))
    assert set(path) <= set(arcs)
    assert path[0][0] == nodes[0]
    assert path[-1][1] == nodes[-1]
    assert all(one[1] == other[0] for one, other in pairwise(path))


def test_no_path_backwards():
    nodes = ["a", "b", "c"]
    dice = Dice(1, {})
    assert draw_path(dice, draw_arcs(dice, nodes, more=3), nodes, ("c", "a")) == []
