"""Duals and ranges of linear models against trials of the same data; trials where there are no duals."""

import pytest

from optwright.agent.solve import Settings, solve_formulation
from optwright.agent.talk.sensitivity import sensitivity
from optwright.agent.talk.state import Around
from optwright.agent.talk.version import Version
from optwright.formulation.edit import SetValue, apply
from tests.agent.talk.cases import TRANSPORT, version

AROUND = Around(Settings(), None)


def test_a_linear_model_by_duals_and_ranging():
    lines = sensitivity(version("transport"), "", (), AROUND)
    assert "- out[B]: -5 a unit, for up to 30 more or 20 less" in lines
    assert "- ship[B, Oslo]: 5 to 7, now 6" in lines
    assert any("ship[A, New York]" in line and "it is 0" in line and "+1" in line for line in lines)
    assert "Worth nothing at the margin, since they leave room: fleet." in lines


@pytest.mark.parametrize(("supply", "objective"), [(90 + 30, -5 * 30), (90 - 20, 5 * 20)])
def test_the_dual_holds_to_the_ends_of_its_range(supply, objective):
    before = version("transport").solution
    edited = apply(before.formulation, [SetValue(parameter="supply", value=supply, at=("B",))])
    assert solve_formulation(edited).objective == pytest.approx(before.objective + objective)


@pytest.mark.parametrize(("cost", "same"), [(6.9, True), (7.1, False)])
def test_the_plan_stays_within_the_range_of_a_cost(cost, same):
    before = version("transport").solution
    edited = apply(before.formulation, [SetValue(parameter="cost", value=cost, at=("B", "Oslo"))])
    assert (solve_formulation(edited).values == before.values) is same


def test_one_element_alone():
    lines = sensitivity(version("transport"), "supply", (), AROUND)
    assert [line for line in lines if line.startswith("- ")] == [
        "- out[B]: -5 a unit, for up to 30 more or 20 less",
    ]


def test_a_whole_numbered_model_by_solving_again():
    lines = sensitivity(version("workshop"), "hour_limit", (), AROUND)
    assert lines[0].startswith("With whole numbers there are no prices")
    assert "one unit looser: +10 (best value 650); one unit tighter: -20 (best value 620)" in lines[1]


def test_what_has_no_answer_has_no_sensitivity():
    crowded = {**TRANSPORT, "constraints": [*TRANSPORT["constraints"], {"name": "no", "expression": "trucks <= 3"}]}
    broken = Version(1, 1, None, "", "", solve_formulation(crowded))
    assert "no answer" in sensitivity(broken, "", (), AROUND)[0]
