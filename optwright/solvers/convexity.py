"""Whether a quadratic objective is convex, tested by us: HiGHS calls an indefinite one optimal with a wrong value."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_matrix, identity
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from optwright.solvers.standard import StandardForm

DENSE = 800
"""Largest block whose eigenvalues are computed; larger ones are factorised."""
NONZEROS = 500_000
"""Largest block that is factorised; beyond it the answer is no, and SCIP takes the model."""
ZERO = 1e-9
"""Negative eigenvalue, relative to the largest, that counts as zero."""


def is_convex(form: StandardForm) -> bool:
    """Say whether the form's one objective is proven convex (concave when maximised).

    Independent blocks are tested one by one, by eigenvalues when small, else by the pivots of a symmetric
    factorisation. False means indefinite, or too large to say.
    """
    hessian = hessian_of(form)
    used = np.unique(hessian.indices)
    if not len(used):
        return True
    signed = -hessian if form.goals[0].maximise else hessian
    matrix = signed[np.ix_(used, used)].tocsc()
    largest = float(np.abs(matrix.data).max())
    if matrix.diagonal().min() < -ZERO * largest:
        return False
    count, component = connected_components(matrix, directed=False)
    sizes = np.bincount(component, minlength=count)
    if sizes.max() == 1:
        return True
    order = np.argsort(component, kind="stable")
    blocks = np.split(order, np.cumsum(sizes)[:-1])
    return all(_block_is_convex(matrix[np.ix_(block, block)], largest) for block in blocks if len(block) > 1)


def hessian_of(form: StandardForm) -> csc_matrix:
    """Return the full symmetric matrix Q of the objective's quadratic part x'Qx/2."""
    part = slice(form.quadratic.start[form.height], form.quadratic.start[form.height + 1])
    first, second, value = form.quadratic.first[part], form.quadratic.second[part], form.quadratic.value[part]
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    return csc_matrix((np.concatenate([value, value]), (rows, columns)), shape=(form.width, form.width))


def _block_is_convex(block: csc_matrix, largest: float) -> bool:
    if block.shape[0] <= DENSE:
        values = np.linalg.eigvalsh(block.toarray())
        return bool(values[0] >= -ZERO * max(np.abs(values).max(), largest))
    if block.nnz > NONZEROS:
        return False
    shifted = (block + ZERO * largest * identity(block.shape[0], format="csc")).tocsc()
    try:
        factors = splu(
            shifted, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True, "Equil": False}
        )
    except RuntimeError:  # exactly singular: not proven
        return False
    return bool((factors.perm_r == factors.perm_c).all() and (factors.U.diagonal() > 0.0).all())
