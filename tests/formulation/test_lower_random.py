"""The key test of lowering: on random formulations its optimum is that of trying every point of the original."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from optwright.errors import FormulationError
from optwright.formulation.elements import Formulation
from optwright.formulation.findings import Code
from optwright.formulation.lower import lower
from tests.formulation.lower_oracle import Unsolved, agree, best_point
from tests.formulation.lower_random import formulation

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def compare(original, *, steps=None):
    """Compare with every point; a refusal must be for a reason that the original gives."""
    try:
        agree(original, steps=steps)
    except Unsolved:
        assume(False)
    except FormulationError as error:
        codes = {finding.code for finding in error.findings}
        assert codes <= {Code.STRICT, Code.CONST_FALSE}
        if codes == {Code.CONST_FALSE}:
            assert not best_point(original, steps=steps or 2).feasible
        else:
            assert steps is not None or "piecewise" in original.to_json()
        assume(False)


@settings(QUIET, max_examples=150)
@given(st.randoms(use_true_random=False))
def test_whole_numbers(choice):
    compare(formulation(choice))


@settings(QUIET, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_continuous_quantities(choice):
    compare(formulation(choice, continuous=True), steps=6)


@pytest.mark.slow
@settings(QUIET, max_examples=3000)
@given(st.randoms(use_true_random=False))
def test_whole_numbers_at_length(choice):
    compare(formulation(choice))


@settings(QUIET, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_what_is_lowered_stays_lowered(choice):
    try:
        lowered = lower(formulation(choice)).formulation
    except FormulationError:
        assume(False)
    assert lower(lowered).formulation is lowered
    assert Formulation.model_validate_json(lowered.to_json()) == lowered
