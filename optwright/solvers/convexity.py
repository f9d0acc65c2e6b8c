"""Whether a quadratic objective is convex, tested by us: HiGHS calls an indefinite one optimal with a wrong value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from optwright.solvers.standard import Floats, StandardForm

DENSE = 800
"""Largest block whose eigenvalues are computed; larger ones are factorised."""
NONZEROS = 500_000
"""Largest block that is factorised; beyond it the answer is no, and SCIP takes the model."""
ZERO = 1e-9
"""Negative eigenvalue, relative to the largest, that counts as zero."""

Indices = npt.NDArray[np.int64]
Entries = tuple[Indices, Indices, Floats]


def is_convex(form: StandardForm) -> bool:
    """Say whether the form's one objective is proven convex (concave when maximised).

    Independent blocks are tested one by one, by eigenvalues when small, else by the pivots of a symmetric
    factorisation. False means indefinite, or too large to say.
    """
    first, second, value = _hessian(form)
    if not len(value):
        return True
    value = -value if form.goals[0].maximise else value
    largest = float(np.abs(value).max())
    diagonal = np.zeros(form.width)
    np.add.at(diagonal, first[first == second], value[first == second])
    if diagonal[first].min() < -ZERO * largest:
        return False
    component = _components(first, second, form.width)[first]
    order = np.argsort(component, kind="stable")
    cuts = np.flatnonzero(np.diff(component[order])) + 1
    blocks = (_renumbered(first[part], second[part], value[part]) for part in np.split(order, cuts))
    return all(_block_is_convex(block, size, largest) for block, size in blocks if size > 1)


def times_hessian(form: StandardForm, point: Floats) -> Floats:
    """Return Q times a point, where x'Qx/2 is the quadratic part of the form's objective."""
    product = np.zeros(form.width)
    first, second, value = _quadratic(form)
    np.add.at(product, first, value * point[second])
    np.add.at(product, second, value * point[first])
    return product


def _quadratic(form: StandardForm) -> Entries:
    part = slice(form.quadratic.start[form.height], form.quadratic.start[form.height + 1])
    first, second = form.quadratic.first[part], form.quadratic.second[part]
    return first.astype(np.int64), second.astype(np.int64), form.quadratic.value[part]


def _hessian(form: StandardForm) -> Entries:
    """Return row, column and value of each entry of Q, both triangles, each place once."""
    first, second, value = _quadratic(form)
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    places, inverse = np.unique(rows * form.width + columns, return_inverse=True)
    sums = np.bincount(inverse, weights=np.concatenate([value, value]), minlength=len(places))
    return places // form.width, places % form.width, sums.astype(np.float64)


def _components(first: Indices, second: Indices, width: int) -> Indices:
    """Return for each variable the least variable that it is connected with through entries."""
    label = np.arange(width)
    while True:
        before = label.copy()
        np.minimum.at(label, first, label[second])
        label = label[label]
        if np.array_equal(label, before):
            return label


def _renumbered(first: Indices, second: Indices, value: Floats) -> tuple[Entries, int]:
    used, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    return (place[: len(first)], place[len(first) :], value), len(used)


def _block_is_convex(block: Entries, size: int, largest: float) -> bool:
    first, second, value = block
    if size <= DENSE:
        matrix = np.zeros((size, size))
        matrix[first, second] = value
        values = np.linalg.eigvalsh(matrix)
        return bool(values[0] >= -ZERO * max(np.abs(values).max(), largest))
    if len(value) > NONZEROS:
        return False
    return _factorises(block, size, ZERO * largest)


def _factorises(block: Entries, size: int, shift: float) -> bool:
    # SciPy here and not above: it doubles the memory of the process that every run is forked from.
    from scipy.sparse import csc_matrix, identity
    from scipy.sparse.linalg import splu

    first, second, value = block
    shifted = (csc_matrix((value, (first, second)), shape=(size, size)) + shift * identity(size, format="csc")).tocsc()
    try:
        factors = splu(
            shifted, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True, "Equil": False}
        )
    except RuntimeError:  # exactly singular: not proven
        return False
    return bool((factors.perm_r == factors.perm_c).all() and (factors.U.diagonal() > 0.0).all())
